"""This room says which push repairs chosen courses: a relink (domain.md 7, P5).

What is linked is put back to what the master says, in every locked area or in those that were chosen;
what a course made itself stays.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from reconciler.address import Address
from reconciler.errors.relink import RelinkRefused, RelinkSchools, RelinkYears
from reconciler.finding import find_courses
from reconciler.plan.scope import Scope
from reconciler.plan.targets import matches, serves

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from reconciler.course import Calendar, Catalog
    from reconciler.current import CourseRecord, Snapshot

_SIGNS = str.maketrans({"[": "[[]", "*": "[*]", "?": "[?]"})


def relink_scope(
    snapshot: Snapshot,
    catalogs: Sequence[Catalog],
    courses: Sequence[str],
    *,
    areas: tuple[str, ...] = (),
    to_sections: bool = False,
    today: str,
) -> Scope:
    """The push that relinks these courses (addresses).

    Raises what `find_courses` raises, RelinkYears, RelinkSchools, and RelinkRefused for a course that a push
    does not reach.
    """
    found = find_courses(snapshot, courses)
    for course, calendar in found:
        _reached(course, calendar, catalogs)
    years = sorted({calendar.year for _, calendar in found})
    if len(years) > 1:
        raise RelinkYears(years=", ".join(map(str, years)))
    _only_these(snapshot, found)
    return Scope(
        years[0],
        today,
        _once(calendar.name for _, calendar in found),
        to_sections=to_sections,
        cross_site=not areas or "cross_site" in areas,
        courses=_once(_exactly(_address(*one)) for one in found),
        schools=_once(_exactly(calendar.school) for _, calendar in found),
        relink=True,
        areas=areas,
    )


def _only_these(snapshot: Snapshot, found: Iterable[tuple[CourseRecord, Calendar]]) -> None:
    """Raise RelinkSchools where calendars of one name at several schools would bring in a course more."""
    named = {course.id: _address(course, calendar) for course, calendar in found}
    names = {calendar.name for _, calendar in found}
    schools = {calendar.school for _, calendar in found}
    alike = {one.id: one for one in snapshot.calendars() if one.name in names and one.school in schools}
    if len(alike) == len(names):
        return
    ids = [row.id for row in snapshot.courses(sorted(alike))]
    for one in snapshot.course_records(ids):
        calendar = alike[one.calendar_id]
        if one.id not in named and _address(one, calendar) in named.values():
            raise RelinkSchools(address=_address(one, calendar), school=calendar.school)


def _once(texts: Iterable[str]) -> tuple[str, ...]:
    return tuple(sorted(set(texts)))


def _exactly(text: str) -> str:
    """A glob that means this text and nothing else."""
    return text.translate(_SIGNS)


def _address(course: CourseRecord, calendar: Calendar) -> str:
    return str(Address(course.number, calendar=calendar.name))


def _reached(course: CourseRecord, calendar: Calendar, catalogs: Sequence[Catalog]) -> None:
    """Raise RelinkRefused where a push from masters would leave this course out (P1, P2)."""
    why, how = _why_not(course, calendar, catalogs)
    if why:
        raise RelinkRefused(address=_address(course, calendar), why=why, how=how)


def _why_not(course: CourseRecord, calendar: Calendar, catalogs: Sequence[Catalog]) -> tuple[str, str]:
    """Why the course is not reached, and what to do; empty texts where it is."""
    if course.master is None:
        return "it follows no master", "Link it first: `reconcile link`."
    catalog = next((one for one in catalogs if one.name == course.catalog), None)
    if catalog is None:
        return f'its catalog "{course.catalog}" is not here', "Name its file with --catalog."
    called = (_address(course, calendar), course.number)
    known = {name for one in catalog.masters.values() for name in (one.number, one.was)}
    conditions = (
        (
            not serves(catalog, calendar),
            f'the catalog "{catalog.name}" is not for {calendar.school} in {calendar.year}',
            "See to `schools:` and `school_years:` in the catalog.",
        ),
        (
            course.master not in known,
            f'the catalog has no master "{course.master}" (P1)',
            "Bring it back, or link the course anew.",
        ),
        (course.ignored, "it is marked Ignore Master Push (P2)", "Clear the mark first."),
        (
            any(matches(text, [one.pattern]) for one in catalog.ignored for text in called),
            "the catalog ignores it (P2)",
            "Take it out of `ignored_courses:` first.",
        ),
        (
            any(matches(calendar.name, [one.pattern]) for one in catalog.exempt),
            "its calendar is exempt (P2)",
            "Take it out of `exempt_calendars:` first.",
        ),
    )
    return next(((why, how) for holds, why, how in conditions if holds), ("", ""))
