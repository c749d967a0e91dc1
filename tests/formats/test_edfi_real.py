"""Ed-Fi with real rows: Grand Bend, the LMS toolkit's sample, and API resources of another district."""

from __future__ import annotations

import csv
from collections import Counter, defaultdict
from typing import TYPE_CHECKING

import pytest

from reconciler.course import Area, Counts, Use
from reconciler.formats import edfi
from tests.formats.roster_files import info, reasons

if TYPE_CHECKING:
    from pathlib import Path

    from reconciler.district import District

ASSIGNMENT = Use(Area.CATEGORIES, "Assignment", 0)


@pytest.fixture(scope="module")
def grand_bend(data: Path):
    return edfi.read(data / "edfi-grandbend-5.2.0")


@pytest.fixture(scope="module")
def joined(data: Path):
    return edfi.read(data / "edfi-grandbend-5.2.0", data / "edfi-lms-toolkit-sample")


@pytest.fixture(scope="module")
def api(data: Path):
    return edfi.read(data / "oea/edfi_api")


def rooms(district: District):
    return [room for course in district.courses for room in course.sections]


def test_grand_bend_has_its_known_counts(grand_bend: District):
    assert grand_bend.read == {
        "School": 3, "Course": 84, "CourseOffering": 169, "Section": 532, "Session": 6, "GradingPeriod": 18,
        "GradebookEntry": 10, "StudentGradebookEntry": 250, "LearningStandard": 5597, "Staff": 68,
        "StaffSectionAssociation": 528,
    }  # fmt: skip
    assert len(grand_bend.schools) == len(grand_bend.calendars) == 3
    assert {len(one.terms) for one in grand_bend.calendars} == {6}
    assert len(grand_bend.courses) == 84
    assert len(rooms(grand_bend)) == 532
    assert sum(len(one.areas[Area.STANDARDS]) for one in grand_bend.courses) == 38
    assert Counter(room.terms for room in rooms(grand_bend)) == {(1, 2, 3): 266, (4, 5, 6): 266}


def test_grand_bends_gradebook_is_counted_once(grand_bend: District):
    used = {room.number: dict(room.uses) for room in rooms(grand_bend) if room.uses}
    assert used == {"25590100102Trad220ALG112011": {ASSIGNMENT: Counts(10, 250)}}
    assert all(room.uses is not None for room in rooms(grand_bend))


def test_twelve_section_identifiers_stand_for_two_courses(grand_bend: District):
    owners = defaultdict(list)
    for course in grand_bend.courses:
        for room in course.sections:
            owners[room.source_id.partition("|")[0]].append(course.number)
    twice = {key for key, found in owners.items() if len(found) > 1}
    assert len(twice) == 12
    assert all(len(set(owners[key])) == 2 for key in twice)
    assert len({room.source_id for room in rooms(grand_bend)}) == 532
    said = [one for one in reasons(grand_bend) if "to a section of a second course" in one]
    assert {one.split(" identifier ")[1].split()[0] for one in said} == twice


def test_the_offering_that_is_listed_twice_is_reported_and_read_once(grand_bend: District):
    said = [one for one in reasons(grand_bend) if "again" in one]
    assert said == ["MasterSchedule.xml:844 lists the offering of ALG-1 in 2021-2022 Spring Semester again"]
    numbers = [(one.calendar, one.number) for one in grand_bend.courses]
    assert len(set(numbers)) == len(numbers)


def test_courses_belong_to_schools_so_masters_must_be_derived(grand_bend: District):
    schools = {one.source_id for one in grand_bend.schools}
    assert {one.source_id.partition("|")[2] for one in grand_bend.courses} == schools
    assert all(one.master is None and one.catalog is None for one in grand_bend.courses)


def test_teachers_are_named_and_no_student_is(data: Path, grand_bend: District):
    named = [room for room in rooms(grand_bend) if room.teacher]
    assert len(named) == 526
    text = (data / "edfi-grandbend-5.2.0/StudentGradebook.xml").read_text(encoding="utf-8")
    students = {part.split("<")[0] for part in text.split("<StudentUniqueId>")[1:]}
    assert len(students) == 25
    assert not any(student in repr(rooms(grand_bend)) for student in students)


def submissions(data: Path):
    for path in sorted((data / "edfi-lms-toolkit-sample").glob("section=*/assignment=*/submissions/*.csv")):
        with path.open(encoding="utf-8-sig", newline="") as stream:
            yield from csv.DictReader(stream)


def test_the_lms_sample_adds_its_assignments_and_all_its_submissions(
    data: Path, grand_bend: District, joined: District
):
    assert joined.read == {**grand_bend.read, "LMS assignments": 24, "LMS submissions": 901}
    before = {room.source_id: room.uses.get(ASSIGNMENT, Counts()) for room in rooms(grand_bend)}
    after = {room.source_id: room.uses.get(ASSIGNMENT, Counts()) for room in rooms(joined)}
    grown = {
        key.partition("|")[0]: (after[key].assignments - old.assignments, after[key].scores - old.scores)
        for key, old in before.items()
        if after[key] != old
    }
    assert set(grown) == {"25590100102Trad220ALG112011", "25590100101Trad120ENG112011"}
    assert sum(one[0] for one in grown.values()) == 24
    assert sum(one[1] for one in grown.values()) == sum(1 for _ in submissions(data)) == 901


def test_a_missing_row_with_no_points_and_an_f_is_a_score(data: Path, joined: District):
    missing = [row for row in submissions(data) if row["SubmissionStatus"] == "Missing"]
    assert len(missing) == 41
    assert {(row["EarnedPoints"], row["Grade"]) for row in missing} == {("0", "F")}
    total = sum(count.scores for room in rooms(joined) for count in room.uses.values())
    assert total == 250 + 901


def test_lms_categories_are_categories_of_the_section(joined: District):
    room = next(one for one in rooms(joined) if one.number == "25590100101Trad120ENG112011")
    assert [one.fields for one in room.areas[Area.CATEGORIES]] == [{"name": "Assignment"}]
    assert room.uses == {ASSIGNMENT: Counts(11, 264)}


def test_the_api_sample_has_codes_that_are_taught_at_two_schools(api: District):
    assert api.read == {"School": 5, "Course": 184, "CourseOffering": 368}
    assert api.complaints == ()
    schools = defaultdict(set)
    for course in api.courses:
        schools[course.number].add(course.calendar)
    assert (len(api.courses), len(schools)) == (184, 135)
    assert Counter(len(found) for found in schools.values()) == {1: 86, 2: 49}


def test_the_api_sample_has_no_sections_and_says_nothing_of_gradebooks(api: District):
    assert rooms(api) == []
    assert (api.section_areas, api.evidence) == (frozenset(), frozenset())
    assert api.course_areas == {Area.COURSE_INFO, Area.STANDARDS}
    assert {one.name for one in api.calendars} >= {"Riverdale High School 2016-17"}
    assert info(api.courses[0])["grade_level"] == "Ninth grade"
