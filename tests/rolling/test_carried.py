"""What of a course's or section's setup goes into the new year."""

from __future__ import annotations

from reconciler.course import Area, Holding, Part, Ref, item, setup
from reconciler.rolling.carried import carried
from tests.small import category, cell, held, task

CATS, TASKS, TESTS, CELLS = Area.CATEGORIES, Area.GRADING_TASKS, Area.ASSESSMENTS, Area.GRADE_CALC_OPTIONS


def test_what_was_pushed_linked_and_made_below_goes_along_drift_too():
    old = held(
        linked={CATS: setup([category("Homework", 30)])},
        pushed={CATS: setup([category("Homework", 20), category("Gone", 5)])},
        own={CATS: setup([category("Lab", 1, key="course/Lab"), category("Old", 2).mark(left=True)])},
    )
    assert carried(old) == (old, 0, 0, frozenset())


def test_a_residual_that_was_linked_once_stays_behind_and_one_that_never_was_is_the_hosts_own():
    once = category("Quizzes", 10).mark(left=True, kept=True)
    never = category("Lab", 5, key="section/Lab").mark(kept=True)
    done = carried(held(own={CATS: setup([once, never])}))
    assert done.holding == held(own={CATS: setup([never.mark()])})
    assert (done.residuals, done.gone) == (1, {Ref(CATS, "Quizzes")})


def test_what_names_a_residual_task_loses_it():
    final = task("Final").mark(left=True, kept=True)
    old = held(
        own={
            TASKS: setup([final, task("Quarter")]),
            CATS: setup([category("Lab", 5, key="course/Lab", tasks=["Final", "Quarter"])]),
            CELLS: setup([cell("Final", 1), cell("Quarter", 1)]),
        }
    )
    done = carried(old)
    assert done.holding == held(
        own={
            TASKS: setup([task("Quarter")]),
            CATS: setup([category("Lab", 5, key="course/Lab", tasks=["Quarter"])]),
            CELLS: setup([cell("Quarter", 1)]),
        }
    )
    section = held(own={CATS: setup([category("Exit", 5, key="section/Exit", tasks=["Final"])])})
    below = carried(section, done.gone)
    assert below.holding == held(own={CATS: setup([category("Exit", 5, key="section/Exit")])})
    assert carried(section).holding == section


def test_assessments_go_along_only_where_they_copy_forward_and_leave_pushed_too():
    stays, goes = item(TESTS, "MAP", {}), item(TESTS, "STAR", {"copies_forward": True})
    edited = item(TESTS, "SAT", {"copies_forward": True})
    old = held(
        linked={TESTS: setup([stays, goes, item(TESTS, "SAT", {})])},
        pushed={TESTS: setup([stays, goes, edited])},
        own={TESTS: setup([item(TESTS, "Own", {}), item(TESTS, "Own too", {"copies_forward": True})])},
    )
    done = carried(old)
    assert done.assessments == 3
    assert done.holding.get(TESTS, Part.PUSHED) == setup([goes])
    assert done.holding.get(TESTS, Part.LINKED) == setup([goes])
    assert [one.key for one in done.holding.get(TESTS, Part.OWN)] == ["Own too"]


def test_nothing_is_carried_from_nothing():
    assert carried(Holding()) == (Holding(), 0, 0, frozenset())
