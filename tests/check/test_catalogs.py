"""A folder of good and bad catalogs: each bad one has its expected problems beside it.

A line of a `.problems` file is `line:column severity code: message`, with the file in front where it is
another one.
"""

from __future__ import annotations

from pathlib import Path

import pytest

from reconciler import desired
from reconciler.catalog import Problem, Severity

ROOT = Path(__file__).resolve().parents[1] / "catalogs"
EXAMPLES = Path(__file__).resolve().parents[2] / "examples"
BAD = sorted((ROOT / "bad").glob("*.yaml"))
GOOD = sorted((ROOT / "good").glob("*.yaml"))
ONLY_WARNINGS = {"warnings", "without-masters"}


def told(problem: Problem, file: str) -> str:
    where = f"{problem.line}:{problem.column}"
    place = where if problem.file == file else f"{problem.file}:{where}"
    return f"{place} {problem.severity} {problem.code}: {problem.message}"


@pytest.mark.parametrize("file", BAD, ids=lambda file: file.stem)
def test_a_bad_catalog_has_its_problems_and_no_others(file: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.chdir(file.parent)
    loaded = desired.load([Path(file.name)])
    expected = file.with_suffix(".problems").read_text(encoding="utf-8").splitlines()
    assert [told(problem, file.name) for problem in loaded.problems] == expected
    assert bool(loaded.errors) is (file.stem not in ONLY_WARNINGS)


@pytest.mark.parametrize("file", BAD, ids=lambda file: file.stem)
def test_every_problem_has_a_place_and_is_told_in_order(file: Path):
    problems = desired.load([file]).problems
    assert problems == tuple(sorted(problems, key=lambda one: (one.spot, one.code, one.message)))
    assert len(set(problems)) == len(problems)
    assert all(one.line > 0 or one.code == "empty-file" for one in problems)
    assert all("\n" not in one.message for one in problems)


@pytest.mark.parametrize("file", [*GOOD, EXAMPLES / "catalog.yaml"], ids=lambda file: file.stem)
def test_a_good_catalog_has_no_problem(file: Path):
    loaded = desired.load([file])
    assert loaded.problems == ()
    assert len(loaded.catalogs) == 1


def test_problems_of_all_files_come_in_one_run():
    together = desired.load(BAD).problems
    alone = {problem for file in BAD for problem in desired.load([file]).problems}
    assert alone <= set(together) | {one for one in alone if one.severity is Severity.WARNING}
    assert "duplicate-catalog" in {one.code for one in together}


def test_no_problem_file_is_left_without_its_catalog():
    assert [file.stem for file in sorted((ROOT / "bad").glob("*.problems"))] == [file.stem for file in BAD]


def test_every_check_is_shown_by_some_bad_catalog():
    codes = {problem.code for file in BAD for problem in desired.load([file]).problems}
    assert {
        "unknown-key", "missing-key", "edge-space", "duplicate-master", "duplicate-item", "missing-list",
        "missing-task", "missing-standard", "unknown-score-group", "unknown-rubric",
        "unknown-grading-scale", "unknown-test", "unknown-mark", "composite-sum", "composite-cycle",
        "out-of-range", "category-weights", "no-task", "no-calculation", "gpa-unlike-credit",
        "unknown-sced", "sced-subject", "archived-standard", "bad-rename", "setup-cycle", "no-masters",
    } <= codes  # fmt: skip
