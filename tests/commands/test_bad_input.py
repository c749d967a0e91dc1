"""Bad input: a clear message, a remedy, the right exit code, and nothing written."""

from __future__ import annotations

import json
import os
import sqlite3
import subprocess
import sys
from pathlib import Path

import pytest

from reconciler import errors
from tests.commands.small_district import BEFORE_SCHOOL, CATALOG

PUSH = ("--to-sections", *BEFORE_SCHOOL)
FROM_COURSES = ("plan", "--source", "courses", "--calendar", "Harrison High 2026-27")


def state(folder) -> bytes:
    """Everything that the state says, as SQL text."""
    with sqlite3.connect(folder / "reconcile.db") as database:
        told = "\n".join(database.iterdump()).encode()
    database.close()
    return told


@pytest.fixture
def unchanged(district):
    """Nothing is written, whatever the test does."""
    before = state(district)
    yield
    assert state(district) == before


@pytest.mark.parametrize(
    ("words", "code", "says"),
    [
        (["plan", "missing.yaml"], 1, "missing.yaml"),
        (["plan", "--calendar", "Harrison Hihg 2026-27"], 64, 'did you mean "Harrison High 2026-27"?'),
        (["plan", "--calendar", "Harrison High 2025-26"], 64, "is of the school year 2026, not of 2027"),
        (["plan", "--year", "2026"], 1, "2027"),
        (["plan", "--mode", "overwrite"], 64, "must be named"),
        (["plan", "--source", "courses"], 64, "must be named"),
        (["plan", "--source", "courses", "--calendar", "all"], 64, "must be named"),
        (["plan", "--source", "courses", "--calendar", "Harrison*"], 64, "2026, 2027"),
        (["plan", "--source", "courses", "--year", "2027"], 64, "must be named"),
        (["plan", "--source", "courses", "--mode", "overwrite"], 64, "can't be asked for together"),
        (["plan", "--source", "courses", "--master", "1"], 64, "can't be asked for together"),
        (["plan", "--overwrite-categories"], 64, "can't be asked for together"),
        (["plan", "--data", "categories", "--skip-data", "assessments"], 64, "can't be asked for together"),
        (["plan", "--data", "grades"], 64, "grades"),
        (["plan", "--master", "0410"], 64, 'did you mean "0401"?'),
        (["plan", "--school", "Harison High"], 64, 'did you mean "Harrison High"?'),
        (["plan", "--course", "9999"], 64, 'No course in the calendars of this push is "9999"'),
        (["plan", "--course", "0401", "--course", "0410"], 64, 'did you mean "0401"?'),
        (["apply", "--course", "9999", "--yes"], 64, "9999"),
        (["plan", "--master", "0401", "--master", "9999"], 64, 'a master "9999"'),
        ([*FROM_COURSES, "--data", "composite_weights"], 64, "composite_weights without composite_grades"),
        ([*FROM_COURSES, "--data", "categories", "--data", "assessments"], 64, "(advisory alone)"),
        ([*FROM_COURSES, "--data", "grading_tasks_standards"], 64, "does not carry grading_tasks_standards"),
        ([*FROM_COURSES, "--skip-data", "composite_weights"], 64, "can't be asked for together"),
        ([*FROM_COURSES, "--course", "0410"], 64, 'did you mean "0401"?'),
        (["plan", "--as-of", "yesterday"], 64, "YYYY-MM-DD"),
        (["plan", "--state", "nowhere.db"], 1, "nowhere.db"),
        (["plan", "--state", "mysql://here/there"], 64, "mysql"),
        (["plan", "--state", "postgresql://127.0.0.1:1/there"], 1, "can't be reached"),
        (["apply", "missing.json"], 5, "missing.json"),
        (["apply", "plan.json", "catalog.yaml"], 64, "can't be asked for together"),
        (["link", "--where", "scool=x"], 64, 'did you mean "school"?'),
        (["link", "--csv", "missing.csv"], 1, "missing.csv"),
        (["unlink"], 64, "--all"),
        (["import", "missing.xml"], 1, "missing.xml"),
        (["schema", "catalogue"], 64, 'did you mean "catalog"?'),
        (["report", "push"], 64, "no finished push"),
        (["plam"], 64, "plam"),
        (["plan", "--frmat", "json"], 64, "--frmat"),
    ],
)
def test_is_told_what_is_wrong_and_what_to_do(district, reconcile, unchanged, words, code, says):
    (district / "plan.json").write_text("{}", encoding="utf-8")
    told = reconcile(*words)
    assert (told.code, says in told.err) == (code, True), told.err
    assert told.out == ""
    assert len(told.err.splitlines()) >= 2


def test_no_catalog_at_all(folder, reconcile):
    told = reconcile("plan")
    assert told.code == 64
    assert "catalog.yaml" in told.err


@pytest.mark.parametrize(
    ("broken", "says"),
    [
        (CATALOG.replace("    grading_tasks: [{task: Final, terms: [1, 2]}]\n", ""), "grading_tasks"),
        (CATALOG.replace("weight: 20", "wieght: 20"), "weight"),
        (CATALOG.replace("masters:", "masters: ["), "catalog.yaml:"),
        (CATALOG + "\ncatalog: Twice\n", "catalog"),
        ("\x00", "catalog.yaml"),
    ],
)
def test_a_broken_catalog_is_told_with_its_places(district, reconcile, unchanged, broken, says):
    (district / "catalog.yaml").write_text(broken, encoding="utf-8")
    told = reconcile("plan", *PUSH)
    assert told.code == 1
    assert "catalog.yaml:" in told.err
    assert says in told.err


