"""Taking runs back from the command line, and the journal that makes it possible."""

from __future__ import annotations

import json
import os
import subprocess
from pathlib import Path

import pytest

from reconciler.course import Area, Counts, Part, Use
from reconciler.stores import open_store
from tests.commands.small_district import BEFORE_SCHOOL, CATALOG
from tests.commands.test_push_story import categories, scores

PUSH = ("--to-sections", *BEFORE_SCHOOL)


@pytest.fixture
def pushed(district, reconcile):
    """A district with one push, run 3."""
    assert reconcile("apply", *PUSH, "--yes", "-m", "The new weights").code == 0
    return district


def references(folder: Path) -> dict[str, int]:
    """The holding of every course and section."""
    store = open_store(str(folder / "reconcile.db"))
    with store.read() as snapshot:
        found = {f"c{one.id}": one.holding_id for one in snapshot.course_records()}
        found |= {f"s{one.id}": one.holding_id for one in snapshot.section_records()}
    store.close()
    return found


def work(folder: Path, number: str, key: str) -> None:
    """A teacher's assignment in a category of a section."""
    store = open_store(str(folder / "reconcile.db"))
    with store.write() as tx:
        (section,) = [one for one in tx.section_records() if one.number == number]
        more = (section.id, Use(Area.CATEGORIES, key, 1), Counts(assignments=1))
        tx.put_counts([*tx.counts([section.id]), more], [section.id])
    store.close()


def reweigh(folder: Path, number: str, name: str, weight: str) -> None:
    """A teacher's (or a script's) edit of a category."""
    store = open_store(str(folder / "reconcile.db"))
    with store.write() as tx:
        (section,) = [one for one in tx.section_records() if one.number == number]
        held = tx.holdings([section.holding_id])[section.holding_id]
        for part in (Part.LINKED, Part.OWN):
            listed = held.get(Area.CATEGORIES, part)
            items = [one.with_fields(weight=weight) if one.get("name") == name else one for one in listed]
            held = held.put({(Area.CATEGORIES, part): type(listed)(tuple(items))})
        tx.put_sections([section._replace(holding_id=tx.keep_holdings([held])[held])])
    store.close()


def test_an_undo_restores_the_same_references(district, reconcile):
    before = references(district)
    assert reconcile("apply", *PUSH, "--yes").code == 0
    pushed = references(district)
    told = reconcile("undo", "3", "--yes", *BEFORE_SCHOOL)
    assert told.code == 0, told.err
    assert references(district) == before
    assert categories(district) == {("1", "Homework", "30")}
    assert scores(district) == 40
    assert reconcile("undo", "4", "--yes", *BEFORE_SCHOOL).code == 0
    assert references(district) == pushed


def test_an_undo_is_shown_and_asked_about_like_any_plan(pushed, reconcile):
    before = references(pushed)
    told = reconcile("undo", "3", *BEFORE_SCHOOL)
    assert told.code == 4
    assert "Plan: Undo of run 3" in told.out
    assert "Homework (category): name Homework (1) -> Homework" in told.out
    assert "Say `--yes`" in told.err
    assert references(pushed) == before
    told = reconcile("undo", "3", "--plan-only", "--format", "json", *BEFORE_SCHOOL)
    assert told.code == 0
    assert told.json["body"]["scope"]["undoes"] == 3
    assert references(pushed) == before


def test_a_saved_undo_is_done_by_apply_and_spoilt_by_what_moved_since(pushed, reconcile):
    assert reconcile("undo", "3", "--out", "undo.json", *BEFORE_SCHOOL).code == 0
    reweigh(pushed, "2", "Tests", "75")
    told = reconcile("apply", "undo.json", "--yes")
    assert told.code == 5
    assert "0401@Harrison High 2026-27/2: categories/Tests would now be moved_since" in told.err
    reweigh(pushed, "2", "Tests", "80")
    told = reconcile("apply", "undo.json", "--yes")
    assert told.code == 0, told.err
    assert categories(pushed) == {("1", "Homework", "30")}
    again = reconcile("apply", "undo.json", "--yes")
    assert again.code == 0
    assert "all that was planned is there already" in again.out


def test_what_is_used_or_was_changed_since_stays_with_the_reason(pushed, reconcile):
    work(pushed, "1", "Tests")
    reweigh(pushed, "2", "Homework", "25")
    told = reconcile("undo", "3", "--yes", *BEFORE_SCHOOL)
    assert told.code == 0, told.err
    assert "Tests (category): used_since in 1 section" in told.out
    assert "Homework (category): moved_since in 1 section" in told.out
    assert "Let teachers realign or delete the work" in told.out
    assert categories(pushed) == {("1", "Tests", "80"), ("1", "Homework", "30"), ("2", "Homework", "25")}


def test_a_name_is_never_given_twice(pushed, reconcile):
    work(pushed, "1", "Homework")
    assert reconcile("undo", "3", "--yes", *BEFORE_SCHOOL).code == 0
    assert {one for one in categories(pushed) if one[0] == "1"} == {
        ("1", "Homework", "20"),
        ("1", "Homework (1)", "30"),
    }
    told = reconcile("undo", "3", "--plan-only", *BEFORE_SCHOOL)
    assert told.code == 4
    assert "Run 3 was taken back already, by run 4" in told.err


def test_evidence_that_comes_after_the_plan_is_kept_and_told(pushed, reconcile):
    assert reconcile("undo", "3", "--out", "undo.json", *BEFORE_SCHOOL).code == 0
    work(pushed, "2", "Tests")
    told = reconcile("apply", "undo.json", "--yes")
    assert told.code == 0, told.err
    assert "now_used" in told.out
    assert ("2", "Tests", "80") in categories(pushed)


