"""This room writes what a master's own list must say into the master's text."""

from __future__ import annotations

from typing import TYPE_CHECKING

import reconciler.rewriting.words as w
from reconciler.catalog import Rows, Table
from reconciler.check.layers import keys as keys_of
from reconciler.rewriting.composites import put_children
from reconciler.rewriting.splice import append, cut, put
from reconciler.rewriting.tree import Sort, tree

if TYPE_CHECKING:
    from collections.abc import Mapping

    from reconciler.catalog import Data
    from reconciler.rewriting.composites import Child
    from reconciler.rewriting.entries import Edits, Own
    from reconciler.rewriting.tree import Path


def write(
    text: str, master: Table, own: Own, done: Edits, children: Mapping[str, tuple[Child, ...]] | None = None
) -> str:
    """The master's text with one of its lists changed; `children`: those of composites, by parent."""
    for index, sets in done.sets:
        way: Path = (own.name, index)
        text = unshared(text, master, way)
        for name, one in sets.items():
            if one is None:
                text = cut(text, (*way, name))
            elif name == "children":
                text = _children(text, master, way, children or {})
            else:
                text = put(text, (*way, name), one)
    if done.adds or done.cuts:
        text = unshared(text, master, (own.name,))
    for fields in done.adds:
        text = append(text, (own.name,), fields)
    for index in sorted(done.cuts, reverse=True):
        text = cut(text, (own.name, index))
    rows = tree(text).at((own.name,))
    if done.cuts and own.below and rows is not None and not rows.rows:
        return cut(text, (own.name,))  # an empty list would clear what is inherited
    return text


def _children(text: str, master: Table, way: Path, children: Mapping[str, tuple[Child, ...]]) -> str:
    entry = data_at(master, way)
    if not isinstance(entry, Table):
        return text
    (parent,) = keys_of("composite_grades", entry)
    old = entry.get("children")
    for index in range(len(old) if isinstance(old, Rows) else 0):
        text = unshared(text, master, (*way, "children", index))
    return put_children(text, (*way, "children"), old, children[parent])


def data_at(master: Table, way: Path) -> Data:
    """What the catalog's reader found at the end of a way."""
    here: Data = master
    for step in way:
        if isinstance(here, Table) and isinstance(step, str):
            here = here.get(step)
        elif isinstance(here, Rows) and isinstance(step, int) and step < len(here):
            here = here[step]
        else:
            return None
    return here


def unshared(text: str, master: Table, way: Path) -> str:
    """The text with every alias along a way written out, so that a change stays in this master."""
    for length in range(1, len(way) + 1):
        node = tree(text).at(way[:length])
        if node is not None and node.sort is Sort.ALIAS:
            text = text[: node.start] + w.written(data_at(master, way[:length])) + text[node.end :]
    return text
