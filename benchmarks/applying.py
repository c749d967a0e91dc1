"""This room measures an apply, and how large the state is that it works on."""

from __future__ import annotations

import shutil
import sqlite3
from contextlib import closing
from typing import TYPE_CHECKING

import jsonschema  # noqa: F401 - entered before the clock starts

import reconciler.stores.sqlite  # noqa: F401 - the same
from benchmarks.measure import Clock, fresh
from reconciler.formats import native
from reconciler.plan import saved
from reconciler.push import push
from reconciler.push.result import result
from reconciler.refresh import refresh
from reconciler.stores import open_store

if TYPE_CHECKING:
    from pathlib import Path

    from benchmarks.ground import Ground
    from benchmarks.measure import Took


def applied(plan: Path, url: str) -> Took:
    """A saved plan read and carried out: looked at again, with its uses, written, told."""
    clock = Clock()
    read = saved.load(plan)
    with closing(open_store(url)) as store:
        done = push(read, store)
        result(read, store, done)
    if done.left_out:
        raise RuntimeError(f"{len(done.left_out)} courses were left out: the state is not what was planned")
    return clock.stop(courses=done.courses, sections=done.sections)


def apply_all(ground: Ground) -> Took:
    """The saved plan of `plan-all`: read, looked at again with its uses, carried out, told."""
    shutil.copyfile(ground.state, fresh(ground.applied))
    return applied(ground.plan, str(ground.applied))


def import_native(ground: Ground) -> Took:
    """A native JSON file brought into an empty state."""
    with (
        closing(open_store(str(ground.state))) as store,
        store.read() as snapshot,
        ground.native.open("w", encoding="utf-8") as file,
    ):
        # Never the whole text at once: the peak is to be that of the import.
        file.writelines(native.write_json(snapshot))
    target = fresh(ground.folder / "imported.db")
    clock = Clock()
    with closing(open_store(str(target), create=True)) as store:
        refresh(store, native.read(ground.native))
    return clock.stop(bytes=ground.native.stat().st_size)


_WITHOUT_USES = (
    "DELETE FROM evidence",
    "UPDATE section SET used_id = NULL, uses_at = NULL",
    "DELETE FROM used",
    "DELETE FROM thing",
)
"""What makes a state one whose uses were never read: no counts, no used sets, no moments of reading."""


def state_size(ground: Ground) -> Took:
    """The state's file: as it is, and packed without its uses (the time is that of packing)."""
    target = fresh(ground.folder / "without.db")
    shutil.copyfile(ground.state, target)
    clock = Clock()
    with closing(sqlite3.connect(target)) as driver:
        for statement in _WITHOUT_USES:
            driver.execute(statement)
        driver.commit()
        driver.execute("VACUUM")
        driver.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    took = clock.stop(bytes=ground.state.stat().st_size, bytes_without_uses=target.stat().st_size)
    fresh(target)
    return took
