"""OneRoster with real rows: the ClassLink sample, OULAD as a package, and marks in two batches."""

from __future__ import annotations

import csv
import re
from collections import Counter
from decimal import Decimal
from typing import TYPE_CHECKING

import pytest

from reconciler.course import Area, Counts, Use
from reconciler.formats import oneroster
from reconciler.formats.detect import detect
from tests.formats.roster_files import info, reasons, write_package, zipped
from tests.oulad import rows as oulad_rows
from tests.oulad import section_of, write_oneroster

if TYPE_CHECKING:
    from pathlib import Path

    from reconciler.district import District


@pytest.fixture(scope="module")
def package(data: Path, tmp_path_factory: pytest.TempPathFactory):
    folder = tmp_path_factory.mktemp("oulad")
    write_oneroster(data / "oulad", folder)
    return folder


@pytest.fixture(scope="module")
def oulad(package: Path):
    return oneroster.read(package)


def rooms(district: District):
    return [room for course in district.courses for room in course.sections]


def test_the_classlink_sample_reads_though_its_manifest_says_version_1(data: Path):
    district = oneroster.read(data / "oneroster-1.1-sample")
    assert detect(data / "oneroster-1.1-sample") == "oneroster"
    assert [one.name for one in district.calendars] == ["Grand Bend High School 2020-21"]
    assert [term.name for term in district.calendars[0].terms] == [
        "2020-2021 Fall Semester",
        "2020-2021 Spring Semester",
    ]
    assert [one.number for one in district.courses] == ["ALG-1", "ENG-1"]
    assert [room.number for room in rooms(district)] == ["Algebra I", "English I"]
    assert {room.terms for room in rooms(district)} == {(1, 2)}
    assert district.read == {"academicSessions": 3, "orgs": 2, "courses": 2, "classes": 2}


def test_the_sample_says_nothing_of_gradebooks_and_its_missing_users_are_reported(data: Path):
    district = oneroster.read(data / "oneroster-1.1-sample")
    assert (district.section_areas, district.evidence) == (frozenset(), frozenset())
    assert all(room.uses is None for room in rooms(district))
    assert reasons(district) == ["manifest.csv:10 names users.csv, which is not in the package"]


def test_the_samples_sced_codes_are_swapped_and_come_as_they_are(data: Path):
    algebra, english = oneroster.read(data / "oneroster-1.1-sample").courses
    assert (info(algebra)["name"], info(algebra)["nces.subject_area"], info(algebra)["nces.course"]) == (
        "Algebra I",
        "01",
        "001",
    )
    assert (info(english)["name"], info(english)["nces.subject_area"], info(english)["nces.course"]) == (
        "English I",
        "02",
        "052",
    )


def test_oulad_has_its_known_counts(oulad: District):
    assert oulad.complaints == ()
    assert oulad.read["courses"] == len({one.number for one in oulad.courses}) == 7
    assert len(rooms(oulad)) == 22
    assert sum(len(room.areas[Area.CATEGORIES]) for room in rooms(oulad)) == 57
    counts = [count for room in rooms(oulad) for count in room.uses.values()]
    assert len(counts) == 57
    assert sum(count.assignments for count in counts) == oulad.read["lineItems"] == 206
    assert sum(count.scores for count in counts) == oulad.read["results"] == 173_912
    assert sum(count.scores == 0 for count in counts) == 16
    assert sum(count.posted + count.comments for count in counts) == 0


def test_oulads_exams_without_results_are_the_sixteen(oulad: District):
    idle = {use.key for room in rooms(oulad) for use, count in room.uses.items() if not count.scores}
    assert idle == {"Exam"}


def test_oulads_weights_add_up_to_one_two_or_three_hundred_a_section(oulad: District):
    sums = Counter(
        sum(Decimal(one.fields["weight"]) for one in room.areas[Area.CATEGORIES]) for room in rooms(oulad)
    )
    assert set(sums) == {Decimal(100), Decimal(200), Decimal(300)}
    assert sum(sums.values()) == 22


def test_oulads_weights_differ_between_sections_of_one_course(oulad: District):
    def weights(module: str) -> set[str]:
        return {
            str(one.fields["weight"])
            for course in oulad.courses
            for room in course.sections
            for one in room.areas[Area.CATEGORIES]
            if course.number == module and one.fields["name"] == "TMA"
        }

    assert weights("BBB") == {"95", "100"}
    assert weights("DDD") == {"75", "100"}


