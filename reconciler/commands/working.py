"""This room runs `reconcile batch work`: the worker, until it is told to stop."""

from __future__ import annotations

import signal
import threading
from contextlib import contextmanager
from typing import TYPE_CHECKING, Annotated

import typer

import reconciler.commands.pushing as p
from reconciler.commands.settings import StateOption, state_url
from reconciler.errors import DONE, FAILED, IN_PART

if TYPE_CHECKING:
    from collections.abc import Iterator

    from reconciler.current import Job, Store
    from reconciler.plan.saved import SavedPlan
    from reconciler.queue.work import Ended

WAIT = 30.0
"""How many seconds a worker waits for another writer."""


def work(
    once: Annotated[bool, typer.Option("--once", help="Do what is due now, then end; for cron.")] = False,
    every: Annotated[float, typer.Option("--every", min=0.1, help="Seconds between two looks.")] = 15.0,
    lease: Annotated[
        int, typer.Option("--lease", min=1, help="Seconds without a sign of life that mean a worker's death.")
    ] = 120,
    state: StateOption = None,
) -> None:
    """Do the jobs that are due, one after the other, beside other workers if you like.

    Told to stop (^C, SIGTERM), it finishes the courses it is writing and puts the job back.
    """
    from reconciler.policy import load
    from reconciler.queue.work import Worker
    from reconciler.stores import open_store

    wish = load().notify
    codes = {DONE}
    store = open_store(state_url(state), wait=WAIT)
    worker = Worker(store, lambda plan, job: _permit(plan, job, store), _say, wish, lease)

    def ended(done: Ended) -> None:
        """Tell of a job, and remember the exit code that fits."""
        codes.add(_tell_ended(done))

    try:
        with _until_told(worker.stopping):
            worker.run(ended, once=once, every=every)
    finally:
        store.close()
    raise typer.Exit(FAILED if FAILED in codes else max(codes))


def _permit(plan: SavedPlan, job: Job, store: Store) -> None:
    """Ask policy once more, as of this moment, in the name of the submitter."""
    from reconciler.commands.permitting import permit
    from reconciler.policy import Leave
    from reconciler.queue.job import read_told

    told = read_told(job)
    leave = Leave(p.day(None), told.allowed_in_session, told.message, told.forced, who=job.submitted_by)
    permit(plan, store, leave)


def _say(text: str) -> None:
    typer.echo(text, err=True)


def _tell_ended(done: Ended) -> int:
    """One line a job to stdout, warnings to stderr; gives the exit code that fits."""
    from reconciler.queue.job import Status

    typer.echo(f"Job {done.job.id} {done.job.status}. {done.job.why}")
    for one in done.untold:
        _say(f"warning: {one}")
    return {Status.FAILED: FAILED, Status.WITH_FAILURES: IN_PART}.get(Status(done.job.status), DONE)


@contextmanager
def _until_told(stopping: threading.Event) -> Iterator[None]:
    """SIGTERM and ^C set `stopping`; a second ^C interrupts at once. After ^C, raises KeyboardInterrupt."""
    interrupted = threading.Event()

    def told(number: int, _frame: object) -> None:
        """A signal came."""
        if number == signal.SIGINT:
            if interrupted.is_set():
                raise KeyboardInterrupt
            interrupted.set()
        stopping.set()

    before = {one: signal.signal(one, told) for one in (signal.SIGTERM, signal.SIGINT)}
    try:
        yield
    finally:
        for one, handler in before.items():
            signal.signal(one, handler)
    if interrupted.is_set():
        raise KeyboardInterrupt
