"""This room lists what a master needs of its catalog: setups, and the named lists they and it speak of."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from reconciler.catalog import Table
from reconciler.check.layers import LISTS, tables, texts

if TYPE_CHECKING:
    from collections.abc import Iterator

    from reconciler.catalog import Source

WORDS = {
    "score_groups": "score group",
    "rubrics": "rubric",
    "grading_scales": "grading scale",
    "tasks": "task",
    "standards": "standard",
    "tests": "test",
    "setups": "setup",
}
"""What one thing of each named map is called; in the order in which they are written."""
_FIELDS = {
    "score_group": "score_groups",
    "rubric": "rubrics",
    "grading_scale": "grading_scales",
    "task": "tasks",
    "tasks": "tasks",
    "standard": "standards",
    "standards": "standards",
    "test": "tests",
}


class Need(NamedTuple):
    """One thing of a named map."""

    kind: str
    name: str

    @property
    def word(self) -> str:
        """`setup "yearlong"`."""
        return f'{WORDS[self.kind]} "{self.name}"'


def needs(source: Source, table: Table) -> tuple[Need, ...]:
    """All that a master (or setup) needs, what is needed by that too; setups after those that they use."""
    found: dict[Need, None] = {}
    _layer(source, table, found, ())
    order = list(WORDS)
    return tuple(sorted(found, key=lambda need: order.index(need.kind)))


def _layer(source: Source, table: Table, found: dict[Need, None], chain: tuple[str, ...]) -> None:
    for name in texts(table.get("use")):
        entry = source.maps["setups"].get(name)
        if name not in chain and entry is not None and isinstance(entry.value, Table):
            _layer(source, entry.value, found, (*chain, name))
        found[Need("setups", name)] = None
    for listed in LISTS:
        for row in tables(table.get(listed)):
            for need in _named(row) if row.get("drop") is not True else ():
                _add(source, need, found)


def _named(entry: Table) -> Iterator[Need]:
    for name, kind in _FIELDS.items():
        yield from (Need(kind, one) for one in texts(entry.get(name)))
    for child in tables(entry.get("children")):
        yield from _named(child)


def _add(source: Source, need: Need, found: dict[Need, None]) -> None:
    """Note what is needed, and what that needs: a scale its score group, a test its standards."""
    entry = source.maps[need.kind].get(need.name)
    if need in found or entry is None:
        return
    found[need] = None
    if need.kind == "grading_scales" and isinstance(entry.value, Table):
        _add(source, Need("score_groups", str(entry.value.get("score_group"))), found)
    if need.kind == "tests":
        for code in texts(entry.value):
            _add(source, Need("standards", code), found)
