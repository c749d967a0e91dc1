"""This room finds which row of the store each incoming course or section is: by source id, then by place."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Hashable, Sequence


class Sign(NamedTuple):
    """By what a host is known: its source's id, and its place, such as (course, number)."""

    source_id: str | None
    place: Hashable


def claim(incoming: Sequence[Sign], present: Sequence[Sign]) -> list[int | None]:
    """For each incoming host the index of the present one that it is; None for a new one.

    All source ids go first, so that two hosts may have changed places.
    """
    by_id = {one.source_id: index for index, one in enumerate(present) if one.source_id}
    by_place = {one.place: index for index, one in enumerate(present)}
    found: list[int | None] = [None] * len(incoming)
    claimed: set[int] = set()
    for index, one in enumerate(incoming):
        known = by_id.get(one.source_id) if one.source_id else None
        if known is not None and known not in claimed:
            found[index] = known
            claimed.add(known)
    for index, one in enumerate(incoming):
        known = by_place.get(one.place)
        if found[index] is None and known is not None and known not in claimed:
            found[index] = known
            claimed.add(known)
    return found
