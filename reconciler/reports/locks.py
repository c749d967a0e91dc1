"""This room lists the locks of calendars (domain.md 10): whose they are, and whether they still live."""

from __future__ import annotations

from typing import TYPE_CHECKING

from reconciler.guard.signs import dead
from reconciler.guard.told import local, names_of
from reconciler.reports.model import Column, Report

if TYPE_CHECKING:
    from reconciler.current import CalendarLock, Snapshot
    from reconciler.reports.model import Cell

COLUMNS = (
    Column("lock", "Lock"),
    Column("calendars", "Calendars"),
    Column("who", "Who"),
    Column("host", "Host"),
    Column("pid", "Process"),
    Column("since", "Since"),
    Column("heartbeat", "Last sign of life"),
    Column("run", "Run"),
    Column("dead", "Dead, as"),
)
FEW = 3
"""How many calendars people are told before the rest is a count."""
UNLOCK = "`reconcile unlock LOCK` takes one away. A dead holder's goes by itself to the next who wants it."


def locks(snapshot: Snapshot, *, people: bool) -> Report:
    """Every lock. `people`: local times, long lists folded; programs get UTC, and everything."""
    names = names_of(snapshot)
    rows = tuple(_row(one, names, people=people) for one in snapshot.locks())
    notes = (UNLOCK,) if rows else ()
    return Report("locks", "Locks", COLUMNS, rows, notes=notes, nothing="Nobody holds a lock.")


def _row(lock: CalendarLock, names: dict[int, str], *, people: bool) -> tuple[Cell, ...]:
    calendars = sorted(names[place] for place in lock.calendars)
    if people and len(calendars) > FEW:
        calendars[FEW:] = [f"and {len(calendars) - FEW} more"]
    times = [local(one) if people else one for one in (lock.since, lock.heartbeat)]
    return (
        lock.id, tuple(calendars), lock.who, lock.host, lock.pid, *times, lock.run_id, dead(lock) or None
    )  # fmt: skip
