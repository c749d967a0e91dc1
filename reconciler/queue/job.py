"""This room is a job: a saved plan with a time, and what the list shows of it (domain.md 10)."""

from __future__ import annotations

import json
import zlib
from base64 import b64decode, b64encode
from dataclasses import asdict, dataclass
from difflib import get_close_matches
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Any

from reconciler.current import Job
from reconciler.errors import PlanOfOtherStore
from reconciler.errors.queue import JobChanged, JobUnknown
from reconciler.plan import saved
from reconciler.plan.told import from_json, hear
from reconciler.queue import clock
from reconciler.receipts import now, who

if TYPE_CHECKING:
    from reconciler.current import Snapshot, Store
    from reconciler.plan.saved import SavedPlan
    from reconciler.policy import Leave

QUEUE = "queue"
"""The setting that says whether the queue runs anything."""
PRIORITIES = {"normal": 0, "high": 1}
"""The higher goes first."""
NEAREST = 5
"""How many jobs are named where one is not found."""


class Status(StrEnum):
    """Where a job stands (domain.md 10)."""

    QUEUED = "queued"
    RUNNING = "running"
    COMPLETED = "completed"
    WITH_FAILURES = "completed with failures"
    FAILED = "failed"
    CANCELED = "canceled"


@dataclass(frozen=True, slots=True)
class Told:
    """What the list shows of a job's plan. `calendars`: names; none means that any may be touched.

    `mode`: locked, overwrite, relink, undo, or from courses. `digest`: the plan's. `message`: why, for its
    run. `allowed_in_session`, `forced`: what the submitter said to policy, for when it is asked again.
    `lost`: how many workers died of it. `notified`: what came of the notification; empty before it, or
    where nobody wants one. `earlier`: the runs that it had before it was restarted.
    """

    catalogs: tuple[str, ...]
    calendars: tuple[str, ...]
    year: int
    mode: str
    to_sections: bool
    data: tuple[str, ...]
    digest: str
    message: str = ""
    allowed_in_session: bool = False
    forced: bool = False
    lost: int = 0
    notified: str = ""
    earlier: tuple[int, ...] = ()

    def text(self) -> str:
        """As it is kept."""
        return json.dumps(asdict(self), ensure_ascii=False)


def read_told(job: Job) -> Told:
    """What a job's row tells of its plan."""
    return hear(Told, {"earlier": [], **json.loads(job.told)})


def tell(plan: SavedPlan, leave: Leave) -> Told:
    """What the list shall show of a plan, and what was said to get leave for it."""
    header = from_json(plan.summary).header
    scope = plan.scope
    plain = "from courses" if header.source == "courses" else header.mode
    mode = "undo" if scope.undoes else "relink" if scope.relink else plain
    calendars = tuple(dict.fromkeys(one.name for one in header.calendars))
    allowed = leave.allowed_in_session or scope.allow_in_session
    return Told(
        header.catalogs, calendars, header.year, mode, header.to_sections, header.data, plan.digest,
        leave.message, allowed, leave.forced,
    )  # fmt: skip


def submit(store: Store, document: dict[str, Any], when: str, leave: Leave, *, priority: str) -> Job:
    """Put a saved plan into the queue; raises PlanOfOtherStore."""
    plan = saved.parse(document)
    belongs(plan, store)
    told = tell(plan, leave).text()
    job = Job(
        0, when, Status.QUEUED, PRIORITIES[priority], now(), who(), None, None, None, None, None, "", told
    )
    with store.write() as tx:
        return job._replace(id=tx.add_job(job, pack(document)))


def belongs(plan: SavedPlan, store: Store) -> None:
    """Raise PlanOfOtherStore for a plan that was made for another state."""
    if plan.store != store.id:
        raise PlanOfOtherStore(url=store.url)


def pack(document: dict[str, Any]) -> str:
    """A plan's document as short text."""
    return b64encode(zlib.compress(json.dumps(document, ensure_ascii=False).encode())).decode()


def plan_of(snapshot: Snapshot, job: Job) -> SavedPlan:
    """The plan that was submitted; raises JobChanged, and what `saved.check` raises."""
    try:
        document = json.loads(zlib.decompress(b64decode(snapshot.job_document(job.id))))
    except (ValueError, zlib.error):
        raise JobChanged(job=job.id) from None
    saved.check(document, Path(f"job {job.id}"))
    plan = saved.parse(document)
    if plan.digest != read_told(job).digest:
        raise JobChanged(job=job.id)
    return plan


def find(snapshot: Snapshot, number: int) -> Job:
    """One job; raises JobUnknown with those that are near."""
    job = snapshot.job(number)
    if job is None:
        known = {str(one.id) for one in snapshot.jobs()}
        near = get_close_matches(str(number), known, NEAREST) or sorted(known, key=int)[-NEAREST:]
        raise JobUnknown(job=number, known=", ".join(sorted(near, key=int)) or "none, as none was submitted")
    return job


def disabled(snapshot: Snapshot) -> str:
    """Who disabled the queue, when and why, in words; empty where it is enabled."""
    text = snapshot.setting(QUEUE)
    if not text:
        return ""
    by = json.loads(text)
    why = f": {by['why']}" if by["why"] else ""
    return f"The queue is disabled, by {by['who']} since {clock.local(by['when'])}{why}."


def disable(store: Store, why: str) -> None:
    """Let the queue keep its jobs and run none, until `enable`."""
    with store.write() as tx:
        tx.put_setting(QUEUE, json.dumps({"who": who(), "when": now(), "why": why}, ensure_ascii=False))


def enable(store: Store) -> None:
    """Let the queue run its jobs."""
    with store.write() as tx:
        tx.put_setting(QUEUE, "")
