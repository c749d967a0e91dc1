"""This room knows processes: which one this is, and whether another of this machine is still there.

A number alone says little: numbers come again, a machine that started anew begins from the first, and
a container has numbers of its own. So a process is known by its machine's start, its numbering and its own
start, as far as the system tells them.
"""

from __future__ import annotations

import os
import socket
import subprocess
from pathlib import Path
from typing import NamedTuple

PROC = Path("/proc")
_START = 19
"""Where a process's start stands in /proc/PID/stat, counted from behind its name."""
_OVER = frozenset("ZX")
"""States in which a process is no more, though its number still stands for it."""


class Process(NamedTuple):
    """One process: its machine's name, its number, and a mark that no other process there ever has.

    `mark` is `NUMBERING START`; empty where the system tells neither.
    """

    host: str
    pid: int
    mark: str


def this_process() -> Process:
    """The process that asks."""
    pid = os.getpid()
    start = _start(pid)
    return Process(socket.gethostname(), pid, f"{_numbering()} {start}" if start else "")


def gone(process: Process) -> bool:
    """Is it sure that this process is no more? False for one of another machine, or another container."""
    place, _, start = process.mark.rpartition(" ")
    if not start or process.host != socket.gethostname() or place != _numbering():
        return False
    now = _start(process.pid)
    return now is not None and now != start


def _numbering() -> str:
    """What processes are numbered by: the start of this machine, and the container; no spaces in it."""
    try:
        boot = (PROC / "sys/kernel/random/boot_id").read_text(encoding="ascii").strip()
        return f"{boot}/{(PROC / 'self/ns/pid').readlink().name}"
    except OSError:
        return "-"


def _start(pid: int) -> str | None:
    """When a process was started, as the system tells it; empty where there is none, None if unknown."""
    if not (PROC / "self/stat").exists():
        return _asked(pid)
    try:
        told = (PROC / str(pid) / "stat").read_text(encoding="utf-8", errors="replace")
    except (FileNotFoundError, ProcessLookupError):
        return ""
    except OSError:
        return None
    words = told.rpartition(")")[2].split()
    return "" if words[0] in _OVER else words[_START]


def _asked(pid: int) -> str | None:
    """The same where there is no /proc, from `ps`."""
    try:
        done = subprocess.run(  # noqa: S603
            ["ps", "-o", "lstart=", "-p", str(pid)],  # noqa: S607
            capture_output=True, text=True, check=False, timeout=10,
        )  # fmt: skip
    except (OSError, subprocess.SubprocessError):
        return None
    return "_".join(done.stdout.split())
