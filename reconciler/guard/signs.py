"""This room tells the living from the dead: is there still somebody behind a lock?"""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING

from reconciler.guard.process import Process, gone

if TYPE_CHECKING:
    from reconciler.current import CalendarLock

LIMIT = 120
"""Seconds without a sign of life after which the holder of a lock counts as dead."""


def age(lock: CalendarLock, now: datetime | None = None) -> float:
    """Seconds since a lock's last sign of life, by this machine's clock; never less than none."""
    moment = now or datetime.now(UTC)
    return max(0.0, (moment - datetime.fromisoformat(lock.heartbeat)).total_seconds())


def dead(lock: CalendarLock, now: datetime | None = None) -> str:
    """Why the holder of a lock counts as dead, in words; empty where it lives as far as we know."""
    if lock.alive is False:
        return "its session with the database has ended"
    if gone(Process(lock.host, lock.pid, lock.process)):
        return f"process {lock.pid} is no more"
    if age(lock, now) > LIMIT:
        return f"it has given no sign of life for {LIMIT} seconds"
    return ""
