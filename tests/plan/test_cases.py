"""A case that is put together of pieces comes to what judging it as a whole comes to; only faster."""

from itertools import product

import pytest
from hypothesis import given

from reconciler.course import EMPTY, Area, Holding, Item, Part, Use, item, setup
from reconciler.keep.effect import Verdict, settle
from reconciler.keep.table import Case
from reconciler.plan.cases import Cases, Plain, Whole
from reconciler.plan.cohorts import SectionQuestion, judge_whole
from reconciler.plan.outcome import Outcome
from reconciler.plan.scope import Scope
from reconciler.plan.wanted import Below, Wanted
from tests.strategies import CALM, CoursePush, Push, course_pushes, pushes

OWN = (Area.CATEGORIES, Part.OWN)


def category(key: str, name: str, weight: str = "20", **marks: bool) -> Item:
    return item(Area.CATEGORIES, key, {"name": name, "weight": weight}, **marks)


HOMEWORK, LAB = category("Homework", "Homework"), category("Lab", "Lab", "80")
MINE = category("section/Retakes", "Retakes", "5")


BOTH = setup([HOMEWORK, LAB])


def holding(*own: Item) -> Holding:
    return Holding().put(
        {
            (Area.CATEGORIES, Part.PUSHED): BOTH,
            (Area.CATEGORIES, Part.LINKED): BOTH,
            OWN: setup(own),
        }
    )


def below(*desired: Item, **more: object) -> Below:
    return Below({Area.CATEGORIES: setup(desired)}, **more)


def cases(*wants: Wanted) -> Cases:
    return Cases(wants, Scope(2027, "2026-11-20", ()))


def judged(below: Below, sections: list, known: Cases | None = None) -> list[Outcome]:
    """All sections, as a push judges them."""
    known = known or cases()
    given = known.given.once(below)
    return [known.section(given, held).section(used) for held, used in sections]


def whole(below: Below, held: Holding, used: frozenset[Use] | None = frozenset()) -> Outcome:
    return SectionQuestion(below, held).outcome(lambda: used)


@CALM
@given(pushes())
def test_a_push_from_masters_comes_to_the_same_in_pieces(case: Push) -> None:
    course, sections = judge_whole(case.want, case.course, case.sections, case.terms)
    known = cases(case.want)
    again = known.course(0, case.terms, case.course).course(lambda: case.sections)
    assert again == course
    if any(one is not None for one in sections):
        assert tuple(judged(again.below, case.sections, known)) == sections


@CALM
@given(course_pushes())
def test_a_push_from_courses_comes_to_the_same_in_pieces(case: CoursePush) -> None:
    direct = [whole(case.below, held, used) for held, used in case.sections]
    assert judged(case.below, case.sections) == direct


@CALM
@given(pushes())
def test_what_an_outcome_counts_is_what_its_verdicts_say(case: Push) -> None:
    found = cases(case.want).course(0, case.terms, case.course).course(lambda: case.sections)
    reasons = [one.reason for one in found.verdicts]
    assert (found.unchanged, found.local) == (reasons.count("in_sync"), reasons.count("local"))
    assert found.said == tuple(one for one in found.verdicts if one.reason not in {"in_sync", "local"})
    assert found.moves == (found.after is not found.before)


def test_a_teachers_own_category_stands_by_while_a_weight_moves() -> None:
    wants = below(category("Homework", "Homework", "30"), LAB)
    (found,) = judged(wants, [(holding(MINE), frozenset())])
    assert found == whole(wants, holding(MINE))
    assert found.pieces is not None


def test_the_sections_of_many_teachers_are_one_comparison() -> None:
    wants = below(category("Homework", "Homework", "30"), LAB)
    teachers = [holding(category(f"section/Mine {n}", f"Mine {n}")) for n in range(20)]
    known = cases()
    found = judged(wants, [(one, frozenset()) for one in teachers], known)
    assert known.compared == 1
    assert [one.after.get(*OWN).items[0].key for one in found] == [f"section/Mine {n}" for n in range(20)]
    linked = {one.after.get(Area.CATEGORIES, Part.LINKED).get("Homework").get("weight") for one in found}
    assert linked == {"30"}


def test_what_is_at_rest_is_not_compared_at_all() -> None:
    known = cases()
    (found,) = judged(below(HOMEWORK, LAB), [(holding(), None)], known)
    assert (known.compared, found.after is found.before, found.unchanged) == (0, True, 2)


def test_a_course_whose_tasks_may_go_is_judged_as_a_whole() -> None:
    task = item(Area.GRADING_TASKS, "Quarter", {"terms": (1, 2)})
    held = Holding().put({(Area.GRADING_TASKS, part): setup([task]) for part in (Part.PUSHED, Part.LINKED)})
    empty = Wanted("hs", "1", active=True, overwrite=False, setups={Area.GRADING_TASKS: EMPTY})
    same = Wanted("hs", "1", active=True, overwrite=False, setups={Area.GRADING_TASKS: setup([task])})
    assert isinstance(cases(empty).course(0, 4, held), Whole)
    assert isinstance(cases(same).course(0, 4, held), Plain)


def test_a_new_name_that_a_teacher_has_already_is_not_taken_twice() -> None:
    """A kept item steps aside as `Lab (1)`; a teacher's own `Lab (1)` keeps its name."""
    wants = below(HOMEWORK, category("New", "Lab", "80"))
    mine = category("section/Lab (1)", "Lab (1)")
    used = frozenset({Use(Area.CATEGORIES, "Lab", 1)})
    (found,) = judged(wants, [(holding(mine), used)])
    names = sorted(str(one.get("name")) for one in found.after.here(Area.CATEGORIES))
    assert names == ["Homework", "Lab", "Lab (1)", "Lab (2)"]
    assert found == whole(wants, holding(mine), used)


def test_evidence_of_a_dropped_category_tells_its_hosts_apart_and_no_other_does() -> None:
    wants = below(HOMEWORK)
    lab, other = (frozenset({Use(Area.CATEGORIES, key, 1)}) for key in ("Lab", "Homework"))
    known = cases()
    found = judged(wants, [(holding(), one) for one in (lab, other, frozenset(), None)], known)
    assert [one.after.get(*OWN).get("Lab") is not None for one in found] == [True, False, False, True]
    assert found[1] == found[2]
    assert [whole(wants, holding(), one) for one in (lab, other, frozenset(), None)] == found


def test_an_item_is_judged_once_whatever_lists_it_stands_in(monkeypatch: pytest.MonkeyPatch) -> None:
    """Lists are many, items few: the decision table is asked for each distinct case of an item alone."""
    asked = []

    def counting(area: Area, key: str, case: Case, *rest: object) -> Verdict:
        """Count, and judge."""
        asked.append(key)
        return settle(area, key, case, *rest)

    monkeypatch.setattr("reconciler.plan.alone.settle", counting)
    homework = [category("Homework", "Homework", str(weight)) for weight in (10, 20, 30)]
    labs = [category("Lab", "Lab", str(weight)) for weight in (60, 70, 80)]
    helds = [
        Holding().put({(Area.CATEGORIES, Part.PUSHED): BOTH, (Area.CATEGORIES, Part.LINKED): setup(pair)})
        for pair in product(homework, labs)
    ]
    found = judged(below(HOMEWORK, LAB), [(held, frozenset()) for held in helds])
    assert len(asked) == len(homework) + len(labs)
    assert found == [whole(below(HOMEWORK, LAB), held) for held in helds]
