"""This room says whose turn it is: high priority first, then the earlier, and one writer a calendar."""

from __future__ import annotations

from typing import TYPE_CHECKING

from reconciler.queue.job import read_told

if TYPE_CHECKING:
    from collections.abc import Iterable

    from reconciler.current import Job

Calendars = frozenset[str]


def line(jobs: Iterable[Job]) -> list[Job]:
    """Jobs in the order in which they are due: by priority, then time, then number."""
    return sorted(jobs, key=lambda job: (-job.priority, job.scheduled, job.id))


def next_job(waiting: Iterable[Job], running: Iterable[Job], locked: Iterable[Calendars] = ()) -> Job | None:
    """The first job that may start now, or None.

    A job waits for every running one, and for every one before it in the line, that writes to a calendar
    of its own: so the jobs of a calendar run one by one in their order, and a wide job is never passed
    over and over by narrow ones. `locked`: the calendars of writers outside of the queue.
    """
    ahead = [*(calendars(job) for job in running), *locked]
    for job in line(waiting):
        own = calendars(job)
        if not any(meet(own, other) for other in ahead):
            return job
        ahead.append(own)
    return None


def calendars(job: Job) -> Calendars:
    """The calendars that a job may write to, by name; none where it may write to any."""
    return frozenset(read_told(job).calendars)


def meet(one: Calendars, other: Calendars) -> bool:
    """Might two jobs write to the same calendar?"""
    return not one or not other or bool(one & other)
