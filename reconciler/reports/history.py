"""This room tells the journal: which runs there were, and what one of them did (before and after)."""

from __future__ import annotations

import json
from collections import Counter
from datetime import datetime
from typing import TYPE_CHECKING, NamedTuple

from reconciler.course import Area, Part
from reconciler.diff import changes
from reconciler.plan.words import KINDS, field_text, item_text, label, many, value_text
from reconciler.reports.model import Column, Report
from reconciler.undo.build import undone

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from reconciler.course import Holding, Item, Setup
    from reconciler.current import Run, Snapshot
    from reconciler.reports.model import Cell

STATUSES = {"done": "completed", "in_part": "completed in part", "failed": "failed", "running": "running"}
"""How a run ended, in the district's words (domain.md 10)."""
RUNS = (
    Column("run", "Run"),
    Column("started", "Started"),
    Column("kind", "Kind"),
    Column("who", "Who"),
    Column("status", "Status"),
    Column("courses", "Courses"),
    Column("sections", "Sections"),
    Column("commit", "Commit"),
    Column("message", "Message"),
    Column("undone_by", "Undone by"),
)
MOVED = (
    Column("hop", "Where"),
    Column("area", "Area"),
    Column("item", "Item"),
    Column("change", "Change"),
    Column("field", "Field"),
    Column("before", "Before"),
    Column("after", "After"),
    Column("hosts", "How many"),
)


def local(stamp: str | None) -> str:
    """A time of the journal (UTC) as people here read it: `2026-08-01 06:00 CEST`."""
    if not stamp:
        return ""
    there = datetime.fromisoformat(stamp).astimezone()
    return f"{there:%Y-%m-%d %H:%M} {there.tzname()}"


def _time(stamp: str | None, *, people: bool) -> str | None:
    return (local(stamp) or None) if people else stamp


def history(snapshot: Snapshot, runs: Sequence[Run], *, people: bool = True) -> Report:
    """The runs of a state, as given; `people` are told local times, programs UTC."""
    taken_back = {run: by.id for run, by in undone(snapshot).items()}
    rows = tuple(_run_row(snapshot, run, taken_back, people=people) for run in runs)
    return Report("history", "History", RUNS, rows, nothing="No run has been made in this state.")


def _run_row(
    snapshot: Snapshot, run: Run, taken_back: Mapping[int, int], *, people: bool
) -> tuple[Cell, ...]:
    courses, sections = _hosts(snapshot, run.id)
    status = STATUSES.get(run.status, run.status)
    return (
        run.id, _time(run.started, people=people), run.kind, run.who, status, courses, sections, run.revision,
        run.message, taken_back.get(run.id),
    )  # fmt: skip


def _hosts(snapshot: Snapshot, run_id: int) -> tuple[int, int]:
    hosts: dict[bool, set[int]] = {False: set(), True: set()}
    for move in snapshot.moves(run_id):
        hosts[bool(move.on_section)].update(move.members)
    return len(hosts[False]), len(hosts[True])


def one_run(snapshot: Snapshot, run: Run, *, people: bool = True) -> Report:
    """What one run did: who, when, why, with what, and every change summed over hosts; times as above."""
    rows = tuple(_rows(snapshot, run))
    by = undone(snapshot).get(run.id)
    facts: list[tuple[str, str, Cell]] = [
        ("kind", "Kind", run.kind),
        ("who", "Who", run.who),
        ("started", "Started", _time(run.started, people=people)),
        ("ended", "Ended", _time(run.ended, people=people)),
        ("status", "Status", STATUSES.get(run.status, run.status)),
        ("message", "Why", run.message or None),
        ("commit", "Git commit of the catalogs", run.revision or None),
        ("plan", "Plan digest", run.plan or None),
        ("options", "Options", tuple(_options(run))),
        ("undoes", "Takes back run", run.undoes),
        ("undone_by", "Taken back by run", by.id if by else None),
    ]
    courses, sections = _hosts(snapshot, run.id)
    facts += [("courses", "Courses moved", courses), ("sections", "Sections moved", sections)]
    told = tuple(one for one in facts if one[2] not in (None, ()))
    return Report("run", f"Run {run.id}", MOVED, rows, told, group=2, nothing="It moved nothing.")


