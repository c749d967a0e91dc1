"""This room reads YAML into a tree that knows where each part of the text begins and ends, to a character.

The catalog's own reader gives values; here only places count, so that a change touches what it must and
no other byte. Ends leave out what follows: comments, blank lines.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum
from typing import TYPE_CHECKING, Any

import yaml

from reconciler.catalog.document import clean

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

Path = tuple[str | int, ...]
"""The way from the top to a part: keys of mappings, indexes of lists."""
_LOADER: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


class Sort(StrEnum):
    """What a part of the text is."""

    TABLE = "table"
    ROWS = "rows"
    TEXT = "text"
    ALIAS = "alias"


@dataclass(slots=True)
class Node:
    """One part of the text: `text[start:end]`; `flow` is written in brackets, `column` is where it starts."""

    sort: Sort
    start: int
    end: int
    column: int
    flow: bool = False
    value: str = ""
    quote: str = ""
    anchor: str = ""
    pairs: list[tuple[Node, Node]] = field(default_factory=list)
    rows: list[Node] = field(default_factory=list)

    def pair(self, key: str) -> tuple[Node, Node] | None:
        """The key and the value of one entry of a mapping."""
        return next((pair for pair in self.pairs if clean(pair[0].value) == key), None)

    def child(self, step: str | int) -> Node | None:
        """What stands under a key or index."""
        if isinstance(step, int):
            return self.rows[step] if step < len(self.rows) else None
        pair = self.pair(step)
        return pair[1] if pair else None

    def at(self, path: Path) -> Node | None:
        """What stands at the end of a way; None where the way breaks off."""
        here: Node | None = self
        for step in path:
            here = here.child(step) if here else None
        return here

    def walk(self, path: Path = ()) -> Iterator[tuple[Path, Node]]:
        """Every part with the way to it, from the top, in the order of the text."""
        yield path, self
        for key, value in self.pairs:
            yield from value.walk((*path, clean(key.value)))
        for index, row in enumerate(self.rows):
            yield from row.walk((*path, index))


def tree(text: str) -> Node:
    """The tree of a text that the catalog's reader has taken already."""
    events = [event for event in yaml.parse(text, Loader=_LOADER) if not isinstance(event, _FRAME)]
    node, _ = _node(text, events, 0)
    return node


_FRAME = (yaml.StreamStartEvent, yaml.StreamEndEvent, yaml.DocumentStartEvent, yaml.DocumentEndEvent)


def _node(text: str, events: Sequence[Any], at: int) -> tuple[Node, int]:
    """The part that starts with an event, and the event after it."""
    event = events[at]
    start, end, column = event.start_mark.index, event.end_mark.index, event.start_mark.column
    if isinstance(event, yaml.AliasEvent):
        return Node(Sort.ALIAS, start, end, column, value=str(event.anchor)), at + 1
    anchor = event.anchor or ""
    if isinstance(event, yaml.ScalarEvent):
        if event.style in ("|", ">"):
            end = start + len(text[start:end].rstrip())
        return Node(
            Sort.TEXT, start, end, column, value=str(event.value), quote=event.style or "", anchor=anchor
        ), at + 1
    sort = Sort.TABLE if isinstance(event, yaml.MappingStartEvent) else Sort.ROWS
    made = Node(sort, start, end, column, flow=bool(event.flow_style), anchor=anchor)
    at += 1
    while not isinstance(events[at], yaml.CollectionEndEvent):
        child, at = _node(text, events, at)
        if sort is Sort.ROWS:
            made.rows.append(child)
        else:
            value, at = _node(text, events, at)
            made.pairs.append((child, value))
    made.end = events[at].end_mark.index if made.flow else _last(made)
    if anchor and not made.flow:
        made.column = _column(text, made)
    return made, at + 1


def _column(text: str, made: Node) -> int:
    """Where the entries of an anchored block stand, which starts with its anchor."""
    if made.pairs:
        return made.pairs[0][0].column
    dash = text.rfind("-", 0, made.rows[0].start)
    return dash - text.rfind("\n", 0, dash) - 1


def _last(made: Node) -> int:
    """Where the last part of a block ends; a block is never empty."""
    return made.rows[-1].end if made.rows else made.pairs[-1][1].end
