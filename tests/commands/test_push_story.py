"""The main job from the command line: import, link, plan, apply, plan again."""

from __future__ import annotations

import json
import os
import sqlite3
import subprocess
import sys
from pathlib import Path

import pytest

from tests.commands.small_district import BEFORE_SCHOOL, CATALOG

ROOT = Path(__file__).resolve().parents[2]
PUSH = ("--to-sections", *BEFORE_SCHOOL)


def categories(folder: Path) -> set[tuple[str, str, str]]:
    """(section, name, weight) of everything that is at the sections now."""
    with sqlite3.connect(folder / "reconcile.db") as state:
        rows = state.execute(
            "SELECT section_number, name, weight FROM section_item WHERE area = 'categories' AND part <> 'pushed'"
        ).fetchall()
    state.close()
    return {(section, name, str(weight)) for section, name, weight in rows}


def scores(folder: Path) -> int:
    with sqlite3.connect(folder / "reconcile.db") as state:
        (count,) = state.execute("SELECT sum(scores) FROM use").fetchone()
    state.close()
    return count


def test_plan_writes_nothing(district, reconcile):
    before = categories(district)
    told = reconcile("plan", *PUSH)
    assert told.code == 0
    assert "Homework" in told.out
    assert categories(district) == before


def test_the_saved_plan_is_done_and_a_second_plan_is_empty(district, reconcile):
    assert reconcile("plan", *PUSH, "--out", "plan.json", "--detailed-exitcode").code == 2
    told = reconcile("apply", "plan.json", "--yes")
    assert told.code == 0, told.err
    assert categories(district) == {
        ("1", "Homework", "20"),
        ("1", "Tests", "80"),
        ("1", "Homework (1)", "30"),
        ("2", "Homework", "20"),
        ("2", "Tests", "80"),
    }
    assert scores(district) == 40
    again = reconcile("plan", *PUSH, "--detailed-exitcode")
    assert again.code == 0
    assert "Nothing to push" in again.out


def test_apply_plans_shows_and_does_in_one_go(district, reconcile):
    assert reconcile("apply", *PUSH, "--yes", "--message", "new weights").code == 0
    assert ("2", "Tests", "80") in categories(district)


def test_apply_asks_and_takes_no_for_an_answer(district, reconcile):
    told = reconcile("apply", *PUSH)
    assert told.code == 4
    assert "--yes" in told.err
    assert ("2", "Tests", "80") not in categories(district)


def test_the_same_plan_twice_writes_nothing_more(district, reconcile):
    reconcile("plan", *PUSH, "--out", "plan.json")
    reconcile("apply", "plan.json", "--yes")
    before = categories(district)
    assert reconcile("apply", "plan.json", "--yes").code == 0
    assert categories(district) == before


def test_the_same_inputs_give_the_same_bytes(district, reconcile):
    assert reconcile("plan", *PUSH).out == reconcile("plan", *PUSH).out
    first, second = (reconcile("plan", *PUSH, "--format", "json").json for _ in range(2))
    assert first["digest"] == second["digest"]
    assert first["body"] == second["body"]


def test_a_used_category_stays_as_a_residual_when_overwritten(district, reconcile):
    overwrite = (*PUSH, "--mode", "overwrite", "--calendar", "all")
    assert reconcile("apply", *overwrite, "--yes").code == 0
    assert ("1", "Homework (1)", "30") in categories(district)
    assert scores(district) == 40
    told = reconcile("plan", *overwrite, "--detailed-exitcode")
    assert told.code == 3
    assert "Residual" in told.out
    assert "40 scores" in told.out
    assert reconcile("apply", *overwrite, "--yes", "--strict").code == 3


