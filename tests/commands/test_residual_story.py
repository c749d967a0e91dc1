"""The life of a residual from a shell (domain.md 5): from the first push to the last cleared one.

One course of Harrison High, three teachers. The district drops a category and a task that they have graded in;
one teacher realigns, one deletes, one keeps; then the district declares both again.
"""

from __future__ import annotations

import json
import sqlite3
from typing import NamedTuple

import pytest

CATALOG = """\
catalog: High School
school_years: [2027]
schools: all
locks:
  grading_tasks: locked
  categories: locked
  grade_calc_options: locked
tasks: {Final: , Project: }
masters:
  - number: "0401"
    name: Algebra I
    grading_tasks:
      - {task: Final, terms: [1, 2]}
      - {task: Project, terms: [1, 2]} # drop
    categories:
      - {name: Homework, weight: 20, tasks: [Final]}
      - {name: Projects, weight: 30, tasks: [Project]} # drop
      - {name: Tests, weight: 50, tasks: [Final]}
    grade_calc_options:
      - {task: Final, terms: [1], calculation: in_progress}
      - {task: Project, terms: [1], calculation: in_progress} # drop
"""
WITHOUT = "\n".join(line for line in CATALOG.splitlines() if "# drop" not in line) + "\n"
DISTRICT = {
    "district": "Harrison",
    "schools": [{"name": "Harrison High"}],
    "calendars": [
        {
            "name": "HHS 2026-27",
            "school": "Harrison High",
            "year": 2027,
            "terms": [
                {"name": "S1", "start": "2026-08-17", "end": "2026-12-18"},
                {"name": "S2", "start": "2027-01-05", "end": "2027-05-28"},
            ],
        }
    ],
    "courses": [
        {
            "calendar": "HHS 2026-27",
            "number": "0401",
            "name": "Algebra I",
            "sections": [
                {"number": number, "teacher": teacher, "uses": []}
                for number, teacher in (("1", "Ada"), ("2", "Ben"), ("3", "Cleo"))
            ],
        }
    ],
}
TODAY = ("--as-of", "2026-10-01")
PUSH = ("apply", "--to-sections", "--yes", *TODAY)
COURSE = "0401@HHS 2026-27"
REFUSED = 4


class Told(NamedTuple):
    """What the state says of one item of one section, in a person's columns."""

    part: str
    weight: str | None
    kept: bool


class Town:
    """The folder with the state, and the program."""

    def __init__(self, folder, reconcile) -> None:
        """Import, link, and push for the first time."""
        self.folder, self.reconcile = folder, reconcile
        self.declare(CATALOG)
        (folder / "district.json").write_text(json.dumps(DISTRICT), encoding="utf-8")
        self.go("import", "district.json")
        self.go("link")
        self.go(*PUSH)

    def declare(self, text: str) -> None:
        """Write the catalog."""
        (self.folder / "catalog.yaml").write_text(text, encoding="utf-8")

    def go(self, *words: str):
        """Run a command that must work."""
        told = self.reconcile(*words)
        assert told.code == 0, told.err
        return told

    def push(self):
        """Push, and give its result as a program reads it."""
        return self.go(*PUSH, "--format", "json").json

    def use(self, section: int, item: str, *words: str):
        """What a teacher does."""
        return self.go("use", f"{COURSE}/{section}#{item}", *words, *TODAY)

    def edit(self, address: str, *words: str):
        """What a teacher tries."""
        return self.reconcile("edit", f"{COURSE}{address}", *words, *TODAY)

    def rows(self, query: str) -> list[tuple]:
        """Ask the state as any SQL tool would."""
        with sqlite3.connect(self.folder / "reconcile.db") as state:
            found = state.execute(query).fetchall()
        state.close()
        return found

    def items(self, section: int, area: str = "categories") -> dict[str, Told]:
        """What is there at a section, by name."""
        rows = self.rows(
            "SELECT name, part, weight, is_kept FROM section_item"
            f" WHERE section_number = '{section}' AND area = '{area}' AND part <> 'pushed'"
        )
        return {name: Told(part, weight, bool(kept)) for name, part, weight, kept in rows}

    def tasks(self) -> dict[str, Told]:
        """The tasks of the course."""
        rows = self.rows(
            "SELECT key, part, weight, is_kept FROM course_item"
            " WHERE area = 'grading_tasks' AND part <> 'pushed'"
        )
        return {name: Told(part, weight, bool(kept)) for name, part, weight, kept in rows}

    def residuals(self) -> set[tuple[str, str, str]]:
        """(section, area, key) of every residual that is not cleared."""
        return set(self.rows("SELECT section_number, area, key FROM residual_item"))

    def counts(self, section: int) -> dict[tuple[str, int], tuple[int, int]]:
        """(key, term) -> (assignments, scores) of a section."""
        rows = self.rows(
            "SELECT key, term, assignments, scores FROM use JOIN section ON section.id = use.section_id"
            f" WHERE section.number = '{section}'"
        )
        return {(key, term): (assignments, scores) for key, term, assignments, scores in rows}


