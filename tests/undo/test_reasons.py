"""Each reason for which an item does not go back, by what really leads to it; and what goes back beside it."""

from __future__ import annotations

import pytest

from reconciler.course import Area, Counts, Part, item, setup
from reconciler.errors.undo import RunMissing, RunNotUndoable, RunUndone
from reconciler.keep.table import Action
from reconciler.receipts import begin
from tests.small import ONE, catalog, category, cell, held, listed, master, names_of, row_key, scope, task
from tests.undo.back import carry_out, going, pushed, reasons, taken_back, undo

FINAL = task("Final", terms=(1,))
EXAM = task("Exam", terms=(1,))
ONE_CATEGORY = catalog(master(categories=[category("Homework", 40)]))
TWO = catalog(master(categories=[category("Homework", 50), category("Tests", 50)]))
POSTED = Counts(posted=3)


def own(small, area, *items, **host):
    """Somebody's own items, in one host."""
    small.edit(lambda holding: holding.put({(area, Part.OWN): setup(items)}), **host)


def hosts(small):
    """The course and its section."""
    course = small.course()
    return course, small.section(course)


def test_what_a_later_push_moved_is_left(small):
    _, section = hosts(small)
    first = pushed(small, ONE_CATEGORY)
    pushed(small, TWO)
    before = small.state()
    plan = taken_back(small, first)
    assert reasons(plan) >= {("course", "Homework", "moved_since"), ("section", "Homework", "moved_since")}
    assert going(plan) == set() and small.state() == before
    assert names_of(small.holding(section=section).here(Area.CATEGORIES)) == ["Homework", "Tests"]


def test_what_was_edited_and_put_back_by_hand_has_not_moved(small):
    _, section = hosts(small)
    before = small.state()
    run = pushed(small, ONE_CATEGORY)
    there = small.holding(section=section)
    small.edit(lambda holding: holding.put({(Area.CATEGORIES, Part.LINKED): setup([])}), section=section)
    assert ("section", "Homework", "moved_since") in reasons(undo(small, run))
    small.edit(lambda _: there, section=section)
    assert reasons(taken_back(small, run)) == set()
    assert small.state() == before


def test_what_is_used_by_now_stays_with_the_course_and_the_rest_goes(small):
    course, section = hosts(small)
    pushed(small, ONE_CATEGORY)
    run = pushed(small, TWO)
    small.grade(section, Area.CATEGORIES, "Tests")
    plan = taken_back(small, run)
    assert reasons(plan) == {("course", "Tests", "used_since"), ("section", "Tests", "used_since")}
    assert ("section", "Homework", Action.UPDATE) in going(plan)
    for host in ({"course": course}, {"section": section}):
        told = {one.key: str(one.get("weight")) for one in small.holding(**host).here(Area.CATEGORIES)}
        assert told == {"Homework": "40", "Tests": "50"}


def test_only_the_section_that_uses_it_keeps_it(small):
    course, used = hosts(small)
    unused = small.section(course, number="2")
    run = pushed(small, ONE_CATEGORY)
    small.grade(used, Area.CATEGORIES, "Homework")
    taken_back(small, run)
    assert names_of(small.holding(section=used).here(Area.CATEGORIES)) == ["Homework"]
    assert not small.holding(section=unused).here(Area.CATEGORIES)


def test_a_term_in_which_grades_were_posted_since_stays(small):
    """P10: a field that holds grades."""
    course, section = hosts(small)
    pushed(small, catalog(master(grading_tasks=[FINAL])))
    run = pushed(small, catalog(master(grading_tasks=[task("Final", terms=(1, 2))])))
    small.grade(section, Area.GRADING_TASKS, "Final", 2, POSTED)
    assert reasons(taken_back(small, run)) == {("course", "Final", "used_since")}
    assert small.holding(course=course).here(Area.GRADING_TASKS)[0].get("terms") == (1, 2)


def test_a_term_of_a_posted_grade_that_stays_in_any_case_holds_nothing(small):
    course, section = hosts(small)
    pushed(small, catalog(master(grading_tasks=[FINAL])))
    run = pushed(small, catalog(master(grading_tasks=[task("Final", terms=(1, 2))])))
    small.grade(section, Area.GRADING_TASKS, "Final", 1, POSTED)
    assert reasons(taken_back(small, run)) == set()
    assert small.holding(course=course).here(Area.GRADING_TASKS)[0].get("terms") == (1,)


