"""This room knows when a plan may be applied, and when next."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from reconciler.policy.model import Finding

if TYPE_CHECKING:
    from collections.abc import Iterator

    from reconciler.policy.model import Span, Windows

DAY = 24 * 60
AROUND = 9
"""So many days after a change of dates everything that recurs weekly has come, a night before included."""


def closed(windows: Windows, now: str) -> Iterator[Finding]:
    """Why nothing may be applied at this moment (ISO 8601, with its offset), and when next."""
    if not (windows.open or windows.closed):
        return
    here = local(windows, now)
    why = _why(windows, here)
    if why:
        following = next_open(windows, here)
        zone = windows.time_zone or "the time of this machine"
        when = f"It opens {following:%a %Y-%m-%d %H:%M} ({zone})." if following else "It never opens again."
        how = f"{when} Planning is always possible; `windows:` in reconcile.yaml says when applying is."
        yield Finding("window", f"at {here:%a %Y-%m-%d %H:%M} {why}", refuses=True, how=how)


def local(windows: Windows, now: str) -> datetime:
    """A moment on the clock of the windows' time zone, without its offset."""
    zone = ZoneInfo(windows.time_zone) if windows.time_zone else None
    return datetime.fromisoformat(now).astimezone(zone).replace(tzinfo=None)


def _why(windows: Windows, here: datetime) -> str:
    for span in windows.closed:
        if covers(span, here):
            return "nothing may be applied" + (f": {span.reason}" if span.reason else "")
    if windows.open and not any(covers(span, here) for span in windows.open):
        return "no window is open"
    return ""


def covers(span: Span, here: datetime) -> bool:
    """Is this moment in the span? The hours behind midnight belong to the day before."""
    minute = here.hour * 60 + here.minute
    if span.start < span.end:
        return span.start <= minute < span.end and _on(span, here.date())
    late = minute >= span.start and _on(span, here.date())
    return late or (minute < span.end and _on(span, here.date() - timedelta(days=1)))


def _on(span: Span, day: date) -> bool:
    inside = (not span.first or span.first <= day.isoformat()) and (
        not span.last or day.isoformat() <= span.last
    )
    return inside and day.weekday() in span.days


def next_open(windows: Windows, here: datetime) -> datetime | None:
    """The next moment at which a plan may be applied; None where there is none.

    Something opens or closes only where a span begins or ends. Between two dates of spans everything
    recurs weekly, so that a week behind each of them is looked at.
    """
    spans = (*windows.open, *windows.closed)
    minutes = sorted({0, *(minute % DAY for span in spans for minute in (span.start, span.end))})
    for day in _days(spans, here.date()):
        for minute in minutes:
            moment = datetime(day.year, day.month, day.day, *divmod(minute, 60))  # noqa: DTZ001 - a wall clock
            if moment > here and not _why(windows, moment):
                return moment
    return None


def _days(spans: tuple[Span, ...], today: date) -> list[date]:
    """The days to look at, in their order."""
    dates = [date.fromisoformat(one) for span in spans for one in (span.first, span.last) if one]
    reach = [start + timedelta(days=more) for start in (today, *dates) for more in range(AROUND + 1)
             if (date.max - start).days > more]  # fmt: skip
    return sorted({day for day in reach if day >= today})
