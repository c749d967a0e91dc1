"""Warnings of a plan: W1-W5 (domain.md 8), sums that are off (L5), pending calculations (R2)."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from reconciler.course import Area, DataType, Lock
from reconciler.plan.warnings import off_balance
from tests.reports.harrison import (
    HARRISON,
    ROOSEVELT,
    RUNNING,
    SUMMER,
    District,
    SectionOf,
    catalog,
    categories,
    cells,
    composites,
    found,
    holding,
    info,
    locked,
    master,
    own,
    tasks,
    unused,
    use,
)

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from reconciler.plan.told import Summary


@pytest.fixture
def district(tmp_path: Path) -> Iterator[District]:
    made = found(tmp_path)
    yield made
    made.store.close()


HOMEWORK = categories(Homework=20)
LOCKED = catalog(master("0401", HOMEWORK), locks=locked(Area.CATEGORIES))


def told(summary: Summary) -> dict[str, str]:
    """The warnings by their codes."""
    return {one.code: one.message for one in summary.warnings}


def test_a_plan_without_risk_warns_of_nothing(district: District) -> None:
    district.add("0401", holding(HOMEWORK), unused(holding(HOMEWORK)))
    assert district.told(LOCKED, today=RUNNING).warnings == ()


def test_an_overwrite_in_session_refuses_unless_allowed(district: District) -> None:
    """W1."""
    running = district.told(LOCKED, today=RUNNING, overwrite=True).warnings
    allowed = district.told(LOCKED, today=RUNNING, overwrite=True, allow_in_session=True).warnings
    assert [(one.code, one.refuses) for one in running] == [("W1", True)]
    assert [(one.code, one.refuses) for one in allowed] == [("W1", False)]
    assert HARRISON in running[0].message
    assert ROOSEVELT in running[0].message
    assert district.told(LOCKED, overwrite=True).warnings == ()


def test_only_the_calendars_in_session_are_named(district: District) -> None:
    calendars = (HARRISON, SUMMER)
    one = told(district.told(LOCKED, today=RUNNING, overwrite=True, calendars=calendars))["W1"]
    assert HARRISON in one
    assert SUMMER not in one


def test_many_calendars_in_session_are_folded(district: District) -> None:
    names = [f"Calendar {number}" for number in range(5)]
    with district.store.write() as tx:
        for name in names:
            tx.put_calendar(name, "Harrison High", 2027, ())
    one = told(district.told(LOCKED, today=RUNNING, overwrite=True, calendars=tuple(names)))["W1"]
    assert one.endswith("Calendar 0, Calendar 1, Calendar 2 and 2 more.")


def test_overwriting_categories_in_session_refuses_unless_allowed(district: District) -> None:
    """S2 spares what is used, but not what a teacher made and has not used yet."""
    asked = {"from_courses": True, "calendars": (HARRISON,), "overwrite_categories": True}
    (one,) = district.told(today=RUNNING, **asked).warnings
    assert (one.code, one.refuses) == ("W1", True)
    assert one.message.startswith("Overwriting categories in a school year that is in session")
    (one,) = district.told(today=RUNNING, allow_in_session=True, **asked).warnings
    assert (one.code, one.refuses) == ("W1", False)
    assert district.told(today=RUNNING, from_courses=True, calendars=(HARRISON,)).warnings == ()


def test_an_overwrite_that_takes_away_own_setup_is_counted(district: District) -> None:
    """W2: two own categories go and one cell is replaced; a residual that goes is no loss of theirs."""
    listed = tasks(Quarter={"terms": [1]})
    here = own("Lab", "course", weight=1)
    district.add("0401", holding({**listed, **HOMEWORK}, made={**here, **cells(Quarter="proficiency")}))
    district.add("0402", holding({**listed, **HOMEWORK}, made=here), calendar=ROOSEVELT)
    wanted = (HOMEWORK, listed, cells(Quarter="in_progress"))
    known = catalog(
        master("0401", *wanted),
        master("0402", *wanted),
        locks=locked(Area.CATEGORIES, Area.GRADING_TASKS, Area.GRADE_CALC_OPTIONS),
    )
    message = told(district.told(known, overwrite=True))["W2"]
    assert message == (
        "This overwrite deletes 2 items and replaces 1 item of their own in 2 courses at 2 schools"
        " that manage some setup themselves."
    )
    assert "W2" not in told(district.told(known))


def test_what_is_used_is_not_lost_in_an_overwrite(district: District) -> None:
    here = own("Lab", "course", weight=1)
    district.add("0401", holding(HOMEWORK, made=here), SectionOf(holding(), use("course/Lab", scores=1)))
    assert "W2" not in told(district.told(LOCKED, overwrite=True))


def test_a_refused_course_loses_nothing_in_an_overwrite(district: District) -> None:
    """A master with more terms than the calendar; the others are still counted."""
    here = own("Lab", "course", weight=1)
    district.add("0401", holding(made=here), calendar=SUMMER)
    known = catalog(
        master("0401", HOMEWORK, tasks(Final={"terms": [4]})),
        locks=locked(Area.CATEGORIES, Area.GRADING_TASKS),
    )
    summary = district.told(known, overwrite=True, calendars=(SUMMER,))
    assert "W2" not in told(summary)
    assert summary.refused


def test_an_overwrite_that_stops_at_the_courses(district: District) -> None:
    """W3."""
    assert "W3" in told(district.told(LOCKED, overwrite=True, to_sections=False))
    assert "W3" not in told(district.told(LOCKED, overwrite=True))
    assert "W3" not in told(district.told(LOCKED, to_sections=False))


def test_the_second_hop_is_pending_where_sections_differ(district: District) -> None:
    """W4: also where the course itself no longer changes."""
    district.add("0401", holding(HOMEWORK), unused(holding(HOMEWORK)), unused(holding()))
    district.add("0402", holding(), unused(holding()), unused(holding()), calendar=ROOSEVELT)
    known = catalog(master("0401", HOMEWORK), master("0402", HOMEWORK), locks=locked(Area.CATEGORIES))
    summary = district.told(known, to_sections=False)
    assert told(summary)["W4"].startswith("3 sections of 2 courses will wait for their second hop")
    assert "W4" not in told(district.told(known))


def test_no_second_hop_for_what_stays_at_courses(district: District) -> None:
    district.add("0401", holding(), unused(holding()))
    known = catalog(master("0401", tasks(Final={})), locks=locked(Area.GRADING_TASKS))
    assert "W4" not in told(district.told(known, to_sections=False))


def test_a_refused_course_has_no_second_hop(district: District) -> None:
    district.add("0401", holding(categories(Homework=99), pushed=HOMEWORK), unused(holding()))
    assert "W4" not in told(district.told(LOCKED, to_sections=False))


def test_changes_that_may_move_grades_in_session(district: District) -> None:
    """W5: only in session, only in use."""
    was = categories(Homework=10)
    district.add("0401", holding(was), SectionOf(holding(was), use("Homework", scores=1)))
    assert told(district.told(LOCKED, today=RUNNING)) == {
        "W5": "2 changes may move grades in a school year that is in session, in 1 course at 1 school."
    }
    assert told(district.told(LOCKED)) == {}


def test_nobody_is_warned_of_grades_where_there_are_none(district: District) -> None:
    was = categories(Homework=10)
    district.add("0401", holding(was), unused(holding(was)))
    assert told(district.told(LOCKED, today=RUNNING)) == {}


def test_grades_move_only_where_something_is_used_while_school_runs(district: District) -> None:
    """W5: one case of courses in three calendars, of which just one is both in use and in session."""
    was = categories(Homework=10)
    in_use = SectionOf(holding(was), use("Homework", scores=1))
    known = catalog(master("0401", HOMEWORK), locks=locked(Area.CATEGORIES))
    asked = {"today": RUNNING, "calendars": (HARRISON, ROOSEVELT, SUMMER)}
    district.add("0401", holding(was), unused(holding(was)), calendar=ROOSEVELT)
    district.add("0401", holding(was), in_use, calendar=SUMMER)
    summary = district.told(known, **asked)
    assert "W5" not in told(summary)
    assert {line.flags for line in summary.changes} == {("grade_affecting", "in_session")}
    district.add("0401", holding(was), in_use, in_use)
    district.add("0401", holding(was), unused(holding(was)))
    assert told(district.told(known, **asked))["W5"] == (
        "2 changes may move grades in a school year that is in session, in 1 course at 1 school."
    )


NUMBERED = locked(Area.CATEGORIES, Area.COURSE_INFO)


def test_two_courses_that_get_the_same_number_are_warned_of(district: District) -> None:
    """Two courses of a calendar follow one master, whose number is locked."""
    district.add("0401", holding())
    district.add("0401-B", holding(), master="0401")
    district.add("0401-C", holding(), master="0401", calendar=ROOSEVELT)
    known = catalog(master("0401", HOMEWORK, info(number="0401")), locks=NUMBERED)
    assert told(district.told(known)) == {
        "number": f"2 courses will share 1 number within their calendars: 0401@{HARRISON}."
    }


def test_a_number_that_a_course_outside_the_push_has_is_taken_too(district: District) -> None:
    district.add("0500", holding(), catalog=None, master=None)
    district.add("0401", holding(info(number="0401")))
    known = catalog(master("0500", info(number="0500"), was="0401"), locks=NUMBERED)
    assert f"0500@{HARRISON}" in told(district.told(known))["number"]


def test_numbers_that_were_the_same_before_are_not_told_again(district: District) -> None:
    for _ in range(2):
        district.add("0401", holding(info(number="0401")))
    known = catalog(master("0401", HOMEWORK, info(number="0401")), locks=NUMBERED)
    assert told(district.told(known)) == {}


QUARTERS = tasks(Final={}, Quarter={})


def test_weights_that_no_longer_sum_to_100(district: District) -> None:
    """L5: structure locked, weights not; a new row takes the master's weight, the old one keeps its own."""
    before = composites("Final", {"Quarter@1": 100})
    district.add("0401", holding({**QUARTERS, **before}), unused(holding(before)))
    after = composites("Final", {"Quarter@1": 50, "Quarter@2": 50})
    known = catalog(master("0401", QUARTERS, after), locks=locked(Area.GRADING_TASKS, Area.COMPOSITE_GRADES))
    assert told(district.told(known)) == {
        "L5": "The weights under Final, term 4 will not sum to 100: to 150 in 1 course, to 150 in 1 section."
    }


