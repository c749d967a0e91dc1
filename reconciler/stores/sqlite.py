"""This room opens a SQLite file as a store: makes it, checks that it is one, and hands out transactions.

The file is in WAL mode: readers see the last committed state and never wait. Every commit is synced
(synchronous=FULL): it survives the end of the process and a power cut, as far as the disk keeps its word.
A file that can only be read is opened for that, also where its folder takes no `-wal` and `-shm` beside it.
"""

from __future__ import annotations

from contextlib import closing, contextmanager
from functools import partial
from sqlite3 import sqlite_version, sqlite_version_info
from typing import TYPE_CHECKING, Any, cast

from sqlalchemy import URL, create_engine, event

from reconciler.errors import SqliteTooOld, StoreForeign, StoreMissing, StoreNewer, StoreUnwritable
from reconciler.stores.faults import translated
from reconciler.stores.interning import Values
from reconciler.stores.reading import SqliteSnapshot
from reconciler.stores.turns import Turns
from reconciler.stores.writing import SqliteTransaction

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path
    from sqlite3 import Connection as Driver

    from sqlalchemy import Connection, Engine

    from reconciler.current import Snapshot, Store, Transaction

REVISIONS = ("0001", "0002", "0003", "0004")
"""Every revision of the tables, oldest first (`migrations/versions`); known without Alembic."""
MARK = 0x72636E63
"""SQLite's application_id of our files: `rcnc`."""
OLDEST = (3, 38)
"""The oldest SQLite that has all we ask for: UPDATE ... FROM, and JSON by `->>`."""
PATIENCE = 60.0
"""Seconds that one of many processes of the same run waits for its turn to write."""
_BEGIN = "sqlite_begin"


def open_sqlite(path: Path, *, create: bool, wait: float) -> Store:
    """Open the store in this file; the errors are those of `open_store`."""
    _look(path, create=create)
    try:
        return _prepared(SqliteStore(path, _engine(_url(path), path, wait), wait), create=create)
    except StoreUnwritable:
        if create or not path.is_file():
            raise
        _look_beside(path)
        return _prepared(SqliteStore(path, _engine(_frozen(path), path, wait), wait), create=False)


def _prepared(store: SqliteStore, *, create: bool) -> SqliteStore:
    try:
        with translated(store.path):
            store.prepare(create=create)
    except BaseException:
        store.close()
        raise
    return store


def _look(path: Path, *, create: bool) -> None:
    """Judge what can be judged without opening the file: SQLite would make it, or blame itself."""
    if sqlite_version_info < OLDEST:
        raise SqliteTooOld(found=sqlite_version, needed=".".join(map(str, OLDEST)))
    try:
        if path.is_dir():
            raise StoreForeign(path=path, why="it is a folder")
        if not path.exists() and not create:
            raise StoreMissing(path=path)
        if not path.parent.is_dir():
            raise StoreUnwritable(path=path, why=f"there is no folder {path.parent}")
    except OSError as error:
        raise StoreUnwritable(path=path, why=error.strerror) from error


def _look_beside(path: Path) -> None:
    """Refuse a file without its last commits, which are beside it and can't be read."""
    beside = path.with_name(f"{path.name}-wal")
    if beside.exists() and beside.stat().st_size:
        why = (
            f"its last changes are still in {beside.name}, which is read only where its folder can be written"
        )
        raise StoreUnwritable(path=path, why=why)


