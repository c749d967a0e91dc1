"""This room is the worker: it takes what is due, does exactly what was submitted, and says how it ended."""

from __future__ import annotations

import os
import secrets
import socket
import sys
import traceback
from dataclasses import dataclass, field
from functools import partial
from threading import Event
from typing import TYPE_CHECKING, NamedTuple

from reconciler.errors import ReconcilerError, StoreBusy, StoreFailing, StoreFull, StoreUnwritable
from reconciler.errors.locks import LockLost
from reconciler.errors.queue import JobDeadly
from reconciler.heart import Heart
from reconciler.plan.words import many
from reconciler.policy.model import Notify
from reconciler.push.held import carry_out
from reconciler.queue import claim
from reconciler.queue.job import Status, disabled, plan_of, read_told
from reconciler.queue.notify import notify, subject, wanted

if TYPE_CHECKING:
    from collections.abc import Callable

    from reconciler.current import Job, Store
    from reconciler.plan.saved import SavedPlan
    from reconciler.reports.push import PushResult

LEASE = 120
"""Seconds without a sign of life after which a worker counts as dead."""
STATE_TROUBLE = (StoreBusy, StoreFull, StoreFailing, StoreUnwritable)
"""What is no fault of a job: it goes back into the queue."""
TRIES = 3
"""How many workers may die of a job before it counts as failed."""
STOPPED = "It was stopped, whole courses at a time; the next worker goes on."

TAKEN = "Job {} was taken over by another worker; this one lets go of it."


class Stopped(Exception):
    """The worker was told to stop."""


class Ended(NamedTuple):
    """A job that ended, and what could not be told to whom."""

    job: Job
    untold: tuple[str, ...] = ()


def worker_name() -> str:
    """A name that no other worker has: machine, process, and a few random letters."""
    return f"{socket.gethostname()}:{os.getpid()}:{secrets.token_hex(3)}"


def _beats(job: Job, store: Store) -> bool:
    """Give a sign of life; False where the job is another worker's by now."""
    try:
        claim.beat(store, job)
    except claim.Lost:
        return False
    return True


