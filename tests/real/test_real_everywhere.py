"""Whatever the data and the mode: no grade is lost, none points at nothing, and a second plan is empty."""

from __future__ import annotations

import pytest

from tests.real.working import District

GRADEBOOKS = ("oulad_state", "grand_bend_state", "roster_state")
SETS = (*GRADEBOOKS, "api_state")
"""The last one has courses, but no section."""
MODES = {
    "locked": ("--to-sections",),
    "overwrite": ("--to-sections", "--mode", "overwrite", "--calendar", "all", "--allow-in-session"),
}
FROM_COURSES = {
    "from courses": (),
    "from courses, categories overwritten": ("--overwrite-categories", "--allow-in-session"),
}


@pytest.fixture(params=SETS)
def any_district(request: pytest.FixtureRequest, district: District) -> District:
    return district.take(request.getfixturevalue(request.param))


@pytest.fixture(params=GRADEBOOKS)
def with_sections(request: pytest.FixtureRequest, district: District) -> District:
    return district.take(request.getfixturevalue(request.param))


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


def test_a_locked_push_and_an_overwrite_that_takes_it_back_settle_too(with_sections: District):
    """After a push the masters go back to what is common by now: what is unused of it goes for good."""
    reworked(with_sections)
    years = [year for (year,) in with_sections.rows("SELECT DISTINCT year FROM calendar")]
    before = with_sections.evidence()
    for year in years:
        with_sections.push(*MODES["locked"], "--year", year)
    made = with_sections.catalog()
    for one in made["masters"]:
        one["categories"] = [kept for kept in one["categories"] if kept["name"] != "Project"]
        one["department"] = None
    with_sections.catalog(made)
    for year in years:
        settled(with_sections, *MODES["overwrite"], "--year", year)
    assert with_sections.evidence() == before
    assert with_sections.categories("name")["Project",] == unread(with_sections)


def unread(district: District) -> int:
    """Sections whose uses were never read: everything in them counts as used."""
    return district.rows("SELECT count(*) FROM section WHERE used_id IS NULL")[0][0]


@pytest.mark.parametrize("how", FROM_COURSES)
def test_a_push_from_courses_loses_no_grade_and_settles(with_sections: District, how: str):
    reworked(with_sections)
    for (year,) in with_sections.rows("SELECT DISTINCT year FROM calendar"):
        with_sections.push("--year", year)
    (with_sections.folder / "catalog.yaml").unlink()
    for (calendar,) in with_sections.rows("SELECT name FROM calendar ORDER BY name"):
        settled(with_sections, "--source", "courses", "--calendar", calendar, *FROM_COURSES[how])
    assert with_sections.rows(
        "SELECT count(*) FROM section_item WHERE name = 'Project' AND part = 'linked'"
    ) == (with_sections.rows("SELECT count(*) FROM section"))


def test_what_is_exported_after_a_push_is_what_is_there(with_sections: District):
    reworked(with_sections)
    for (year,) in with_sections.rows("SELECT DISTINCT year FROM calendar"):
        with_sections.push(*MODES["overwrite"], "--year", year)
    before = with_sections.evidence()
    with_sections.done("export", "--output", "now.json")
    assert "Nothing has changed" in with_sections.done("import", "now.json").out
    with_sections.done("import", "now.json", "--state", "sqlite:///copy.db")
    with_sections.done("export", "--output", "again.json", "--state", "sqlite:///copy.db")
    assert (with_sections.folder / "again.json").read_bytes() == (
        with_sections.folder / "now.json"
    ).read_bytes()
    assert with_sections.evidence() == before
