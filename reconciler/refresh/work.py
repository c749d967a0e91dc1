"""This room holds one calendar's refresh: its rows in the store, and what becomes of them."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, TypeVar

from reconciler.address import Address
from reconciler.current import ResidualMark
from reconciler.district import Complaint, SectionIn
from reconciler.refresh.claim import Sign, claim
from reconciler.refresh.host import NO_ALIASES, NO_PAST, After, Before, HostAliases, Hosts, Past, used_keys

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from reconciler.course import Area
    from reconciler.current import CourseRecord, SectionRecord
    from reconciler.district import CourseIn
    from reconciler.refresh.evidence import Uses
    from reconciler.refresh.journal import Journal
    from reconciler.refresh.pool import Pool

_Row = TypeVar("_Row", "CourseIn", "SectionIn")


@dataclass(slots=True)
class SectionWork:
    """One section that came: the row that it is, if any, and how it looks now."""

    incoming: SectionIn
    old: SectionRecord | None
    before: Before
    after: After

    @property
    def counted(self) -> bool:
        """Must its uses be written: read for the first time, or others than before?"""
        return self.after.uses is not None and self.after.uses != self.before.uses

    def marks(self, section_id: int, pool: Pool) -> Iterator[ResidualMark]:
        """The residuals that came with it, or that went (domain.md 5)."""
        before, now = pool.residuals(self.before.holding), pool.residuals(self.after.holding)
        for area, key in sorted(before ^ now):
            yield ResidualMark(section_id, area, key, cleared=(area, key) in before)


@dataclass(slots=True)
class CourseWork:
    """One course that came, with its sections."""

    incoming: CourseIn
    old: CourseRecord | None
    before: Before
    sections: list[SectionWork] = field(default_factory=list)
    after: After | None = None


@dataclass(slots=True)
class CalendarWork:
    """A calendar in the store before its refresh; then the works of all its courses."""

    name: str
    courses: list[CourseRecord]
    sections: list[SectionRecord]
    uses: Mapping[int, Uses]
    aliases: HostAliases
    hosts: Hosts
    journal: Journal
    works: list[CourseWork] = field(default_factory=list)
    complaints: list[Complaint] = field(default_factory=list)

    def take(self, incoming: Sequence[CourseIn]) -> None:
        """Match everything that came, and work out how it looks now."""
        rows, twice = _once(incoming)
        for one, reason in twice:
            self._complain(one, None, [reason])
        signs = [Sign(one.source_id, one.number) for one in self.courses]
        found = claim([Sign(one.source_id, one.number) for one in rows], signs)
        for one, index in zip(rows, found, strict=True):
            old = None if index is None else self.courses[index]
            self.works.append(CourseWork(one, old, self._course_before(old)))
        self._take_sections()
        present = self._used_by_course()
        for work in self.works:
            used = frozenset().union(*(used_keys(one.after.uses) for one in work.sections))
            if work.old is not None:
                used |= present.get(work.old.id, frozenset())
            past = self._past(work.old, on_section=False)
            work.after = self.hosts.course(work.before, work.incoming, used, past)
            self._complain(work.incoming, None, work.after.complaints)

    def absent_courses(self) -> list[CourseRecord]:
        """Rows for which nothing came."""
        here = {work.old.id for work in self.works if work.old}
        return [one for one in self.courses if one.id not in here]

    def absent_sections(self) -> list[SectionRecord]:
        """Rows for which nothing came."""
        here = {one.old.id for work in self.works for one in work.sections if one.old}
        return [one for one in self.sections if one.id not in here]

    def _take_sections(self) -> None:
        pairs = []
        for work in self.works:
            rows, twice = _once(work.incoming.sections)
            pairs += [(work, one) for one in rows]
            for row, reason in twice:
                self._complain(work.incoming, row, [reason])
        signs = [Sign(one.source_id, (work.old.id if work.old else None, one.number)) for work, one in pairs]
        found = claim(signs, [Sign(one.source_id, (one.course_id, one.number)) for one in self.sections])
        above = {id(work): self._going_back(work) for work in self.works}
        for (work, one), index in zip(pairs, found, strict=True):
            old = None if index is None else self.sections[index]
            before = self._section_before(old)
            past = self._past(old, on_section=True)._replace(above=above[id(work)])
            after = self.hosts.section(before, one, past)
            work.sections.append(SectionWork(one, old, before, after))
            self._complain(work.incoming, one, after.complaints)

    def _going_back(self, work: CourseWork) -> frozenset[int]:
        """The runs before which a course would go back, if nothing were used in its sections."""
        if work.old is None or not self.journal:
            return frozenset()
        past = self._past(work.old, on_section=False)
        back = self.hosts.course(work.before, work.incoming, frozenset(), past).back
        return frozenset(step.run for step in back.way[: back.steps]) if back else frozenset()

    def _used_by_course(self) -> dict[int, frozenset[tuple[Area, str]]]:
        """What the uses of sections that did not come name, by course."""
        found: dict[int, frozenset[tuple[Area, str]]] = {}
        for one in self.absent_sections():
            found[one.course_id] = found.get(one.course_id, frozenset()) | used_keys(self.uses.get(one.id))
        return found

    def _course_before(self, old: CourseRecord | None) -> Before:
        if old is None:
            return Before()
        aliases = self.aliases.get((False, old.id), NO_ALIASES)
        return Before(self.hosts.pool.at(old.holding_id), aliases, new=False)

    def _section_before(self, old: SectionRecord | None) -> Before:
        if old is None:
            return Before()
        uses = None if old.used_id is None else self.uses.get(old.id, {})
        return Before(
            self.hosts.pool.at(old.holding_id), self.aliases.get((True, old.id), NO_ALIASES), uses, new=False
        )

    def _past(self, old: CourseRecord | SectionRecord | None, *, on_section: bool) -> Past:
        if old is None:
            return NO_PAST
        return Past(
            lambda: self.journal.way(old.id, old.holding_id, on_section=on_section),
            lambda run: self.journal.renames(run, old.id, on_section=on_section),
        )

    def _complain(self, course: CourseIn, section: SectionIn | None, reasons: Iterable[str]) -> None:
        address = Address(course.number, calendar=self.name, section=section.number if section else "")
        place = (section or course).place
        self.complaints.extend(Complaint(place, f"{address}: {reason}") for reason in reasons)


def _once(rows: Iterable[_Row]) -> tuple[list[_Row], list[tuple[_Row, str]]]:
    """The rows without those whose number stood before; and those, each with the reason."""
    found: dict[str, _Row] = {}
    twice = []
    for one in rows:
        first = found.setdefault(one.number, one)
        if first is not one:
            where = f", first at {first.place}" if first.place.file else ""
            twice.append((one, f"this number stands twice{where}; the first one counts"))
    return list(found.values()), twice
