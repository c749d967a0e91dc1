"""What holds of every push, whatever is wanted and whatever is there (issue 2, 5)."""

from collections import Counter
from typing import NamedTuple

from hypothesis import given
from hypothesis import strategies as st

from reconciler.course import Area, Holding, Item, Part, Used
from reconciler.keep.evidence import EVIDENCED, rekeyed
from reconciler.keep.table import Action
from reconciler.plan.cohorts import SectionQuestion, judge_whole
from reconciler.plan.outcome import Outcome
from reconciler.plan.rekey import keys_of
from tests.strategies import CALM, CoursePush, Push, course_pushes, pushes

MAY_CHANGE_USED = {"3", "4", "10", "15", "C1", "R7"}
MAY_CHANGE_OWN = {"9", "11", "15", "C1", "R7"}
MAY_TAKE_OWN = {"18", "R2", "R7", "L5"}
EXTRA = {"C1", "R7"}


class Host(NamedTuple):
    """One judged host: before, what it uses (None: everything), and what came of it."""

    before: Holding
    used: Used | None
    outcome: Outcome

    def now(self, area: Area, key: str) -> tuple[str, Item | None]:
        """An item's key and the item itself after the push."""
        new = keys_of(self.outcome.rekeys).get((area, key), key)
        found = [one for one in self.outcome.after.here(area) if one.key == new]
        return new, found[0] if found else None

    def rows(self, area: Area, key: str) -> set[str]:
        """The rows that changed this item."""
        return {
            verdict.row
            for verdict in self.outcome.verdicts
            if (verdict.area, verdict.key) == (area, key) and verdict.writes
        }

    def uses(self, area: Area, key: str) -> bool:
        """Does anything in or below this host use the item?"""
        return area in EVIDENCED and (self.used is None or any(use[:2] == (area, key) for use in self.used))


def judged(case: Push) -> list[Host]:
    """The course first, then its sections; those that the push does not look at are left out."""
    course, below = judge_whole(case.want, case.course, case.sections, case.terms)
    sets = [used for _, used in case.sections]
    union = None if None in sets else frozenset().union(*(used for used in sets if used is not None))
    hosts = [Host(case.course, union, course)]
    pairs = zip(case.sections, below, strict=True)
    return hosts + [Host(held, used, found) for (held, used), found in pairs if found is not None]


def judged_from_courses(case: CoursePush) -> list[Host]:
    """The sections of one course."""
    return [
        Host(held, used, SectionQuestion(case.below, held).outcome(lambda used=used: used))
        for held, used in case.sections
    ]


def afterwards(case: Push) -> Push:
    """The same push once more."""
    course, below = judge_whole(case.want, case.course, case.sections, case.terms)
    sections = []
    for (held, used), found in zip(case.sections, below, strict=True):
        keys = keys_of(found.rekeys) if found else {}
        sections.append((found.after if found else held, None if used is None else rekeyed(used, keys)))
    return case._replace(course=course.after, sections=tuple(sections))


def no_used_setup_vanishes(hosts: list[Host]) -> None:
    for host in hosts:
        for area in EVIDENCED:
            for one in host.before.here(area):
                if not host.uses(area, one.key):
                    continue
                key, now = host.now(area, one.key)
                assert now is not None, (area, one.key, host.rows(area, one.key))
                if not host.outcome.refused and not now.same(one):
                    rows = host.rows(area, key)
                    assert rows <= MAY_CHANGE_USED, (area, key, rows)
                    assert rows or host.outcome.rekeys


def no_local_item_vanishes(hosts: list[Host]) -> None:
    for host in hosts:
        for area in Area:
            for one in host.before.get(area, Part.OWN):
                key, now = host.now(area, one.key)
                rows = host.rows(area, key) | host.rows(area, one.key)
                if now is None:
                    assert rows & MAY_TAKE_OWN or host.outcome.rekeys, (area, one, rows)
                elif not now.same(one) and not host.outcome.refused:
                    assert rows <= MAY_CHANGE_OWN, (area, one, rows)


@CALM
@given(pushes())
def test_used_setup_never_vanishes(case: Push) -> None:
    no_used_setup_vanishes(judged(case))


@CALM
@given(course_pushes())
def test_used_setup_never_vanishes_from_courses(case: CoursePush) -> None:
    no_used_setup_vanishes(judged_from_courses(case))


@CALM
@given(pushes())
def test_uses_keep_pointing_at_what_they_pointed_at(case: Push) -> None:
    for host in judged(case)[1:]:
        for use in host.used or ():
            if use.area is Area.CATEGORIES:
                key, now = host.now(use.area, use.key)
                assert now is not None, key
    sizes = [None if used is None else len(used) for _, used in case.sections]
    assert sizes == [None if used is None else len(used) for _, used in afterwards(case).sections]


