"""This room is what may go wrong with the batch queue: its jobs, its times, its workers."""

from __future__ import annotations

from reconciler.errors.root import USAGE, ReconcilerError


class JobUnknown(ReconcilerError):
    """There is no job {job} in this state."""

    remedy = "The nearest are: {known}. `reconcile batch list` shows them all."
    exit_code = USAGE


class JobStands(ReconcilerError):
    """Job {job} can't be {verb}: it is {status}."""

    remedy = "{how}"


class JobUnreported(ReconcilerError):
    """Job {job} has no report: it is {status}{why}."""

    remedy = "{how}"


class JobChanged(ReconcilerError):
    """The plan of job {job} is not the one that was submitted."""

    remedy = "Nothing was written. Submit the plan again, and find out who writes to the state by hand."


class JobDeadly(ReconcilerError):
    """The plan was begun {times} times, and each time its worker died."""

    remedy = "See to the memory and the logs of that machine, then `reconcile batch restart {job}`."


class TimeWrong(ReconcilerError):
    """`{text}` is no time that a job can have: {why}."""

    remedy = (
        "Write 2026-07-01T22:00 for a time here ({zone}), 2026-07-01T22:00-05:00 or 2026-07-02T03:00Z for one"
        " anywhere, or 22:00 for the next ten o'clock in the evening."
    )
    exit_code = USAGE


class DayWrong(ReconcilerError):
    """`{text}` is neither a day nor a time."""

    remedy = "Write 2026-07-01, or 2026-07-01T22:00 for a time on that day."
    exit_code = USAGE
