"""The engine against the naive implementation: the same holdings, used sets and refusals (issue 2, 5)."""

from hypothesis import given

from reconciler.course import Holding, Used
from reconciler.keep.evidence import rekeyed
from reconciler.plan.cohorts import SectionQuestion, judge_whole
from reconciler.plan.rekey import keys_of
from tests.naive.push import NaiveResult, push, push_from_courses
from tests.strategies import CALM, CoursePush, Push, course_pushes, pushes


def engine(case: Push) -> NaiveResult:
    """What the tool makes of a push from masters."""
    course, below = judge_whole(case.want, case.course, case.sections, case.terms)
    return NaiveResult(course.refused, course.after, tuple(map(_section, case.sections, below)))


def engine_from_courses(case: CoursePush) -> NaiveResult:
    """What the tool makes of a push from one course."""
    found = [
        SectionQuestion(case.below, held).outcome(lambda used=used: used) for held, used in case.sections
    ]
    return NaiveResult("", case.course, tuple(map(_section, case.sections, found)))


def _section(before, outcome) -> tuple[Holding, Used | None]:
    holding, used = before
    if outcome is None:
        return holding, used
    return outcome.after, None if used is None else rekeyed(used, keys_of(outcome.rekeys))


def differences(one: NaiveResult, other: NaiveResult) -> list[str]:
    """Where two results differ, in words, for the message of a failing test."""
    found = [f"refused {one.refused!r} {other.refused!r}"] if one.refused != other.refused else []
    pairs = [("course", one.course, other.course)]
    for place, ((mine, used), (theirs, others)) in enumerate(zip(one.sections, other.sections, strict=True)):
        pairs.append((f"section {place}", mine, theirs))
        if used != others:
            found.append(f"section {place} used: {used} | {others}")
    for where, mine, theirs in pairs:
        found += [
            f"{where} {area} {part}:\n   engine {a.items}\n   naive  {b.items}"
            for (area, part), a, b in zip(_places(), mine.setups, theirs.setups, strict=True)
            if a != b
        ]
    return found


def _places():
    from reconciler.course import PARTS

    return PARTS


@CALM
@given(pushes())
def test_a_push_from_masters_does_what_the_naive_one_does(case: Push) -> None:
    mine, theirs = engine(case), push(*case)
    assert not differences(mine, theirs), "\n".join(differences(mine, theirs))


@CALM
@given(course_pushes())
def test_a_push_from_courses_does_what_the_naive_one_does(case: CoursePush) -> None:
    mine, theirs = engine_from_courses(case), push_from_courses(*case)
    assert not differences(mine, theirs), "\n".join(differences(mine, theirs))
