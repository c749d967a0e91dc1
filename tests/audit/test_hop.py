"""Courses whose setup has not reached their sections, area by area, and why."""

from __future__ import annotations

import pytest

from reconciler.audit.hop import behind
from reconciler.course import Area, DataType, Part, setup
from reconciler.receipts import begin
from tests.small import ONE, catalog, category, from_courses, held, listed, locked, master, scope, task

OLD = catalog(master(categories=[category("Homework", 40)]))
NEW = catalog(master(categories=[category("Homework", 50), category("Tests", 50)]))


def waits(small, **filters):
    """(area, items, sections waiting, sections, reason) of every line."""
    found = small.ask(lambda snapshot, _catalogs, chosen: list(behind(snapshot, chosen)), **filters)
    return [(one.area.value, one.items, len(one.waiting), one.sections, one.reason) for one in found]


@pytest.fixture
def course(small):
    place = small.course()
    small.section(place, number="1")
    small.section(place, number="2")
    return place


def test_after_a_push_to_sections_nothing_waits(small, course):
    small.apply(OLD)
    assert waits(small) == []


def test_a_push_that_stops_at_the_courses_leaves_sections_waiting(small, course):
    small.apply(OLD, by=scope(to_sections=False))
    assert waits(small) == [("categories", ("Homework",), 2, 2, "stopped_at_courses")]


def test_only_what_moved_on_waits(small, course):
    small.apply(OLD)
    small.apply(NEW, by=scope(to_sections=False))
    assert waits(small) == [("categories", ("Homework", "Tests"), 2, 2, "stopped_at_courses")]


def test_a_push_from_courses_does_the_second_hop(small, course):
    small.apply(OLD, by=scope(to_sections=False))
    small.apply(by=from_courses())
    assert waits(small) == []


def test_a_dropped_category_waits_to_go(small, course):
    small.apply(NEW)
    small.apply(OLD, by=scope(to_sections=False))
    assert waits(small) == [("categories", ("Homework", "Tests"), 2, 2, "stopped_at_courses")]


def test_a_new_section_waits_alone(small, course):
    small.apply(OLD)
    small.section(course, number="3")
    assert waits(small) == [("categories", ("Homework",), 1, 3, "moved_on")]


def test_what_a_teacher_changed_is_drift_and_does_not_wait(small, course):
    small.apply(OLD)
    _, sections = small.records()
    edited = setup([category("Homework", 11)])
    small.edit(lambda held_: held_.put({(Area.CATEGORIES, Part.LINKED): edited}), section=min(sections))
    assert waits(small) == []


def test_an_equal_item_of_a_section_needs_only_a_link_and_does_not_wait(small):
    place = small.course(holding=held(linked=listed(categories=[category("Homework", 40)])))
    small.section(place, held(own=listed(categories=[category("Homework", 40, key="section/Homework")])))
    assert waits(small) == []


def test_a_course_without_masters_waits_too(small):
    place = small.course(holding=held(own=listed(categories=[category("Labs")])), catalog=None, master=None)
    small.section(place)
    assert waits(small) == [("categories", ("Labs",), 1, 1, "never_pushed")]


def test_a_course_of_no_push_was_never_pushed(small):
    place = small.course(holding=held(linked=listed(categories=[category("Homework")])))
    small.section(place)
    assert [one[4] for one in waits(small)] == ["never_pushed"]


def test_a_type_that_was_not_ticked(small, course):
    small.apply(OLD, by=scope(to_sections=False))
    rest = frozenset(set(DataType) - {DataType.CATEGORIES})
    small.apply(OLD, by=scope(data=rest))
    assert [one[4] for one in waits(small)] == ["not_ticked"]


def test_tasks_are_read_of_the_course_and_never_wait(small, course):
    hs = catalog(master(grading_tasks=[task("Final", terms=(1,))]), locks=locked(Area.GRADING_TASKS))
    small.apply(hs, by=scope(to_sections=False))
    assert waits(small) == []


def test_a_residual_is_not_offered_to_sections(small, course):
    _, sections = small.records()
    small.apply(NEW)
    small.grade(min(sections), Area.CATEGORIES, "Tests", counts=ONE)
    small.apply(OLD)
    assert waits(small) == []


def test_a_mapped_course_is_left_out(small):
    place = small.course(holding=held(own=listed(categories=[category("Labs")])), mapped=True)
    small.section(place)
    assert waits(small) == []


def test_filters_narrow_areas_and_teachers(small, course):
    small.apply(OLD, by=scope(to_sections=False))
    assert waits(small, area="composite*") == []
    assert waits(small, area="categories", teacher="Ms. Bell")[0][2:4] == (2, 2)


def test_the_state_is_only_read(small, course):
    small.apply(OLD, by=scope(to_sections=False))
    before = small.state()
    waits(small)
    assert small.state() == before


def test_a_push_that_was_undone_is_named_as_undone(small, course):
    run = small.apply(OLD, by=scope(to_sections=False)).run
    with small.store.write() as tx:
        tx.end_run(begin(tx, "undo", undoes=run), "2026-08-02T00:00:00+00:00", "done", None)
    assert [one[4] for one in waits(small)] == ["push_undone"]


def test_another_teachers_sections_are_not_told(small, course):
    small.apply(OLD, by=scope(to_sections=False))
    with small.store.write() as tx:
        first, _ = tx.section_records()
        tx.put_sections([first._replace(teacher="Mr. Ash")])
    assert waits(small, teacher="Mr. Ash") == [("categories", ("Homework",), 1, 2, "stopped_at_courses")]
