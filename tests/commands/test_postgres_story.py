"""The small example in PostgreSQL, by the commands that a person types: all is said and done as in SQLite."""

from __future__ import annotations

import json
import re
import shutil
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from tests.commands.conftest import Told

EXAMPLES = Path(__file__).parents[2] / "examples"
DAY = ("--as-of", "2026-07-20")
PUSH = ("examples/catalog.yaml", "--to-sections", *DAY)
STORY = (
    ("validate", "examples/catalog.yaml"),
    ("import", "examples/district.yaml"),
    ("link", "examples/catalog.yaml"),
    ("plan", *PUSH, "--out", "plan.json"),
    ("plan", *PUSH, "--format", "json"),
    ("apply", "plan.json", "--yes", *DAY),
    ("plan", *PUSH),
    ("report", "push", "--format", "json"),
    ("report", "residuals", "--format", "csv"),
    ("report", "awaiting-masters", "examples/catalog.yaml"),
    ("report", "audit", "examples/catalog.yaml", "--format", "json"),
    ("history", "--format", "json"),
    ("export", "--output", "after.yaml"),
    ("undo", "3", "--yes", *DAY),
    ("export", "--output", "undone.yaml"),
    ("plan", *PUSH),
    ("import", "examples/district.yaml"),
)
CHANGING = re.compile(
    r"\d{4}-\d\d-\d\d[T ]\d\d:\d\d(:\d\d)?(Z|[+-]\d\d:\d\d)?|[0-9a-f]{8}-[0-9a-f-]{27}|\b[0-9a-f]{12,64}\b"
)


def told(said: Told, url: str) -> tuple[int, str]:
    """What was said, but for moments, ids of stores, digests of plans, and where the state is."""
    return said.code, CHANGING.sub("?", f"{said.out}\n{said.err}").replace(url, "STATE")


@pytest.fixture
def states(folder: Path, postgres: str, monkeypatch: pytest.MonkeyPatch):
    """The url of a state that is not there yet, of each kind; a folder with the examples."""
    shutil.copytree(EXAMPLES, folder / "examples")
    monkeypatch.setenv("RECONCILE_USER", "ada")
    return {"sqlite": f"sqlite:///{folder}/reconcile.db", "postgresql": postgres}


def test_the_story_is_the_same(states: dict[str, str], folder: Path, reconcile, monkeypatch):
    said: dict[str, list[object]] = {}
    for kind, url in states.items():
        monkeypatch.setenv("RECONCILE_STATE", url)
        said[kind] = [(words, *told(reconcile(*words), url)) for words in STORY]
        said[kind] += [(folder / name).read_text(encoding="utf-8") for name in ("after.yaml", "undone.yaml")]
        said[kind].append(_plan(folder / "plan.json"))
    assert [one[:3] for one in said["sqlite"][: len(STORY)] if one[1]] == []
    for here, there in zip(*said.values(), strict=True):
        assert here == there


def _plan(path: Path) -> object:
    """A saved plan, but for when it was made and for which state."""
    text = path.read_text(encoding="utf-8")
    return json.loads(CHANGING.sub("?", text)) if text.startswith("{") else CHANGING.sub("?", text)


def test_there_is_no_state_before_the_first_import(states: dict[str, str], reconcile):
    said = reconcile("plan", *PUSH, "--state", states["postgresql"])
    assert said.code == 1
    assert "There is no state" in said.err
    assert "reconcile import" in said.err


def test_a_password_is_in_no_output(reconcile):
    said = reconcile("history", "--state", "postgresql://ada:secret@127.0.0.1:1/state")
    assert said.code == 1
    assert "secret" not in said.out + said.err
    assert "postgresql://ada:***@127.0.0.1:1/state" in said.err.replace("\n", "")
