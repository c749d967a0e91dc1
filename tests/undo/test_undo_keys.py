"""Keys that a run changed go back with their items and uses; what could not stand afterwards stays as it is."""

from __future__ import annotations

import pytest

from reconciler.course import Area, Counts, Rename, Use, item
from reconciler.editing import Editor
from reconciler.errors.undo import RunNotUndoable, RunUndone
from reconciler.keep.table import Action
from reconciler.push import push
from reconciler.undo import plan_undo
from tests.small import (
    ONE,
    Small,
    catalog,
    category,
    cell,
    held,
    listed,
    master,
    names_of,
    row_key,
    task,
    write_down,
)

CAT = Area.CATEGORIES
TASK = Area.GRADING_TASKS
HOMEWORK = Rename(CAT, "Homework", "HW")
FINAL = Rename(TASK, "Final", "Fin")


@pytest.fixture
def small(tmp_path):
    """A school without courses."""
    one = Small(tmp_path / "state.db")
    one.calendar()
    yield one
    one.store.close()


def undo(small: Small, run: int):
    """The plan that takes a run back."""
    with small.store.read() as snapshot:
        return plan_undo(run, snapshot, store=small.store.id, today="2026-08-01")


def take_back(small: Small, run: int) -> int:
    """Undo a run; gives the run that did it."""
    return push(write_down(undo(small, run)), small.store).run


def reasons(plan) -> set[tuple[str, str, str]]:
    """(area, key, reason) of what does not go back."""
    return {
        (one.area.value, one.key, one.reason)
        for cohort in plan.cohorts
        for one in cohort.outcome.verdicts
        if one.action is Action.REFUSE
    }


def keys(small: Small, area: Area, **host: int) -> set[str]:
    return {one.key for one in small.holding(**host).here(area)}


def renamed(small: Small, weight: int = 20) -> tuple[int, int, int]:
    """A course and a section whose used `Homework` is called `HW` by a run; and the run."""
    course = small.course()
    section = small.section(course)
    small.apply(catalog(master(categories=[category("Homework", 20)])))
    small.grade(section, CAT, "Homework", 1)
    told = master(categories=[category("HW", weight)], renames=(HOMEWORK,))
    return course, section, small.apply(catalog(told)).run


def test_a_course_and_a_section_that_are_alike_are_taken_back_each_by_itself(small):
    _, section, run = renamed(small)
    plan = undo(small, run)
    assert sorted(one.hop.value for one in plan.cohorts) == ["course", "section"]
    take_back(small, run)
    assert keys(small, CAT, section=section) == {"Homework"}
    assert small.counts(section) == {Use(CAT, "Homework", 1): ONE}


def test_an_old_key_that_another_category_has_by_now_is_not_given_twice(small):
    course, section, run = renamed(small)
    both = [category("HW", 20), category("Homework", 5)]
    small.apply(catalog(master(categories=both)))
    small.grade(section, CAT, "Homework", 2)
    before = small.state()
    plan = undo(small, run)
    assert reasons(plan) == {("categories", "HW", "name_taken")}
    take_back(small, run)
    assert small.state() == before
    assert keys(small, CAT, course=course) == keys(small, CAT, section=section) == {"HW", "Homework"}


def test_an_item_that_was_changed_since_keeps_its_new_key(small):
    _, section, run = renamed(small)
    now = catalog(master(categories=[category("HW", 25)]))
    small.apply(now)
    before = small.state()
    assert reasons(undo(small, run)) == {("categories", "HW", "moved_since")}
    take_back(small, run)
    assert small.state() == before
    small.apply(now)
    assert small.state() == before, "no residual, and the uses are where they were"
    assert names_of(small.holding(section=section).here(CAT)) == ["HW"]


def test_a_saved_undo_of_a_rename_does_nothing_the_second_time(small):
    _, _, run = renamed(small, weight=30)
    plan = write_down(undo(small, run))
    push(plan, small.store)
    once = small.state()
    push(plan, small.store)
    assert small.state() == once
    with pytest.raises(RunUndone):
        undo(small, run)


def final(*tasks: str, term: int = 1, **more):
    """A catalog with these tasks, a category that feeds the first, and a calculation for each."""
    cells = [cell(key, term + place) for place, key in enumerate(tasks)]
    fed = category("HW", 20, tasks=list(tasks[:1]))
    return catalog(
        master(grading_tasks=[task(one) for one in tasks], grade_calc_options=cells, categories=[fed], **more)
    )


def test_a_task_goes_back_with_its_uses_and_all_that_names_it(small):
    course = small.course()
    section = small.section(course)
    small.apply(final("Final"))
    small.grade(section, TASK, "Final", 1, Counts(posted=3))
    was = small.state()
    run = small.apply(final("Fin", renames=(FINAL,))).run
    now = small.state()
    assert set(small.counts(section)) == {Use(TASK, "Fin", 1)}
    back = take_back(small, run)
    assert small.state() == was
    take_back(small, back)
    assert small.state() == now


def test_a_new_task_of_the_old_name_keeps_its_grades_apart(small):
    course = small.course()
    section = small.section(course)
    small.apply(final("Final"))
    small.grade(section, TASK, "Final", 1, Counts(posted=3))
    run = small.apply(final("Fin", renames=(FINAL,))).run
    small.apply(final("Fin", "Final"))
    small.grade(section, TASK, "Final", 2, Counts(posted=2))
    before = small.state()
    take_back(small, run)
    assert small.state() == before
    assert keys(small, Area.GRADE_CALC_OPTIONS, section=section) == {"Fin@1", "Final@2"}


