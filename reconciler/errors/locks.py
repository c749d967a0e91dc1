"""This room is what may go wrong with the locks of calendars: one writer at a time (domain.md 10)."""

from __future__ import annotations

from reconciler.errors.root import BUSY, IN_PART, USAGE, ReconcilerError
from reconciler.errors.state import StoreBusy


class CalendarsLocked(StoreBusy):
    """{calendars}: locked by {who}, {where}, since {since}; last sign of life {seen} (lock {lock})."""

    remedy = (
        "Nothing was written by this one. Wait for the end of that run; --lock-timeout SECONDS waits for it,"
        " where a command has it. If it is surely no more, `reconcile unlock {lock}`."
    )


class LockLost(ReconcilerError):
    """The lock {lock} of this run was taken over or unlocked by somebody else; the run stopped at once."""

    remedy = (
        "What was written before is whole, and the run is closed in `reconcile history`. Find out why it gave"
        " no sign of life, then run the same command again to go on."
    )
    exit_code = IN_PART


class LockUnknown(ReconcilerError):
    """There is no lock {lock}."""

    remedy = "{known}"
    exit_code = USAGE


class LockLiving(ReconcilerError):
    """Lock {lock} is not taken away: {who}, {where}, gave its last sign of life {seen}."""

    remedy = (
        "Wait for the end of its run. With --force the lock goes all the same; that run then stops before its"
        " next write."
    )
    exit_code = BUSY


class RunStands(ReconcilerError):
    """Run {run} is not closed by hand: it is {state}."""

    remedy = (
        "Only a run that is open though nobody writes it is closed so; `reconcile db check` lists them. A"
        " lock's own run is closed with it."
    )
    exit_code = USAGE
