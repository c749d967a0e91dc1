"""This room finds which row of the store each incoming course or section is: by source id, then by place."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Hashable, Sequence


class Sign(NamedTuple):
    """By what a host is known: its source's id, and its place, such as (course, number)."""

    source_id: str | None
    place: Hashable


def claim(incoming: Sequence[Sign], present: Sequence[Sign]) -> list[int | None]:
    """For each incoming host the index of the present one that it is; None for a new one.

    Who has kept id and place goes first; then ids, so that two hosts may have changed places, but only
    ids that stand for one host on either side (one gym period may be a section of two courses); then
    places.
    """
    found: list[int | None] = [None] * len(incoming)
    left = dict(enumerate(present))
    for signs_of in (_both, _id, _place):
        waiting = [index for index, one in enumerate(found) if one is None]
        here = _once({index: signs_of(one) for index, one in left.items()})
        came = _once({index: signs_of(incoming[index]) for index in waiting})
        for mark, index in came.items():
            if mark in here:
                found[index] = here[mark]
                del left[here[mark]]
    return found


def _both(one: Sign) -> Hashable:
    return one if one.source_id else None


def _id(one: Sign) -> Hashable:
    return one.source_id or None


def _place(one: Sign) -> Hashable:
    return one.place


def _once(marks: dict[int, Hashable]) -> dict[Hashable, int]:
    """The index of each mark that only one has."""
    times = Counter(marks.values())
    return {mark: index for index, mark in marks.items() if mark is not None and times[mark] == 1}
