"""This room tells the result of a push (domain.md 9): what could not be pushed first, then all the rest.

It is made by every push without being asked for, stored with the run, and shown by `report push`.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import groupby
from typing import Any, NamedTuple

from reconciler.plan.reasons import PUSHED, Reason
from reconciler.plan.told import Summary, hear, tell
from reconciler.plan.words import many
from reconciler.reports.page import SHORT, WIDTH, Page
from reconciler.reports.text import body, closing, header, remainders

FIRST = ("left_out", "gone", "not_in_plan", "now_used", "already_there")
"""Codes of notes, in the order in which they are told: what was not pushed first."""
STATUSES = {"done": "completed", "in_part": "completed in part", "failed": "failed", "running": "running"}
"""How a run ended, in the district's words (domain.md 10)."""


class Note(NamedTuple):
    """Something that went otherwise than planned: a reason code, a course or section, what it was."""

    code: str
    address: str
    message: str


@dataclass(frozen=True, slots=True)
class PushResult:
    """What one push did. `started`, `ended`: UTC, ISO 8601.

    `courses`, `sections`: how many were really written, which is none where all was there already;
    `lists`: how many entries of named lists were.
    """

    run: int
    who: str
    started: str
    ended: str
    status: str
    courses: int
    sections: int
    summary: Summary
    notes: tuple[Note, ...] = ()
    lists: int = 0


def to_json(result: PushResult) -> dict[str, Any]:
    """A push result as plain JSON values."""
    told: dict[str, Any] = tell(result)
    return told


def from_json(told: dict[str, Any]) -> PushResult:
    """Read what `to_json` gave; a result from before lists were counted wrote all that were planned."""
    return hear(PushResult, {"lists": len(told["summary"]["lists"]), **told})


def render(result: PushResult, *, verbose: bool = False, brief: bool = False, width: int = WIDTH) -> str:
    """The result as plain text; `brief` leaves out what the plan has just shown."""
    page = Page(width, verbose=verbose)
    page.say(
        f"Push result of run {result.run} by {result.who}: {STATUSES.get(result.status, result.status)};"
        f" {result.started} to {result.ended}"
    )
    if not brief:
        header(page, result.summary.header, title="Push")
    _notes(page, result)
    if brief:
        remainders(page, result.summary)
    else:
        body(page, result.summary, done=True)
    page.gap()
    page.say(_written(result), hang=0)
    return page.text()


def _written(result: PushResult) -> str:
    """The closing line: what was really written, then the plan's own sums."""
    written = (result.courses, result.sections, result.lists)
    if not any(written):
        return "Nothing was written: all that was planned is there already."
    told, totals = closing(result.summary, done=True), result.summary.totals
    if written == (totals.courses_changed, totals.sections_changed, len(result.summary.lists)):
        return told
    now = [many(result.courses, "course"), many(result.sections, "section")]
    if result.summary.lists:
        now.append(many(result.lists, "named list entry", "named list entries"))
    return f"{told} Now written: {', '.join(now)}."


def _rank(note: Note) -> tuple[int, Note]:
    return (FIRST.index(note.code) if note.code in FIRST else -1, note)


def _by_code(result: PushResult) -> list[tuple[str, list[Note]]]:
    ordered = sorted(result.notes, key=_rank)
    return [(code, list(notes)) for code, notes in groupby(ordered, key=lambda note: note.code)]


def _notes(page: Page, result: PushResult) -> None:
    """What apply found otherwise than the plan had it."""
    if not result.notes:
        return
    page.title("Otherwise than planned")
    for code, notes in _by_code(result):
        reason = PUSHED.get(code, Reason(code))
        do = f". {reason.do}" if reason.do else ""
        page.say(f"{many(len(notes), 'time')} {code}: {reason.says}{do}", indent=2, sign="!")
        shown = notes if page.verbose else notes[:SHORT]
        for note in shown:
            page.say(f"{note.address}: {note.message}" if note.message else note.address, indent=6)
        page.fold(len(notes) - len(shown), "note")
