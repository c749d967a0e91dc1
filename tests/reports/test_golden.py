"""Plans in text and in JSON, word by word. REC_GOLDEN=1 writes them anew; read the difference."""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from reconciler.plan.summary import from_json, member_names, summarise, to_json
from reconciler.reports.text import render
from tests.reports.harrison import District, found
from tests.reports.scenes import SCENES

if TYPE_CHECKING:
    from collections.abc import Iterator

GOLDEN = Path(__file__).parent / "golden"


@pytest.fixture
def district(tmp_path: Path) -> Iterator[District]:
    made = found(tmp_path)
    yield made
    made.store.close()


def check(name: str, text: str) -> None:
    """Hold a text against its golden file, or write it."""
    path = GOLDEN / name
    if os.environ.get("REC_GOLDEN"):
        path.write_text(text + "\n", encoding="utf-8")
    assert path.read_text(encoding="utf-8") == text + "\n"


@pytest.mark.parametrize("name", SCENES)
def test_a_plan_reads_as_it_did(district: District, name: str) -> None:
    catalogs, asked = SCENES[name](district)
    summary = district.told(*catalogs, **asked)
    check(f"{name}.txt", render(summary))
    check(f"{name}.json", json.dumps(to_json(summary), indent=1, ensure_ascii=False))


@pytest.mark.parametrize("name", SCENES)
def test_a_plan_reads_the_same_without_its_state(district: District, name: str) -> None:
    catalogs, asked = SCENES[name](district)
    summary = district.told(*catalogs, **asked)
    assert render(from_json(json.loads(json.dumps(to_json(summary))))) == render(summary)


def test_members_are_listed_on_demand(district: District) -> None:
    catalogs, asked = SCENES["a-school-year"](district)
    plan = district.plan(*catalogs, **asked)
    with district.store.read() as snapshot:
        summary = summarise(plan, snapshot, catalogs)
        check("verbose.txt", render(summary, verbose=True, names=member_names(plan, snapshot)))


def test_no_golden_file_is_left_over() -> None:
    known = {f"{name}.{kind}" for name in SCENES for kind in ("txt", "json")} | {"verbose.txt"}
    assert {path.name for path in GOLDEN.iterdir()} == known