def test_uses_that_were_never_read_count_as_used(small):
    course = small.course()
    section = small.section(course, unread=True)
    run = pushed(small, ONE_CATEGORY)
    assert reasons(taken_back(small, run)) == {
        ("course", "Homework", "used_since"),
        ("section", "Homework", "used_since"),
    }
    assert names_of(small.holding(section=section).here(Area.CATEGORIES)) == ["Homework"]


@pytest.mark.parametrize("host", ["course", "section"])
def test_a_task_that_something_names_since_stays(small, host):
    """R7: at the course itself, and below it."""
    course, section = hosts(small)
    pushed(small, catalog(master(grading_tasks=[FINAL])))
    run = pushed(small, catalog(master(grading_tasks=[FINAL, EXAM])))
    labs = category("Labs", 5, key=f"{host}/Labs", tasks=("Exam",))
    own(small, Area.CATEGORIES, labs, **{host: {"course": course, "section": section}[host]})
    assert reasons(taken_back(small, run)) == {("course", "Exam", "named_since")}
    assert {one.key for one in small.holding(course=course).here(Area.GRADING_TASKS)} == {"Final", "Exam"}


def test_a_section_that_is_new_since_is_left_and_what_it_names_stays(small):
    course, _ = hosts(small)
    pushed(small, catalog(master(grading_tasks=[FINAL])))
    run = pushed(small, catalog(master(grading_tasks=[FINAL, EXAM], categories=[category("Homework", 40)])))
    labs = listed(categories=[category("Labs", 5, key="section/Labs", tasks=("Exam",))])
    new = small.section(course, held(own=labs), number="2")
    assert reasons(taken_back(small, run)) == {("course", "Exam", "named_since")}
    assert not small.holding(course=course).here(Area.CATEGORIES)
    assert names_of(small.holding(section=new).here(Area.CATEGORIES)) == ["Labs"]


def test_a_name_that_is_taken_by_now_is_not_given_twice(small):
    """C1 taken back while the pushed category is in use."""
    course = small.course()
    mine = held(own=listed(categories=[category("Homework", 30, key="section/Homework")]))
    section = small.section(course, mine)
    run = pushed(small, ONE_CATEGORY)
    assert names_of(small.holding(section=section).here(Area.CATEGORIES)) == ["Homework", "Homework (1)"]
    small.grade(section, Area.CATEGORIES, "Homework")
    told = {(key, why) for host, key, why in reasons(taken_back(small, run)) if host == "section"}
    assert told == {("Homework", "used_since"), ("section/Homework", "name_taken")}
    assert names_of(small.holding(section=section).here(Area.CATEGORIES)) == ["Homework", "Homework (1)"]


def test_what_belongs_to_a_task_stays_with_it(small):
    """Its calculation and its composites, at the course and at its sections."""
    course, section = hosts(small)
    pushed(small, catalog(master(grading_tasks=[FINAL])))
    row = row_key("Final", "Exam")
    run = pushed(
        small,
        catalog(
            master(
                grading_tasks=[FINAL, EXAM],
                grade_calc_options=[cell("Exam", 1), cell("Final", 1)],
                composite_grades=[item(Area.COMPOSITE_GRADES, row, {})],
                composite_weights=[item(Area.COMPOSITE_WEIGHTS, row, {"weight": 100})],
            )
        ),
    )
    small.grade(section, Area.GRADING_TASKS, "Exam", counts=POSTED)
    told = reasons(taken_back(small, run))
    assert ("course", "Exam", "used_since") in told
    for host in ("course", "section"):
        assert {(host, "Exam@1", "kept_with_task"), (host, row, "kept_with_task")} <= told
    for host in ({"course": course}, {"section": section}):
        assert [one.key for one in small.holding(**host).here(Area.GRADE_CALC_OPTIONS)] == ["Exam@1"]
        assert [one.key for one in small.holding(**host).here(Area.COMPOSITE_WEIGHTS)] == [row]


