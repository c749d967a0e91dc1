"""This room reads the times of jobs as people write them, and tells them where people are.

Times are kept in UTC, to the second, all in one form, so that they sort as text. A time without an offset
is one of this machine's time zone.
"""

from __future__ import annotations

import re
from datetime import UTC, date, datetime, time, timedelta
from typing import NamedTuple

from reconciler.errors.queue import DayWrong, TimeWrong

_CLOCK = re.compile(r"(\d{1,2}):(\d{2})")
_DAY = re.compile(r"\d{4}-\d{2}-\d{2}")


class Moment(NamedTuple):
    """A time: as it is kept (`utc`), whether it has passed, and what to know about it (else empty)."""

    utc: str
    past: bool = False
    note: str = ""


def kept(when: datetime) -> str:
    """An aware time as it is kept."""
    return when.astimezone(UTC).replace(microsecond=0).isoformat()


def local(utc: str | None) -> str:
    """A kept time as people here read it, with the zone's name: `2026-07-01 22:00 CDT`."""
    if utc is None:
        return ""
    here = datetime.fromisoformat(utc).astimezone()
    return f"{here:%Y-%m-%d %H:%M} {here.tzname()}"


def moment(text: str, now: datetime) -> Moment:
    """When a job shall run; `HH:MM` is the next such time here. Raises TimeWrong."""
    clock = _CLOCK.fullmatch(text.strip())
    told = _next(clock, text, now) if clock else _written(text)
    utc, note = _placed(told, text)
    return Moment(utc, utc <= kept(now), note)


def _next(clock: re.Match[str], text: str, now: datetime) -> datetime:
    """The next time that clocks here show this; without a zone."""
    try:
        wanted = time(int(clock[1]), int(clock[2]))
    except ValueError:
        raise _wrong(text, "a day has no such hour") from None
    today = now.astimezone()
    coming = datetime.combine(today.date(), wanted)
    days = coming <= today.replace(tzinfo=None)
    return coming + timedelta(days=days)


def _written(text: str) -> datetime:
    told = text.strip()
    if _DAY.fullmatch(told):
        raise _wrong(text, "it names a day, and no hour")
    try:
        return datetime.fromisoformat(told)
    except ValueError:
        raise _wrong(text, "it is not understood") from None


def _placed(told: datetime, text: str) -> tuple[str, str]:
    """A time as it is kept, and what to know where clocks here are set back or forward at that time."""
    try:
        utc = kept(told)
        back = datetime.fromisoformat(utc).astimezone()
        again = kept(told.replace(fold=1))
    except (OverflowError, ValueError, OSError):
        raise _wrong(text, "it is too far away") from None
    if told.tzinfo is not None:
        return utc, ""
    if back.replace(tzinfo=None) != told.replace(microsecond=0):
        raise _wrong(text, "clocks here are set forward over it")
    twice = "Clocks here show that time twice, as they are set back; the first is meant."
    return utc, twice if again != utc else ""


def _wrong(text: str, why: str) -> TimeWrong:
    return TimeWrong(text=text, why=why, zone=zone())


def zone() -> str:
    """The name of this machine's time zone at this moment."""
    return datetime.now(UTC).astimezone().tzname() or "local time"


def edge(text: str | None, *, last: bool = False) -> str:
    """An end of a window as it is kept, empty without one; with `last`, a day means all of it.

    Raises DayWrong.
    """
    if text is None:
        return ""
    told = text.strip()
    try:
        if _DAY.fullmatch(told):
            return kept(datetime.combine(date.fromisoformat(told) + timedelta(days=last), time()))
        return kept(datetime.fromisoformat(told) + timedelta(seconds=last))
    except (ValueError, OverflowError, OSError):
        raise DayWrong(text=text) from None
