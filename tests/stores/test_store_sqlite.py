"""What a SQLite file does on a full disk or in a killed process; how it is made, and how it is asked."""

from __future__ import annotations

import json
import signal
import sqlite3
import sys
from typing import TYPE_CHECKING

import pytest
from alembic.autogenerate import compare_metadata
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, event

from reconciler.course import Area
from reconciler.current import Alias, Rekey, ResidualMark, Store, Transaction
from reconciler.errors import (
    StoreDamaged,
    StoreFailing,
    StoreFull,
    StoreMissing,
)
from reconciler.stores import open_store, reading
from reconciler.stores.sqlite import REVISIONS
from reconciler.stores.tables import METADATA
from reconciler.stores.upgrade import config
from tests.stores.store_rows import EXAM, HOMEWORK, build_town, held, moves, python, section, some

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path


def write_much(store: Store) -> None:
    with store.write() as tx:
        tx.put_school("Bay High", None)
        tx.put_sections(section(1, str(number), 1) for number in range(5000))


def test_a_full_disk_takes_nothing_back_but_this_transaction(made: Path):
    store = open_store(str(made))

    @event.listens_for(store.engine, "begin")
    def full(connection: Connection) -> None:
        pages = connection.exec_driver_sql("PRAGMA page_count").scalar_one()
        connection.exec_driver_sql(f"PRAGMA max_page_count = {pages}")

    with pytest.raises(StoreFull, match="full") as told:
        write_much(store)
    assert "space" in told.value.way_out
    with store.read() as snapshot:
        assert [name for name, _ in snapshot.schools()] == ["Hill High"]
        assert len(list(snapshot.section_records())) == 5
    store.close()


LIMITED = """
import resource, sys
from reconciler.errors import StoreFailing, StoreFull
from reconciler.stores import open_store
from tests.stores.store_rows import section
store = open_store(sys.argv[1])
resource.setrlimit(resource.RLIMIT_FSIZE, (200_000, 200_000))
try:
    with store.write() as tx:
        tx.put_sections(section(1, str(number), 1) for number in range(50_000))
except (StoreFailing, StoreFull) as error:
    print(type(error).__name__)
"""


@pytest.mark.skipif(sys.platform == "win32", reason="needs a limit on file sizes")
def test_a_failing_disk_is_told_and_harms_nothing(made: Path):
    done = python(LIMITED, made)
    assert done.stdout.strip() in {StoreFailing.__name__, StoreFull.__name__}, done.stderr
    store = open_store(str(made))
    with store.read() as snapshot:
        assert len(list(snapshot.section_records())) == 5
    store.close()


def test_a_damaged_file_is_told(made: Path):
    with made.open("r+b") as file:
        size = made.stat().st_size
        file.seek(4096)
        file.write(b"\xff" * (size - 4096))
    with pytest.raises(StoreDamaged, match="damaged") as told:
        open_store(str(made))
    assert "copy" in told.value.way_out


def test_a_mistake_of_ours_is_not_dressed_up(made: Path):
    store = open_store(str(made))
    with pytest.raises(sqlite3.IntegrityError, match="FOREIGN KEY"), store.write() as tx:
        tx.put_sections([section(999, "1", 1)])
    store.close()


KILLED = """
import os, signal, sys
from reconciler.stores import open_store
from tests.stores.store_rows import NEW, build_town, moves
store = open_store(sys.argv[1])
with store.read() as snapshot:
    calendars = [one.id for one in snapshot.calendars()]
    rows = list(snapshot.courses(calendars))
    sections = list(snapshot.sections(calendars))
from reconciler.current import Batch, CourseMove, SectionMove
with store.write() as tx:
    tx._driver.execute("PRAGMA cache_size = 5")
    new = tx.keep_holdings([NEW])[NEW]
    batch = Batch(
        [CourseMove(row.id, row.holding_id, new, None, None, None) for row in rows],
        [SectionMove(row.id, row.course_id, row.holding_id, new, None, None) for row in sections],
    )
    assert tx.carry(1, batch) == frozenset()
    if sys.argv[2] == "before":
        os.kill(os.getpid(), signal.SIGKILL)
os.kill(os.getpid(), signal.SIGKILL)
"""


@pytest.mark.skipif(sys.platform == "win32", reason="needs SIGKILL")
@pytest.mark.parametrize("moment", ["before", "after"])
def test_killed_before_the_commit_nothing_is_left_and_after_it_everything(path: Path, moment: str):
    store = open_store(str(path), create=True)
    town = build_town(store)
    with store.write() as tx:  # enough to be written out before the commit
        tx.put_sections(section(town.courses[0], str(number), town.old) for number in range(4000))
    done = python(KILLED, path, moment)
    assert done.returncode == -signal.SIGKILL, done.stderr
    holding = town.old if moment == "before" else town.new
    courses, sections = held(town)
    assert set(courses) == set(sections) == {holding}
    assert len(sections) == 4005
    with store.read() as snapshot:
        assert bool(snapshot.moves(town.run)) is (moment == "after")
        check = snapshot._driver.execute("PRAGMA integrity_check").fetchone()
    assert check == ("ok",)
    store.close()
    again = open_store(str(path))
    with again.write() as tx:
        tx.put_school("Bay High", None)
    again.close()


def test_a_crash_while_a_store_is_made_leaves_one_that_can_be_made(path: Path):
    script = """
import os, signal, sys
from reconciler.stores import open_store, views
views.renew = lambda connection: os.kill(os.getpid(), signal.SIGKILL)
open_store(sys.argv[1], create=True)
"""
    done = python(script, path)
    assert done.returncode == -signal.SIGKILL, done.stderr
    assert path.exists()
    with pytest.raises(StoreMissing):
        open_store(str(path))
    open_store(str(path), create=True).close()
    open_store(str(path)).close()


