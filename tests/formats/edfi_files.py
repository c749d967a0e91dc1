"""A small Ed-Fi district in both shapes: bulk XML and API resources."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path

    from reconciler.district import District

HEAD = '<?xml version="1.0" encoding="UTF-8"?>\n'
NS = 'xmlns="http://ed-fi.org/5.2.0"'
DESCRIPTOR = "uri://ed-fi.org/{}Descriptor#{}"


def write_xml(folder: Path, **interchanges: str) -> Path:
    """Write interchange files: `MasterSchedule="<Section>..."`."""
    folder.mkdir(parents=True, exist_ok=True)
    for name, body in interchanges.items():
        text = f"<Interchange{name} {NS}>\n{body}\n</Interchange{name}>\n"
        (folder / f"{name}.xml").write_text(HEAD + text, encoding="utf-8")
    return folder


def write_jsonl(folder: Path, **resources: list[dict[str, object]]) -> Path:
    """Write API resources, one object a line."""
    folder.mkdir(parents=True, exist_ok=True)
    for name, rows in resources.items():
        text = "".join(json.dumps(row) + "\n" for row in rows)
        (folder / f"{name}.jsonl").write_text(text, encoding="utf-8")
    return folder


def school_ref(key: str = "1"):
    return f"<SchoolReference><SchoolIdentity><SchoolId>{key}</SchoolId></SchoolIdentity></SchoolReference>"


def session_ref(name: str = "Fall"):
    return (
        f"<SessionReference><SessionIdentity><SessionName>{name}</SessionName><SchoolYear>2026-2027</SchoolYear>"
        f"{school_ref()}</SessionIdentity></SessionReference>"
    )


def offering_ref(code: str = "ALG", session: str = "Fall"):
    return (
        "<CourseOfferingReference><CourseOfferingIdentity>"
        f"<LocalCourseCode>{code}</LocalCourseCode>{school_ref()}{session_ref(session)}"
        "</CourseOfferingIdentity></CourseOfferingReference>"
    )


def section_ref(key: str = "s1", code: str = "ALG", session: str = "Fall"):
    return (
        f"<SectionReference><SectionIdentity><SectionIdentifier>{key}</SectionIdentifier>"
        f"{offering_ref(code, session)}</SectionIdentity></SectionReference>"
    )


def course(code: str = "ALG", owner: str = "1", more: str = ""):
    return (
        f"<Course><CourseCode>{code}</CourseCode><CourseTitle>Title {code}</CourseTitle>{more}"
        "<EducationOrganizationReference><EducationOrganizationIdentity>"
        f"<EducationOrganizationId>{owner}</EducationOrganizationId>"
        "</EducationOrganizationIdentity></EducationOrganizationReference></Course>"
    )


def offering(code: str = "ALG", session: str = "Fall", owner: str = "1", name: str = ""):
    mark = f' id="{name}"' if name else ""
    return (
        f"<CourseOffering{mark}><LocalCourseCode>{code}</LocalCourseCode>{school_ref()}{session_ref(session)}"
        f"<CourseReference><CourseIdentity><CourseCode>{code}</CourseCode>"
        "<EducationOrganizationReference><EducationOrganizationIdentity>"
        f"<EducationOrganizationId>{owner}</EducationOrganizationId></EducationOrganizationIdentity>"
        "</EducationOrganizationReference></CourseIdentity></CourseReference></CourseOffering>"
    )


def room(key: str = "s1", code: str = "ALG", session: str = "Fall", name: str = ""):
    mark = f' id="{name}"' if name else ""
    return (
        f"<Section{mark}><SectionIdentifier>{key}</SectionIdentifier>{offering_ref(code, session)}</Section>"
    )


def session(name: str = "Fall", begin: str = "2026-08-01", end: str = "2026-12-20", more: str = ""):
    return (
        f"<Session><SessionName>{name}</SessionName><SchoolYear>2026-2027</SchoolYear><BeginDate>{begin}</BeginDate>"
        f"<EndDate>{end}</EndDate>{school_ref()}{more}</Session>"
    )


def period(sequence: int, begin: str, end: str, name: str = ""):
    mark = f' id="{name}"' if name else ""
    code = DESCRIPTOR.format("GradingPeriod", f"P{sequence}")
    return (
        f"<GradingPeriod{mark}>{school_ref()}<GradingPeriod>{code}</GradingPeriod>"
        f"<GradingPeriodName>Q{sequence}</GradingPeriodName><PeriodSequence>{sequence}</PeriodSequence>"
        f"<SchoolYear>2026-2027</SchoolYear><BeginDate>{begin}</BeginDate><EndDate>{end}</EndDate></GradingPeriod>"
    )


def entry(key: str = "e1", kind: str = "Homework", section: str | None = None, more: str = ""):
    named = (
        f"<GradebookEntryType>{DESCRIPTOR.format('GradebookEntryType', kind)}</GradebookEntryType>"
        if kind
        else ""
    )
    where = section_ref() if section is None else section
    return (
        f"<GradebookEntry><GradebookEntryIdentifier>{key}</GradebookEntryIdentifier><Namespace>ns</Namespace>"
        f"<SourceSectionIdentifier>s1</SourceSectionIdentifier>{where}"
        f"<DateAssigned>2026-08-23</DateAssigned><Title>T</Title>{named}{more}</GradebookEntry>"
    )


def student_entry(
    key: str = "e1", values: str = "<NumericGradeEarned>74.00</NumericGradeEarned>", student: str = "777"
):
    return (
        "<StudentGradebookEntry><GradebookEntryReference><GradebookEntryIdentity>"
        f"<GradebookEntryIdentifier>{key}</GradebookEntryIdentifier><Namespace>ns</Namespace>"
        "</GradebookEntryIdentity></GradebookEntryReference><StudentReference><StudentIdentity>"
        f"<StudentUniqueId>{student}</StudentUniqueId></StudentIdentity></StudentReference>{values}"
        "</StudentGradebookEntry>"
    )


SCHOOL = (
    "<School id='SCH'><NameOfInstitution>Harrison High</NameOfInstitution><SchoolId>1</SchoolId></School>"
)
PERIODS = (
    period(2, "2026-10-15", "2026-12-20", "GP2")
    + period(1, "2026-08-01", "2026-10-14", "GP1")
    + period(3, "2027-01-05", "2027-03-20", "GP3")
)
SPRING = session("Spring", "2027-01-05", "2027-06-10")
WHOLE = {
    "EducationOrganization": SCHOOL + course(),
    "EducationOrgCalendar": session() + SPRING + PERIODS,
    "MasterSchedule": offering() + offering(session="Spring") + room() + room("s2", session="Spring"),
    "StudentGradebook": entry() + student_entry(),
}


def edfi_folder(folder: Path, **changes: str | None) -> Path:
    """Write the whole district; a change replaces an interchange, None leaves it out."""
    return write_xml(folder, **{name: body for name, body in (WHOLE | changes).items() if body is not None})


def sections(district: District):
    """The sections by number."""
    return {one.number: one for course in district.courses for one in course.sections}
