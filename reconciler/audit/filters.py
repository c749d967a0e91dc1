"""This room narrows a report to some calendars, schools, masters, courses, teachers, areas.

What is asked for must be there; a name that is unknown is an error, with what is close.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from reconciler.address import Address
from reconciler.course import Area
from reconciler.errors import suggestion
from reconciler.errors.reports import FilterUnmet
from reconciler.plan.targets import matches

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Mapping, Sequence

    from reconciler.course import Calendar, Catalog
    from reconciler.current import CourseRecord, SectionRecord, Snapshot


@dataclass(frozen=True, slots=True)
class Filters:
    """Globs, by what they narrow; empty ones let everything through. `course`: NUMBER or NUMBER@CALENDAR."""

    calendar: tuple[str, ...] = ()
    school: tuple[str, ...] = ()
    master: tuple[str, ...] = ()
    course: tuple[str, ...] = ()
    teacher: tuple[str, ...] = ()
    area: tuple[str, ...] = ()

    def facts(self) -> tuple[tuple[str, str, tuple[str, ...]], ...]:
        """What was asked for, as the facts of a report: (name, title, globs)."""
        return (
            ("calendar", "Only calendars", self.calendar),
            ("school", "Only schools", self.school),
            ("master", "Only masters", self.master),
            ("course", "Only courses", self.course),
            ("teacher", "Only teachers", self.teacher),
            ("area", "Only areas", self.area),
        )


@dataclass(frozen=True, slots=True)
class Chosen:
    """The part of a state that a report is about. `sections`: those meant, where teachers were named."""

    filters: Filters
    calendars: Mapping[int, Calendar]
    courses: Mapping[int, CourseRecord]
    areas: frozenset[Area]
    sections: Mapping[int, SectionRecord] | None

    @property
    def held(self) -> list[int]:
        """The calendars in which a chosen course is."""
        return sorted({one.calendar_id for one in self.courses.values()})

    def calendar(self, course: int) -> Calendar:
        """The calendar of a chosen course."""
        return self.calendars[self.courses[course].calendar_id]

    def address(self, course: int, section: str = "") -> str:
        """The address of a chosen course, or of a section of it."""
        number, calendar = self.courses[course].number, self.calendar(course)
        return str(Address(number, calendar=calendar.name, section=section))

    def place(self, course: int) -> tuple[str, str, str]:
        """Where people find a course: school, calendar, number. Reports begin with it and sort by it."""
        calendar = self.calendar(course)
        return calendar.school, calendar.name, self.courses[course].number


def choose(snapshot: Snapshot, filters: Filters, catalogs: Sequence[Catalog] = ()) -> Chosen:
    """Read the courses that the filters let through; raises FilterUnmet."""
    areas = _met("area", "area", filters.area, [one.value for one in Area])
    calendars = snapshot.calendars()
    named = _met("calendar", "calendar in the state", filters.calendar, {one.name for one in calendars})
    schools = _met("school", "school in the state", filters.school, {one.school for one in calendars})
    there = {one.id: one for one in calendars if one.name in named and one.school in schools}
    records = list(snapshot.course_records())
    _check_masters(filters, records, catalogs)
    _check_courses(filters, records, calendars)
    masters, numbers = filters.master, filters.course
    courses = {
        one.id: one
        for one in records
        if one.calendar_id in there
        and (not masters or matches(one.master or "", masters))
        and (not numbers or _named(one, there[one.calendar_id], numbers))
    }
    sections = _taught(snapshot, filters.teacher, courses) if filters.teacher else None
    if sections is not None:
        taught = {one.course_id for one in sections.values()}
        courses = {place: one for place, one in courses.items() if place in taught}
    return Chosen(filters, there, courses, frozenset(map(Area, areas)), sections)


def _met(option: str, what: str, globs: Iterable[str], known: Collection[str]) -> set[str]:
    """The known names that are meant: all of them where nothing was said. Raises FilterUnmet."""
    meant: set[str] = set()
    for glob in globs:
        found = {name for name in known if matches(name, [glob])}
        if not found:
            raise FilterUnmet(option=option, name=glob, what=what, hint=suggestion(glob, known))
        meant |= found
    return meant if globs else set(known)


def _check_masters(filters: Filters, records: Sequence[CourseRecord], catalogs: Sequence[Catalog]) -> None:
    if filters.master:
        known = {one.master for one in records if one.master} | {n for one in catalogs for n in one.masters}
        _met("master", "master, neither linked nor in a catalog", filters.master, known)


def _check_courses(filters: Filters, records: Sequence[CourseRecord], calendars: Sequence[Calendar]) -> None:
    places = {one.id: one for one in calendars}
    for glob in filters.course:
        if not any(_named(one, places[one.calendar_id], [glob]) for one in records):
            numbers = {one.number for one in records}
            number, _, place = glob.partition("@")
            hint = suggestion(number, numbers)
            if any(matches(one, [number]) for one in numbers):
                hint = suggestion(place, {one.name for one in calendars})
            raise FilterUnmet(option="course", name=glob, what="course in the state", hint=hint)


def _named(one: CourseRecord, calendar: Calendar, globs: Iterable[str]) -> bool:
    return matches(one.number, globs) or matches(str(Address(one.number, calendar=calendar.name)), globs)


def _taught(snapshot: Snapshot, globs: Sequence[str], courses: Collection[int]) -> dict[int, SectionRecord]:
    records = list(snapshot.section_records())
    meant = _met("teacher", "teacher in the state", globs, {one.teacher for one in records if one.teacher})
    return {one.id: one for one in records if one.course_id in courses and one.teacher in meant}
