"""This room is what is desired of a host, as it is laid over what it has: area by area, on certain terms."""

from __future__ import annotations

from functools import lru_cache
from itertools import compress
from operator import is_not
from typing import TYPE_CHECKING, NamedTuple

from reconciler.course import EMPTY, FIELD_AREAS, PARTS, Area, Item, Part, Setup
from reconciler.plan.outcome import Piece

if TYPE_CHECKING:
    from reconciler.keep.table import Hop

Setups = tuple[Setup, ...]
"""The setups of a holding, in the order of PARTS, or the three of one area."""
PLACE = {area: PARTS.index((area, Part.PUSHED)) for area in Area}
"""Where an area's three setups begin in a holding."""
AREAS = tuple(Area)
PAIR = (Area.COMPOSITE_GRADES, Area.COMPOSITE_WEIGHTS)
"""Composites are always looked at together."""


_NEVER = Setup((Item("never"),))
"""What no host has."""


class Spot(NamedTuple):
    """One area, where its three setups begin in a holding, and what is desired there.

    `rest`: the three where nothing is to be done; `piece`: what is said then.
    """

    area: Area
    place: int
    desired: Setup
    rest: Setups
    piece: Piece


def spot(area: Area, desired: Setup, *, never: bool = False) -> Spot:
    """What is desired of one area; `never`: looking at its three setups does not say that it is at rest."""
    rest = (_NEVER, _NEVER, _NEVER) if never else (desired, desired, EMPTY)
    return Spot(area, PLACE[area], desired, rest, Piece.rest(area, desired))


class Terms(NamedTuple):
    """On what terms a host is judged, apart from what is desired; equal ones share their pieces.

    `hop`, `overwrite`, `editable` and `relink` as in a `Bench`; `weights`: what newly created composite rows
    take (L5); `seen`: the only fields of each field area that are looked at (None: all).
    """

    hop: Hop
    overwrite: frozenset[Area]
    editable: frozenset[tuple[Area, str]]
    weights: Setup = EMPTY
    relink: bool = False
    seen: tuple[tuple[Area, frozenset[str]], ...] = ()

    def may_be_edited(self, area: Area, key: str) -> bool:
        """Is this item `editable` (L4)?"""
        return (area, key if area in FIELD_AREAS else "") in self.editable


_NOTHING = (EMPTY,) * len(PARTS)
_UNSEEN = -1
"""The group of areas that nobody looks at."""


class Frame:
    """What is desired of a host, area by area, as it is laid over its holding.

    `resting`: of each group, what is said where it is at rest.
    """

    __slots__ = ("_at", "_rest", "groups", "resting", "terms")

    def __init__(self, groups: tuple[tuple[Spot, ...], ...], terms: Terms) -> None:
        """Areas in their order; composites, which go together, as one group."""
        self.groups = groups
        self.terms = terms
        self.resting = tuple(tuple(one.piece for one in group) for group in groups)
        rest = list(_NOTHING)
        for one in (one for group in groups for one in group):
            rest[one.place : one.place + 3] = one.rest
        self._rest = tuple(rest)
        self._at = _at(tuple(tuple(one.place for one in group) for group in groups))

    def differing(self, setups: Setups) -> set[int]:
        """The groups in which something is not as desired, or as it was pushed, or is there besides."""
        # First by identity, which looks no deeper: nearly everything that is equal is the same object.
        other = set(compress(self._at, map(is_not, self._rest, setups)))
        return {one for one in other if one != _UNSEEN and not _rests(self.groups[one], setups)}


@lru_cache
def _at(groups: tuple[tuple[int, ...], ...]) -> tuple[int, ...]:
    """The group of each of a holding's setups, by where the areas of the groups begin."""
    found = [_UNSEEN] * len(PARTS)
    for number, places in enumerate(groups):
        for place in places:
            found[place : place + 3] = [number] * 3
    return tuple(found)


def _rests(group: tuple[Spot, ...], setups: Setups) -> bool:
    return all(setups[one.place : one.place + 3] == one.rest for one in group)


def areas_of(group: tuple[Spot, ...]) -> tuple[Area, ...]:
    """The areas that a group is judged by: composites are always looked at together."""
    return PAIR if group[0].area in PAIR else (group[0].area,)