@pytest.fixture
def town(folder, reconcile):
    """After the first push, before anybody has graded."""
    return Town(folder, reconcile)


@pytest.fixture
def graded(town):
    """Every teacher has two assignments in Projects, aligned to the task Project."""
    for section in (1, 2, 3):
        record = ("--record", "assignments=2", "scores=40", "--term", "1", "--task", "Project")
        town.use(section, "categories/Projects", *record)
    return town


@pytest.fixture
def dropped(graded):
    """The district drops the category and the task, and pushes."""
    graded.declare(WITHOUT)
    graded.result = graded.push()
    return graded


def test_the_whole_story(dropped):
    town = dropped
    # R1: nothing that is used went; R6: only that stays; R2: it has no calculation any more.
    for section in (1, 2, 3):
        assert town.items(section)["Projects"] == Told("own", "30", True)
        assert {name for name, one in town.items(section).items() if one.kept} == {"Projects"}
        assert set(town.items(section, "grade_calc_options")) == {"Final@1"}
        assert town.counts(section) == {("Projects", 1): (2, 40), ("Project", 1): (2, 40)}
    assert town.residuals() == {
        (section, area, key)
        for section in "123"
        for area, key in (("categories", "Projects"), ("grading_tasks", "Project"))
    }

    # One realigns, one deletes, one keeps.
    town.use(1, "categories/Projects", "--realign", "Tests")
    town.use(1, "grading_tasks/Project", "--realign", "Final")
    town.use(2, "categories/Projects", "--delete", "--task", "Project")
    town.push()

    # R4: two are gone and cleared, the third stays with its grades.
    assert "Projects" not in town.items(1)
    assert "Projects" not in town.items(2)
    assert town.counts(1) == {("Tests", 1): (2, 40), ("Final", 1): (2, 40)}
    assert town.counts(2) == {}
    assert town.items(3)["Projects"].kept
    assert {key for key in town.residuals() if key[1] == "categories"} == {("3", "categories", "Projects")}
    assert town.tasks()["Project"].kept

    # R3: declared again, it relinks: the same row, grades intact; the others get it anew.
    before = town.rows("SELECT id, number FROM section ORDER BY id")
    town.declare(CATALOG)
    town.push()
    assert town.rows("SELECT id, number FROM section ORDER BY id") == before
    for section in (1, 2, 3):
        assert town.items(section)["Projects"] == Told("linked", "30", False)
        assert "Project@1" in town.items(section, "grade_calc_options")
    assert town.counts(3) == {("Projects", 1): (2, 40), ("Project", 1): (2, 40)}
    assert town.tasks()["Project"] == Told("linked", None, False)
    assert town.residuals() == set()

    # Later changes reach it; and a push with nothing new writes nothing (P6).
    town.declare(CATALOG.replace("weight: 30", "weight: 35"))
    town.push()
    assert town.items(3)["Projects"] == Told("linked", "35", False)
    assert town.reconcile("plan", "--to-sections", "--detailed-exitcode", *TODAY).code == 0


def test_the_push_that_leaves_a_residual_says_so_with_its_counts(dropped):
    told = dropped.go("report", "push").out
    assert "Residual" in told
    assert "Projects" in told
    assert "6 assignments" in told
    assert "120 scores" in told
    assert dropped.reconcile("plan", "--to-sections", "--detailed-exitcode", *TODAY).code == 3


