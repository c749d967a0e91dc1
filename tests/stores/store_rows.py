"""Small values and rows for the tests of stores."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import NamedTuple

from sqlalchemy import text

from reconciler.course import EMPTY, Area, Counts, Holding, Part, Setup, Term, Use, item, setup
from reconciler.current import (
    Batch,
    CourseMove,
    CourseRecord,
    Run,
    SectionMove,
    SectionRecord,
    Snapshot,
    Store,
)

HOMEWORK = Use(Area.CATEGORIES, "Homework", 1)
EXAM = Use(Area.CATEGORIES, "Exam", 2)
FINAL = Use(Area.GRADING_TASKS, "Final", 2)


def categories(**weights: object):
    """A setup of categories by name and weight."""
    return setup(
        item(Area.CATEGORIES, name, {"name": name, "weight": weight}) for name, weight in weights.items()
    )


def holding(
    linked: Setup = EMPTY, *, pushed: Setup | None = None, own: Setup = EMPTY, area: Area = Area.CATEGORIES
) -> Holding:
    """A holding with one area; `pushed` is what is linked unless said."""
    parts = {
        (area, Part.LINKED): linked,
        (area, Part.PUSHED): linked if pushed is None else pushed,
        (area, Part.OWN): own,
    }
    return Holding().put(parts)


BARE = holding()
OLD = holding(categories(Homework=20, Exam=80))
NEW = holding(categories(Homework=25, Exam=75))


def course(calendar: int, number: str, place: int, **other: object) -> CourseRecord:
    """A new course row, linked to a master of its number."""
    record = CourseRecord(
        0, calendar, number, f"Course {number}", "hs", number, None, False, False, None, place
    )
    return record._replace(**other)


def section(course_id: int, number: str, place: int, **other: object) -> SectionRecord:
    """A new section row whose uses were never read."""
    return SectionRecord(0, course_id, number, "Ms. Bell", (1, 2), None, place, None)._replace(**other)


def run(**other: object) -> Run:
    """A run that has just begun."""
    started = Run(0, "push", "ada", "2026-08-01T06:00:00+00:00", None, "running", "why", "d1", "{}", None)
    return started._replace(**other)


class Town(NamedTuple):
    """A store with rows, and what they are called."""

    store: Store
    fall: int
    summer: int
    courses: list[int]
    sections: list[int]
    old: int
    new: int
    run: int


def build_town(store: Store) -> Town:
    """Two courses with two sections each in the fall, one course with one section in summer; all OLD."""
    with store.write() as tx:
        tx.put_school("Hill High", "s-1")
        fall = tx.put_calendar("hill-26", "Hill High", 2026, (Term("Q1", "2025-08-01"), Term("Q2")))
        summer = tx.put_calendar("hill-su", "Hill High", 2026, (Term("Su"),))
        places = tx.keep_holdings([OLD, NEW])
        old, new = places[OLD], places[NEW]
        courses = tx.put_courses(
            [course(fall, "0401", old), course(fall, "0402", old), course(summer, "0401", old)]
        )
        first, second, third = courses
        sections = tx.put_sections(
            section(host, number, old)
            for host, number in ((first, "1"), (first, "2"), (second, "1"), (second, "2"), (third, "1"))
        )
        begun = tx.begin_run(run())
    return Town(store, fall, summer, courses, sections, old, new, begun)


def moves(town: Town, *, before: int, after: int, courses: int = 3) -> Batch:
    """The first courses of a town, with all their sections, from one holding to another."""
    with town.store.read() as snapshot:
        rows = list(snapshot.sections([town.fall, town.summer]))
    chosen = town.courses[:courses]
    return Batch(
        [
            CourseMove(one, before, after, None, None, sum(row.course_id == one for row in rows))
            for one in chosen
        ],
        [
            SectionMove(row.id, row.course_id, before, after, row.used_id, row.used_id)
            for row in rows
            if row.course_id in chosen
        ],
    )


def held(town: Town) -> tuple[list[int], list[int]]:
    """The holdings of all courses, and of all sections, by id."""
    with town.store.read() as snapshot:
        every = [town.fall, town.summer]
        return (
            [row.holding_id for row in snapshot.courses(every)],
            [row.holding_id for row in snapshot.sections(every)],
        )


def ask(reading: Snapshot, query: str, **facts: object) -> list[tuple]:
    """The rows of a SQL query, in any database; `facts` fill its `:name` places. JSON comes as its text."""
    return [tuple(map(_plain, row)) for row in reading._connection.execute(text(query), facts)]


def _plain(value: object) -> object:
    """PostgreSQL's driver reads `jsonb`."""
    if isinstance(value, dict | list):
        return json.dumps(value, ensure_ascii=False, separators=(",", ":"), sort_keys=True)
    return value


def some(assignments: int = 1, scores: int = 0, posted: int = 0, comments: int = 0) -> Counts:
    """Counts of evidence; one assignment unless said."""
    return Counts(assignments, scores, posted, comments)


HERE = Path(__file__).parent


def python(script: str, *words: object, **other: object) -> subprocess.CompletedProcess[str]:
    """Run a script in a process of its own, with the package and these tests in reach."""
    places = os.pathsep.join([str(HERE.parents[1]), str(HERE)])
    return subprocess.run(
        [sys.executable, "-W", "error", "-c", script, *map(str, words)],
        env={**os.environ, "PYTHONPATH": places}, capture_output=True, text=True, check=False, **other,
    )  # fmt: skip
