"""This room takes jobs and gives them back, each in one transaction with the writer's place.

A job belongs to the worker named in its row. Whoever writes a row reads it anew first, and lets it be
where it is another's by now.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

from reconciler.errors.queue import JobStands, JobUnreported
from reconciler.guard.signs import dead
from reconciler.guard.take import leave
from reconciler.guard.told import names_of, on, where
from reconciler.queue import clock
from reconciler.queue.job import Status, disabled, find, read_told
from reconciler.queue.order import calendars, line, meet, next_job
from reconciler.receipts import now

if TYPE_CHECKING:
    from reconciler.current import Job, Snapshot, Store, Transaction

CANCEL = {
    Status.RUNNING: "Wait for its end; `reconcile undo` takes back what it did.",
    Status.CANCELED: "`reconcile batch restart {job}` puts it back into the queue.",
    Status.FAILED: "It is over and does nothing more; `reconcile batch show {job}` says why it failed.",
}
DONE = "It is over; `reconcile undo {run}` takes back what it did."
"""What to do about a job that can't be canceled, by status; DONE where it is none of these."""
RESTART = {
    Status.RUNNING: "Wait for its end. The job of a worker that was killed is taken up by the next one.",
    Status.QUEUED: "It waits for its time already; `reconcile batch list` says when that is.",
    Status.COMPLETED: "All that it planned is done. Plan again, and submit that.",
}
"""What to do about a job that can't be restarted."""


class Lost(Exception):
    """Another worker has this job by now."""


def claim(store: Store, worker: str, lease: int, at: datetime | None = None) -> Job | None:
    """Take the next job that is due; None where there is none, or the queue is disabled.

    A running job whose worker gave no sign of life for `lease` seconds is due again.
    """
    moment = at or datetime.now(UTC)
    with store.write() as tx:
        if disabled(tx):
            return None
        lost = clock.kept(moment - timedelta(seconds=lease))
        running = tx.jobs({Status.RUNNING})
        left = [job for job in running if (job.heartbeat or "") < lost]
        due = tx.jobs({Status.QUEUED}, until=clock.kept(moment + timedelta(seconds=1)))
        job = next_job([*left, *due], [job for job in running if job not in left], locked(tx))
        return None if job is None else _take(tx, job, worker, clock.kept(moment))


def _take(tx: Transaction, job: Job, worker: str, moment: str) -> Job | None:
    why = _left(tx, job, moment)
    told = read_told(job)
    lost = replace(told, lost=told.lost + (job.status == Status.RUNNING))
    mine = job._replace(
        status=Status.RUNNING, claimed_by=worker, heartbeat=moment, started=moment, ended=None, why=why,
        told=lost.text(),
    )  # fmt: skip
    return mine if tx.put_job(mine, job) else None


def _left(tx: Transaction, job: Job, moment: str) -> str:
    """Close the run that a worker left open when it was killed; gives what to remember of it."""
    told = job.why
    if job.status == Status.RUNNING:
        told = f"Its worker {job.claimed_by} gave no sign of life after {clock.local(job.heartbeat)}."
    return f"{told} {leave(tx, job.run_id, moment)}".strip()


def locked(snapshot: Snapshot) -> list[frozenset[str]]:
    """The calendars, by name, that somebody who lives is writing to, each writer's by itself."""
    names = names_of(snapshot)
    return [
        frozenset(names[place] for place in lock.calendars)
        for lock in snapshot.locks()
        if lock.calendars and not dead(lock)
    ]


def held_up(snapshot: Snapshot) -> str:
    """Which job is due and waits for a writer outside of the queue, in words; empty where none does."""
    names = names_of(snapshot)
    soon = clock.kept(datetime.now(UTC) + timedelta(seconds=1))
    for job in line(snapshot.jobs({Status.QUEUED}, until=soon)):
        for lock in snapshot.locks():
            if not dead(lock) and meet(calendars(job), frozenset(names[place] for place in lock.calendars)):
                what = f"{lock.who} ({where(lock)}) writes to {on(lock.calendars, names)}"
                return f"Job {job.id} waits: {what} since {clock.local(lock.since)} (lock {lock.id})."
    return ""


