"""`reconcile db` and `reconcile unlock`: what people see, and what is found in a state that is not sound."""

from __future__ import annotations

import sqlite3
from contextlib import closing

import pytest

from reconciler.guard.signs import LIMIT
from reconciler.stores import newest, open_store
from tests.guard.conftest import begun, holding, locks, put, status

STATE = "reconcile.db"
BREAK = {
    "course: holding_id names a holding that is gone": "UPDATE course SET holding_id = 999",
    "section: holding_id names a holding that is gone": "UPDATE section SET holding_id = 999 WHERE id = 1",
    "section: used_id names a used that is gone": "UPDATE section SET used_id = 999 WHERE id = 1",
    "section: meeting_id names a meeting that is gone": "UPDATE section SET meeting_id = 99 WHERE id = 1",
    "holding: categories_own names a setup that is gone": "UPDATE holding SET categories_own = 999",
    "holding: its digest is not that of its setups": "UPDATE holding SET digest = x'00' WHERE id = 1",
    "setup: its digest is not that of its items": "UPDATE setup SET items = '[]' WHERE id = 1",
    "setup: it names an item that is gone": "UPDATE setup SET items = '[999]' WHERE id = 1",
    "item: its digest is not that of its body": """UPDATE item SET body = replace(body, '30', '31')
        WHERE body LIKE '%30%'""",
    "used: its digest is not that of its body": 'UPDATE used SET body = \'[["categories","Lab",1]]\'',
    "section: its used set is not what its evidence says": "DELETE FROM evidence",
    "evidence: thing_id names a thing that is gone": "UPDATE evidence SET thing_id = 999",
    "move: before names a holding that is gone": """INSERT INTO move (run_id, on_section, before, after, members)
        VALUES (1, 0, 999, 1, '1')""",
    "alias: its section is gone": "INSERT INTO alias VALUES (1, 999, 'categories', 'a', 'b')",
    "alias: its course is gone": "INSERT INTO alias VALUES (0, 999, 'categories', 'a', 'b')",
    "a foreign key names a row that is gone": "UPDATE course SET run_id = 999",
    "list: setup_id names a setup that is gone": "INSERT INTO list VALUES ('hs', 'scales', 999)",
}


@pytest.fixture
def store(district):
    """The state of a small district, which the program works on too."""
    opened = open_store(STATE)
    yield opened
    opened.close()


def damage(statement: str) -> None:
    """Somebody writes to the file by hand."""
    with closing(sqlite3.connect(STATE)) as driver:
        assert driver.execute(statement).rowcount
        driver.commit()


def test_init_makes_a_state_once(folder, reconcile):
    first = reconcile("db", "init")
    assert (first.code, first.out) == (0, f"Made an empty state: sqlite:///{STATE} (tables at {newest()}).\n")
    again = reconcile("db", "init")
    assert again.out == (
        f"There is a state: sqlite:///{STATE} (tables at {newest()}; 0 calendars, 0 courses).\n"
    )


def test_init_leaves_what_is_there(district, reconcile):
    before = (district / STATE).read_bytes()
    told = reconcile("db", "init")
    assert "2 calendars, 1 course)" in told.out
    assert (district / STATE).read_bytes() == before


def test_upgrade_says_what_it_did(folder, reconcile):
    assert reconcile("db", "upgrade").code == 1
    reconcile("db", "init")
    told = reconcile("db", "upgrade")
    assert (told.code, told.out) == (0, f"The tables of sqlite:///{STATE} are at {newest()} already.\n")
    with closing(sqlite3.connect(STATE)) as driver:
        driver.executescript(
            "DROP TABLE locked_calendar; DROP TABLE calendar_lock; UPDATE alembic_version SET version_num = '0003'"
        )
    told = reconcile("db", "upgrade")
    assert told.out == f"The tables of sqlite:///{STATE} were brought from 0003 to {newest()}.\n"
    assert reconcile("db", "check").code == 0


