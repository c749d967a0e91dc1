"""This room measures whole processes, as a person starts them: imports, catalogs, state, plan, text.

What progress costs is the difference that a terminal makes: the same command with and without one.
"""

from __future__ import annotations

import os
import pty
import shutil
import sys
from contextlib import contextmanager, nullcontext
from pathlib import Path
from subprocess import DEVNULL, Popen
from tempfile import TemporaryFile
from threading import Thread
from time import perf_counter
from typing import IO, TYPE_CHECKING

import reconciler
from benchmarks.measure import CACHE, Took, fresh, waited

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from benchmarks.ground import Ground

DAY = ("--as-of", "2026-12-01")
LAST = 2_000
"""How much is told of what a failed command said."""
TURNS = 5
"""How often a command runs with a terminal and without one, turn by turn."""


def run(ground: Ground, *words: str, terminal: bool = False) -> Took:
    """One `reconcile` command from its start to its end; its text goes nowhere, progress to a terminal.

    Raises RuntimeError with the last that it said, where it fails.
    """
    environment = {**os.environ, CACHE: str(ground.cache), "TERM": "xterm-256color", "COLUMNS": "100"}
    # The program that is measured is this one, wherever it runs and whatever is installed.
    environment["PYTHONPATH"] = str(Path(reconciler.__file__).resolve().parents[1])
    command = (sys.executable, "-m", "reconciler", *words)
    with TemporaryFile() as said, _terminal(said) if terminal else nullcontext(said) as errors:
        since = perf_counter()
        with Popen(command, env=environment, cwd=ground.folder, stdout=DEVNULL, stderr=errors) as process:
            try:
                return waited(process.pid, since)
            except RuntimeError as error:
                said.seek(0)
                raise RuntimeError(f"{words[0]}: {error}\n{said.read().decode()[-LAST:]}") from None
            finally:
                process.returncode = 0  # it has been waited for


@contextmanager
def _terminal(said: IO[bytes]) -> Iterator[int]:
    """A terminal, of which everything that is shown is read as it comes."""
    ours, theirs = pty.openpty()
    watcher = Thread(target=_watch, args=(ours, said))
    watcher.start()
    try:
        yield theirs
    finally:
        os.close(theirs)
        watcher.join()
        os.close(ours)


def _watch(screen: int, said: IO[bytes]) -> None:
    """Read until nobody can write to the terminal any more."""
    try:
        while shown := os.read(screen, 65_536):
            said.write(shown)
    except OSError:
        return


def _plan(ground: Ground, *, terminal: bool = False) -> Took:
    state = ("--state", str(ground.state))
    return run(ground, "plan", str(ground.catalog_folder), "--to-sections", *DAY, *state, terminal=terminal)


def process_cold(ground: Ground) -> Took:
    """`reconcile plan`, nothing changed, as a process that finds no cache of catalogs."""
    shutil.rmtree(ground.cache, ignore_errors=True)
    return _plan(ground)


def process_warm(ground: Ground) -> Took:
    """The same, where an earlier process has left its cache."""
    return _plan(ground)


def progress_plan(ground: Ground) -> Took:
    """What the progress display costs `reconcile plan`."""
    return _turns([(_plan(ground, terminal=True), _plan(ground)) for _ in range(TURNS)])


def progress_apply(ground: Ground) -> Took:
    """What the progress display costs `reconcile apply` of `plan-all`."""
    return _turns([(_apply(ground, terminal=True), _apply(ground, terminal=False)) for _ in range(TURNS)])


def _apply(ground: Ground, *, terminal: bool) -> Took:
    target = fresh(ground.folder / "progress.db")
    shutil.copyfile(ground.state, target)
    took = run(ground, "apply", str(ground.plan), "--yes", *DAY, *_state(target), terminal=terminal)
    fresh(target)
    return took


def _state(path: Path) -> tuple[str, str]:
    return "--state", str(path)


def _turns(turns: Sequence[tuple[Took, Took]]) -> Took:
    """The difference of the best turns, as a share of the best without; by processor time, the calmer one."""
    seen, unseen = (min(one.processor for one in column) for column in zip(*turns, strict=True))
    wall = min(one.seconds for one, _ in turns)
    share = round(100 * (seen - unseen) / unseen, 1)
    facts = {"seen": round(seen, 3), "unseen": round(unseen, 3), "percent": share}
    return Took(wall, seen, facts, max(one.peak for one, _ in turns))