def _options(run: Run) -> Iterator[str]:
    """The options that were given, as `name value`; what is empty or off is left out."""
    try:
        told = json.loads(run.options)
    except ValueError:
        return
    for name, value in told.items() if isinstance(told, dict) else ():
        if value not in (None, False, 0, "", []):
            text = ", ".join(map(str, value)) if isinstance(value, list) else str(value)
            yield name if value is True else f"{name} {text}"


class Line(NamedTuple):
    """One change of one item, as told; equal ones are summed over hosts."""

    hop: str
    place: int
    item: str
    change: str
    field: str
    before: str
    after: str


def _rows(snapshot: Snapshot, run: Run) -> Iterator[tuple[Cell, ...]]:
    for one in snapshot.list_moves(run.id):
        was, will = (
            set() if listed is None else {each.key for each in listed} for listed in (one.before, one.after)
        )
        told = f"{many(len(was), 'entry', 'entries')}", f"{many(len(will), 'entry', 'entries')}"
        yield "lists", one.kind.value, one.catalog, "written", "", *told, 1
    areas = tuple(Area)
    for line, hosts in sorted(_times(snapshot, run).items()):
        yield line.hop, KINDS[areas[line.place]], *line[2:], hosts


def _times(snapshot: Snapshot, run: Run) -> Counter[Line]:
    """Every change and how many hosts had it; each pair of setups is compared once, not each host."""
    moves = snapshot.moves(run.id)
    held = snapshot.holdings({place for move in moves for place in (move.before, move.after)})
    pairs: Counter[tuple[str, int, tuple[Setup, ...], tuple[Setup, ...]]] = Counter()
    for move in moves:
        hop = "sections" if move.on_section else "courses"
        for place, was, will in _areas(held[move.before], held[move.after]):
            pairs[hop, place, was, will] += len(move.members)
    times: Counter[Line] = Counter()
    for (hop, place, was, will), hosts in pairs.items():
        for line in _lines(hop, place, was, will):
            times[line] += hosts
    return times


def _areas(before: Holding, after: Holding) -> Iterator[tuple[int, tuple[Setup, ...], tuple[Setup, ...]]]:
    """The areas in which anything differs: what is there, linked and own, before and after."""
    for place, area in enumerate(Area):
        was, will = (
            tuple(one.get(area, part) for part in (Part.LINKED, Part.OWN)) for one in (before, after)
        )
        if was != will:
            yield place, was, will


def _lines(hop: str, place: int, before: tuple[Setup, ...], after: tuple[Setup, ...]) -> Iterator[Line]:
    area = tuple(Area)[place]
    was, will = ({one.key: one for listed in both for one in listed} for both in (before, after))
    for key in sorted({*was, *will}):
        for told in _item(area, was.get(key), will.get(key)):
            name = label(area, key, will.get(key) or was.get(key))
            yield Line(hop, place, name, *told)


def _item(area: Area, was: Item | None, will: Item | None) -> Iterable[tuple[str, str, str, str]]:
    """(change, field, before, after) of one item; what is only linked or unlinked is no row."""
    if was is None or will is None:
        change = "added" if was is None else "removed"
        return ((change, "", item_text(area, was) if was else "", item_text(area, will) if will else ""),)
    return tuple(
        (
            "changed",
            "" if one.field == "value" else one.field,
            _value(area, one.field, one.old),
            _value(area, one.field, one.new),
        )
        for one in changes(was, will)
    )


def _value(area: Area, name: str, value: object) -> str:
    if name == "value":
        return value_text(name, value)  # type: ignore[arg-type]
    return field_text(area, name, value)  # type: ignore[arg-type]
