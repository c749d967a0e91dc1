"""This room takes locks and gives them back, within a transaction of the caller's.

A dead holder's lock goes to whoever asks for it, and the run that it left open is closed. Whoever writes
for longer than one transaction holds a lock meanwhile (`hold.py`); whoever writes in a single one asks
`alone` in it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from reconciler.current import CalendarLock
from reconciler.errors.locks import CalendarsLocked
from reconciler.guard.process import this_process
from reconciler.guard.signs import dead
from reconciler.guard.told import facts, names_of, on, where
from reconciler.receipts import now, who

if TYPE_CHECKING:
    from collections.abc import Collection

    from reconciler.current import Transaction


class Freed(NamedTuple):
    """A lock that was taken away, why, and what became of the run that it left open (empty: it had none)."""

    lock: CalendarLock
    on: str
    why: str
    run: str

    def __str__(self) -> str:
        """In words."""
        said = f"The lock of {self.lock.who} ({where(self.lock)}) on {self.on} was taken over: {self.why}."
        return f"{said} {self.run}".strip()


def new_lock(calendars: Collection[int], by: str = "", session: int = 0) -> CalendarLock:
    """This process's lock on some calendars, not yet in any store. `by`: who stands behind it."""
    here, moment = this_process(), now()
    places = tuple(sorted(set(calendars)))
    return CalendarLock(0, places, by or who(), *here, moment, moment, None, session)


def take(tx: Transaction, lock: CalendarLock) -> tuple[CalendarLock, list[Freed]]:
    """Put a lock into the store; gives it with its id, and the dead ones that it replaces.

    Raises CalendarsLocked where a living holder has one of the calendars.
    """
    freed = [free(tx, other, why) for other, why in _in_the_way(tx, lock.calendars)]
    return lock._replace(id=tx.add_lock(lock)), freed


def alone(tx: Transaction, calendars: Collection[int]) -> None:
    """See that nobody who lives holds a lock on these calendars; raises CalendarsLocked.

    Nobody else writes to them until this transaction ends, then: it has the writer's place.
    """
    _in_the_way(tx, calendars)


def _in_the_way(tx: Transaction, calendars: Collection[int]) -> list[tuple[CalendarLock, str]]:
    """The locks of dead holders on these calendars, each with the reason; raises CalendarsLocked."""
    wanted, found = set(calendars), []
    for other in tx.locks():
        shared = wanted & set(other.calendars)
        if not shared:
            continue
        why = dead(other)
        if not why:
            raise CalendarsLocked(**facts(other, on(shared, names_of(tx))))
        found.append((other, why))
    return found


def free(tx: Transaction, lock: CalendarLock, why: str) -> Freed:
    """Take a lock away and close the run that it left open."""
    left = leave(tx, lock.run_id)
    tx.drop_lock(lock.id)
    return Freed(lock, on(lock.calendars, names_of(tx)), why, left)


def leave(tx: Transaction, run_id: int | None, moment: str = "") -> str:
    """Close a run that nobody writes any more, as far as it came; tells so, empty where it was closed."""
    run = None if run_id is None else tx.run(run_id)
    if run is None or run.status != "running":
        return ""
    journal = (tx.moves, tx.key_moves, tx.followed, tx.list_moves)
    part = any(read(run.id) for read in journal)
    tx.end_run(run.id, moment or now(), "in_part" if part else "failed", None)
    return f"Run {run.id} was left {'in part' if part else 'before anything was written'}."
