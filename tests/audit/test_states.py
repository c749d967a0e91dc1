"""Each course's state: Linked, Course Controlled or Desynced; and the audit agrees with what a push refuses."""

from __future__ import annotations

from dataclasses import replace
from functools import partial

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from reconciler.audit.states import Standing, State, audit
from reconciler.course import Area, Exemption, Lock, Locks, Part, setup
from tests.small import AREAS, catalog, category, cell, held, info, listed, locked, master, scope, task

WANTED = listed(categories=[category("Homework", 40)], grading_tasks=[task("Final", terms=(1,))])
HS = catalog(master(**{area.value: list(items) for area, items in WANTED.items()}))


def states(small, *catalogs, **filters):
    return small.ask(lambda snapshot, told, chosen: audit(told, snapshot, chosen), *catalogs, **filters)


def change(holding, area=Area.CATEGORIES, items=()):
    return holding.put({(area, Part.LINKED): setup(items)})


def test_a_course_that_was_pushed_is_linked(small):
    course = small.course()
    small.apply(HS)
    assert states(small, HS).standings == {course: Standing(State.LINKED)}


def test_a_course_to_which_nothing_was_pushed_is_linked_and_says_so(small):
    course = small.course()
    assert states(small, HS).standings == {course: Standing(State.LINKED, "never_pushed")}


def test_a_changed_item_desyncs_and_is_named(small):
    course = small.course()
    small.apply(HS)
    small.edit(partial(change, items=[category("Homework", 55)]), course=course)
    found = states(small, HS).standings[course]
    assert (found.state, found.reason) == (State.DESYNCED, "desynced")
    assert found.first == ("changed_below", "categories", "Homework", "weight", "55", "40")


def test_a_deleted_item_desyncs(small):
    course = small.course()
    small.apply(HS)
    small.edit(change, course=course)
    found = states(small, HS).standings[course].first
    assert (found.cause, found.label, found.now) == ("gone_below", "Homework", "gone")


def test_the_first_item_is_the_first_in_the_order_of_a_push(small):
    course = small.course()
    small.apply(HS)
    small.edit(partial(change, items=[category("Homework", 55)]), course=course)
    small.edit(partial(change, area=Area.GRADING_TASKS, items=[task("Final", terms=(2,))]), course=course)
    assert states(small, HS).standings[course].first.area == "grading_tasks"


def test_what_was_made_below_before_its_master_had_it_desyncs(small):
    course = small.course(holding=held(own=listed(grading_tasks=[task("Final", terms=(3,))])))
    found = states(small, HS).standings[course]
    assert (found.state, found.first.cause) == (State.DESYNCED, "made_below")


def test_a_course_whose_setup_is_all_its_own_is_course_controlled(small):
    course = small.course(holding=held(own=listed(categories=[category("Labs", 10)])))
    assert states(small, HS).standings[course] == Standing(State.COURSE_CONTROLLED, "set_up_below")


def test_own_items_beside_pushed_ones_are_no_desync(small):
    course = small.course()
    small.apply(HS)
    own = setup([category("Labs", 10, key="course/Labs")])
    small.edit(lambda holding: holding.put({(Area.CATEGORIES, Part.OWN): own}), course=course)
    assert states(small, HS).standings[course].state is State.LINKED


def test_an_editable_edit_is_no_desync(small):
    locks = Locks({**locked().areas, Area.CATEGORIES: Lock.EDITABLE})
    free = replace(HS, locks=locks)
    course = small.course()
    small.apply(free)
    small.edit(partial(change, items=[category("Homework", 55)]), course=course)
    assert states(small, free).standings[course] == Standing(State.LINKED)
    assert states(small, HS).standings[course].state is State.DESYNCED


def test_an_unlocked_area_is_not_judged(small):
    course = small.course()
    small.apply(HS)
    small.edit(partial(change, items=[category("Homework", 55)]), course=course)
    tasks_alone = replace(HS, locks=locked(Area.GRADING_TASKS))
    assert states(small, tasks_alone).standings[course].state is State.LINKED


def test_a_changed_field_is_told_and_is_no_desync(small):
    both = replace(HS, locks=locked(*AREAS, name=Lock.LOCKED))
    course = small.course()
    small.apply(both)
    small.edit(partial(change, area=Area.COURSE_INFO, items=info(name="Mine")), course=course)
    found = states(small, both).standings[course]
    assert (found.state, found.reason) == (State.LINKED, "fields_changed_below")
    assert found.first == ("changed_below", "course_info", "name", "", "Mine", "Course 0401")


def test_a_course_without_a_master_is_course_controlled(small):
    course = small.course(catalog=None, master=None)
    assert states(small, HS).standings[course] == Standing(State.COURSE_CONTROLLED, "not_linked")


