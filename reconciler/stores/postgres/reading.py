"""This room reads a PostgreSQL store: one consistent snapshot, whoever writes meanwhile.

Courses, sections and counts come through cursors of the server, some thousand rows at a time and in binary:
600,000 sections never stand in memory at once, here or there.
"""

from __future__ import annotations

import json
from contextlib import suppress
from itertools import chain, groupby
from operator import itemgetter
from typing import TYPE_CHECKING, Any, cast

import psycopg
from psycopg.pq import Format

from reconciler.course import Counts, ListKind, Setup, Use
from reconciler.current import (
    Alias,
    CourseRecord,
    CourseRow,
    ResidualMark,
    ResidualRow,
    SectionRecord,
    SectionRow,
)
from reconciler.stores import interning, jobs, journal, locks, places, soundness
from reconciler.stores.interning import AREAS, Values
from reconciler.stores.postgres import sessions
from reconciler.stores.postgres.shelf import PostgresShelf

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Iterator, Mapping

    from sqlalchemy import Connection

    from reconciler.course import Area, Calendar, Holding, Used
    from reconciler.current import CalendarLock, Fault, Followed, Job, KeyMoved, ListMoved, Moved, Run
    from reconciler.stores.postgres.copying import Driver

AT_ONCE = 2000
"""Rows that a cursor brings at once: more is slower, as they stand in memory longer."""
_COURSES = """
    SELECT id, calendar_id, catalog, master, ignored, mapped, holding_id
    FROM course WHERE calendar_id = ANY(%s) ORDER BY id"""
_SECTIONS = """
    SELECT s.id, s.course_id, s.holding_id, s.used_id, s.meeting_id
    FROM section s JOIN course c ON c.id = s.course_id
    WHERE c.calendar_id = ANY(%s) ORDER BY s.course_id, s.id"""
_SECTIONS_OF = """
    SELECT id, course_id, holding_id, used_id, meeting_id FROM section
    WHERE course_id = ANY(%s) ORDER BY course_id, id"""
_COURSE_RECORDS = """
    SELECT id, calendar_id, number, name, catalog, master, dormant, ignored, mapped, source_id, holding_id
    FROM course {} ORDER BY id"""
_SECTION_RECORDS = """
    SELECT id, course_id, number, teacher, meeting_id, source_id, holding_id, used_id
    FROM section {} ORDER BY course_id, id"""
_THINGS = "SELECT id, area, key, term FROM thing ORDER BY area, key, term"
_COUNTS = """
    SELECT section_id, thing_id, assignments, scores, posted, comments FROM evidence {} ORDER BY section_id"""
_SUMS = """
    SELECT e.section_id, t.area, t.key, sum(e.assignments), sum(e.scores), sum(e.posted), sum(e.comments)
    FROM evidence e JOIN thing t ON t.id = e.thing_id
    WHERE e.section_id = ANY(%s) AND (%s::text[] IS NULL OR t.key = ANY(%s))
    GROUP BY e.section_id, t.area, t.key ORDER BY e.section_id, t.area, t.key"""
_ALIASES = "SELECT on_section, host_id, area, source_key, key FROM alias"
_OPEN = """
    SELECT section_id, area, key, since_run FROM residual WHERE cleared_run IS NULL
    ORDER BY section_id, area, key"""
_RESIDUALS = """
    SELECT section_id, area, key, since_run, cleared_run FROM residual
    ORDER BY section_id, area, key, since_run, id"""


