"""This room reads a SQLite store: one consistent snapshot, whoever writes meanwhile.

Courses, sections and counts stream from the driver's cursor, as a state has hundreds of thousands; the
rest is asked through SQLAlchemy's table definitions.
"""

from __future__ import annotations

import json
from itertools import groupby
from operator import itemgetter
from typing import TYPE_CHECKING, Any, cast
from weakref import WeakSet

from reconciler.course import Calendar, Counts, ListKind, Setup, Use
from reconciler.current import (
    Alias,
    CourseRecord,
    CourseRow,
    Followed,
    KeyMoved,
    ListMoved,
    Moved,
    ResidualMark,
    ResidualRow,
    Run,
    SectionRecord,
    SectionRow,
)
from reconciler.stores import interning, jobs, journal, locks, places, soundness
from reconciler.stores.interning import AREAS, Values, id_list
from reconciler.stores.shelf import SqliteShelf

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Iterator, Mapping
    from sqlite3 import Connection as Driver
    from sqlite3 import Cursor

    from sqlalchemy import Connection

    from reconciler.course import Area, Holding, Used
    from reconciler.current import CalendarLock, Fault, Job

IN_IDS = "IN (SELECT value FROM json_each(?))"
# INDEXED BY: without statistics SQLite may prefer to sort, or to look at every row.
_ALL_COURSES = "SELECT id, calendar_id, catalog, master, ignored, mapped, holding_id FROM course ORDER BY id"
_COURSES = f"""
    SELECT id, calendar_id, catalog, master, ignored, mapped, holding_id
    FROM course INDEXED BY course_calendar WHERE calendar_id {IN_IDS} ORDER BY id"""
_SECTIONS = f"""
    SELECT id, course_id, holding_id, used_id, meeting_id FROM section INDEXED BY section_course
    WHERE course_id IN (SELECT id FROM course WHERE calendar_id {IN_IDS}) ORDER BY course_id, id"""
_SECTIONS_OF = f"""
    SELECT id, course_id, holding_id, used_id, meeting_id FROM section INDEXED BY section_course
    WHERE course_id {IN_IDS} ORDER BY course_id, id"""
_ALL_SECTIONS = """
    SELECT id, course_id, holding_id, used_id, meeting_id FROM section INDEXED BY section_course
    ORDER BY course_id, id"""
_COURSE_RECORDS = """
    SELECT id, calendar_id, number, name, catalog, master, dormant, ignored, mapped, source_id, holding_id
    FROM course {} ORDER BY id"""
_SECTION_RECORDS = """
    SELECT id, course_id, number, teacher, meeting_id, source_id, holding_id, used_id
    FROM section {} ORDER BY course_id, id"""
_COUNTS = """
    SELECT section_id, thing_id, assignments, scores, posted, comments
    FROM evidence {} ORDER BY section_id"""
_SUMS = f"""
    SELECT e.section_id, t.area, t.key, sum(e.assignments), sum(e.scores), sum(e.posted), sum(e.comments)
    FROM evidence e JOIN thing t ON t.id = e.thing_id WHERE e.section_id {IN_IDS} AND e.thing_id {IN_IDS}
    GROUP BY e.section_id, t.area, t.key ORDER BY e.section_id, t.area, t.key"""


