"""`reconcile batch` from the command line, in a folder with a district."""

from __future__ import annotations

import csv
import json
import sqlite3
import subprocess

import pytest

from tests.commands.small_district import CATALOG, DISTRICT

FAR = "2198-07-01T22:00Z"


@pytest.fixture(autouse=True)
def ada(folder, monkeypatch, zone):
    """Ada sits in Chicago."""
    monkeypatch.setenv("RECONCILE_USER", "ada")
    zone("America/Chicago")


@pytest.fixture
def district(folder, reconcile):
    """A district whose year is to come, whenever this is run."""

    def later(text: str) -> str:
        return text.replace("2027", "2199").replace("2026-08", "2198-08").replace("2026-12", "2198-12")

    (folder / "catalog.yaml").write_text(later(CATALOG), encoding="utf-8")
    (folder / "district.json").write_text(later(json.dumps(DISTRICT)), encoding="utf-8")
    assert reconcile("import", "district.json").code == 0
    assert reconcile("link").code == 0
    return folder


@pytest.fixture
def submit(district, reconcile):
    """Submit a push to all courses and sections; gives what was said."""

    def call(*words: str):
        told = reconcile("batch", "submit", "--to-sections", *words)
        assert told.code == 0, told.err
        return told

    return call


def weights(folder) -> set[tuple[str, str]]:
    state = sqlite3.connect(folder / "reconcile.db")
    rows = state.execute(
        "SELECT section_number, name FROM section_item WHERE area = 'categories' AND part <> 'pushed'"
    ).fetchall()
    state.close()
    return set(rows)


def rows(told):
    assert told.code == 0, told.err
    return told.json["rows"]


def test_a_push_is_shown_kept_and_done_later(district, reconcile, submit):
    told = submit("--at", "2026-01-01T22:00", "-m", "new weights")
    assert "Homework" in told.out, "the plan is shown"
    assert told.out.endswith("Job 1 is queued: a worker does it at once.\n")
    assert "2026-01-01 22:00 CST has passed: the job is due at once." in told.err
    assert ("2", "Tests") not in weights(district), "nothing is written yet"

    told = reconcile("batch", "work", "--once")
    assert (told.code, told.out) == (0, "Job 1 completed. Run 3: 1 course and 2 sections written.\n")
    assert ("2", "Tests") in weights(district)

    told = reconcile("batch", "report", "1")
    assert told.code == 0
    assert told.out == reconcile("report", "push", "3").out
    assert "Push result of run 3 by ada: completed" in told.out
    (job,) = rows(reconcile("batch", "show", "1", "--format", "json"))
    assert (job["run"], job["message"], job["status"]) == (3, "new weights", "completed")


def test_a_time_to_come_is_said_here_and_in_utc(submit):
    told = submit("--at", "2198-07-01T22:00")
    assert told.out.endswith("Job 1 is queued for 2198-07-01 22:00 CDT (2198-07-02T03:00:00+00:00).\n")
    assert told.err == ""


def test_without_a_time_it_is_due_at_once(reconcile, submit):
    assert "does it at once" in submit().out
    assert reconcile("batch", "work", "--once").out.startswith("Job 1 completed.")


def test_what_programs_get_of_a_submitted_job(submit):
    told = submit("--at", FAR, "--priority", "high", "--format", "json")
    (job,) = told.json["rows"]
    assert told.json["report"] == "job"
    assert (job["job"], job["status"], job["priority"]) == (1, "queued", "high")
    assert (job["scheduled"], job["submitted_by"]) == ("2198-07-01T22:00:00+00:00", "ada")
    assert (job["catalogs"], job["calendars"]) == (["High School"], ["Harrison High 2026-27"])
    assert (job["mode"], job["to_sections"], job["year"]) == ("locked", True, 2199)


def test_a_saved_plan_is_submitted_as_it_is(district, reconcile):
    assert reconcile("plan", "--to-sections", "--out", "plan.json").code == 0
    (district / "catalog.yaml").write_text("catalog: other", encoding="utf-8")
    told = reconcile("batch", "submit", "plan.json")
    assert (told.code, told.out) == (0, "Job 1 is queued: a worker does it at once.\n")
    digest = json.loads((district / "plan.json").read_text(encoding="utf-8"))["digest"]
    (job,) = rows(reconcile("batch", "show", "1", "--format", "json"))
    assert job["plan"] == digest
    assert reconcile("batch", "work", "--once").code == 0


