"""Whatever a catalog says wrongly, checking it ends in problems, never in a crash."""

from __future__ import annotations

import json
from copy import deepcopy
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
import yaml
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from reconciler import desired
from reconciler.catalog import Document, read_text
from reconciler.check.report import Report
from reconciler.check.structure import examine, validator

if TYPE_CHECKING:
    from collections.abc import Iterator

EXAMPLES = Path(__file__).resolve().parents[2] / "examples"
JUNK: tuple[Any, ...] = (
    None, True, "", " x ", "a<b", "standard:X", "course/Lab", "NO", 0, -1, 101, 2.5, [], {}, [[]], [None],
    ["x", "x"], {"x": None}, [{"x": 1}], {"drop": True}, [{"drop": True}], "all", "locked",
)  # fmt: skip


def whole() -> dict[str, Any]:
    data: dict[str, Any] = yaml.safe_load((EXAMPLES / "catalog.yaml").read_text(encoding="utf-8"))
    del data["include"]
    lists: dict[str, Any] = yaml.safe_load((EXAMPLES / "catalog/lists.yaml").read_text(encoding="utf-8"))
    return {**data, **lists}


def paths(value: object, path: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    if path:
        yield path
    if isinstance(value, dict | list):
        for key, inner in value.items() if isinstance(value, dict) else enumerate(value):
            yield from paths(inner, (*path, key))


PATHS = tuple(paths(whole()))


def change(data: dict[str, Any], path: tuple[Any, ...], act: str, junk: object) -> None:
    holder: Any = data
    for step in path[:-1]:
        try:
            holder = holder[step]
        except (KeyError, IndexError, TypeError):
            return  # an earlier change took it away
    if not isinstance(holder, dict | list) or (isinstance(holder, list) and path[-1] >= len(holder)):
        return
    if act == "replace":
        holder[path[-1]] = deepcopy(junk)
    elif isinstance(holder, dict):
        if act == "rename":
            holder["unknown"] = holder.pop(path[-1], None)
        else:
            holder.pop(path[-1], None)
    else:
        del holder[path[-1]]


CHANGES = st.lists(
    st.tuples(
        st.sampled_from(PATHS), st.sampled_from(["replace", "rename", "remove"]), st.sampled_from(JUNK)
    ),
    min_size=1,
    max_size=3,
)


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(CHANGES)
def test_a_spoiled_catalog_never_crashes_the_checks(tmp_path: Path, changes: list[tuple[Any, str, Any]]):
    data = whole()
    for one in changes:
        change(data, *one)
    file = tmp_path / "c.yaml"
    file.write_text(json.dumps(data), encoding="utf-8")
    loaded = desired.load([file])
    assert all(one.line > 0 and one.message and one.file == str(file) for one in loaded.problems)
    assert desired.load([file]) == loaded


@settings(max_examples=40, deadline=None)
@given(CHANGES)
def test_what_is_left_of_a_spoiled_document_fits_the_schema(changes: list[tuple[Any, str, Any]]):
    """But for spaces at the edges of names, which are told and kept, so that checks can go on."""
    data = whole()
    for one in changes:
        change(data, *one)
    document, _ = read_text(json.dumps(data), "c.yaml")
    assert isinstance(document, Document)
    report = Report()
    examine(document, report)
    left = [error.instance for error in validator().iter_errors(document.data)]
    assert all(isinstance(one, str) and one != one.strip() for one in left if one is not None)


@pytest.mark.parametrize("path", [path for path in PATHS if len(path) <= 3], ids=str)
def test_any_top_part_can_be_missing(tmp_path: Path, path: tuple[Any, ...]):
    data = whole()
    change(data, path, "remove", None)
    file = tmp_path / "c.yaml"
    file.write_text(json.dumps(data), encoding="utf-8")
    loaded = desired.load([file])
    assert len(loaded.catalogs) == 1
    assert all(one.line > 0 for one in loaded.problems)


def test_a_list_where_a_word_belongs_is_told(tmp_path: Path):
    """Found by the property above: a keyword list without a type said nothing of lists."""
    data = whole()
    data["masters"][0]["assessments"][0]["scoring"] = []
    (tmp_path / "c.yaml").write_text(json.dumps(data), encoding="utf-8")
    assert [one.code for one in desired.load([tmp_path / "c.yaml"]).problems] == ["unknown-value"]
