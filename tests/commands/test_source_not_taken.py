"""A refresh from a source that has not taken a push: graded work stays in its category (C1, R1)."""

from __future__ import annotations

import sqlite3

from tests.commands.small_district import BEFORE_SCHOOL

PUSH = ("--to-sections", *BEFORE_SCHOOL)


def scores(folder):
    """Category key -> scores."""
    with sqlite3.connect(folder / "reconcile.db") as state:
        found = dict(state.execute("SELECT key, sum(scores) FROM use GROUP BY key"))
    state.close()
    return found


def test_scores_stay_with_the_teachers_category(district, reconcile):
    assert scores(district) == {"section/Homework": 40}
    assert reconcile("apply", *PUSH, "--yes").code == 0
    assert reconcile("import", "district.json").code == 0
    assert scores(district) == {"section/Homework": 40}
    overwrite = ("--mode", "overwrite", "--calendar", "all", *PUSH)
    assert reconcile("apply", *overwrite, "--yes").code == 0
    assert scores(district) == {"section/Homework": 40}
    told = reconcile("plan", *overwrite)
    assert "Homework (1) (category) in 1 section of 1 course" in " ".join(told.out.split())
