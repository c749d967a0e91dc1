"""This room keeps the batch queue (domain.md 10) in the table `job`, in words that PostgreSQL would take too.

A row is changed only where it still stands as its writer saw it (status and worker), so that two workers
never have the same job, in whatever database.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import insert, select, update

from reconciler.current import Job
from reconciler.stores.tables import JOB

if TYPE_CHECKING:
    from collections.abc import Collection

    from sqlalchemy import Connection

_COLUMNS = [JOB.c[name] for name in Job._fields]


def jobs(
    connection: Connection, statuses: Collection[str], since: str, until: str, limit: int | None
) -> tuple[Job, ...]:
    """The jobs of these statuses (any without) scheduled from `since` to before `until`, the latest first."""
    query = select(*_COLUMNS).order_by(JOB.c.scheduled.desc(), JOB.c.id.desc()).limit(limit)
    if statuses:
        query = query.where(JOB.c.status.in_(sorted(statuses)))
    if since:
        query = query.where(JOB.c.scheduled >= since)
    if until:
        query = query.where(JOB.c.scheduled < until)
    return tuple(map(Job._make, connection.execute(query)))


def job(connection: Connection, job_id: int) -> Job | None:
    """One job, or None."""
    row = connection.execute(select(*_COLUMNS).where(JOB.c.id == job_id)).first()
    return Job._make(row) if row else None


def document(connection: Connection, job_id: int) -> str:
    """The saved plan of a job, as it was given; empty where there is no such job."""
    return str(connection.execute(select(JOB.c.document).where(JOB.c.id == job_id)).scalar() or "")


def add(connection: Connection, new: Job, saved: str) -> int:
    """Add a job (its id is ignored) with its saved plan; gives its id."""
    facts = {**new._asdict(), "document": saved}
    del facts["id"]
    return int(connection.execute(insert(JOB).values(**facts).returning(JOB.c.id)).scalar_one())


def put(connection: Connection, new: Job, was: Job) -> bool:
    """Write a job's row over the one that has the status and worker of `was`; False where none has."""
    facts = new._asdict()
    del facts["id"]
    this = update(JOB).where(
        JOB.c.id == was.id,
        JOB.c.status == was.status,
        JOB.c.claimed_by.is_not_distinct_from(was.claimed_by),
    )
    return connection.execute(this.values(**facts).returning(JOB.c.id)).first() is not None
