"""This room reads the locks of a catalog (L1, L4, L6)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from reconciler.catalog import Data, Source, Table
from reconciler.course import COURSE_INFO_KINDS, FIELD_AREAS, Area, Lock, Locks

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

OTHERS = "others"
_NCES = tuple(key for key in COURSE_INFO_KINDS if key.startswith("nces."))


def locks_of(source: Source, custom: Iterable[str]) -> Locks:
    """The locks of a catalog; `custom` are the keys of the custom fields that any master names."""
    areas: dict[Area, Lock] = {}
    fields: dict[tuple[Area, str], Lock] = {}
    known_custom = tuple(sorted(custom))
    for name, entry in source.locks.items():
        area = Area(name)
        if isinstance(entry.value, str):
            areas[area] = Lock(entry.value)
        elif isinstance(entry.value, Table) and area in FIELD_AREAS:
            for key, state in _states(area, entry.value, known_custom):
                if key == OTHERS:
                    areas[area] = state
                else:
                    fields[area, key] = state
    return Locks(areas, fields)


def _states(area: Area, table: Table, custom: tuple[str, ...]) -> Iterator[tuple[str, Lock]]:
    for key, value in table.items():
        if area is Area.COURSE_INFO and key == "nces":
            yield from _group(value, _NCES, "nces.")
        elif area is Area.COURSE_INFO and key == "custom":
            yield from _group(value, custom, "custom.")
        elif isinstance(value, str):
            yield key, Lock(value)


def _group(value: Data, known: tuple[str, ...], prefix: str) -> Iterator[tuple[str, Lock]]:
    if isinstance(value, str):
        yield from ((key, Lock(value)) for key in known)
    elif isinstance(value, Table):
        yield from ((prefix + key, Lock(state)) for key, state in value.items() if isinstance(state, str))
