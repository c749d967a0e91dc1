"""The story as people and programs read it, from the command line."""

from __future__ import annotations

import json
import subprocess

import pytest

from reconciler.course import Counts
from reconciler.reports.history import local
from reconciler.story.text import counts_text
from tests.commands.small_district import BEFORE_SCHOOL, CATALOG
from tests.commands.test_push_story import edited

PLACE = "0401@Harrison High 2026-27"
PUSH = ("apply", "--to-sections", *BEFORE_SCHOOL, "--yes")
AS_OF = BEFORE_SCHOOL


@pytest.fixture(autouse=True)
def _ada(folder, monkeypatch):
    del folder
    monkeypatch.setenv("RECONCILE_USER", "Ada")


def words(text: str) -> str:
    """A text without its line breaks."""
    return " ".join(text.split())


def test_an_item_is_told_as_a_story(district, reconcile):
    reconcile(*PUSH, "-m", "new weights")
    told = reconcile("show", f"{PLACE}/1#categories/Homework")
    assert told.code == 0
    assert told.err == ""
    said = words(told.out)
    assert said.startswith(
        "Category Homework: linked & locked. 0401@Harrison High 2026-27/1#categories/Homework"
    )
    for part in (
        "Now weight 20; tasks Final Pushed the same Desired the same",
        'by master 0401 of "High School" (catalog.yaml:15), by way of its course',
        "Lock holds: the catalog locks it",
        "run 3 (apply) of Ada, ",
        '"new weights"',
        "Uses none",
        "a push from masters changes nothing",
    ):
        assert part in said


def test_it_is_told_what_a_changed_catalog_will_do(district, reconcile):
    reconcile(*PUSH)
    (district / "catalog.yaml").write_text(CATALOG.replace("weight: 20", "weight: 25"), encoding="utf-8")
    said = words(reconcile("show", f"{PLACE}#categories/Homework").out)
    assert "Desired weight 25; tasks Final" in said
    assert "changes it (updated): the template moved on. It becomes: weight 25; tasks Final" in said


def test_a_teachers_own_is_told_with_its_uses_and_will_be_renamed(district, reconcile):
    said = words(reconcile("show", f"{PLACE}/1#categories/Homework").out)
    assert said.startswith("Category Homework: local.")
    assert "by the teacher, at the section" in said
    assert "Uses 3 assignments and 40 scores" in said
    assert "renames it (renamed)" in said
    assert "It becomes: name Homework (1); weight 30" in said


def test_the_commit_of_the_catalog_is_told(district, reconcile):
    git = ["git", "-c", "user.name=Ada", "-c", "user.email=ada@example.org"]
    for arguments in (["init", "-q"], ["add", "catalog.yaml"], ["commit", "-qm", "first"]):
        subprocess.run([*git, *arguments], cwd=district, check=True, capture_output=True)
    asked = [*git, "rev-parse", "--short=12", "HEAD"]
    commit = subprocess.run(asked, cwd=district, check=True, capture_output=True, text=True).stdout.strip()
    reconcile(*PUSH)
    told = reconcile("show", f"{PLACE}#categories/Homework", "--format", "json").json
    assert told["pushed_by"]["commit"].rstrip("+") == commit
    assert f"commit {commit}" in words(reconcile("show", f"{PLACE}#categories/Homework").out)


def test_drift_is_told_with_both_values(district, reconcile):
    reconcile(*PUSH)
    reconcile("export", "--output", "now.json")
    text = (district / "now.json").read_text(encoding="utf-8")
    (district / "now.json").write_text(edited(text, of_section="1"), encoding="utf-8")
    reconcile("import", "now.json")
    said = words(reconcile("show", f"{PLACE}/1#categories/Tests").out)
    assert said.startswith("Category Tests: linked & locked (drift).")
    assert "Now weight 77; tasks Final Pushed weight 80; tasks Final Desired weight 80; tasks Final" in said
    assert "Changed below, and seen by an import" in said
    assert "puts it back (put_back)" in said
    listing = words(reconcile("show", f"{PLACE}/1").out)
    assert "Tests (category): linked & locked; pushed weight 80; tasks Final, now weight 77" in listing


def test_a_course_is_told_with_its_areas_and_what_is_not_at_rest(district, reconcile):
    said = words(reconcile("show", PLACE).out)
    assert 'Master 0401 Algebra I of "High School" (catalog.yaml:10)' in said
    assert "Below 2 sections" in said
    assert "Run never written by a push" in said
    assert "categories [locked]: 2 awaiting a push; 2 awaiting" in said
    assert "Next a push from masters: 4 created" in said
    reconcile(*PUSH)
    said = words(reconcile("show", PLACE).out)
    assert "Next a push changes nothing" in said
    assert "What is not at rest Nothing." in said


