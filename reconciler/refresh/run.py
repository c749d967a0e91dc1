"""This room runs a refresh: everything in one transaction, calendar by calendar, no query per row."""

from __future__ import annotations

import json
from collections import Counter
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from reconciler.course import ListKind
from reconciler.current import Alias, Batch, CourseRecord, Run, SectionRecord
from reconciler.district import Complaint, Place, calendar_refs
from reconciler.guard import alone
from reconciler.refresh.host import HostAliases, Hosts
from reconciler.refresh.journal import Journal
from reconciler.refresh.not_taken import Tallied, way_back
from reconciler.refresh.pool import Pool
from reconciler.refresh.prune import prune_calendar
from reconciler.refresh.refreshed import ItemTally, Refreshed, Tally
from reconciler.refresh.work import CalendarWork, CourseWork, SectionWork

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from reconciler.course import Area, Calendar
    from reconciler.current import ResidualMark, Store, Transaction
    from reconciler.district import CalendarIn, CourseIn, District
    from reconciler.refresh.evidence import Uses
    from reconciler.refresh.host import After


def refresh(
    store: Store, district: District, *, prune: bool = False, who: str = "", message: str = ""
) -> Refreshed:
    """Bring what `district` says into the store, in one transaction; all of it or nothing.

    `prune`: courses and sections of the calendars that the source lists, and that it does not have, are
    removed, unless they have grades or their uses were never read (R1). Raises what the store raises, and
    CalendarsLocked where somebody else is writing to one of the calendars.
    """
    options = json.dumps({"source": district.source, "prune": prune}, ensure_ascii=False)
    with store.write() as tx:
        run = tx.begin_run(Run(0, "import", who, _now(), None, "running", message, "", options, None))
        report = _Refresh(tx, district, run, prune=prune).all()
        tx.end_run(run, _now(), "done", report.as_json())
    return report


def _now() -> str:
    return datetime.now(UTC).isoformat(timespec="seconds")


