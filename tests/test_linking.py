"""Linking says whom a course follows and records what already equals the master's; nothing visible changes."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from reconciler.course import Area, Counts, Part, Rename, Use, item, setup
from reconciler.keep.table import Hop
from reconciler.linking import Linked, Linking, Wish, dormant_items, record_equal, unlink, whole
from reconciler.receipts import begin
from tests.small import (
    BARE,
    Small,
    acting,
    catalog,
    category,
    cell,
    held,
    info,
    listed,
    locked,
    master,
    task,
)

if TYPE_CHECKING:
    from collections.abc import Iterable

    from reconciler.course import Catalog, Holding, Item
    from tests.small import State

CAT, TASK, GCO = Area.CATEGORIES, Area.GRADING_TASKS, Area.GRADE_CALC_OPTIONS
ONE = master(categories=[category("Homework", 20), category("Exam", 80)], grading_tasks=[task("Final")])
HS = catalog(ONE)
UNLINKED = {"catalog": None, "master": None}


def link(small: Small, *pairs: tuple[int, str], by: Catalog = HS) -> Linked:
    """Link courses to masters by number, in one run."""
    rows, _ = small.records()
    with small.store.write() as tx:
        wishes = [Wish(rows[course], by, by.masters[number]) for course, number in pairs]
        return Linking(tx, begin(tx, "link")).link(wishes)


def drop_link(small: Small, *courses: int) -> int:
    rows, _ = small.records()
    with small.store.write() as tx:
        return unlink(tx, [rows[one] for one in courses])


def visible(small: Small) -> tuple[object, object]:
    """All that a school could see: every host's items by name and value, its evidence by item name."""
    state: State = small.state()
    hosts = {("c", place): _seen(row[-1]) for place, row in state.courses.items()}
    hosts |= {("s", place): _seen(row[-2]) for place, row in state.sections.items()}
    names = {
        (place, one.key): one.get("name")
        for place, row in state.sections.items()
        for one in row[-2].here(CAT)
    }
    evidence = {
        (place, use.area, names.get((place, use.key), use.key), use.term): counts
        for place, use, counts in state.counts
    }
    return hosts, evidence


def _seen(holding: Holding) -> set[tuple[object, ...]]:
    return {
        (area, one.get("name") if area is CAT else one.key, one.fields)
        for area in Area
        for one in holding.here(area)
    }


def keys(items: Iterable[Item]) -> list[str]:
    return [one.key for one in items]


def test_a_linked_course_follows_its_master_and_nothing_is_pushed(small: Small) -> None:
    course = small.course("0401", **UNLINKED)
    done = link(small, (course, "0401"))
    row = small.records()[0][course]
    assert (row.catalog, row.master, row.dormant) == ("hs", "0401", None)
    assert small.holding(course=course) == BARE
    assert (done.courses, done.items, done.revived, done.already, done.refused) == (1, 0, 0, 0, [])


def test_items_that_equal_the_masters_are_recorded_as_linked(small: Small) -> None:
    own = listed(grading_tasks=[task("Final"), task("Mine")], grade_calc_options=[cell("Final", 1)])
    course = small.course("0401", held(own=own), **UNLINKED)
    made = catalog(
        master(grading_tasks=[task("Final")], grade_calc_options=[cell("Final", 1), cell("Final", 2)])
    )
    before = visible(small)
    done = link(small, (course, "0401"), by=made)
    after = small.holding(course=course)
    assert keys(after.get(TASK, Part.LINKED)) == keys(after.get(TASK, Part.PUSHED)) == ["Final"]
    assert keys(after.get(TASK, Part.OWN)) == ["Mine"]
    assert keys(after.get(GCO, Part.LINKED)) == ["Final@1"]
    assert done.items == 2
    assert visible(small) == before


