"""This room takes a lock away by hand, and closes runs that were left open by whoever was killed."""

from __future__ import annotations

from typing import TYPE_CHECKING

from reconciler.errors.locks import LockLiving, LockUnknown, RunStands
from reconciler.guard.signs import dead
from reconciler.guard.take import free, leave
from reconciler.guard.told import facts, names_of, on

if TYPE_CHECKING:
    from reconciler.current import CalendarLock, Run, Snapshot, Store
    from reconciler.guard.take import Freed

OPEN = "running"
BY_HAND = "it was unlocked"


def find_lock(snapshot: Snapshot, number: int) -> CalendarLock:
    """A lock; raises LockUnknown."""
    there = {one.id: one for one in snapshot.locks()}
    if number not in there:
        known = ", ".join(map(str, there))
        raise LockUnknown(lock=number, known=f"There are: {known}." if known else "Nobody holds a lock.")
    return there[number]


def may_go(snapshot: Snapshot, lock: CalendarLock, *, force: bool) -> None:
    """Raise LockLiving where somebody is behind a lock, and nobody said `force`."""
    if not force and not dead(lock):
        raise LockLiving(**facts(lock, on(lock.calendars, names_of(snapshot))))


def unlock(store: Store, number: int, *, force: bool = False) -> Freed:
    """Take a lock away, and close its run; raises LockUnknown, LockLiving."""
    with store.write() as tx:
        lock = find_lock(tx, number)
        may_go(tx, lock, force=force)
        return free(tx, lock, dead(lock) or BY_HAND)


def left_open(snapshot: Snapshot) -> tuple[Run, ...]:
    """Runs that are open though nobody writes them: no lock is theirs, and no job that is running."""
    taken = {one.run_id for one in snapshot.locks()}
    taken |= {one.run_id for one in snapshot.jobs({OPEN})}
    return tuple(one for one in snapshot.runs(ALL) if one.status == OPEN and one.id not in taken)


def close_run(store: Store, number: int) -> str:
    """Close a run that was left open; tells how far it came. Raises RunStands."""
    with store.write() as tx:
        if number not in {one.id for one in left_open(tx)}:
            run = tx.run(number)
            state = "not there" if run is None else "being written" if run.status == OPEN else run.status
            raise RunStands(run=number, state=state)
        return leave(tx, number)


ALL = 1_000_000
"""As many runs as there can be."""
