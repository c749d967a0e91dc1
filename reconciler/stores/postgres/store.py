"""This room opens a PostgreSQL database as a store: makes its tables, checks them, hands out transactions.

A reading is one REPEATABLE READ transaction: it sees what was committed when it began, and waits for nobody.
A writer locks the table `meta` for as long as its transaction lasts: alone, or (`beside`) together with
others who also only move courses, each of which locks the rows that it moves.
"""

from __future__ import annotations

from contextlib import contextmanager
from functools import partial
from typing import TYPE_CHECKING, cast

import psycopg
from psycopg.conninfo import make_conninfo
from sqlalchemy import create_engine
from sqlalchemy.pool import QueuePool

from reconciler.errors import StoreForeign, StoreMissing, StoreNewer, StoreUrlUnknown
from reconciler.errors.postgres import DatabaseUnfit, PostgresTooOld, StoreForbidden
from reconciler.stores.interning import Values
from reconciler.stores.postgres import sessions, views
from reconciler.stores.postgres.faults import reached, translated
from reconciler.stores.postgres.reading import PostgresSnapshot
from reconciler.stores.postgres.url import Target
from reconciler.stores.postgres.writing import PostgresTransaction
from reconciler.stores.sqlite import REVISIONS

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from sqlalchemy import Connection, Engine

    from reconciler.current import Snapshot, Store, Transaction

MARK = "a state of reconciler"
"""The comment on our table `meta`."""
OLDEST = 14
MAKING = 0x72636E63
"""The advisory lock of who makes or upgrades the tables: `rcnc`, as SQLite's application_id."""
DEFAULTS = {"application_name": "reconciler", "connect_timeout": "10", "client_encoding": "UTF8"}
SETTINGS = """
    SET LOCAL lock_timeout = {}; SET LOCAL jit = off; SET LOCAL cursor_tuple_fraction = 1;
    SET LOCAL work_mem = '64MB'"""
"""Compiling a query costs more than ours take; a cursor is read to its end; a state is sorted in memory."""
ALONE = "SHARE ROW EXCLUSIVE"
BESIDE = "ROW EXCLUSIVE"
_LOOK = """
    SELECT current_schema(), current_setting('server_version_num')::int, current_setting('server_encoding'),
        to_regclass(quote_ident(current_schema()) || '.meta'),
        (SELECT count(*) FROM pg_class c
        WHERE c.relnamespace = current_schema()::regnamespace AND c.relkind IN ('r', 'p', 'v', 'm', 'f')
            AND NOT EXISTS (SELECT FROM pg_depend d WHERE d.classid = 'pg_class'::regclass
                AND d.objid = c.oid AND d.deptype = 'e'))"""