def test_a_category_that_was_linked_gets_its_own_key_back_with_later_work(small):
    own = category("Homework", 20, key="section/Homework")
    course = small.course()
    section = small.section(course, held(own=listed(categories=[own])), {Use(CAT, own.key, 1): ONE})
    run = small.apply(catalog(master(categories=[category("Homework", 20)]))).run
    assert set(small.counts(section)) == {Use(CAT, "Homework", 1)}
    small.grade(section, CAT, "Homework", 2)
    back = take_back(small, run)
    assert small.counts(section) == {Use(CAT, own.key, 1): ONE, Use(CAT, own.key, 2): ONE}
    take_back(small, back)
    assert small.counts(section) == {Use(CAT, "Homework", 1): ONE, Use(CAT, "Homework", 2): ONE}


def test_a_master_number_goes_back_and_comes_again(small):
    course = small.course()
    small.apply(catalog(master("0401", categories=[category("HW", 20)])))
    run = small.apply(catalog(master("0402", was="0401", categories=[category("HW", 30)]))).run
    back = take_back(small, run)
    assert small.records()[0][course].master == "0401"
    take_back(small, back)
    assert small.records()[0][course].master == "0402"


def test_residual_marks_follow_an_undo_and_an_undo_of_it(small):
    course = small.course()
    section = small.section(course)
    small.apply(catalog(master(categories=[category("HW", 20)], grading_tasks=[task("Final")])))
    small.grade(section, CAT, "HW", 1)
    small.grade(section, TASK, "Final", 1)
    was = small.state()
    run = small.apply(catalog(master())).run
    left = small.state()
    assert left.residuals == {(section, CAT, "HW"), (section, TASK, "Final")}
    back = take_back(small, run)
    assert small.state() == was
    take_back(small, back)
    assert small.state() == left


ROW = row_key("Final", "Q")
TASKS = [task("Final"), task("Q")]


def composite(weight: int, *, row: bool = True):
    """A catalog with one composite row, or none."""
    rows = [item(Area.COMPOSITE_GRADES, ROW, {})] if row else []
    weights = [item(Area.COMPOSITE_WEIGHTS, ROW, {"weight": weight})] if row else []
    return catalog(master(grading_tasks=TASKS, composite_grades=rows, composite_weights=weights))


def test_a_composite_row_stays_with_a_weight_that_was_changed_since(small):
    course = small.course()
    section = small.section(course)
    small.apply(composite(0, row=False))
    run = small.apply(composite(100)).run
    small.apply(composite(50))
    assert reasons(undo(small, run)) == {
        ("composite_grades", ROW, "named_since"),
        ("composite_weights", ROW, "moved_since"),
    }
    before = small.state()
    take_back(small, run)
    assert small.state() == before
    assert keys(small, Area.COMPOSITE_GRADES, section=section) == {ROW}


def test_a_weight_does_not_come_back_without_its_row(small):
    course = small.course()
    section = small.section(course)
    small.apply(composite(100))
    editor = Editor(small.store)
    unlinked = small.records()[0][course]._replace(master=None, catalog=None)
    with small.store.write() as tx:
        tx.put_courses([unlinked])
    weights = f"0401@hill-27#composite_weights/{ROW}"
    run = editor.remove(weights).run
    editor.remove(f"0401@hill-27#composite_grades/{ROW}")
    assert reasons(undo(small, run)) == {("composite_weights", ROW, "missing_composite_row")}
    take_back(small, run)
    assert keys(small, Area.COMPOSITE_WEIGHTS, course=course) == set()
    assert keys(small, Area.COMPOSITE_WEIGHTS, section=section) == {ROW}


def test_nothing_comes_back_that_names_a_task_which_is_gone(small):
    course = small.course()
    section = small.section(course)
    plain = [category("HW", 20)]
    both = [task("Final"), task("Q")]
    fed = [category("HW", 20, tasks=["Q"])]
    small.apply(catalog(master(grading_tasks=both, grade_calc_options=[cell("Q", 1)], categories=fed)))
    run = small.apply(catalog(master(grading_tasks=both, categories=plain))).run
    small.apply(catalog(master(grading_tasks=both[:1], categories=plain)))
    before = small.state()
    assert reasons(undo(small, run)) == {
        ("categories", "HW", "missing_task"),
        ("grade_calc_options", "Q@1", "missing_task"),
    }
    take_back(small, run)
    assert small.state() == before
    assert keys(small, Area.GRADE_CALC_OPTIONS, section=section) == set()


def test_a_section_alone_gets_nothing_back_for_a_task_that_its_course_lost(small):
    course = small.course(holding=held(own=listed(grading_tasks=[task("Q")])), master=None, catalog=None)
    section = small.section(course, held(own=listed(grade_calc_options=[cell("Q", 1)])))
    editor = Editor(small.store)
    run = editor.remove("0401@hill-27/1#grade_calc_options/Q@1").run
    assert reasons(undo(small, run)) == set()
    editor.remove("0401@hill-27#grading_tasks/Q")
    assert reasons(undo(small, run)) == {("grade_calc_options", "Q@1", "missing_task")}
    take_back(small, run)
    assert keys(small, Area.GRADE_CALC_OPTIONS, section=section) == set()


def test_the_mark_of_a_course_is_not_taken_back_in_silence(small):
    small.course()
    editor = Editor(small.store, (catalog(master()),))
    run = editor.ignore("0401@hill-27").run
    with pytest.raises(RunNotUndoable, match="taken back by undo") as told:
        undo(small, run)
    assert "--no-ignore-push" in told.value.way_out
    again = editor.ignore("0401@hill-27", ignored=False).run
    with pytest.raises(RunNotUndoable) as told:
        undo(small, again)
    assert "--ignore-push" in told.value.way_out
