"""This room is drift as a value: what was changed below since it was pushed, and how it stands."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from array import array
    from collections.abc import Mapping

    from reconciler.audit.filters import Chosen
    from reconciler.course import Area, Item
    from reconciler.policy import Waiver

STANDINGS = {
    "open": "Changed below",
    "waived": "Waived",
    "wanted": "Changed below, and the catalog wants the same by now",
    "editable": "Edited below, as the catalog allows",
    "free": "Changed below where no lock holds",
}
"""How a change stands, and what such changes are called. Only `open` ones are to be mended."""


class Drop(NamedTuple):
    """One item of a holding that is not as it was pushed; `now` None: it was deleted below."""

    area: Area
    key: str
    pushed: Item
    now: Item | None


class Standing(NamedTuple):
    """How a change stands: a code of STANDINGS, why (a code of story.locks.WHY), and the waiver."""

    code: str
    why: str = ""
    waiver: Waiver | None = None


@dataclass(slots=True)
class Group:
    """All courses, or all sections, in which the same item was changed in the same way, standing alike.

    `hosts` and `courses` are ids; `masters` are `catalog/number`.
    """

    on_section: bool
    drop: Drop
    standing: Standing
    hosts: array[int]
    courses: set[int] = field(default_factory=set)
    masters: set[tuple[str, str]] = field(default_factory=set)


@dataclass(frozen=True, slots=True)
class Line:
    """One field of one item, old -> new, summed over hosts. An empty `field` is the whole item."""

    on_section: bool
    area: Area
    key: str
    label: str
    field: str
    old: str
    new: str
    standing: Standing
    hosts: tuple[int, ...]
    courses: frozenset[int]
    masters: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Drift:
    """Everything that was changed below in the chosen courses and their sections.

    `sections`: the course and the number of each section that drifted, by its id. `refs`: how courses name
    their calendars without doubt, by the calendar's id.
    """

    chosen: Chosen
    groups: tuple[Group, ...]
    sections: Mapping[int, tuple[int, str]]
    refs: Mapping[int, str]

    def address(self, host: int, *, on_section: bool) -> str:
        """The address of a course or section."""
        course, number = self.sections[host] if on_section else (host, "")
        return self.chosen.address(course, number)

    def of(self, code: str) -> tuple[Group, ...]:
        """The groups that stand so."""
        return tuple(one for one in self.groups if one.standing.code == code)
