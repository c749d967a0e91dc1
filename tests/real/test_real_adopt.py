"""A first catalog of real districts: valid, nothing to do right after, and what is known of the data told."""

from __future__ import annotations

import re

import pytest

from tests.real.working import District

SETS = ("oulad_state", "grand_bend_state", "api_state", "roster_state")
WIDE = ("--to-sections", "--cross-site", "--detailed-exitcode", "--format", "json")


@pytest.fixture(params=SETS)
def any_district(request: pytest.FixtureRequest, district: District) -> District:
    return district.take(request.getfixturevalue(request.param))


def years(district: District) -> list[int]:
    return [year for (year,) in district.rows("SELECT DISTINCT year FROM calendar ORDER BY year")]


def text(district: District) -> str:
    return (district.folder / "catalog.yaml").read_text(encoding="utf-8")


def test_right_after_adopting_with_links_nothing_is_left_to_do(any_district: District):
    evidence = any_district.evidence()
    any_district.done("adopt", "--output", "catalog.yaml", "--link")
    any_district.done("validate")
    assert any_district.rows("SELECT count(*) FROM course WHERE master IS NULL") == [(0,)]
    for year in years(any_district):
        told = any_district.reconcile("plan", "--year", year, *WIDE)
        summary = told.summary
        assert (told.code, summary["changes"], summary["refused"], summary["lists"]) == (0, [], [], [])
    assert any_district.evidence() == evidence
    assert any_district.astray() == []


def test_right_after_linking_by_number_no_course_changes(any_district: District):
    any_district.done("adopt", "--output", "catalog.yaml")
    any_district.done("link")
    for year in years(any_district):
        summary = any_district.reconcile("plan", "--year", year, *WIDE).summary
        assert (summary["changes"], summary["refused"], summary["refused_items"]) == ([], [], [])


def test_with_everything_locked_the_courses_still_agree(any_district: District):
    """What sections alone have is the exception: courses have nothing of it yet."""
    any_district.done("adopt", "--output", "catalog.yaml")
    made = re.sub(r": unlocked (?=# \d)", ": locked ", text(any_district))
    assert ": unlocked # taken from sections" in made or ": unlocked" not in made
    (any_district.folder / "catalog.yaml").write_text(made, encoding="utf-8")
    any_district.done("validate")
    any_district.done("link")
    for year in years(any_district):
        changes = any_district.reconcile("plan", "--year", year, *WIDE).summary["changes"]
        assert {(one["area"], one["label"]) for one in changes} <= {("course_info", "active")}


def test_codes_of_two_schools_are_one_master_each(district: District, api_state):
    district.take(api_state).done("adopt", "--output", "catalog.yaml", "--link")
    made = text(district)
    assert made.count("\n  - number: ") + made.count("\n  - {number: ") == 135
    assert made.count("# 2 courses at 2 schools") == 49
    assert district.rows("SELECT count(*), count(DISTINCT master) FROM course") == [(184, 135)]
    assert "# Used by" in made


def test_learned_weights_are_the_most_common_of_the_presentations(district: District, oulad_state):
    """BBB and DDD: four presentations each, of which one weighs otherwise (README of the data)."""
    district.take(oulad_state).done("adopt", "--output", "catalog.yaml")
    made = text(district)
    assert "categories: unlocked # taken from sections" in made
    assert made.count("# 1 of 4 sections at 1 school has other categories") == 2
    bbb = made[made.index("number: BBB") : made.index("number: CCC")]
    assert "{name: TMA, weight: 95}" in bbb


def test_grand_bend_locks_its_standards(district: District, grand_bend_state):
    district.take(grand_bend_state).done("adopt", "--output", "catalog.yaml", "--link")
    made = text(district)
    assert "  standards: locked\n" in made
    linked = "SELECT count(*) FROM course_item WHERE area = 'standards' AND part = ?"
    assert district.rows(linked, "linked") == [(38,)]
    assert district.rows(linked, "own") == [(0,)]
