"""A district's working folder: run the program in it, push, and look at what is in the state."""

from __future__ import annotations

import json
import shutil
import sqlite3
from collections import Counter
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

import pytest
import yaml

from reconciler.commands import run
from tests.real.deriving import derive

HERE = "part <> 'pushed'"
"""What is in a gradebook now: linked and own items."""
EVIDENCE = """
    SELECT c.calendar_id, c.number, s.id, u.area, u.term, u.assignments, u.scores, u.posted, u.comments
    FROM use u JOIN section s ON s.id = u.section_id JOIN course c ON c.id = s.course_id"""
ASTRAY = f"""
    SELECT u.section_id, u.key FROM use u WHERE u.area = 'categories' AND NOT EXISTS (
        SELECT 1 FROM section_item i WHERE i.section_id = u.section_id AND i.area = 'categories'
        AND {HERE} AND i.key = u.key)"""


@dataclass(frozen=True)
class Told:
    """What one run of the program said."""

    code: int
    out: str
    err: str

    @property
    def json(self):
        return json.loads(self.out)

    @property
    def summary(self):
        """The summary of a plan that was told as JSON."""
        return self.json["body"]["summary"]


@dataclass(frozen=True)
class District:
    """A folder with a state and a catalog, and the program to run there."""

    folder: Path
    capsys: pytest.CaptureFixture[str]

    @property
    def state(self) -> Path:
        return self.folder / "reconcile.db"

    def take(self, state: Path) -> District:
        """Start from a copy of an imported state."""
        shutil.copyfile(state, self.state)
        return self

    def reconcile(self, *words: object) -> Told:
        self.capsys.readouterr()
        code = run([str(word) for word in words])
        said = self.capsys.readouterr()
        return Told(code, said.out, said.err)

    def done(self, *words: object) -> Told:
        """Run what must succeed."""
        told = self.reconcile(*words)
        assert told.code == 0, told.err
        return told

    def catalog(self, catalog: dict[str, object] | None = None, **how: object) -> dict[str, object]:
        """Write the catalog, one derived from the state unless it is given."""
        made = derive(self.state, **how) if catalog is None else catalog
        text = yaml.safe_dump(made, sort_keys=False, allow_unicode=True)
        (self.folder / "catalog.yaml").write_text(text, encoding="utf-8")
        return made

    def plan(self, *words: object) -> Told:
        """Plan, saved as plan.json and told as JSON; the exit code is the detailed one."""
        told = self.reconcile("plan", *words, "--out", "plan.json", "--format", "json", "--detailed-exitcode")
        assert told.code in {0, 2, 3}, told.err
        return told

    def push(self, *words: object) -> Told:
        """Plan and apply what was planned; gives the plan."""
        told = self.plan(*words)
        self.done("apply", "plan.json", "--yes", *later(words))
        return told

    def rows(self, query: str, *values: object) -> list[tuple[object, ...]]:
        with closing(sqlite3.connect(self.state)) as state:
            return state.execute(query, values).fetchall()

    def evidence(self) -> Counter[tuple[object, ...]]:
        """All counts of assignments and grades: whose they are, but for the key of the item."""
        return Counter(self.rows(EVIDENCE))

    def astray(self) -> list[tuple[object, ...]]:
        """Uses of a category that its section does not have."""
        return self.rows(ASTRAY)

    def categories(self, *places: str) -> Counter[tuple[object, ...]]:
        """These columns of every category that is at a section now."""
        columns = ", ".join(places)
        return Counter(self.rows(f"SELECT {columns} FROM section_item WHERE area = 'categories' AND {HERE}"))


def imported(folder: Path, *words: object) -> Path:
    """Import a source with the program; gives the file of the state."""
    state = folder / "reconcile.db"
    assert run(["import", *map(str, words), "--state", f"sqlite:///{state}"]) == 0
    return state


def later(words: tuple[object, ...]) -> tuple[object, ...]:
    """The options that a saved plan may still be given: the day."""
    texts = [str(word) for word in words]
    return ("--as-of", texts[texts.index("--as-of") + 1]) if "--as-of" in texts else ()


def lines(told: Told, kind: str = "changes", **fields: object) -> list[dict[str, object]]:
    """The lines of a plan that have these values."""
    return [one for one in told.summary[kind] if all(one[name] == value for name, value in fields.items())]


def hosts(found: list[dict[str, object]]) -> int:
    """In how many sections or courses, all lines together."""
    return sum(one["hosts"] for one in found)
