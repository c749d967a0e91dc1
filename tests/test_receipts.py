"""Runs in the journal: who, when, why, and where they stand."""

from __future__ import annotations

import getpass
import subprocess
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from reconciler import receipts
from reconciler.errors.journal import DayWrong
from reconciler.push import push
from reconciler.push.run import close
from tests.small import catalog, master

if TYPE_CHECKING:
    from tests.small import Small


@pytest.fixture(autouse=True)
def nobody(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """No CI variable is set, and this is no work tree of git."""
    monkeypatch.chdir(tmp_path)
    for name in receipts.CI_USERS:
        monkeypatch.delenv(name, raising=False)


def test_now_is_utc_to_the_second() -> None:
    moment = datetime.fromisoformat(receipts.now())
    assert moment.utcoffset() == timedelta(0)
    assert moment.microsecond == 0
    assert abs(datetime.now(UTC) - moment) < timedelta(minutes=1)


def test_today_is_this_day_unless_another_is_said(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("RECONCILE_AS_OF", "2026-07-01")
    assert receipts.today() == "2026-07-01"
    monkeypatch.delenv("RECONCILE_AS_OF")
    assert abs(date.fromisoformat(receipts.today()) - datetime.now(UTC).date()) < timedelta(days=2)
    monkeypatch.setenv("RECONCILE_AS_OF", "soon")
    with pytest.raises(DayWrong, match='RECONCILE_AS_OF is "soon", which is not a day') as told:
        receipts.today()
    assert told.value.exit_code == 64


def test_the_first_ci_variable_that_is_set_says_who(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in reversed(receipts.CI_USERS):
        monkeypatch.setenv(name, f"by {name}")
        assert receipts.who() == f"by {name}"


def test_an_empty_variable_says_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("RECONCILE_USER", "")
    monkeypatch.setenv("LOGNAME", "grace")
    assert receipts.who() == getpass.getuser() == "grace"


def git(folder: Path, *words: str) -> None:
    """Run git in a folder."""
    subprocess.run(["git", "-C", str(folder), *words], check=True, capture_output=True)


def test_gits_author_comes_before_the_user_of_the_machine(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("LOGNAME", "runner")
    git(tmp_path, "init", "-q")
    git(tmp_path, "config", "user.name", "Ada Byron")
    assert receipts.who() == "Ada Byron"


def test_without_git_there_is_no_revision_and_no_author(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("LOGNAME", "grace")
    monkeypatch.setenv("PATH", str(tmp_path))
    assert receipts.who() == "grace"
    assert receipts.revision(tmp_path) == ""
    assert receipts.revision(None) == ""


def test_a_revision_is_the_commit_with_a_plus_where_files_have_changed(tmp_path: Path) -> None:
    (tmp_path / "catalog.yaml").write_text("one", encoding="utf-8")
    assert receipts.revision(tmp_path / "catalog.yaml") == ""
    git(tmp_path, "init", "-q")
    assert receipts.revision(tmp_path) == "", "no commit yet"
    git(tmp_path, "add", "catalog.yaml")
    git(tmp_path, "-c", "user.name=A", "-c", "user.email=a@example.org", "commit", "-qm", "First")
    commit = receipts.revision(tmp_path / "catalog.yaml")
    assert len(commit) == 12
    (tmp_path / "state.db").write_text("not in git", encoding="utf-8")
    assert receipts.revision(tmp_path) == commit
    (tmp_path / "catalog.yaml").write_text("two", encoding="utf-8")
    assert receipts.revision(tmp_path) == f"{commit}+"


def test_a_machine_without_users_is_unknown(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("LOGNAME", "USER", "LNAME", "USERNAME"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setattr("os.getuid", lambda: 4_000_000_000)
    assert receipts.who() == "unknown"


def test_a_run_begins_as_running(small: Small, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("RECONCILE_USER", "ada")
    with small.store.write() as tx:
        place = receipts.begin(tx, "link", plan="d1", options='{"x": 1}', message="why")
    with small.store.read() as snapshot:
        told = snapshot.run(place)
    assert told is not None
    assert (told.kind, told.who, told.status, told.message, told.plan) == (
        "link",
        "ada",
        "running",
        "why",
        "d1",
    )
    assert (told.options, told.ended, told.report) == ('{"x": 1}', None, None)


def test_a_push_tells_the_journal_what_it_was_asked_and_how_it_ended(small: Small) -> None:
    small.course("0401")
    plan = small.saved(catalog(master()))
    done = push(plan, small.store, message="start of year")
    with small.store.read() as snapshot:
        running = snapshot.run(done.run)
    assert running is not None
    assert (running.kind, running.status, running.message) == ("apply", "running", "start of year")
    assert '"calendars": ["hill-27"]' in running.options
    close(small.store, done, '{"x": 1}')
    with small.store.read() as snapshot:
        ended = snapshot.run(done.run)
    assert ended is not None
    assert (ended.status, ended.report) == ("done", '{"x": 1}')
    assert ended.ended is not None
