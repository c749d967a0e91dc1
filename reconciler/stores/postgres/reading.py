"""This room reads a PostgreSQL store: one consistent snapshot, whoever writes meanwhile.

Courses, sections and counts come through cursors of the server, some thousand rows at a time and in binary:
600,000 sections never stand in memory at once, here or there.
"""

from __future__ import annotations

from contextlib import suppress
from itertools import chain
from typing import TYPE_CHECKING, Any, cast

import psycopg
from psycopg.pq import Format

from reconciler.course import Counts
from reconciler.current import CourseRow, SectionRow
from reconciler.stores import locks, soundness
from reconciler.stores.interning import AREAS, Values
from reconciler.stores.postgres import sessions
from reconciler.stores.postgres.shelf import PostgresShelf
from reconciler.stores.snapshot import StoredSnapshot

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator

    from sqlalchemy import Connection

    from reconciler.course import Area
    from reconciler.current import CalendarLock, Fault
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
_SUMS = """
    SELECT e.section_id, t.area, t.key, sum(e.assignments), sum(e.scores), sum(e.posted), sum(e.comments)
    FROM evidence e JOIN thing t ON t.id = e.thing_id
    WHERE e.section_id = ANY(%s) AND (%s::text[] IS NULL OR t.key = ANY(%s))
    GROUP BY e.section_id, t.area, t.key ORDER BY e.section_id, t.area, t.key"""


class PostgresSnapshot(StoredSnapshot):
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

    def use_sums(
        self, section_ids: Collection[int], keys: Collection[str] | None = None
    ) -> Iterator[tuple[int, Area, str, Counts]]:
        """(section id, area, key, counts) by these; the counts of all terms together. `keys`: just these."""
        chosen = None if keys is None else list(keys)
        for section, area, key, *numbers in self._stream(_SUMS, list(section_ids), chosen, chosen):
            yield section, AREAS[area], key, Counts._make(numbers)

    def locks(self) -> tuple[CalendarLock, ...]:
        """Every lock on calendars, by id. The server tells whose session is still there."""
        return locks.locks(self._connection, sessions.there(self._connection))

    def faults(self) -> Iterator[Fault]:
        """Everything that is wrong with what is stored, which no foreign key guards."""
        return soundness.faults(self._connection)

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
