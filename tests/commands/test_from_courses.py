"""A push from courses, as it is asked for on the command line (domain.md 4)."""

from __future__ import annotations

import pytest

from tests.commands.small_district import BEFORE_SCHOOL

SOURCE = ("--source", "courses", *BEFORE_SCHOOL)


def test_a_glob_finds_the_year_of_its_calendar(district, reconcile):
    told = reconcile("plan", *SOURCE, "--calendar", "*2026-27", "--format", "json")
    assert told.code == 0, told.err
    scope = told.json["body"]["scope"]
    assert (scope["year"], scope["calendars"]) == (2027, ["Harrison High 2026-27"])
    assert (
        reconcile("plan", *SOURCE, "--calendar", "*2025-26", "--format", "json").json["body"]["scope"]["year"]
        == 2026
    )


@pytest.mark.parametrize(
    "ticked",
    [
        ("--data", "composite_grades", "--data", "composite_weights"),
        ("--data", "course_info"),
        ("--skip-data", "composite_grades", "--skip-data", "composite_weights"),
        ("--skip-data", "assessments"),
    ],
)
def test_what_it_carries_may_be_ticked(district, reconcile, ticked):
    told = reconcile("plan", *SOURCE, "--calendar", "Harrison High 2026-27", *ticked)
    assert told.code == 0, told.err
