"""This room takes parts of one YAML text into another: comments and order stay, the indentation fits.

Anchors and aliases belong to their file: what is taken along has them written out.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, NamedTuple

import reconciler.rewriting.words as w
from reconciler.rewriting.lists import data_at
from reconciler.rewriting.splice import cut, line_end, put
from reconciler.rewriting.tree import Sort, tree

if TYPE_CHECKING:
    from collections.abc import Iterable

    from reconciler.catalog import Data, Table
    from reconciler.rewriting.tree import Node, Path

_ANCHOR = re.compile(r"&[^\s,\[\]{}]+[ \t]*")


class Part(NamedTuple):
    """A part of a text: as it stands (its first line without indentation), from which column, and as data."""

    text: str
    column: int
    flow: bool
    data: Data

    def at(self, column: int) -> str:
        """The part with its lines moved, to stand at another column."""
        first, *rest = self.text.split("\n")
        return "\n".join([first, *(_moved(line, column - self.column) for line in rest)])


def _moved(line: str, by: int) -> str:
    if not line.strip():
        return line
    room = len(line) - len(line.lstrip(" "))
    return " " * max(0, room + by) + line[room:]


def portable(text: str, data: Table, way: Path, leave: Iterable[Path]) -> str:
    """The text with what stands at the end of a way free of aliases and anchors, and without some keys."""
    while True:
        found = next((one for one in _below(text, way) if one[1].sort is Sort.ALIAS), None)
        if found is None:
            break
        where, node = found
        text = text[: node.start] + w.written(data_at(data, where)) + text[node.end :]
    for place in leave:
        text = cut(text, (*way, *place))
    while True:
        anchored = next((node for _, node in _below(text, way) if node.anchor), None)
        if anchored is None:
            return text
        text = text[: anchored.start] + _ANCHOR.sub("", text[anchored.start :], count=1)


def _below(text: str, way: Path) -> list[tuple[Path, Node]]:
    node = tree(text).at(way)
    return list(node.walk(way)) if node else []


def taken(text: str, data: Data) -> Part:
    """A whole text as a part: a master's, with its comments."""
    node = tree(text)
    return Part(text[node.start : node.end], node.column, node.flow, data)


def pair_of(text: str, key: str, data: Data) -> Part:
    """One key of a mapping with its value and the comment behind it."""
    table = tree(text)
    pair = table.pair(key)
    if pair is None or table.flow:
        told = f"{w.said(key)}:" + ("" if data is None else f" {w.written(data)}")
        return Part(told, 0, flow=True, data=data)
    name, one = pair
    return Part(text[name.start : line_end(text, max(name.end, one.end))], name.column, flow=False, data=data)


def add_pair(text: str, group: str, key: str, part: Part) -> str:
    """Add a key with its value to one of the mappings of a file; the mapping is made where there is none."""
    table = tree(text).at((group,))
    if table is not None and table.sort is Sort.TABLE and table.flow and table.pairs:
        return put(text, (group, key), w.written(part.data))
    if table is not None and table.sort is Sort.TABLE and table.pairs:
        place = line_end(text, table.end)
        return text[:place] + "\n" + " " * table.column + part.at(table.column) + text[place:]
    if tree(text).flow:
        return put(text, (group,), w.flow({key: w.written(part.data)}))
    return _fresh(text, group, "  " + part.at(2))


def add_row(text: str, group: str, part: Part) -> str:
    """Add an entry to one of the lists of a file, as its last; the list is made where there is none."""
    rows = tree(text).at((group,))
    if rows is None or rows.sort is not Sort.ROWS or not rows.rows:
        if tree(text).flow:
            return put(text, (group,), w.listed([w.written(part.data)]))
        return _fresh(text, group, "  - " + part.at(4))
    if rows.flow:
        place = rows.rows[-1].end
        told = part.text if part.flow else w.written(part.data)
        return text[:place] + ", " + told + text[place:]
    place = line_end(text, rows.end)
    apart = "\n" if len(rows.rows) > 1 and "\n\n" in text[rows.rows[-2].end : rows.rows[-1].start] else ""
    told = " " * rows.column + "- " + part.at(rows.column + 2)
    return text[:place] + "\n" + apart + told + text[place:]


def _fresh(text: str, group: str, told: str) -> str:
    """The text with a group that it did not have, or had empty."""
    root = tree(text)
    pair = root.pair(group)
    if pair is None:
        gap = "" if text.endswith("\n") else "\n"
        return f"{text}{gap}\n{group}:\n{told}\n"
    name, one = pair
    colon = text.index(":", name.end) + 1
    rest = max(one.end, colon)
    comment = line_end(text, rest)
    return text[:colon] + text[rest:comment] + "\n" + told + text[comment:]
