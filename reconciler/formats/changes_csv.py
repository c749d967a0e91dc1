"""This room tells what a run changed as a CSV, one row a change, for people and small scripts."""

from __future__ import annotations

import csv
import io
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from reconciler.formats.moved import MovedCourse, Moves, Step
    from reconciler.formats.unsaid import Unsaid

COLUMNS = (
    "school", "calendar", "course", "section", "teacher", "course_id", "section_id", "area", "key", "item",
    "action", "field", "before", "after",
)  # fmt: skip
"""The columns, never changed. `course` and `section` are numbers, the ids those of the source."""


def write_changes_csv(moves: Moves, unsaid: Unsaid, guarded: Callable[[str], str]) -> Iterator[str]:
    """One row a change, by school, calendar, course, section, area and key; RFC 4180, piece by piece.

    `guarded` keeps a cell from being a formula. Named lists have no place here.
    """
    yield _text([COLUMNS])
    for one in moves.lists():
        if one.before != one.after:
            unsaid.add(str(one.kind), f"the named list of {one.catalog}")
    for course in moves.courses():
        rows = ([guarded(cell) for cell in row] for row in _rows(moves, course))
        text = _text(rows)
        if text:
            yield text


def _rows(moves: Moves, course: MovedCourse) -> Iterator[tuple[str, ...]]:
    record, calendar = course.record, course.calendar
    above = (calendar.school, calendar.name, record.number)
    yield from _told(moves, course.step, (*above, "", "", record.source_id or "", ""))
    for one, step in course.sections:
        host = (*above, one.number, one.teacher or "", record.source_id or "", one.source_id or "")
        yield from _told(moves, step, host)


def _told(moves: Moves, step: Step | None, host: tuple[str, ...]) -> Iterator[tuple[str, ...]]:
    for one in moves.changes(step) if step else ():
        yield (*host, one.area.value, *one[1:])


def _text(rows: Iterable[Iterable[str]]) -> str:
    told = io.StringIO()
    csv.writer(told).writerows(rows)
    return told.getvalue()
