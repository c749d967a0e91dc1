"""Whoever writes setup of a calendar in one go looks at its locks first; whoever enters grades need not."""

from __future__ import annotations

import pytest

from reconciler.guard.signs import LIMIT
from reconciler.stores import open_store
from tests.commands.small_district import BEFORE_SCHOOL
from tests.guard.conftest import locks, put

HERE = "Harrison High 2026-27"
COURSE = f"0401@{HERE}"
OWN = f"{COURSE}/1#categories/section/Homework"
WRITERS = {
    "apply": ("apply", *BEFORE_SCHOOL, "--yes"),
    "import": ("import", "district.json"),
    "import, waiting": ("import", "district.json", "--lock-timeout", "0.01"),
    "link": ("link",),
    "unlink": ("unlink", "--all"),
    "edit": ("edit", OWN, "--set", "weight=40"),
    "mark": ("edit", COURSE, "--ignore-push"),
    "roll-forward": ("roll-forward", "--from-year", "2027", "--to-year", "2028", "--yes"),
    "adopt": ("adopt", "--link", "--name", "made", "--output", "made.yaml"),
}


@pytest.fixture
def store(district):
    opened = open_store("reconcile.db")
    yield opened
    opened.close()


def calendar(store) -> int:
    with store.read() as snapshot:
        return next(one.id for one in snapshot.calendars() if one.name == HERE)


def ready(name: str, reconcile) -> None:
    """A first catalog is made of courses that follow none."""
    if name == "adopt":
        assert reconcile("unlink", "--all").code == 0


def newest(store) -> int:
    with store.read() as snapshot:
        return snapshot.runs(1)[0].id


@pytest.mark.parametrize("name", WRITERS)
def test_a_writer_is_refused_while_somebody_else_writes_there(store, reconcile, name):
    ready(name, reconcile)
    put(store, calendar(store))
    before = newest(store)
    told = reconcile(*WRITERS[name])
    assert told.code == 6, told.err
    assert f"{HERE}: locked by ben, process" in told.err
    assert "reconcile unlock 1" in told.err
    assert ("Waiting for up to" in told.err) == ("waiting" in name)
    assert newest(store) == before


@pytest.mark.parametrize("name", WRITERS)
def test_the_lock_of_a_dead_writer_keeps_nobody_out(store, reconcile, name):
    ready(name, reconcile)
    put(store, calendar(store), age=LIMIT + 1)
    told = reconcile(*WRITERS[name])
    assert told.code == 0, told.err
    assert len(locks(store)) == (0 if name == "apply" else 1)


def test_grades_are_entered_all_the_same_and_plans_are_made(store, reconcile):
    put(store, calendar(store))
    for words in (
        ("use", OWN, "--record", "assignments=1"),
        ("plan", *BEFORE_SCHOOL),
        ("report", "audit"),
    ):
        told = reconcile(*words)
        assert told.code == 0, told.err


def test_a_job_waits_for_a_writer_outside_of_the_queue(store, reconcile):
    assert reconcile("batch", "submit", *BEFORE_SCHOOL, "--calendar", HERE).code == 0
    mine = put(store, calendar(store))
    told = reconcile("batch", "work", "--once")
    assert (told.code, told.out) == (0, "")
    assert f"Job 1 waits: ben (process {mine.pid} on elsewhere) writes to {HERE} since" in told.err
    assert f"(lock {mine.id})" in told.err
    with store.write() as tx:
        tx.drop_lock(mine.id)
    assert "Job 1 completed." in reconcile("batch", "work", "--once").out
