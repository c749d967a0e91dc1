"""This room tells the result of a push as a table, for spreadsheets and pages: the lines of its text."""

from __future__ import annotations

from typing import TYPE_CHECKING

from reconciler.plan.reasons import CAUSES, PUSHED, Reason
from reconciler.reports.model import Column, Report
from reconciler.reports.push import STATUSES
from reconciler.reports.sentences import some, values

if TYPE_CHECKING:
    from collections.abc import Iterator

    from reconciler.plan.told import Line, Refused, Residual, Summary
    from reconciler.reports.model import Cell
    from reconciler.reports.push import PushResult

COLUMNS = (
    Column("part", "Part"),
    Column("area", "Area"),
    Column("item", "Item"),
    Column("field", "Field"),
    Column("action", "Action"),
    Column("before", "Before"),
    Column("after", "From above"),
    Column("reason", "Reason"),
    Column("sections", "Sections"),
    Column("courses", "Courses"),
    Column("schools", "Schools"),
    Column("flags", "Flags"),
    Column("masters", "Masters"),
    Column("where", "Where"),
    Column("message", "Message"),
)
Cells = dict[str, "Cell"]


def push_table(result: PushResult) -> Report:
    """What could not be pushed first, then what was, then what stays."""
    head, totals = result.summary.header, result.summary.totals
    return Report(
        "push",
        f"Push result of run {result.run}",
        COLUMNS,
        tuple(tuple(row.get(column.name) for column in COLUMNS) for row in _rows(result)),
        facts=(
            ("run", "Run", result.run),
            ("who", "By", result.who),
            ("started", "Started", result.started),
            ("ended", "Ended", result.ended),
            ("status", "Status", STATUSES.get(result.status, result.status)),
            ("source", "From", head.source),
            ("mode", "Mode", head.mode),
            ("catalogs", "Catalogs", head.catalogs),
            ("calendars", "Calendars", tuple(one.name for one in head.calendars)),
            ("data", "Data", head.data),
            ("to_sections", "To sections", head.to_sections),
            ("courses", "Courses written", result.courses),
            ("sections", "Sections written", result.sections),
            ("courses_refused", "Courses refused", totals.courses_refused),
            ("courses_skipped", "Courses left out", totals.courses_skipped),
            ("items_unchanged", "Items unchanged", totals.items_unchanged),
        ),
        group=1,
        nothing="Nothing was to be pushed.",
    )


def _rows(result: PushResult) -> Iterator[Cells]:
    summary = result.summary
    for note in result.notes:
        says = PUSHED.get(note.code, Reason(note.code)).says
        message = f"{note.address}: {note.message or says}"
        yield {"part": "otherwise than planned", "reason": note.code, "message": message}
    yield from (_refused(one) for one in summary.refused)
    yield from (_line("items refused", one) for one in summary.refused_items)
    for one in summary.skipped:
        named = some(one.examples)
        yield {"part": "left out", "reason": one.reason, "courses": one.courses, "message": named}
    yield from (_line("changes", one) for one in summary.changes)
    yield from _lists(summary)
    yield from (_line("stays", one) for one in summary.stays)
    yield from (_residual(one) for one in summary.residuals)
    for warned in summary.warnings:
        yield {"part": "warnings", "reason": warned.code, "message": warned.message}


def _refused(one: Refused) -> Cells:
    return {
        "part": "courses refused",
        "area": one.area,
        "item": one.label,
        "field": one.field,
        "before": values(one.olds),
        "after": values(one.news),
        "reason": one.reason,
        "courses": one.courses,
        "schools": one.schools,
        "masters": some(one.masters),
        "message": f"{CAUSES.get(one.cause, one.cause)}; {some(one.examples)}",
    }


def _line(part: str, one: Line) -> Cells:
    return {
        "part": part,
        "area": one.area,
        "item": one.label,
        "field": one.field,
        "action": one.action,
        "before": values(one.olds),
        "after": values(one.news),
        "reason": one.reason,
        "sections": one.hosts if one.hop == "section" else None,
        "courses": one.courses,
        "schools": one.schools,
        "flags": one.flags,
        "masters": some(one.masters),
        "where": some(one.where),
    }


def _lists(summary: Summary) -> Iterator[Cells]:
    for one in summary.lists:
        yield {
            "part": "named lists",
            "area": one.kind,
            "item": one.name,
            "action": one.change,
            "courses": one.used_by,
            "flags": one.flags,
            "where": one.catalog,
        }


def _residual(one: Residual) -> Cells:
    counts = (
        f"{one.assignments} assignments, {one.scores} scores, {one.posted} posted, {one.comments} comments"
    )
    return {
        "part": "residuals",
        "area": one.area,
        "item": one.label,
        "reason": one.reason,
        "sections": one.sections,
        "courses": one.courses,
        "schools": one.schools,
        "flags": () if one.new else ("from before",),
        "where": some(one.by),
        "message": counts,
    }
