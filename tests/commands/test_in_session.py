"""An overwrite in a running year is refused from the command line, also when it was planned before (W1)."""

from __future__ import annotations

import pytest

RUNNING, BEFORE = ("--as-of", "2026-09-01"), ("--as-of", "2026-07-01")
CATEGORIES = ("--source", "courses", "--calendar", "Harrison High 2026-27", "--overwrite-categories")
OVERWRITE = ("--mode", "overwrite", "--calendar", "all", "--to-sections")


@pytest.mark.parametrize("words", [CATEGORIES, OVERWRITE])
def test_it_is_refused_unless_allowed(district, reconcile, words):
    told = reconcile("apply", *words, *RUNNING, "--yes")
    assert told.code == 4
    assert "W1" in told.out
    assert "--allow-in-session" in told.err
    assert reconcile("plan", *words, *RUNNING).code == 4
    assert reconcile("apply", *words, *RUNNING, "--yes", "--allow-in-session").code == 0
    assert reconcile("apply", *words, *BEFORE, "--yes").code == 0


@pytest.mark.parametrize("words", [CATEGORIES, OVERWRITE])
def test_a_plan_from_before_school_is_refused_when_school_runs(district, reconcile, words):
    assert reconcile("plan", *words, *BEFORE, "--out", "plan.json").code == 0
    told = reconcile("apply", "plan.json", *RUNNING)
    assert told.code == 4
    assert "school is in session by now in Harrison High 2026-27" in told.err
    assert reconcile("apply", "plan.json", *RUNNING, "--allow-in-session").code == 0


def test_a_push_from_courses_that_overwrites_nothing_is_not_refused(district, reconcile):
    assert reconcile("apply", *CATEGORIES[:-1], *RUNNING, "--yes").code == 0
