"""Grand Bend with its learning management system: masters derived over three schools, traps 1, 2, 3 and 6."""

from __future__ import annotations

import csv
import re
from collections import Counter, defaultdict
from pathlib import Path

import pytest

from reconciler.members import unpack
from tests.real.deriving import derive
from tests.real.working import District, hosts, imported, lines

BEFORE = ("--to-sections", "--as-of", "2021-07-01")
OVERWRITE = (*BEFORE, "--mode", "overwrite", "--calendar", "all")
MODES = pytest.mark.parametrize("mode", [BEFORE, OVERWRITE], ids=["locked", "overwrite"])
USED = [("ALG-1", "25590100102Trad220ALG112011"), ("ENG-1", "25590100101Trad120ENG112011")]
"""The two sections with a gradebook: 10 entries and 13 + 11 assignments."""


@pytest.fixture
def bend(district: District, grand_bend_state: Path) -> District:
    return district.take(grand_bend_state)


def linked(district: District, *more: dict[str, object]) -> District:
    """Derived masters, linked; each wants a category of its own, called by its number, and `more`."""
    made = derive(district.state)
    for one in made["masters"]:
        one["categories"] = [{"name": f"Work of {one['number']}", "weight": 60}, *more]
    district.catalog(made)
    assert "Linked 84 courses" in district.done("link").out
    return district


def twofold(data: Path) -> set[str]:
    """The section identifiers of the XML that stand for two courses at once."""
    text = (data / "edfi-grandbend-5.2.0/MasterSchedule.xml").read_text(encoding="utf-8")
    courses = defaultdict(set)
    for part in text.split("<Section>")[1:]:
        identifier = re.search(r"<SectionIdentifier>(.*?)<", part)[1]
        courses[identifier].add(re.search(r"<LocalCourseCode>(.*?)<", part)[1])
    return {identifier for identifier, codes in courses.items() if len(codes) > 1}


@MODES
def test_an_identifier_of_two_courses_is_two_sections_each_with_its_own_masters_setup(
    data: Path, bend: District, mode: tuple[str, ...]
):
    both = twofold(data)
    assert len(both) == 12
    linked(bend).push(*mode)
    found = defaultdict(set)
    for course, section, name in bend.categories("course_number", "section_number", "name"):
        if section in both:
            assert name == f"Work of {course}"
            found[section].add(course)
    assert {section: len(courses) for section, courses in found.items()} == dict.fromkeys(both, 2)


@MODES
def test_the_offering_that_is_listed_twice_is_pushed_once(bend: District, mode: tuple[str, ...]):
    (sections,) = bend.rows(
        "SELECT count(*) FROM section s JOIN course c ON c.id = s.course_id WHERE c.number = 'ALG-1'"
    )[0]
    assert bend.rows("SELECT count(*) FROM course WHERE number = 'ALG-1'") == [(1,)]
    told = linked(bend).push(*mode)
    created = lines(told, hop="section", action="create", label="Work of ALG-1")
    assert [(one["hosts"], one["courses"]) for one in created] == [(sections, 1)]
    run = bend.rows("SELECT max(id) FROM run")[0][0]
    times = Counter(
        (on_section, member)
        for on_section, members in bend.rows("SELECT on_section, members FROM move WHERE run_id = ?", run)
        for member in unpack(members)
    )
    assert Counter(on_section for on_section, _ in times) == {0: 84, 1: 532}
    assert set(times.values()) == {1}


def test_courses_belong_to_schools_so_no_course_has_a_master_before_one_is_derived(bend: District):
    assert bend.rows("SELECT count(*), count(master), count(DISTINCT calendar_id) FROM course") == [
        (84, 0, 3)
    ]
    assert bend.rows("SELECT count(DISTINCT school), count(*) FROM calendar") == [(3, 3)]
    linked(bend)
    assert bend.rows("SELECT count(*) FROM course WHERE master = number AND catalog = 'Derived'") == [(84,)]


def test_what_was_derived_equals_what_is_there_so_linking_records_it_and_a_push_changes_nothing(
    bend: District,
):
    made = bend.catalog()
    there = bend.rows("SELECT count(*) FROM course_item WHERE area IN ('course_info', 'standards')")[0][0]
    assert f"{there} items already equal their master's" in bend.done("link").out
    assert {one["standard"] for master in made["masters"] for one in master["standards"]} == {
        code for (code,) in bend.rows("SELECT DISTINCT key FROM course_item WHERE area = 'standards'")
    }
    told = bend.plan("--as-of", "2021-07-01", "--skip-data", "categories")
    assert told.summary["refused"] == told.summary["stays"] == []
    assert {(one["label"], one["action"], one["hosts"]) for one in told.summary["changes"]} == {
        ("active", "create", 84)
    }


