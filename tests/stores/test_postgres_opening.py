"""Opening a state in PostgreSQL: what is there, who may come in, and what is said where that fails."""
# ruff: noqa: PT012, SIM117 - what fails is what a transaction does, in a store that is open

from __future__ import annotations

import os
from contextlib import closing
from threading import Thread

import psycopg
import pytest
from alembic.autogenerate import compare_metadata
from alembic.runtime.migration import MigrationContext
from psycopg import sql

from reconciler.course import Area, Counts, Use
from reconciler.errors import (
    BUSY,
    FAILED,
    StoreBusy,
    StoreFailing,
    StoreForeign,
    StoreFull,
    StoreMissing,
    StoreNewer,
    StoreUrlUnknown,
)
from reconciler.errors.postgres import (
    DatabaseMissing,
    DatabaseUnfit,
    PostgresMissing,
    PostgresTooOld,
    StoreForbidden,
    StoreLost,
    StoreUnreachable,
    TextUnstorable,
)
from reconciler.stores import open_store
from reconciler.stores.postgres.faults import translated
from reconciler.stores.postgres.url import parse
from reconciler.stores.postgres.views import JSON
from reconciler.stores.sqlite import REVISIONS
from reconciler.stores.tables import METADATA
from tests.postgres_server import ELSEWHERE, Server
from tests.stores.store_rows import ask, build_town, course, moves, python, section

ours = pytest.mark.skipif(ELSEWHERE in os.environ, reason="needs a server of our own")


def tell(url: str, *statements: str) -> None:
    """Do something behind the store's back."""
    with psycopg.connect(url, autocommit=True) as connection:
        for one in statements:
            connection.execute(one)


def tables(url: str) -> list[tuple]:
    with psycopg.connect(url) as connection:
        return connection.execute(
            "SELECT relname FROM pg_class WHERE relkind IN ('r', 'v') ORDER BY 1"
        ).fetchall()


@pytest.fixture
def role(postgres_server: Server):
    """A role that may come in with a password, and do nothing yet."""
    name = sql.Identifier("guarded")
    postgres_server.ask(sql.SQL("CREATE ROLE {} LOGIN PASSWORD 'right'").format(name))
    yield "guarded"
    postgres_server.ask(sql.SQL("DROP ROLE {}").format(name))


@pytest.fixture
def reader(postgres: str, role: str):
    """The url of a state for somebody who may only read it."""
    with closing(open_store(postgres, create=True)) as store:
        build_town(store)
    tell(postgres, f"GRANT SELECT ON ALL TABLES IN SCHEMA public TO {role}")
    yield postgres.replace("//postgres@", f"//{role}:right@")
    tell(postgres, f"DROP OWNED BY {role}")


def test_a_store_is_made_and_opened_again(postgres: str):
    with closing(open_store(postgres, create=True)) as first, closing(open_store(postgres)) as second:
        assert first.id == second.id
        assert len(first.id) == 36
        assert first.url == second.url == parse(postgres).shown
        with closing(first.again()) as third:
            assert (third.id, third.url) == (first.id, first.url)
    with closing(open_store(postgres.replace("postgresql:", "postgres:"), create=True)) as again:
        assert again.id == first.id


def test_an_empty_database_is_a_store_that_is_missing(postgres: str):
    with pytest.raises(StoreMissing) as told:
        open_store(postgres)
    assert postgres in str(told.value)
    assert "reconcile import" in told.value.way_out
    assert told.value.exit_code == FAILED
    assert not [name for (name,) in tables(postgres) if name == "meta"]


def test_a_database_that_is_not_there(postgres_server: Server):
    with pytest.raises(DatabaseMissing, match='"nowhere" does not exist') as told:
        open_store(postgres_server.at("nowhere"), create=True)
    assert isinstance(told.value, StoreMissing)
    assert "createdb" in told.value.way_out


@pytest.mark.parametrize("create", [False, True])
@pytest.mark.parametrize(
    "thing", ["TABLE course (id int)", "VIEW meta AS SELECT 1 AS id", "TABLE meta (id text)"]
)
def test_a_database_of_something_else_is_left_alone(postgres: str, thing: str, create: bool):
    tell(postgres, f"CREATE {thing}")
    before = tables(postgres)
    with pytest.raises(StoreForeign, match="something else"):
        open_store(postgres, create=create)
    assert tables(postgres) == before


def test_a_store_of_a_newer_version(postgres: str):
    open_store(postgres, create=True).close()
    tell(postgres, "UPDATE alembic_version SET version_num = '9999'")
    with pytest.raises(StoreNewer, match=f"at 9999; this one knows {REVISIONS[-1]}"):
        open_store(postgres)