def test_items_that_differ_stay_own(small: Small) -> None:
    course = small.course("0401", held(own={TASK: setup([task("Final", credit=1)])}), **UNLINKED)
    assert link(small, (course, "0401")).items == 0
    assert keys(small.holding(course=course).get(TASK, Part.OWN)) == ["Final"]


def test_a_category_is_known_by_its_name_and_gets_the_masters_key_with_its_uses(small: Small) -> None:
    mine = [category("Homework", 20, key="course/Homework"), category("Exam", 50, key="course/Exam")]
    course = small.course("0401", held(own={CAT: setup(mine)}), **UNLINKED)
    copy = small.section(
        course,
        held(linked={CAT: setup(mine)}, own={CAT: setup([category("Lab", 1, key="section/Lab")])}),
        {Use(CAT, "course/Homework", 1): Counts(3, 60), Use(CAT, "section/Lab", 1): Counts(1)},
    )
    other = small.section(course, BARE, number="2")
    before = visible(small)
    done = link(small, (course, "0401"))
    assert done.items == 1
    assert keys(small.holding(course=course).get(CAT, Part.LINKED)) == ["Homework"]
    assert keys(small.holding(course=course).get(CAT, Part.OWN)) == ["course/Exam"]
    assert keys(small.holding(section=copy).get(CAT, Part.LINKED)) == ["Homework", "course/Exam"]
    assert keys(small.holding(section=copy).get(CAT, Part.PUSHED)) == ["Homework", "course/Exam"]
    assert small.holding(section=other) == BARE
    assert small.counts(copy) == {
        Use(CAT, "Homework", 1): Counts(3, 60),
        Use(CAT, "section/Lab", 1): Counts(1),
    }
    state = small.state()
    assert state.sections[copy][-1] == {Use(CAT, "Homework", 1), Use(CAT, "section/Lab", 1)}
    assert visible(small) == before


def test_a_section_that_has_the_masters_key_already_keeps_two_items_apart(small: Small) -> None:
    """A residual of an earlier link, and the copy of the course's own: their uses never become one."""
    mine = category("Homework", 20, key="course/Homework")
    old = category("Homework (1)", 5, key="Homework").mark(left=True, kept=True)
    course = small.course("0401", held(own={CAT: setup([mine])}), **UNLINKED)
    section = small.section(
        course,
        held(linked={CAT: setup([mine])}, own={CAT: setup([old])}),
        {Use(CAT, "Homework", 1): Counts(1), Use(CAT, "course/Homework", 1): Counts(7)},
    )
    before = visible(small)
    link(small, (course, "0401"))
    assert small.counts() == {Use(CAT, "Homework", 1): Counts(1), Use(CAT, "course/Homework", 1): Counts(7)}
    assert sorted(keys(small.holding(section=section).here(CAT))) == ["Homework", "course/Homework"]
    assert visible(small) == before


def test_sections_whose_uses_were_never_read_stay_so(small: Small) -> None:
    mine = category("Homework", 20, key="course/Homework")
    course = small.course("0401", held(own={CAT: setup([mine])}), **UNLINKED)
    section = small.section(course, held(linked={CAT: setup([mine])}), unread=True)
    link(small, (course, "0401"))
    assert small.records()[1][section].used_id is None
    assert keys(small.holding(section=section).get(CAT, Part.LINKED)) == ["Homework"]


def test_fields_are_recorded_as_far_as_they_are_locked(small: Small) -> None:
    facts = info(name="Course 0401", number="0401", department="Math")
    course = small.course("0401", held(own={Area.COURSE_INFO: setup(facts)}), **UNLINKED)
    made = catalog(master(course_info=info(department="Math")), locks=locked(name="locked"))
    link(small, (course, "0401"), by=made)
    assert keys(small.holding(course=course).get(Area.COURSE_INFO, Part.LINKED)) == ["name"]
    assert keys(small.holding(course=course).get(Area.COURSE_INFO, Part.OWN)) == ["department", "number"]


