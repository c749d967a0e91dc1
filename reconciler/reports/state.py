"""This room tells how a state stands: what is wrong in it, and what somebody who was killed left behind."""

from __future__ import annotations

from typing import TYPE_CHECKING

from reconciler.guard.signs import dead
from reconciler.guard.unlock import left_open
from reconciler.reports.model import Column, Report

if TYPE_CHECKING:
    from collections.abc import Iterator

    from reconciler.current import Snapshot
    from reconciler.reports.model import Cell

COLUMNS = (
    Column("what", "What is wrong"),
    Column("times", "How often"),
    Column("places", "Where, the first"),
    Column("how", "What to do"),
)
DAMAGED = "Restore the state from a copy, or build it anew with `reconcile import`."
FORGOTTEN = (
    "Nothing has to be done: the next who wants the calendars takes it over. Or: `reconcile unlock {}`."
)
LEFT = "`reconcile unlock --run {}` closes it; what it wrote is whole."


def state_check(snapshot: Snapshot) -> Report:
    """Everything that is wrong with a state, one kind a row; no row where it is sound."""
    rows: list[tuple[Cell, ...]] = [(one.what, one.times, one.places, DAMAGED) for one in snapshot.faults()]
    rows += _left(snapshot)
    return Report("check", "State", COLUMNS, tuple(rows), nothing="The state is sound.")


def _left(snapshot: Snapshot) -> Iterator[tuple[Cell, ...]]:
    """Locks of the dead, and runs that nobody writes any more."""
    for lock in snapshot.locks():
        why = dead(lock)
        if why:
            yield f"a lock of a dead writer ({why})", 1, (f"lock {lock.id}",), FORGOTTEN.format(lock.id)
    for run in left_open(snapshot):
        yield "a run that is open, and nobody writes it", 1, (f"run {run.id}",), LEFT.format(run.id)
