"""The result of a push (domain.md 9): what went otherwise first, in the past tense, kept as JSON."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from reconciler.reports.page import SHORT
from reconciler.reports.push import Note, PushResult, from_json, render, to_json
from tests.reports.harrison import HARRISON, District, found
from tests.reports.scenes import SCENES

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

NOTES = (
    Note("now_used", f"0401@{HARRISON}/2", "categories/Quiz"),
    Note("left_out", f"0402@{HARRISON}", "it keeps changing"),
    Note("not_in_plan", f"0401@{HARRISON}/9", "it is younger than the plan"),
    Note("left_out", f"0401@{HARRISON}", ""),
)


@pytest.fixture
def district(tmp_path: Path) -> Iterator[District]:
    made = found(tmp_path)
    yield made
    made.store.close()


@pytest.fixture
def result(district: District) -> PushResult:
    catalogs, asked = SCENES["a-school-year"](district)
    summary = district.told(*catalogs, **asked)
    changed = (summary.totals.courses_changed, summary.totals.sections_changed)
    return PushResult(
        7,
        "ada",
        "2026-09-01T20:00:00",
        "2026-09-01T20:00:03",
        "in_part",
        *changed,
        summary,
        NOTES,
        len(summary.lists),
    )


def test_it_begins_with_who_and_how_it_ended(result: PushResult) -> None:
    text = render(result, width=200)
    first, second, *_ = text.splitlines()
    assert first == (
        "Push result of run 7 by ada: completed in part; 2026-09-01T20:00:00 to 2026-09-01T20:00:03"
    )
    assert second == 'Push: Push All Course Masters of "Harrison High Schools" into 2026-27'


def test_in_brief_the_plan_is_not_told_again(result: PushResult) -> None:
    text = render(result, brief=True, width=200)
    assert "Changes" not in text
    assert text.index("left_out") < text.index("Not pushed") < text.index("Residual (")


def test_what_was_written_now_is_told_where_it_is_less_than_planned(result: PushResult) -> None:
    assert "Now written" not in render(result)
    text = render(replace(result, sections=1), width=400)
    assert text.endswith("Now written: 2 courses, 1 section, 1 named list entry.")
    text = render(replace(result, courses=0, sections=0), width=400)
    assert text.endswith("Now written: 0 courses, 0 sections, 1 named list entry.")


def test_a_plan_that_was_done_already_says_so(result: PushResult) -> None:
    text = render(replace(result, courses=0, sections=0, lists=0))
    assert text.endswith("Nothing was written: all that was planned is there already.")


def test_what_was_not_pushed_comes_first(result: PushResult) -> None:
    """Left out before what is only kept; then refusals, changes, residuals."""
    text = render(result, width=200)
    order = [
        "2 times left_out:",
        f"0402@{HARRISON}: it keeps changing",
        "1 time not_in_plan:",
        "1 time now_used:",
        "Not pushed",
        "Changes (most risky first)",
        "Residual (",
        "Left out",
    ]
    places = [text.index(part) for part in order]
    assert places == sorted(places)


def test_warnings_of_the_plan_are_no_result(result: PushResult) -> None:
    assert "Warnings" not in render(result)


def test_it_is_told_as_done(result: PushResult) -> None:
    text = render(result, width=400)
    assert "2 courses and 5 sections changed: items 4 removed" in text
    assert "would change" not in text


def test_without_notes_nothing_was_otherwise(result: PushResult) -> None:
    assert "Otherwise" not in render(replace(result, notes=()))


def test_many_notes_are_folded(result: PushResult) -> None:
    notes = tuple(Note("now_used", f"{number:04}@{HARRISON}", "x") for number in range(SHORT + 3))
    assert "... and 3 more notes; -v shows all" in render(replace(result, notes=notes))
    assert f"{SHORT + 2:04}@" in render(replace(result, notes=notes), verbose=True)


def test_an_unknown_note_is_told_by_its_code(result: PushResult) -> None:
    """A report of a newer version is still shown."""
    assert "1 time moon: moon" in render(replace(result, notes=(Note("moon", "0401@A", ""),)))


def test_it_survives_json(result: PushResult) -> None:
    assert from_json(json.loads(json.dumps(to_json(result)))) == result
    assert from_json(to_json(replace(result, notes=()))).notes == ()


def test_a_result_from_before_lists_were_counted_is_still_read(result: PushResult) -> None:
    told = to_json(result)
    del told["lists"]
    assert from_json(told) == result
