"""This room joins gradebook entries, student entries, posted grades and LMS work to sections."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from reconciler.course import Area
from reconciler.formats.edfi.keys import PeriodKey, SectionKey
from reconciler.formats.tally import Tally

if TYPE_CHECKING:
    from reconciler.district import Place
    from reconciler.formats.edfi.keys import EntryKey
    from reconciler.formats.edfi.lms import Lms
    from reconciler.formats.edfi.records import EntryRow, Records
    from reconciler.formats.tabular import Complaints

GRADEBOOK = "InterchangeStudentGradebook"
GRADES = "InterchangeStudentGrade"
UNGROUPED = "Assignment"
"""The category of an assignment that names none: the one of Ed-Fi's own types that says just that."""
Thing = tuple[Area, str, PeriodKey]


@dataclass(frozen=True, slots=True)
class Gradebook:
    """Evidence by section. `known`: sections of which an LMS tells, beyond what Ed-Fi does.

    `entries`: gradebook entries are carried, and so is what sections have; `grades`: posted grades are.
    """

    evidence: frozenset[str]
    entries: bool
    grades: bool
    rooms: defaultdict[SectionKey, dict[Thing, Tally]] = field(default_factory=lambda: defaultdict(dict))
    known: set[SectionKey] = field(default_factory=set)

    def tally(self, room: SectionKey, thing: Thing) -> Tally:
        """The tally of one thing in one section."""
        return self.rooms[room].setdefault(thing, Tally())

    def tells(self, room: SectionKey) -> bool:
        """Does the source say which categories this section has?"""
        return self.entries or room in self.known


def read_evidence(
    records: Records, lms: Lms | None, sections: set[SectionKey], complaints: Complaints
) -> Gradebook:
    """Join everything; what belongs to no known section is a complaint."""
    entries, grades = (
        bool(records.carried & {GRADEBOOK, "GradebookEntry"}),
        bool(records.carried & {GRADES, "Grade"}),
    )
    evidence = _evidence(records, entries, grades)
    if lms is not None:
        evidence |= {"assignments", "scores"}
    book = Gradebook(frozenset(evidence), entries, grades)
    by_identifier: dict[str, list[SectionKey]] = defaultdict(list)
    for key in sections:
        by_identifier[key.id].append(key)
    _entries(records, sections, by_identifier, book, complaints)
    _posted(records, sections, book, complaints)
    if lms is not None:
        _lms(lms, by_identifier, book, complaints)
    return book


def _evidence(records: Records, entries: bool, grades: bool) -> set[str]:
    """Which counts are carried; entries without any student's entry say nothing of scores."""
    read, carried = records.read, records.carried
    scores = "StudentGradebookEntry" in carried or (
        GRADEBOOK in carried and (read["StudentGradebookEntry"] > 0 or read["GradebookEntry"] == 0)
    )
    evidence = ({"assignments"} if entries else set()) | (
        {"scores", "comments"} if entries and scores else set()
    )
    return evidence | ({"posted", "comments"} if grades else set())


def _entries(
    records: Records,
    sections: set[SectionKey],
    by_identifier: dict[str, list[SectionKey]],
    book: Gradebook,
    complaints: Complaints,
) -> None:
    shown: dict[EntryKey, tuple[Place, Tally]] = {}
    for key, (place, tally) in records.entries.items():
        shown.setdefault(records.entry(key), (place, Tally()))[1].add(tally)
    seen: set[EntryKey] = set()
    for row in records.gradebook:
        key = records.entry(row.key)
        if key in seen:
            complaints.add(*row.place, "lists a gradebook entry again")
            continue
        seen.add(key)
        room = _room(records, row, sections, by_identifier)
        student = shown.pop(key, None)
        if room is None:
            complaints.add(*row.place, "belongs to a section that is unknown, or is one of several")
            continue
        tally = Tally(assignments=1)
        if student:
            tally.add(student[1])
        for thing in _things(row):
            book.tally(room, thing).add(tally)
    for place, _ in shown.values():
        complaints.add(*place, "and others like it belong to an unknown gradebook entry")


def _things(row: EntryRow) -> list[Thing]:
    standards: list[Thing] = [(Area.STANDARDS, key, row.period) for key in row.standards]
    return [(Area.CATEGORIES, row.type or UNGROUPED, row.period), *standards]


def _room(
    records: Records,
    row: EntryRow,
    sections: set[SectionKey],
    by_identifier: dict[str, list[SectionKey]],
) -> SectionKey | None:
    if row.section.id:
        key = records.section(row.section)
        return key if key in sections else None
    found = by_identifier.get(row.identifier, [])
    return found[0] if len(found) == 1 else None


def _posted(records: Records, sections: set[SectionKey], book: Gradebook, complaints: Complaints) -> None:
    for one, (place, tally) in records.posted.items():
        room = records.section(one.section)
        if room in sections:
            book.tally(room, (one.area, one.key, one.period)).add(tally)
        else:
            complaints.add(*place, "and others like it belong to an unknown section")


def _lms(
    lms: Lms, by_identifier: dict[str, list[SectionKey]], book: Gradebook, complaints: Complaints
) -> None:
    for identifier in lms.sections.values():
        found = by_identifier.get(identifier, [])
        if len(found) == 1:
            book.known.add(found[0])
    for one in lms.assignments.values():
        found = by_identifier.get(one.section, [])
        if len(found) == 1:
            thing: Thing = (Area.CATEGORIES, one.category or UNGROUPED, PeriodKey())
            book.tally(found[0], thing).add(one.tally)
        else:
            complaints.add(*one.place, "belongs to a section that is unknown, or is one of several")
