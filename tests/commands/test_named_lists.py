"""Named lists from the command line: a changed list alone is a change, and an old plan takes none back."""

from __future__ import annotations

import pytest

from tests.commands.small_district import BEFORE_SCHOOL, CATALOG

LETTERS = "score_groups: {Letters: {A: 4, B: 3}}\n"


@pytest.fixture
def settled(district, reconcile):
    """The district after a push without lists."""
    assert reconcile("apply", *BEFORE_SCHOOL, "--to-sections", "--yes").code == 0
    return district


def write(folder, lists: str) -> None:
    (folder / "catalog.yaml").write_text(lists + CATALOG, encoding="utf-8")


def test_a_changed_list_alone_is_a_change(settled, reconcile):
    write(settled, LETTERS)
    pending = reconcile("plan", *BEFORE_SCHOOL, "--detailed-exitcode")
    assert pending.code == 2
    assert "1 named list entry would change" in pending.out
    told = reconcile("apply", *BEFORE_SCHOOL, "--yes")
    assert told.code == 0
    assert "1 named list entry changed" in told.out
    assert "Nothing was written" not in told.out
    assert "Nothing was written" not in reconcile("report", "push").out
    assert reconcile("plan", *BEFORE_SCHOOL, "--detailed-exitcode").code == 0


def test_an_old_plan_is_stale_when_a_newer_list_was_applied(settled, reconcile):
    write(settled, LETTERS)
    assert reconcile("plan", *BEFORE_SCHOOL, "--out", "old.json").code == 0
    assert reconcile("apply", "old.json", "--as-of", "2026-07-01").code == 0
    assert "Nothing was written" in reconcile("apply", "old.json").out
    write(settled, LETTERS.replace("A: 4", "A: 5"))
    assert reconcile("apply", *BEFORE_SCHOOL, "--yes").code == 0
    told = reconcile("apply", "old.json")
    assert told.code == 5
    assert 'the score groups of "High School"' in told.err
    assert reconcile("plan", *BEFORE_SCHOOL, "--detailed-exitcode").code == 0