class SqliteStore:
    """A `Store` (current.py) in one SQLite file. `engine` is SQLAlchemy's."""

    def __init__(self, path: Path, engine: Engine, wait: float) -> None:
        """Name the file; `prepare` opens it. `wait`: seconds for which to wait for another writer."""
        self.id = ""
        self.found: str | None = None
        self.path = path
        self.url = f"sqlite:///{path}"
        self.engine = engine
        self._wait = wait
        self._turns = Turns(path, wait)
        self._values = Values()

    def prepare(self, *, create: bool) -> None:
        """Check that this is a store, make or upgrade its tables, and read its id."""
        with self._begin("DEFERRED") as connection:
            found = self._revision(connection)
        if found is None and not create:
            raise StoreMissing(path=self.path)
        self.found = found
        if found is None:
            self._upgrade()
        elif found != REVISIONS[-1]:
            self._catch_up(found)
        with self._begin("DEFERRED") as connection:
            self.id = str(connection.exec_driver_sql("SELECT id FROM meta").scalar_one())

    @contextmanager
    def read(self) -> Iterator[Snapshot]:
        """Open a consistent reading: what was committed when it was opened."""
        with translated(self.path), self._begin("DEFERRED") as connection:
            # A deferred transaction takes its snapshot at its first reading.
            connection.exec_driver_sql("SELECT id FROM meta").all()
            with SqliteSnapshot(connection, self._values) as snapshot:
                yield snapshot

    @contextmanager
    def write(self, *, beside: bool = False) -> Iterator[Transaction]:  # noqa: ARG002 - a file has one writer
        """Open a transaction that takes the writer's place at once; commits at the end."""
        with translated(self.path), self._begin("IMMEDIATE") as connection:
            try:
                with SqliteTransaction(connection, self._values) as transaction:
                    yield transaction
                connection.commit()
            except BaseException:
                self._values.forget()
                raise
        self._turns.make_way()

    def again(self) -> Store:
        """Open another handle of the same file."""
        return open_sqlite(self.path, create=False, wait=self._wait)

    def elsewhere(self) -> Callable[[], Store]:
        """How another process opens the same file: all that write take turns, and may wait for many."""
        return partial(open_sqlite, self.path.absolute(), create=False, wait=max(self._wait, PATIENCE))

    @contextmanager
    def session(self) -> Iterator[int]:
        """Nobody sees who has a file open: a lock is judged by its process and its signs of life."""
        yield 0

    def close(self) -> None:
        """Let go of the database."""
        self.engine.dispose()

    @contextmanager
    def _begin(self, kind: str) -> Iterator[Connection]:
        """A connection in a transaction, which ends with the block: committed there, or rolled back."""
        with self.engine.connect() as plain:
            connection = plain.execution_options(**{_BEGIN: kind})
            connection.begin()
            yield connection

    def _revision(self, connection: Connection) -> str | None:
        """The revision of the tables; None where the file is empty."""
        mark = connection.exec_driver_sql("PRAGMA application_id").scalar_one()
        tables = connection.exec_driver_sql("SELECT count(*) FROM sqlite_master").scalar_one()
        if mark == 0 and tables == 0:
            return None
        if mark != MARK:
            raise StoreForeign(path=self.path, why="it holds something else")
        found = str(connection.exec_driver_sql("SELECT version_num FROM alembic_version").scalar_one())
        if found not in REVISIONS:
            raise StoreNewer(path=self.path, theirs=found, ours=REVISIONS[-1])
        return found

    def _catch_up(self, found: str) -> None:
        try:
            with translated(self.path):
                self._upgrade()
                # What the old tables took is given back.
                with closing(self.engine.raw_connection()) as raw:
                    cast("Driver", raw.driver_connection).execute("VACUUM")
        except StoreUnwritable as error:
            why = f"its tables are at {found} and have to be brought to {REVISIONS[-1]}, and it is read-only"
            raise StoreUnwritable(path=self.path, why=why) from error

    def _upgrade(self) -> None:
        from reconciler.stores.upgrade import upgrade  # noqa: PLC0415 - Alembic is slow to import

        with closing(self.engine.raw_connection()) as raw:
            # Not possible inside a transaction, and kept in the file.
            cast("Driver", raw.driver_connection).execute("PRAGMA journal_mode = WAL")
        with self._begin("IMMEDIATE") as connection:
            upgrade(connection)
            connection.exec_driver_sql(f"PRAGMA application_id = {MARK}")
            connection.commit()


def _url(path: Path) -> URL:
    return URL.create("sqlite", database=str(path))


def _frozen(path: Path) -> URL:
    """The file alone, without locks and without files beside it (SQLite's `immutable`)."""
    query = {"uri": "true", "mode": "ro", "immutable": "1"}
    return URL.create("sqlite", database=path.absolute().as_uri(), query=query)


def _engine(url: URL, path: Path, wait: float) -> Engine:
    engine, turns = create_engine(url), Turns(path, wait)

    @event.listens_for(engine, "connect")
    def connected(driver: Any, _record: object) -> None:  # noqa: ANN401 - SQLAlchemy says so
        """Set a connection up."""
        driver.isolation_level = None  # transactions are begun below, never by the driver's guess
        for pragma in (f"busy_timeout = {round(wait * 1000)}", "foreign_keys = ON", "synchronous = FULL"):
            driver.execute(f"PRAGMA {pragma}")
        driver.execute("PRAGMA temp_store = MEMORY")

    @event.listens_for(engine, "begin")
    def begun(connection: Connection) -> None:
        """Begin as the caller asked: a writer takes its place at once."""
        if connection.get_execution_options().get(_BEGIN) == "IMMEDIATE":
            turns.begin(cast("Driver", connection.connection.driver_connection))
        else:
            connection.exec_driver_sql("BEGIN DEFERRED")

    return engine
