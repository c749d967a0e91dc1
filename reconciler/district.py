"""This room is a school system's state as one value: what every format reads into and writes from.

A source need not carry everything. An area that `carries` does not name, and a field that an incoming
item does not name, stay as they are in the store: absent is not empty (house rule of the refresh).
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from reconciler.course import Area, Counts, Setup, Term, Use, Value


class Place(NamedTuple):
    """Where something was read: a file, and a line from 1 (0: the file as a whole)."""

    file: str
    line: int = 0

    def __str__(self) -> str:
        """`file:line`."""
        return f"{self.file}:{self.line}" if self.line else self.file


class Complaint(NamedTuple):
    """Something that a reader could not use, and why; never a cell of a person's row."""

    place: Place
    reason: str


@dataclass(frozen=True, slots=True)
class Incoming:
    """One item as its source tells it: only the fields that the source names.

    `key` is the natural key (domain.md 1); in categories it is None where the source knows only the
    name. `mark` is used by the native format alone: `linked`, `left`, `kept` or nothing.
    """

    key: str | None
    fields: Mapping[str, Value]
    source_id: str | None = None
    mark: str = ""


Incomings = tuple[Incoming, ...]


@dataclass(frozen=True, slots=True)
class SectionIn:
    """One section as read. `uses` None: the source says nothing of evidence.

    `aliases`, by area from the source's name or `id:` + id to the key, come from the native format alone.
    """

    number: str
    source_id: str | None = None
    teacher: str | None = None
    terms: tuple[int, ...] = ()
    areas: Mapping[Area, Incomings] = field(default_factory=dict)
    pushed: Mapping[Area, Setup] | None = None
    uses: Mapping[Use, Counts] | None = None
    place: Place = Place("")
    aliases: Mapping[Area, Mapping[str, str]] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class CourseIn:
    """One course as read, with its sections. `calendar` is the calendar's name (see `calendar_refs`).

    `catalog`, `master`, `dormant`, `ignored`, `mapped`, `pushed` and `aliases` come from the native format
    alone; None there says nothing.
    """

    calendar: str
    number: str
    name: str
    source_id: str | None = None
    areas: Mapping[Area, Incomings] = field(default_factory=dict)
    sections: tuple[SectionIn, ...] = ()
    catalog: str | None = None
    master: str | None = None
    dormant: str | None = None
    ignored: bool | None = None
    mapped: bool | None = None
    pushed: Mapping[Area, Setup] | None = None
    place: Place = Place("")
    aliases: Mapping[Area, Mapping[str, str]] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class SchoolIn:
    """One school as read."""

    name: str
    source_id: str | None = None


@dataclass(frozen=True, slots=True)
class CalendarIn:
    """One school year of one school as read; `year` is the year in which it ends."""

    name: str
    school: str
    year: int
    terms: tuple[Term, ...] = ()


@dataclass(frozen=True, slots=True)
class District:
    """Everything that a source says.

    `course_areas` and `section_areas`: the areas that this source carries for courses and sections.
    There, a list without an item says that the item is gone; elsewhere it says nothing.
    `partial`: the areas among them of which the source can't list everything (OneRoster has no category
    without a line item, and a course has no credits there): in these a missing item says nothing.
    `evidence`: which counts the source carries (`assignments`, `scores`, `posted`, `comments`).
    """

    source: str
    schools: tuple[SchoolIn, ...] = ()
    calendars: tuple[CalendarIn, ...] = ()
    courses: tuple[CourseIn, ...] = ()
    course_areas: frozenset[Area] = frozenset()
    section_areas: frozenset[Area] = frozenset()
    partial: frozenset[Area] = frozenset()
    evidence: frozenset[str] = frozenset()
    lists: Mapping[str, Mapping[str, Setup]] = field(default_factory=dict)
    complaints: tuple[Complaint, ...] = ()
    read: Mapping[str, int] = field(default_factory=dict)


def calendar_refs(calendars: Iterable[tuple[str, str]]) -> dict[tuple[str, str], str]:
    """How courses name a calendar of (school, name): by name, or `school/name` where two have the name."""
    pairs = tuple(dict.fromkeys(calendars))
    times = Counter(name for _, name in pairs)
    return {(school, name): name if times[name] == 1 else f"{school}/{name}" for school, name in pairs}