@pytest.mark.parametrize(
    ("run", "code", "message"),
    [
        ("99", 64, "There is no run 99 in this state. The newest is 3."),
        ("1", 4, "Run 1 is of a kind that is not taken back by undo: import."),
        ("2", 4, "`reconcile unlink` takes links back"),
    ],
)
def test_what_can_not_be_taken_back_says_so(pushed, reconcile, run, code, message):
    told = reconcile("undo", run)
    assert told.code == code
    assert message in told.err


def test_named_lists_go_back_unless_they_are_named(district, reconcile):
    with_groups = CATALOG.replace(
        "tasks: {Final: }", "tasks: {Final: }\nscore_groups: {Letters: {A: 4, B: 3}}"
    ).replace("{task: Final, terms: [1, 2]}", "{task: Final, terms: [1, 2], score_group: Letters}")
    Path("catalog.yaml").write_text(with_groups, encoding="utf-8")
    assert reconcile("apply", *PUSH, "--yes").code == 0
    told = reconcile("undo", "3", "--yes", *BEFORE_SCHOOL)
    assert told.code == 0, told.err
    assert "Letters (score groups, High School): removed" in told.out
    store = open_store("reconcile.db")
    with store.read() as snapshot:
        assert not any(snapshot.lists("High School").values())
    store.close()


def test_a_list_entry_that_a_course_names_stays(district, reconcile):
    with_groups = CATALOG.replace(
        "tasks: {Final: }", "tasks: {Final: }\nscore_groups: {Letters: {A: 4, B: 3}}"
    ).replace("{task: Final, terms: [1, 2]}", "{task: Final, terms: [1, 2], score_group: Letters}")
    Path("catalog.yaml").write_text(with_groups, encoding="utf-8")
    assert reconcile("apply", *PUSH, "--yes").code == 0
    store = open_store("reconcile.db")
    with store.write() as tx:
        (section,) = [one for one in tx.section_records() if one.number == "1"]
        more = (section.id, Use(Area.GRADING_TASKS, "Final", 1), Counts(posted=1))
        tx.put_counts([*tx.counts([section.id]), more], [section.id])
    told = reconcile("undo", "3", "--yes", *BEFORE_SCHOOL)
    assert told.code == 0, told.err
    assert "Final (grading task): used_since in 1 course" in told.out
    assert 'no longer has the score group "Letters"' in told.out
    with store.read() as snapshot:
        kept = {
            kind.value: [one.key for one in listed] for kind, listed in snapshot.lists("High School").items()
        }
    store.close()
    assert kept["score_groups"] == ["Letters"]


def test_the_history_says_who_when_why_and_from_which_commit(district, reconcile, monkeypatch):
    identity = ["-c", "user.name=Ada", "-c", "user.email=ada@example.org"]
    for words in (["init", "-q"], ["add", "catalog.yaml"], [*identity, "commit", "-qm", "First"]):
        subprocess.run(["git", *words], cwd=district, check=True, env={**os.environ, "HOME": str(district)})
    monkeypatch.setenv("RECONCILE_USER", "grace")
    monkeypatch.setenv("TZ", "UTC")
    assert reconcile("plan", *PUSH, "--out", "plan.json").code == 0
    commit = json.loads(Path("plan.json").read_text(encoding="utf-8"))["revision"]
    assert len(commit) == 12
    assert reconcile("apply", "plan.json", "--yes", "-m", "The new weights").code == 0
    told = reconcile("history", "--format", "json").json
    assert told["rows"][0] | {"started": ""} == {
        "run": 3, "started": "", "kind": "apply", "who": "grace", "status": "completed", "courses": 1,
        "sections": 2, "commit": commit, "message": "The new weights", "undone_by": None,
    }  # fmt: skip
    assert [row["kind"] for row in told["rows"]] == ["apply", "link", "import"]
    one = reconcile("history", "3")
    assert "Why: The new weights" in " ".join(one.out.split())
    assert "to_sections" in one.out
    row = next(
        row
        for row in reconcile("history", "3", "--format", "json").json["rows"]
        if row["change"] == "changed" and row["field"] == "name"
    )
    assert (row["item"], row["before"], row["after"], row["hosts"]) == (
        "Homework (1)", "Homework", "Homework (1)", 1,
    )  # fmt: skip


def test_the_history_is_narrowed_and_tells_what_was_taken_back(pushed, reconcile):
    assert reconcile("undo", "3", "--yes", *BEFORE_SCHOOL).code == 0
    rows = reconcile("history", "--format", "json").json["rows"]
    assert [(row["run"], row["undone_by"]) for row in rows] == [(4, None), (3, 4), (2, None), (1, None)]
    assert [
        row["run"] for row in reconcile("history", "--kind", "undo", "--format", "json").json["rows"]
    ] == [4]
    assert reconcile("history", "--who", "nobody*", "--format", "json").json["rows"] == []
    assert [row["run"] for row in reconcile("history", "--limit", "1", "--format", "json").json["rows"]] == [
        4
    ]
    assert "Takes back run: 3" in " ".join(reconcile("history", "4").out.split())
    told = reconcile("history", "77")
    assert told.code == 64
    assert "There is no run 77" in told.err


def test_every_run_may_say_why(district, reconcile):
    assert reconcile("unlink", "--all", "-m", "Another master comes").code == 0
    assert reconcile("link", "-m", "The new master").code == 0
    assert reconcile("import", "district.json", "-m", "The autumn export").code == 0
    rows = reconcile("history", "--format", "json").json["rows"]
    assert [(row["kind"], row["message"]) for row in rows[:3]] == [
        ("import", "The autumn export"),
        ("link", "The new master"),
        ("unlink", "Another master comes"),
    ]
    assert len({row["who"] for row in rows}) == 1
