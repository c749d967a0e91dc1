"""This room knows the natural keys of Ed-Fi: what makes an offering, a section, an entry the one it is.

In XML a reference may name another element by its id instead of its key; such a pointer is kept as a key
whose first part begins with `@`, until everything is read.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, NamedTuple

from reconciler.formats.edfi.nodes import code, find, inner

if TYPE_CHECKING:
    from collections.abc import Iterator

POINTER = "@"


class Offering(NamedTuple):
    """The key of a course offering: local code, school, school year, session name."""

    code: str = ""
    school: str = ""
    year: str = ""
    session: str = ""


class SectionKey(NamedTuple):
    """The key of a section: its identifier and the whole offering; the identifier alone is not unique."""

    id: str
    offering: Offering = Offering()

    def __str__(self) -> str:
        """The key as one text, which serves as the section's source id."""
        return "|".join((self.id, *self.offering))


class EntryKey(NamedTuple):
    """The key of a gradebook entry: (identifier, namespace), or in 3.x (title, date, section)."""

    name: str
    scope: str = ""
    section: SectionKey | None = None


class PeriodKey(NamedTuple):
    """What may be known of a grading period: some sources name it, some count it."""

    school: str = ""
    year: str = ""
    name: str = ""
    code: str = ""
    sequence: str = ""

    def ways(self) -> Iterator[tuple[str, ...]]:
        """The ways in which this period may be found, the surest first."""
        if self.name:
            yield (self.school, self.year, "name", self.name)
        if self.code and self.sequence:
            yield (self.school, self.year, "place", self.code, self.sequence)
        if self.code and not self.name and not self.sequence:
            yield (self.school, self.year, "code", self.code)

    def all_ways(self) -> Iterator[tuple[str, ...]]:
        """The ways in which others may refer to this period."""
        yield from self.ways()
        yield (self.school, self.year, "code", self.code)


def year_number(text: str) -> int | None:
    """The year in which a school year ends: `2021-2022` and `2022` are 2022."""
    found = re.findall(r"\d{4}", text)
    return int(found[-1]) if found else None


def pointer(node: object) -> str:
    """The id that a reference gives instead of a key, with its mark; empty if it gives none."""
    ref = node.get("@ref") if isinstance(node, dict) else None
    return POINTER + ref if isinstance(ref, str) else ""


def offering_key(node: object) -> Offering:
    """The offering that a node is, or refers to."""
    ref = pointer(inner(node, "courseOfferingReference"))
    if ref:
        return Offering(ref)
    return Offering(
        find(node, "localCourseCode"),
        find(node, "schoolId"),
        find(node, "schoolYear"),
        find(node, "sessionName"),
    )


def section_key(node: object) -> SectionKey:
    """The section that a node is, or the one that its section reference names."""
    reference = inner(node, "sectionReference") or node
    ref = pointer(reference)
    if ref:
        return SectionKey(ref)
    return SectionKey(find(reference, "sectionIdentifier", "uniqueSectionCode"), offering_key(reference))


def entry_key(node: object) -> EntryKey:
    """The gradebook entry that a node is, or refers to."""
    ref = pointer(node)
    if ref:
        return EntryKey(ref)
    identifier = find(node, "gradebookEntryIdentifier")
    if identifier:
        return EntryKey(identifier, find(node, "namespace"))
    return EntryKey(find(node, "gradebookEntryTitle", "title"), find(node, "dateAssigned"), section_key(node))


def period_key(node: object) -> PeriodKey:
    """The grading period that a node is, or refers to."""
    ref = pointer(node)
    if ref:
        return PeriodKey(ref)
    return PeriodKey(
        find(node, "schoolId"),
        find(node, "schoolYear"),
        find(node, "gradingPeriodName"),
        code(find(node, "gradingPeriodDescriptor", "gradingPeriod")),
        find(node, "periodSequence"),
    )