def test_unlocked_areas_are_not_looked_at(small: Small) -> None:
    course = small.course("0401", held(own={TASK: setup([task("Final")])}), **UNLINKED)
    link(small, (course, "0401"), by=catalog(ONE, locks=locked(CAT)))
    assert keys(small.holding(course=course).get(TASK, Part.OWN)) == ["Final"]


def test_linking_then_planning_finds_nothing_to_do_where_all_is_equal(small: Small) -> None:
    own = {area: ONE.setups[area] for area in (TASK,)} | {
        CAT: setup(
            category(str(one.get("name")), one.get("weight"), key=f"course/{one.key}")
            for one in ONE.setups[CAT]
        )
    }
    course = small.course("0401", held(own=own), **UNLINKED)
    small.section(course, held(linked={CAT: own[CAT]}))
    done = link(small, (course, "0401"))
    assert done.items == 3
    plan = small.plan(HS)
    assert not acting(plan)
    assert {one.hop for one in plan.cohorts} == {Hop.COURSE, Hop.SECTION}


# --- who may be linked ------------------------------------------------------------------------------------


def test_a_course_that_follows_another_master_is_refused_with_a_message(small: Small) -> None:
    course = small.course("0401", master="0999")
    done = link(small, (course, "0401"))
    (refusal,) = done.refused
    assert refusal.address == "0401@hill-27"
    assert refusal.why == "it follows hs/0999; unlink it first"
    assert done.courses == 0
    assert small.records()[0][course].master == "0999"


def test_a_course_that_follows_the_same_number_of_another_catalog_is_refused(small: Small) -> None:
    course = small.course("0401", catalog="ms")
    assert [one.why for one in link(small, (course, "0401")).refused] == [
        "it follows ms/0401; unlink it first"
    ]


def test_a_course_that_is_linked_already_is_counted_and_left(small: Small) -> None:
    course = small.course("0401", held(own={TASK: setup([task("Final")])}))
    before = small.state()
    done = link(small, (course, "0401"))
    assert (done.courses, done.already, done.refused) == (0, 1, [])
    assert small.state() == before


def test_a_course_that_is_named_twice_is_linked_once(small: Small) -> None:
    both = catalog(ONE, master("0402"))
    course = small.course("0401", **UNLINKED)
    done = link(small, (course, "0401"), (course, "0401"), (course, "0402"), by=both)
    assert (done.courses, done.already) == (1, 1)
    assert [one.why for one in done.refused] == ["it follows hs/0401; unlink it first"]
    assert small.records()[0][course].master == "0401"


def test_what_is_refused_does_not_stop_the_others(small: Small) -> None:
    bad, good = small.course("0401", master="0999"), small.course("0401", **UNLINKED)
    done = link(small, (bad, "0401"), (good, "0401"))
    assert (done.courses, len(done.refused)) == (1, 1)
    assert small.records()[0][good].master == "0401"


def test_linking_nothing_is_nothing(small: Small) -> None:
    assert link(small) == Linked()


# --- unlinking and linking again ----------------------------------------------------------------------------


def pushed_course(small: Small) -> tuple[int, int]:
    """A course that was linked and pushed, with a section that has grades."""
    course = small.course("0401")
    section = small.section(course)
    small.apply(HS)
    small.grade(section, CAT, "Exam")
    return course, section


def test_unlinking_keeps_what_was_pushed_dormant(small: Small) -> None:
    course, _ = pushed_course(small)
    before = small.holding(course=course)
    assert before.get(CAT, Part.PUSHED)
    seen = visible(small)
    assert drop_link(small, course) == 1
    row = small.records()[0][course]
    assert (row.catalog, row.master, row.dormant) == (None, None, "hs/0401")
    assert small.holding(course=course) == before
    assert visible(small) == seen
    assert not small.plan(HS).cohorts


def test_unlinking_what_is_not_linked_changes_nothing(small: Small) -> None:
    course, _ = pushed_course(small)
    drop_link(small, course)
    before = small.state()
    assert drop_link(small, course) == 0
    assert small.state() == before


