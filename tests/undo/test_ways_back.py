"""What an undo brings back beside values: keys with their uses, masters' numbers, lists; and what is gone."""

from __future__ import annotations

from dataclasses import replace

import pytest

from reconciler.course import EMPTY, Area, Counts, Item, ListKind, Part, Rename, Use, setup
from tests.small import ONE, catalog, category, cell, held, listed, master, names_of, task, write_down
from tests.undo.back import carry_out, going, pushed, reasons, taken_back, undo

OLD = catalog(master(categories=[category("Homework", 40)]))
RENAMED = catalog(
    master(categories=[category("Home", 40)], renames=[Rename(Area.CATEGORIES, "Homework", "Home")])
)
WORK = Use(Area.CATEGORIES, "Homework", 1)


@pytest.fixture
def hosts(small):
    """A course and its section."""
    course = small.course()
    return course, small.section(course)


def told(small):
    """The state without the other names of items, which an import knows them by: they only grow."""
    return small.state()._replace(aliases=frozenset())


# --- keys (P12, row 8) -------------------------------------------------------------------------------------


def test_a_renamed_category_gets_its_key_and_its_uses_back(small, hosts):
    _, section = hosts
    pushed(small, OLD)
    small.grade(section, *WORK, Counts(2, 30))
    before = told(small)
    run = pushed(small, RENAMED)
    assert set(small.counts()) == {Use(Area.CATEGORIES, "Home", 1)}
    after = told(small)
    plan = undo(small, run)
    back = carry_out(small, plan).run
    assert reasons(plan) == set() and told(small) == before
    assert small.counts() == {WORK: Counts(2, 30)}
    taken_back(small, back)
    assert told(small) == after


def test_work_that_came_after_the_rename_goes_back_with_the_key(small, hosts):
    _, section = hosts
    pushed(small, OLD)
    run = pushed(small, RENAMED)
    small.grade(section, Area.CATEGORIES, "Home", 2, ONE)
    assert reasons(taken_back(small, run)) == set()
    assert small.counts() == {Use(Area.CATEGORIES, "Homework", 2): ONE}
    assert names_of(small.holding(section=section).here(Area.CATEGORIES)) == ["Homework"]


def test_a_renamed_task_goes_back_with_all_that_names_it(small, hosts):
    _, section = hosts
    feeding = category("Tests", 60, tasks=("Final",))
    pushed(
        small,
        catalog(master(grading_tasks=[task("Final", terms=(1,))], categories=[feeding],
                       grade_calc_options=[cell("Final", 1)])),
    )  # fmt: skip
    small.grade(section, Area.GRADING_TASKS, "Final", 1, Counts(posted=4))
    before = told(small)
    renamed = catalog(
        master(
            grading_tasks=[task("Exam", terms=(1,))],
            categories=[category("Tests", 60, tasks=("Exam",))],
            grade_calc_options=[cell("Exam", 1)],
            renames=[Rename(Area.GRADING_TASKS, "Final", "Exam")],
        )
    )
    run = pushed(small, renamed)
    assert small.holding(section=section).here(Area.CATEGORIES)[0].get("tasks") == ("Exam",)
    assert set(small.counts()) == {Use(Area.GRADING_TASKS, "Exam", 1)}
    assert reasons(taken_back(small, run)) == set()
    assert told(small) == before


def test_a_teachers_category_that_was_linked_is_the_teachers_again(small):
    """Row 8: the key that a link changed, with the uses under it."""
    course = small.course()
    mine = held(own=listed(categories=[category("Homework", 40, key="section/Homework")]))
    section = small.section(course, mine, {Use(Area.CATEGORIES, "section/Homework", 1): ONE})
    before = told(small)
    run = pushed(small, OLD)
    assert small.holding(section=section).get(Area.CATEGORIES, Part.LINKED).by_key.keys() == {"Homework"}
    assert small.counts() == {WORK: ONE}
    plan = taken_back(small, run)
    assert reasons(plan) == set() and told(small) == before
    assert small.counts() == {Use(Area.CATEGORIES, "section/Homework", 1): ONE}


# --- a master's number -------------------------------------------------------------------------------------


def test_a_course_follows_its_masters_old_number_again(small, hosts):
    course, section = hosts
    pushed(small, OLD)
    small.grade(section, *WORK, ONE)
    before = small.state()
    run = pushed(small, catalog(master("0402", was="0401", categories=[category("Homework", 45)])))
    assert small.records()[0][course].master == "0402"
    taken_back(small, run)
    assert small.records()[0][course].master == "0401"
    assert small.state() == before and small.counts() == {WORK: ONE}


