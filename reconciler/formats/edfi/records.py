"""This room takes record after record and keeps what is wanted of each: a row, or only a count.

Student entries and grades are counted by what they belong to, so that memory does not grow with the
number of students. Staff names are kept only to name teachers.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, NamedTuple

from reconciler.course import Area, decimal_text
from reconciler.formats.edfi.keys import (
    POINTER,
    EntryKey,
    Offering,
    PeriodKey,
    SectionKey,
    entry_key,
    offering_key,
    period_key,
    section_key,
)
from reconciler.formats.edfi.nodes import code, find, here, inner, many
from reconciler.formats.naming import sced
from reconciler.formats.tally import Tally

if TYPE_CHECKING:
    from collections.abc import Callable

    from reconciler.district import Place
    from reconciler.formats.edfi.nodes import Node

OF_RECORD = "Teacher of Record"
NOT_SUBMITTED = "not submitted"
NOT_LATE = "not late"


class CourseRow(NamedTuple):
    """A course: its code, the school or agency that owns it, its info fields and standards."""

    code: str
    owner: str
    title: str
    info: dict[str, str]
    standards: tuple[str, ...]
    place: Place


class OfferingRow(NamedTuple):
    """A course offering, and the (code, owner) of the course that it offers."""

    key: Offering
    course: tuple[str, str]
    title: str
    place: Place


class SessionRow(NamedTuple):
    """A session of a school, with its grading periods."""

    school: str
    year: str
    name: str
    begin: str
    end: str
    periods: tuple[PeriodKey, ...]


class PeriodRow(NamedTuple):
    """A grading period."""

    key: PeriodKey
    begin: str
    end: str


class EntryRow(NamedTuple):
    """A gradebook entry: an assignment. `identifier`: its section's, where no reference is given."""

    key: EntryKey
    section: SectionKey
    identifier: str
    type: str
    period: PeriodKey
    standards: tuple[str, ...]
    place: Place


class Teaching(NamedTuple):
    """Who teaches a section; the smallest is the teacher."""

    assisting: bool
    since: str
    staff: str


class PostedKey(NamedTuple):
    """What a posted grade is of: a section's task or standard in a grading period."""

    section: SectionKey
    area: Area
    key: str
    period: PeriodKey


@dataclass(frozen=True, slots=True)
class Records:
    """Everything that was read. `carried`: the interchanges and resources that were there at all.

    `entries`: what student entries show, by gradebook entry, with the place of the first one;
    `ids`: what the ids of elements stand for.
    """

    schools: dict[str, str] = field(default_factory=dict)
    courses: list[CourseRow] = field(default_factory=list)
    offerings: list[OfferingRow] = field(default_factory=list)
    sections: list[tuple[SectionKey, Place]] = field(default_factory=list)
    sessions: list[SessionRow] = field(default_factory=list)
    periods: list[PeriodRow] = field(default_factory=list)
    gradebook: list[EntryRow] = field(default_factory=list)
    entries: dict[EntryKey, tuple[Place, Tally]] = field(default_factory=dict)
    posted: dict[PostedKey, tuple[Place, Tally]] = field(default_factory=dict)
    staff: dict[str, str] = field(default_factory=dict)
    teaching: dict[SectionKey, Teaching] = field(default_factory=dict)
    ids: dict[str, SectionKey | EntryKey | Offering | PeriodKey] = field(default_factory=dict)
    read: Counter[str] = field(default_factory=Counter)
    carried: set[str] = field(default_factory=set)

    def named(self, node: Node, key: SectionKey | EntryKey | Offering | PeriodKey) -> None:
        """Remember what an element's id stands for."""
        name = node.get("@id")
        if isinstance(name, str):
            self.ids[POINTER + name] = key

    def section(self, key: SectionKey) -> SectionKey:
        """The section that a key or a pointer means."""
        found = self.ids.get(key.id, key)
        whole = found if isinstance(found, SectionKey) else key
        offering = self.ids.get(whole.offering.code, whole.offering)
        return whole._replace(offering=offering) if isinstance(offering, Offering) else whole

    def entry(self, key: EntryKey) -> EntryKey:
        """The gradebook entry that a key or a pointer means."""
        found = self.ids.get(key.name, key)
        whole = found if isinstance(found, EntryKey) else key
        return whole._replace(section=self.section(whole.section)) if whole.section else whole


