"""A small town in either kind of database, and other holders of locks: in this process, in others, dead."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import NamedTuple

import pytest

from reconciler.current import CalendarLock, Store
from reconciler.guard.take import new_lock
from reconciler.stores import open_store
from tests.commands.conftest import district, folder, reconcile  # noqa: F401 - fixtures
from tests.stores.store_rows import build_town, run

ROOT = Path(__file__).resolve().parents[2]
KINDS = ("sqlite", "postgresql")
HOLDER = """
import sys
from reconciler.guard import locked
from reconciler.stores import open_store

store = open_store(sys.argv[1])
with locked(store, [int(one) for one in sys.argv[2].split(",")], by="ada") as held:
    print(held.lock.id, flush=True)
    sys.stdin.readline()
print("let go", flush=True)
"""
"""A process that holds a lock until it is told to go on."""


@pytest.fixture(params=KINDS)
def url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """Where the town is."""
    if request.param == "sqlite":
        return f"sqlite:///{tmp_path}/state.db"
    return request.getfixturevalue("postgres_state")


@pytest.fixture
def town(url: str):
    """A town."""
    store = open_store(url, create=True, wait=5)
    yield build_town(store)
    store.close()


class Holder(NamedTuple):
    """Another process that holds a lock."""

    process: subprocess.Popen[str]
    lock: int

    def let_go(self) -> None:
        """Let it give the lock back, and end."""
        out, err = self.process.communicate("\n", timeout=60)
        assert (self.process.returncode, out) == (0, "let go\n"), err


@contextmanager
def holding(url: str, *calendars: int):
    """Another process that holds a lock on these calendars."""
    process = subprocess.Popen(
        [sys.executable, "-c", HOLDER, url, ",".join(map(str, calendars))],
        env={**os.environ, "PYTHONPATH": str(ROOT), "RECONCILE_USER": "ada"}, text=True,
        stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE,
    )  # fmt: skip
    try:
        line = process.stdout.readline()
        assert line, process.stderr.read()
        yield Holder(process, int(line))
    finally:
        if process.poll() is None:
            process.kill()
        process.communicate()


def put(store: Store, *calendars: int, age: int = 0, **facts: object) -> CalendarLock:
    """Somebody's lock in the store; of another machine, and by default just seen."""
    seen = (datetime.now(UTC) - timedelta(seconds=age)).isoformat(timespec="seconds")
    lock = new_lock(calendars, "ben")._replace(host="elsewhere", heartbeat=seen)._replace(**facts)
    with store.write() as tx:
        return lock._replace(id=tx.add_lock(lock))


def locks(store: Store) -> tuple[CalendarLock, ...]:
    """Every lock that is there."""
    with store.read() as snapshot:
        return snapshot.locks()


def begun(store: Store, **facts: object) -> int:
    """A run that somebody has begun."""
    with store.write() as tx:
        return tx.begin_run(run(**facts))


def status(store: Store, run_id: int) -> str:
    """How a run stands."""
    with store.read() as snapshot:
        return snapshot.run(run_id).status


HERE = socket.gethostname()
