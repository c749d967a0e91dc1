"""`reconcile.yaml` from the command line: planning is always possible, writing only with leave."""

from __future__ import annotations

import json

import pytest

from tests.commands.small_district import BEFORE_SCHOOL, CATALOG
from tests.commands.test_push_story import categories

PUSH = ("--to-sections", *BEFORE_SCHOOL)
RUNNING = ("--as-of", "2026-09-01")
OVERWRITE = ("--mode", "overwrite", "--calendar", "all", "--to-sections")
NEVER = "windows: {time_zone: UTC, closed: [{first: 2000-01-01, last: 2999-12-31, reason: the census}]}\n"
NOT_MINE = "rights: [{people: [Ada], may: [push, to_sections]}]\n"
FEW = "thresholds: {updates: {count: 0, floor: 0}, deletes: {count: 0, floor: 0}}\n"


@pytest.fixture
def says(district, monkeypatch):
    """`says(text)`: write reconcile.yaml; the person is Ben."""
    monkeypatch.setenv("RECONCILE_USER", "Ben")

    def write(text: str) -> None:
        (district / "reconcile.yaml").write_text(text, encoding="utf-8")

    return write


@pytest.fixture
def changing(district, reconcile, says):
    """After a push the catalog is changed: the next push updates two categories at each host."""
    assert reconcile("apply", *PUSH, "--yes").code == 0
    text = CATALOG.replace("weight: 20", "weight: 30").replace("weight: 80", "weight: 70")
    (district / "catalog.yaml").write_text(text, encoding="utf-8")
    return says


@pytest.mark.parametrize(
    ("text", "told", "how"),
    [
        (NOT_MINE, "Ben has no right `push` in Harrison High 2026-27", "`may: [push]`, for Ben"),
        (NEVER, "nothing may be applied: the census", "It opens Wed 3000-01-01 00:00 (UTC)."),
    ],
)
def test_who_and_when_keep_from_applying_and_not_from_planning(district, reconcile, says, text, told, how):
    says(text)
    before = categories(district)
    planned = reconcile("plan", *PUSH, "--out", "plan.json", "--detailed-exitcode")
    assert planned.code == 2
    assert f"{told}" in planned.err
    assert "apply would refuse: " in planned.err
    for words in ((*PUSH, "--yes"), ("plan.json", *BEFORE_SCHOOL)):
        refused = reconcile("apply", *words)
        assert refused.code == 4
        assert told in refused.err
        assert how in refused.err
    assert categories(district) == before
    says("{}")
    assert reconcile("apply", "plan.json", *BEFORE_SCHOOL).code == 0


def test_whose_right_it_is_may_apply(district, reconcile, says, monkeypatch):
    says(NOT_MINE)
    monkeypatch.setenv("RECONCILE_USER", "Ada")
    assert reconcile("apply", *PUSH, "--yes").code == 0
    refused = reconcile("apply", *OVERWRITE, *BEFORE_SCHOOL, "--yes")
    assert refused.code == 4
    assert "Ada has no right `overwrite`" in refused.err


def test_a_policy_that_was_written_after_the_plan_holds(district, reconcile, says):
    assert reconcile("plan", *PUSH, "--out", "plan.json").code == 0
    says(NOT_MINE)
    refused = reconcile("apply", "plan.json", *BEFORE_SCHOOL)
    assert refused.code == 4
    assert "2 rules do not permit this plan" in refused.err
    assert "refused: Ben has no right `to_sections`" in refused.err


def test_a_threshold_says_the_numbers_and_the_flag_that_lifts_it(district, reconcile, changing):
    changing(FEW)
    planned = reconcile("plan", *PUSH)
    assert planned.code == 0
    assert "apply would refuse: categories at Harrison High: 6 of 7 (86 %) would be updated" in planned.err
    refused = reconcile("apply", *PUSH, "--yes")
    assert refused.code == 4
    assert "the threshold is 0" in refused.err
    assert "--over-threshold" in refused.err
    assert reconcile("apply", *PUSH, "--yes", "--over-threshold").code == 4
    lifted = reconcile("apply", *PUSH, "--yes", "--over-threshold", "-m", "new weights")
    assert lifted.code == 0
    assert "warning: categories at Harrison High: 6 of 7 (86 %) would be updated" in lifted.err
    assert ("2", "Tests", "70") in categories(district)


def test_a_saved_plan_is_lifted_over_a_threshold_when_it_is_applied(district, reconcile, changing):
    changing(FEW)
    assert reconcile("plan", *PUSH, "--out", "plan.json").code == 0
    assert reconcile("apply", "plan.json", *BEFORE_SCHOOL).code == 4
    lift = ("--over-threshold", "--message", "new weights")
    assert reconcile("apply", "plan.json", *BEFORE_SCHOOL, *lift).code == 0