class PostgresStore:
    """A `Store` (current.py) in one schema of a PostgreSQL database. `engine` is SQLAlchemy's."""

    def __init__(self, target: Target, wait: float) -> None:
        """Name the database; `prepare` opens it. `wait`: seconds for which to wait for another's lock."""
        self.id = ""
        self.found: str | None = None
        self.url = target.shown
        self.engine = _engine(target)
        self._target = target
        self._wait = wait
        self._values = Values()

    def prepare(self, *, create: bool) -> None:
        """Check that this is a store, make or upgrade its tables, and read its id."""
        with translated(self.url):
            with self._begin() as connection:
                found = self._revision(connection)
            if found is None and not create:
                raise StoreMissing(path=self.url)
            self.found = found
            if found != REVISIONS[-1]:
                self._catch_up(found)
            with self._begin() as connection:
                self.id = str(connection.exec_driver_sql("SELECT id FROM meta").scalar_one())

    @contextmanager
    def read(self) -> Iterator[Snapshot]:
        """Open a consistent reading: what was committed when it was opened."""
        with translated(self.url), self._begin() as connection:
            connection.exec_driver_sql("SELECT id FROM meta").all()  # the first query takes the snapshot
            with PostgresSnapshot(connection, self._values) as snapshot:
                yield snapshot

    @contextmanager
    def write(self, *, beside: bool = False) -> Iterator[Transaction]:
        """Open a transaction that takes the writer's place at once; commits at the end.

        Alone, it sees one moment, and what another program changes since is not overwritten (StoreBusy).
        `beside` others it sees each row as it is, and must judge itself, as `carry` does.
        """
        level = "READ COMMITTED" if beside else "REPEATABLE READ"
        with translated(self.url), self._begin(level) as connection:
            try:
                connection.exec_driver_sql(f"LOCK TABLE meta IN {BESIDE if beside else ALONE} MODE")
                with PostgresTransaction(connection, self._values) as transaction:
                    yield transaction
                connection.commit()
            except BaseException:
                self._values.forget()
                raise

    def again(self) -> Store:
        """Open another handle of the same state, with connections of its own."""
        return _opened(self._target, self._wait)

    def elsewhere(self) -> Callable[[], Store]:
        """How another process opens the same state: with all that was found here to get in."""
        with translated(self.url), self.engine.connect() as connection:
            found = cast("psycopg.Connection", connection.connection.driver_connection).info
            said = {name: value for name, value in self._target.words.items() if name != "service"}
            words = {**found.get_parameters(), **said}
            if found.password:
                words["password"] = found.password
        return partial(_opened, Target(words, self.url), self._wait)

    @contextmanager
    def session(self) -> Iterator[int]:
        """A session by which others see that this process lives; its number."""
        with translated(self.url), sessions.session(self.engine) as number:
            yield number

    def close(self) -> None:
        """Let go of the database."""
        self.engine.dispose()

    @contextmanager
    def _begin(self, level: str = "") -> Iterator[Connection]:
        """A connection in a transaction, which ends with the block: committed there, or rolled back."""
        options = {"isolation_level": level or "REPEATABLE READ", "postgresql_readonly": not level}
        with self.engine.connect() as plain:
            connection = plain.execution_options(**options)
            connection.exec_driver_sql(SETTINGS.format(max(1, round(self._wait * 1000))))
            yield connection

    def _revision(self, connection: Connection) -> str | None:
        """The revision of the tables; None where there are none."""
        schema, version, encoding, meta, tables = connection.exec_driver_sql(_LOOK).one()
        if version < OLDEST * 10000:
            raise PostgresTooOld(path=self.url, found=version // 10000, needed=OLDEST)
        if encoding != "UTF8":
            raise DatabaseUnfit(path=self.url, why=f"its encoding is {encoding}, not UTF8")
        if schema is None:
            raise DatabaseUnfit(path=self.url, why="none of the schemas in its search_path is there")
        if meta is None and not tables:
            return None
        return self._known(connection, meta)

    def _known(self, connection: Connection, meta: str | None) -> str:
        """The revision of tables that are there, if they are ours."""
        mark = "SELECT obj_description(to_regclass(quote_ident(current_schema()) || '.meta'), 'pg_class')"
        if meta is None or connection.exec_driver_sql(mark).scalar() != MARK:
            raise StoreForeign(path=self.url, why="it holds something else")
        found = str(connection.exec_driver_sql("SELECT version_num FROM alembic_version").scalar_one())
        if found not in REVISIONS:
            raise StoreNewer(path=self.url, theirs=found, ours=REVISIONS[-1])
        return found

    def _catch_up(self, found: str | None) -> None:
        try:
            with translated(self.url):
                self._upgrade()
        except StoreForbidden as error:
            was = f"at {found}" if found else "not there"
            said = error.facts["why"]
            how = "`reconcile db upgrade`, by the role that owns them"
            why = f"its tables are {was} and have to be brought to {REVISIONS[-1]} ({how}): {said}"
            raise StoreForbidden(path=self.url, why=why) from error

    def _upgrade(self) -> None:
        from reconciler.stores.upgrade import migrate  # noqa: PLC0415 - Alembic is slow to import

        with self._begin("READ COMMITTED") as connection:
            connection.exec_driver_sql(f"SELECT pg_advisory_xact_lock({MAKING})")
            if self._revision(connection) != REVISIONS[-1]:  # not done by another meanwhile
                migrate(connection)
                views.settle(connection)
                connection.exec_driver_sql(f"COMMENT ON TABLE meta IS '{MARK}'")
            connection.commit()


def _opened(target: Target, wait: float) -> Store:
    store = PostgresStore(target, wait)
    store.prepare(create=False)
    return store


def _engine(target: Target) -> Engine:
    shown = target.shown
    try:
        words = make_conninfo(**{**DEFAULTS, **target.words})
    except psycopg.ProgrammingError as error:
        raise StoreUrlUnknown(url=shown, why=str(error).strip().splitlines()[0]) from error

    def connect() -> psycopg.Connection:
        """Connect, or say why not."""
        # Plans of the server would outlive the temporary tables that they were made for.
        with reached(shown):
            return psycopg.connect(words, prepare_threshold=None)

    return create_engine(
        "postgresql+psycopg://", creator=connect, poolclass=QueuePool, pool_pre_ping=True,
        use_native_hstore=False,
    )  # fmt: skip