class _Refresh:
    """One refresh on its way."""

    def __init__(self, tx: Transaction, district: District, run: int, *, prune: bool) -> None:
        """Read what is needed once."""
        self.tx, self.district, self.run, self.prune = tx, district, run, prune
        self.pool = Pool()
        self.complaints: list[Complaint] = list(district.complaints)
        self.tally: Counter[tuple[str, str]] = Counter()
        self.hosts = Hosts(district, self.pool)
        self.journal = Journal(tx, self.pool, run)
        self.not_taken = Tallied(self.journal)
        self.aliases = _read_aliases(tx)

    def all(self) -> Refreshed:
        """Schools, calendars, then calendar by calendar; then the named lists."""
        self._schools()
        places = self._calendars()
        listed = {places[ref] for ref in self._listed().values()}
        courses = self._by_calendar(places)
        alone(self.tx, {*listed, *courses})
        for calendar, name in sorted({place: ref for ref, place in places.items()}.items()):
            if calendar in listed or calendar in courses:
                self._calendar(
                    calendar, name, courses.get(calendar, []), prune=self.prune and calendar in listed
                )
        self._lists()
        return self._report()

    def _schools(self) -> None:
        known = dict(self.tx.schools())
        ids = {one.name: one.source_id for one in self.district.schools}
        for name in dict.fromkeys((*ids, *(one.school for one in self.district.calendars))):
            source_id = ids.get(name) or known.get(name)
            if name not in known or source_id != known[name]:
                self.tx.put_school(name, source_id)

    def _listed(self) -> dict[tuple[str, str], str]:
        return calendar_refs((one.school, one.name) for one in self.district.calendars)

    def _calendars(self) -> dict[str, int]:
        """Write the calendars; the id of each by the word that courses use for it."""
        present = {(one.school, one.name): one for one in self.tx.calendars()}
        refs = calendar_refs(present)
        places = {refs[pair]: one.id for pair, one in present.items()}
        names = self._listed()
        for one in self.district.calendars:
            pair = (one.school, one.name)
            places[names[pair]] = self._put_calendar(one, present.get(pair))
        return places

    def _put_calendar(self, one: CalendarIn, old: Calendar | None) -> int:
        terms = one.terms or (old.terms if old else ())
        if old and (old.year, old.terms) == (one.year, terms):
            self.tally["calendars", "unchanged"] += 1
            return old.id
        self.tally["calendars", "updated" if old else "added"] += 1
        return self.tx.put_calendar(one.name, one.school, one.year, terms)

    def _by_calendar(self, places: Mapping[str, int]) -> dict[int, list[CourseIn]]:
        found: dict[int, list[CourseIn]] = {}
        for one in self.district.courses:
            place = places.get(one.calendar)
            if place is None:
                reason = f'course {one.number}: there is no calendar "{one.calendar}"'
                self.complaints.append(Complaint(one.place, reason))
            else:
                found.setdefault(place, []).append(one)
        return found

    def _calendar(self, calendar: int, name: str, courses: list[CourseIn], *, prune: bool) -> None:
        work = self._read(calendar, name)
        work.take(courses)
        self.complaints += work.complaints
        self._write(calendar, work)
        if not prune:
            self.tally["courses", "absent"] += len(work.absent_courses())
            self.tally["sections", "absent"] += len(work.absent_sections())
            return
        pruned = prune_calendar(self.tx, work)
        self.tally.update(pruned.tally)
        place = Place(self.district.source)
        self.complaints += [Complaint(place, reason) for reason in pruned.reasons]

    def _read(self, calendar: int, name: str) -> CalendarWork:
        course_ids = [row.id for row in self.tx.courses([calendar])]
        section_ids = [row.id for row in self.tx.sections([calendar])] if course_ids else []
        courses = list(self.tx.course_records(course_ids)) if course_ids else []
        sections = list(self.tx.section_records(section_ids)) if section_ids else []
        places = {one.holding_id for one in courses} | {one.holding_id for one in sections}
        self.pool.load(self.tx, places)
        self.journal.load(places)
        uses: dict[int, Uses] = {}
        for section, use, counts in self.tx.counts(section_ids) if section_ids else ():
            uses.setdefault(section, {})[use] = counts
        return CalendarWork(name, courses, sections, uses, self.aliases, self.hosts, self.journal)

    def _write(self, calendar: int, work: CalendarWork) -> None:
        works = work.works
        holdings = [one.after.holding for one in works if one.after]
        holdings += [one.after.holding for work in works for one in work.sections]
        self.pool.store(self.tx, holdings)
        self.not_taken.add(works)
        back = way_back(work, self.pool)
        if back is not None:
            self.tx.carry(self.run, back)
        course_ids = self._put_courses(calendar, works)
        pairs = [
            (course, one) for work, course in zip(works, course_ids, strict=True) for one in work.sections
        ]
        section_ids = self._put_sections(pairs)
        counted = [
            (place, one.after.uses) for (_, one), place in zip(pairs, section_ids, strict=True) if one.counted
        ]
        if counted:
            rows = ((place, use, counts) for place, uses in counted for use, counts in (uses or {}).items())
            self.tx.put_counts(rows, [place for place, _ in counted])
        self._put_aliases(works, course_ids, pairs, section_ids)
        marks: list[ResidualMark] = []
        for (_, one), place in zip(pairs, section_ids, strict=True):
            if one.before.holding is not one.after.holding:
                marks += one.marks(place, self.pool)
        if marks:
            self.tx.carry(self.run, Batch((), (), residuals=marks))

    def _put_courses(self, calendar: int, works: list[CourseWork]) -> list[int]:
        records = [self._course_record(calendar, work) for work in works]
        changed = [index for index, work in enumerate(works) if records[index] != work.old]
        new = self.tx.put_courses([records[index] for index in changed]) if changed else []
        ids = [record.id for record in records]
        for index, place in zip(changed, new, strict=True):
            ids[index] = place
        for index, work in enumerate(works):
            self._count("courses", work.old is None, records[index] != work.old, work.after)
        return ids

    def _course_record(self, calendar: int, work: CourseWork) -> CourseRecord:
        one, old = work.incoming, work.old
        holding = self.pool.place(work.after.holding) if work.after else 0
        if old is None:
            return CourseRecord(
                0, calendar, one.number, one.name, one.catalog, one.master, one.dormant,
                one.ignored is True, one.mapped is True, one.source_id, holding,
            )  # fmt: skip
        return old._replace(
            number=one.number,
            name=one.name,
            ignored=old.ignored if one.ignored is None else one.ignored,
            mapped=old.mapped if one.mapped is None else one.mapped,
            source_id=one.source_id or old.source_id,
            holding_id=holding,
        )

    def _put_sections(self, pairs: list[tuple[int, SectionWork]]) -> list[int]:
        records = [self._section_record(course, one) for course, one in pairs]
        changed = [index for index, (_, one) in enumerate(pairs) if records[index] != one.old]
        new = self.tx.put_sections([records[index] for index in changed]) if changed else []
        ids = [record.id for record in records]
        for index, place in zip(changed, new, strict=True):
            ids[index] = place
        for index, (_, one) in enumerate(pairs):
            self._count("sections", one.old is None, records[index] != one.old or one.counted, one.after)
        return ids

    def _section_record(self, course: int, work: SectionWork) -> SectionRecord:
        one, old = work.incoming, work.old
        holding = self.pool.place(work.after.holding)
        if old is None:
            return SectionRecord(0, course, one.number, one.teacher, one.terms, one.source_id, holding, None)
        return old._replace(
            course_id=course,
            number=one.number,
            teacher=one.teacher or old.teacher,
            terms=one.terms or old.terms,
            source_id=one.source_id or old.source_id,
            holding_id=holding,
        )

    def _count(self, kind: str, new: bool, changed: bool, after: After | None) -> None:
        self.tally[kind, "added" if new else "updated" if changed else "unchanged"] += 1
        if after:
            for name, count in (("added", after.added), ("changed", after.changed), ("gone", after.gone)):
                self.tally["items", name] += count

    def _put_aliases(
        self,
        works: list[CourseWork],
        course_ids: list[int],
        pairs: list[tuple[int, SectionWork]],
        section_ids: list[int],
    ) -> None:
        hosts: Iterator[tuple[bool, int, After | None]] = (
            *((False, place, work.after) for work, place in zip(works, course_ids, strict=True)),
            *((True, place, one.after) for (_, one), place in zip(pairs, section_ids, strict=True)),
        ).__iter__()
        rows = [
            Alias(on_section, place, area, source, key)
            for on_section, place, after in hosts
            for area, source, key in (after.aliases if after else ())
        ]
        if rows:
            self.tx.put_aliases(rows)

    def _lists(self) -> None:
        """The applied lists of a native file, for catalogs that the store knows nothing of."""
        for catalog, lists in self.district.lists.items():
            if not self.tx.lists(catalog):
                self.tx.put_lists(catalog, {ListKind(kind): value for kind, value in lists.items()})

    def _report(self) -> Refreshed:
        def tally(kind: str) -> Tally:
            """How many hosts of one kind came to what."""
            return Tally(**{name: self.tally[kind, name] for name in Tally._fields})

        return Refreshed(
            source=self.district.source,
            run=self.run,
            read=self.district.read,
            calendars=tally("calendars"),
            courses=tally("courses"),
            sections=tally("sections"),
            items=ItemTally(**{name: self.tally["items", name] for name in ItemTally._fields}),
            complaints=tuple(self.complaints),
            not_taken=self.not_taken.runs(),
            taken=self.not_taken.late(),
        )


def _read_aliases(tx: Transaction) -> HostAliases:
    """The aliases of every host; hosts with the same ones share them."""
    rows: dict[tuple[bool, int], list[tuple[Area, str, str]]] = {}
    for alias in tx.aliases():
        rows.setdefault((alias.on_section, alias.host_id), []).append(
            (alias.area, alias.source_key, alias.key)
        )
    shared: dict[tuple[tuple[Area, str, str], ...], dict[Area, dict[str, str]]] = {}
    found: HostAliases = {}
    for host, listed in rows.items():
        mark = tuple(sorted(listed))
        if mark not in shared:
            shared[mark] = {}
            for area, source, key in mark:
                shared[mark].setdefault(area, {})[source] = key
        found[host] = shared[mark]
    return found
