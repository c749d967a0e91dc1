"""What of a master has not moved to its courses, and the reason that is given for it."""

from __future__ import annotations

from dataclasses import replace

import pytest

from reconciler.audit.awaiting import awaiting
from reconciler.course import Area, DataType, Exemption, Lock, Locks, Part, Rename, Use, item, setup
from reconciler.receipts import begin
from tests.small import ONE, catalog, category, cell, info, locked, master, row_key, scope, task

OLD = catalog(master(categories=[category("Homework", 40)]))
NEW = catalog(master(categories=[category("Homework", 50)]))


def lines(small, *catalogs, **filters):
    """(item, pushed, desired, reason, courses, schools) of every line, course info and what never moved apart."""
    found = small.ask(lambda snapshot, told, chosen: awaiting(told, snapshot, chosen), *catalogs, **filters)
    return {
        (line.item.label, line.item.pushed, line.item.desired, line.reason, pile.courses, len(pile.schools))
        for line, pile in found.items()
        if line.item.area is not Area.COURSE_INFO
    }


def test_what_was_pushed_does_not_wait(small):
    small.course()
    small.apply(OLD)
    assert lines(small, OLD) == set()


def test_a_master_that_moved_on_tells_just_the_field(small):
    small.course()
    small.apply(OLD)
    assert lines(small, NEW) == {("Homework", "weight 40", "weight 50", "moved_on", 1, 1)}


def test_the_last_push_is_named(small):
    small.course()
    run = small.apply(OLD).run
    found = small.ask(lambda snapshot, told, chosen: awaiting(told, snapshot, chosen), NEW, area="categories")
    assert [line.run for line in found] == [run]


def test_courses_and_schools_are_summed(small):
    small.calendar("dale-27", school="Dale High")
    for number in ("a", "b", "c"):
        small.course(number, master="0401")
    small.course("d", master="0401", calendar="dale-27")
    small.apply(OLD, by=scope("hill-27", "dale-27"))
    assert lines(small, NEW) == {("Homework", "weight 40", "weight 50", "moved_on", 4, 2)}
    assert lines(small, NEW, school="Dale High") == {("Homework", "weight 40", "weight 50", "moved_on", 1, 1)}


def test_new_and_dropped_items_wait_whole(small):
    small.course()
    small.apply(OLD)
    other = catalog(master(categories=[category("Tests", 60)]))
    assert lines(small, other) == {
        ("Homework", "weight 40", None, "moved_on", 1, 1),
        ("Tests", None, "weight 60", "moved_on", 1, 1),
    }


def test_nothing_was_ever_pushed(small):
    small.course()
    assert lines(small, OLD) == {("Homework", None, "weight 40", "never_pushed", 1, 1)}


def test_a_course_that_was_linked_after_the_push_was_never_pushed(small):
    small.course("0402", master="0401")
    small.apply(OLD)
    small.course()
    assert lines(small, OLD, course="0401") == {("Homework", None, "weight 40", "never_pushed", 1, 1)}


def test_not_locked(small):
    small.course()
    small.apply(OLD)
    free = replace(NEW, locks=locked(Area.GRADING_TASKS))
    assert lines(small, free) == {("Homework", "weight 40", "weight 50", "unlocked", 1, 1)}


def test_not_locked_is_said_of_an_ignored_course_too(small):
    small.course(ignored=True)
    free = replace(OLD, locks=locked(Area.GRADING_TASKS))
    assert {line[3] for line in lines(small, free)} == {"unlocked"}


def test_one_field_of_course_info_is_locked_and_another_is_not(small):
    small.course()
    locks = Locks({}, {(Area.COURSE_INFO, "department"): Lock.LOCKED})
    hs = catalog(master(course_info=info(department="Math", honors=True)), locks=locks)
    found = small.ask(lambda snapshot, told, chosen: awaiting(told, snapshot, chosen), hs, area="course_info")
    told = {line.item.label: line.reason for line in found}
    assert told["department"] == "never_pushed" and told["honors"] == "unlocked"


def test_not_ticked_on_the_last_push(small):
    small.course()
    small.apply(OLD)
    rest = frozenset(set(DataType) - {DataType.CATEGORIES})
    small.apply(NEW, by=scope(data=rest))
    assert lines(small, NEW) == {("Homework", "weight 40", "weight 50", "not_ticked", 1, 1)}


def test_a_push_elsewhere_is_not_the_last_push_here(small):
    small.calendar("dale-27", school="Dale High")
    small.course()
    small.course(calendar="dale-27")
    small.apply(OLD, by=scope("hill-27", "dale-27"))
    rest = frozenset(set(DataType) - {DataType.CATEGORIES})
    small.apply(NEW, by=scope("dale-27", data=rest))
    assert {line[3] for line in lines(small, NEW, school="Hill High")} == {"moved_on"}
    assert {line[3] for line in lines(small, NEW, school="Dale High")} == {"not_ticked"}


def test_a_push_of_chosen_courses_is_the_last_push_of_those(small):
    small.course("a", master="0401")
    small.course("b", master="0401")
    small.apply(OLD)
    rest = frozenset(set(DataType) - {DataType.CATEGORIES})
    small.apply(NEW, by=scope(data=rest, courses=("a",)))
    assert {line[3] for line in lines(small, NEW, course="a")} == {"not_ticked"}
    assert {line[3] for line in lines(small, NEW, course="b")} == {"moved_on"}


def test_an_undone_push_is_named_as_undone(small):
    small.course()
    small.apply(OLD)
    run = small.apply(OLD).run
    with small.store.write() as tx:
        tx.end_run(begin(tx, "undo", undoes=run), "2026-08-02T00:00:00+00:00", "done", None)
    assert {line[3] for line in lines(small, NEW)} == {"push_undone"}


