"""This room says which courses a push reaches, and why it leaves others out (P1-P3, S1, S3)."""

from __future__ import annotations

from copy import copy
from fnmatch import fnmatchcase
from typing import TYPE_CHECKING, NamedTuple

from reconciler.address import Address
from reconciler.errors import (
    CalendarOfOtherYear,
    CalendarUnknown,
    CalendarUnsaid,
    CatalogUnknownMaster,
    CourseUnknown,
    LeftOut,
    NothingChosen,
    SchoolUnknown,
    YearUnsaid,
    suggestion,
)
from reconciler.plan.wanted import Cut

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from reconciler.course import Calendar, Catalog
    from reconciler.current import CourseRow
    from reconciler.plan.scope import Scope
    from reconciler.plan.wanted import Wanted

EVERY = "all"
"""What stands for every calendar of the year where one must be named (domain.md 3)."""


class Aim(NamedTuple):
    """What a push wants of one course: an index into the plan's wishes, or (-1) why it is left out.

    `skip` is empty, or `ignored`, `exempt`, `master_missing`, `mapped`; a course that the push does not
    concern at all has no aim.
    """

    want: int
    skip: str = ""


def matches(text: str, patterns: Iterable[str]) -> bool:
    """Does one of these globs match (letter by letter, case counts)?"""
    return any(text == pattern or fnmatchcase(text, pattern) for pattern in patterns)


def choose_year(year: int | None, catalogs: Sequence[Catalog]) -> int:
    """The school year of a push: the one asked for, else the only one of the catalogs."""
    known = sorted({one for catalog in catalogs for one in catalog.school_years})
    if year is None and len(known) == 1:
        return known[0]
    if year is None:
        raise YearUnsaid(years=", ".join(map(str, known)) or "none")
    return year


def year_of(globs: Sequence[str], calendars: Sequence[Calendar]) -> int:
    """The school year of a push from courses, where none was asked for: that of its calendar (S1).

    Raises CalendarUnsaid, CalendarUnknown, YearUnsaid.
    """
    if not globs or list(globs) == [EVERY]:
        raise CalendarUnsaid(what="a push from courses")
    years = sorted({one.year for glob in globs for one in _named(glob, calendars)})
    if len(years) > 1:
        raise YearUnsaid(years=", ".join(map(str, years)))
    return years[0]


def choose_calendars(
    globs: Sequence[str], scope: Scope, catalogs: Sequence[Catalog], calendars: Sequence[Calendar]
) -> tuple[str, ...]:
    """The names of the calendars of a push (domain.md 3 and S1), sorted.

    Whatever was asked for must be there: raises CalendarUnknown, CalendarOfOtherYear, SchoolUnknown,
    LeftOut, CalendarUnsaid, NothingChosen.
    """
    every = list(globs) == [EVERY]
    if not globs and (scope.overwrite or scope.from_courses):
        raise CalendarUnsaid(what="a push from courses" if scope.from_courses else "an overwrite")
    for glob in () if every else globs:
        _of_year(glob, scope, calendars)
    for pattern in scope.schools:
        _at_school(pattern, calendars)
    chosen = [
        one
        for one in calendars
        if one.year == scope.year
        and (every or not globs or matches(one.name, globs))
        and (not scope.schools or matches(one.school, scope.schools))
        and (scope.from_courses or any(serves(catalog, one) for catalog in catalogs))
    ]
    _each_chosen(() if every else globs, scope, calendars, chosen)
    if scope.from_courses and len(chosen) > 1:
        raise CalendarUnsaid(what="a push from courses")
    if not chosen:
        raise NothingChosen(year=scope.year)
    return tuple(sorted(one.name for one in chosen))


def _named(glob: str, calendars: Sequence[Calendar]) -> list[Calendar]:
    found = [one for one in calendars if matches(one.name, [glob])]
    if not found:
        raise CalendarUnknown(name=glob, hint=suggestion(glob, {one.name for one in calendars}))
    return found


