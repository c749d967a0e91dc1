"""Ed-Fi bulk XML: calendars, courses, sections, teachers, and what bad files do."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from reconciler.course import Area, Term
from reconciler.district import CalendarIn, Incoming, SchoolIn
from reconciler.errors import SourceBroken
from reconciler.formats import edfi
from tests.formats.edfi_files import (
    DESCRIPTOR,
    PERIODS,
    SCHOOL,
    SPRING,
    WHOLE,
    course,
    edfi_folder,
    offering,
    room,
    section_ref,
    sections,
    session,
    write_xml,
)
from tests.formats.roster_files import info, reasons

if TYPE_CHECKING:
    from pathlib import Path


def test_a_folder_becomes_a_district(tmp_path: Path):
    district = edfi.read(edfi_folder(tmp_path))
    assert district.source == "Ed-Fi"
    assert district.schools == (SchoolIn("Harrison High", "1"),)
    terms = (
        Term("Q1", "2026-08-01", "2026-10-14"),
        Term("Q2", "2026-10-15", "2026-12-20"),
        Term("Q3", "2027-01-05", "2027-03-20"),
    )
    assert district.calendars == (CalendarIn("Harrison High 2026-27", "Harrison High", 2027, terms),)
    (algebra,) = district.courses
    assert (algebra.number, algebra.name, algebra.source_id) == ("ALG", "Title ALG", "ALG|1")
    assert [(one.number, one.source_id, one.terms) for one in algebra.sections] == [
        ("s1", "s1|ALG|1|2026-2027|Fall", (1, 2)),
        ("s2", "s2|ALG|1|2026-2027|Spring", (3,)),
    ]
    assert district.complaints == ()
    assert district.read["Section"] == 2


def test_files_may_come_in_any_order_and_in_one_file(tmp_path: Path):
    plain = edfi.read(edfi_folder(tmp_path / "a"))
    parts = list(WHOLE.values())
    mixed = edfi.read(write_xml(tmp_path / "b", StudentGradebook="".join(reversed(parts))))
    assert mixed.calendars == plain.calendars
    assert [(one.number, one.terms, one.uses) for one in mixed.courses[0].sections] == [
        (one.number, one.terms, one.uses) for one in plain.courses[0].sections
    ]


def test_course_info_names_only_what_is_there(tmp_path: Path):
    more = (
        "<CourseIdentificationCode><IdentificationCode>TX-1</IdentificationCode><CourseIdentificationSystem>"
        + DESCRIPTOR.format("CourseIdentificationSystem", "State course code")
        + "</CourseIdentificationSystem></CourseIdentificationCode>"
        "<CourseIdentificationCode><IdentificationCode>02052</IdentificationCode><CourseIdentificationSystem>"
        + DESCRIPTOR.format("CourseIdentificationSystem", "SCED course code")
        + "</CourseIdentificationSystem></CourseIdentificationCode>"
        f"<AcademicSubject>{DESCRIPTOR.format('AcademicSubject', 'Mathematics')}</AcademicSubject>"
        f"<OfferedGradeLevel>{DESCRIPTOR.format('GradeLevel', 'Ninth grade')}</OfferedGradeLevel>"
        f"<OfferedGradeLevel>{DESCRIPTOR.format('GradeLevel', 'Tenth grade')}</OfferedGradeLevel>"
        f"<OfferedGradeLevel>{DESCRIPTOR.format('GradeLevel', 'Twelfth grade')}</OfferedGradeLevel>"
        "<CourseIdentificationCode><IdentificationCode>L</IdentificationCode><CourseIdentificationSystem>LEA"
        "</CourseIdentificationSystem></CourseIdentificationCode>"
        "<CourseDescription>Numbers</CourseDescription>"
        "<MaximumAvailableCredits><Credits>1.00</Credits></MaximumAvailableCredits>"
    )
    district = edfi.read(
        edfi_folder(tmp_path, EducationOrganization=SCHOOL + course(more=more) + course("B"))
    )
    algebra, bare = district.courses
    assert info(algebra) == {
        "number": "ALG", "name": "Title ALG", "state_code": "TX-1", "nces.subject_area": "02",
        "nces.course": "052", "subject": "Mathematics", "grade_level": "Ninth grade,Tenth grade,Twelfth grade",
        "description": "Numbers", "credits": "1",
    }  # fmt: skip
    assert info(bare) == {"number": "B", "name": "Title B"}
    assert Area.COURSE_INFO in district.partial


@pytest.mark.parametrize(
    ("low", "high", "credit"), [("0.5", "1.0", None), ("1", "1.0", "1"), ("one", "1", None)]
)
def test_credits_are_told_where_they_are_one_number(tmp_path: Path, low: str, high: str, credit: str | None):
    more = (
        f"<MinimumAvailableCredits><Credits>{low}</Credits></MinimumAvailableCredits>"
        f"<MaximumAvailableCredits><Credits>{high}</Credits></MaximumAvailableCredits>"
    )
    district = edfi.read(edfi_folder(tmp_path, EducationOrganization=SCHOOL + course(more=more)))
    assert info(district.courses[0]).get("credits") == credit


def test_standards_are_an_area_where_any_course_has_one(tmp_path: Path):
    link = (
        "<LearningStandardReference><LearningStandardIdentity><LearningStandardId>A.1</LearningStandardId>"
        "</LearningStandardIdentity></LearningStandardReference>"
    )
    without = edfi.read(edfi_folder(tmp_path / "a"))
    assert without.course_areas == {Area.COURSE_INFO}
    assert Area.STANDARDS not in without.courses[0].areas
    body = SCHOOL + course(more=link + link) + course("B")
    district = edfi.read(edfi_folder(tmp_path / "b", EducationOrganization=body))
    assert district.course_areas == {Area.COURSE_INFO, Area.STANDARDS}
    assert [one.areas[Area.STANDARDS] for one in district.courses] == [(Incoming("A.1", {}),), ()]


def test_without_grading_periods_the_sessions_are_the_terms(tmp_path: Path):
    district = edfi.read(edfi_folder(tmp_path, EducationOrgCalendar=SPRING + session()))
    assert [term.name for term in district.calendars[0].terms] == ["Fall", "Spring"]
    assert {key: one.terms for key, one in sections(district).items()} == {"s1": (1,), "s2": (2,)}


def test_without_sessions_the_offerings_tell_the_terms(tmp_path: Path):
    district = edfi.read(edfi_folder(tmp_path, EducationOrgCalendar=None))
    assert district.calendars[0].terms == (Term("Fall"), Term("Spring"))


def test_a_session_may_name_its_grading_periods_by_their_ids(tmp_path: Path):
    fall = session(more='<GradingPeriodReference ref="GP2"/>')
    district = edfi.read(edfi_folder(tmp_path, EducationOrgCalendar=fall + SPRING + PERIODS))
    assert sections(district)["s1"].terms == (2,)


def test_the_teacher_of_record_is_named_before_others(tmp_path: Path):
    def teaching(staff: str, position: str, section: str) -> str:
        return (
            f"<StaffSectionAssociation><StaffReference><StaffIdentity><StaffUniqueId>{staff}</StaffUniqueId>"
            f"</StaffIdentity></StaffReference>{section}"
            f"<ClassroomPosition>{DESCRIPTOR.format('ClassroomPosition', position)}</ClassroomPosition>"
            "<BeginDate>2026-08-01</BeginDate></StaffSectionAssociation>"
        )

    def staff(key: str, last: str) -> str:
        name = f"<Name><FirstName>Pat</FirstName><LastSurname>{last}</LastSurname></Name>"
        return f"<Staff><StaffUniqueId>{key}</StaffUniqueId>{name}</Staff>"

    body = (
        staff("1", "Aide")
        + staff("2", "Prime")
        + staff("3", "Office")
        + teaching("1", "Assistant Teacher", section_ref())
        + teaching("2", "Teacher of Record", section_ref())
        + teaching("1", "Assistant Teacher", section_ref("s2", session="Spring"))
    )
    district = edfi.read(edfi_folder(tmp_path, StaffAssociation=body))
    assert {key: one.teacher for key, one in sections(district).items()} == {
        "s1": "Pat Prime",
        "s2": "Pat Aide",
    }
    assert "Office" not in repr(district)


def test_one_identifier_in_two_sessions_of_a_course_is_told_apart(tmp_path: Path):
    body = offering() + offering(session="Spring") + room() + room(session="Spring")
    district = edfi.read(edfi_folder(tmp_path, MasterSchedule=body))
    assert set(sections(district)) == {"s1 (Fall)", "s1 (Spring)"}


def test_one_identifier_in_two_courses_is_two_sections_and_reported(tmp_path: Path):
    body = offering() + offering("BAND") + room() + room(code="BAND")
    orgs = SCHOOL + course() + course("BAND")
    district = edfi.read(edfi_folder(tmp_path, MasterSchedule=body, EducationOrganization=orgs))
    assert [(one.number, [s.number for s in one.sections]) for one in district.courses] == [
        ("ALG", ["s1"]),
        ("BAND", ["s1"]),
    ]
    assert reasons(district) == [
        "MasterSchedule.xml:3 gives the identifier s1 to a section of a second course"
    ]


@pytest.mark.parametrize(
    ("interchange", "more", "reason"),
    [
        ("MasterSchedule", offering(), "lists the offering of ALG in Fall again"),
        ("MasterSchedule", room(), "lists the section s1 again"),
        ("MasterSchedule", room("s9", "NIX"), "belongs to an offering that is not listed"),
        ("MasterSchedule", offering("NEW"), "offers the course NEW, which is not listed"),
        ("EducationOrganization", course(), "lists the course ALG again"),
        ("EducationOrganization", course(""), "has no course code"),
        (
            "EducationOrganization",
            course("X", "99"),
            "is offered nowhere and owned by no school with a calendar",
        ),
    ],
)
def test_a_bad_record_is_reported_with_its_place_and_the_rest_is_read(
    tmp_path: Path, interchange: str, more: str, reason: str
):
    changes = {interchange: WHOLE[interchange] + "\n" + more}
    district = edfi.read(edfi_folder(tmp_path, **changes))
    assert f"{interchange}.xml:4 {reason}" in reasons(district)
    assert sections(district)["s1"].uses


def test_a_course_of_the_district_lives_where_it_is_offered(tmp_path: Path):
    body = offering(owner="50") + room()
    district = edfi.read(
        edfi_folder(tmp_path, MasterSchedule=body, EducationOrganization=SCHOOL + course(owner="50"))
    )
    assert [(one.source_id, len(one.sections)) for one in district.courses] == [("ALG|50", 1)]


def test_an_offered_course_that_is_not_listed_is_there_under_its_code(tmp_path: Path):
    district = edfi.read(edfi_folder(tmp_path, EducationOrganization=SCHOOL))
    assert [(one.number, one.name) for one in district.courses] == [("ALG", "ALG")]


def test_two_courses_of_one_code_at_a_school_are_told_apart(tmp_path: Path):
    orgs = SCHOOL + course() + course(owner="50")
    body = WHOLE["MasterSchedule"] + offering("ALG", "Winter", owner="50")
    district = edfi.read(edfi_folder(tmp_path, EducationOrganization=orgs, MasterSchedule=body))
    assert [one.number for one in district.courses] == ["ALG (1)", "ALG (50)"]
    assert any("shares its code with another course" in one for one in reasons(district))


def test_a_school_that_is_named_and_not_listed_goes_by_its_id(tmp_path: Path):
    district = edfi.read(edfi_folder(tmp_path, EducationOrganization=course()))
    assert district.schools == (SchoolIn("1", "1"),)
    assert "MasterSchedule.xml:3 names the school 1, which is not listed" in reasons(district)


def test_an_offering_without_a_year_is_reported(tmp_path: Path):
    body = WHOLE["MasterSchedule"] + offering("B").replace("2026-2027", "")
    district = edfi.read(edfi_folder(tmp_path, MasterSchedule=body))
    assert "MasterSchedule.xml:3 names no school or no school year" in reasons(district)


def test_periods_and_sessions_without_a_year_are_no_terms(tmp_path: Path):
    lost = (PERIODS + session("Lost")).replace("2026-2027", "")
    district = edfi.read(edfi_folder(tmp_path, EducationOrgCalendar=session() + SPRING + lost))
    assert [term.name for term in district.calendars[0].terms] == ["Fall", "Spring"]


def test_staff_without_a_name_are_nobody(tmp_path: Path):
    district = edfi.read(
        edfi_folder(tmp_path, StaffAssociation="<Staff><StaffUniqueId>1</StaffUniqueId></Staff>")
    )
    assert district.read["Staff"] == 1
    assert sections(district)["s1"].teacher is None


def test_another_xml_file_is_passed_by_with_a_word(tmp_path: Path):
    edfi_folder(tmp_path)
    (tmp_path / "feed.xml").write_text("<rss><item/></rss>", encoding="utf-8")
    assert reasons(edfi.read(tmp_path)) == ["feed.xml is no Ed-Fi interchange"]


def test_a_folder_without_ed_fi_is_an_error(tmp_path: Path):
    with pytest.raises(SourceBroken, match="no Ed-Fi interchange"):
        edfi.read(tmp_path)


BOMB = '<!DOCTYPE x [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;">]>'


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        (
            f"<?xml version='1.0'?>\n{BOMB}<InterchangeX><A>&b;</A></InterchangeX>",
            "a.xml:2 .*it has a document type",
        ),
        ("<InterchangeX>\n<A>\n</InterchangeX>", "a.xml:3 can't be read: mismatched tag"),
        ("<InterchangeX>\n<A>&nope;</A></InterchangeX>", "a.xml:2 can't be read: undefined entity"),
        ("<InterchangeX>\n<A/>", "a.xml:2 can't be read: no element found"),
        ("", "a.xml:1 can't be read: no element found"),
        ("<InterchangeX>" + "<A>" * 60, "nested too deep"),
    ],
)
def test_a_file_that_is_no_sound_xml_is_an_error_with_its_line(tmp_path: Path, text: str, reason: str):
    (tmp_path / "a.xml").write_text(text, encoding="utf-8")
    with pytest.raises(SourceBroken, match=reason):
        edfi.read(tmp_path)


def test_a_file_that_is_not_in_its_encoding_is_an_error(tmp_path: Path):
    (tmp_path / "a.xml").write_bytes(b"<InterchangeX>\n<A>\xff\xfe</A></InterchangeX>")
    with pytest.raises(SourceBroken, match=r"a\.xml:2 can't be read: not well-formed"):
        edfi.read(tmp_path)
