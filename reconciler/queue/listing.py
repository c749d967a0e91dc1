"""This room shows jobs: the list with the columns of the original (domain.md 10), and one job in full."""

from __future__ import annotations

from typing import TYPE_CHECKING

from reconciler.course import DataType
from reconciler.queue import clock
from reconciler.queue.job import PRIORITIES, read_told
from reconciler.reports.model import Column, Report

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

    from reconciler.current import Job
    from reconciler.queue.job import Told
    from reconciler.reports.model import Cell

FEW = 3
"""How many calendars people are told before the rest is a count."""
NAMES = {number: name for name, number in PRIORITIES.items()}
Teller = tuple[Column, "Callable[[Job, Told], Cell]"]
_LISTED: tuple[Teller, ...] = (
    (Column("job", "Job"), lambda job, _: job.id),
    (Column("scheduled", "Scheduled"), lambda job, _: job.scheduled),
    (Column("status", "Status"), lambda job, _: job.status),
    (Column("priority", "Priority"), lambda job, _: NAMES.get(job.priority, str(job.priority))),
    (Column("catalogs", "Catalog"), lambda _, told: told.catalogs),
    (Column("calendars", "Calendars"), lambda _, told: told.calendars),
    (Column("mode", "Mode"), lambda _, told: told.mode),
    (Column("to_sections", "To sections"), lambda _, told: told.to_sections),
    (Column("data", "Pushed data"), lambda _, told: told.data),
    (Column("submitted_by", "Submitted by"), lambda job, _: job.submitted_by),
)
_SHOWN: tuple[Teller, ...] = (
    *_LISTED,
    (Column("submitted", "Submitted"), lambda job, _: job.submitted),
    (Column("started", "Started"), lambda job, _: job.started),
    (Column("ended", "Ended"), lambda job, _: job.ended),
    (Column("worker", "Worker"), lambda job, _: job.claimed_by),
    (Column("heartbeat", "Last sign of life"), lambda job, _: job.heartbeat),
    (Column("run", "Run"), lambda job, _: job.run_id),
    (Column("earlier_runs", "Earlier runs"), lambda _, told: tuple(map(str, told.earlier))),
    (Column("why", "What became of it"), lambda job, _: job.why),
    (Column("message", "Message"), lambda _, told: told.message),
    (Column("notified", "Notification"), lambda _, told: told.notified),
    (Column("year", "School year"), lambda _, told: told.year),
    (Column("plan", "Plan"), lambda _, told: told.digest),
)
TIMES = frozenset({"scheduled", "submitted", "started", "ended", "heartbeat"})


def listing(
    jobs: Sequence[Job], *, people: bool, off: str = "", limit: int = 0, since: str = "", until: str = ""
) -> Report:
    """The list of jobs. `people`: local times, long lists folded; programs get UTC, and everything.

    `off`: why the queue runs nothing; `since`, `until`: the window that was asked for, as it is kept.
    """
    hints = [off] if off else []
    if limit and len(jobs) == limit:
        hints.append(f"The newest {limit} are shown; `--limit` shows more, `--from` and `--to` other ones.")
    facts: list[tuple[str, str, Cell]] = [("enabled", "Queue runs jobs", not off)]
    window = (("from", "Scheduled from", since), ("to", "Scheduled before", until))
    facts += [(name, title, clock.local(at) if people else at) for name, title, at in window if at]
    return Report(
        "batch",
        "Batch queue",
        tuple(column for column, _ in _LISTED),
        _rows(jobs, _LISTED, people=people),
        tuple(facts),
        notes=tuple(hints),
        nothing="No jobs.",
    )


def shown(job: Job, *, people: bool, off: str = "") -> Report:
    """One job with all that is known of it."""
    return Report(
        "job",
        f"Job {job.id}",
        tuple(column for column, _ in _SHOWN),
        _rows([job], _SHOWN, people=people),
        notes=(off,) if off else (),
    )


def _rows(jobs: Iterable[Job], tellers: Sequence[Teller], *, people: bool) -> tuple[tuple[Cell, ...], ...]:
    return tuple(tuple(_cell(job, read_told(job), one, people=people) for one in tellers) for job in jobs)


def _cell(job: Job, told: Told, teller: Teller, *, people: bool) -> Cell:
    column, tell = teller
    value = tell(job, told)
    if people and column.name in TIMES and isinstance(value, str):
        return clock.local(value)
    if people and column.name == "data" and len(told.data) == len(DataType):
        return "all"
    if people and column.name == "calendars" and isinstance(value, tuple) and len(value) > FEW + 1:
        return (*value[:FEW], f"{len(value) - FEW} more")
    return value
