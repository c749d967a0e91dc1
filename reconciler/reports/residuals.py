"""This room tells the residual data: what stays though its template lacks it, and who does what about it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from reconciler.audit.lingering import lingering, task_of
from reconciler.reports.model import Column, Report
from reconciler.reports.why import LINGERING

if TYPE_CHECKING:
    from reconciler.audit.filters import Chosen
    from reconciler.audit.lingering import Lingering
    from reconciler.current import Snapshot
    from reconciler.reports.model import Cell

COLUMNS = (
    Column("school", "School"),
    Column("calendar", "Calendar"),
    Column("course", "Course"),
    Column("section", "Section"),
    Column("teacher", "Teacher"),
    Column("area", "Area"),
    Column("item", "Item"),
    Column("key", "Key", detail=True),
    Column("assignments", "Assignments"),
    Column("scores", "Scores"),
    Column("posted", "Posted"),
    Column("comments", "Comments"),
    Column("kind", "Kind", detail=True),
    Column("referred_to_by", "Referred to by"),
    Column("since", "Since"),
    Column("since_run", "Left by run"),
    Column("since_who", "Run by", detail=True),
    Column("cleared", "Cleared"),
    Column("cleared_run", "Cleared by run"),
    Column("what_to_do", "What to do"),
)


def residual_data(snapshot: Snapshot, chosen: Chosen, *, cleared: bool = False) -> Report:
    """Every residual, counted once, at its section; with `cleared` those too that a run saw go."""
    found = list(lingering(snapshot, chosen, cleared=cleared))
    found.sort(key=lambda one: _order(chosen, one))
    there = [one for one in found if one.row.cleared_run is None]
    return Report(
        "residuals",
        "Residual data",
        COLUMNS,
        tuple(_row(chosen, one) for one in found),
        facts=(
            ("residuals", "Residuals", len(there)),
            ("sections", "Sections", len({one.section.id for one in there if one.section})),
            ("teachers", "Teachers", len({_teacher(one) for one in there} - {None})),
            ("cleared", "Cleared", len(found) - len(there) if cleared else None),
            *chosen.filters.facts(),
        ),
        group=3,
        nothing="There is no residual.",
    )


def _order(chosen: Chosen, one: Lingering) -> tuple[object, ...]:
    row, number = one.row, one.section.number if one.section else ""
    return (*chosen.place(one.course), number, row.section_id, row.area, one.label, row[3], row[4] or 0)


def _row(chosen: Chosen, one: Lingering) -> tuple[Cell, ...]:
    section, row = one.section, one.row
    return (
        *chosen.place(one.course),
        section.number if section else None,
        _teacher(one),
        row.area.value,
        one.label,
        row.key,
        *one.counts,
        one.kind,
        one.by,
        one.since.started if one.since else None,
        row.since_run or None,
        one.since.who if one.since else None,
        one.cleared.started if one.cleared else None,
        row.cleared_run,
        _do(chosen, one) or None,
    )


def _teacher(one: Lingering) -> str | None:
    return one.section.teacher if one.section else None


def _do(chosen: Chosen, one: Lingering) -> str:
    return LINGERING[one.kind].format(
        teacher=_teacher(one) or "the teacher",
        course=chosen.address(one.course),
        by=", ".join(one.by),
        task=task_of(one.row) if one.kind == "goes_with_task" else "",
    )
