"""This room holds the clock, and what one piece of work took by it."""

from __future__ import annotations

import os
import resource
import sys
from time import perf_counter, process_time
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from pathlib import Path

MEGABYTE = 1024 * 1024 if sys.platform == "darwin" else 1024
"""In what a system tells the peak of a process: Linux in kilobytes, macOS in bytes."""
CACHE = "RECONCILE_CACHE"
"""The variable that says where the program keeps catalogs that it has read."""
Fact = int | float | str


class Missing(RuntimeError):
    """What a figure needs can't be had here; the figure is left out, and this is said."""


class Took(NamedTuple):
    """What one piece of work took: seconds on the wall and of the processor, and what it came to.

    `peak`: megabytes at the highest; 0 means that of the process that measured.
    """

    seconds: float
    processor: float
    facts: dict[str, Fact]
    peak: float = 0


class Clock:
    """Measures what happens between its making and `stop`."""

    def __init__(self) -> None:
        """Start."""
        self.wall, self.work = perf_counter(), process_time()

    def stop(self, **facts: Fact) -> Took:
        """What it took so far."""
        return Took(perf_counter() - self.wall, process_time() - self.work, facts)


def peak() -> float:
    """The most memory that this process ever had, in megabytes."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / MEGABYTE


def waited(process: int, since: float) -> Took:
    """Wait for a program that was started at `since` (`perf_counter`); raises where it failed."""
    _, status, used = os.wait4(process, 0)
    wall = perf_counter() - since
    code = os.waitstatus_to_exitcode(status)
    if code:
        raise RuntimeError(f"the program that was measured ended with {code}")
    return Took(wall, used.ru_utime + used.ru_stime, {}, used.ru_maxrss / MEGABYTE)


def fresh(path: Path) -> Path:
    """The path of a database of which no file is left."""
    for suffix in ("", "-wal", "-shm"):
        path.with_name(path.name + suffix).unlink(missing_ok=True)
    return path
