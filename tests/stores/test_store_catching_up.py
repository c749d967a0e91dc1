"""States of older versions are brought to this one's tables with everything that they hold."""

from __future__ import annotations

import json
import sqlite3
from contextlib import closing
from datetime import UTC, datetime
from typing import TYPE_CHECKING

import pytest
from alembic import command
from sqlalchemy import create_engine

from reconciler.course import (
    EMPTY,
    PARTS,
    Area,
    Counts,
    Holding,
    ListKind,
    Part,
    Term,
    Use,
    digest,
    encode,
    item,
    setup,
)
from reconciler.current import Alias, ResidualMark
from reconciler.stores import open_store
from reconciler.stores.interning import used_body
from reconciler.stores.sqlite import MARK
from reconciler.stores.upgrade import config
from tests.stores.store_rows import EXAM, HOMEWORK, ask, categories, holding, section

if TYPE_CHECKING:
    from pathlib import Path

THEN = "2026-08-01T06:00:00+00:00"
OWN = setup([item(Area.CATEGORIES, "section/Ü", {"name": "Ü", "drop_lowest": 2}, left=True, kept=True)])
INFO = setup([item(Area.COURSE_INFO, "active", {"value": True})])
HELD = {
    3: holding(categories(Homework=20, Exam=80), own=OWN),
    4: Holding(),
    6: holding(INFO, area=Area.COURSE_INFO).put({(Area.CATEGORIES, Part.PUSHED): categories(Exam="2.5")}),
}
USED = {1: frozenset(), 2: frozenset({HOMEWORK, EXAM})}
SECTIONS = [
    # id, course, number, teacher, terms, source id, holding, used set, when it was read, run
    (2, 5, "1", "Ms. Bell", "[1, 2]", "s-2", 3, 2, THEN, 7),
    (3, 5, "2", None, "[]", None, 4, 1, "2026-08-01T06:00:01+00:00", None),
    (8, 5, "3", "", "[12]", None, 6, None, None, None),
]
USES = [
    (2, "categories", "Homework", 1, 3, 20, 1, 0),
    (2, "categories", "Exam", 2, 0, 0, 0, 4),
    (2, "categories", "Homework", 2, 0, 0, 0, 0),
    (3, "grading_tasks", "Final", 0, 0, 0, 0, 0),
]


def made_at(path: Path, version: str) -> None:
    """Make an empty state as an older version of this tool did."""
    engine = create_engine(f"sqlite:///{path}")
    with engine.begin() as connection:
        settings = config()
        settings.attributes["connection"] = connection
        command.upgrade(settings, version)
        connection.exec_driver_sql(f"PRAGMA application_id = {MARK}")
    engine.dispose()


def rows_of(values: dict[int, Holding]) -> tuple[list[tuple], list[tuple]]:
    """The rows of setups and holdings as version 2 kept them."""
    setups: dict[str, tuple[int, str, str]] = {}
    holdings = []
    for place, one in values.items():
        names = [digest(encode(part)) for part in one.setups]
        for name, part in zip(names, one.setups, strict=True):
            setups.setdefault(name, (len(setups) + 1, name, encode(part)))
        parts = [setups[name][0] for name in names]
        holdings.append((place, digest("\n".join(names)), *parts))
    return list(setups.values()), holdings


@pytest.fixture
def old(path: Path) -> Path:
    """A state of version 2 with a row of every kind; its last section and holding are gone."""
    made_at(path, "0002")
    setups, holdings = rows_of(HELD)
    empty = next(place for place, _, body in setups if body == "[]")
    used = [(place, digest(used_body(one)), used_body(one)) for place, one in USED.items()]
    tables = {
        "school": [("Hill High", "s-1")],
        "calendar": [(1, "hill-26", "Hill High", 2026, '[["Q1", null, null], ["Q2", null, null]]')],
        "run": [(7, "push", "ada", THEN, THEN, "done", "", "", "{}", None, "", None)],
        "course": [(5, 1, "0401", "Algebra", "hs", "0401", None, 0, 1, "c-5", 3, None)],
        "section": [*SECTIONS, (9, 5, "4", None, "[]", None, 3, None, None, None)],
        "setup": setups,
        "holding": [*holdings, (7, "f" * 64, *([1] * len(PARTS)))],
        "used": used,
        "use": USES,
        "alias": [(1, 2, "categories", "HW", "Homework")],
        "residual": [(4, 2, "categories", "Lab", 7, None), (5, 2, "categories", "Old", 7, 7)],
        "list": [("hs", "score_groups", setups[0][0]), ("hs", "rubrics", empty)],
        "move": [(1, 7, 0, 4, 3, "5")],
    }
    with closing(sqlite3.connect(path)) as state:
        for table, rows in tables.items():
            marks = ", ".join("?" * len(rows[0]))
            state.executemany(f'INSERT INTO "{table}" VALUES ({marks})', rows)
        state.execute("DELETE FROM section WHERE id = 9")
        state.execute("DELETE FROM holding WHERE id = 7")
        state.commit()
    return path


def test_a_state_of_the_first_version_is_brought_up_with_what_it_has(path: Path):
    made_at(path, "0001")
    with closing(sqlite3.connect(path)) as older:
        (identity,) = older.execute("SELECT id FROM meta").fetchone()
        older.execute("INSERT INTO run VALUES (7, 'apply', 'ada', 't', 't', 'done', 'm', '', '{}', NULL)")
        older.commit()
    store = open_store(str(path))
    with store.write() as tx:
        run = tx.run(7)
        assert (run.who, run.revision, run.undoes) == ("ada", "", None)
        tx.put_setting("queue", "disabled")
        assert tx.setting("queue") == "disabled"
        assert tx.setting("other") is None
    assert store.id == identity
    store.close()