@CALM
@given(pushes().filter(lambda case: not case.want.overwrite))
def test_locked_mode_keeps_every_local_item(case: Push) -> None:
    no_local_item_vanishes(judged(case))


@CALM
@given(course_pushes().filter(lambda case: not case.below.overwrite))
def test_a_push_from_courses_keeps_every_local_item(case: CoursePush) -> None:
    no_local_item_vanishes(judged_from_courses(case))


@CALM
@given(pushes())
def test_a_second_push_writes_nothing(case: Push) -> None:
    once = afterwards(case)
    twice = afterwards(once)
    assert twice.course == once.course
    assert twice.sections == once.sections


@CALM
@given(course_pushes())
def test_a_second_push_from_courses_writes_nothing(case: CoursePush) -> None:
    for host in judged_from_courses(case):
        used = None if host.used is None else rekeyed(host.used, keys_of(host.outcome.rekeys))
        again = SectionQuestion(case.below, host.outcome.after).outcome(lambda used=used: used)
        assert again.after == host.outcome.after
        assert not again.rekeys


@CALM
@given(pushes())
def test_the_order_of_sections_does_not_matter(case: Push) -> None:
    backwards = afterwards(case._replace(sections=case.sections[::-1]))
    forwards = afterwards(case)
    assert backwards.course == forwards.course
    assert backwards.sections == forwards.sections[::-1]


@CALM
@given(pushes())
def test_every_item_has_one_verdict(case: Push) -> None:
    for host in judged(case):
        counts = Counter((one.area, one.key) for one in host.outcome.verdicts if one.row not in EXTRA)
        assert not [place for place, count in counts.items() if count > 1]


@CALM
@given(pushes())
def test_a_refused_course_stays_as_it_is_with_its_sections(case: Push) -> None:
    course, *sections = judged(case)
    if course.outcome.refused:
        assert course.outcome.after == case.course
        assert not sections
        assert not course.outcome.rekeys
    else:
        assert not [one for one in course.outcome.verdicts if one.reason == "desynced"]


@CALM
@given(pushes())
def test_what_is_linked_and_what_is_own_never_share_a_key(case: Push) -> None:
    for host in judged(case):
        for area in Area:
            keys = [one.key for one in host.outcome.after.here(area)]
            assert len(keys) == len(set(keys)), (area, keys)
            linked = host.outcome.after.get(area, Part.LINKED)
            pushed = host.outcome.after.get(area, Part.PUSHED)
            assert not [one for one in (*linked, *pushed) if one.left or one.kept]


@CALM
@given(pushes())
def test_no_two_categories_that_stay_have_one_name(case: Push) -> None:
    for host in judged(case):
        if host.outcome.refused or Area.CATEGORIES not in {one.area for one in host.outcome.verdicts}:
            continue
        here = host.outcome.after.here(Area.CATEGORIES)
        names = Counter(one.get("name") for one in here)
        clashes = {name for name, count in names.items() if count > 1}
        offered = {
            verdict.after.get("name")
            for verdict in host.outcome.verdicts
            if verdict.area is Area.CATEGORIES
            and verdict.after is not None
            and verdict.action in (Action.CREATE, Action.UPDATE, Action.LINK, Action.RELINK, Action.PUT_BACK)
        }
        assert not clashes & offered, (clashes, here)


@CALM
@given(pushes(), st.data())
def test_more_evidence_never_takes_more_away(case: Push, data: st.DataObject) -> None:
    """Calculations apart: those of what is kept go (R2). A section is judged under the same course."""
    fewer = [(held, data.draw(some_of(used))) for held, used in case.sections]
    course, _ = judge_whole(case.want, case.course, case.sections, case.terms)
    less, _ = judge_whole(case.want, case.course, fewer, case.terms)
    assert less.rekeys != course.rekeys or taken(course) <= taken(less)
    for (held, some), (_, every) in zip(fewer, case.sections, strict=True) if course.below else ():
        question = SectionQuestion(course.below, held)
        one, other = question.outcome(lambda used=some: used), question.outcome(lambda used=every: used)
        assert one.rekeys != other.rekeys or taken(other) <= taken(one)


def some_of(used: Used | None) -> st.SearchStrategy[Used]:
    known = sorted(used or ())
    return st.sets(st.sampled_from(known)).map(frozenset) if known else st.just(frozenset())


def taken(one: Outcome) -> set[tuple[Area, str]]:
    """What is there before and not after, by its new key."""
    keys = keys_of(one.rekeys)
    areas = [area for area in Area if area is not Area.GRADE_CALC_OPTIONS]
    before = {
        (area, keys.get((area, each.key), each.key)) for area in areas for each in one.before.here(area)
    }
    return before - {(area, each.key) for area in areas for each in one.after.here(area)}
