"""This room reads orgs, courses, classes, and who teaches them."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, NamedTuple

from reconciler.formats.oneroster.manifest import GONE

if TYPE_CHECKING:
    from reconciler.formats.oneroster.manifest import Manifest
    from reconciler.formats.tabular import Complaints

TEACHER = "teacher"


class Org(NamedTuple):
    """A school, or what stands above it."""

    id: str
    name: str
    type: str


class CourseRow(NamedTuple):
    """A course as its row says; `session` is its school year's."""

    id: str
    code: str
    title: str
    session: str
    org: str
    grades: str
    subjects: str
    codes: str
    line: int


class ClassRow(NamedTuple):
    """A class as its row says; `sessions` are the terms in which it meets."""

    id: str
    code: str
    course: str
    school: str
    sessions: tuple[str, ...]
    line: int


@dataclass(frozen=True, slots=True)
class Roster:
    """All orgs, courses and classes by id, teachers' names by class, and the columns of courses.csv."""

    orgs: dict[str, Org] = field(default_factory=dict)
    courses: dict[str, CourseRow] = field(default_factory=dict)
    classes: dict[str, ClassRow] = field(default_factory=dict)
    teachers: dict[str, str] = field(default_factory=dict)
    columns: frozenset[str] = frozenset()


def read_roster(manifest: Manifest, complaints: Complaints) -> Roster:
    """Read the rostering files; a row that names what is not there is a complaint."""
    orgs = _orgs(manifest, complaints)
    columns, courses = _courses(manifest, complaints)
    classes = _classes(manifest, orgs, courses, complaints)
    return Roster(orgs, courses, classes, _teachers(manifest, classes, complaints), columns)


def listed(cell: str) -> tuple[str, ...]:
    """A list inside one cell: its parts, comma-separated."""
    return tuple(part for part in (one.strip() for one in cell.split(",")) if part)


def _orgs(manifest: Manifest, complaints: Complaints) -> dict[str, Org]:
    found: dict[str, Org] = {}
    needed = ("sourcedId", "name", "type")
    with manifest.table("orgs", (*needed, "status"), needed, complaints) as table:
        for line, (key, name, kind, status) in table.rows:
            if key in found:
                complaints.add("orgs.csv", line, "lists the org {} again", key)
            elif status != GONE:
                found[key] = Org(key, name, kind)
    return found


def _courses(manifest: Manifest, complaints: Complaints) -> tuple[frozenset[str], dict[str, CourseRow]]:
    found: dict[str, CourseRow] = {}
    wanted = (
        "sourcedId", "courseCode", "title", "schoolYearSourcedId", "orgSourcedId", "grades", "subjects",
        "subjectCodes", "status",
    )  # fmt: skip
    with manifest.table("courses", wanted, ("sourcedId", "title"), complaints) as table:
        for line, (key, code, title, session, org, grades, subjects, codes, status) in table.rows:
            row = CourseRow(key, code, title, session, org, grades, subjects, codes, line)
            if status == GONE:
                continue
            if row.id in found:
                complaints.add("courses.csv", line, "lists the course {} again", row.id)
                continue
            if not row.code:
                complaints.add("courses.csv", line, "has no courseCode; its sourcedId stands for it")
            found[row.id] = row if row.code else row._replace(code=row.id)
        return table.columns, found


def _classes(
    manifest: Manifest, orgs: dict[str, Org], courses: dict[str, CourseRow], complaints: Complaints
) -> dict[str, ClassRow]:
    found: dict[str, ClassRow] = {}
    file = "classes.csv"
    needed = ("sourcedId", "courseSourcedId", "schoolSourcedId")
    wanted = (*needed, "classCode", "termSourcedIds", "status")
    with manifest.table("classes", wanted, needed, complaints) as table:
        for line, (key, course, school, code, terms, status) in table.rows:
            if status == GONE:
                continue
            if key in found:
                complaints.add(file, line, "lists the class {} again", key)
            elif course not in courses:
                complaints.add(file, line, "names the unknown course {}", course)
            elif school not in orgs:
                complaints.add(file, line, "names the unknown school {}", school)
            else:
                found[key] = ClassRow(key, code or key, course, school, listed(terms), line)
    return found


def _teachers(manifest: Manifest, classes: dict[str, ClassRow], complaints: Complaints) -> dict[str, str]:
    """The primary teacher's name by class, else the first one's; only teachers' names are ever kept."""
    if not {"enrollments", "users"} <= manifest.files:
        return {}
    chosen: dict[str, tuple[bool, str]] = {}
    needed = ("classSourcedId", "userSourcedId", "role")
    with manifest.table("enrollments", (*needed, "primary", "status"), needed, complaints) as table:
        for line, (room, user, role, primary, status) in table.rows:
            if role != TEACHER or status == GONE:
                continue
            if room not in classes:
                complaints.add("enrollments.csv", line, "puts a teacher into an unknown class")
            elif room not in chosen or (primary == "true" and not chosen[room][0]):
                chosen[room] = (primary == "true", user)
    names = _names(manifest, {user for _, user in chosen.values()}, complaints)
    return {room: names[user] for room, (_, user) in chosen.items() if user in names}


def _names(manifest: Manifest, teachers: set[str], complaints: Complaints) -> dict[str, str]:
    wanted = ("sourcedId", "givenName", "familyName")
    with manifest.table("users", wanted, ("sourcedId",), complaints) as table:
        return {
            key: f"{given} {family}".strip()
            for _, (key, given, family) in table.rows
            if key in teachers and (given or family)
        }