def test_values_keep_their_ids_and_what_they_are(old: Path):
    store = open_store(str(old))
    with store.read() as snapshot:
        assert snapshot.holdings(HELD) == HELD
        assert snapshot.used(USED) == USED
        lists = snapshot.lists("hs")
        assert set(lists) == {ListKind("score_groups"), ListKind("rubrics")}
        assert lists[ListKind("rubrics")] == EMPTY
    with store.write() as tx:
        # They are found again by their digests: nothing is stored a second time.
        assert tx.keep_holdings(HELD.values()) == {one: place for place, one in HELD.items()}
        assert tx.keep_used(USED.values()) == {one: place for place, one in USED.items()}
        new = holding(categories(Homework=21))
        # 7 was another's: an id is never given twice.
        assert tx.keep_holdings([new]) == {new: 8}
    store.close()


def test_an_item_that_many_setups_have_is_stored_once(old: Path):
    store = open_store(str(old))
    with store.read() as snapshot:
        bodies = [body for (body,) in ask(snapshot, "SELECT body FROM item")]
        found = dict(ask(snapshot, "SELECT setup_id, group_concat(name) FROM setup_item GROUP BY setup_id"))
    store.close()
    assert len(set(bodies)) == len(bodies) == 5
    assert sorted(found.values()) == ["Exam", "Exam,Homework", "active", "Ü"]


def test_hosts_are_as_they_were(old: Path):
    store = open_store(str(old))
    with store.write() as tx:
        (course,) = tx.course_records()
        assert course[1:] == (1, "0401", "Algebra", "hs", "0401", None, False, True, "c-5", 3)
        assert [tuple(one) for one in tx.section_records()] == [
            (*row[:4], tuple(json.loads(row[4])), *row[5:8]) for row in SECTIONS
        ]
        rows = list(tx.sections([1]))
        assert [one[:4] for one in rows] == [(row[0], 5, *row[6:8]) for row in SECTIONS]
        meetings = tx.meetings()
        assert [meetings.get(one.meeting_id or 0) for one in rows] == [(1, 2), None, (12,)]
        read = ask(tx, "SELECT uses_at, run_id FROM section ORDER BY id")
        assert tx.put_sections([section(5, "5", 3)]) == [10]
    store.close()
    moment = int(datetime(2026, 8, 1, 6, tzinfo=UTC).timestamp())
    assert read == [(moment, 7), (moment + 1, None), (None, None)]


def test_evidence_is_as_it_was(old: Path):
    store = open_store(str(old))
    with store.write() as tx:
        assert sorted(ask(tx, "SELECT * FROM use")) == sorted(USES)
        assert list(tx.counts([2])) == [
            (2, EXAM, Counts(0, 0, 0, 4)),
            (2, HOMEWORK, Counts(3, 20, 1, 0)),
            (2, HOMEWORK._replace(term=2), Counts()),
        ]
        final = Use(Area.GRADING_TASKS, "Final", 0)
        assert list(tx.counts([3])) == [(3, final, Counts())]
        tx.drop_sections([2])
        assert ask(tx, "SELECT DISTINCT section_id FROM evidence") == [(3,)]
        assert ask(tx, "SELECT * FROM residual") == []
    store.close()


def test_marks_and_journal_are_as_they_were(old: Path):
    store = open_store(str(old))
    with store.read() as snapshot:
        assert list(snapshot.aliases()) == [Alias(True, 2, Area.CATEGORIES, "HW", "Homework")]
        assert list(snapshot.residuals()) == [(ResidualMark(2, Area.CATEGORIES, "Lab", cleared=False), 7)]
        assert [(one.key, one.cleared_run) for one in snapshot.residual_rows()] == [("Lab", None), ("Old", 7)]
        assert [(one.before, one.after, one.members) for one in snapshot.moves(7)] == [(4, 3, (5,))]
        assert [one.terms for one in snapshot.calendars()] == [(Term("Q1"), Term("Q2"))]
        assert ask(snapshot, "SELECT key FROM residual_item") == [("Lab",)]
    store.close()


def test_what_was_brought_up_is_sound_and_has_no_room_left_over(old: Path):
    open_store(str(old)).close()
    with closing(sqlite3.connect(old)) as state:
        asked = {name: state.execute(f"PRAGMA {name}").fetchall() for name in CHECKS}
        names = {name for (name,) in state.execute("SELECT name FROM sqlite_master UNION SELECT name "
                                                   "FROM sqlite_sequence")}  # fmt: skip
    assert asked == CHECKS
    assert not [name for name in names if name.endswith("_was")]


CHECKS = {"integrity_check": [("ok",)], "foreign_key_check": [], "freelist_count": [(0,)]}


def test_a_new_state_has_the_tables_of_one_that_was_brought_up(old: Path, tmp_path: Path):
    open_store(str(old)).close()
    open_store(str(tmp_path / "new.db"), create=True).close()
    found = []
    for path in (old, tmp_path / "new.db"):
        with closing(sqlite3.connect(path)) as state:
            found.append(set(state.execute("SELECT type, name, sql FROM sqlite_master")))
    assert found[0] == found[1]


def test_a_state_that_can_not_be_brought_up_stays_as_it_was(old: Path):
    with closing(sqlite3.connect(old)) as state:
        state.execute("UPDATE setup SET body = '[{' WHERE id = 1")
        state.commit()
        before = list(state.iterdump())
    with pytest.raises(json.JSONDecodeError):
        open_store(str(old))
    with closing(sqlite3.connect(old)) as state:
        assert list(state.iterdump()) == before