class SqliteSnapshot:
    """A `Snapshot` (current.py) over one open transaction."""

    def __init__(self, connection: Connection, values: Values) -> None:
        """Read through `connection`, remembering values in `values`."""
        self._connection = connection
        self._driver = cast("Driver", connection.connection.driver_connection)
        self._shelf = SqliteShelf(self._driver)
        self._values = values
        self._streams: WeakSet[Cursor] = WeakSet()
        self._open = True

    def end(self) -> None:
        """Close what still streams: a half-read cursor would hold its snapshot, and block the next writer."""
        self._open = False
        for cursor in tuple(self._streams):
            cursor.close()

    def calendars(self) -> tuple[Calendar, ...]:
        """All calendars, by name."""
        return places.calendars(self._connection)

    def schools(self) -> tuple[tuple[str, str | None], ...]:
        """All schools by name, each with the id its source gives it."""
        return places.schools(self._connection)

    def courses(self, calendars: Collection[int]) -> Iterator[CourseRow]:
        """The courses of these calendars, by id."""
        every = self._every(calendars)
        cursor = self._stream(_ALL_COURSES) if every else self._stream(_COURSES, id_list(calendars))
        for place, calendar, catalog, master, ignored, mapped, holding in cursor:
            yield CourseRow(place, calendar, catalog, master, ignored == 1, mapped == 1, holding)

    def sections(
        self, calendars: Collection[int], courses: Collection[int] | None = None
    ) -> Iterator[SectionRow]:
        """The sections of these calendars' courses, by course id and id. `courses`: of just these."""
        if courses is not None:
            return map(SectionRow._make, self._stream(_SECTIONS_OF, id_list(courses)))
        if self._every(calendars):
            return map(SectionRow._make, self._stream(_ALL_SECTIONS))
        return map(SectionRow._make, self._stream(_SECTIONS, id_list(calendars)))

    def meetings(self) -> dict[int, tuple[int, ...]]:
        """The positions of the terms in which sections meet, by the id of the meeting."""
        query = "SELECT id, terms FROM meeting"
        return {place: tuple(json.loads(told)) for place, told in self._driver.execute(query)}

    def meet(self, setups: Iterable[Setup]) -> None:
        """Setups that the reader has in hand: an equal one that is read later comes as the same object."""
        self._values.met.update((one.digest, one) for one in setups)

    def holdings(self, ids: Iterable[int]) -> dict[int, Holding]:
        """Holdings by id; equal setups come as one object."""
        return interning.read_holdings(self._shelf, self._values, ids)

    def used(self, ids: Iterable[int]) -> dict[int, Used]:
        """Used sets by id."""
        return interning.read_used(self._shelf, self._values, ids)

    def lists(self, catalog: str) -> Mapping[ListKind, Setup]:
        """The named lists of a catalog as last applied; a missing kind was never applied."""
        found = places.list_places(self._connection, catalog)
        known = self._setups(set(found.values()))
        return {kind: known[place] for kind, place in found.items()}

    def course_records(self, ids: Collection[int] | None = None) -> Iterator[CourseRecord]:
        """Whole course rows by id; all of them without `ids`."""
        for row in self._rows(_COURSE_RECORDS, "id", ids):
            yield CourseRecord._make((*row[:7], row[7] == 1, row[8] == 1, *row[9:]))

    def section_records(self, ids: Collection[int] | None = None) -> Iterator[SectionRecord]:
        """Whole section rows by course id and id; all of them without `ids`."""
        terms = self.meetings()
        for row in self._rows(_SECTION_RECORDS, "id", ids):
            yield SectionRecord._make((*row[:4], terms.get(row[4], ()), *row[5:]))

    def counts(self, section_ids: Collection[int] | None = None) -> Iterator[tuple[int, Use, Counts]]:
        """(section id, use, counts) by section id, area, key, term; all of them without ids."""
        query = "SELECT id, area, key, term FROM thing ORDER BY area, key, term"
        things = {
            place: (rank, Use(AREAS[area], key, term))
            for rank, (place, area, key, term) in enumerate(self._driver.execute(query))
        }
        rows = self._rows(_COUNTS, "section_id", section_ids)
        # Sorted here, section by section: SQLite would look up every row's thing, and sort their texts.
        for section, found in groupby(rows, key=itemgetter(0)):
            for (_, use), numbers in sorted((things[row[1]], row[2:]) for row in found):
                yield section, use, Counts._make(numbers)

    def use_sums(
        self, section_ids: Collection[int], keys: Collection[str] | None = None
    ) -> Iterator[tuple[int, Area, str, Counts]]:
        """(section id, area, key, counts) by these; the counts of all terms together. `keys`: just these."""
        known = self._driver.execute("SELECT id, key FROM thing")
        things = [place for place, key in known if keys is None or key in keys]
        found = self._stream(_SUMS, id_list(section_ids), id_list(things))
        for section, area, key, *numbers in found:
            yield section, AREAS[area], key, Counts._make(numbers)

    def aliases(self) -> Iterator[Alias]:
        """Every alias."""
        query = "SELECT on_section, host_id, area, source_key, key FROM alias"
        for on_section, host, area, source_key, key in self._stream(query):
            yield Alias(on_section == 1, host, AREAS[area], source_key, key)

    def residuals(self) -> Iterator[tuple[ResidualMark, int]]:
        """Residuals that are not cleared, each with the run that left it."""
        query = """SELECT section_id, area, key, since_run FROM residual WHERE cleared_run IS NULL
            ORDER BY section_id, area, key"""
        for section, area, key, run in self._stream(query):
            yield ResidualMark(section, AREAS[area], key, cleared=False), run

    def residual_rows(self) -> Iterator[ResidualRow]:
        """Every residual that ever was, cleared ones too, by section id, area, key and first run."""
        query = """SELECT section_id, area, key, since_run, cleared_run FROM residual
            ORDER BY section_id, area, key, since_run, id"""
        for section, area, key, since, cleared in self._stream(query):
            yield ResidualRow(section, AREAS[area], key, since, cleared)

    def runs(self, limit: int = 50) -> tuple[Run, ...]:
        """The newest runs first."""
        return journal.runs(self._connection, limit)

    def run(self, run_id: int) -> Run | None:
        """One run, or None."""
        return journal.run(self._connection, run_id)

    def moves(self, run_id: int) -> tuple[Moved, ...]:
        """A run's journal, in the order in which it was written; a batch has lines of its own."""
        return journal.moves(self._connection, run_id)

    def moves_of(self, host_id: int, *, on_section: bool) -> tuple[Moved, ...]:
        """Every move of one host, the newest first. The members are looked through here, not by SQL."""
        return journal.moves_of(self._connection, host_id, on_section=on_section)

    def key_moves(self, run_id: int) -> tuple[KeyMoved, ...]:
        """The items that got another key in a run."""
        return journal.key_moves(self._connection, run_id)

    def followed(self, run_id: int) -> tuple[Followed, ...]:
        """The masters that got another number in a run."""
        return journal.followed(self._connection, run_id)

    def list_moves(self, run_id: int) -> tuple[ListMoved, ...]:
        """The named lists that a run wrote."""
        return journal.list_moves(self._connection, run_id, self._setups)

    def setting(self, name: str) -> str | None:
        """A setting of the state; None where it was never set."""
        return places.setting(self._connection, name)

    def jobs(
        self, statuses: Collection[str] = (), *, since: str = "", until: str = "", limit: int | None = None
    ) -> tuple[Job, ...]:
        """Jobs (of these statuses, in this window of scheduled times), the latest scheduled first."""
        return jobs.jobs(self._connection, statuses, since, until, limit)

    def job(self, job_id: int) -> Job | None:
        """One job, or None."""
        return jobs.job(self._connection, job_id)

    def job_document(self, job_id: int) -> str:
        """The saved plan of a job, as it was given to `add_job`."""
        return jobs.document(self._connection, job_id)

    def locks(self) -> tuple[CalendarLock, ...]:
        """Every lock on calendars, by id. A file can't tell whose session is still there."""
        return locks.locks(self._connection)

    def faults(self) -> Iterator[Fault]:
        """Everything that is wrong with what is stored: the file itself, then the values in it."""
        told = [row[0] for row in self._driver.execute("PRAGMA integrity_check")]
        yield from soundness.fault("SQLite finds the file damaged", [] if told == ["ok"] else told)
        broken = (f"{row[0]} {row[1]}" for row in self._driver.execute("PRAGMA foreign_key_check"))
        yield from soundness.fault("a foreign key names a row that is gone", broken)
        yield from soundness.faults(self._connection)

    def _setups(self, ids: set[int | None]) -> dict[int | None, Setup]:
        interning.read_setups(self._shelf, self._values, ids)
        return self._values.setups

    def _every(self, calendars: Collection[int]) -> bool:
        """Are these all the calendars that there are?"""
        return {place for (place,) in self._driver.execute("SELECT id FROM calendar")} <= set(calendars)

    def _rows(self, query: str, column: str, ids: Collection[int] | None) -> Iterator[Any]:
        if ids is None:
            return self._stream(query.format(""))
        return self._stream(query.format(f"WHERE {column} {IN_IDS}"), id_list(ids))

    def _stream(self, query: str, *words: str) -> Cursor:
        if not self._open:
            raise ValueError("rows were asked for after their reading had ended")
        cursor = self._driver.execute(query, words)
        self._streams.add(cursor)
        return cursor
