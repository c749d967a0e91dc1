"""Ed-Fi gradebooks: entry types as categories, and what counts as evidence; 3.x, 5.x and pointers."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from reconciler.course import Area, Counts, Use
from reconciler.formats import edfi
from tests.formats.edfi_files import (
    DESCRIPTOR,
    WHOLE,
    edfi_folder,
    entry,
    offering,
    room,
    section_ref,
    sections,
    student_entry,
)
from tests.formats.roster_files import reasons

if TYPE_CHECKING:
    from pathlib import Path


def use(name: str, term: int = 0, area: Area = Area.CATEGORIES):
    return Use(area, name, term)


def uses(folder: Path, body: str, **changes: str):
    return sections(edfi.read(edfi_folder(folder, StudentGradebook=body, **changes)))["s1"].uses


def test_entry_types_are_a_sections_categories_and_have_no_weight(tmp_path: Path):
    district = edfi.read(
        edfi_folder(tmp_path, StudentGradebook=entry() + entry("e2", "Quiz") + student_entry())
    )
    found = sections(district)
    assert [one.fields for one in found["s1"].areas[Area.CATEGORIES]] == [
        {"name": "Homework"},
        {"name": "Quiz"},
    ]
    assert found["s2"].areas[Area.CATEGORIES] == ()
    assert found["s1"].uses == {use("Homework"): Counts(1, 1), use("Quiz"): Counts(1)}
    assert found["s2"].uses == {}
    assert district.section_areas == {Area.CATEGORIES}
    assert Area.CATEGORIES in district.partial
    assert district.evidence == {"assignments", "scores", "comments"}


def test_an_entry_of_no_type_is_an_assignment(tmp_path: Path):
    assert uses(tmp_path, entry(kind="")) == {use("Assignment"): Counts(1)}


STATUS = "<SubmissionStatus>" + DESCRIPTOR.format("SubmissionStatus", "{}") + "</SubmissionStatus>"
LATE = "<AssignmentLateStatus>" + DESCRIPTOR.format("AssignmentLateStatus", "{}") + "</AssignmentLateStatus>"


@pytest.mark.parametrize(
    ("values", "counts"),
    [
        ("<PointsEarned>0</PointsEarned>", Counts(1, 1)),
        ("<LetterGradeEarned>F</LetterGradeEarned>", Counts(1, 1)),
        (f"<CompetencyLevel>{DESCRIPTOR.format('CompetencyLevel', 'Pass')}</CompetencyLevel>", Counts(1, 1)),
        ("<DateFulfilled>2026-09-01</DateFulfilled>", Counts(1, 1)),
        ("<DiagnosticStatement>See me</DiagnosticStatement>", Counts(1, 1, 0, 1)),
        (STATUS.format("Not Submitted"), Counts(1)),
        (STATUS.format("Submitted"), Counts(1, 1)),
        (STATUS.format("Exempt"), Counts(1, 1)),
        (STATUS.format("A district's own"), Counts(1, 1)),
        (LATE.format("Late"), Counts(1, 1)),
        (LATE.format("Not Late"), Counts(1)),
        ("<NumericGradeEarned></NumericGradeEarned>", Counts(1)),
        ("", Counts(1)),
    ],
)
def test_what_shows_work_counts(tmp_path: Path, values: str, counts: Counts):
    assert uses(tmp_path, entry() + student_entry(values=values)) == {use("Homework"): counts}


def test_the_grading_period_tells_the_term_by_name_by_place_or_by_id(tmp_path: Path):
    identity = (
        "<GradingPeriodReference><GradingPeriodIdentity>{}</GradingPeriodIdentity></GradingPeriodReference>"
    )
    school = "<SchoolReference><SchoolIdentity><SchoolId>1</SchoolId></SchoolIdentity></SchoolReference>"
    year = "<SchoolYear>2026-2027</SchoolYear>"
    descriptor = f"<GradingPeriod>{DESCRIPTOR.format('GradingPeriod', 'P2')}</GradingPeriod>"
    ways = [
        identity.format(f"<GradingPeriodName>Q2</GradingPeriodName>{school}{year}"),
        identity.format(f"{descriptor}<PeriodSequence>2</PeriodSequence>{school}{year}"),
        identity.format(f"{descriptor}{school}{year}"),
        identity.format(
            f"<GradingPeriodName>?</GradingPeriodName>{descriptor}<PeriodSequence>2</PeriodSequence>{school}{year}"
        ),
        '<GradingPeriodReference ref="GP2"/>',
    ]
    for number, way in enumerate(ways):
        assert uses(tmp_path / str(number), entry(more=way)) == {use("Homework", 2): Counts(1)}


def test_standards_that_an_entry_is_aligned_to_are_used(tmp_path: Path):
    link = (
        "<LearningStandardReference><LearningStandardIdentity><LearningStandardId>A.1</LearningStandardId>"
        "<Namespace>other</Namespace></LearningStandardIdentity></LearningStandardReference>"
    )
    assert uses(tmp_path, entry(more=link) + student_entry()) == {
        use("Homework"): Counts(1, 1),
        use("A.1", area=Area.STANDARDS): Counts(1, 1),
    }


def test_without_a_section_reference_the_source_identifier_tells_if_it_is_unique(tmp_path: Path):
    assert uses(tmp_path / "a", entry(section="")) == {use("Homework"): Counts(1)}
    twice = offering() + offering(session="Spring") + room() + room(session="Spring")
    district = edfi.read(
        edfi_folder(tmp_path / "b", StudentGradebook=entry(section=""), MasterSchedule=twice)
    )
    assert all(one.uses == {} for one in sections(district).values())
    assert "StudentGradebook.xml:3 belongs to a section that is unknown, or is one of several" in reasons(
        district
    )


def test_references_by_id_are_followed(tmp_path: Path):
    schedule = (
        offering(name="CO")
        + '<Section id="SEC"><SectionIdentifier>s1</SectionIdentifier>'
        + '<CourseOfferingReference ref="CO"/></Section>'
    )
    body = entry(section='<SectionReference ref="SEC"/>').replace(
        "<GradebookEntry>", '<GradebookEntry id="GBE">'
    )
    scored = (
        '<StudentGradebookEntry><GradebookEntryReference ref="GBE"/><PointsEarned>3</PointsEarned>'
        "</StudentGradebookEntry>"
    )
    assert uses(tmp_path, scored + body, MasterSchedule=schedule) == {use("Homework"): Counts(1, 1)}


OLD_KEY = "<GradebookEntryTitle>Essay</GradebookEntryTitle><DateAssigned>2026-09-01</DateAssigned>"
OLD_ENTRY = (
    f"<GradebookEntry>{OLD_KEY}{section_ref()}"
    "<GradebookEntryType>Homework</GradebookEntryType></GradebookEntry>"
)
OLD_STUDENT = (
    f"<StudentGradebookEntry><GradebookEntryReference><GradebookEntryIdentity>{OLD_KEY}{section_ref()}"
    "</GradebookEntryIdentity></GradebookEntryReference><StudentSectionAssociationReference>"
    f"<StudentSectionAssociationIdentity>{section_ref()}</StudentSectionAssociationIdentity>"
    "</StudentSectionAssociationReference><LetterGradeEarned>B</LetterGradeEarned></StudentGradebookEntry>"
)


def test_the_3x_shape_is_keyed_by_title_date_and_section(tmp_path: Path):
    other = OLD_ENTRY.replace("Essay", "Poem")
    assert uses(tmp_path, OLD_ENTRY + other + OLD_STUDENT) == {use("Homework"): Counts(2, 1)}


def test_the_old_shape_may_point_at_a_section_reference_that_stands_alone(tmp_path: Path):
    alone = section_ref().replace("<SectionReference>", '<SectionReference id="REF">')
    pointed = OLD_ENTRY.replace(section_ref(), '<SectionReference ref="REF"/>')
    district = edfi.read(edfi_folder(tmp_path, StudentGradebook=pointed + alone + OLD_STUDENT))
    assert sections(district)["s1"].uses == {use("Homework"): Counts(1, 1)}
    assert "SectionReference" not in district.read


def test_bad_entries_are_reported_and_never_quote_a_student(tmp_path: Path):
    body = (
        entry()
        + "\n" + entry()
        + "\n" + entry("e2", section=section_ref("s9"))
        + "\n" + student_entry("nix", student="99887")
        + student_entry("nix", student="99888")
    )  # fmt: skip
    district = edfi.read(edfi_folder(tmp_path, StudentGradebook=body))
    assert reasons(district) == [
        "StudentGradebook.xml:4 lists a gradebook entry again",
        "StudentGradebook.xml:5 belongs to a section that is unknown, or is one of several",
        "StudentGradebook.xml:6 and others like it belong to an unknown gradebook entry",
    ]
    assert "9988" not in repr(district)


def test_without_a_gradebook_nothing_is_said(tmp_path: Path):
    district = edfi.read(edfi_folder(tmp_path, StudentGradebook=None))
    assert (district.section_areas, district.evidence) == (frozenset(), frozenset())
    assert all((one.uses, dict(one.areas)) == (None, {}) for one in sections(district).values())


def test_entries_without_any_student_entry_say_nothing_of_scores_but_an_empty_gradebook_does(tmp_path: Path):
    assert edfi.read(edfi_folder(tmp_path / "a", StudentGradebook=entry())).evidence == {"assignments"}
    empty = edfi.read(edfi_folder(tmp_path / "b", StudentGradebook=""))
    assert empty.evidence == {"assignments", "scores", "comments"}
    assert sections(empty)["s1"].uses == {}


def grade(values: str, more: str = ""):
    return (
        f"<Grade><GradeType>{DESCRIPTOR.format('GradeType', 'Final')}</GradeType>"
        f"<StudentSectionAssociationReference><StudentSectionAssociationIdentity>{section_ref()}"
        "</StudentSectionAssociationIdentity></StudentSectionAssociationReference>"
        f'<GradingPeriodReference ref="GP2"/>{values}{more}</Grade>'
    )


def test_posted_grades_use_their_grade_type_and_their_standards(tmp_path: Path):
    standard = (
        "<LearningStandardGrade><LearningStandardReference><LearningStandardIdentity><LearningStandardId>A.1"
        "</LearningStandardId></LearningStandardIdentity></LearningStandardReference>"
        "<LetterGradeEarned>B</LetterGradeEarned></LearningStandardGrade>"
    )
    body = grade("<NumericGradeEarned>0</NumericGradeEarned>") + grade("", standard) + grade("")
    district = edfi.read(edfi_folder(tmp_path, StudentGrade=body))
    assert sections(district)["s1"].uses == {
        use("Homework"): Counts(1, 1),
        use("Final", 2, Area.GRADING_TASKS): Counts(0, 0, 1),
        use("A.1", 2, Area.STANDARDS): Counts(0, 0, 1),
    }
    assert "posted" in district.evidence


def test_posted_grades_alone_say_nothing_of_categories(tmp_path: Path):
    district = edfi.read(edfi_folder(tmp_path, StudentGradebook=None, StudentGrade=grade("")))
    assert district.evidence == {"posted", "comments"}
    assert district.section_areas == frozenset()
    assert {key: one.uses for key, one in sections(district).items()} == {"s1": {}, "s2": {}}


def test_a_posted_grade_of_an_unknown_section_is_reported(tmp_path: Path):
    body = grade("").replace(">s1<", ">s9<")
    district = edfi.read(edfi_folder(tmp_path, StudentGrade=body))
    assert "StudentGrade.xml:3 and others like it belong to an unknown section" in reasons(district)
    assert WHOLE["StudentGradebook"]
