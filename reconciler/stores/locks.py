"""This room keeps the locks of calendars (domain.md 10) in two tables, in words that every database takes.

That a calendar has one lock at most is seen to by the key of `locked_calendar`, whoever writes to it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import delete, insert, select, update

from reconciler.rows import CalendarLock
from reconciler.stores.tables import CALENDAR_LOCK, LOCKED_CALENDAR

if TYPE_CHECKING:
    from collections.abc import Collection

    from sqlalchemy import Connection

_COLUMNS = [CALENDAR_LOCK.c[name] for name in CalendarLock._fields if name not in ("calendars", "alive")]


def locks(connection: Connection, alive: Collection[int] | None = None) -> tuple[CalendarLock, ...]:
    """Every lock, by id. `alive`: the sessions that are there, where the database can tell."""
    query = select(LOCKED_CALENDAR).order_by(LOCKED_CALENDAR.c.calendar_id)
    places: dict[int, list[int]] = {}
    for row in connection.execute(query):
        places.setdefault(row.lock_id, []).append(row.calendar_id)
    rows = connection.execute(select(*_COLUMNS).order_by(CALENDAR_LOCK.c.id))
    return tuple(
        CalendarLock(
            calendars=tuple(places.get(row.id, ())),
            alive=row.session in alive if alive is not None and row.session else None,
            **row._mapping,  # noqa: SLF001 - SQLAlchemy's name for a row as a mapping
        )
        for row in rows
    )


def add(connection: Connection, lock: CalendarLock) -> int:
    """Add a lock (its id is ignored); gives its id."""
    facts = lock._asdict()
    for name in ("id", "calendars", "alive"):
        del facts[name]
    new = insert(CALENDAR_LOCK).values(**facts).returning(CALENDAR_LOCK.c.id)
    place = int(connection.execute(new).scalar_one())
    rows = [{"calendar_id": one, "lock_id": place} for one in sorted(lock.calendars)]
    if rows:
        connection.execute(insert(LOCKED_CALENDAR), rows)
    return place


def keep(connection: Connection, lock_id: int, heartbeat: str, run_id: int | None) -> bool:
    """Record a sign of life, and the run where one is given; False where the lock is gone."""
    facts = {"heartbeat": heartbeat} if run_id is None else {"heartbeat": heartbeat, "run_id": run_id}
    this = update(CALENDAR_LOCK).where(CALENDAR_LOCK.c.id == lock_id).values(**facts)
    return connection.execute(this.returning(CALENDAR_LOCK.c.id)).first() is not None


def drop(connection: Connection, lock_id: int) -> None:
    """Remove a lock, if it is there; its calendars go with it."""
    connection.execute(delete(CALENDAR_LOCK).where(CALENDAR_LOCK.c.id == lock_id))
