"""This room folds change lines for a short plan: several fields of one item, and many new items of an area.

Nothing is left out of the plan: `-v` tells every line by itself.
"""

from __future__ import annotations

from itertools import groupby
from typing import TYPE_CHECKING

from reconciler.keep.table import Action
from reconciler.plan.lines import RENAME
from reconciler.plan.told import MOST, Some

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from reconciler.plan.told import Line

MANY = 3
"""From how many new (or linked) items of one area on they are told in one line."""
_TOGETHER = frozenset({Action.CREATE, Action.LINK})


def fold(lines: Sequence[Line]) -> list[tuple[Line, ...]]:
    """The lines in groups that are told together, in the order of their first lines."""
    groups: dict[tuple[object, ...], list[Line]] = {}
    for place, line in enumerate(lines):
        groups.setdefault(_key(line, place), []).append(line)
    told: list[tuple[Line, ...]] = []
    for group in groups.values():
        if group[0].action in _TOGETHER and len(group) < MANY:
            told.extend((line,) for line in group)
        else:
            told.append(tuple(group))
    return told


def _key(line: Line, place: int) -> tuple[object, ...]:
    if line.action in _TOGETHER:
        return (line.hop, line.area, line.action)
    if line.field and line.action != RENAME:
        return (line.hop, line.area, line.action, line.reason, line.label, line.cohorts)
    return (place,)


def joined(parts: Iterable[Some]) -> Some:
    """Several short lists as one; each word counts once as far as it is told."""
    told = list(parts)
    first = [word for word, _ in groupby(word for part in told for word in part.first)]
    known = list(dict.fromkeys(first))
    most = max(len(known), *(part.total for part in told))
    return Some(tuple(known[:MOST]), most)