def test_an_undo_is_judged_like_any_plan(district, reconcile, changing):
    assert reconcile("apply", *PUSH, "--yes").code == 0
    run = str(json.loads(reconcile("report", "push", "--format", "json").out)["run"])
    changing(NOT_MINE)
    before = categories(district)
    refused = reconcile("undo", run, *BEFORE_SCHOOL, "--yes")
    assert refused.code == 4
    assert "Ben has no right `push` in Harrison High 2026-27" in refused.err
    assert categories(district) == before
    seen = reconcile("undo", run, *BEFORE_SCHOOL, "--plan-only")
    assert seen.code == 0
    assert "apply would refuse: Ben has no right `push`" in seen.err
    changing(FEW)
    assert reconcile("undo", run, *BEFORE_SCHOOL, "--yes").code == 4
    lift = ("--over-threshold", "-m", "too early")
    assert reconcile("undo", run, *BEFORE_SCHOOL, "--yes", *lift).code == 0
    assert ("2", "Tests", "80") in categories(district)


def test_a_relink_is_judged_like_any_plan(district, reconcile, says):
    assert reconcile("apply", *PUSH, "--yes").code == 0
    says(NOT_MINE)
    refused = reconcile("relink", "0401", *BEFORE_SCHOOL, "--yes")
    assert refused.code == 4
    assert "Ben has no right `push`" in refused.err


def test_past_years_are_read_only_unless_said(district, reconcile, says):
    late = ("--to-sections", "--as-of", "2027-06-01")
    assert reconcile("plan", *late).code == 0
    refused = reconcile("apply", *late, "--yes")
    assert refused.code == 4
    assert "the school year is over in Harrison High 2026-27" in refused.err
    says("past_years: writable")
    assert reconcile("apply", *late, "--yes").code == 0


def test_an_overwrite_in_session_is_only_warned_of_where_policy_says_so(district, reconcile, says):
    says("sessions: {overwrite: warn}")
    planned = reconcile("plan", *OVERWRITE, *RUNNING)
    assert planned.code == 0
    assert "W1: " in planned.out
    assert "REFUSED" not in planned.out
    assert reconcile("apply", *OVERWRITE, *RUNNING, "--yes").code == 0


def test_an_overwrite_in_session_asks_for_leave_and_a_reason(district, reconcile, says):
    says("sessions: {overwrite: ask}")
    asked = reconcile("plan", *OVERWRITE, *RUNNING, "--out", "plan.json")
    assert asked.code == 4
    assert "REFUSED" in asked.out
    assert not (district / "plan.json").exists()
    allowed = (*OVERWRITE, *RUNNING, "--allow-in-session")
    planned = reconcile("plan", *allowed, "--out", "plan.json")
    assert planned.code == 0
    assert "apply would refuse: an overwrite" in planned.err
    assert reconcile("apply", "plan.json", *RUNNING).code == 4
    assert reconcile("apply", "plan.json", *RUNNING, "--message", "agreed").code == 0


def test_an_overwrite_in_session_may_be_refused_whatever_is_said(district, reconcile, says):
    says("sessions: {overwrite: refuse}")
    told = reconcile("apply", *OVERWRITE, *RUNNING, "--yes", "--allow-in-session", "--message", "please")
    assert told.code == 4
    assert "`sessions: overwrite:`" in told.err


# --- rights beyond pushes ---------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("words", "right"),
    [
        (("unlink", "--all"), "edit"),
        (("link", "catalog.yaml"), "edit"),
        (("import", "district.json", "--prune"), "edit"),
        (("report", "push"), "report"),
        (("report", "sections"), "report"),
        (("report", "residuals"), "report"),
        (("report", "audit"), "report"),
    ],
)
def test_what_is_no_push_takes_a_right_too(district, reconcile, says, monkeypatch, words, right):
    assert reconcile("apply", *PUSH, "--yes").code == 0
    says(NOT_MINE)
    before = (district / "reconcile.db").read_bytes()
    refused = reconcile(*words)
    assert refused.code == 4
    assert f"Ben has no right `{right}` in " in refused.err
    assert refused.out == ""
    assert (district / "reconcile.db").read_bytes() == before
    says("rights: [{people: [Ben], may: [edit, report]}]")
    assert reconcile(*words).code == 0


def test_a_year_change_waits_for_a_window_like_any_plan(district, reconcile, says):
    rolling = ("roll-forward", "--from-year", "2027", "--to-year", "2028", "--as-of", "2026-07-01")
    says(NEVER)
    assert reconcile(*rolling, "--out", "year.json").code == 0, "planning is always possible"
    before = reconcile("history", "--format", "json").json
    for words in ((*rolling, "--yes"), ("apply", "year.json", "--as-of", "2026-07-01")):
        told = reconcile(*words)
        assert told.code == 4
        assert "nothing may be applied: the census" in told.err
    assert reconcile("history", "--format", "json").json == before
    says("sessions: {overwrite: ask}")
    assert reconcile("apply", "year.json", "--as-of", "2026-07-01").code == 0


