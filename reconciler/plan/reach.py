"""This room counts how far a verdict reaches: distinct courses and schools over many cohorts.

Cohorts of one hop share no member, but sections of one course may be in several. A union is made once
for each set of cohorts and remembered, as many lines have the same reach.
"""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, NamedTuple

from reconciler.plan.hosts import Hosts
from reconciler.plan.told import MOST, Said, Some, Values

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Mapping, Sequence

    from reconciler.course import Area, Calendar, Catalog
    from reconciler.plan.model import Plan

Places = tuple[int, ...]
"""Places of cohorts in the plan, rising."""


class Reach(NamedTuple):
    """How far something reaches."""

    hosts: int
    courses: int
    schools: int


def in_session(calendar: Calendar, today: str) -> bool:
    """Does the calendar's school year run today?"""
    first, last = school_year(calendar)
    return first <= today[:10] <= last


def school_year(calendar: Calendar) -> tuple[str, str]:
    """The first and the last day of a calendar's school year; without dates 1 July and 30 June."""
    starts = [one.start for one in calendar.terms if one.start]
    ends = [one.end for one in calendar.terms if one.end]
    first = min(starts) if starts else date(calendar.year - 1, 7, 1).isoformat()
    return first, max(ends) if ends else date(calendar.year, 6, 30).isoformat()


class Ground:
    """The plan as the ground that lines are summed over."""

    def __init__(self, plan: Plan, catalogs: Sequence[Catalog] = ()) -> None:
        """Index the calendars; `catalogs` say where things were written, and may be absent."""
        self.plan = plan
        self.hosts = plan.cohorts[0].hosts if plan.cohorts else Hosts()
        self.schools = {one.id: one.school for one in plan.calendars}
        self.running = {one.id for one in plan.calendars if in_session(one, plan.scope.today)}
        self._masters = {one.name: one.masters for one in catalogs}
        self._known: dict[Places, Reach] = {}

    def reach(self, places: Places) -> Reach:
        """The distinct hosts, courses and schools of cohorts of one hop."""
        if places not in self._known:
            self._known[places] = self._count(places)
        return self._known[places]

    def _count(self, places: Places) -> Reach:
        cohorts = [self.plan.cohorts[place] for place in places]
        hosts = sum(one.size for one in cohorts)
        courses = set().union(*(one.owners for one in cohorts))
        calendars = {cohorts[0].hosts.calendars[one] for one in courses} if cohorts else set()
        return Reach(hosts, len(courses), len({self.schools[one] for one in calendars}))

    def runs(self, places: Iterable[int]) -> bool:
        """Is any of these cohorts' calendars in session?"""
        return any(not self.running.isdisjoint(self.plan.cohorts[place].calendars) for place in places)

    def at_work(self, places: Iterable[int]) -> bool:
        """Is anything of these cohorts used in a calendar that is in session (W5)?"""
        return any(
            cohort.hosts.calendars[course] in self.running
            for cohort in (self.plan.cohorts[place] for place in places)
            for course in cohort.working
        )

    def numbers(self, places: Iterable[int]) -> Some:
        """The masters of these cohorts."""
        wants = set().union(*(self.plan.cohorts[place].wants for place in places))
        return some({self.plan.wants[want].number for want in wants} - {""})

    def where(self, spots: Collection[tuple[int, Area, str]], *, gone: bool) -> Some:
        """The lines of YAML of these (cohort, area, key); of what is `gone` there, the master's."""
        asked = {(want, *spot[1:]) for spot in spots for want in self.plan.cohorts[spot[0]].wants}
        # Master by master: where its items stand is read once, and not kept for long.
        return some({text for one in sorted(asked) if (text := self._origin(*one, gone=gone))})

    def _origin(self, want: int, area: Area, key: str, *, gone: bool) -> str:
        wish = self.plan.wants[want]
        master = self._masters.get(wish.catalog, {}).get(wish.number)
        if master is None:
            return ""
        origin = master.origins.get((area, key), master.origin if gone else None)
        if origin is None:
            return ""
        return f"{origin.file}:{origin.line}" if origin.line else origin.file


def some(texts: Collection[str]) -> Some:
    """The first few, in their order as words."""
    return Some(tuple(sorted(texts)[:MOST]), len(texts))


def values(times: Mapping[str, int]) -> Values:
    """The most frequent few; equals in their order as words."""
    ordered = sorted(times.items(), key=lambda pair: (-pair[1], pair[0]))
    return Values(tuple(Said(*pair) for pair in ordered[:MOST]), len(ordered))
