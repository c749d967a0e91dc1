"""This room gathers the courses that a first catalog is made of, grouped by number over schools."""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, NamedTuple

from reconciler.address import Address
from reconciler.adopting.writable import fits
from reconciler.errors import CalendarUnknown, SchoolUnknown, suggestion
from reconciler.errors.adopting import YearAbsent
from reconciler.linking import dormant_name
from reconciler.plan.targets import matches

if TYPE_CHECKING:
    from collections.abc import Iterable

    from reconciler.course import Calendar, Holding
    from reconciler.current import CourseRecord, Snapshot


@dataclass(frozen=True, slots=True)
class Asked:
    """What is to be adopted, and under which name. Empty globs let everything through."""

    name: str = "Adopted"
    year: int | None = None
    schools: tuple[str, ...] = ()
    calendars: tuple[str, ...] = ()
    min_courses: int = 1


class LeftOut(NamedTuple):
    """A course that no master is made of, and why."""

    address: str
    why: str


@dataclass(slots=True)
class Gathered:
    """The courses by number, with all that is asked of them. `below`: course id -> sections' holdings."""

    calendars: dict[int, Calendar]
    chosen: dict[int, Calendar]
    groups: dict[str, list[CourseRecord]]
    left: list[LeftOut] = field(default_factory=list)
    below: dict[int, list[int]] = field(default_factory=dict)
    holdings: dict[int, Holding] = field(default_factory=dict)

    def leave(self, courses: Iterable[CourseRecord], why: str) -> None:
        """Leave some courses out."""
        for one in courses:
            address = Address(one.number, calendar=self.calendars[one.calendar_id].name)
            self.left.append(LeftOut(str(address), why))

    def school(self, course: CourseRecord) -> str:
        """The school of a course."""
        return self.calendars[course.calendar_id].school


def gather(asked: Asked, snapshot: Snapshot) -> Gathered:
    """The courses that are asked for; raises YearAbsent, SchoolUnknown, CalendarUnknown."""
    calendars = {one.id: one for one in snapshot.calendars()}
    chosen = _chosen(asked, calendars)
    found = Gathered(calendars, chosen, {})
    for course in sorted(snapshot.course_records(), key=lambda one: (one.number, one.id)):
        if course.calendar_id in chosen:
            why = _unfit(asked, course)
            if why:
                found.leave([course], why)
            else:
                found.groups.setdefault(course.number, []).append(course)
    _few(asked, found)
    courses = {one.id for group in found.groups.values() for one in group}
    for row in snapshot.sections(sorted(chosen)):
        if row.course_id in courses:
            found.below.setdefault(row.course_id, []).append(row.holding_id)
    held = {one.holding_id for group in found.groups.values() for one in group}
    held.update(one for below in found.below.values() for one in below)
    found.holdings = snapshot.holdings(held)
    return found


def _chosen(asked: Asked, calendars: dict[int, Calendar]) -> dict[int, Calendar]:
    years = {one.year for one in calendars.values()}
    if asked.year is not None and asked.year not in years:
        raise YearAbsent(year=asked.year, years=", ".join(map(str, sorted(years))) or "none")
    schools, named = ({getattr(one, key) for one in calendars.values()} for key in ("school", "name"))
    for glob in asked.schools:
        if not any(matches(one, [glob]) for one in schools):
            raise SchoolUnknown(name=glob, hint=suggestion(glob, schools))
    for glob in asked.calendars:
        if not any(matches(one, [glob]) for one in named):
            raise CalendarUnknown(name=glob, hint=suggestion(glob, named))
    return {
        place: one
        for place, one in calendars.items()
        if asked.year in (None, one.year)
        and (not asked.schools or matches(one.school, asked.schools))
        and (not asked.calendars or matches(one.name, asked.calendars))
    }


def _unfit(asked: Asked, course: CourseRecord) -> str:
    """Why no master can be made of this course; empty where one can."""
    if course.master is not None:
        return f"it follows {course.catalog}/{course.master} already"
    if course.dormant == dormant_name(asked.name, course.number):
        return f"it was linked to {course.dormant} before; `reconcile link` revives that"
    if course.ignored:
        return "it is marked Ignore Master Push"
    if not fits(course.number, "number") or not unicodedata.is_normalized("NFC", course.number):
        return "its number can't be a master's (spaces at its edges, `<`, control characters, too long)"
    return ""


def _few(asked: Asked, found: Gathered) -> None:
    for number, group in list(found.groups.items()):
        if len(group) < asked.min_courses:
            found.leave(group, f"fewer than {asked.min_courses} courses have its number (--min-courses)")
            del found.groups[number]