def test_a_saved_plan_takes_no_options_of_a_push(district, reconcile):
    assert reconcile("plan", "--out", "plan.json").code == 0
    told = reconcile("batch", "submit", "plan.json", "--to-sections")
    assert (told.code, "A saved plan and other catalogs or options" in told.err) == (64, True)
    assert reconcile("batch", "submit", "other.json").code == 5
    assert rows(reconcile("batch", "list", "--format", "json")) == []


def test_a_plan_of_another_state_is_not_taken(district, reconcile):
    assert reconcile("plan", "--out", "plan.json").code == 0
    assert reconcile("import", "district.json", "--state", "other.db").code == 0
    assert reconcile("batch", "submit", "plan.json", "--state", "other.db").code == 5
    assert rows(reconcile("batch", "list", "--format", "json", "--state", "other.db")) == []


def test_what_would_change_nothing_is_said(reconcile, submit):
    submit()
    reconcile("batch", "work", "--once")
    assert "changes nothing" in submit().err


def test_the_list_has_the_columns_of_the_original(submit, reconcile):
    submit("--at", FAR)
    told = reconcile("batch", "list", "--format", "csv")
    (row,) = csv.DictReader(told.out.splitlines())
    assert list(row) == [
        "job", "scheduled", "status", "priority", "catalogs", "calendars", "mode", "to_sections", "data",
        "submitted_by",
    ]  # fmt: skip
    text = reconcile("batch", "list", "--format", "markdown").out
    for title in ("Scheduled", "Status", "Catalog", "Calendars", "Mode", "To sections", "Pushed data"):
        assert title in text
    assert "2198-07-01" in text and "CDT" in text


def test_the_list_is_of_a_window_of_days_here_the_newest_first(submit, reconcile):
    for at in ("2198-07-01T23:30", "2198-07-02T00:00", "2198-07-03T12:00"):
        submit("--at", at)

    def jobs(*words):
        return [one["job"] for one in rows(reconcile("batch", "list", "--format", "json", *words))]

    assert jobs() == [3, 2, 1]
    assert jobs("--limit", "2") == [3, 2]
    assert jobs("--from", "2198-07-02") == [3, 2]
    assert jobs("--to", "2198-07-01") == [1]
    assert jobs("--from", "2198-07-02", "--to", "2198-07-02") == [2]
    assert jobs("--from", "2198-07-01T23:31", "--to", "2198-07-03T11:00") == [2]
    assert "`--limit` shows more" in reconcile("batch", "list", "--limit", "2").out
    assert "Scheduled from:" in reconcile("batch", "list", "--from", "2198-07-02").out
    assert reconcile("batch", "list", "--to", "2000-01-01").out.rstrip().endswith("No jobs.")


@pytest.mark.parametrize(
    "words",
    [
        ("submit", "--at", "soon"),
        ("submit", "--at", "2026-07-01"),
        ("submit", "--priority", "urgent"),
        ("list", "--from", "soon"),
        ("list", "--limit", "0"),
        ("show", "1"),
        ("report", "1"),
        ("cancel", "1"),
        ("restart", "1"),
        ("restart", "1", "--at", "soon"),
    ],
)
def test_what_is_wrong_is_said_and_nothing_is_queued(district, reconcile, words):
    told = reconcile("batch", *words)
    assert (told.code, told.out) == (64, "")
    assert told.err.startswith("error: ")
    assert rows(reconcile("batch", "list", "--format", "json")) == []


def test_a_job_is_canceled_and_restarted(submit, reconcile):
    submit("--at", FAR)
    assert reconcile("batch", "cancel", "1").out.startswith("Job 1 is canceled.")
    told = reconcile("batch", "cancel", "1")
    assert (told.code, told.out) == (1, "")
    assert "Job 1 can't be canceled: it is canceled." in told.err
    assert "`reconcile batch restart 1`" in told.err
    told = reconcile("batch", "restart", "1")
    assert told.out == "Job 1 is queued for 2198-07-01 17:00 CDT.\n"
    assert reconcile("batch", "restart", "1").code == 1
    reconcile("batch", "cancel", "1")
    assert reconcile("batch", "restart", "1", "--at", "2020-07-01T00:00Z").code == 0
    assert reconcile("batch", "work", "--once").out.startswith("Job 1 completed.")
    assert "Plan again" in reconcile("batch", "restart", "1").err
    assert "`reconcile undo 3`" in reconcile("batch", "cancel", "1").err