@dataclass(slots=True)
class Worker:
    """Does jobs one after the other. `permit` raises where policy refuses a plan for its submitter.

    `stopping`: set it, and the batch of courses under way is the last. `say` is told what happens.
    """

    store: Store
    permit: Callable[[SavedPlan, Job], None]
    say: Callable[[str], None]
    wish: Notify = Notify()
    lease: int = LEASE
    name: str = field(default_factory=worker_name)
    stopping: Event = field(default_factory=Event)

    def run(self, ended: Callable[[Ended], None], *, once: bool, every: float = 0) -> None:
        """Do what is due, one job after the other, until told to stop; with `once`, until nothing is due.

        Else it looks again `every` so many seconds, also where the state was busy. `ended` is told of each
        job that ended. Raises what `turn` does.
        """
        told = ""
        while not self.stopping.is_set():
            try:
                done = self.turn()
            except StoreBusy as error:
                if once:
                    raise
                self.say(f"{error} This worker tries again in {every:g} s.")
                done = None
            if done is not None:
                ended(done)
                continue
            told = self._idle(told)
            if once:
                return
            self.stopping.wait(every)

    def _idle(self, told: str) -> str:
        """Say why nothing is done, unless that is what was told last."""
        with self.store.read() as snapshot:
            why = disabled(snapshot) or claim.held_up(snapshot) or "No job is due."
        if why != told:
            self.say(why)
        return why

    def turn(self) -> Ended | None:
        """Do the next job that is due; None where there is none, or it was not brought to its end.

        Raises what is wrong with the state (StoreBusy and the like), after giving the job back.
        """
        job = claim.claim(self.store, self.name, self.lease)
        if job is None:
            return None
        self.say(f"Job {job.id} ({subject(job)}) begins. {job.why}".strip())
        try:
            with Heart(self.store, f"job {job.id}", self.lease, partial(_beats, job)) as heart:
                done = self._perform(job, heart)
        except (Stopped, KeyboardInterrupt) as stop:
            self._give_back(job, STOPPED)
            if isinstance(stop, KeyboardInterrupt):
                raise
            return None
        except claim.Lost:
            self.say(TAKEN.format(job.id))
            return None
        except LockLost as error:
            self._give_back(job, str(error))
            return None
        except STATE_TROUBLE as error:
            self._give_back(job, str(error))
            raise
        return Ended(done, self._tell(done))

    def _perform(self, job: Job, heart: Heart) -> Job:
        """Do a job; gives it as it ended, which for a job that can't be done is `failed`."""
        try:
            told = self._push(job, heart)
        except (*STATE_TROUBLE, Stopped, claim.Lost, LockLost):
            raise
        except ReconcilerError as error:
            return claim.end(self.store, job, Status.FAILED, sentence(error))
        except Exception as error:  # noqa: BLE001 - one bad job must not keep the others from being done
            traceback.print_exc(file=sys.stderr)
            why = f"This is a bug in reconciler: {type(error).__name__}: {error}"
            return claim.end(self.store, job, Status.FAILED, why)
        return claim.end(self.store, job, status_of(told), story(told))

    def _push(self, job: Job, heart: Heart) -> PushResult:
        told = read_told(job)
        if told.lost >= TRIES:
            raise JobDeadly(job=job.id, times=told.lost)
        with self.store.read() as snapshot:
            plan = plan_of(snapshot, job)
        self.permit(plan, job)

        def step(done: int, total: int) -> None:
            """After each batch: is this job still ours, and may we go on?"""
            if heart.lost.is_set():
                raise claim.Lost
            if self.stopping.is_set() and done < total:
                raise Stopped

        return carry_out(
            plan, self.store, message=told.message, by=job.submitted_by, progress=step,
            begun=lambda tx, run: claim.begun(tx, job, run), say=self.say,
        )  # fmt: skip

    def _give_back(self, job: Job, why: str) -> None:
        """Put a job back as far as the state lets us; else it is taken up once its worker counts as dead."""
        try:
            claim.release(self.store, job, why)
        except claim.Lost:
            self.say(TAKEN.format(job.id))
        except STATE_TROUBLE:
            self.say(f"Job {job.id} could not be put back; it is taken up again in {self.lease} s.")
        else:
            self.say(f"Job {job.id} is back in the queue. {why}")

    def _tell(self, job: Job) -> tuple[str, ...]:
        """Notify whoever wants to know; what came of it is kept with the job."""
        if not wanted(self.wish, job):
            return ()
        untold = notify(self.wish, job, f"{subject(job)}\n{job.why}")
        try:
            claim.notified(self.store, job, " ".join(untold) or f"sent to {', '.join(self.wish.urls_from)}")
        except STATE_TROUBLE as error:
            return (*untold, str(error))
        return untold


def sentence(error: ReconcilerError) -> str:
    """A failure in one line: what it says, every problem behind it, and what to do."""
    behind = "; ".join(str(one).removeprefix("refused: ").rstrip(".") for one in error.problems)
    return " ".join(filter(None, (str(error), f"({behind})" if behind else "", error.way_out)))


def status_of(told: PushResult) -> Status:
    """How a job ended whose push has this result: with failures where any course was left out or refused."""
    failures = told.status != "done" or told.summary.totals.courses_refused
    return Status.WITH_FAILURES if failures else Status.COMPLETED


def story(told: PushResult) -> str:
    """What a push did, in a line."""
    parts = [f"Run {told.run}: {many(told.courses, 'course')} and {many(told.sections, 'section')} written."]
    left = sum(note.code == "left_out" for note in told.notes)
    if left:
        parts.append(f"{many(left, 'course')} left out.")
    if told.summary.totals.courses_refused:
        parts.append(f"{many(told.summary.totals.courses_refused, 'course')} refused.")
    return " ".join(parts)
