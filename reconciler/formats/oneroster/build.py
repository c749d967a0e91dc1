"""This room puts the rows of a package together: calendars, their courses, and the courses' sections."""

from __future__ import annotations

from collections import defaultdict
from functools import cache, partial
from typing import TYPE_CHECKING, NamedTuple

from reconciler.course import Area, Term, Use
from reconciler.district import CalendarIn, CourseIn, District, Incoming, Place, SchoolIn, SectionIn
from reconciler.formats.naming import LONGEST, calendar_name, course_info, numbered, sced, told_apart
from reconciler.formats.oneroster.roster import listed
from reconciler.formats.oneroster.sessions import position, positions, terms_of, year_of
from reconciler.formats.tally import uses_of

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping

    from reconciler.course import Counts
    from reconciler.formats.oneroster.gradebook import CategoryRow, Gradebook
    from reconciler.formats.oneroster.manifest import Manifest
    from reconciler.formats.oneroster.roster import ClassRow, CourseRow, Roster
    from reconciler.formats.oneroster.sessions import Session
    from reconciler.formats.tabular import Complaints

SCHOOL = "school"
Key = tuple[str, int]
"""A calendar: the id of its school, and the year in which its school year ends."""
Placed = dict[Key, dict[str, list["ClassRow"]]]
"""The classes of every course of every calendar."""


class _Source(NamedTuple):
    sessions: dict[str, Session]
    roster: Roster
    gradebook: Gradebook
    complaints: Complaints
    lists: dict[tuple[tuple[str, str], ...], tuple[Incoming, ...]]
    """Categories as (id, name) -> the list: equal ones are one object, which the refresh works out once."""


class _Terms(NamedTuple):
    """The terms of a calendar: the positions that a session spans, and the one in which it lies (or 0)."""

    span: Callable[[str], tuple[int, ...]]
    at: Callable[[str], int]


def build(
    manifest: Manifest,
    sessions: dict[str, Session],
    roster: Roster,
    gradebook: Gradebook,
    complaints: Complaints,
) -> District:
    """Put a district together (domain.md 1): one calendar for each school and school year."""
    source = _Source(sessions, roster, gradebook, complaints, {})
    placed = _placed(source)
    names = _school_names(roster, placed)
    terms = {key: _terms(source, key, placed[key]) for key in placed}
    courses = tuple(
        course
        for key in sorted(placed)
        for course in _courses(source, calendar_name(names[key[0]], key[1]), terms[key], placed[key])
    )
    carries = "categories" in manifest.files
    return District(
        source=f"OneRoster {manifest.version}".rstrip(),
        schools=tuple(SchoolIn(name, key) for key, name in sorted(names.items(), key=lambda one: one[1])),
        calendars=tuple(_calendar(names, key, terms[key]) for key in sorted(placed)),
        courses=courses,
        course_areas=frozenset({Area.COURSE_INFO}),
        section_areas=frozenset({Area.CATEGORIES} if carries else ()),
        partial=frozenset({Area.COURSE_INFO, Area.CATEGORIES} if carries else {Area.COURSE_INFO}),
        evidence=gradebook.evidence,
        complaints=complaints.all(),
        read=dict(manifest.read),
    )


def _placed(source: _Source) -> Placed:
    """Where each course lives: wherever it has a class, and in the calendars of the school that owns it."""
    placed: Placed = defaultdict(lambda: defaultdict(list))
    for room in source.roster.classes.values():
        year = _class_year(source, room)
        if year is None:
            source.complaints.add("classes.csv", room.line, "meets in no school year that is known")
        else:
            placed[room.school, year][room.course].append(room)
    taught = {course for calendar in placed.values() for course in calendar}
    for course in source.roster.courses.values():
        for key in _own(source, course, placed):
            placed[key][course.id]
            taught.add(course.id)
        if course.id not in taught:
            source.complaints.add(
                "courses.csv", course.line, "has no class and no school, so it is in no calendar"
            )
    return {key: dict(calendar) for key, calendar in placed.items()}


def _class_year(source: _Source, room: ClassRow) -> int | None:
    years = [year_of(source.sessions, session) for session in room.sessions]
    known = [year for year in years if year is not None]
    if len(known) < len(years):
        source.complaints.add("classes.csv", room.line, "names a term that is unknown or in no school year")
    if len(set(known)) > 1:
        source.complaints.add("classes.csv", room.line, "meets in several school years; the first one counts")
    return min(known) if known else year_of(source.sessions, source.roster.courses[room.course].session)


def _own(source: _Source, course: CourseRow, placed: Placed) -> list[Key]:
    org = source.roster.orgs.get(course.org)
    if org is None:
        if course.org:
            source.complaints.add("courses.csv", course.line, "names the unknown org {}", course.org)
        return []
    if org.type != SCHOOL:
        return []
    year = year_of(source.sessions, course.session)
    return [(org.id, year)] if year is not None else [key for key in placed if key[0] == org.id]


def _school_names(roster: Roster, placed: Placed) -> dict[str, str]:
    teaching = {school for school, _ in placed}
    schools = [org for org in roster.orgs.values() if org.type == SCHOOL or org.id in teaching]
    names = told_apart((org.name, (org.id,)) for org in schools)
    return {org.id: name for org, name in zip(schools, names, strict=True)}