def test_what_names_a_task_that_went_since_is_not_brought_back(small):
    """L7, at an undo."""
    course, section = hosts(small)
    feeding = category("Quiz", 20, tasks=("Exam",))
    pushed(small, catalog(master(grading_tasks=[FINAL, EXAM], categories=[feeding])))
    run = pushed(small, catalog(master(grading_tasks=[FINAL, EXAM])))
    pushed(small, catalog(master(grading_tasks=[FINAL])))
    told = reasons(taken_back(small, run))
    assert {("course", "Quiz", "missing_task"), ("section", "Quiz", "missing_task")} <= told
    assert not small.holding(course=course).here(Area.CATEGORIES)
    assert not small.holding(section=section).here(Area.CATEGORIES)


ROW = row_key("Final", "Exam")
STRUCTURE = listed(composite_grades=[item(Area.COMPOSITE_GRADES, ROW, {})])
BOTH = STRUCTURE | listed(composite_weights=[item(Area.COMPOSITE_WEIGHTS, ROW, {"weight": 100})])
TASKS = listed(grading_tasks=[FINAL, EXAM])


def test_a_weight_without_its_row_is_not_brought_back(small):
    """L5, at an undo."""
    course = small.course(holding=held(own=TASKS | BOTH))
    small.carry(**{f"c{course}": held(own=TASKS | STRUCTURE)})
    own(small, Area.COMPOSITE_GRADES, course=course)
    assert reasons(taken_back(small, 1)) == {("course", ROW, "missing_composite_row")}
    assert not small.holding(course=course).here(Area.COMPOSITE_WEIGHTS)


def test_a_row_stays_with_a_weight_that_is_new_since(small):
    course = small.course(holding=held(own=TASKS))
    small.carry(**{f"c{course}": held(own=TASKS | STRUCTURE)})
    own(small, Area.COMPOSITE_WEIGHTS, *BOTH[Area.COMPOSITE_WEIGHTS], course=course)
    assert reasons(taken_back(small, 1)) == {("course", ROW, "named_since")}
    assert small.holding(course=course).here(Area.COMPOSITE_GRADES)


# --- which run ---------------------------------------------------------------------------------------------


def test_a_run_that_is_not_there(small):
    with pytest.raises(RunMissing, match=r"There is no run 7 in this state\. There is none yet\."):
        undo(small, 7)
    hosts(small)
    run = pushed(small, ONE_CATEGORY)
    with pytest.raises(RunMissing, match=f"The newest is {run}"):
        undo(small, run + 1)


@pytest.mark.parametrize("kind", ["import", "link", "unlink", "use", "roll-forward"])
def test_kinds_that_go_back_in_another_way_say_which(small, kind):
    with small.store.write() as tx:
        run = begin(tx, kind)
    with pytest.raises(RunNotUndoable, match=kind) as caught:
        undo(small, run)
    assert caught.value.way_out.startswith("Instead: ")


def test_a_run_is_taken_back_once_and_by_way_of_its_undo_again(small):
    hosts(small)
    before = small.state()
    run = pushed(small, ONE_CATEGORY)
    after = small.state()
    back = carry_out(small, undo(small, run)).run
    with pytest.raises(RunUndone, match=f"by run {back}"):
        undo(small, run)
    carry_out(small, undo(small, back))
    assert small.state() == after
    carry_out(small, undo(small, run))
    assert small.state() == before, "a run that is in force again is taken back again"


def test_a_run_that_moved_nothing_has_nothing_to_take_back(small):
    hosts(small)
    pushed(small, ONE_CATEGORY)
    run = pushed(small, ONE_CATEGORY)
    plan = undo(small, run)
    assert plan.cohorts == () and reasons(plan) == set()


def test_a_push_to_courses_alone_is_taken_back_at_courses_alone(small):
    course, section = hosts(small)
    run = pushed(small, ONE_CATEGORY, by=scope(to_sections=False))
    small.grade(section, Area.CATEGORIES, "Homework", counts=ONE)
    told = reasons(taken_back(small, run))
    assert told == {("course", "Homework", "used_since")}, (
        "what is used in a section is used below its course"
    )
    assert names_of(small.holding(course=course).here(Area.CATEGORIES)) == ["Homework"]
