"""What W1 and W5 do in a running term: today's default, warn, ask, refuse."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from reconciler import policy
from reconciler.course import Area
from reconciler.plan.summary import summarise
from tests.policy.conftest import codes
from tests.small import catalog, category, from_courses, held, listed, master, scope

if TYPE_CHECKING:
    from reconciler.plan.scope import Scope

OVER = scope(overwrite=True)
RUNNING = {"today": "2026-09-01", "now": "2026-09-01T06:00:00+00:00"}
LEAVE = {"allowed_in_session": True, "message": "agreed with the schools"}


@pytest.fixture
def graded(small):
    """A used category of 40 that the master wants at 60: W5 wherever school runs."""
    setup = listed(categories=[category("Tests", 40)])
    course = small.course(holding=held(linked=setup))
    section = small.section(course, held(linked=setup))
    small.grade(section, Area.CATEGORIES, "Tests")
    return catalog(master(categories=[category("Tests", 60)]))


def running(by: Scope | None = None, **more: object) -> Scope:
    """A push of which the plan itself knows that school runs."""
    return replace(by or scope(**more), today="2026-09-01")


@pytest.mark.parametrize(
    ("way", "said", "found"),
    [
        ("{}", {}, ["W1"]),
        ("{}", {"allowed_in_session": True}, []),
        ("sessions: {overwrite: warn}", {}, []),
        ("sessions: {overwrite: ask}", {}, ["W1"]),
        ("sessions: {overwrite: ask}", {"allowed_in_session": True}, ["W1"]),
        ("sessions: {overwrite: ask}", {"allowed_in_session": True, "message": " "}, ["W1"]),
        ("sessions: {overwrite: ask}", {"message": "x"}, ["W1"]),
        ("sessions: {overwrite: ask}", LEAVE, []),
        ("sessions: {overwrite: refuse}", LEAVE, ["W1"]),
    ],
)
def test_an_overwrite_in_session(judged, graded, way, said, found):
    assert codes(judged(way, graded, by=running(overwrite=True), **RUNNING, **said)) == found


def test_before_school_an_overwrite_needs_no_leave(judged, graded):
    assert judged("{}", graded, by=replace(OVER, today="2026-06-30"), today="2026-06-30") == ()


def test_a_plan_from_before_school_is_judged_by_the_day_of_its_use(judged, graded):
    before = replace(OVER, today="2026-06-01")
    assert codes(judged("{}", graded, by=before, **RUNNING)) == ["W1", "(W5)"]
    warned = judged("sessions: {overwrite: warn}", graded, by=before, **RUNNING)
    assert codes(warned) == ["(W1)", "(W5)"], "the plan has not said it, so that it is said now"


def test_another_day_does_not_lift_what_is_refused_in_so_many_words(judged, graded):
    before = replace(OVER, today="2026-06-01")
    real = {"today": "2026-06-01", "now": "2026-09-01T06:00:00+00:00"}
    assert codes(judged("sessions: {overwrite: refuse}", graded, by=before, **real)) == ["W1"]
    assert judged("sessions: {overwrite: ask}", graded, by=before, **real) == ()


def test_what_lies_in_the_plan_is_early_and_a_missing_message_is_not(judged, graded):
    ask = "sessions: {overwrite: ask}"
    (silent,) = judged(ask, graded, by=running(overwrite=True), **RUNNING)
    assert silent.early
    assert "`--allow-in-session` and `--message WHY`" in silent.how
    (quiet,) = judged(ask, graded, by=running(overwrite=True), **RUNNING, allowed_in_session=True)
    assert not quiet.early
    assert "`--message WHY`" in quiet.how


def test_overwriting_categories_from_courses_is_an_overwrite(judged, graded):
    by = running(from_courses(overwrite_categories=True))
    (found,) = judged("{}", by=by, **RUNNING)
    assert found.message == "overwriting categories, and school is in session by now in hill-27"
    assert "--allow-in-session" in found.how


@pytest.mark.parametrize(
    ("way", "said", "found"),
    [
        ("{}", {}, []),
        ("sessions: {grade_affecting: warn}", {}, []),
        ("sessions: {grade_affecting: ask}", {}, ["W5"]),
        ("sessions: {grade_affecting: ask}", {"allowed_in_session": True}, ["W5"]),
        ("sessions: {grade_affecting: ask}", LEAVE, []),
        ("sessions: {grade_affecting: refuse}", LEAVE, ["W5"]),
    ],
)
def test_changes_that_move_grades_in_session(judged, graded, way, said, found):
    assert codes(judged(way, graded, by=running(), **RUNNING, **said)) == found


def test_they_are_told_with_their_number(judged, graded):
    (found,) = judged("sessions: {grade_affecting: refuse}", graded, by=running(), **RUNNING)
    assert found.message == "2 changes may move grades, and school is in session in hill-27"
    assert "`sessions: grade_affecting:`" in found.how


def test_no_leave_is_needed_where_nothing_is_graded(judged, small):
    small.section(small.course())
    known = catalog(master(categories=[category("Tests", 60)]))
    assert judged("sessions: {grade_affecting: refuse}", known, by=running(), **RUNNING) == ()


def test_the_plan_shows_as_refused_what_is_refused_here(small, graded, says):
    made = small.plan(graded, by=running(overwrite=True))
    with small.store.read() as snapshot:
        summary = summarise(made, snapshot, (graded,))

    def refused(text: str, *, allowed: bool = False) -> set[str]:
        told = policy.settled(says(text), summary, allowed=allowed)
        return {one.code for one in told.warnings if one.refuses}

    assert {one.code for one in summary.warnings} == {"W1", "W5"}
    assert refused("{}") == {"W1"}
    assert refused("{}", allowed=True) == set()
    assert refused("sessions: {overwrite: warn, grade_affecting: ask}") == {"W5"}
    assert refused("sessions: {overwrite: refuse}", allowed=True) == {"W1"}
    assert refused("sessions: {overwrite: warn}\nwarnings_as_errors: [W5]", allowed=True) == {"W5"}


def test_a_warning_may_be_an_error(judged, graded):
    text = "warnings_as_errors: [W3]"
    (found,) = judged(text, graded, by=scope(overwrite=True, to_sections=False), allowed_in_session=True)
    assert (found.code, found.refuses, found.early) == ("W3", True, True)
    assert found.message.startswith("W3 counts as an error here: This overwrite stops at the courses")
    assert "`warnings_as_errors:`" in found.how
