"""Linking with bad rows, the newest report that there is, and where catalogs are looked for."""

from __future__ import annotations

import json
import re
import shlex

import pytest

from reconciler import errors
from reconciler.receipts import begin
from reconciler.stores import open_store
from tests.commands.small_district import BEFORE_SCHOOL, CATALOG, DISTRICT

PUSH = ("--to-sections", *BEFORE_SCHOOL)
HERE = "Harrison High 2026-27"


def killed(folder, kind="apply", times=1) -> None:
    """Leave runs that have begun, and of which nothing more was heard."""
    store = open_store(f"sqlite:///{folder / 'reconcile.db'}")
    for _ in range(times):
        with store.write() as tx:
            begin(tx, kind)
    store.close()


@pytest.fixture
def unlinked(district, reconcile):
    """The district before it was linked, and a CSV to fill."""
    assert reconcile("unlink", "--all").code == 0
    return district / "links.csv"


# --- link -------------------------------------------------------------------------------------------------


def test_bad_rows_beside_a_good_one_are_a_link_in_part(unlinked, reconcile):
    rows = (f"{HERE},0401,0401", f"{HERE},0402,0401", "Harison,0401,0401")
    unlinked.write_text("\n".join(("calendar,number,master", *rows)), encoding="utf-8")
    told = reconcile("link", "--csv", "links.csv")
    assert told.code == errors.IN_PART
    assert [line.partition(": ")[0] for line in told.out.splitlines()[:2]] == ["links.csv:3", "links.csv:4"]
    assert "Linked 1 course" in told.out


def test_bad_rows_alone_are_a_failure(unlinked, reconcile):
    unlinked.write_text(f"calendar,number,master\n{HERE},0402,0401\n", encoding="utf-8")
    assert reconcile("link", "--csv", "links.csv").code == errors.FAILED


def test_what_was_linked_before_does_not_make_bad_rows_good(unlinked, reconcile):
    assert reconcile("link").code == 0
    unlinked.write_text(f"calendar,number,master\n{HERE},0401,0401\n{HERE},0402,0401\n", encoding="utf-8")
    assert reconcile("link", "--csv", "links.csv").code == errors.FAILED


def test_a_refused_course_is_named_by_its_row_and_calendar(district, reconcile):
    more = CATALOG + '  - {number: "0402", name: Algebra II, grading_tasks: [], categories: []}\n'
    (district / "catalog.yaml").write_text(more, encoding="utf-8")
    (district / "links.csv").write_text(f"Calendar;Number;Master\n{HERE};0401;0402\n", encoding="utf-8")
    told = reconcile("link", "--csv", "links.csv")
    first = told.out.splitlines()[0]
    assert first == f"links.csv:2: 0401@{HERE}: it follows High School/0401; unlink it first"
    assert told.code == errors.FAILED


def test_schools_that_the_state_does_not_have_are_told_beside_the_result(unlinked, reconcile, folder):
    named = CATALOG.replace("schools: all", "schools: [Harrison High, Harrson High, Xanadu]")
    (folder / "catalog.yaml").write_text(named, encoding="utf-8")
    told = reconcile("link", "--format", "json")
    assert (told.code, told.json["courses"]) == (0, 1)
    assert told.err.splitlines() == [
        f'warning: the state has no school {name}, which the catalog "High School" names'
        for name in ('"Harrson High" (did you mean "Harrison High"?)', '"Xanadu"')
    ]


# --- report -----------------------------------------------------------------------------------------------


def test_a_killed_push_does_not_hide_the_reports_of_others(district, reconcile):
    assert reconcile("apply", *PUSH, "--yes").code == 0
    killed(district, times=2)
    told = reconcile("report", "push", "--format", "json")
    assert (told.code, told.json["run"]) == (0, 3)


def test_many_runs_without_a_report_do_not_hide_one(district, reconcile):
    assert reconcile("apply", *PUSH, "--yes").code == 0
    killed(district, "link", times=60)
    assert reconcile("report", "push", "--format", "json").json["run"] == 3


@pytest.mark.parametrize("number", ["1", "2", "4", "99"])
def test_a_run_without_a_push_report_is_no_finished_push(district, reconcile, number):
    assert reconcile("apply", *PUSH, "--yes").code == 0
    killed(district)
    told = reconcile("report", "push", number)
    assert told.code == errors.USAGE
    assert f"There is no finished push {number} in this state." in told.err
    assert "Runs with a report: 3." in told.err


def test_a_push_is_found_by_its_number_behind_newer_ones(district, reconcile):
    assert reconcile("apply", *PUSH, "--yes").code == 0
    assert reconcile("apply", *PUSH, "--yes").code == 0
    killed(district)
    assert reconcile("report", "push", "3", "--format", "json").json["run"] == 3
    assert reconcile("report", "push", "--format", "json").json["run"] == 4


# --- validate, and settings -------------------------------------------------------------------------------


def test_validate_checks_the_catalogs_of_the_settings_before_the_folder(folder, reconcile):
    (folder / "masters.yml").write_text(CATALOG.replace("High School", "Listed"), encoding="utf-8")
    (folder / "catalog.yaml").write_text(CATALOG, encoding="utf-8")
    (folder / "reconcile.yaml").write_text("catalogs: masters.yml\n", encoding="utf-8")
    assert [one["name"] for one in reconcile("validate", "--format", "json").json["catalogs"]] == ["Listed"]
    told = reconcile("validate", "catalog.yaml", "--format", "json")
    assert [one["name"] for one in told.json["catalogs"]] == ["High School"]


