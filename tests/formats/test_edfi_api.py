"""Ed-Fi API resources as JSON lines: the same district as the XML gives."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from reconciler.course import Area, Counts, Term, Use
from reconciler.district import Incoming
from reconciler.errors import SourceBroken
from reconciler.formats import edfi
from reconciler.formats.edfi.nodes import DEEPEST, code, find, inner, many
from tests.formats.edfi_files import DESCRIPTOR, edfi_folder, sections, write_jsonl
from tests.formats.roster_files import info, reasons

if TYPE_CHECKING:
    from pathlib import Path

SESSION = {"schoolId": 1, "schoolYear": 2027, "sessionName": "Fall"}
SECTION = {
    "sectionIdentifier": "s1",
    "localCourseCode": "ALG",
    **SESSION,
    "link": {"rel": "Section", "href": "/x"},
}
PERIOD = {
    "schoolId": 1,
    "schoolYear": 2027,
    "gradingPeriodDescriptor": DESCRIPTOR.format("GradingPeriod", "P1"),
}
OWNER = {"educationOrganizationId": 1}
STANDARD = {"learningStandardReference": {"learningStandardId": "A.1"}}
RESOURCES = {
    "schools": [{"id": "x", "schoolId": 1, "nameOfInstitution": "Harrison High"}],
    "courses": [
        {
            "courseCode": "ALG",
            "courseTitle": "Algebra",
            "educationOrganizationReference": OWNER,
            "maximumAvailableCredits": 1.0,
            "academicSubjects": [
                {"academicSubjectDescriptor": DESCRIPTOR.format("AcademicSubject", "Mathematics")}
            ],
            "identificationCodes": [
                {
                    "identificationCode": "S-1",
                    "courseIdentificationSystemDescriptor": DESCRIPTOR.format(
                        "CourseIdentificationSystem", "State course code"
                    ),
                }
            ],
            "offeredGradeLevels": [{"gradeLevelDescriptor": DESCRIPTOR.format("GradeLevel", "Ninth grade")}],
            "learningStandards": [STANDARD],
        }
    ],
    "courseOfferings": [
        {
            "localCourseCode": "ALG",
            "courseReference": {"courseCode": "ALG", **OWNER},
            "schoolReference": {"schoolId": 1},
            "sessionReference": SESSION,
        }
    ],
    "sessions": [
        {
            "schoolReference": {"schoolId": 1},
            "schoolYearTypeReference": {"schoolYear": 2027},
            "sessionName": "Fall",
            "beginDate": "2026-08-01",
            "endDate": "2026-12-20",
            "gradingPeriods": [{"gradingPeriodReference": {**PERIOD, "periodSequence": 1}}],
        }
    ],
    "gradingPeriods": [
        {
            "gradingPeriodDescriptor": PERIOD["gradingPeriodDescriptor"],
            "periodSequence": 1,
            "schoolReference": {"schoolId": 1},
            "schoolYearTypeReference": {"schoolYear": 2027},
            "beginDate": "2026-08-01",
            "endDate": "2026-10-14",
        }
    ],
    "sections": [
        {"sectionIdentifier": "s1", "courseOfferingReference": {"localCourseCode": "ALG", **SESSION}}
    ],
    "staffs": [{"staffUniqueId": "7", "firstName": "Pat", "lastSurname": "Prime"}],
    "staffSectionAssociations": [
        {
            "staffReference": {"staffUniqueId": "7"},
            "sectionReference": SECTION,
            "classroomPositionDescriptor": DESCRIPTOR.format("ClassroomPosition", "Teacher of Record"),
        }
    ],
    "gradebookEntries": [
        {
            "gradebookEntryIdentifier": "e1",
            "namespace": "ns",
            "title": "T",
            "sourceSectionIdentifier": "s1",
            "sectionReference": SECTION,
            "gradingPeriodReference": {**PERIOD, "periodSequence": 1},
            "gradebookEntryTypeDescriptor": DESCRIPTOR.format("GradebookEntryType", "Homework"),
        }
    ],
    "studentGradebookEntries": [
        {
            "gradebookEntryReference": {"gradebookEntryIdentifier": "e1", "namespace": "ns"},
            "studentReference": {"studentUniqueId": "99887"},
            "pointsEarned": 0,
        }
    ],
    "grades": [
        {
            "gradeTypeDescriptor": DESCRIPTOR.format("GradeType", "Final"),
            "gradingPeriodReference": {**PERIOD, "periodSequence": 1},
            "studentSectionAssociationReference": {
                **SECTION,
                "studentUniqueId": "99887",
                "beginDate": "2026-08-01",
            },
            "numericGradeEarned": 90,
            "diagnosticStatement": "Good",
        }
    ],
}


def test_resources_become_a_district(tmp_path: Path):
    district = edfi.read(write_jsonl(tmp_path, **RESOURCES))
    (algebra,) = district.courses
    assert info(algebra) == {
        "number": "ALG", "name": "Algebra", "credits": "1", "subject": "Mathematics", "state_code": "S-1",
        "grade_level": "Ninth grade",
    }  # fmt: skip
    assert algebra.areas[Area.STANDARDS] == (Incoming("A.1", {}),)
    assert district.calendars[0].terms == (Term("P1", "2026-08-01", "2026-10-14"),)
    (one,) = algebra.sections
    assert (one.number, one.teacher, one.terms) == ("s1", "Pat Prime", (1,))
    assert one.uses == {
        Use(Area.CATEGORIES, "Homework", 1): Counts(1, 1),
        Use(Area.GRADING_TASKS, "Final", 1): Counts(0, 0, 1, 1),
    }
    assert district.evidence == {"assignments", "scores", "posted", "comments"}
    assert (district.complaints, "99887" in repr(district)) == ((), False)


@pytest.mark.parametrize(
    ("left_out", "evidence"),
    [
        (("studentGradebookEntries",), {"assignments", "posted", "comments"}),
        (("gradebookEntries", "studentGradebookEntries"), {"posted", "comments"}),
        (("gradebookEntries", "studentGradebookEntries", "grades"), set()),
    ],
)
def test_a_resource_that_was_not_pulled_says_nothing(
    tmp_path: Path, left_out: tuple[str, ...], evidence: set[str]
):
    some = {name: rows for name, rows in RESOURCES.items() if name not in left_out}
    assert edfi.read(write_jsonl(tmp_path, **some)).evidence == evidence


def test_the_3x_gradebook_is_keyed_by_title_date_and_section(tmp_path: Path):
    key = {"dateAssigned": "2026-09-01", "gradebookEntryTitle": "Essay"}
    kind = {"gradebookEntryTypeDescriptor": DESCRIPTOR.format("GradebookEntryType", "Homework")}
    old = {
        "gradebookEntries": [{**key, **kind, "sectionReference": SECTION}],
        "studentGradebookEntries": [
            {
                "gradebookEntryReference": {**key, **SECTION},
                "studentSectionAssociationReference": {**SECTION, "studentUniqueId": "99887"},
                "letterGradeEarned": "B",
            }
        ],
    }
    district = edfi.read(write_jsonl(tmp_path, **(RESOURCES | old | {"grades": []})))
    assert district.complaints == ()
    assert sections(district)["s1"].uses == {Use(Area.CATEGORIES, "Homework", 0): Counts(1, 1)}


@pytest.mark.parametrize("text", ["{", "[]", "3", '{"a": "\xff"}'.encode("latin-1"), "[" * 100_000])
def test_a_line_that_is_no_object_is_an_error_with_its_line(tmp_path: Path, text: str):
    raw = text if isinstance(text, bytes) else text.encode()
    (tmp_path / "courses.jsonl").write_bytes(b'\xef\xbb\xbf{"courseCode": "A"}\n\n' + raw)
    with pytest.raises(SourceBroken, match=r"courses\.jsonl:3 can't be read: it is not a JSON object"):
        edfi.read(tmp_path)


def test_other_resources_are_passed_by_with_a_word(tmp_path: Path):
    write_jsonl(tmp_path, **RESOURCES, students=[{"studentUniqueId": "99887"}])
    assert reasons(edfi.read(tmp_path)) == ["students.jsonl is no Ed-Fi resource that is read"]


def test_xml_and_resources_may_stand_side_by_side(tmp_path: Path):
    edfi_folder(tmp_path, StudentGradebook=None)
    write_jsonl(tmp_path, gradebookEntries=[])
    assert edfi.read(tmp_path).evidence == {"assignments"}


def test_finding_goes_breadth_first_and_past_links():
    node = {"a": {"title": "deep"}, "list": [{"b": {"c": "x"}}], "link": {"rel": "y"}, "title": "here"}
    assert (find(node, "title"), find(node, "c"), find(node, "rel"), find(None, "x")) == ("here", "x", "", "")
    assert inner(node, "b") == {"c": "x"}
    assert inner({"b": [{"c": "x"}]}, "b") == {"c": "x"}
    assert inner(node, "rel") is None
    assert many(node, "nothing", "list") == [{"b": {"c": "x"}}]
    assert many(node, "title") == ["here"]
    assert many(node, "nothing") == []
    assert (code("uri://x#Final"), code("Final")) == ("Final", "Final")
    assert DEEPEST > 10
