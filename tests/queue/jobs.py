"""Jobs over a small state: real plans of real masters, submitted and done through the queue's own doors."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from reconciler.plan.build import build
from reconciler.plan.summary import summarise, to_json
from reconciler.policy import Leave
from reconciler.queue import job as jobs
from reconciler.queue.work import Worker
from tests.small import Small, catalog, category, document, master, scope

if TYPE_CHECKING:
    from typing import Any

    from reconciler.current import Job
    from reconciler.plan.saved import SavedPlan
    from reconciler.queue.work import Ended

PAST = "2026-06-01T03:00:00+00:00"
LATER = "2026-06-01T04:00:00+00:00"
FUTURE = "2999-01-01T00:00:00+00:00"
HOMEWORK = master("0401", categories=[category("Homework", 20)])
LEAVE = Leave("2026-06-01")


@dataclass
class Queue:
    """The queue of one small state, and what a worker over it said."""

    small: Small
    said: list[str] = field(default_factory=list)

    def document(self, *masters, calendars: tuple[str, ...] = ("hill-27",), **other) -> dict[str, Any]:
        """A plan for these calendars, with its summary, as a file has it."""
        known = (catalog(*(masters or (HOMEWORK,))),)
        with self.small.store.read() as snapshot:
            plan = build(known, scope(*calendars, **other), snapshot, store=self.small.store.id, catalog="d")
            return document(plan, to_json(summarise(plan, snapshot, known)))

    def submit(self, *masters, at: str = PAST, priority: str = "normal", message: str = "", **other) -> Job:
        """Submit a push."""
        told = self.document(*masters, **other)
        leave = replace(LEAVE, message=message)
        return jobs.submit(self.small.store, told, at, leave, priority=priority)

    def job(self, job: Job | int) -> Job:
        """A job as it stands."""
        with self.small.store.read() as snapshot:
            found = snapshot.job(job if isinstance(job, int) else job.id)
        assert found is not None
        return found

    def put(self, job: Job, **facts) -> Job:
        """Somebody writes a job's row."""
        here = self.job(job)
        with self.small.store.write() as tx:
            assert tx.put_job(here._replace(**facts), here)
        return self.job(job)

    def worker(self, permit=None, **more) -> Worker:
        """A worker over the state; it may do everything unless said."""
        return Worker(self.small.store, permit or allowed, self.said.append, **more)

    def work(self, worker: Worker | None = None) -> list[Ended]:
        """Do everything that is due."""
        done: list[Ended] = []
        (worker or self.worker()).run(done.append, once=True)
        return done

    def statuses(self) -> dict[int, str]:
        """Where every job stands."""
        with self.small.store.read() as snapshot:
            return {one.id: one.status for one in snapshot.jobs()}


def allowed(_plan: SavedPlan, _job: Job) -> None:
    """Policy has nothing against it."""