def test_a_locked_push_leaves_the_teachers_category_with_its_grades_beside_the_masters(bend: District):
    before = bend.evidence()
    linked(bend).push(*BEFORE)
    found = bend.rows(
        "SELECT course_number, section_number FROM section_item"
        " WHERE name = 'Assignment' AND part = 'own' AND NOT is_kept ORDER BY 1"
    )
    assert found == USED
    assert (bend.evidence(), bend.astray()) == (before, [])
    assert bend.plan(*BEFORE).code == 0


def test_an_overwrite_keeps_the_two_used_categories_as_residuals(bend: District):
    before = bend.evidence()
    told = linked(bend).push(*OVERWRITE)
    (residual,) = told.summary["residuals"]
    assert (residual["label"], residual["sections"], residual["courses"]) == ("Assignment", 2, 2)
    assert (residual["assignments"], residual["scores"]) == (10 + 24, 250 + 901)
    assert bend.rows("SELECT course_number, section_number FROM residual_item ORDER BY 1") == USED
    assert (bend.evidence(), bend.astray()) == (before, [])
    again = bend.plan(*OVERWRITE)
    assert again.code == 3
    assert again.summary["changes"] == []


@MODES
def test_a_master_with_a_category_of_the_teachers_name_gets_the_clean_name_and_no_grade_moves(
    bend: District, mode: tuple[str, ...]
):
    before = bend.evidence()
    told = linked(bend, {"name": "Assignment", "weight": 40}).push(*mode)
    assert hosts(lines(told, hop="section", reason="renamed")) == 2
    assert bend.categories("name", "part", "weight")["Assignment", "linked", "40"] == 532
    used = bend.rows(
        "SELECT DISTINCT i.course_number, i.section_number, i.name FROM use u JOIN section_item i"
        " ON i.section_id = u.section_id AND i.area = u.area AND i.key = u.key AND i.part <> 'pushed' ORDER BY 1"
    )
    assert used == [(*place, "Assignment (1)") for place in USED]
    assert (bend.evidence(), bend.astray()) == (before, [])
    assert lines(bend.plan(*mode), "changes") == []


def missing_only(source: Path, target: Path) -> int:
    """The LMS sample without any submission but the missing ones; gives how many those are."""
    count = 0
    for path in source.rglob("*.csv"):
        place = target / path.relative_to(source)
        place.parent.mkdir(parents=True, exist_ok=True)
        with path.open(encoding="utf-8-sig", newline="") as stream:
            reader = csv.DictReader(stream)
            found = list(reader)
        if path.parent.name == "submissions":
            found = [one for one in found if one["SubmissionStatus"] == "Missing"]
            assert {(one["EarnedPoints"], one["Grade"]) for one in found} <= {("0", "F")}
            count += len(found)
        with place.open("w", encoding="utf-8", newline="") as stream:
            writer = csv.DictWriter(stream, reader.fieldnames)
            writer.writeheader()
            writer.writerows(found)
    return count


def test_a_zero_is_a_grade_so_missing_rows_alone_protect_their_category(
    data: Path, district: District, tmp_path: Path
):
    count = missing_only(data / "edfi-lms-toolkit-sample", tmp_path / "lms")
    assert count == 41
    imported(tmp_path, data / "edfi-grandbend-5.2.0", "--lms", tmp_path / "lms")
    told = linked(district).push(*OVERWRITE)
    (residual,) = told.summary["residuals"]
    assert (residual["sections"], residual["scores"]) == (2, 250 + 41)
    assert district.rows("SELECT scores FROM residual_item WHERE course_number = 'ENG-1'") == [(11,)]


def test_the_same_files_read_again_bring_no_drift_and_lose_no_grade(data: Path, bend: District):
    before = bend.evidence()
    linked(bend).push(*OVERWRITE)
    bend.done("import", data / "edfi-grandbend-5.2.0", "--lms", data / "edfi-lms-toolkit-sample")
    assert (bend.evidence(), bend.astray()) == (before, [])
    again = bend.plan(*OVERWRITE)
    assert (again.code, again.summary["changes"]) == (3, [])


def test_the_lms_goes_with_ed_fi_only(data: Path, district: District):
    told = district.reconcile(
        "import", data / "oneroster-1.1-sample", "--lms", data / "edfi-lms-toolkit-sample"
    )
    assert told.code == 64
    assert "--lms" in told.err
    assert not district.state.exists()