def test_what_a_roll_forward_carried_over_is_of_another_year(small):
    course = small.course()
    small.apply(OLD)
    holding = small.holding(course=course)
    small.calendar("hill-28", year=2028)
    small.course(calendar="hill-28", holding=holding)
    both = replace(NEW, school_years=(2027, 2028))
    assert {line[3] for line in lines(small, both, calendar="hill-28")} == {"other_year"}


@pytest.mark.parametrize(
    ("mark", "reason"),
    [
        ({"ignored": (Exemption("0401@*", "no"),)}, "ignored"),
        ({"exempt": (Exemption("hill*", "no"),)}, "exempt"),
    ],
)
def test_left_out(small, mark, reason):
    small.course()
    small.apply(OLD)
    assert lines(small, replace(NEW, **mark)) == {("Homework", "weight 40", "weight 50", reason, 1, 1)}


def test_a_desynced_course_gets_nothing(small):
    course = small.course()
    small.apply(OLD)
    edited = setup([category("Homework", 33)])
    small.edit(lambda holding: holding.put({(Area.CATEGORIES, Part.LINKED): edited}), course=course)
    assert lines(small, NEW) == {("Homework", "weight 40", "weight 50", "desynced", 1, 1)}


def test_an_inactive_master_moves_only_its_field(small):
    small.course()
    small.apply(OLD)
    resting = catalog(master(active=False, categories=[category("Homework", 50)]), locks=locked(*locked().areas, active=Lock.LOCKED))  # fmt: skip
    found = small.ask(lambda snapshot, told, chosen: awaiting(told, snapshot, chosen), resting)
    told = {line.item.label: line.reason for line in found}
    assert told["Homework"] == "inactive" and told["active"] == "moved_on"


def test_a_term_too_many(small):
    small.course()
    far = catalog(master(grading_tasks=[task("Final", terms=(9,))]))
    assert {line[3] for line in lines(small, far)} == {"term_out_of_range"}


def test_an_item_that_is_refused_by_itself(small):
    small.course()
    hs = catalog(master(grade_calc_options=[cell("Final", 1)]), locks=locked(Area.GRADE_CALC_OPTIONS))
    assert {line[3] for line in lines(small, hs)} == {"missing_task"}


def test_a_field_that_stays_because_it_is_used(small):
    course = small.course()
    two = catalog(master(grading_tasks=[task("Final", terms=(1, 2))]))
    section = small.section(course)
    small.apply(two)
    posted = ONE._replace(posted=2)
    small.grade(section, Area.GRADING_TASKS, "Final", 2, posted)
    one = catalog(master(grading_tasks=[task("Final", terms=(1,))]))
    assert lines(small, one) == {("Final", "terms 1, 2", "terms 1", "used", 1, 1)}


def test_a_renamed_item_waits_as_one(small):
    small.course()
    small.apply(OLD)
    renamed = catalog(
        master(categories=[category("Home", 40)], renames=[Rename(Area.CATEGORIES, "Homework", "Home")])
    )
    assert lines(small, renamed) == {("Home", "name Homework", "name Home", "moved_on", 1, 1)}


def test_weights_that_come_with_their_row_are_not_called_unlocked(small):
    """L5: where structure is locked and weights are not, a new row brings its weight."""
    small.course()
    key = row_key("Final", "Quarter")
    hs = catalog(
        master(
            grading_tasks=[task("Final", terms=(1,)), task("Quarter", terms=(1,))],
            composite_grades=[item(Area.COMPOSITE_GRADES, key, {})],
            composite_weights=[item(Area.COMPOSITE_WEIGHTS, key, {"weight": 100})],
        ),
        locks=locked(Area.GRADING_TASKS, Area.COMPOSITE_GRADES),
    )
    told = {line[:4] for line in lines(small, hs, area="composite*")}
    assert {line[3] for line in told} == {"never_pushed"}
    assert {line[2] for line in told} == {"there", "weight 100"}
    small.apply(hs)
    assert lines(small, hs, area="composite*") == set()


def test_masters_that_left_the_catalog_wait_for_nothing(small):
    small.course(master="0999")
    assert lines(small, OLD) == set()


def test_uses_do_not_matter_to_what_waits(small):
    course = small.course()
    section = small.section(course)
    small.apply(OLD)
    small.grade(section, *Use(Area.CATEGORIES, "Homework", 1))
    assert lines(small, NEW) == {("Homework", "weight 40", "weight 50", "moved_on", 1, 1)}


def test_an_undo_that_was_taken_back_leaves_the_push_in_force(small):
    small.course()
    small.apply(OLD)
    run = small.apply(OLD).run
    with small.store.write() as tx:
        undo = begin(tx, "undo", undoes=run)
        tx.end_run(undo, "2026-08-02T00:00:00+00:00", "done", None)
        tx.end_run(begin(tx, "undo", undoes=undo), "2026-08-03T00:00:00+00:00", "done", None)
    assert {line[3] for line in lines(small, NEW)} == {"moved_on"}


def test_an_undo_that_failed_takes_nothing_back(small):
    small.course()
    run = small.apply(OLD).run
    with small.store.write() as tx:
        tx.end_run(begin(tx, "undo", undoes=run), "2026-08-02T00:00:00+00:00", "failed", None)
    assert {line[3] for line in lines(small, NEW)} == {"moved_on"}


def test_an_undo_that_was_done_in_part_takes_the_push_back(small):
    small.course()
    run = small.apply(OLD).run
    with small.store.write() as tx:
        tx.end_run(begin(tx, "undo", undoes=run), "2026-08-02T00:00:00+00:00", "in_part", None)
    assert {line[3] for line in lines(small, NEW)} == {"push_undone"}