def _at_school(pattern: str, calendars: Sequence[Calendar]) -> None:
    known = {one.school for one in calendars}
    if not any(matches(one, [pattern]) for one in known):
        raise SchoolUnknown(name=pattern, hint=suggestion(pattern, known))


def _of_year(glob: str, scope: Scope, calendars: Sequence[Calendar]) -> None:
    found = _named(glob, calendars)
    if all(one.year != scope.year for one in found):
        raise CalendarOfOtherYear(name=glob, year=found[0].year, asked=scope.year)


def _each_chosen(
    globs: Sequence[str], scope: Scope, calendars: Sequence[Calendar], chosen: Sequence[Calendar]
) -> None:
    """Raise LeftOut for a calendar, or a school, that was asked for and of which nothing is in the push."""
    unserved = f"no catalog here is for that school in {scope.year}"
    for glob in globs:
        there = [one for one in _named(glob, calendars) if one.year == scope.year]
        if not any(matches(one.name, [glob]) for one in chosen):
            beside = scope.schools and not any(matches(one.school, scope.schools) for one in there)
            why = f"it is at {there[0].school}, which --school does not name" if beside else unserved
            raise LeftOut(what="The calendar", name=glob, why=why)
    for pattern in scope.schools:
        if not any(matches(one.school, [pattern]) for one in chosen):
            there = [one for one in calendars if one.year == scope.year and matches(one.school, [pattern])]
            named = [one for one in there if not globs or matches(one.name, globs)]
            why = unserved if named else "--calendar names none of its calendars"
            if not there:
                why = f"it has no calendar of the school year {scope.year}"
            raise LeftOut(what="The school", name=pattern, why=why)


def serves(catalog: Catalog, calendar: Calendar) -> bool:
    """May this catalog be pushed into this calendar: its year, its school?"""
    return calendar.year in catalog.school_years and (
        catalog.schools is None or calendar.school in catalog.schools
    )


def meant(scope: Scope, calendar: Calendar) -> bool:
    """Is this calendar in the push? Several schools may have one of the same name."""
    return (
        calendar.name in scope.calendars
        and calendar.year == scope.year
        and (not scope.schools or matches(calendar.school, scope.schools))
    )


def _reaches(catalog: Catalog, calendar: Calendar) -> str:
    """Does a push of this catalog reach the calendar: `yes`, `exempt`, or not at all (empty)?"""
    if not serves(catalog, calendar):
        return ""
    return "exempt" if matches(calendar.name, (one.pattern for one in catalog.exempt)) else "yes"