def test_linking_the_same_master_again_revives_what_was_pushed(small: Small) -> None:
    course, section = pushed_course(small)
    before = small.state()
    drop_link(small, course)
    done = link(small, (course, "0401"))
    assert (done.courses, done.revived, done.items) == (1, 1, 0)
    assert small.state() == before
    assert not acting(small.plan(HS))
    assert section


def test_linking_the_same_master_again_under_its_new_number_revives_too(small: Small) -> None:
    course, _ = pushed_course(small)
    drop_link(small, course)
    before = small.holding(course=course)
    renumbered = catalog(
        master("0402", was="0401", categories=list(ONE.setups[CAT]), grading_tasks=[task("Final")])
    )
    assert link(small, (course, "0402"), by=renumbered).revived == 1
    assert small.holding(course=course) == before


def test_linking_another_master_makes_what_was_pushed_the_courses_own(small: Small) -> None:
    course, section = pushed_course(small)
    drop_link(small, course)
    below = small.holding(section=section)
    other = catalog(
        master("0402", categories=[category("Homework", 20), category("Quiz", 80)], grading_tasks=[])
    )
    seen = visible(small)
    done = link(small, (course, "0402"), by=other)
    after = small.holding(course=course)
    assert done.revived == 0
    assert done.items == 1
    assert keys(after.get(CAT, Part.LINKED)) == keys(after.get(CAT, Part.PUSHED)) == ["Homework"]
    exam = after.get(CAT, Part.OWN).get("Exam")
    assert exam == category("Exam", 80).mark(left=True)
    assert after.get(TASK, Part.OWN).get("Final") == task("Final").mark(left=True)
    assert not after.get(TASK, Part.PUSHED)
    assert small.holding(section=section) == below
    assert visible(small) == seen
    counts = small.counts()
    small.apply(other)
    assert small.counts() == counts
    assert not acting(small.plan(other))


def test_dormant_items_leave_areas_without_links_alone() -> None:
    own = held(own={CAT: setup([category("Lab", key="course/Lab")])})
    assert dormant_items(own) is own


def test_what_was_deleted_below_is_not_dormant() -> None:
    gone = held(linked={}, pushed={CAT: setup([category("Exam")])})
    assert dormant_items(gone) == BARE


@pytest.mark.parametrize("area", sorted(set(Area) - {Area.CATEGORIES, Area.COURSE_INFO, Area.CROSS_SITE}))
def test_every_area_is_recorded(area: Area) -> None:
    key = {
        Area.COMPOSITE_GRADES: "Final@1<Quarter@1",
        Area.COMPOSITE_WEIGHTS: "Final@1<Quarter@1",
        GCO: "Final@1",
    }.get(area, "X")
    one = item(area, key, {})
    want = whole(catalog(master(**{area.value: [one]})), master(**{area.value: [one]}))
    after, renames, count = record_equal(want, held(own={area: setup([one.mark(left=True)])}))
    assert after == held(linked={area: setup([one])})
    assert (renames, count) == ((), 1)


def test_what_is_linked_already_is_not_recorded_again() -> None:
    holding = held(
        linked={CAT: setup([category("Homework", 9)])},
        own={CAT: setup([category("Homework", 20, key="course/H")])},
    )
    after, renames, count = record_equal(whole(HS, ONE), holding)
    assert (after, renames, count) == (holding, (), 0)


def test_of_two_equal_ones_the_first_key_is_taken() -> None:
    twins = [category("Exam", 80, key="course/Exam"), category("Exam", 80, key="course/Exam/2")]
    after, renames, count = record_equal(whole(HS, ONE), held(own={CAT: setup(twins)}))
    assert renames == (Rename(CAT, "course/Exam", "Exam"),)
    assert keys(after.get(CAT, Part.OWN)) == ["course/Exam/2"]
    assert count == 1