def test_an_overwrite_in_session_is_refused_unless_allowed(district, reconcile):
    overwrite = ("--mode", "overwrite", "--calendar", "all", "--to-sections", "--as-of", "2026-10-01")
    told = reconcile("plan", *overwrite, "--out", "plan.json")
    assert told.code == 4
    assert "--allow-in-session" in told.err
    assert not (district / "plan.json").exists()
    assert reconcile("plan", *overwrite, "--allow-in-session").code == 0


def test_a_plan_made_before_school_is_refused_once_school_is_in_session(district, reconcile):
    overwrite = ("--mode", "overwrite", "--calendar", "all", "--to-sections", *BEFORE_SCHOOL)
    assert reconcile("plan", *overwrite, "--out", "plan.json").code == 0
    told = reconcile("apply", "plan.json", "--yes", "--as-of", "2026-10-01")
    assert told.code == 4
    assert "in session" in told.err
    assert reconcile("apply", "plan.json", "--yes", "--as-of", "2026-07-02").code == 0


def test_a_push_from_courses_needs_no_catalog(district, reconcile):
    reconcile("apply", "--yes", *BEFORE_SCHOOL)
    assert ("2", "Tests", "80") not in categories(district)
    (district / "catalog.yaml").unlink()
    told = reconcile("apply", "--source", "courses", "--calendar", "Harrison High 2026-27", "--yes")
    assert told.code == 0, told.err
    assert ("2", "Tests", "80") in categories(district)


def test_report_push_shows_the_newest_run_and_any_other(district, reconcile):
    reconcile("apply", *PUSH, "--yes")
    told = reconcile("report", "push", "--format", "json")
    assert told.code == 0
    assert told.json["status"] == "done"
    assert reconcile("report", "push", str(told.json["run"])).code == 0
    missing = reconcile("report", "push", "4711")
    assert missing.code == 64
    assert "4711" in missing.err


def test_changed_catalogs_spoil_a_plan_only_if_asked(district, reconcile):
    reconcile("plan", *PUSH, "--out", "plan.json")
    (district / "catalog.yaml").write_text(
        CATALOG.replace("80", "70").replace("20,", "30,"), encoding="utf-8"
    )
    told = reconcile("apply", "plan.json", "--yes", "--catalog", "catalog.yaml")
    assert told.code == 5
    assert "changed since" in told.err
    assert reconcile("apply", "plan.json", "--yes").code == 0


def test_an_edit_below_is_refused_at_a_course_and_put_back_at_a_section(district, reconcile):
    reconcile("apply", *PUSH, "--yes")
    reconcile("export", "--output", "now.json")
    text = (district / "now.json").read_text(encoding="utf-8")
    (district / "now.json").write_text(edited(text, of_section="1"), encoding="utf-8")
    assert reconcile("import", "now.json").code == 0
    told = reconcile("plan", *PUSH)
    assert "77 -> 80" in told.out
    assert reconcile("apply", *PUSH, "--yes").code == 0
    assert ("1", "Tests", "80") in categories(district)


def edited(text: str, *, of_section: str) -> str:
    """The exported district, with the weight of a section's Tests changed by hand."""
    told = json.loads(text)
    section = next(one for one in told["courses"][0]["sections"] if one["number"] == of_section)
    one = next(one for one in section["setup"]["categories"] if one["name"] == "Tests")
    one["weight"] = "77"
    return json.dumps(told)


@pytest.mark.parametrize("words", [["--help"], ["plan", "--help"], ["--version"]])
def test_python_m_reconciler_is_the_same_program(words):
    told = subprocess.run(
        [sys.executable, "-m", "reconciler", *words],
        capture_output=True,
        text=True,
        check=False,
        env={**os.environ, "NO_COLOR": "1", "COLUMNS": "80"},
        cwd=ROOT,
    )
    assert told.returncode == 0
    assert "reconcile" in told.stdout


def test_stdout_has_the_result_and_stderr_the_rest(district, reconcile):
    told = reconcile("plan", *PUSH, "--out", "plan.json", "--format", "json")
    assert told.json["body"]["summary"]
    assert "plan.json" in told.err