def test_oulads_results_without_a_score_count_as_in_use(data: Path, oulad: District):
    without = [row for row in oulad_rows(data / "oulad", "studentAssessment") if not row["score"]]
    assert len(without) == 173
    scores = sum(count.scores for room in rooms(oulad) for count in room.uses.values())
    assert scores == sum(1 for _ in oulad_rows(data / "oulad", "studentAssessment"))


def test_oulads_assessments_of_no_weight_and_no_date_are_assignments_too(data: Path, oulad: District):
    assessments = list(oulad_rows(data / "oulad", "assessments"))
    assert sum(Decimal(row["weight"]) == 0 for row in assessments) == 56
    assert sum(not row["date"] for row in assessments) == 11
    expected = Counter((section_of(row), row["assessment_type"]) for row in assessments)
    found = Counter()
    for room in rooms(oulad):
        for use, count in room.uses.items():
            found[room.source_id, use.key] += count.assignments
    assert found == expected


def test_oulads_presentations_are_terms_of_their_year(oulad: District):
    assert [(one.name, [term.name for term in one.terms]) for one in oulad.calendars] == [
        ("Campus 2012-13", ["2013B", "2013J"]),
        ("Campus 2013-14", ["2014B", "2014J"]),
    ]
    terms = {room.number[-1]: set() for room in rooms(oulad)}
    for room in rooms(oulad):
        terms[room.number[-1]].add(room.terms)
        assert {use.term for use in room.uses} == set(room.terms)
    assert terms == {"B": {(1,)}, "J": {(2,)}}


def test_oulad_without_the_idle_exams_keeps_the_categories_and_loses_their_uses(data: Path, tmp_path: Path):
    write_oneroster(data / "oulad", tmp_path, without_exam_items=True)
    district = oneroster.read(tmp_path)
    assert sum(len(room.areas[Area.CATEGORIES]) for room in rooms(district)) == 57
    assert sum(len(room.uses) for room in rooms(district)) == 41
    assert district.read["results"] == 173_912
    assert district.read["lineItems"] == 206 - 16


def test_oulad_as_a_zip_is_the_same_and_no_student_is_in_it(
    data: Path, package: Path, oulad: District, tmp_path: Path
):
    assert oneroster.read(zipped(package, tmp_path / "oulad.zip")) == oulad
    students = {row["id_student"] for row in oulad_rows(data / "oulad", "studentRegistration")}
    assert "11391" in students
    assert not students & set(re.findall(r"'(\d+)'", repr(oulad)))


def marks(data: Path, batch: int):
    with (data / f"oea/sis/batch{batch}_studentsectionmark.csv").open(
        encoding="utf-8-sig", newline=""
    ) as stream:
        return list(csv.DictReader(stream))


def marks_package(folder: Path, found: list[dict[str, str]]):
    """Marks as districts send them: a line item `Final Grade` of its own for each section, and a result."""
    sections = sorted({row["section_id"] for row in found})
    lead = "sourcedId,status,dateLastModified,"
    return write_package(
        folder,
        classes=lead
        + "courseSourcedId,classCode,schoolSourcedId,termSourcedIds\n"
        + "".join(f"{key},,,c1,{key},hs,q1\n" for key in sections),
        enrollments=None,
        lineItems=lead
        + "classSourcedId,categorySourcedId\n"
        + "".join(f"final-{key},,,{key},g2\n" for key in sections),
        results=lead
        + "lineItemSourcedId,studentSourcedId,score\n"
        + "".join(
            f"{row['id']},,,final-{row['section_id']},{row['student_id']},{row['numeric_grade_earned']}\n"
            for row in found
        ),
    )


def test_marks_differ_between_two_batches_so_uses_are_read_anew(data: Path, tmp_path: Path):
    uses = []
    for batch in (1, 2):
        district = oneroster.read(marks_package(tmp_path / str(batch), marks(data, batch)))
        uses.append({room.number: room.uses[Use(Area.CATEGORIES, "Tests", 0)] for room in rooms(district)})
    before, after = uses
    changed = {key: (before[key], after[key]) for key in before if before[key] != after[key]}
    assert set(before) == set(after)
    assert set(changed) == {"sec4", "sec79", "sec80", "sec81"}
    assert changed["sec4"] == (Counts(1, 15), Counts(1, 14))
    assert sum(count.scores for count in after.values()) == len(marks(data, 2))
