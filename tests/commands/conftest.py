"""A folder of one's own with a small district, and the program to run there."""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path

import pytest

from reconciler.commands import run

CATALOG = """\
catalog: High School
school_years: [2027]
schools: all
locks:
  course_info: {department: locked}
  grading_tasks: locked
  categories: locked
tasks: {Final: }
masters:
  - number: "0401"
    name: Algebra I
    department: Mathematics
    grading_tasks: [{task: Final, terms: [1, 2]}]
    categories:
      - {name: Homework, weight: 20, tasks: [Final]}
      - {name: Tests, weight: 80, tasks: [Final]}
"""
DISTRICT = {
    "district": "Harrison",
    "schools": [{"name": "Harrison High"}],
    "calendars": [
        {
            "name": "Harrison High 2026-27",
            "school": "Harrison High",
            "year": 2027,
            "terms": [
                {"name": "S1", "start": "2026-08-17", "end": "2026-12-18"},
                {"name": "S2", "start": "2027-01-05", "end": "2027-05-28"},
            ],
        },
        {"name": "Harrison High 2025-26", "school": "Harrison High", "year": 2026, "terms": []},
    ],
    "courses": [
        {
            "calendar": "Harrison High 2026-27",
            "number": "0401",
            "name": "Algebra I",
            "sections": [
                {
                    "number": "1",
                    "teacher": "Ada",
                    "setup": {"categories": [{"name": "Homework", "weight": "30"}]},
                    "uses": [
                        {"area": "categories", "key": "Homework", "assignments": 3, "scores": 40},
                    ],
                },
                {"number": "2", "teacher": "Ben", "setup": {}, "uses": []},
            ],
        }
    ],
}
BEFORE_SCHOOL = ("--as-of", "2026-07-01")


@dataclass
class Told:
    """What one run of the program said."""

    code: int
    out: str
    err: str

    @property
    def json(self):
        return json.loads(self.out)


@pytest.fixture
def folder(tmp_path, monkeypatch) -> Path:
    """An empty working folder."""
    monkeypatch.chdir(tmp_path)
    for name in ("RECONCILE_STATE", "RECONCILE_USER"):
        monkeypatch.delenv(name, raising=False)
    return tmp_path


@pytest.fixture
def reconcile(folder, capsys):
    """Run `reconcile WORDS` in the folder."""

    def call(*words: str) -> Told:
        capsys.readouterr()
        code = run([str(word) for word in words])
        said = capsys.readouterr()
        return Told(code, said.out, said.err)

    return call


@pytest.fixture
def district(folder, reconcile) -> Path:
    """The folder with a catalog, and a state into which the district was imported and linked."""
    (folder / "catalog.yaml").write_text(CATALOG, encoding="utf-8")
    (folder / "district.json").write_text(json.dumps(DISTRICT), encoding="utf-8")
    assert reconcile("import", "district.json").code == 0
    assert reconcile("link").code == 0
    return folder
