"""This room puts the collected rows together: calendars, their courses, and the courses' sections."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING, NamedTuple

from reconciler.course import Area, Use
from reconciler.district import CalendarIn, CourseIn, District, Incoming, Place, SchoolIn, SectionIn
from reconciler.formats.edfi.calendars import calendars_of
from reconciler.formats.edfi.gradebook import read_evidence
from reconciler.formats.edfi.keys import year_number
from reconciler.formats.edfi.records import CourseRow
from reconciler.formats.naming import calendar_name, course_info, told_apart
from reconciler.formats.tally import uses_of

if TYPE_CHECKING:
    from reconciler.formats.edfi.calendars import Calendars, Key
    from reconciler.formats.edfi.gradebook import Gradebook
    from reconciler.formats.edfi.keys import Offering, SectionKey
    from reconciler.formats.edfi.lms import Lms
    from reconciler.formats.edfi.records import Records
    from reconciler.formats.tabular import Complaints

CourseKey = tuple[str, str]
"""A course: its code, and the school or agency that owns it."""
Offered = dict["Offering", tuple["Key", CourseKey]]
"""The calendar of an offering, and the course that it offers."""


class _Layout(NamedTuple):
    """Where everything belongs: courses by key, the sections of each course in each calendar."""

    courses: dict[CourseKey, CourseRow]
    placed: dict[Key, dict[CourseKey, list[SectionKey]]]
    places: dict[SectionKey, Place]


def build(records: Records, lms: Lms | None, complaints: Complaints) -> District:
    """Put a district together (domain.md 1)."""
    calendars = calendars_of(records)
    layout = _layout(records, calendars, complaints)
    book = read_evidence(records, lms, set(layout.places), complaints)
    names = _school_names(records, calendars, complaints)
    aligned = any(row.standards for row in records.courses)
    carries = "assignments" in book.evidence
    scene = _Scene(records, calendars, layout, book, complaints, aligned)
    read = dict(+records.read)
    if lms is not None:
        read |= {"LMS assignments": len(lms.assignments), "LMS submissions": lms.submissions[0]}
    return District(
        source="Ed-Fi",
        schools=tuple(SchoolIn(name, key) for key, name in sorted(names.items(), key=lambda one: one[1])),
        calendars=tuple(_calendar(names, key, calendars) for key in sorted(calendars.spans)),
        courses=tuple(
            course for key in sorted(layout.placed) for course in _courses(scene, names[key[0]], key)
        ),
        course_areas=frozenset({Area.COURSE_INFO, Area.STANDARDS} if aligned else {Area.COURSE_INFO}),
        section_areas=frozenset({Area.CATEGORIES} if carries else ()),
        partial=frozenset({Area.COURSE_INFO, Area.CATEGORIES} if carries else {Area.COURSE_INFO}),
        evidence=book.evidence,
        complaints=complaints.all(),
        read=read,
    )


class _Scene(NamedTuple):
    records: Records
    calendars: Calendars
    layout: _Layout
    book: Gradebook
    complaints: Complaints
    aligned: bool


def _calendar(names: dict[str, str], key: Key, calendars: Calendars) -> CalendarIn:
    school, year = names[key[0]], key[1]
    return CalendarIn(calendar_name(school, year), school, year, calendars.terms(key))


def _school_names(records: Records, calendars: Calendars, complaints: Complaints) -> dict[str, str]:
    known = dict(records.schools)
    for school, _ in calendars.spans:
        if school not in known:
            rows = (row.place for row in records.offerings if row.key.school == school)
            complaints.add(*next(rows, Place("School")), "names the school {}, which is not listed", school)
            known[school] = school
    return dict(zip(known, told_apart((name, (key,)) for key, name in known.items()), strict=True))


def _layout(records: Records, calendars: Calendars, complaints: Complaints) -> _Layout:
    courses = _courses_by_key(records, complaints)
    offered = _offered(records, courses, complaints)
    placed: dict[Key, dict[CourseKey, list[SectionKey]]] = {key: {} for key in calendars.spans}
    for key, course in offered.values():
        placed[key].setdefault(course, [])
    for course in courses:
        own = [key for key in placed if key[0] == course[1]]
        for key in own:
            placed[key].setdefault(course, [])
        if not own and not any(course in calendar for calendar in placed.values()):
            complaints.add(
                *courses[course].place, "is offered nowhere and owned by no school with a calendar"
            )
    places = _sections(records, offered, placed, complaints)
    return _Layout(courses, placed, places)


def _courses_by_key(records: Records, complaints: Complaints) -> dict[CourseKey, CourseRow]:
    courses: dict[CourseKey, CourseRow] = {}
    for row in records.courses:
        if not row.code:
            complaints.add(*row.place, "has no course code")
        elif (row.code, row.owner) in courses:
            complaints.add(*row.place, "lists the course {} again", row.code)
        else:
            courses[row.code, row.owner] = row
    return courses


def _offered(records: Records, courses: dict[CourseKey, CourseRow], complaints: Complaints) -> Offered:
    """Where an offering is, and which course it offers; one that is listed twice counts once."""
    offered: Offered = {}
    for row in records.offerings:
        year = year_number(row.key.year)
        if year is None or not row.key.school:
            complaints.add(*row.place, "names no school or no school year")
        elif row.key in offered:
            complaints.add(*row.place, "lists the offering of {} in {} again", row.key.code, row.key.session)
        else:
            offered[row.key] = ((row.key.school, year), row.course)
            if row.course not in courses:
                complaints.add(*row.place, "offers the course {}, which is not listed", row.course[0])
                courses[row.course] = CourseRow(*row.course, row.title or row.key.code, {}, (), row.place)
    return offered


def _sections(
    records: Records,
    offered: Offered,
    placed: dict[Key, dict[CourseKey, list[SectionKey]]],
    complaints: Complaints,
) -> dict[SectionKey, Place]:
    places: dict[SectionKey, Place] = {}
    standing: defaultdict[str, set[CourseKey]] = defaultdict(set)
    for pointed, place in records.sections:
        key = records.section(pointed)
        if key.offering not in offered:
            complaints.add(*place, "belongs to an offering that is not listed")
        elif key in places:
            complaints.add(*place, "lists the section {} again", key.id)
        else:
            places[key] = place
            calendar, course = offered[key.offering]
            placed[calendar][course].append(key)
            standing[key.id].add(course)
            if len(standing[key.id]) == 2:  # noqa: PLR2004 - said once, at the second course
                complaints.add(*place, "gives the identifier {} to a section of a second course", key.id)
    return places


def _courses(scene: _Scene, school: str, key: Key) -> list[CourseIn]:
    calendar = scene.layout.placed[key]
    rows = [scene.layout.courses[course] for course in sorted(calendar)]
    numbers = told_apart((row.code, (row.owner,)) for row in rows)
    found = []
    for row, number in zip(rows, numbers, strict=True):
        if number != row.code:
            scene.complaints.add(*row.place, "shares its code with another course; it is called {}", number)
        standards = tuple(Incoming(one, {}) for one in row.standards)
        info = course_info({"number": number, "name": row.title, **row.info})
        found.append(
            CourseIn(
                calendar=calendar_name(school, key[1]),
                number=number,
                name=row.title,
                source_id=f"{row.code}|{row.owner}",
                areas={Area.COURSE_INFO: info, **({Area.STANDARDS: standards} if scene.aligned else {})},
                sections=_course_sections(scene, key, calendar[row.code, row.owner]),
                place=row.place,
            )
        )
    return found


def _course_sections(scene: _Scene, key: Key, rooms: list[SectionKey]) -> tuple[SectionIn, ...]:
    ordered = sorted(rooms)
    numbers = told_apart(
        (room.id, (room.offering.session, f"{room.offering.session}, {room.offering.code}", str(room)))
        for room in ordered
    )
    return tuple(_section(scene, key, room, number) for room, number in zip(ordered, numbers, strict=True))


def _section(scene: _Scene, key: Key, room: SectionKey, number: str) -> SectionIn:
    tallies = scene.book.rooms.get(room, {})
    named = sorted({name for area, name, _ in tallies if area is Area.CATEGORIES})
    teaching = scene.records.teaching.get(room)
    tells = scene.book.tells(room)
    uses = uses_of(
        (Use(area, name, scene.calendars.position(key, period)), tally)
        for (area, name, period), tally in tallies.items()
    )
    return SectionIn(
        number=number,
        source_id=str(room),
        teacher=scene.records.staff.get(teaching.staff) if teaching else None,
        terms=scene.calendars.meets(key, room.offering),
        areas={Area.CATEGORIES: tuple(Incoming(None, {"name": name}) for name in named)} if tells else {},
        uses=uses if tells or scene.book.grades else None,
        place=scene.layout.places[room],
    )