def _school(records: Records, node: Node, _: Place) -> None:
    key = find(node, "schoolId")
    records.schools[key] = find(node, "nameOfInstitution") or key


def _course(records: Records, node: Node, place: Place) -> None:
    owner = find(inner(node, "educationOrganizationReference"), "educationOrganizationId")
    title = find(node, "courseTitle")
    number = find(node, "courseCode")
    records.courses.append(CourseRow(number, owner, title or number, _info(node), _standards(node), place))


def _standards(node: Node) -> tuple[str, ...]:
    linked = many(node, "learningStandards", "learningStandardReference")
    return tuple(key for key in dict.fromkeys(find(one, "learningStandardId") for one in linked) if key)


def _info(node: Node) -> dict[str, str]:
    """The course-info fields that the course names, apart from number and name."""
    subjects = many(node, "academicSubjects", "academicSubjectDescriptor", "academicSubject")
    grades = many(node, "offeredGradeLevels", "offeredGradeLevel")
    credit = {one if isinstance(one, str) else find(one, "credits") for one in _credits(node)}
    info = {
        "description": find(node, "courseDescription"),
        "subject": ", ".join(code(_descriptor(one)) for one in subjects),
        "grade_level": ",".join(code(_descriptor(one)) for one in grades),
        "credits": _number(credit - {""}),
    }
    for one in many(node, "identificationCodes", "courseIdentificationCode"):
        system = code(find(one, "courseIdentificationSystemDescriptor", "courseIdentificationSystem")).lower()
        value = find(one, "identificationCode")
        if system.startswith("state"):
            info["state_code"] = value
        elif system.startswith("sced"):
            info |= sced(value) or {}
    return {name: value for name, value in info.items() if value}


def _credits(node: Node) -> list[object]:
    return [*many(node, "minimumAvailableCredits"), *many(node, "maximumAvailableCredits")]


def _number(texts: set[str]) -> str:
    """The one number that all texts give; nothing where they differ or are none."""
    try:
        found = {decimal_text(text) for text in texts}
    except ValueError:
        return ""
    return found.pop() if len(found) == 1 else ""


def _descriptor(node: object) -> str:
    if isinstance(node, str):
        return node
    return find(node, "academicSubjectDescriptor", "gradeLevelDescriptor")


def _offering(records: Records, node: Node, place: Place) -> None:
    key = Offering(
        find(node, "localCourseCode"),
        find(inner(node, "schoolReference"), "schoolId"),
        find(inner(node, "sessionReference"), "schoolYear"),
        find(inner(node, "sessionReference"), "sessionName"),
    )
    reference = inner(node, "courseReference")
    course = (
        find(reference, "courseCode") or key.code,
        find(reference, "educationOrganizationId") or key.school,
    )
    records.named(node, key)
    records.offerings.append(OfferingRow(key, course, find(node, "localCourseTitle"), place))


def _section(records: Records, node: Node, place: Place) -> None:
    offering = inner(node, "courseOfferingReference")
    ref = offering_key({"courseOfferingReference": offering}) if offering else offering_key(node)
    key = SectionKey(find(node, "sectionIdentifier"), ref)
    records.named(node, key)
    records.sections.append((key, place))


def _section_reference(records: Records, node: Node, _: Place) -> None:
    records.named(node, section_key(node))


def _session(records: Records, node: Node, _: Place) -> None:
    periods = many(node, "gradingPeriods", "gradingPeriodReference")
    records.sessions.append(
        SessionRow(
            find(inner(node, "schoolReference"), "schoolId"),
            find(node, "schoolYear"),
            find(node, "sessionName"),
            find(node, "beginDate"),
            find(node, "endDate"),
            tuple(period_key(inner(one, "gradingPeriodReference") or one) for one in periods),
        )
    )