def test_a_sum_that_was_off_before_is_not_told_again() -> None:
    before = composites("Final", {"Quarter@1": 60})
    after = composites("Final", {"Quarter@1": 60, "Quarter@2": 50})
    assert off_balance(holding(before), holding(after)) == ()


@pytest.mark.parametrize(
    ("weights", "expected"),
    [
        ({"Quarter@1": 50, "Quarter@2": 50}, []),
        ({"Quarter@1": "33.3", "Quarter@2": "33.3", "Quarter@3": "33.4"}, []),
        ({"Quarter@1": 50, "Quarter@2": "50.1"}, ["100.1"]),
        ({"Quarter@1": 50, "Quarter@2": None}, ["50"]),
    ],
)
def test_sums_are_exact(weights: dict[str, object], expected: list[str]) -> None:
    found_ones = off_balance(holding(), holding(composites("Final", weights)))
    assert [format(total, "f") for _, total in found_ones] == expected
    assert {parent for parent, _ in found_ones} <= {"Final, term 4"}


def test_equal_sums_in_other_areas_are_not_looked_at() -> None:
    off = composites("Final", {"Quarter@1": 60})
    assert off_balance(holding(off), holding({**off, **HOMEWORK})) == ()


def test_calculations_that_should_go_but_are_not_written(district: District) -> None:
    """R2."""
    listed = {**tasks(Final={}), **cells(Final="in_progress")}
    district.add("0401", holding(listed), SectionOf(holding(), use("Final", 1, Area.GRADING_TASKS, posted=1)))
    known = catalog(master("0401", tasks()), locks=locked(Area.GRADING_TASKS))
    assert told(district.told(known)) == {
        "R2": "1 grade calc option of residual tasks should go at 1 course; this push does not write them."
    }


def test_an_editable_area_waits_for_its_second_hop_too(district: District) -> None:
    district.add("0401", holding(HOMEWORK), unused(holding()))
    known = catalog(master("0401", HOMEWORK), locks=locked(categories=Lock.EDITABLE))
    assert "W4" in told(district.told(known, to_sections=False))
    assert "W4" not in told(district.told(known, to_sections=False, data=frozenset({DataType.COURSE_INFO})))
