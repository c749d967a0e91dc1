"""This room reads `reconcile.yaml`: strictly, every problem at once, each with file:line:column."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo, available_timezones

from reconciler.address import parse
from reconciler.catalog.document import problem
from reconciler.errors import suggestion
from reconciler.errors.policy import PolicyWrong
from reconciler.policy.model import (
    EVERYBODY,
    FLOOR,
    Notify,
    Policy,
    Right,
    Sessions,
    Span,
    Threshold,
    Thresholds,
    Waiver,
    Windows,
)

if TYPE_CHECKING:
    from collections.abc import Iterator

    from reconciler.catalog import Document, Problem, Table

SETTINGS = "reconcile.yaml"
DAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")


def document(folder: Path | None = None) -> Document | None:
    """`reconcile.yaml` of a folder (the working one) as YAML; None where there is none, or it says nothing.

    Raises PolicyWrong.
    """
    path = (folder or Path.cwd()) / SETTINGS
    if not path.is_file():
        return None
    from reconciler.catalog import read  # noqa: PLC0415 - the parser, which nobody without a file pays

    told, problems = read(path, SETTINGS)
    if [one.code for one in problems] == ["empty-file"]:
        return None
    refuse([_in_words(one) for one in problems])
    return told


def _in_words(found: Problem) -> Problem:
    """A problem of a catalog's file in the words of this one."""
    if found.code != "not-a-mapping":
        return found
    message = "it must be keys with values, such as `state: reconcile.db`"
    return found._replace(message=message, remedy="write one key on each line")


def refuse(problems: list[Problem]) -> None:
    """Raise PolicyWrong where there are problems."""
    if problems:
        raise PolicyWrong(file=SETTINGS, count=len(problems), problems=tuple(problems))


def load(folder: Path | None = None) -> Policy:
    """What `reconcile.yaml` of a folder (the working one) permits; without one, everything as it is.

    Raises PolicyWrong, which carries every problem.
    """
    told = document(folder)
    if told is None:
        return Policy()
    from reconciler.check.structure import breaches  # noqa: PLC0415 - 0.2 s that nobody without a file pays

    refuse(list(breaches(told, "reconcile")))
    refuse([*_contradictions(told.data)])
    return _policy(told.data)


def _contradictions(data: Table) -> Iterator[Problem]:
    """What no schema can say: names without a thing, dates that are none, spans that hold no time."""
    table: Any = data
    groups = table.get("groups", {})
    for right in table.get("rights", ()):
        for place, name in enumerate(right.get("groups", ())):
            if name not in groups:
                spot = right["groups"].row_spot(place)
                message = f'there is no group "{name}"{suggestion(name, groups)}'
                yield problem("unknown-group", spot, message, "list it under `groups:` with its people")
    for waiver in table.get("waivers", ()):
        yield from _dates(waiver, "expires")
        yield from _addresses(waiver)
    windows = table.get("windows", {})
    for span in (*windows.get("open", ()), *windows.get("closed", ())):
        yield from _dates(span, "first", "last")
        yield from _order(span)
    if "time_zone" in windows:
        yield from _zone(windows)


def _dates(table: Table, *names: str) -> Iterator[Problem]:
    for name in names:
        text = str(table.get(name, "2000-01-01"))
        try:
            date.fromisoformat(text)
        except ValueError:
            message = f"{text} is a day that no calendar has"
            yield problem("bad-value", table.value_spot(name), message, "mend the date")


def _addresses(table: Table) -> Iterator[Problem]:
    told = parse(str(table["address"]))
    if not (told.calendar and told.area and told.key):
        message = f"{table['address']} is no item's address"
        remedy = "write NUMBER@CALENDAR#area/key, or NUMBER@CALENDAR/SECTION#area/key"
        yield problem("bad-value", table.value_spot("address"), message, remedy)


def _order(span: Table) -> Iterator[Problem]:
    if "from" in span and span["from"] == span["to"]:
        message = "the span ends when it begins"
        yield problem("bad-value", span.value_spot("to"), message, "leave both out for a whole day")
    if "first" in span and "last" in span and str(span["first"]) > str(span["last"]):
        message = "the last date is before the first"
        yield problem("bad-value", span.value_spot("last"), message, "mend one of them")


def _zone(windows: Table) -> Iterator[Problem]:
    name = str(windows["time_zone"])
    try:
        ZoneInfo(name)
    except (LookupError, ValueError, OSError):
        message = f'there is no time zone "{name}"{suggestion(name, available_timezones())}'
        remedy = "name it as the tz database does, such as America/Chicago"
        yield problem("unknown-value", windows.value_spot("time_zone"), message, remedy)


def _policy(data: Table) -> Policy:
    table: Any = data
    sessions, notify = table.get("sessions", {}), table.get("notify", {})
    limits = table.get("thresholds", {})
    return Policy(
        {name: frozenset(map(str, people)) for name, people in table.get("groups", {}).items()},
        tuple(_right(one) for one in table["rights"]) if "rights" in table else None,
        Thresholds(_threshold(limits.get("updates")), _threshold(limits.get("deletes"))),
        Sessions(sessions.get("overwrite", ""), sessions.get("grade_affecting", "warn")),
        _windows(table.get("windows", {})),
        tuple(
            Waiver(*(str(one[name]) for name in ("address", "reason", "owner", "expires")))
            for one in table.get("waivers", ())
        ),
        frozenset(table.get("warnings_as_errors", ())),
        str(table.get("past_years", "")),
        Notify(tuple(notify.get("urls_from", ())), tuple(notify.get("on", Notify().on))),
    )


def _right(told: Any) -> Right:  # noqa: ANN401 - a checked table
    return Right(
        frozenset(map(str, told.get("people", ()))),
        tuple(map(str, told.get("groups", ()))),
        frozenset(told["may"]),
        tuple(map(str, told.get("schools", (EVERYBODY,)))),
        tuple(int(one) for one in told.get("years", ())),
    )


def _threshold(told: Any) -> Threshold | None:  # noqa: ANN401 - a checked table
    if told is None:
        return None
    percent, count = told.get("percent"), told.get("count")
    return Threshold(
        None if percent is None else Decimal(percent),
        None if count is None else int(count),
        int(told.get("floor", FLOOR)),
    )


def _windows(told: Any) -> Windows:  # noqa: ANN401 - a checked table
    spans = (tuple(_span(one) for one in told.get(name, ())) for name in ("open", "closed"))
    return Windows(str(told.get("time_zone", "")), *spans)


def _span(told: Any) -> Span:  # noqa: ANN401 - a checked table
    days = frozenset(DAYS.index(one) for one in told.get("days", DAYS))
    start, end = (_minutes(told.get(name, other)) for name, other in (("from", "00:00"), ("to", "24:00")))
    first, last, reason = (str(told.get(name, "")) for name in ("first", "last", "reason"))
    return Span(days, start, end, first, last, reason)


def _minutes(text: str) -> int:
    hours, _, minutes = text.partition(":")
    return int(hours) * 60 + int(minutes)
