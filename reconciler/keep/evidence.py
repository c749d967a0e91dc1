"""This room answers what is used (domain.md 6), and notes what it was asked.

A comparison is first made with nothing known (`Evidence()`); what it asked for says which evidence can
change its outcome, and hosts are told apart by that evidence alone. Pure updates ask nothing.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from reconciler.course import Area, Ref, Use

if TYPE_CHECKING:
    from collections.abc import Iterable

    from reconciler.course import Used

Asked = set[tuple[Area, str]]
EVIDENCED = frozenset({Area.CATEGORIES, Area.GRADING_TASKS, Area.STANDARDS})
"""The areas that evidence points at; the others have none of their own (domain.md 6)."""


@dataclass(frozen=True, slots=True)
class Evidence:
    """What is known to be used in or below one host.

    `everything`: a section whose uses were never read counts as used in every respect (domain.md 6).
    `names`: tasks and standards that kept or unreachable items of sections name (R7).
    `asked` collects every (area, key) that somebody wanted to know of; it is no part of the value.
    """

    uses: Used = frozenset()
    everything: bool = False
    names: frozenset[Ref] = frozenset()
    asked: Asked = field(default_factory=set, compare=False)

    def used(self, area: Area, key: str) -> bool:
        """Is there any evidence of this item?"""
        self.asked.add((area, key))
        unread = self.everything and area in EVIDENCED
        return unread or any(use.key == key and use.area is area for use in self.uses)

    def used_in(self, area: Area, key: str) -> frozenset[int] | None:
        """The terms in which the item is used (0: unknown term); None: count every term as used."""
        self.asked.add((area, key))
        if self.everything:
            return None
        return frozenset(use.term for use in self.uses if use.key == key and use.area is area)

    def named(self, ref: Ref) -> bool:
        """Does a section's item that stays name this task or standard?"""
        self.asked.add(ref)
        return ref in self.names


def only(used: Used, asked: Asked) -> Used:
    """The part of a used set that was asked for."""
    return frozenset(use for use in used if (use.area, use.key) in asked)


def union(sets: Iterable[Used]) -> Used:
    """All uses of several sections."""
    return frozenset().union(*sets)


def rekeyed(used: Used, keys: dict[tuple[Area, str], str]) -> Used:
    """A used set after its items got new keys (P12, row 8)."""
    return frozenset(Use(use.area, keys.get((use.area, use.key), use.key), use.term) for use in used)
