"""The OneRoster 1.1 sample with its swapped SCED codes (trap 5), and one code at two schools in Ed-Fi's API."""

from __future__ import annotations

import csv
from collections import Counter, defaultdict

import pytest

from reconciler.check.sced import TELLING, words
from tests.real.working import District, lines

CODES = {"ALG-1": ("02", "052"), "ENG-1": ("01", "001")}
"""What SCED says: 02052 is Algebra I, 01001 is English I."""


@pytest.fixture
def roster(district: District, roster_state) -> District:
    return district.take(roster_state)


def codes(district: District) -> dict[str, tuple[str, str]]:
    """Course number -> SCED subject area and course, as they are now."""
    found: dict[str, dict[str, str]] = {}
    for number, key, value in district.rows(
        "SELECT course_number, key, fields ->> '$.value' FROM course_item WHERE key LIKE 'nces.%'"
        " AND part <> 'pushed'"
    ):
        found.setdefault(number, {})[key] = value
    return {number: (one["nces.subject_area"], one["nces.course"]) for number, one in found.items()}


def with_codes(district: District, right: dict[str, tuple[str, str]]) -> None:
    """A derived catalog whose masters name these codes."""
    made = district.catalog(locks={"course_info": "locked"})
    for one in made["masters"]:
        area, course = right[one["number"]]
        one["nces"] = {"subject_area": area, "course": course}
    district.catalog(made)


def test_the_sample_comes_in_with_its_codes_swapped(roster: District):
    assert codes(roster) == {"ALG-1": CODES["ENG-1"], "ENG-1": CODES["ALG-1"]}


def test_masters_that_name_the_right_codes_take_over_and_say_what_was_there(roster: District):
    with_codes(roster, CODES)
    roster.done("link")
    told = roster.push("--as-of", "2020-07-01")
    found = {
        (one["label"], old["text"], new["text"])
        for one in lines(told, action="take_over")
        for old, new in zip(one["olds"]["first"], one["news"]["first"], strict=True)
    }
    assert found >= {("nces.subject_area", "01", "02"), ("nces.course", "001", "052")}
    assert codes(roster) == CODES
    assert roster.plan("--as-of", "2020-07-01").code == 0


def test_people_read_old_and_new(roster: District):
    with_codes(roster, CODES)
    roster.done("link")
    told = roster.done("plan", "--as-of", "2020-07-01").out
    for change in (
        "nces.course (course info): taken over, 001 -> 052",
        "nces.subject_area (course info): taken over, 01 -> 02",
    ):
        assert change in told


def test_codes_imported_again_were_not_taken_and_are_awaited_as_before(roster: District, data):
    with_codes(roster, CODES)
    roster.done("link")
    roster.push("--as-of", "2020-07-01")
    told = roster.done("import", data / "oneroster-1.1-sample").out
    assert "`reconcile undo 3`" in told, "the remedy where the push is not wanted"
    assert codes(roster)["ALG-1"] == CODES["ENG-1"]
    told = roster.push("--as-of", "2020-07-01")
    assert told.summary["refused"] == []
    assert {one["label"] for one in lines(told, action="take_over")} == {"nces.subject_area", "nces.course"}
    assert not any("drift" in one["flags"] for one in told.summary["changes"])
    assert codes(roster) == CODES


def test_uses_that_the_package_says_nothing_of_count_as_used(roster: District):
    assert roster.rows("SELECT count(*) FROM section WHERE used_id IS NULL") == [(2,)]


def test_validate_warns_of_a_catalog_that_repeats_the_swap(roster: District):
    with_codes(roster, codes(roster))
    told = roster.done("validate", "--format", "json").json
    warned = [(one["code"], one["severity"]) for one in told["problems"]]
    assert warned == [("sced-subject", "warning")] * 2
    with_codes(roster, CODES)
    assert roster.done("validate", "--format", "json").json["problems"] == []


def test_words_that_tell_a_subject_are_those_of_sceds_own_titles(data):
    with (data / "sced/sced_v12_codes.csv").open(encoding="utf-8-sig", newline="") as stream:
        rows = list(csv.DictReader(stream))
    found = defaultdict(set)
    for row in rows:
        for word in words(row["course_title"]):
            found[word].add(row["sced_course_code"][:2])
    assert {word: found[word] for word in TELLING} == {word: set(areas) for word, areas in TELLING.items()}


@pytest.fixture
def api(district: District, api_state) -> District:
    return district.take(api_state)


@pytest.fixture
def departments(api: District) -> District:
    """Derived masters for 184 courses, linked; each wants a department that is called by its number."""
    made = api.catalog(locks={"course_info": {"department": "locked"}})
    api.catalog({**made, "masters": [{**one, "department": one["number"]} for one in made["masters"]]})
    assert "Linked 184 courses" in api.done("link").out
    return api


def test_135_masters_reach_184_courses_49_of_them_at_two_schools(departments: District):
    told = departments.push("--as-of", "2016-07-01")
    reached = Counter(
        departments.rows("SELECT master, fields ->> '$.value', count(*), count(DISTINCT school) FROM course_item"
                         " WHERE key = 'department' AND part = 'linked' GROUP BY 1, 2")
    )  # fmt: skip
    assert all(master == department for master, department, _, _ in reached)
    assert Counter((courses, schools) for _, _, courses, schools in reached) == {(1, 1): 86, (2, 2): 49}
    (line,) = lines(told, label="department")
    assert (line["hosts"], line["schools"], line["news"]["total"]) == (184, 5, 135)
    assert departments.plan("--as-of", "2016-07-01").code == 0


def test_the_plan_of_one_master_says_two_courses_at_two_schools(departments: District):
    told = departments.plan("--as-of", "2016-07-01", "--master", "ART-04")
    (line,) = told.summary["changes"]
    assert (line["label"], line["hosts"], line["courses"], line["schools"]) == ("department", 2, 2, 2)
    text = departments.done("plan", "--as-of", "2016-07-01", "--master", "ART-04").out
    assert "department (course info): new (ART-04) in 2 courses at 2 schools" in text