def test_a_course_that_was_linked_elsewhere_since_stays_there(small, hosts):
    course, _ = hosts
    pushed(small, OLD)
    run = pushed(small, catalog(master("0402", was="0401", categories=[category("Homework", 45)])))
    with small.store.write() as tx:
        (row,) = tx.course_records([course])
        tx.put_courses([row._replace(master="0777")])
    taken_back(small, run)
    assert small.records()[0][course].master == "0777"
    assert str(small.holding(course=course).here(Area.CATEGORIES)[0].get("weight")) == "40"


# --- named lists -------------------------------------------------------------------------------------------

LETTERS = Item("Letters", (("A", "90"), ("F", "0")))
POINTS = Item("Points", (("10", "90"), ("0", "0")))


def with_lists(hs, *entries):
    return replace(hs, lists={ListKind.SCORE_GROUPS: setup(entries)})


def groups(small):
    with small.store.read() as snapshot:
        return set(snapshot.lists("hs").get(ListKind.SCORE_GROUPS, EMPTY).by_key)


def test_lists_go_back_to_what_a_run_found(small, hosts):
    pushed(small, with_lists(OLD, LETTERS))
    run = pushed(small, with_lists(OLD, POINTS))
    assert groups(small) == {"Points"}
    taken_back(small, run)
    assert groups(small) == {"Letters"}


def test_lists_that_a_later_run_wrote_are_left(small, hosts):
    run = pushed(small, with_lists(OLD, LETTERS))
    pushed(small, with_lists(OLD, LETTERS, POINTS))
    assert undo(small, run).list_changes == ()
    taken_back(small, run)
    assert groups(small) == {"Letters", "Points"}


# --- what is gone, or new, since ---------------------------------------------------------------------------


def test_courses_that_were_deleted_since_are_passed_over(small):
    stays, goes = small.course("0401"), small.course("0402", master="0401")
    for course in (stays, goes):
        small.section(course)
    run = pushed(small, OLD)
    with small.store.write() as tx:
        tx.drop_courses([goes])
    plan = undo(small, run)
    assert {member for cohort in plan.cohorts for member in cohort.members if cohort.hop == "course"} == {
        stays
    }
    carry_out(small, plan)
    assert not small.holding(course=stays).here(Area.CATEGORIES)


def test_nothing_is_left_of_a_run_whose_courses_are_all_gone(small, hosts):
    course, section = hosts
    run = pushed(small, OLD)
    with small.store.write() as tx:
        tx.drop_sections([section])
        tx.drop_courses([course])
    plan = undo(small, run)
    assert plan.cohorts == () and plan.calendars == ()


def test_a_course_that_goes_between_plan_and_apply_is_told_as_gone(small, hosts):
    course, section = hosts
    plan = undo(small, pushed(small, OLD))
    with small.store.write() as tx:
        tx.drop_sections([section])
        tx.drop_courses([course])
    assert carry_out(small, plan).gone == [course]


def test_a_section_that_comes_between_plan_and_apply_is_left(small, hosts):
    course, section = hosts
    plan = undo(small, pushed(small, OLD))
    new = small.section(course, number="2")
    assert carry_out(small, plan).status == "done"
    assert not small.holding(section=section).here(Area.CATEGORIES)
    assert small.holding(section=new) == held()


def test_what_comes_into_use_between_plan_and_apply_stays_and_is_told(small, hosts):
    _, section = hosts
    plan = undo(small, pushed(small, OLD))
    small.grade(section, *WORK, ONE)
    done = carry_out(small, plan)
    assert {(one.hop.value, one.verdict.key) for one in done.weaker} == {
        ("course", "Homework"),
        ("section", "Homework"),
    }
    assert names_of(small.holding(section=section).here(Area.CATEGORIES)) == ["Homework"]


def test_what_comes_out_of_use_between_plan_and_apply_stays_as_planned(small, hosts):
    _, section = hosts
    run = pushed(small, OLD)
    small.grade(section, *WORK, ONE)
    plan = undo(small, run)
    with small.store.write() as tx:
        tx.put_counts([], [section])
    before = small.state()
    assert carry_out(small, plan).weaker == []
    assert small.state() == before, "nobody has seen it go in the plan"


def test_an_undo_that_was_done_already_is_done_again_without_a_move(small, hosts):
    plan = undo(small, pushed(small, OLD))
    assert going(plan) != set()
    carry_out(small, plan)
    before = small.state()
    again = carry_out(small, plan)
    assert small.state() == before and small.moves(again.run) == 0


def test_a_plan_reads_back_as_it_was_written(small, hosts):
    run = pushed(small, OLD)
    saved = write_down(undo(small, run))
    assert saved.scope.undoes == run and saved.scope.to_sections