def _period(records: Records, node: Node, _: Place) -> None:
    key = period_key(node)
    records.named(node, key)
    records.periods.append(PeriodRow(key, find(node, "beginDate"), find(node, "endDate")))


def _entry(records: Records, node: Node, place: Place) -> None:
    key = entry_key(node)
    records.named(node, key)
    reference = inner(node, "sectionReference")
    records.gradebook.append(
        EntryRow(
            key,
            section_key(reference) if reference else SectionKey(""),
            find(node, "sourceSectionIdentifier"),
            code(find(node, "gradebookEntryTypeDescriptor", "gradebookEntryType")),
            period_key(inner(node, "gradingPeriodReference")),
            _standards(node),
            place,
        )
    )


def _student_entry(records: Records, node: Node, place: Place) -> None:
    scored, comment = shows(node)
    key = entry_key(inner(node, "gradebookEntryReference"))
    _, tally = records.entries.setdefault(key, (place, Tally()))
    tally.scores += scored
    tally.comments += comment


def shows(node: Node) -> tuple[bool, bool]:
    """(is it a score, has it a comment)? Districts have statuses of their own: only "not submitted" is none.

    domain.md 6: a zero counts, and a flag, and a comment.
    """
    comment = bool(here(node, "diagnosticStatement"))
    values = ("pointsEarned", "letterGradeEarned", "numericGradeEarned", "dateFulfilled", "timeFulfilled")
    level = here(node, "competencyLevelDescriptor", "competencyLevel")
    status = code(here(node, "submissionStatusDescriptor", "submissionStatus")).lower()
    late = code(here(node, "assignmentLateStatusDescriptor", "assignmentLateStatus")).lower()
    flagged = status not in ("", NOT_SUBMITTED) or late not in ("", NOT_LATE)
    return bool(here(node, *values) or level or comment or flagged), comment


def _grade(records: Records, node: Node, place: Place) -> None:
    """A posted grade, of a grade type (a task) and of standards."""
    section = section_key(inner(node, "studentSectionAssociationReference"))
    period = period_key(inner(node, "gradingPeriodReference"))
    task = code(here(node, "gradeTypeDescriptor", "gradeType"))
    marked = [(Area.GRADING_TASKS, task, node)]
    others = many(node, "learningStandardGrades", "learningStandardGrade")
    marked += [
        (Area.STANDARDS, find(one, "learningStandardId"), one) for one in others if isinstance(one, dict)
    ]
    for area, key, where in marked:
        posted = bool(here(where, "letterGradeEarned", "numericGradeEarned", "performanceBaseConversion"))
        comment = bool(here(where, "diagnosticStatement"))
        _, tally = records.posted.setdefault(PostedKey(section, area, key, period), (place, Tally()))
        tally.posted += posted
        tally.comments += comment


def _staff(records: Records, node: Node, _: Place) -> None:
    name = f"{find(node, 'firstName')} {find(node, 'lastSurname')}".strip()
    if name:
        records.staff[find(node, "staffUniqueId")] = name


def _teaching(records: Records, node: Node, _: Place) -> None:
    position = code(find(node, "classroomPositionDescriptor", "classroomPosition"))
    one = Teaching(position != OF_RECORD, find(node, "beginDate"), find(node, "staffUniqueId"))
    key = section_key(node)
    records.teaching[key] = min(one, records.teaching.get(key, one))


def _count(_: Records, __: Node, ___: Place) -> None:
    """Learning standards are only counted: an alignment names its standard by its code."""


KINDS: dict[str, Callable[[Records, Node, Place], None]] = {
    "School": _school,
    "Course": _course,
    "CourseOffering": _offering,
    "Section": _section,
    "SectionReference": _section_reference,
    "Session": _session,
    "GradingPeriod": _period,
    "GradebookEntry": _entry,
    "StudentGradebookEntry": _student_entry,
    "Grade": _grade,
    "Staff": _staff,
    "StaffSectionAssociation": _teaching,
    "LearningStandard": _count,
}
"""What is done with each kind of record; others are passed by."""
