"""This room is the place of an edit: a course or section, its master and its catalog, what is used there."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

from reconciler.address import Address
from reconciler.course import EMPTY, Counts, Holding, Lock, Part
from reconciler.errors.editing import LocksUnknown
from reconciler.finding import find
from reconciler.keep.evidence import Evidence
from reconciler.plan.targets import matches
from reconciler.plan.words import many

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from reconciler.course import Area, Calendar, Catalog, Item, Master, Use
    from reconciler.current import CourseRecord, Moved, SectionRecord, Snapshot
    from reconciler.finding import Found


@dataclass
class Place:
    """One course or section on the way to an edit. `said`: the address as it was given.

    `catalog` None: the course follows no master. `lifted`: why the locks of its catalog do not hold (P2).
    """

    snapshot: Snapshot
    said: str
    found: Found
    catalog: Catalog | None
    lifted: str = ""

    @property
    def on_section(self) -> bool:
        """Is it a section?"""
        return self.found.section is not None

    @property
    def course(self) -> CourseRecord:
        """The course, or the section's course."""
        return self.found.course

    @property
    def course_address(self) -> str:
        """The course's full address."""
        return str(Address(self.course.number, calendar=self.found.calendar.name))

    def address(self, area: Area, key: str) -> str:
        """The full address of an item here."""
        return str(self.found._replace(area=area, key=key).address)

    @property
    def master(self) -> Master | None:
        """The master that the course follows, where its catalog has it and its locks hold."""
        if self.catalog is None or self.lifted:
            return None
        return self.catalog.masters.get(self.course.master or "")

    @cached_property
    def above(self) -> Holding:
        """What the course has."""
        if not self.on_section:
            return self.found.holding
        place = self.course.holding_id
        return self.snapshot.holdings([place])[place]

    @cached_property
    def sections(self) -> tuple[SectionRecord, ...]:
        """The section itself, or every section of the course."""
        if self.found.section is not None:
            return (self.found.section,)
        rows = self.snapshot.sections([self.course.calendar_id])
        ids = [row.id for row in rows if row.course_id == self.course.id]
        return tuple(self.snapshot.section_records(ids)) if ids else ()

    @cached_property
    def held(self) -> dict[int, Holding]:
        """The holdings of the sections, by section."""
        known = self.snapshot.holdings({one.holding_id for one in self.sections})
        return {one.id: known[one.holding_id] for one in self.sections}

    @cached_property
    def counts(self) -> tuple[tuple[int, Use, Counts], ...]:
        """The uses here or below."""
        return tuple(self.snapshot.counts([one.id for one in self.sections])) if self.sections else ()

    @property
    def unread(self) -> tuple[SectionRecord, ...]:
        """The sections whose uses were never read: they count as used (domain.md 6)."""
        return tuple(one for one in self.sections if one.used_id is None)

    def evidence(self) -> Evidence:
        """What is used here or below."""
        uses = frozenset(use for _, use, counts in self.counts if any(counts))
        return Evidence(uses, bool(self.unread))

    def master_lists(self, area: Area, key: str) -> bool:
        """Does the master of the course list this item?"""
        return self.master is not None and key in self.master.setups.get(area, EMPTY).by_key

    def locks(self, area: Area) -> bool:
        """Does a lock of the catalog hold on the whole area here?"""
        return (
            self.master is not None
            and self.catalog is not None
            and self.catalog.locks.of(area) is Lock.LOCKED
        )

    def moves(self) -> tuple[Moved, ...]:
        """What ever moved this course or section, the newest first."""
        host = self.found.section or self.found.course
        return self.snapshot.moves_of(host.id, on_section=self.on_section)

    def here(self, area: Area) -> dict[str, Item]:
        """The items of an area that are there, by key."""
        return {one.key: one for one in self.found.holding.here(area)}

    def part(self, area: Area, part: Part) -> dict[str, Item]:
        """One part of an area, by key."""
        return self.found.holding.get(area, part).by_key


def place(snapshot: Snapshot, address: str, catalogs: Sequence[Catalog] | None) -> Place:
    """Find the place of an edit; raises what `finding.find` raises, and LocksUnknown.

    A course that follows a master is edited with its catalog at hand: a lock that is not known can't be
    respected. `catalogs` None: locks do not matter.
    """
    found = find(snapshot, address)
    course = found.course
    if course.master is None or catalogs is None:
        return Place(snapshot, address, found, None)
    catalog = next((one for one in catalogs if one.name == course.catalog), None)
    if catalog is None:
        told = Address(course.number, calendar=found.calendar.name)
        raise LocksUnknown(course=told, catalog=course.catalog, master=course.master)
    return Place(snapshot, address, found, catalog, lifted(course, found.calendar, catalog))


def lifted(course: CourseRecord, calendar: Calendar, catalog: Catalog) -> str:
    """Why a catalog's locks do not hold on a course (P2); empty where they do."""
    if matches(calendar.name, (one.pattern for one in catalog.exempt)):
        return "exempt"
    names = (str(Address(course.number, calendar=calendar.name)), course.number)
    patterns = [one.pattern for one in catalog.ignored]
    return "ignored" if course.ignored or any(matches(name, patterns) for name in names) else ""


def total(counts: Iterable[Counts]) -> Counts:
    """Counts summed."""
    return Counts(*(sum(each) for each in zip(Counts(), *counts, strict=True)))


_WORDS = (("assignment", ""), ("score", ""), ("posted grade", ""), ("comment", ""))


def told(counts: Counts) -> str:
    """`3 assignments, 40 scores`; `nothing` where all are zero."""
    pairs = zip(counts, _WORDS, strict=True)
    return ", ".join(many(count, *words) for count, words in pairs if count) or "nothing"
