"""This room puts locks into words: on what, whose, since when, and when they last gave a sign of life."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING

from reconciler.guard.signs import age, dead

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping

    from reconciler.current import CalendarLock, Snapshot

FEW = 3
"""How many calendars are named before the rest is a count."""
MINUTE = 60
HOUR = 60 * MINUTE


def local(stamp: str) -> str:
    """A time as people here read it, with the zone's name: `2026-07-01 22:00:05 CDT`."""
    here = datetime.fromisoformat(stamp).astimezone()
    return f"{here:%Y-%m-%d %H:%M:%S} {here.tzname()}"


def seen(lock: CalendarLock) -> str:
    """When a lock's last sign of life was: `4 seconds ago`, or the time where that is long ago."""
    past = round(age(lock))
    if past >= HOUR:
        return local(lock.heartbeat)
    number, word = (past // MINUTE, "minute") if past >= 2 * MINUTE else (past, "second")
    return f"{number} {word}{'s' * (number != 1)} ago"


def where(lock: CalendarLock) -> str:
    """The process behind a lock."""
    return f"process {lock.pid} on {lock.host}"


def on(calendars: Collection[int], names: Mapping[int, str]) -> str:
    """Calendars by name; many are counted."""
    known = sorted(names.get(place, f"calendar {place}") for place in calendars)
    if len(known) <= FEW:
        return ", ".join(known)
    return f"{', '.join(known[:FEW])} and {len(known) - FEW} more calendars"


def names_of(snapshot: Snapshot) -> dict[int, str]:
    """The name of every calendar."""
    return {one.id: one.name for one in snapshot.calendars()}


def facts(lock: CalendarLock, calendars: str) -> dict[str, object]:
    """What an error tells of a lock."""
    return {
        "lock": lock.id,
        "calendars": calendars,
        "who": lock.who,
        "where": where(lock),
        "since": local(lock.since),
        "seen": seen(lock),
    }


def story(lock: CalendarLock, snapshot: Snapshot) -> str:
    """All that is known of a lock, for who wants to take it away."""
    lines = [
        f"Lock {lock.id}: {on(lock.calendars, names_of(snapshot))}",
        f"  held by {lock.who}, {where(lock)}, since {local(lock.since)}",
        f"  last sign of life {seen(lock)}{', dead: ' * bool(dead(lock))}{dead(lock)}",
    ]
    run = None if lock.run_id is None else snapshot.run(lock.run_id)
    if run is not None:
        lines.append(f"  run {run.id} ({run.kind}), begun {local(run.started)}, {run.status}")
    return "\n".join(lines)