def test_a_tampered_or_cut_plan_is_refused(district, reconcile, unchanged):
    reconcile("plan", *PUSH, "--out", "plan.json")
    text = (district / "plan.json").read_text(encoding="utf-8")
    (district / "cut.json").write_text(text[: len(text) // 2], encoding="utf-8")
    told = json.loads(text)
    told["body"]["scope"]["overwrite"] = True
    (district / "edited.json").write_text(json.dumps(told), encoding="utf-8")
    (district / "list.json").write_text("[]", encoding="utf-8")
    cut, edited, foreign = (
        reconcile("apply", name, "--yes") for name in ("cut.json", "edited.json", "list.json")
    )
    assert (cut.code, edited.code, foreign.code) == (5, 5, 5)
    assert "not whole" in cut.err
    assert "digest" in edited.err
    assert "no saved plan" in foreign.err


def test_a_plan_of_another_state_is_refused(district, reconcile, unchanged):
    reconcile("plan", *PUSH, "--out", "plan.json")
    assert reconcile("import", "district.json", "--state", "other.db").code == 0
    told = reconcile("apply", "plan.json", "--yes", "--state", "other.db")
    assert told.code == 5
    assert "another state" in told.err


def test_a_plan_can_not_be_saved_where_there_is_no_folder(district, reconcile, unchanged):
    told = reconcile("plan", *PUSH, "--out", "nowhere/plan.json")
    assert told.code == 1
    assert "nowhere" in told.err


def test_a_state_of_a_newer_version(district, reconcile):
    with sqlite3.connect(district / "reconcile.db") as database:
        database.execute("UPDATE alembic_version SET version_num = '9999'")
    database.close()
    told = reconcile("plan", *PUSH)
    assert told.code == 1
    assert "newer" in told.err


def test_a_state_that_is_locked(district, reconcile):
    reconcile("plan", *PUSH, "--out", "plan.json")
    database = sqlite3.connect(district / "reconcile.db", isolation_level=None)
    database.execute("BEGIN IMMEDIATE")
    try:
        assert reconcile("plan", *PUSH).code == 0
        told = reconcile("apply", "plan.json", "--yes")
    finally:
        database.execute("ROLLBACK")
        database.close()
    assert told.code == errors.BUSY
    assert len(told.err.splitlines()) >= 2


def test_a_file_that_is_no_state(district, reconcile):
    (district / "notes.db").write_text("hello " * 200, encoding="utf-8")
    told = reconcile("plan", "--state", "notes.db")
    assert told.code == 1
    assert "notes.db" in told.err


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("broken.json", '{"courses": 7}'),
        ("broken.json", '{"courses": ['),
        ("broken.yaml", "courses: [{numbr: 1}]"),
        ("broken.yaml", "- a list"),
        ("broken.xml", "<InterchangeMasterSchedule>"),
        ("broken.zip", "no zip"),
        ("empty.json", ""),
    ],
)
def test_a_broken_source_changes_nothing(district, reconcile, unchanged, name, text):
    (district / name).write_text(text, encoding="utf-8")
    told = reconcile("import", name)
    assert told.code == 1, told.err
    assert name in told.err
    assert len(told.err.splitlines()) >= 2


def test_settings_that_can_not_be_read(district, reconcile, unchanged):
    (district / "reconcile.yaml").write_text("sate: reconcile.db\n", encoding="utf-8")
    told = reconcile("plan")
    assert told.code == 1
    assert "sate" in told.err


def test_settings_say_where_the_state_and_the_catalogs_are(district, reconcile):
    (district / "catalog.yaml").rename(district / "masters.yaml")
    (district / "reconcile.db").rename(district / "state.db")
    (district / "reconcile.yaml").write_text("state: state.db\ncatalogs: [masters.yaml]\n", encoding="utf-8")
    assert reconcile("plan", *PUSH, "--detailed-exitcode").code == 2


def test_a_bug_leaves_a_report_and_says_so(district, reconcile, monkeypatch):
    monkeypatch.setattr("reconciler.desired.load", lambda *_: 1 / 0)
    told = reconcile("plan")
    assert told.code == errors.BUG
    assert "bug" in told.err
    assert "ZeroDivisionError" in (district / "reconcile-crash.txt").read_text(encoding="utf-8")


def test_an_interrupt_says_that_all_is_whole(district, reconcile, monkeypatch):
    def interrupt(*_):
        raise KeyboardInterrupt

    monkeypatch.setattr("reconciler.desired.load", interrupt)
    assert reconcile("plan").code == errors.INTERRUPTED


def test_a_reader_that_goes_away_is_no_crash(district):
    told = subprocess.run(
        f"{sys.executable} -m reconciler plan -v --to-sections --as-of 2026-07-01 | head -1",
        shell=True,
        capture_output=True,
        text=True,
        check=False,
        env={**os.environ, "PYTHONPATH": str(Path(__file__).resolve().parents[2])},
    )
    assert told.stderr == ""
    assert told.stdout.startswith("Plan:")


def test_a_school_that_nobody_knows_is_warned_of(district, reconcile):
    text = Path("catalog.yaml").read_text(encoding="utf-8")
    changed = text.replace("schools: all", "schools: [Harrison High, Harrisn High]")
    Path("catalog.yaml").write_text(changed, encoding="utf-8")
    told = reconcile("plan", "--as-of", "2026-07-01")
    assert told.code == 0
    assert 'warning: the state has no school "Harrisn High" (did you mean "Harrison High"?)' in told.err
