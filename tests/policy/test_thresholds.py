"""How much of an area at a school one plan may change, with the numbers of what is too much."""

from __future__ import annotations

import pytest

from reconciler.course import Area, Lock
from reconciler.plan.build import build
from reconciler.policy.thresholds import count
from tests.policy.conftest import codes
from tests.small import catalog, category, held, info, listed, locked, master, scope, write_down

OWN = listed(categories=[category(name, 25) for name in ("A", "B", "C", "D")])
WANTED = catalog(master(categories=[category("Tests", 100)]))
OVER = scope("hill-27", "lake-27", overwrite=True)
SAID = {"allowed_in_session": True, "by": OVER}


@pytest.fixture
def schools(small):
    """Hill High has 3 sections with 4 categories of their own, Lake High has one; courses have none."""
    small.calendar("lake-27", "Lake High")
    for calendar, times in (("hill-27", 3), ("lake-27", 1)):
        course = small.course(calendar=calendar)
        for number in range(times):
            small.section(course, held(own=OWN), number=str(number))
    return small


def deletes(text: str) -> str:
    return f"thresholds: {{deletes: {{{text}}}}}"


def test_each_school_is_judged_by_itself(judged, schools):
    found = judged(deletes("count: 5, floor: 0"), WANTED, **SAID)
    assert [one.message for one in found] == [
        "categories at Hill High: 12 of 12 (100 %) would be deleted; the threshold is 5"
    ]
    assert found[0].how.startswith("Say `--over-threshold` and `--message WHY`")
    assert "`thresholds: deletes:`" in found[0].how


def test_the_floor_lets_small_numbers_through(judged, schools):
    assert len(judged(deletes("percent: 0, floor: 3"), WANTED, **SAID)) == 2
    assert len(judged(deletes("percent: 0, floor: 4"), WANTED, **SAID)) == 1
    assert len(judged(deletes("percent: 0"), WANTED, **SAID)) == 1, "10 unless said"
    assert len(judged(deletes("percent: 0, floor: 12"), WANTED, **SAID)) == 0


def test_percent_and_count_are_each_enough(judged, schools):
    assert codes(judged(deletes("percent: 100, count: 5"), WANTED, **SAID)) == ["threshold"]
    assert codes(judged(deletes("percent: 50, count: 500"), WANTED, **SAID)) == ["threshold"]
    assert codes(judged(deletes("percent: 100, count: 12"), WANTED, **SAID)) == []


def test_a_threshold_that_is_just_kept_is_kept(judged, schools):
    with_more = listed(categories=[category("Tests", 100)])
    for number in range(9):
        schools.section(1, held(linked=with_more), number=f"9{number}")
    (found,) = judged(
        deletes("percent: 57, floor: 0"), WANTED, by=scope(overwrite=True), allowed_in_session=True
    )
    assert "12 of 21 (57.15 %) would be deleted; the threshold is 57 %" in found.message
    assert (
        judged(deletes("percent: 57.2, floor: 0"), WANTED, by=scope(overwrite=True), allowed_in_session=True)
        == ()
    )


def test_updates_are_counted_apart_from_deletes(judged, small):
    for number in range(4):
        setup = listed(categories=[category("Tests", 40)])
        small.section(small.course(f"040{number}", held(linked=setup), master="0401"), held(linked=setup))
    assert judged(deletes("percent: 0, floor: 0"), WANTED) == ()
    (found,) = judged("thresholds: {updates: {percent: 50, floor: 0}}", WANTED)
    assert found.message == "categories at Hill High: 8 of 8 (100 %) would be updated; the threshold is 50 %"


def test_what_is_new_is_no_change(judged, small):
    small.section(small.course())
    assert judged("thresholds: {updates: {count: 0, floor: 0}, deletes: {count: 0, floor: 0}}", WANTED) == ()


def test_a_residual_is_not_deleted(judged, small):
    section = small.section(small.course(), held(own=OWN))
    for name in "ABCD":
        small.grade(section, Area.CATEGORIES, name)
    by = scope(overwrite=True)
    assert codes(judged(deletes("count: 0, floor: 0"), WANTED, by=by, allowed_in_session=True)) == []


def test_a_course_that_is_refused_changes_nothing(judged, small):
    drifted = held(
        pushed=listed(categories=[category("Tests", 40)]), linked=listed(categories=[category("Tests", 41)])
    )
    small.section(small.course(holding=drifted), drifted)
    assert judged("thresholds: {updates: {count: 0, floor: 0}}", WANTED) == ()


@pytest.mark.parametrize(
    ("said", "found"),
    [
        ({"forced": True}, ["threshold"]),
        ({"forced": True, "message": "  "}, ["threshold"]),
        ({"message": "new template"}, ["threshold"]),
        ({"forced": True, "message": "new template"}, ["(threshold)"]),
    ],
)
def test_the_flag_lifts_it_with_a_message_and_the_numbers_are_told_all_the_same(judged, schools, said, found):
    told = judged(deletes("percent: 30"), WANTED, **SAID, **said)
    assert codes(told) == found
    assert "12 of 12" in told[0].message


def test_what_is_counted_are_the_items_of_the_calendars_of_the_plan(schools):
    schools.calendar("moor-27", "Moor High")
    schools.section(schools.course(calendar="moor-27"), held(own=OWN))
    with schools.store.read() as snapshot:
        plan = write_down(build((WANTED,), OVER, snapshot, store=schools.store.id, catalog="x"))
        amounts = count(plan, snapshot)
    assert amounts.there == {(Area.CATEGORIES, "Hill High"): 12, (Area.CATEGORIES, "Lake High"): 4}
    assert amounts.deletes == amounts.there
    assert amounts.updates == {}


def test_areas_are_told_in_the_districts_words(judged, small):
    setup = {"course_info": info(department="Maths")}
    for number in range(3):
        small.course(f"040{number}", held(linked=listed(**setup)), master="0401")
    known = catalog(
        master(course_info=info(department="Science")),
        locks=locked(Area.GRADING_TASKS, department=Lock.LOCKED),
    )
    (found,) = judged("thresholds: {updates: {count: 2, floor: 0}}", known)
    assert found.message.startswith("course info fields at Hill High: 3 of 3 (100 %) would be updated")