class PostgresSnapshot:
    """A `Snapshot` (current.py) over one open transaction."""

    def __init__(self, connection: Connection, known: Values) -> None:
        """Read through `connection`, remembering values in `known`."""
        self._connection = connection
        self._driver = cast("Driver", connection.connection.driver_connection)
        self._shelf = PostgresShelf(self._driver)
        self._values = known
        self._streams: dict[psycopg.ServerCursor[tuple[Any, ...]], list[tuple[Any, ...]]] = {}
        self._begun = 0
        self._open = True

    def end(self) -> None:
        """Close what still streams; what is asked for later is refused."""
        self._open = False
        for cursor, rows in self._streams.items():
            rows.clear()
            with suppress(psycopg.Error):  # of a connection that was lost
                cursor.close()

    def calendars(self) -> tuple[Calendar, ...]:
        """All calendars, by name."""
        return places.calendars(self._connection)

    def schools(self) -> tuple[tuple[str, str | None], ...]:
        """All schools by name, each with the id its source gives it."""
        return places.schools(self._connection)

    def courses(self, calendars: Collection[int]) -> Iterator[CourseRow]:
        """The courses of these calendars, by id."""
        return map(CourseRow._make, self._stream(_COURSES, list(calendars)))

    def sections(
        self, calendars: Collection[int], courses: Collection[int] | None = None
    ) -> Iterator[SectionRow]:
        """The sections of these calendars' courses, by course id and id. `courses`: of just these."""
        if courses is not None:
            return map(SectionRow._make, self._stream(_SECTIONS_OF, list(courses)))
        return map(SectionRow._make, self._stream(_SECTIONS, list(calendars)))

    def meetings(self) -> dict[int, tuple[int, ...]]:
        """The positions of the terms in which sections meet, by the id of the meeting."""
        found = self._driver.execute("SELECT id, terms FROM meeting")
        return {place: tuple(json.loads(told)) for place, told in found}

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
        return map(CourseRecord._make, self._rows(_COURSE_RECORDS, "id", ids))

    def section_records(self, ids: Collection[int] | None = None) -> Iterator[SectionRecord]:
        """Whole section rows by course id and id; all of them without `ids`."""
        terms = self.meetings()
        for row in self._rows(_SECTION_RECORDS, "id", ids):
            yield SectionRecord._make((*row[:4], terms.get(row[4], ()), *row[5:]))

    def counts(self, section_ids: Collection[int] | None = None) -> Iterator[tuple[int, Use, Counts]]:
        """(section id, use, counts) by section id, area, key, term; all of them without ids."""
        things = {
            place: (rank, Use(AREAS[area], key, term))
            for rank, (place, area, key, term) in enumerate(self._driver.execute(_THINGS))
        }
        # Sorted here, section by section: the server would sort millions of rows by three texts.
        for section, found in groupby(self._rows(_COUNTS, "section_id", section_ids), key=itemgetter(0)):
            for (_, use), numbers in sorted((things[row[1]], row[2:]) for row in found):
                yield section, use, Counts._make(numbers)

    def use_sums(
        self, section_ids: Collection[int], keys: Collection[str] | None = None
    ) -> Iterator[tuple[int, Area, str, Counts]]:
        """(section id, area, key, counts) by these; the counts of all terms together. `keys`: just these."""
        chosen = None if keys is None else list(keys)
        for section, area, key, *numbers in self._stream(_SUMS, list(section_ids), chosen, chosen):
            yield section, AREAS[area], key, Counts._make(numbers)

    def aliases(self) -> Iterator[Alias]:
        """Every alias."""
        for on_section, host, area, source_key, key in self._stream(_ALIASES):
            yield Alias(on_section, host, AREAS[area], source_key, key)

    def residuals(self) -> Iterator[tuple[ResidualMark, int]]:
        """Residuals that are not cleared, each with the run that left it."""
        for section, area, key, run in self._stream(_OPEN):
            yield ResidualMark(section, AREAS[area], key, cleared=False), run

    def residual_rows(self) -> Iterator[ResidualRow]:
        """Every residual that ever was, cleared ones too, by section id, area, key and first run."""
        for section, area, key, since, cleared in self._stream(_RESIDUALS):
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
        """Every move of one host, the newest first."""
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
        """Every lock on calendars, by id. The server tells whose session is still there."""
        return locks.locks(self._connection, sessions.there(self._connection))

    def faults(self) -> Iterator[Fault]:
        """Everything that is wrong with what is stored, which no foreign key guards."""
        return soundness.faults(self._connection)

    def _setups(self, ids: set[int | None]) -> dict[int | None, Setup]:
        interning.read_setups(self._shelf, self._values, ids)
        return self._values.setups

    def _rows(self, query: str, column: str, ids: Collection[int] | None) -> Iterator[tuple[Any, ...]]:
        if ids is None:
            return self._stream(query.format(""))
        return self._stream(query.format(f"WHERE {column} = ANY(%s)"), list(ids))

    def _stream(self, query: str, *words: list[int] | list[str] | None) -> Iterator[tuple[Any, ...]]:
        """Rows of a cursor of the server, which is closed after the last one."""
        if not self._open:
            raise ValueError("rows were asked for after their reading had ended")
        self._begun += 1
        cursor = self._driver.cursor(name=f"rows_{self._begun}", scrollable=False)
        cursor.format = Format.BINARY
        self._streams[cursor] = []
        cursor.execute(query, words or None)
        return chain.from_iterable(self._chunks(cursor))

    def _chunks(self, cursor: psycopg.ServerCursor[tuple[Any, ...]]) -> Iterator[list[tuple[Any, ...]]]:
        """The rows as they are brought. At the end of the reading the last ones are taken back."""
        while True:
            if not self._open:
                raise ValueError("rows were asked for after their reading had ended: it is closed")
            self._streams[cursor] = cursor.fetchmany(AT_ONCE)
            if not self._streams[cursor]:
                break
            yield self._streams[cursor]
        del self._streams[cursor]
        cursor.close()
