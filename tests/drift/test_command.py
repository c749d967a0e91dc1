"""`reconcile drift` from the command line: what it says, what it edits, and its exit codes."""

from __future__ import annotations

import json

import pytest

from tests.commands.small_district import BEFORE_SCHOOL, CATALOG, DISTRICT

PLACE = "0401@Harrison High 2026-27"
TESTS = f"{PLACE}#categories/Tests"
NEITHER = "# the department wants it so\n"


def words(text: str) -> str:
    return " ".join(text.split())


@pytest.fixture
def drifted(district, reconcile):
    """The district after a push, with Tests at 70 at the course and Homework at 33 in section 1."""
    (district / "catalog.yaml").write_text(NEITHER + CATALOG, encoding="utf-8")
    assert reconcile("apply", "--to-sections", *BEFORE_SCHOOL, "--yes").code == 0
    assert reconcile("export", "--output", "now.json").code == 0
    told = json.loads((district / "now.json").read_text(encoding="utf-8"))
    course = told["courses"][0]
    section = next(one for one in course["sections"] if one["number"] == "1")
    for host, name, weight in ((course, "Tests", "70"), (section, "Homework", "33")):
        next(one for one in host["setup"]["categories"] if one["name"] == name)["weight"] = weight
    (district / "now.json").write_text(json.dumps(told), encoding="utf-8")
    assert reconcile("import", "now.json").code == 0
    return district


def waiver(folder, *, expires: str, address: str = f"{PLACE}*#*/*") -> None:
    entry = {"address": address, "reason": "a pilot", "owner": "Ada", "expires": expires}
    text = json.dumps({"waivers": [entry]})
    (folder / "reconcile.yaml").write_text(text, encoding="utf-8")


def test_nothing_changed_below_is_said_and_is_zero(district, reconcile):
    reconcile("apply", "--to-sections", *BEFORE_SCHOOL, "--yes")
    told = reconcile("drift", "--detailed-exitcode")
    assert told.code == 0
    assert told.out == "Nothing that is to be mended was changed below since it was pushed.\n"


def test_drift_is_told_with_its_ways_out(drifted, reconcile):
    told = reconcile("drift")
    assert told.code == 0
    said = words(told.out)
    assert said.startswith("Changed below since it was pushed: 2 items in 1 course and 1 section.")
    assert "Tests (category): weight 80 -> 70 in 1 course; master 0401" in said
    assert "Homework (category): weight 20 -> 33 in 1 section of 1 course; master 0401" in said
    assert f"reconcile relink \\ '{PLACE}' \\ --to-sections" in said
    assert PLACE + "/1" not in told.out
    assert PLACE + "/1" in reconcile("drift", "-v").out


def test_the_exit_code_tells_drift_from_none(drifted, reconcile):
    assert reconcile("drift", "--detailed-exitcode").code == 2
    waiver(drifted, expires="2099-12-31")
    assert reconcile("drift", "--detailed-exitcode").code == 0
    waiver(drifted, expires="2099-12-31", address=TESTS)
    assert reconcile("drift", "--detailed-exitcode").code == 2
    assert reconcile("drift", "--detailed-exitcode", "--area", "grading_tasks").code == 0


def test_a_waiver_is_told_with_its_owner_and_an_expired_one_clearly(drifted, reconcile):
    waiver(drifted, expires="2026-12-31")
    said = words(reconcile("drift", "--as-of", "2026-12-31").out)
    assert "Waived" in said
    assert "waived by Ada until 2026-12-31: a pilot" in said
    told = reconcile("drift", "--as-of", "2027-01-01", "--detailed-exitcode")
    assert told.code == 2
    assert "Waivers that have expired, and no longer count" in told.out
    assert "has expired on 2026-12-31" in words(told.out)


def test_what_is_put_back_as_told_has_drifted_no_more(drifted, reconcile):
    (command,) = reconcile("drift", "--format", "json").json["put_back"]
    import shlex

    words_ = shlex.split(command.replace("\\\n", " "))
    assert words_[:2] == ["reconcile", "relink"]
    assert reconcile(*words_[1:], *BEFORE_SCHOOL, "--yes").code == 0
    assert reconcile("drift", "--detailed-exitcode").code == 0