def test_a_running_job_is_neither_canceled_nor_restarted(district, submit, reconcile):
    submit()
    state = sqlite3.connect(district / "reconcile.db")
    state.execute(
        "UPDATE job SET status = 'running', claimed_by = 'w', heartbeat = '2199-01-01T00:00:00+00:00'"
    )
    state.commit()
    state.close()
    for verb in ("cancel", "restart"):
        told = reconcile("batch", verb, "1")
        assert (told.code, told.out) == (1, "")
        assert "it is running" in told.err and "Wait for its end" in told.err
    assert "No job is due." in reconcile("batch", "work", "--once").err


def test_a_disabled_queue_says_so_and_keeps_what_is_submitted(submit, reconcile):
    assert reconcile("batch", "disable", "-m", "grades close").out.endswith("Jobs that wait: 0.\n")
    told = submit()
    assert "The queue is disabled, by ada since" in told.err
    assert "Job 1 waits until `reconcile batch enable`." in told.err
    told = reconcile("batch", "work", "--once")
    assert (told.code, told.out) == (0, "")
    assert "The queue is disabled" in told.err
    assert "grades close" in reconcile("batch", "list").out
    assert "grades close" in reconcile("batch", "show", "1").out
    assert "grades close" in reconcile("batch", "list", "--format", "csv").err
    told = reconcile("batch", "list", "--format", "json").json
    assert (told["facts"]["enabled"], told["rows"][0]["status"]) == (False, "queued")
    assert reconcile("batch", "enable").out == "The queue is enabled. Jobs that wait: 1.\n"
    assert reconcile("batch", "work", "--once").out.startswith("Job 1 completed.")


def test_a_plan_that_is_stale_fails_with_the_reason(district, submit, reconcile):
    submit()
    other = json.loads((district / "district.json").read_text(encoding="utf-8"))
    other["courses"][0]["setup"] = {"grading_tasks": [{"key": "Final", "terms": [2]}]}
    (district / "other.json").write_text(json.dumps(other), encoding="utf-8")
    assert reconcile("import", "other.json").code == 0
    told = reconcile("batch", "work", "--once")
    assert told.code == 1
    assert told.out.startswith("Job 1 failed. The plan no longer fits what is there: 0401@Harrison")
    told = reconcile("batch", "report", "1")
    assert (told.code, "Job 1 has no report: it is failed" in told.err) == (1, True)


def test_policy_is_asked_when_it_is_submitted_and_again_when_it_runs(district, submit, reconcile):
    rights = "rights:\n  - {people: [%s], may: [push, to_sections, overwrite, edit, report]}\n"
    settings = district / "reconcile.yaml"
    settings.write_text(rights % "grace", encoding="utf-8")
    told = reconcile("batch", "submit", "--to-sections")
    assert (told.code, "ada" in told.err) == (4, True)
    assert rows(reconcile("batch", "list", "--format", "json")) == []
    settings.write_text(rights % "ada", encoding="utf-8")
    submit()
    settings.write_text(rights % "grace", encoding="utf-8")
    told = reconcile("batch", "work", "--once")
    assert told.code == 1
    assert told.out.startswith("Job 1 failed. Refused: ") and "ada" in told.out


def test_a_window_is_judged_at_the_time_of_the_job(district, reconcile):
    (district / "reconcile.yaml").write_text(
        "windows:\n  time_zone: America/Chicago\n  open: [{from: '22:00', to: '05:00'}]\n", encoding="utf-8"
    )
    assert reconcile("batch", "submit", "--at", "2198-07-01T12:00").code == 4
    assert reconcile("batch", "submit", "--at", "2198-07-01T23:00").code == 0


def test_an_overwrite_is_judged_by_the_day_on_which_it_runs(district, reconcile):
    overwrite = ("batch", "submit", "--mode", "overwrite", "--calendar", "all", "--to-sections")
    told = reconcile(*overwrite, "--at", "2198-10-01T22:00")
    assert (told.code, "--allow-in-session" in told.err) == (4, True)
    assert reconcile(*overwrite, "--at", "2198-07-02T22:00").code == 0


