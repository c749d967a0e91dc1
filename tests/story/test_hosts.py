"""What the story of a course, a section or a list says: its state, its locks, and how its items stand."""

from __future__ import annotations

import pytest

from reconciler.course import Area, Exemption, Holding, Lock, Locks, Origin, Part, setup
from reconciler.story.model import AWAITING, LINKED, LINKED_LOCKED, LOCAL, RESIDUAL
from tests.small import catalog, category, from_courses, held, listed, locked, master, task
from tests.story.telling import COURSE, SECTION, tell

LIST = master(categories=[category("Homework", 20), category("Tests", 80)], grading_tasks=[task("Final")])


def pushed(small, *masters):
    course = small.course()
    section = small.section(course)
    small.apply(catalog(*masters))
    return course, section


def areas(told):
    """What is told of each area that has anything."""
    return {
        one.area: (one.lock, dict(one.states), one.drifted, one.awaiting) for one in told.areas if one.states
    }


def weight(value):
    def change(holding: Holding) -> Holding:
        items = [category("Homework", value), category("Tests", 80)]
        return holding.put({(Area.CATEGORIES, Part.LINKED): setup(items)})

    return change


def test_a_course_tells_its_master_its_locks_and_its_counts(small):
    pushed(small, LIST)
    told = tell(small, COURSE, catalog(LIST))
    assert (told.state, told.why, told.master, told.master_name) == ("Linked", "", "0401", "Course 0401")
    assert (told.sections, told.unread, told.last_run.id) == (1, 0, 1)
    assert areas(told) == {
        Area.GRADING_TASKS: ("locked", {LINKED_LOCKED: 1}, 0, 0),
        Area.CATEGORIES: ("locked", {LINKED_LOCKED: 2}, 0, 0),
    }
    assert told.next == {}
    assert told.refused == ""


def test_what_waits_is_counted_before_the_first_push(small):
    small.course()
    told = tell(small, COURSE, catalog(LIST))
    assert areas(told)[Area.CATEGORIES] == ("locked", {AWAITING: 2}, 0, 2)
    assert told.next == {("masters", "created"): 3}
    assert told.last_run is None


def test_a_course_that_drifted_is_desynced_and_the_push_fails(small):
    course, _ = pushed(small, LIST)
    small.edit(weight(50), course=course)
    told = tell(small, COURSE, catalog(LIST))
    assert (told.state, told.refused) == ("Desynced", "desynced")
    assert areas(told)[Area.CATEGORIES][2] == 1
    assert [one.key for one in told.items if one.drifted] == ["Homework"]


@pytest.mark.parametrize("locks", [Locks(), Locks({Area.CATEGORIES: Lock.EDITABLE})])
def test_what_may_be_changed_below_does_not_make_a_course_desynced(small, locks):
    course, _ = pushed(small, LIST)
    small.edit(weight(50), course=course)
    told = tell(small, COURSE, catalog(LIST, locks=locks))
    assert told.state == "Linked"
    assert areas(told)[Area.CATEGORIES][2] == 1


@pytest.mark.parametrize(
    ("row", "other", "why"),
    [
        ({"catalog": None, "master": None}, {}, "not_linked"),
        ({"ignored": True}, {}, "ignored"),
        ({}, {"exempt": (Exemption("hill*", "summer"),)}, "exempt"),
        ({"master": "0999"}, {}, "master_missing"),
        ({}, {"schools": ("Lake High",)}, "not_served"),
    ],
)
def test_a_course_that_no_push_reaches_is_course_controlled(small, row, other, why):
    small.course(**row)
    told = tell(small, COURSE, catalog(LIST, **other))
    assert (told.state, told.why) == ("Course Controlled", why)


def test_a_masters_former_number_still_finds_it(small):
    small.course(master="0400")
    told = tell(small, COURSE, catalog(master("0401", was="0400")))
    assert (told.state, told.master, told.master_name) == ("Linked", "0400", "Course 0401")


def test_without_the_catalog_the_state_is_not_known(small):
    pushed(small, LIST)
    told = tell(small, COURSE)
    assert (told.state, told.why, told.origin) == ("", "catalog_unknown", None)
    assert areas(told)[Area.CATEGORIES] == ("", {LINKED: 2}, 0, 0)


def test_a_section_tells_its_teacher_and_counts_residuals(small):
    _, section = pushed(small, LIST)
    small.grade(section, Area.CATEGORIES, "Homework")
    small.apply(catalog(master(grading_tasks=[task("Final")])))
    told = tell(small, SECTION, catalog(master(grading_tasks=[task("Final")])))
    assert (told.teacher, told.is_section) == ("Ms. Bell", True)
    assert areas(told)[Area.CATEGORIES][1] == {RESIDUAL: 1}
    assert told.next == {("masters", "residual"): 1}


def test_a_section_says_what_both_pushes_would_do(small):
    own = listed(categories=[category("Lab", key="course/Lab")])
    small.section(small.course(holding=held(own=own)))
    told = tell(small, SECTION, catalog(LIST, locks=locked(Area.GRADING_TASKS)))
    assert told.next == {("courses", "created"): 1}
    assert [one.key for one in told.items] == ["course/Lab"]


def test_a_mapped_course_gives_its_section_nothing(small):
    own = listed(categories=[category("Lab", key="course/Lab")])
    small.section(small.course(holding=held(own=own), catalog=None, master=None, mapped=True))
    assert tell(small, SECTION).next == {}


def test_a_list_tells_its_items_alone(small):
    own = category("Lab", key="section/Lab")
    small.section(small.course(), held(own=listed(categories=[own])))
    told = tell(small, f"{SECTION}#categories", catalog(LIST))
    assert told.area is Area.CATEGORIES
    assert {one.label: one.state for one in told.items} == {
        "Homework": AWAITING,
        "Tests": AWAITING,
        "Lab": LOCAL,
    }
    assert [one.area for one in told.areas] == [Area.CATEGORIES]


def test_sections_whose_uses_were_never_read_are_counted(small):
    course = small.course()
    small.section(course, unread=True)
    small.section(course, number="2")
    assert tell(small, COURSE, catalog(LIST)).unread == 1
    assert tell(small, f"{COURSE}/2", catalog(LIST)).unread == 0


def test_the_last_run_is_the_hosts_own(small):
    course, _ = pushed(small, LIST)
    other = small.course("0402", master="0402")
    small.apply(catalog(LIST, master("0402", categories=[category("Quiz")])))
    assert tell(small, COURSE, catalog(LIST)).last_run.id == 1
    assert tell(small, "0402@hill-27", catalog(LIST)).last_run.id == 2
    assert course != other


def test_a_course_that_gives_by_itself_shows_nothing_to_push_after_it_was(small):
    own = listed(categories=[category("Lab", key="course/Lab")])
    small.section(small.course(holding=held(own=own), catalog=None, master=None))
    assert tell(small, SECTION).next == {("courses", "created"): 1}
    small.apply(by=from_courses())
    assert tell(small, SECTION).next == {}


def test_the_master_says_where_it_is_written(small):
    small.course()
    told = tell(small, COURSE, catalog(LIST))
    assert told.origin == Origin("master", "", 0)