def _terms(source: _Source, key: Key, calendar: Mapping[str, list[ClassRow]]) -> tuple[Session, ...]:
    rooms = [room for rooms in calendar.values() for room in rooms]
    named = {session for room in rooms for session in room.sessions}
    named |= {session for room in rooms for _, _, session in source.gradebook.rooms.get(room.id, ())}
    named |= {source.roster.courses[course].session for course in calendar}
    return terms_of(source.sessions, named, key[1])


def _calendar(names: Mapping[str, str], key: Key, terms: tuple[Session, ...]) -> CalendarIn:
    school, year = names[key[0]], key[1]
    listed_terms = tuple(Term(one.title, one.start or None, one.end or None) for one in terms)
    return CalendarIn(calendar_name(school, year), school, year, listed_terms)


def _courses(
    source: _Source, calendar: str, terms: tuple[Session, ...], placed: Mapping[str, list[ClassRow]]
) -> list[CourseIn]:
    places = _Terms(
        cache(partial(positions, source.sessions, terms)), cache(partial(position, source.sessions, terms))
    )
    rows = sorted((source.roster.courses[key] for key in placed), key=lambda row: (row.code, row.id))
    numbers = told_apart((row.code, (row.id,)) for row in rows)
    found = []
    for row, number in zip(rows, numbers, strict=True):
        if number != row.code:
            source.complaints.add("courses.csv", row.line, "shares its courseCode; it is called {}", number)
        found.append(
            CourseIn(
                calendar=calendar,
                number=number,
                name=row.title,
                source_id=row.id,
                areas={Area.COURSE_INFO: course_info(_info(source, row, number))},
                sections=_sections(source, places, placed[row.id]),
                place=Place("courses.csv", row.line),
            )
        )
    return found


def _info(source: _Source, row: CourseRow, number: str) -> dict[str, str | None]:
    """The course-info fields whose columns are there; a blank cell says that the field is blank."""
    info: dict[str, str | None] = {"number": number, "name": row.title}
    if "grades" in source.roster.columns:
        info["grade_level"] = ",".join(listed(row.grades)) or None
    if "subjects" in source.roster.columns:
        info["subject"] = row.subjects or None
    codes = listed(row.codes)
    if "subjectCodes" in source.roster.columns:
        found = sced(codes[0]) if codes else {}
        if found is None:
            source.complaints.add(
                "courses.csv", row.line, "has a subject code that is no SCED code: {}", codes[0]
            )
        else:
            info |= {"nces.subject_area": None, "nces.course": None, **found}
    return info


def _sections(source: _Source, terms: _Terms, rooms: list[ClassRow]) -> tuple[SectionIn, ...]:
    ordered = sorted(rooms, key=lambda room: (room.code, room.id))
    numbers = told_apart((room.code, (room.id,)) for room in ordered)
    return tuple(_section(source, terms, room, number) for room, number in zip(ordered, numbers, strict=True))


def _section(source: _Source, terms: _Terms, room: ClassRow, number: str) -> SectionIn:
    rows = _categories(source.gradebook, room.id)
    names = _names(rows, source.complaints)
    items = source.lists.setdefault(tuple(names.items()), _items(source.gradebook, rows, names))
    meets = {place for one in room.sessions for place in terms.span(one)}
    return SectionIn(
        number=number,
        source_id=room.id,
        teacher=source.roster.teachers.get(room.id),
        terms=tuple(sorted(meets)),
        areas={Area.CATEGORIES: items} if source.gradebook.carried else {},
        uses=_uses(source, terms, room.id, names) if source.gradebook.evidence else None,
        place=Place("classes.csv", room.line),
    )


def _categories(gradebook: Gradebook, room: str) -> list[CategoryRow]:
    """The categories of a class, by name: those that its line items use, and those that name the class."""
    used = {key for area, key, _ in gradebook.rooms.get(room, ()) if area is Area.CATEGORIES}
    named = gradebook.named(room)
    return sorted((gradebook.categories[key] for key in used | named), key=lambda row: (row.name, row.id))


def _names(rows: Iterable[CategoryRow], complaints: Complaints) -> dict[str, str]:
    names: dict[str, str] = {}
    for row in rows:
        name = numbered(row.name, names.values())
        if name != row.name:
            complaints.add(
                "categories.csv", row.line, "has the title of another one in a class; it is {}", name
            )
        if len(name) > LONGEST:
            complaints.add("categories.csv", row.line, "has a title of more than 50 characters")
        names[row.id] = name
    return names


def _items(
    gradebook: Gradebook, rows: Iterable[CategoryRow], names: Mapping[str, str]
) -> tuple[Incoming, ...]:
    said = ("weight",) if gradebook.weighted else ()
    return tuple(
        Incoming(None, {"name": names[row.id], **dict.fromkeys(said, row.weight)}, row.id) for row in rows
    )


def _uses(source: _Source, terms: _Terms, room: str, names: Mapping[str, str]) -> Mapping[Use, Counts]:
    return uses_of(
        (Use(area, names.get(key, key), terms.at(session)), tally)
        for (area, key, session), tally in source.gradebook.rooms.get(room, {}).items()
    )