def test_a_push_from_chosen_courses_asks_first(district, reconcile):
    assert reconcile("apply", "--yes").code == 0
    words = (
        "batch",
        "submit",
        "--source",
        "courses",
        "--calendar",
        "Harrison High 2026-27",
        "--course",
        "0401",
    )
    told = reconcile(*words)
    assert (told.code, "--yes" in told.err) == (4, True)
    assert reconcile(*words, "--yes").code == 0
    assert [one["mode"] for one in rows(reconcile("batch", "list", "--format", "json"))] == ["from courses"]


def test_a_notification_that_fails_is_a_warning_and_is_kept(district, submit, reconcile, monkeypatch):
    (district / "reconcile.yaml").write_text("notify: {urls_from: [CHAT]}\n", encoding="utf-8")
    monkeypatch.setenv("CHAT", "json://127.0.0.1:1/secret")
    submit()
    told = reconcile("batch", "work", "--once")
    assert (told.code, told.out) == (0, "Job 1 completed. Run 3: 1 course and 2 sections written.\n")
    assert "warning: No notification to CHAT: it could not be delivered." in told.err
    shown = reconcile("batch", "show", "1").out
    assert "No notification to CHAT" in shown
    assert "secret" not in told.err + shown


@pytest.mark.parametrize(
    ("policy", "allowed", "refuses"),
    [
        ("{}", (), False),
        ("sessions: {grade_affecting: ask}", (), True),
        ("sessions: {grade_affecting: ask}", ("--allow-in-session", "-m", "agreed"), False),
        ("sessions: {grade_affecting: refuse}", ("--allow-in-session", "-m", "agreed"), True),
    ],
)
def test_the_plan_that_is_shown_says_what_policy_makes_of_its_warnings(
    district, reconcile, policy, allowed, refuses
):
    """The section has scores, and on that day school is in session (W5)."""
    (district / "reconcile.yaml").write_text(policy, encoding="utf-8")
    told = reconcile("batch", "submit", "--to-sections", "--as-of", "2198-09-01", *allowed)
    assert told.code == (4 if refuses else 0), told.err
    (said,) = [one for one in told.out.split("  ! ") if one.startswith("W5")]
    assert ("REFUSED." in said) == refuses
    assert bool(rows(reconcile("batch", "list", "--format", "json"))) != refuses


def test_refused_courses_are_failures_in_the_list_and_in_the_exit_code(district, reconcile):
    other = json.loads((district / "district.json").read_text(encoding="utf-8"))
    other["courses"][0]["setup"] = {"grading_tasks": [{"key": "Final", "terms": [2]}]}
    (district / "other.json").write_text(json.dumps(other), encoding="utf-8")
    assert reconcile("import", "other.json").code == 0
    assert reconcile("batch", "submit").code == 0
    told = reconcile("batch", "work", "--once")
    assert told.code == 7
    assert "Job 1 completed with failures." in told.out and "1 course refused." in told.out


def test_help_names_every_verb(folder, reconcile):
    told = reconcile("batch", "--help")
    for verb in ("submit", "list", "show", "report", "cancel", "restart", "enable", "disable", "work"):
        assert verb in told.out


def test_a_worker_without_a_state_says_so(folder, reconcile):
    for words in (("work", "--once"), ("list",), ("enable",)):
        told = reconcile("batch", *words)
        assert (told.code, "There is no state" in told.err) == (1, True)


def test_the_submitter_is_who_the_machine_says(district, submit, reconcile, monkeypatch):
    monkeypatch.delenv("RECONCILE_USER")
    subprocess.run(["git", "init", "-q"], check=True)
    subprocess.run(["git", "config", "user.name", "Bo Ek"], check=True)
    for name in ("GITHUB_ACTOR", "GITLAB_USER_LOGIN", "BUILD_REQUESTEDFOR", "GIT_AUTHOR_NAME"):
        monkeypatch.delenv(name, raising=False)
    submit("--at", FAR)
    assert [one["submitted_by"] for one in rows(reconcile("batch", "list", "--format", "json"))] == ["Bo Ek"]
