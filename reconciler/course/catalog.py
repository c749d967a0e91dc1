"""This room is the catalog, resolved: masters, locks, named lists; and the calendars it goes into."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum
from typing import TYPE_CHECKING, NamedTuple

from reconciler.course.areas import EDITABLE_FIELDS, Area, Lock

if TYPE_CHECKING:
    from collections.abc import Mapping

    from reconciler.course.items import Setup


class ListKind(StrEnum):
    """The named district lists that masters refer to (domain.md 1)."""

    SCORE_GROUPS = "score_groups"
    RUBRICS = "rubrics"
    GRADING_SCALES = "grading_scales"
    TASKS = "tasks"
    STANDARDS = "standards"
    TESTS = "tests"


@dataclass(frozen=True, slots=True)
class Locks:
    """A catalog's locks: one state per area, and per field in course info and cross-site."""

    areas: Mapping[Area, Lock] = field(default_factory=dict)
    fields: Mapping[tuple[Area, str], Lock] = field(default_factory=dict)

    def of(self, area: Area, key: str = "") -> Lock:
        """The state of an area, or of one field of a field area (L4, L6: unlocked by default)."""
        state = self.fields.get((area, key), self.areas.get(area, Lock.UNLOCKED))
        if state is Lock.LOCKED and area is Area.COURSE_INFO and key in EDITABLE_FIELDS:
            return Lock.EDITABLE
        return state

    def any(self, area: Area) -> bool:
        """Is the area, or any field of it, locked or editable?"""
        return self.of(area) is not Lock.UNLOCKED or any(
            state is not Lock.UNLOCKED for (where, _), state in self.fields.items() if where is area
        )


class Origin(NamedTuple):
    """Where a desired item was written: the layer (`master`, `setup NAME`), file, line."""

    layer: str
    file: str
    line: int


class Rename(NamedTuple):
    """`was:` of one item (P12): in `area`, what was called `was` is now `key`."""

    area: Area
    was: str
    key: str


@dataclass(frozen=True, slots=True)
class Master:
    """One course master, resolved: every area that it (or a setup it uses) lists.

    An area that no list names is absent from `setups`; `[]` is there and empty. `course_info` always
    has `number`, `name` and `active`. `was` is the number that the master had before (P12).
    """

    number: str
    name: str
    active: bool
    setups: Mapping[Area, Setup]
    renames: tuple[Rename, ...] = ()
    was: str | None = None
    origins: Mapping[tuple[Area, str], Origin] = field(default_factory=dict)
    origin: Origin = Origin("master", "", 0)


@dataclass(frozen=True, slots=True)
class Exemption:
    """A course that is ignored, or a calendar that is exempt: a glob and a reason."""

    pattern: str
    reason: str


@dataclass(frozen=True, slots=True)
class Catalog:
    """One course catalog, resolved and checked; what masters there are, and what is locked.

    `schools` None means every school. `exempt`: calendar name globs. `ignored`: globs over
    `number@calendar`. `lists` hold one item a list, its entries as fields.
    """

    name: str
    school_years: tuple[int, ...]
    schools: tuple[str, ...] | None
    locks: Locks
    masters: Mapping[str, Master]
    lists: Mapping[ListKind, Setup] = field(default_factory=dict)
    exempt: tuple[Exemption, ...] = ()
    ignored: tuple[Exemption, ...] = ()


class Term(NamedTuple):
    """One term of a calendar; its position is its place in the calendar's list, from 1."""

    name: str
    start: str | None = None
    end: str | None = None


@dataclass(frozen=True, slots=True)
class Calendar:
    """One school year of one school; `year` is the year in which it ends, dates are ISO 8601."""

    id: int
    name: str
    school: str
    year: int
    terms: tuple[Term, ...]
