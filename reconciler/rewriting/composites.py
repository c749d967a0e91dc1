"""This room brings changes of composite grades and their weights to the parents that list them."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import reconciler.rewriting.words as w
from reconciler.catalog import Rows
from reconciler.check.layers import refs, tables
from reconciler.course import EMPTY, Area, composite_of, decimal_text
from reconciler.rewriting.entries import Own, about, arrange
from reconciler.rewriting.splice import append, cut, put

if TYPE_CHECKING:
    from collections.abc import Mapping

    from reconciler.catalog import Data
    from reconciler.course import Item, Master, Ref
    from reconciler.rewriting.entries import Edits, Sets
    from reconciler.rewriting.tree import Path
    from reconciler.rewriting.words import Words

Wanted = dict[str, "Item | None"]


class Child(NamedTuple):
    """One row of a composite: what a parent is computed from, in which term, and its percent."""

    ref: Ref
    term: int
    weight: str

    def fields(self) -> dict[str, Words]:
        """The row as an entry of YAML."""
        return {**about([self.ref]), "term": str(self.term), "weight": self.weight}

    @property
    def name(self) -> tuple[Ref, int]:
        """What tells it from its siblings."""
        return self.ref, self.term


class Unweighted(Exception):
    """A row is wanted without a weight, or a weight without its row."""

    def __init__(self, key: str) -> None:
        """Say which."""
        super().__init__(key)
        self.key = key


def edits(
    own: Own, master: Master, structure: Wanted, weights: Wanted
) -> tuple[Edits, dict[str, tuple[Child, ...]]]:
    """What to do to the list of composites, and the children of every parent that changes.

    Raises Unweighted: in YAML a row and its weight come and go together.
    """
    rows = rows_of(master)
    wanted = dict(rows)
    for key in {*structure, *weights}:
        weight = _weight(key, rows.get(key), structure, weights)
        wanted.pop(key, None)
        if weight is not None:
            wanted[key] = weight
    touched = {_parent(key) for key in {*rows, *wanted} if rows.get(key) != wanted.get(key)}
    children = {parent: _children(parent, rows, wanted) for parent in sorted(touched)}
    told: dict[str, Sets | None] = {
        parent: {"children": tuple(w.flow(child.fields()) for child in found)} if found else None
        for parent, found in children.items()
    }
    return arrange(own, told), children


def rows_of(master: Master) -> dict[str, str]:
    """The weights of all composite rows of a master."""
    listed = master.setups.get(Area.COMPOSITE_WEIGHTS, EMPTY)
    return {one.key: str(one.get("weight")) for one in listed}


def _weight(key: str, now: str | None, structure: Wanted, weights: Wanted) -> str | None:
    row = structure.get(key) if key in structure else now
    weight = weights.get(key)
    if row is None and weight is None:
        return None
    if row is None or (key in weights and weight is None):
        raise Unweighted(key)
    found = now if weight is None else weight.get("weight")
    if found is None:
        raise Unweighted(key)
    return str(found)


def _parent(key: str) -> str:
    return key.partition("<")[0]


def _children(parent: str, rows: Mapping[str, str], wanted: Mapping[str, str]) -> tuple[Child, ...]:
    """The children of a parent: those that it has in their order, then the new ones."""
    order = {key: place for place, key in enumerate(rows)}
    mine = sorted(
        (key for key in wanted if _parent(key) == parent), key=lambda key: (order.get(key, 999), key)
    )
    return tuple(Child(*composite_of(key)[1], wanted[key]) for key in mine)


def put_children(text: str, way: Path, old: Data, wanted: tuple[Child, ...]) -> str:
    """Change the list of children at the end of a way: only the rows that differ."""
    now = [
        Child(refs(row)[0], int(str(row["term"])), decimal_text(str(row["weight"]))) for row in tables(old)
    ]
    names = {child.name: child for child in wanted}
    if not isinstance(old, Rows) or not any(child.name in names for child in now):
        return put(text, way, tuple(w.flow(child.fields()) for child in wanted))
    for index, child in enumerate(now):
        new = names.get(child.name)
        if new is not None and new.weight != child.weight:
            text = put(text, (*way, index, "weight"), new.weight)
    have = {child.name for child in now}
    for child in wanted:
        if child.name not in have:
            text = append(text, way, child.fields())
    for index in reversed(range(len(now))):
        if now[index].name not in names:
            text = cut(text, (*way, index))
    return text