def test_opening_a_store_that_is_up_to_date_leaves_alembic_alone(made: Path):
    script = """
import sys
import reconciler.stores
assert "sqlalchemy" not in sys.modules
reconciler.stores.open_store(sys.argv[1]).close()
print("alembic" in sys.modules, "sqlalchemy" in sys.modules)
"""
    done = python(script, made)
    assert done.stdout.split() == ["False", "True"], done.stderr


def test_migrations_make_the_tables_that_the_code_knows(made: Path):
    store = open_store(str(made))
    with store.engine.connect() as connection:
        assert compare_metadata(MigrationContext.configure(connection), METADATA) == []
        tables = "SELECT name, sql LIKE '%AUTOINCREMENT%' FROM sqlite_master WHERE type = 'table'"
        never_again = {name for name, counted in connection.exec_driver_sql(tables) if counted}
    store.close()
    values = {"item", "setup", "holding", "used", "meeting", "thing"}
    assert never_again == {"calendar", "course", "section", *values, "run", "job", "calendar_lock"}


def test_the_revisions_are_those_of_the_migrations():
    scripts = ScriptDirectory.from_config(config())
    assert scripts.get_heads() == [REVISIONS[-1]]
    assert tuple(one.revision for one in scripts.walk_revisions())[::-1] == REVISIONS


def test_the_file_is_safe_by_its_settings(made: Path):
    store = open_store(str(made))
    with store.read() as snapshot:
        ask = snapshot._driver.execute
        found = {
            name: ask(f"PRAGMA {name}").fetchone()[0]
            for name in ("journal_mode", "foreign_keys", "synchronous", "busy_timeout")
        }
    store.close()
    assert found == {"journal_mode": "wal", "foreign_keys": 1, "synchronous": 2, "busy_timeout": 5000}


SORTED = "USE TEMP B-TREE FOR ORDER BY"


@pytest.mark.parametrize(
    ("query", "steps"),
    [
        (reading._ALL_COURSES, ["SCAN course"]),
        (reading._COURSES, ["SEARCH course USING INDEX course_calendar (calendar_id=?)", SORTED]),
        (reading._ALL_SECTIONS, ["SCAN section USING INDEX section_course"]),
        (
            reading._SECTIONS,
            [
                "SEARCH section USING INDEX section_course (course_id=?)",
                "SEARCH course USING COVERING INDEX course_calendar (calendar_id=?)",
            ],
        ),
    ],
)
def test_planning_reads_hosts_in_their_order(made: Path, query: str, steps: list[str]):
    store = open_store(str(made))
    with store.read() as snapshot:
        words = ("[1]",) * query.count("?")
        found = [row[3] for row in snapshot._driver.execute(f"EXPLAIN QUERY PLAN {query}", words)]
    store.close()
    assert [step for step in found if "course" in step or step == SORTED] == steps


def statements(store: Store, work: Callable[[Transaction], object]) -> list[str]:
    """What SQLite was asked to do in one transaction, filling temporary tables apart."""
    asked: list[str] = []
    with store.write() as tx:
        tx._driver.set_trace_callback(asked.append)
        work(tx)
        tx._driver.set_trace_callback(None)
    return [one for one in asked if not one.startswith("INSERT INTO temp.going_") or "SELECT" in one]


@pytest.mark.parametrize("more", [1, 300])
def test_statements_of_a_batch_do_not_depend_on_its_sections(path: Path, more: int):
    store = open_store(str(path), create=True)
    town = build_town(store)
    with store.write() as tx:
        tx.put_sections(section(town.courses[0], f"x{number}", town.old) for number in range(more))
        every = [row.id for row in tx.sections([town.fall, town.summer])]
        tx.put_counts([(one, HOMEWORK, some()) for one in every], every)
    batch = moves(town, before=town.old, after=town.new)._replace(
        rekeys=[Rekey(one, Area.CATEGORIES, "Homework", "HW") for one in every],
        aliases=[Alias(True, one, Area.CATEGORIES, "s", "HW") for one in every],
        residuals=[ResidualMark(one, Area.CATEGORIES, "Lab", cleared=False) for one in every],
    )
    stale = batch._replace(courses=[one._replace(before=town.new) for one in batch.courses])
    asked = statements(store, lambda tx: tx.carry(town.run, batch))
    refused = statements(store, lambda tx: tx.carry(town.run, stale))
    counting = statements(store, lambda tx: tx.put_counts([], every))
    with store.read() as snapshot:
        assert {row.holding_id for row in snapshot.sections([town.fall])} == {town.new}
    store.close()
    # Two lines of the journal: the courses, and the sections.
    assert sum(one.startswith("INSERT INTO move") for one in asked) == 2
    assert (len(asked), len(refused)) == (32, 30)
    assert len([one for one in counting if not one.startswith("INSERT INTO temp")]) < 12


def test_bodies_are_canonical_json(made: Path):
    store = open_store(str(made))
    with store.write() as tx:
        tx.put_counts([(1, HOMEWORK, some()), (1, EXAM, some()), (1, EXAM._replace(key="Ü"), some())], [1])
        bodies = [body for (body,) in tx._driver.execute("SELECT body FROM used ORDER BY id")]
        setups = [body for (body,) in tx._driver.execute("SELECT body FROM item")]
    store.close()
    assert '[["categories","Exam",2],["categories","Homework",1],["categories","Ü",2]]' in bodies
    for body in (*bodies, *setups):
        again = json.dumps(json.loads(body), ensure_ascii=False, separators=(",", ":"), sort_keys=True)
        assert again == body