def test_reading_is_narrowed_to_the_own_schools(district, reconcile, says):
    assert reconcile("apply", *PUSH, "--yes").code == 0
    says("rights: [{people: [Ben], may: [report], schools: [Roosevelt*]}]")
    refused = reconcile("report", "sections")
    assert refused.code == 4
    assert "Ben has no right `report` in Harrison High 2026-27" in refused.err
    says("rights: [{people: [Ben], may: [report], schools: [Harrison*], years: [2027]}]")
    assert reconcile("report", "sections").code == 0


def test_linking_is_no_push_and_goes_on_in_past_years(district, reconcile, says):
    older = json.loads((district / "district.json").read_text(encoding="utf-8"))
    older["courses"][0]["calendar"] = "Harrison High 2025-26"
    (district / "district.json").write_text(json.dumps(older), encoding="utf-8")
    (district / "catalog.yaml").write_text(CATALOG.replace("[2027]", "[2026, 2027]"), encoding="utf-8")
    assert reconcile("import", "district.json").code == 0
    told = reconcile("link", "catalog.yaml")
    assert told.code == 0
    assert "Linked 1 course" in told.out


def test_a_plain_import_takes_no_right(district, reconcile, says):
    says(NOT_MINE)
    assert reconcile("import", "district.json").code == 0


# --- warnings that are errors -----------------------------------------------------------------------------


def test_a_warning_of_a_plan_refuses_it_already_when_planned(district, reconcile, says):
    says("warnings_as_errors: [W3]")
    words = ("--mode", "overwrite", "--calendar", "all", *BEFORE_SCHOOL)
    told = reconcile("plan", *words, "--out", "plan.json")
    assert told.code == 4
    assert "W3 counts as an error here" in told.err
    assert not (district / "plan.json").exists()
    assert reconcile("apply", *words, "--yes").code == 4
    assert reconcile("plan", *words, "--to-sections").code == 0


def test_a_warning_of_the_catalogs_fails_validate_and_refuses_a_plan(district, reconcile, says):
    bare = '  - {number: "0402", name: Algebra II, grading_tasks: [], categories: []}\n'
    (district / "catalog.yaml").write_text(CATALOG + bare, encoding="utf-8")
    assert reconcile("validate", "catalog.yaml").code == 0
    says("warnings_as_errors: [no-task]")
    checked = reconcile("validate", "catalog.yaml")
    assert checked.code == 1
    assert "1 warning counts as an error here" in checked.err
    planned = reconcile("plan", *PUSH)
    assert planned.code == 4
    assert "warning: " in planned.err
    assert "1 warning(s) of the catalogs" in planned.err


# --- the file itself --------------------------------------------------------------------------------------


@pytest.mark.parametrize("words", [("plan", *PUSH), ("apply", *PUSH, "--yes"), ("validate",)])
def test_a_file_that_is_wrong_stops_everything_that_is_judged_by_it(district, reconcile, says, words):
    says("rights: [{groups: [offise], may: [push]}]\ngroups: {office: [Ben]}\n")
    told = reconcile(*words)
    assert told.code == 1
    assert 'reconcile.yaml:1:20: error: there is no group "offise" (did you mean "office"?)' in told.err
    assert "reconcile.yaml can't be used: 1 error(s), told above." in told.err


def test_an_expired_waiver_is_said_and_stops_nothing(district, reconcile, says):
    says("waivers: [{address: '0401@*#categories/Lab', reason: trial, owner: Ada, expires: 2026-01-31}]")
    told = reconcile("apply", *PUSH, "--yes")
    assert told.code == 0
    assert (
        "warning: the waiver of Ada for 0401@*#categories/Lab has expired on 2026-01-31 (trial)" in told.err
    )


def test_a_school_that_is_not_there_is_said_and_stops_nothing(district, reconcile, says):
    says("rights: [{people: [Ben], may: [push, to_sections], schools: [Harrison High, Harison High]}]")
    told = reconcile("apply", *PUSH, "--yes")
    assert told.code == 0
    assert 'warning: `rights:` speak of the school "Harison High"' in told.err


def test_the_result_on_stdout_is_json_whatever_is_warned_of(district, reconcile, says):
    says("waivers: [{address: '0401@*#categories/Lab', reason: trial, owner: Ada, expires: 2026-01-31}]")
    assert reconcile("plan", *PUSH, "--format", "json").json["body"]["summary"]
    assert reconcile("apply", *PUSH, "--yes", "--format", "json").json["status"] == "done"


def test_the_schema_is_printed(reconcile):
    assert "past_years" in reconcile("schema", "reconcile").json["properties"]