def test_the_next_push_puts_a_section_back_as_told(drifted, reconcile):
    reconcile("relink", PLACE, *BEFORE_SCHOOL, "--yes")
    (command,) = reconcile("drift", "--format", "json").json["put_back"]
    assert command.startswith("reconcile apply --to-sections --year 2027")
    assert reconcile("apply", "--to-sections", "--year", "2027", *BEFORE_SCHOOL, "--yes").code == 0
    assert reconcile("drift", "--detailed-exitcode").code == 0


def test_adopt_shows_a_diff_and_writes_nothing(drifted, reconcile):
    before = (drifted / "catalog.yaml").read_text(encoding="utf-8")
    told = reconcile("drift", "--adopt")
    assert told.code == 0
    assert "-      - {name: Tests, weight: 80, tasks: [Final]}" in told.out
    assert "+      - {name: Tests, weight: 70, tasks: [Final]}" in told.out
    assert "33" not in told.out
    assert "--write" in told.err
    assert (drifted / "catalog.yaml").read_text(encoding="utf-8") == before


def test_adopt_write_edits_the_yaml_and_the_drift_is_what_the_catalog_wants(drifted, reconcile):
    told = reconcile("drift", "--adopt", "--write")
    assert told.code == 0
    assert told.out == "Wrote catalog.yaml.\n"
    text = (drifted / "catalog.yaml").read_text(encoding="utf-8")
    assert text == NEITHER + CATALOG.replace("weight: 80", "weight: 70")
    assert reconcile("drift", "--format", "json").json["counts"] == {
        "open": 1, "waived": 0, "wanted": 1, "editable": 0, "free": 0,
    }  # fmt: skip
    assert reconcile("apply", "--to-sections", *BEFORE_SCHOOL, "--yes").code == 0
    assert reconcile("drift", "--detailed-exitcode").code == 0


def test_nothing_to_adopt_is_said(district, reconcile):
    reconcile("apply", "--to-sections", *BEFORE_SCHOOL, "--yes")
    told = reconcile("drift", "--adopt")
    assert (told.code, told.out) == (0, "Nothing to adopt.\n")


def test_courses_that_differ_are_not_adopted_and_the_code_says_so(folder, reconcile):
    (folder / "catalog.yaml").write_text(CATALOG, encoding="utf-8")
    second = {**DISTRICT["calendars"][0], "name": "Lake High 2026-27", "school": "Lake High"}
    courses = [
        {**DISTRICT["courses"][0], "calendar": name} for name in ("Harrison High 2026-27", second["name"])
    ]
    whole = {
        **DISTRICT,
        "schools": [*DISTRICT["schools"], {"name": "Lake High"}],
        "calendars": [DISTRICT["calendars"][0], second],
        "courses": courses,
    }
    (folder / "district.json").write_text(json.dumps(whole), encoding="utf-8")
    for arguments in (["import", "district.json"], ["link"], ["apply", *BEFORE_SCHOOL, "--yes"]):
        assert reconcile(*arguments).code == 0
    reconcile("export", "--output", "now.json")
    told = json.loads((folder / "now.json").read_text(encoding="utf-8"))
    for course, weight in zip(told["courses"], ("60", "70"), strict=True):
        next(one for one in course["setup"]["categories"] if one["name"] == "Tests")["weight"] = weight
    (folder / "now.json").write_text(json.dumps(told), encoding="utf-8")
    assert reconcile("import", "now.json").code == 0
    refused = reconcile("drift", "--adopt")
    assert refused.code == 1
    assert "its courses differ" in refused.err
    assert refused.out == "Nothing to adopt.\n"
    chosen = reconcile("drift", "--adopt", "--course", "0401@Lake*")
    assert chosen.code == 0
    assert "+      - {name: Tests, weight: 70, tasks: [Final]}" in chosen.out
    assert "1 other course of the master" in chosen.err


def test_a_waiver_is_printed_and_holds_once_it_is_written(drifted, reconcile, monkeypatch):
    monkeypatch.setenv("RECONCILE_USER", "Ada")
    told = reconcile("drift", "--waive", f"{PLACE}*#*/*", "--reason", "a pilot", "--as-of", "2026-10-01")
    assert told.code == 0
    assert told.out.splitlines() == [
        "waivers:",
        f'  - address: "{PLACE}*#*/*"',
        '    reason: "a pilot"',
        '    owner: "Ada"',
        '    expires: "2026-12-30"',
    ]
    (drifted / "reconcile.yaml").write_text(told.out, encoding="utf-8")
    assert reconcile("drift", "--detailed-exitcode", "--as-of", "2026-12-30").code == 0
    assert reconcile("drift", "--detailed-exitcode", "--as-of", "2026-12-31").code == 2


