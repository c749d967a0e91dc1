"""Whatever the data and the mode: no grade is lost, none points at nothing, and a second plan is empty."""

from __future__ import annotations

from pathlib import Path

import pytest
from working import District

SETS = ("oulad_state", "grand_bend_state", "api_state", "roster_state")
MODES = {
    "locked": ("--to-sections",),
    "overwrite": ("--to-sections", "--mode", "overwrite", "--calendar", "all", "--allow-in-session"),
}
FROM_COURSES = {"from courses": (), "from courses, categories overwritten": ("--overwrite-categories",)}


@pytest.fixture(params=SETS)
def any_district(request: pytest.FixtureRequest, district: District) -> District:
    state: Path = request.getfixturevalue(request.param)
    return district.take(state)


def reworked(district: District) -> None:
    """Derived masters, linked: each loses its first category, weighs the others anew and wants a new one."""
    made = district.catalog()
    for one in made["masters"]:
        rest = [{**category, "weight": 30 + place} for place, category in enumerate(one["categories"][1:])]
        one["categories"] = [*rest, {"name": "Project", "weight": 25, "drop_lowest": 1}]
        one["department"] = one["number"][:3]
    district.catalog(made)
    district.done("link")


def settled(district: District, *words: object) -> None:
    """Push, and look: the same grades, all of them in categories that are there, and nothing left to do."""
    before = district.evidence()
    district.push(*words)
    assert (district.evidence(), district.astray()) == (before, [])
    again = district.plan(*words)
    summary = again.summary
    assert (summary["changes"], summary["lists"]) == ([], [])
    assert again.code == (3 if summary["residuals"] or summary["refused"] or summary["refused_items"] else 0)
    state = district.rows("SELECT id, holding_id, used_id FROM section ORDER BY id")
    district.done("apply", "plan.json", "--yes")
    assert district.rows("SELECT id, holding_id, used_id FROM section ORDER BY id") == state


@pytest.mark.parametrize("mode", MODES)
def test_a_push_from_masters_loses_no_grade_and_settles(any_district: District, mode: str):
    reworked(any_district)
    for (year,) in any_district.rows("SELECT DISTINCT year FROM calendar"):
        settled(any_district, *MODES[mode], "--year", year)
    projects = any_district.rows(
        "SELECT count(*) FROM section_item WHERE name = 'Project' AND part = 'linked'"
    )
    assert projects == any_district.rows("SELECT count(*) FROM section")


def test_a_locked_push_and_an_overwrite_that_takes_it_back_settle_too(any_district: District):
    """After a push the masters go back to what is common by now: what is unused of it goes for good."""
    reworked(any_district)
    years = [year for (year,) in any_district.rows("SELECT DISTINCT year FROM calendar")]
    before = any_district.evidence()
    for year in years:
        any_district.push(*MODES["locked"], "--year", year)
    made = any_district.catalog()
    for one in made["masters"]:
        one["categories"] = [kept for kept in one["categories"] if kept["name"] != "Project"]
        one["department"] = None
    any_district.catalog(made)
    for year in years:
        settled(any_district, *MODES["overwrite"], "--year", year)
    assert any_district.evidence() == before
    assert any_district.categories("name")["Project",] == unread(any_district)


def unread(district: District) -> int:
    """Sections whose uses were never read: everything in them counts as used."""
    return district.rows("SELECT count(*) FROM section WHERE used_id IS NULL")[0][0]


@pytest.mark.parametrize("how", FROM_COURSES)
def test_a_push_from_courses_loses_no_grade_and_settles(any_district: District, how: str):
    reworked(any_district)
    for (year,) in any_district.rows("SELECT DISTINCT year FROM calendar"):
        any_district.push("--year", year)
    (any_district.folder / "catalog.yaml").unlink()
    for (calendar,) in any_district.rows("SELECT name FROM calendar ORDER BY name"):
        settled(any_district, "--source", "courses", "--calendar", calendar, *FROM_COURSES[how])
    assert any_district.rows(
        "SELECT count(*) FROM section_item WHERE name = 'Project' AND part = 'linked'"
    ) == (any_district.rows("SELECT count(*) FROM section"))


def test_what_is_exported_after_a_push_is_what_is_there(any_district: District):
    reworked(any_district)
    for (year,) in any_district.rows("SELECT DISTINCT year FROM calendar"):
        any_district.push(*MODES["overwrite"], "--year", year)
    before = any_district.evidence()
    any_district.done("export", "--output", "now.json")
    assert "Nothing has changed" in any_district.done("import", "now.json").out
    any_district.done("import", "now.json", "--state", "sqlite:///copy.db")
    any_district.done("export", "--output", "again.json", "--state", "sqlite:///copy.db")
    assert (any_district.folder / "again.json").read_bytes() == (
        any_district.folder / "now.json"
    ).read_bytes()
    assert any_district.evidence() == before