def test_a_server_that_is_too_old(postgres: str, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr("reconciler.stores.postgres.store.OLDEST", 99)
    with pytest.raises(PostgresTooOld, match=r"PostgreSQL \d+; a state needs 99"):
        open_store(postgres, create=True)


def test_a_database_that_can_not_hold_every_letter(postgres_server: Server):
    name = sql.Identifier(f"latin_{os.getpid()}")
    how = "TEMPLATE template0 ENCODING 'LATIN1' LOCALE 'C'"
    postgres_server.ask(sql.SQL(f"CREATE DATABASE {{}} {how}").format(name))
    try:
        with pytest.raises(DatabaseUnfit, match="encoding is LATIN1") as told:
            open_store(postgres_server.at(f"latin_{os.getpid()}"), create=True)
    finally:
        postgres_server.ask(sql.SQL("DROP DATABASE {}").format(name))
    assert "UTF8" in told.value.way_out


def test_a_state_is_in_the_first_schema_that_is_there(postgres: str):
    tell(postgres, "CREATE SCHEMA north", "CREATE SCHEMA south")
    north, south = (f"{postgres}&options=-csearch_path%3D{name}" for name in ("north", "south"))
    with closing(open_store(north, create=True)) as one, closing(open_store(south, create=True)) as two:
        assert one.id != two.id
        with one.write() as tx:
            tx.put_school("Bay High", None)
        with two.read() as snapshot:
            assert snapshot.schools() == ()
    with pytest.raises(StoreMissing):
        open_store(postgres)
    with pytest.raises(DatabaseUnfit, match="search_path"):
        open_store(f"{postgres}&options=-csearch_path%3Deast", create=True)


def test_a_server_that_is_not_there():
    for url in ("postgresql://ada:secret@127.0.0.1:1/state", "postgresql:///s?host=/nowhere&password=secret"):
        with pytest.raises(StoreUnreachable) as told:
            open_store(url)
        assert told.value.exit_code == FAILED
        assert "secret" not in f"{told.value}{told.value.way_out}"
        assert "***" in str(told.value)
        assert ".pgpass" in told.value.way_out


def test_an_option_that_postgresql_does_not_know():
    with pytest.raises(StoreUrlUnknown, match='invalid connection option "colour"'):
        open_store("postgresql://ada:secret@db/state?colour=red")


@ours
def test_a_password_lets_in_and_is_never_shown(reader: str, postgres: str):
    with closing(open_store(reader)) as store:
        assert "right" not in store.url
        assert ":***@" in store.url
        with closing(store.again()) as other, other.read() as snapshot:
            assert len(snapshot.schools()) == 1
    with pytest.raises(StoreUnreachable, match="password authentication failed") as told:
        open_store(reader.replace(":right@", ":wrong@"))
    assert "wrong" not in str(told.value)


@ours
def test_who_may_only_read_reads_and_is_told_at_once(reader: str):
    with closing(open_store(reader)) as store:
        with store.read() as snapshot:
            assert len(list(snapshot.section_records())) == 5
        for beside in (False, True):
            with pytest.raises(StoreForbidden, match="permission denied") as told, store.write(beside=beside):
                pytest.fail("a reader writes")
    assert "one that may write" in told.value.way_out


@ours
def test_one_that_is_behind_says_that_it_can_not_be_brought_up(reader: str, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr("reconciler.stores.postgres.store.REVISIONS", (*REVISIONS, "9999"))
    with pytest.raises(StoreForbidden, match=f"at {REVISIONS[-1]} and have to be brought to 9999"):
        open_store(reader)


@ours
def test_who_may_not_make_tables_is_told(postgres: str, role: str):
    url = postgres.replace("//postgres@", f"//{role}:right@")
    with pytest.raises(StoreForbidden, match="not there and have to be brought to"):
        open_store(url, create=True)
    assert not [name for (name,) in tables(postgres) if name == "meta"]


def test_a_server_that_only_reads_is_told(postgres_state: str):
    with closing(open_store(postgres_state)) as store:
        with pytest.raises(StoreForbidden, match="read-only"), store.write() as tx:
            tx._connection.exec_driver_sql("SET LOCAL transaction_read_only = on")
            tx.put_school("Bay High", None)


def test_another_writers_row_is_waited_for_and_then_told(postgres_state: str):
    with closing(open_store(postgres_state, wait=0.05)) as store, psycopg.connect(postgres_state) as teacher:
        town = build_town(store)
        batch = moves(town, before=town.old, after=town.new)
        teacher.execute("UPDATE section SET teacher = 'Mr. Low' WHERE id = %s", (town.sections[0],))
        with pytest.raises(StoreBusy) as told, store.write(beside=True) as tx:
            tx.carry(town.run, batch)
        assert told.value.exit_code == BUSY
        teacher.commit()
        with store.write(beside=True) as tx:
            assert tx.carry(town.run, batch) == frozenset()


def test_what_another_program_changed_meanwhile_is_not_overwritten(postgres_state: str):
    with (
        closing(open_store(postgres_state)) as store,
        psycopg.connect(postgres_state, autocommit=True) as other,
    ):
        town = build_town(store)
        with pytest.raises(StoreBusy), store.write() as tx:
            (row,) = tx.section_records(town.sections[:1])
            other.execute("UPDATE section SET teacher = 'Mr. Low' WHERE id = %s", (row.id,))
            tx.put_sections([row._replace(holding_id=town.new)])
        with store.read() as snapshot:
            (now,) = snapshot.section_records(town.sections[:1])
    assert (now.teacher, now.holding_id) == ("Mr. Low", town.old)


def test_of_two_that_wait_for_each_other_one_is_told(postgres_state: str):
    with closing(open_store(postgres_state)) as store, psycopg.connect(postgres_state) as teacher:
        town = build_town(store)
        first, second = (f"UPDATE section SET teacher = 'x' WHERE id = {one}" for one in town.sections[:2])
        teacher.execute(second)
        with pytest.raises((StoreBusy, psycopg.errors.DeadlockDetected)), store.write(beside=True) as tx:
            ask(tx, f"{first} RETURNING id")
            waiting = Thread(target=_quietly, args=(teacher, first))
            waiting.start()
            try:
                ask(tx, f"{second} RETURNING id")
                raise psycopg.errors.DeadlockDetected
            finally:
                teacher.cancel_safe()
                waiting.join()


def _quietly(connection: psycopg.Connection, statement: str) -> None:
    try:
        connection.execute(statement)
    except psycopg.Error:
        connection.rollback()


def test_a_connection_that_is_lost_is_told_and_another_is_made(postgres_state: str):
    with closing(open_store(postgres_state)) as store:
        with pytest.raises(StoreLost, match="terminat") as told, store.write() as tx:
            tx.put_school("Bay High", None)
            ((mine,),) = ask(tx, "SELECT pg_backend_pid()")
            tell(postgres_state, f"SELECT pg_terminate_backend({mine}, 5000)")
            tx.put_school("Lake High", None)
        assert "taken back" in told.value.way_out
        with pytest.raises(StoreLost), store.read() as snapshot:
            rows = snapshot.course_records()
            ((mine,),) = ask(snapshot, "SELECT pg_backend_pid()")
            tell(postgres_state, f"SELECT pg_terminate_backend({mine}, 5000)")
            list(rows)
        with store.read() as snapshot:
            assert snapshot.schools() == ()


def test_a_limit_of_the_server_is_told(postgres_state: str):
    with closing(open_store(f"{postgres_state}&options=-cstatement_timeout%3D5000")) as store:
        with pytest.raises(StoreFailing, match="statement timeout"), store.read() as snapshot:
            ask(snapshot, "SET LOCAL statement_timeout = 1; SELECT pg_sleep(1)")


def test_a_full_disk_is_told():
    with pytest.raises(StoreFull, match="no space"), translated("postgresql:///s"):
        raise psycopg.errors.DiskFull("no space left on device\nDETAIL: a row of somebody")


def test_a_mistake_of_ours_is_not_dressed_up(postgres_state: str):
    with closing(open_store(postgres_state)) as store:
        with pytest.raises(psycopg.errors.ForeignKeyViolation), store.write() as tx:
            tx.put_sections([section(999, "1", 1)])


@pytest.mark.parametrize("name", ["put_school", "put_courses", "put_counts"])
def test_a_text_that_postgresql_has_no_letters_for(postgres_state: str, name: str):
    with closing(open_store(postgres_state)) as store:
        town = build_town(store)
        bad = {
            "put_school": ("Bay\0High", None),
            "put_courses": ([course(town.fall, "0401\0", town.old)],),
            "put_counts": ([(town.sections[0], Use(Area.CATEGORIES, "a\0", 1), Counts(1))], town.sections),
        }
        with pytest.raises(TextUnstorable, match="0x00") as told, store.write() as tx:
            getattr(tx, name)(*bad[name])
    assert "code 0" in told.value.way_out


def test_without_the_extra_there_is_a_clear_word():
    script = """
import sys
sys.modules["psycopg"] = None
from reconciler.errors import ReconcilerError
from reconciler.stores import open_store
try:
    open_store("postgresql://ada:secret@db/state")
except ReconcilerError as error:
    print(type(error).__name__, error, error.way_out)
"""
    done = python(script)
    assert done.stdout.startswith(PostgresMissing.__name__), done.stderr
    assert 'pip install "reconciler[postgres]"' in done.stdout
    assert "secret" not in done.stdout


def test_a_sqlite_state_never_enters_the_driver(path):
    done = python("import sys; from reconciler.stores import open_store; open_store(sys.argv[1], create=True)\n"
                  "print('psycopg' in sys.modules)", path)  # fmt: skip
    assert done.stdout.split() == ["False"], done.stderr


def test_migrations_make_the_tables_that_the_code_knows(postgres_state: str):
    with closing(open_store(postgres_state)) as store, store.engine.connect() as connection:
        found = compare_metadata(MigrationContext.configure(connection), METADATA)
        numbered = {
            name
            for name, table in METADATA.tables.items()
            if "id" in table.columns and name != "meta"
            and connection.exec_driver_sql(f"SELECT pg_get_serial_sequence('{name}', 'id')").scalar()
        }  # fmt: skip
    more = {(change[0], change[2], change[3].name) for change in found if change[0] == "remove_column"}
    assert more == {("remove_column", table, f"{column}_jsonb") for table, column in JSON}
    assert [change[0] for change in found if change[0] != "remove_column"] == ["remove_table_comment"]
    assert numbered == {name for name, table in METADATA.tables.items() if "id" in table.columns} - {"meta"}


def test_all_texts_are_ordered_as_in_python(postgres_state: str):
    query = """SELECT a.attname FROM pg_attribute a JOIN pg_class c ON c.oid = a.attrelid
        WHERE c.relname = ANY(%s) AND a.atttypid = 'text'::regtype AND a.attcollation <> '"C"'::regcollation"""
    with psycopg.connect(postgres_state) as connection:
        assert connection.execute(query, (sorted(METADATA.tables),)).fetchall() == []
    names = ["a", "B", "ä", "Z", "é", "_"]
    with closing(open_store(postgres_state)) as store, store.write() as tx:
        for name in names:
            tx.put_school(name, None)
        assert [name for name, _ in tx.schools()] == sorted(names)


def test_json_is_kept_as_it_is_and_asked_as_jsonb(postgres_state: str):
    text = '{"b": 1.50, "a": [true, null], "b2": "\\u00e4 \u2028"}'
    with closing(open_store(postgres_state)) as store:
        town = build_town(store)
        with store.write() as tx:
            tx.end_run(town.run, "then", "done", text)
        with store.read() as snapshot:
            assert snapshot.run(town.run).report == text
            assert ask(snapshot, "SELECT report_jsonb ->> 'b2', report_jsonb -> 'a' ->> 0 FROM run") == [
                ("ä \u2028", "true")
            ]


def test_opening_a_store_that_is_up_to_date_leaves_alembic_alone(postgres_state: str):
    done = python(
        "import sys; from reconciler.stores import open_store; open_store(sys.argv[1]).close()\n"
        "print('alembic' in sys.modules)", postgres_state,
    )  # fmt: skip
    assert done.stdout.split() == ["False"], done.stderr


def test_two_may_make_one_store_at_once(postgres: str):
    stores = []
    both = [
        Thread(target=lambda: stores.append(open_store(postgres, create=True, wait=60))) for _ in range(2)
    ]
    for one in both:
        one.start()
    for one in both:
        one.join()
    assert len({store.id for store in stores}) == 1
    assert len(stores) == 2
    for store in stores:
        store.close()


def test_views_are_renewed_under_those_who_use_them(postgres: str, monkeypatch: pytest.MonkeyPatch):
    """Rights to a view, and views over it, outlive an upgrade."""
    with closing(open_store(postgres, create=True)) as store:
        tell(
            postgres,
            "CREATE VIEW mine AS SELECT key FROM section_item",
            "GRANT SELECT ON section_item TO PUBLIC",
        )
        tell(
            postgres,
            "UPDATE alembic_version SET version_num = '0003'",
            "DROP TABLE locked_calendar, calendar_lock",
        )
        store.again().close()
        with store.read() as snapshot:
            assert ask(snapshot, "SELECT * FROM mine") == []
            assert ask(snapshot, "SELECT has_table_privilege('pg_monitor', 'section_item', 'SELECT')") == [
                (True,)
            ]