def test_the_residual_report_has_it_until_it_is_cleared(dropped):
    def keys() -> list[str]:
        return sorted(
            one["key"]
            for one in dropped.go("report", "residuals", "--format", "json").json["rows"]
            if one["cleared"] is None
        )

    assert keys() == ["Project"] * 3 + ["Projects"] * 3
    for section in (1, 2, 3):
        dropped.use(section, "categories/Projects", "--delete", "--task", "Project")
    dropped.push()
    assert keys() == []


def test_a_residual_may_be_edited_and_what_is_locked_may_not(dropped):
    """R5, and R2 apart from it."""
    assert dropped.edit("/3#categories/Projects", "--set", "weight=10").code == 0
    assert dropped.items(3)["Projects"] == Told("own", "10", True)
    locked = dropped.edit("/3#categories/Tests", "--set", "weight=10")
    assert locked.code == REFUSED
    assert 'the catalog "High School" locks categories (catalog.yaml:6' in locked.err
    set_ = dropped.edit("/3#grade_calc_options/Project@1", "--add", "--set", "calculation=in_progress")
    assert set_.code == REFUSED
    assert "residual" in set_.err
    dropped.push()
    assert dropped.items(3)["Projects"] == Told("own", "10", True)


def test_a_used_residual_is_not_deleted_by_an_edit_and_an_unused_one_is(dropped):
    told = dropped.edit("/3#categories/Projects", "--remove")
    assert told.code == REFUSED
    assert "2 assignments, 40 scores" in told.err
    assert "--realign" in told.err
    dropped.use(3, "categories/Projects", "--realign", "Homework")
    removed = dropped.edit("/3#categories/Projects", "--remove")
    assert removed.code == 0
    assert "cleared" in removed.out
    assert ("3", "categories", "Projects") not in dropped.residuals()
    (row,) = dropped.rows(
        "SELECT since_run < cleared_run FROM residual JOIN section ON section.id = section_id"
        " WHERE section.number = '3' AND area = 'categories'"
    )
    assert row == (1,)


def test_the_course_may_define_its_calculation_and_push_it_down(dropped):
    """The first way out of R2 (row 13a)."""
    address = "#grade_calc_options/Project@1"
    assert dropped.edit(address, "--add", "--set", "calculation=in_progress").code == 0
    dropped.go("apply", "--source", "courses", "--calendar", "HHS 2026-27", "--yes", *TODAY)
    assert "Project@1" in dropped.items(3, "grade_calc_options")
    dropped.push()
    assert "Project@1" in dropped.items(3, "grade_calc_options")


def test_what_a_kept_category_names_stays_though_nobody_graded_it(town):
    """R7: the task itself has no evidence, and the report names what keeps it."""
    town.use(1, "categories/Projects", "--record", "assignments=2", "--term", "1")
    town.declare(WITHOUT)
    result = json.dumps(town.push())
    assert town.tasks()["Project"].kept
    assert "referred_to" in result
    assert "category Projects" in town.go("report", "push").out
    assert set(town.items(2)) == {"Homework", "Tests"}
    town.use(1, "categories/Projects", "--delete")
    town.push()
    assert "Project" not in town.tasks()
    assert town.residuals() == set()


def test_an_own_category_beside_survives_all_of_it(graded):
    graded.edit("/3#categories/Labs", "--add", "--set", "weight=5")
    graded.declare(WITHOUT)
    graded.push()
    assert graded.items(3)["Labs"] == Told("own", "5", False)
    graded.declare(CATALOG)
    graded.push()
    assert graded.items(3)["Labs"] == Told("own", "5", False)


def test_the_history_tells_who_did_what(dropped):
    dropped.go("use", f"{COURSE}/1#categories/Projects", "--realign", "Tests", *TODAY, "-m", "moved to tests")
    kinds = [kind for (kind,) in dropped.rows("SELECT kind FROM run ORDER BY id")]
    assert kinds == ["import", "link", "apply", "use", "use", "use", "apply", "use"]
    ((message,),) = dropped.rows("SELECT message FROM run ORDER BY id DESC LIMIT 1")
    assert message == "moved to tests"
