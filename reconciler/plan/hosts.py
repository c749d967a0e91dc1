"""This room is the courses and sections of a plan as columns: 870,000 rows must not be objects.

A place is a host's position here; cohorts hold places. Courses stand by id, sections by course and id.
"""

from __future__ import annotations

from array import array
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable


def column() -> array[int]:
    """An empty column of whole numbers."""
    return array("q")


FEW = 4
"""What part of all courses is few: below a quarter."""
UNREAD = -1
"""What stands for the used set of a section whose uses were never read, and for a meeting nobody knows."""


@dataclass(slots=True)
class Hosts:
    """The courses that a plan looks at, with all their sections.

    `courses`, `sections`: their ids. `calendars`, `wants`: of each course, its calendar's id and its wish
    (-1: none). `above`: of each section, the place of its course. `used`: of each section, the id of its
    used set. `meets`: the id of its meeting. `idle`: the ids of used sets that are empty. `met`: how many
    courses were looked at in all.
    """

    courses: array[int] = field(default_factory=column)
    calendars: array[int] = field(default_factory=column)
    wants: array[int] = field(default_factory=column)
    sections: array[int] = field(default_factory=column)
    above: array[int] = field(default_factory=column)
    used: array[int] = field(default_factory=column)
    meets: array[int] = field(default_factory=column)
    idle: Collection[int] = frozenset()
    met: int = 0
    _busy: bytearray = field(default_factory=bytearray)

    def few(self) -> list[int] | None:
        """The courses, where they are so few that asking for them is quicker than reading all; else None."""
        return list(self.courses) if len(self.courses) * FEW < self.met else None

    @property
    def busy(self) -> bytearray:
        """Of each course: has any section of it any use (or was never read)? By evidence, domain.md 6."""
        if len(self._busy) != len(self.courses):
            self._busy = bytearray(len(self.courses))
            for place, used in zip(self.above, self.used, strict=True):
                if used not in self.idle:
                    self._busy[place] = 1
        return self._busy

    def owners(self, sections: Iterable[int]) -> set[int]:
        """The places of the courses of these sections."""
        return set(map(self.above.__getitem__, sections))