def test_a_catalog_without_masters_is_told_and_no_error(folder, reconcile):
    (folder / "catalog.yaml").write_text("catalog: A\nschool_years: [2027]\nschools: all\n", encoding="utf-8")
    told = reconcile("validate")
    assert told.code == 0
    assert "catalog.yaml:1:1: warning: the catalog has no masters, so it pushes nothing" in told.out


@pytest.mark.parametrize(
    ("text", "says"),
    [
        (b"sate: x\n", '1:1: error: unknown key "sate" (did you mean "state"?)'),
        (b"- a\n", "1:1: error: it must be keys with values, such as `state: reconcile.db`"),
        (b"just text\n", "1:1: error: it must be keys with values, such as `state: reconcile.db`"),
        (b"state: [a]\n", "1:8: error: state must be text"),
        (b"catalogs: {a: b}\n", "1:11: error: catalogs must be paths"),
        (b"catalogs: [[a]]\n", "1:11: error: catalogs must be paths"),
        (b"state: \xff\n", "1:8: error: this is not UTF-8 text"),
        (b"state: a\nstate: b\n", '2:1: error: the key "state" stands twice, first in line 1, column 1'),
    ],
)
def test_settings_that_are_wrong_are_told_in_words(folder, reconcile, text, says):
    (folder / "reconcile.yaml").write_bytes(text)
    told = reconcile("validate")
    assert told.code == errors.FAILED
    assert told.err.startswith(f"reconcile.yaml:{says}\n")
    assert "error: reconcile.yaml can't be used: 1 error(s), told above." in told.err


def test_help_names_no_page_that_people_do_not_have(reconcile):
    for words in ((), ("validate",), ("import",), ("export",), ("link",), ("unlink",), ("plan",), ("apply",),
                  ("schema",), ("report",), ("report", "push")):  # fmt: skip
        told = reconcile(*words, "--help")
        assert told.code == 0
        assert "domain.md" not in told.out
        assert "house" not in told.out


# --- what is planned before anything was linked -----------------------------------------------------------


def test_a_forgotten_link_is_told_in_the_last_line(folder, reconcile):
    (folder / "catalog.yaml").write_text(CATALOG, encoding="utf-8")
    (folder / "district.json").write_text(json.dumps(DISTRICT), encoding="utf-8")
    assert reconcile("import", "district.json").code == 0
    told = reconcile("plan", *PUSH)
    assert told.code == 0
    last = " ".join(told.out.split())
    assert last.endswith("No course here is linked to a master of these catalogs: run `reconcile link`.")
    assert reconcile("link").code == 0
    assert "No course here" not in reconcile("plan", *PUSH).out


def test_a_forgotten_link_is_all_that_is_told_where_nothing_else_would_change(district, reconcile):
    assert reconcile("apply", *PUSH, "--yes").code == 0
    assert reconcile("unlink", "--all").code == 0
    told = reconcile("plan", *PUSH, "--detailed-exitcode")
    assert told.code == 0
    last = told.out.splitlines()[-1]
    assert last == "No course here is linked to a master of these catalogs: run `reconcile link`."


def test_options_that_mean_no_course_are_no_forgotten_link(district, reconcile):
    assert reconcile("apply", *PUSH, "--yes").code == 0
    more = CATALOG + '  - {number: "0402", name: Algebra II, grading_tasks: [], categories: []}\n'
    (district / "catalog.yaml").write_text(more, encoding="utf-8")
    told = reconcile("plan", *PUSH, "--master", "0402")
    assert told.out.splitlines()[-1] == "Nothing to push: these options mean no course that is linked."


# --- what is told to do, works ----------------------------------------------------------------------------


@pytest.mark.parametrize("more", [(), ("--to-sections",)])
def test_the_remedy_for_a_desynced_course_works_as_it_is_told(district, reconcile, more):
    assert reconcile("apply", *PUSH, "--yes").code == 0
    assert reconcile("export", "--output", "now.json").code == 0
    now = json.loads((district / "now.json").read_text(encoding="utf-8"))
    next(one for one in now["courses"][0]["setup"]["categories"] if one["name"] == "Tests")["weight"] = "7"
    (district / "now.json").write_text(json.dumps(now), encoding="utf-8")
    assert reconcile("import", "now.json").code == 0
    same = ("apply", "catalog.yaml", *more, *BEFORE_SCHOOL, "--yes")
    told = " ".join(reconcile(*same).out.split())
    assert "1 course refused, desynced" in told
    (words,) = set(re.findall(r"put it back by hand, or `reconcile ([^`]*)`", told))
    assert ("--to-sections" in words) is bool(more)
    assert reconcile(*shlex.split(words), *BEFORE_SCHOOL, "--yes").code == 0
    assert "refused" not in reconcile("plan", *more, *BEFORE_SCHOOL).out


@pytest.mark.parametrize("verb", ["link", "unlink"])
@pytest.mark.parametrize(
    ("condition", "message"),
    [
        ("school=Harison High", 'there is no such school (did you mean "Harrison High"?)'),
        ("calendar=2030*", "there is no such calendar."),
        ("number=0402", 'there is no such number (did you mean "0401"?)'),
    ],
)
def test_a_condition_that_means_nothing_is_no_quiet_success(district, reconcile, verb, condition, message):
    told = reconcile(verb, "--where", condition)
    assert told.code == 64
    assert message in told.err
    kinds = [row["kind"] for row in reconcile("history", "--format", "json").json["rows"]]
    assert kinds == ["link", "import"], "and no run is left behind"
