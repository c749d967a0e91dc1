"""This room reads a SQLite store: one consistent snapshot, whoever writes meanwhile.

Courses, sections and counts stream from the driver's cursor, as a state has hundreds of thousands; the
rest is asked through SQLAlchemy's table definitions.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, cast
from weakref import WeakSet

from reconciler.course import Counts
from reconciler.current import CourseRow, SectionRow
from reconciler.stores import locks, soundness
from reconciler.stores.interning import AREAS, Values, id_list
from reconciler.stores.shelf import SqliteShelf
from reconciler.stores.snapshot import StoredSnapshot

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator
    from sqlite3 import Connection as Driver
    from sqlite3 import Cursor

    from sqlalchemy import Connection

    from reconciler.course import Area
    from reconciler.current import CalendarLock, Fault

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
_SUMS = f"""
    SELECT e.section_id, t.area, t.key, sum(e.assignments), sum(e.scores), sum(e.posted), sum(e.comments)
    FROM evidence e JOIN thing t ON t.id = e.thing_id WHERE e.section_id {IN_IDS} AND e.thing_id {IN_IDS}
    GROUP BY e.section_id, t.area, t.key ORDER BY e.section_id, t.area, t.key"""


class SqliteSnapshot(StoredSnapshot):
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

    def use_sums(
        self, section_ids: Collection[int], keys: Collection[str] | None = None
    ) -> Iterator[tuple[int, Area, str, Counts]]:
        """(section id, area, key, counts) by these; the counts of all terms together. `keys`: just these."""
        known = self._driver.execute("SELECT id, key FROM thing")
        things = [place for place, key in known if keys is None or key in keys]
        found = self._stream(_SUMS, id_list(section_ids), id_list(things))
        for section, area, key, *numbers in found:
            yield section, AREAS[area], key, Counts._make(numbers)

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
        cursor: Cursor = self._driver.execute(query, words)
        self._streams.add(cursor)
        return cursor