def test_an_ignored_course_is_course_controlled_however_it_is_marked(small):
    marked = small.course(ignored=True)
    listed_ = small.course(number="0402", master="0401")
    ignoring = replace(HS, ignored=(Exemption("0402@*", "its own way"),))
    found = states(small, ignoring).standings
    assert {found[marked].reason, found[listed_].reason} == {"ignored"}
    assert {found[marked].state, found[listed_].state} == {State.COURSE_CONTROLLED}


def test_a_course_whose_master_left_is_course_controlled(small):
    course = small.course(master="0999")
    assert states(small, HS).standings[course] == Standing(State.COURSE_CONTROLLED, "master_missing")


def test_an_exempt_calendar_is_left_out_with_its_unlinked_courses(small):
    small.course()
    small.course(number="0402", catalog=None, master=None)
    found = states(small, replace(HS, exempt=(Exemption("hill*", "summer"),)))
    assert found.standings == {} and found.left_out == {"exempt": 2}


def test_calendars_that_no_catalog_is_for_are_counted_and_not_judged(small):
    small.calendar("hill-25", year=2025)
    small.course(calendar="hill-25")
    found = states(small, HS)
    assert found.standings == {} and found.left_out == {"not_served": 1}


def test_a_course_of_a_catalog_that_was_not_read_is_counted_and_not_judged(small):
    small.course(catalog="ms")
    found = states(small, HS)
    assert found.standings == {} and found.left_out == {"other_catalog": 1}


def test_a_linked_course_at_a_school_that_its_catalog_left_is_course_controlled(small):
    course = small.course()
    elsewhere = replace(HS, schools=("Other High",))
    there = catalog(name="ms")
    assert states(small, elsewhere, there).standings[course].reason == "not_served"


def test_an_inactive_master_says_so(small):
    course = small.course()
    resting = catalog(master(active=False), locks=locked(active=Lock.LOCKED))
    assert states(small, resting).standings[course] == Standing(State.LINKED, "inactive")


def test_a_term_too_many_is_told_and_does_not_hide_a_desync(small):
    far = catalog(master(grading_tasks=[task("Final", terms=(9,))]))
    course = small.course()
    found = states(small, far).standings[course]
    assert (found.state, found.reason, found.first.now, found.first.wanted) == (
        State.LINKED, "term_out_of_range", "4", "9",
    )  # fmt: skip
    other = small.course(
        holding=held(own=listed(grading_tasks=[task("Final", terms=(3,))])), number="2", master="0401"
    )
    assert states(small, far).standings[other].state is State.DESYNCED


def test_an_area_filter_judges_that_area_alone(small):
    course = small.course()
    small.apply(HS)
    small.edit(partial(change, items=[category("Homework", 55)]), course=course)
    assert states(small, HS, area="grading*").standings[course].state is State.LINKED
    assert states(small, HS, area="categories").standings[course].state is State.DESYNCED


def test_equal_courses_are_judged_once(small):
    for number in range(30):
        small.course(number=f"c{number}", master="0401")
    small.apply(HS)
    found = states(small, HS).standings
    assert len(found) == 30 and len({id(one) for one in found.values()}) == 1


ITEMS = st.sampled_from([None, category("Homework", 40), category("Homework", 55), category("Tests", 5)])
TASKS = st.sampled_from([None, task("Final", terms=(1,)), task("Final", terms=(2,)), task("Other")])
CELLS = st.sampled_from([None, cell("Final", 1), cell("Final", 1, use_percent=True)])


@settings(max_examples=40, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(st.tuples(ITEMS, TASKS, CELLS), st.tuples(ITEMS, TASKS, CELLS), st.tuples(ITEMS, TASKS, CELLS))
def test_the_audit_says_desynced_just_where_a_push_refuses(small, pushed, linked, own):
    """Rule P5 and domain.md 7 are one truth."""

    def areas(items):
        names = ("categories", "grading_tasks", "grade_calc_options")
        return listed(**{name: [one] for name, one in zip(names, items, strict=True) if one})

    hs = catalog(master(categories=[category("Homework", 40)], grading_tasks=[task("Final", terms=(1,))],
                        grade_calc_options=[cell("Final", 1)]))  # fmt: skip
    apart = {area: items for area, items in areas(own).items() if area not in areas(linked)}
    holding = held(linked=areas(linked), pushed=areas(pushed), own=apart)
    course = small.course(number=f"n{len(small.records()[0])}", master="0401", holding=holding)
    plan = small.plan(hs, by=scope(to_sections=False))
    refused = {member for cohort in plan.cohorts if cohort.outcome.refused for member in cohort.members}
    found = states(small, hs).standings
    assert (found[course].state is State.DESYNCED) == (course in refused)


@pytest.mark.parametrize("calendar", ["hill-27", "dale-27"])
def test_a_calendar_filter_leaves_others_out(small, calendar):
    small.calendar("dale-27", school="Dale High")
    courses = {"hill-27": small.course(), "dale-27": small.course(calendar="dale-27")}
    assert set(states(small, HS, calendar=calendar).standings) == {courses[calendar]}
