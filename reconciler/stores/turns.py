"""This room gives the writers of a SQLite file turns, as SQLite has no queue: who asks again at once gets in.

A push asks again at once, hundreds of times; a teacher's gradebook would starve beside it. So who waits says
so, by a lock on the folder that the system takes back if it dies; and who has just written lets it in first:
nobody waits for longer than the write that was under way. A system without such locks has no turns.
"""

from __future__ import annotations

import os
import sqlite3
import time
from contextlib import contextmanager, suppress
from typing import TYPE_CHECKING

try:
    import fcntl
except ImportError:  # pragma: no cover - Windows
    fcntl = None  # type: ignore[assignment]

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

PAUSE = 0.001
"""Seconds between two tries to get in."""
PATIENCE = 0.5
"""Seconds for which a writer makes way; by then, who waits has been stopped."""


class Turns:
    """The turns of one file. `wait`: seconds for which to wait for another writer."""

    def __init__(self, path: Path, wait: float) -> None:
        """Know the folder of the file."""
        self._folder = path.absolute().parent
        self._wait = wait

    def begin(self, driver: sqlite3.Connection) -> None:
        """Begin a transaction that has the writer's place; raises SQLite's own error where it is taken."""
        driver.execute("PRAGMA busy_timeout = 0")
        try:
            if not _got_in(driver):
                self._wait_for_it(driver)
        finally:
            driver.execute(f"PRAGMA busy_timeout = {round(self._wait * 1000)}")

    def _wait_for_it(self, driver: sqlite3.Connection) -> None:
        until = time.monotonic() + self._wait
        with self._waiting():
            while time.monotonic() < until:
                if _got_in(driver):
                    return
                time.sleep(PAUSE)
        driver.execute("BEGIN IMMEDIATE")

    @contextmanager
    def _waiting(self) -> Iterator[None]:
        """Say that somebody waits, for as long as the block lasts."""
        place = self._opened()
        try:
            if place is not None:
                with suppress(OSError):
                    fcntl.flock(place, fcntl.LOCK_SH)
            yield
        finally:
            if place is not None:
                os.close(place)

    def somebody_waits(self) -> bool:
        """Does anybody wait to write to a state of this folder?"""
        place = self._opened()
        if place is None:  # pragma: no cover - Windows
            return False
        try:
            fcntl.flock(place, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            return True
        except OSError:  # pragma: no cover - a file system without such locks
            return False
        finally:
            os.close(place)
        return False

    def make_way(self) -> None:
        """After a write: let in who waits, but don't wait for somebody who does not come."""
        until = time.monotonic() + PATIENCE
        while self.somebody_waits() and time.monotonic() < until:
            time.sleep(PAUSE)

    def _opened(self) -> int | None:
        return None if fcntl is None else os.open(self._folder, os.O_RDONLY)


def _got_in(driver: sqlite3.Connection) -> bool:
    """Try once; False where another has the writer's place."""
    try:
        driver.execute("BEGIN IMMEDIATE")
    except sqlite3.OperationalError as error:
        if not error.sqlite_errorname.startswith("SQLITE_BUSY"):
            raise
        return False
    return True