def test_a_sound_state_is_sound(store, reconcile):
    told = reconcile("db", "check")
    assert (told.code, told.err) == (0, "")
    assert "The state is sound." in told.out
    assert reconcile("db", "check", "--format", "json").json["rows"] == []


@pytest.mark.parametrize("what", BREAK)
def test_what_is_wrong_is_found(store, reconcile, what):
    store.close()
    damage(BREAK[what])
    told = reconcile("db", "check", "--format", "json")
    assert told.code == 1
    found = {row["what"]: row for row in told.json["rows"]}
    assert what in found
    assert found[what]["times"] >= 1
    assert found[what]["places"]
    assert "copy" in found[what]["how"]


def test_a_check_writes_nothing(store, reconcile, district):
    store.close()
    damage(BREAK["evidence: thing_id names a thing that is gone"])
    before = (district / STATE).read_bytes()
    reconcile("db", "check")
    assert (district / STATE).read_bytes() == before


def test_what_the_dead_left_behind_is_told_and_put_right(store, reconcile):
    left = begun(store, kind="apply")
    mine = begun(store)
    lock = put(store, 1, age=LIMIT + 1, run_id=mine)
    told = reconcile("db", "check", "--format", "json")
    assert told.code == 1
    assert [(row["what"].partition(" (")[0], row["places"]) for row in told.json["rows"]] == [
        ("a lock of a dead writer", [f"lock {lock.id}"]),
        ("a run that is open, and nobody writes it", [f"run {left}"]),
    ]
    assert reconcile("unlock", "--run", str(mine), "--yes").code == 64
    told = reconcile("unlock", "--run", str(left), "--yes")
    assert told.out == f"Run {left} was left before anything was written.\n"
    told = reconcile("unlock", str(lock.id), "--yes")
    assert told.code == 0
    assert told.out.startswith(f"Lock {lock.id} is gone; Harrison High 20")
    assert told.out.endswith(f": free. Run {mine} was left before anything was written.\n")
    assert (status(store, left), status(store, mine)) == ("failed", "failed")
    assert reconcile("db", "check").code == 0


def test_locks_are_listed(store, reconcile):
    assert "Nobody holds a lock." in reconcile("unlock").out
    put(store, 1)
    put(store, 2, age=LIMIT + 1)
    told = reconcile("unlock", "--format", "json").json["rows"]
    assert [(row["lock"], row["who"], row["host"], bool(row["dead"])) for row in told] == [
        (1, "ben", "elsewhere", False), (2, "ben", "elsewhere", True),
    ]  # fmt: skip
    assert "elsewhere" in reconcile("unlock").out


def test_a_living_holder_keeps_its_lock_unless_forced(store, reconcile):
    with holding(store.url, 1) as other:
        told = reconcile("unlock", str(other.lock), "--yes")
        assert told.code == 6
        assert "is not taken away: ada, process" in told.err
        assert "--force" in told.err
        assert len(locks(store)) == 1
        told = reconcile("unlock", str(other.lock), "--yes", "--force")
        assert (told.code, locks(store)) == (0, ())
        assert "held by ada, process" in told.err
        other.let_go()


@pytest.mark.parametrize(
    ("words", "code", "said"),
    [
        (("7", "--yes"), 64, "Nobody holds a lock."),
        (("7", "--run", "1"), 64, "together"),
        (("--run", "99", "--yes"), 64, "not there"),
        (("--run", "1", "--yes"), 64, "it is done"),
        (("--run", "1"), 4, "no terminal"),
    ],
)
def test_what_can_not_be_unlocked_is_said(store, reconcile, words, code, said):
    told = reconcile("unlock", *words)
    assert told.code == code
    assert said in told.err


def test_unlock_asks(store, reconcile):
    put(store, 1, age=LIMIT + 1)
    told = reconcile("unlock", "1")
    assert told.code == 4
    assert "there is no terminal to ask at" in told.err
    assert len(locks(store)) == 1
    assert "There are: 1." in reconcile("unlock", "2", "--yes").err