def test_a_list_is_a_line_an_item(district, reconcile):
    reconcile(*PUSH)
    told = reconcile("show", f"{PLACE}/1#categories")
    assert told.out.splitlines()[-3:] == [
        "  Homework: linked & locked; weight 20; tasks Final",
        "  Tests: linked & locked; weight 80; tasks Final",
        "  Homework (1): local; weight 30",
    ]


def test_it_works_without_a_catalog_and_says_what_is_unknown(district, reconcile):
    reconcile(*PUSH)
    (district / "catalog.yaml").unlink()
    said = words(reconcile("show", f"{PLACE}#categories/Homework").out)
    assert "Desired unknown: the catalog was not read; name it behind the address" in said
    assert "Lock unknown" in said
    assert "State unknown" in words(reconcile("show", PLACE).out)


def test_every_story_fits_eighty_columns(district, reconcile, monkeypatch):
    monkeypatch.setattr("reconciler.commands.showing.width", lambda: 80)
    reconcile(*PUSH, "-m", "a message that is rather long, since somebody wanted to say everything at once")
    for address in ("", "/1", "/1#categories", "/1#categories/Homework", "#course_info/department"):
        told = reconcile("show", PLACE + address, "-v")
        assert max(map(len, told.out.splitlines())) <= 80


def test_the_json_of_an_item_has_its_documented_shape(district, reconcile):
    reconcile(*PUSH)
    told = reconcile("show", f"{PLACE}/1#categories/Homework (1)", "--format", "json").json
    assert set(told) == {
        "kind", "address", "area", "key", "label", "state", "now", "pushed", "inherited", "desired", "drifted",
        "awaiting", "decided_by", "lock", "pushed_by", "changed_by", "residual_since", "uses",
        "unread_sections", "next",
    }  # fmt: skip
    assert told["now"] == {"name": "Homework (1)", "weight": "30"}
    assert told["uses"] == [
        {"term": 0, "assignments": 3, "scores": 40, "posted": 0, "comments": 0, "sections": 1}
    ]
    assert told["lock"] == {"state": "locked", "holds": False, "why": "own"}
    assert told["desired"] == {"known": True, "value": None, "why": ""}
    assert told["decided_by"]["layer"] == "teacher"
    assert [one["reason"] for one in told["next"]] == ["local"]


def test_the_json_of_a_course_has_its_documented_shape(district, reconcile):
    told = reconcile("show", PLACE, "--format", "json").json
    assert set(told) == {
        "kind", "address", "title", "where", "teacher", "state", "why", "catalog", "master", "master_name",
        "file", "line", "refused", "sections", "unread_sections", "last_run", "next", "areas", "items",
    }  # fmt: skip
    assert (told["kind"], told["file"], told["line"]) == ("course", "catalog.yaml", 10)
    assert told["next"] == [{"push": "masters", "reason": "created", "items": 4}]
    kinds = [
        reconcile("show", PLACE + more, "--format", "json").json["kind"] for more in ("/1", "#categories")
    ]
    assert kinds == ["section", "list"]


@pytest.mark.parametrize(
    ("address", "message"),
    [
        ("0402@Harrison High 2026-27", 'no course "0402" (did you mean "0401"?)'),
        (f"{PLACE}/9", 'no section "9"'),
        (f"{PLACE}#category", 'no area "category" (did you mean "categories"?)'),
        (f"{PLACE}#categories/Homewrk", 'no categories "Homewrk" (did you mean "Homework"?)'),
    ],
)
def test_what_is_unknown_is_a_usage_error_with_what_is_close(district, reconcile, address, message):
    told = reconcile("show", address)
    assert told.code == 64
    assert message in told.err
    assert told.out == ""


def test_a_catalog_that_is_named_and_not_there_is_an_error(district, reconcile):
    told = reconcile("show", PLACE, "nowhere.yaml")
    assert told.code == 1
    assert "nowhere.yaml" in told.err


def test_a_broken_catalog_is_an_error_and_nothing_is_told(district, reconcile):
    (district / "catalog.yaml").write_text(CATALOG.replace("weight: 20", "weigth: 20"), encoding="utf-8")
    told = reconcile("show", PLACE)
    assert told.code == 1
    assert told.out == ""


def test_nothing_is_written(district, reconcile):
    before = reconcile("export").out
    runs = json.dumps(reconcile("show", f"{PLACE}/1", "--format", "json").json)
    assert reconcile("export").out == before
    assert json.dumps(reconcile("show", f"{PLACE}/1", "--format", "json").json) == runs


def test_counts_are_told_in_words():
    assert counts_text(Counts()) == "none"
    assert counts_text(Counts(1, 2, 1, 3)) == "1 assignment, 2 scores, 1 posted grade and 3 comments"


def test_times_are_shown_by_the_clock_here(monkeypatch):
    import time

    monkeypatch.setenv("TZ", "EST+5")
    time.tzset()
    try:
        assert local("2026-08-01T03:30:00+00:00") == "2026-07-31 22:30 EST"
    finally:
        monkeypatch.undo()
        time.tzset()
