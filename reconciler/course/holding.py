"""This room is what one course or section has: its setups of all areas, and what is used of them."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, NamedTuple

from reconciler.course.areas import Area, Part
from reconciler.course.items import EMPTY, Item, Setup

if TYPE_CHECKING:
    from collections.abc import Mapping

PARTS: tuple[tuple[Area, Part], ...] = tuple((area, part) for area in Area for part in Part)
"""The order of a holding's 27 setups: by area, then pushed, linked, own."""
_PLACE = {place: index for index, place in enumerate(PARTS)}


@dataclass(frozen=True, slots=True)
class Holding:
    """What one host has, over all areas: 27 setups in the order of PARTS."""

    setups: tuple[Setup, ...] = (EMPTY,) * len(PARTS)
    _hash: int | None = field(default=None, init=False, repr=False, compare=False)

    def __hash__(self) -> int:
        """Hash the setups' digests, once: a holding is looked up many times."""
        if self._hash is None:
            object.__setattr__(self, "_hash", hash(tuple([one.digest for one in self.setups])))
        return self._hash  # type: ignore[return-value]

    def __reduce__(self) -> tuple[type[Holding], tuple[tuple[Setup, ...]]]:
        """Pickle the setups alone: in another process the hash is another one."""
        return Holding, (self.setups,)

    def get(self, area: Area, part: Part) -> Setup:
        """One part of one area."""
        return self.setups[_PLACE[area, part]]

    def put(self, changes: Mapping[tuple[Area, Part], Setup]) -> Holding:
        """The same holding with some parts changed; itself where nothing changes."""
        parts = list(self.setups)
        for place, value in changes.items():
            parts[_PLACE[place]] = value
        return self if tuple(parts) == self.setups else Holding(tuple(parts))

    def here(self, area: Area) -> tuple[Item, ...]:
        """Every item that is there now: linked and own."""
        return (*self.get(area, Part.LINKED), *self.get(area, Part.OWN))


class Use(NamedTuple):
    """One thing that evidence points at: an item of an area, in a term (0: in none)."""

    area: Area
    key: str
    term: int


class Counts(NamedTuple):
    """How much evidence there is (domain.md 6); numbers only, never a student."""

    assignments: int = 0
    scores: int = 0
    posted: int = 0
    comments: int = 0


Used = frozenset[Use]