def test_the_json_has_its_documented_shape(drifted, reconcile):
    told = reconcile("drift", "--format", "json").json
    assert set(told) == {"counts", "lines", "put_back", "expired_waivers"}
    assert told["counts"]["open"] == 2
    (first, second) = told["lines"]
    assert first == {
        "standing": "open",
        "why": "catalog",
        "says": first["says"],
        "hop": "course",
        "area": "categories",
        "key": "Tests",
        "label": "Tests",
        "field": "weight",
        "old": "80",
        "new": "70",
        "hosts": 1,
        "courses": 1,
        "masters": ["0401"],
        "addresses": [TESTS],
        "waiver": None,
    }
    assert second["addresses"] == [f"{PLACE}/1#categories/Homework"]
    adopted = reconcile("drift", "--adopt", "--format", "json").json
    assert set(adopted) == {"files", "left_out", "notes", "written"}
    assert adopted["written"] is False


def test_what_no_lock_holds_is_counted_apart_and_shown_when_asked(drifted, reconcile):
    text = CATALOG.replace("  categories: locked\n", "")
    (drifted / "catalog.yaml").write_text(text, encoding="utf-8")
    told = reconcile("drift", "--detailed-exitcode")
    assert told.code == 0
    assert "Changed below where no lock holds" in told.out
    assert "2 changes in 1 course and 1 section: the catalog does not lock it" in words(told.out)
    assert "weight 80 -> 70" not in told.out
    assert "weight 80 -> 70" in reconcile("drift", "-v").out


def test_editable_edits_are_listed_apart(drifted, reconcile):
    text = CATALOG.replace("categories: locked", "categories: editable")
    (drifted / "catalog.yaml").write_text(text, encoding="utf-8")
    told = reconcile("drift", "--detailed-exitcode")
    assert told.code == 0
    assert "Edited below, as the catalog allows" in told.out
    assert "Ways out" not in told.out


def test_it_works_without_a_catalog(drifted, reconcile):
    (drifted / "catalog.yaml").unlink()
    told = reconcile("drift", "--detailed-exitcode")
    assert told.code == 2
    assert "weight 80 -> 70" in told.out
    assert reconcile("drift", "--adopt").code == 64


def test_it_fits_eighty_columns(drifted, reconcile, monkeypatch):
    monkeypatch.setattr("reconciler.commands.showing.width", lambda: 80)
    waiver(drifted, expires="2026-12-31", address=TESTS)
    for more in ((), ("-v",), ("--as-of", "2027-01-01")):
        told = reconcile("drift", "--as-of", "2026-10-01", *more)
        assert max(map(len, told.out.splitlines())) <= 80


@pytest.mark.parametrize(
    ("options", "message"),
    [
        (["--write"], "--write makes no sense without --adopt"),
        (["--reason", "x"], "--reason makes no sense without --waive"),
        (["--adopt", "--waive", "x"], "--adopt and --waive can't be asked for together"),
        (["--waive", "x"], "`x` is no address that fits here: a waiver names items"),
        (["--waive", "#categories/x"], "a waiver names items"),
        (["--waive", "0401@x#categories/y"], "has the address `0401@x#categories/y`"),
        (["--waive", f"{PLACE}*#*/*", "--expires", "soon"], "`--expires soon` is no day after"),
        (["--waive", f"{PLACE}*#*/*", "--expires", "2020-01-01"], "is no day after"),
        (["--school", "Harison High"], 'did you mean "Harrison High"?'),
        (["--area", "category"], "--area category"),
        (["--master", "0999"], "--master 0999"),
    ],
)
def test_bad_options_are_usage_errors(drifted, reconcile, options, message):
    told = reconcile("drift", *options)
    assert told.code == 64
    assert message in told.err
    assert told.out == ""


def test_a_broken_policy_is_an_error(drifted, reconcile):
    (drifted / "reconcile.yaml").write_text("waivers: [{address: x}]\n", encoding="utf-8")
    told = reconcile("drift")
    assert told.code == 1
    assert "reconcile.yaml" in told.err