def mine(tx: Transaction, job: Job) -> Job:
    """The job as it stands; raises Lost where it is not this worker's any more."""
    here = tx.job(job.id)
    if here is None or (here.status, here.claimed_by) != (Status.RUNNING, job.claimed_by):
        raise Lost
    return here


def begun(tx: Transaction, job: Job, run: int) -> None:
    """Record the run of a job in the transaction that opens it; raises Lost."""
    here = mine(tx, job)
    tx.put_job(here._replace(run_id=run), here)


def beat(store: Store, job: Job) -> None:
    """Show that the worker lives; raises Lost."""
    with store.write() as tx:
        here = mine(tx, job)
        tx.put_job(here._replace(heartbeat=now()), here)


def end(store: Store, job: Job, status: Status, why: str = "") -> Job:
    """Write how a job ended; what happened to it before stays in its story. Raises Lost."""
    with store.write() as tx:
        here = mine(tx, job)
        done = here._replace(
            status=status, claimed_by=None, heartbeat=None, ended=now(), why=f"{here.why} {why}".strip()
        )
        tx.put_job(done, here)
        return done


def release(store: Store, job: Job, why: str) -> None:
    """Give a job back to the queue, for the next worker to go on with; raises Lost."""
    with store.write() as tx:
        here = mine(tx, job)
        tx.put_job(here._replace(status=Status.QUEUED, claimed_by=None, heartbeat=None, why=why), here)


def notified(store: Store, job: Job, what: str) -> None:
    """Keep with an ended job what came of its notification."""
    with store.write() as tx:
        here = find(tx, job.id)
        told = replace(read_told(here), notified=what)
        tx.put_job(here._replace(told=told.text()), here)


def cancel(store: Store, number: int) -> Job:
    """Take a job out of the queue; raises JobUnknown, JobStands."""
    with store.write() as tx:
        job = find(tx, number)
        if job.status != Status.QUEUED:
            raise _stands(job, "canceled", CANCEL.get(Status(job.status), DONE))
        done = job._replace(status=Status.CANCELED, ended=now())
        tx.put_job(done, job)
        return done


def restart(store: Store, number: int, when: str | None = None) -> Job:
    """Put a job that was canceled, or failed in whole or part, back into the queue.

    It keeps its time unless another is given. Raises JobUnknown, JobStands.
    """
    with store.write() as tx:
        job = find(tx, number)
        if Status(job.status) in RESTART:
            raise _stands(job, "restarted", RESTART[Status(job.status)])
        told = read_told(job)
        earlier = (*told.earlier, *((job.run_id,) if job.run_id else ()))
        again = job._replace(
            status=Status.QUEUED, scheduled=when or job.scheduled, started=None, ended=None, run_id=None,
            why="", told=replace(told, lost=0, notified="", earlier=earlier).text(),
        )  # fmt: skip
        tx.put_job(again, job)
        return again


def _stands(job: Job, verb: str, how: str) -> JobStands:
    return JobStands(job=job.id, verb=verb, status=job.status, how=how.format(job=job.id, run=job.run_id))


def report(snapshot: Snapshot, number: int) -> str:
    """The push result of a job's newest run that has one, as JSON; raises JobUnknown, JobUnreported."""
    job = find(snapshot, number)
    for place in (job.run_id, *reversed(read_told(job).earlier)):
        run = snapshot.run(place) if place else None
        if run is not None and run.report:
            return run.report
    how = {
        Status.QUEUED: f"It is due {clock.local(job.scheduled)}; `reconcile batch work` does what is due.",
        Status.RUNNING: "Wait for its end.",
        Status.CANCELED: f"`reconcile batch restart {number}` puts it back into the queue.",
    }
    why = f" ({job.why.rstrip('.')})" if job.why else ""
    again = "Plan again, and submit that."
    raise JobUnreported(job=number, status=job.status, why=why, how=how.get(Status(job.status), again))
