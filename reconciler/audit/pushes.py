"""This room remembers the last push that reached a course, and what was ticked on it."""

from __future__ import annotations

import json
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any

from reconciler.address import Address
from reconciler.course import CARRIES, Area, DataType
from reconciler.plan.targets import matches
from reconciler.undo.build import taken_back

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Iterator

    from reconciler.course import Calendar
    from reconciler.current import CourseRecord, Run, Snapshot

MOST = 500
"""How many of the newest runs are looked at: years of a district's pushes."""


@dataclass(frozen=True, eq=False)
class Push:
    """One push from masters, by its run and the options that it was made with."""

    run: Run
    options: dict[str, Any]
    undone: bool

    @cached_property
    def calendars(self) -> frozenset[str]:
        """The calendars that it went to."""
        return frozenset(self.options.get("calendars", ()))

    @cached_property
    def catalogs(self) -> frozenset[str] | None:
        """The catalogs that it came from; None where the run left no report."""
        if not self.run.report:
            return None
        header = json.loads(self.run.report).get("summary", {}).get("header", {})
        return frozenset(header.get("catalogs", ())) or None

    @cached_property
    def areas(self) -> frozenset[Area]:
        """The areas that were ticked on it."""
        ticked = {area for one in self.options.get("data", ()) for area in CARRIES[DataType(one)]}
        ticked |= {Area.CROSS_SITE} if self.options.get("cross_site") else set()
        narrow = self.options.get("areas") or ticked
        return frozenset(area for area in ticked if area in narrow)

    @property
    def to_sections(self) -> bool:
        """Did it go on to sections?"""
        return bool(self.options.get("to_sections"))

    def reached(self, course: CourseRecord, calendar: Calendar) -> bool:
        """Was this course in its scope?"""
        told = self.options
        number, address = course.number, str(Address(course.number, calendar=calendar.name))
        return (
            calendar.name in self.calendars
            and told.get("year") == calendar.year
            and _lets(told.get("schools"), calendar.school)
            and _lets(told.get("masters"), course.master or "")
            and _lets(told.get("courses"), number, address)
            and (self.catalogs is None or course.catalog in self.catalogs)
        )

    @property
    def picks(self) -> bool:
        """Were courses named, so that it may have reached one and not another of the same master?"""
        return bool(self.options.get("courses"))


def _lets(globs: Iterable[str] | None, *names: str) -> bool:
    return not globs or any(matches(name, globs) for name in names)


class Pushes:
    """The newest pushes of a state, newest first."""

    def __init__(self, snapshot: Snapshot) -> None:
        """Read the journal's runs once."""
        runs = snapshot.runs(MOST)
        self.all = tuple(_pushes(runs, taken_back(runs)))
        self._last: dict[tuple[object, ...], Push | None] = {}

    def last(self, course: CourseRecord, calendar: Calendar) -> Push | None:
        """The newest push that reached a course; None where there was none."""
        key: tuple[object, ...] = (calendar.id, course.catalog, course.master)
        if any(one.picks for one in self.all):
            key = (*key, course.number)
        if key not in self._last:
            found = (one for one in self.all if one.reached(course, calendar))
            self._last[key] = next(found, None)
        return self._last[key]


def _pushes(runs: Iterable[Run], undone: Collection[int]) -> Iterator[Push]:
    for run in runs:
        if run.kind in ("apply", "relink") and run.status != "failed":  # a killed one has pushed, too
            options = json.loads(run.options or "{}")
            if options.get("calendars") and not options.get("from_courses") and not options.get("undoes"):
                yield Push(run, options, run.id in undone)