class Targets:
    """Which wish goes to which course, for one push."""

    def __init__(self, catalogs: Sequence[Catalog], scope: Scope, calendars: Sequence[Calendar]) -> None:
        """Cut every master to the push; raises CatalogUnknownMaster."""
        self.scope = scope
        self._unmet = set(scope.courses)
        self._numbers: set[str] = set()
        self.catalogs = {one.name: one for one in catalogs}
        named = frozenset(scope.calendars)
        self.calendars = {one.id: one for one in calendars if one.name in named and meant(scope, one)}
        self.wants: list[Wanted] = []
        self._place: dict[tuple[str, str], int] = {}
        self._aims: list[Aim] = []
        self.needs_names = bool(scope.courses) or any(one.ignored for one in catalogs)
        """Must a course's number be known to aim at it?"""
        self._reaches: dict[tuple[int, str | None], str] = {}
        self._known: dict[tuple[object, ...], Aim | None] = {}
        for catalog in catalogs:
            cut = Cut(catalog.name, catalog.locks, scope)
            for number, master in sorted(catalog.masters.items()):
                if not scope.masters or matches(number, scope.masters):
                    self._add(catalog, cut.wanted(master))
        known = {number for catalog in catalogs for number in catalog.masters}
        for name in scope.masters:
            if not any(matches(number, [name]) for number in known):
                raise CatalogUnknownMaster(name=name, hint=suggestion(name, known))

    def _add(self, catalog: Catalog, want: Wanted) -> None:
        self._aims.append(Aim(len(self.wants)))
        self._place[catalog.name, want.number] = len(self.wants)
        if want.was and want.was not in catalog.masters:
            self._place[catalog.name, want.was] = len(self.wants)
        self.wants.append(want)

    def aim(self, row: CourseRow, number: str) -> Aim | None:
        """What the push wants of this course; None where it is not concerned."""
        if self.needs_names or self.scope.from_courses:
            return self._aim(row, number)
        # Courses of one master are alike in all calendars that its catalog reaches alike.
        key = (self._reach(row), row.catalog, row.master, row.ignored)
        if key not in self._known:
            self._known[key] = self._aim(row, number)
        return self._known[key]

    def _reach(self, row: CourseRow) -> str:
        key = (row.calendar_id, row.catalog)
        known = self._reaches.get(key)
        if known is None:
            catalog = self.catalogs.get(row.catalog or "")
            known = "" if catalog is None else _reaches(catalog, self.calendars[row.calendar_id])
            self._reaches[key] = known
        return known

    def _aim(self, row: CourseRow, number: str) -> Aim | None:
        calendar = self.calendars[row.calendar_id]
        if self.scope.courses and not self._chosen(number, calendar):
            return None
        if self.scope.from_courses:
            return Aim(-1, "mapped") if row.mapped else Aim(0)
        catalog, reaches = self.catalogs.get(row.catalog or ""), self._reach(row)
        if catalog is None or row.master is None or not reaches:
            return None
        return self._of_master(row, catalog, calendar, number, reaches)

    def _of_master(
        self, row: CourseRow, catalog: Catalog, calendar: Calendar, number: str, reaches: str
    ) -> Aim | None:
        place = self._place.get((catalog.name, row.master or ""))
        if place is None and (self.scope.masters or row.master in catalog.masters):
            return None
        if reaches == "exempt":
            return Aim(-1, "exempt")
        ignored = catalog.ignored
        if row.ignored or (ignored and self._named(number, calendar, [one.pattern for one in ignored])):
            return Aim(-1, "ignored")
        return Aim(-1, "master_missing") if place is None else self._aims[place]

    def _chosen(self, number: str, calendar: Calendar) -> bool:
        """Was this course asked for? Remembers what was met, and every number."""
        found = [one for one in self.scope.courses if self._named(number, calendar, [one])]
        self._unmet.difference_update(found)
        self._numbers.add(number)
        return bool(found)

    def within(self, calendars: Iterable[int]) -> Targets:
        """The same push in some of its calendars (their ids); what it meets there is its own."""
        part = copy(self)
        part.calendars = {one: self.calendars[one] for one in calendars}
        vars(part).update(_unmet=set(self.scope.courses), _numbers=set())
        return part

    @property
    def met(self) -> tuple[frozenset[str], frozenset[str]]:
        """Which of the courses asked for were not met, and the numbers that were seen meanwhile."""
        return frozenset(self._unmet), frozenset(self._numbers)

    def meet(self, met: tuple[frozenset[str], frozenset[str]]) -> None:
        """Take over what a part of the push has met."""
        self._unmet &= met[0]
        self._numbers |= met[1]

    def all_met(self) -> None:
        """Once every course was aimed at: raise CourseUnknown for what was asked for and is not there."""
        for pattern in self.scope.courses:
            if pattern in self._unmet:
                raise CourseUnknown(name=pattern, hint=self._close(pattern))

    def _close(self, pattern: str) -> str:
        """A number that is close; where the number is known, a calendar."""
        number, _, calendar = pattern.partition("@")
        if any(matches(one, [number]) for one in self._numbers):
            return suggestion(calendar, {one.name for one in self.calendars.values()})
        return suggestion(number, self._numbers)

    @staticmethod
    def _named(number: str, calendar: Calendar, patterns: Iterable[str]) -> bool:
        """Is the course meant by one of these: `0401`, or `0401@Harrison*`?"""
        address = str(Address(number, calendar=calendar.name))
        return matches(address, patterns) or matches(number, patterns)
