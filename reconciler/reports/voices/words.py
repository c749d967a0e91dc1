"""This room says one cell as people read it; the voices for people share it."""

from __future__ import annotations

from itertools import groupby
from typing import TYPE_CHECKING

from reconciler.plan.words import plain

if TYPE_CHECKING:
    from collections.abc import Iterator

    from reconciler.reports.model import Cell, Report


def said(value: Cell) -> str:
    """One value on one line, without anything that a terminal would act on."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, int):
        return str(value)
    return plain("; ".join(value) if isinstance(value, tuple) else value)


def facts(report: Report) -> list[tuple[str, str]]:
    """The facts that have something to say, each with its title."""
    told = [(title, said(value)) for _, title, value in report.facts]
    return [(title, text) for title, text in told if text]


def filled(report: Report) -> list[int]:
    """The places of the columns for people that have a value in any row, those of the group left out."""
    return [
        place
        for place in range(report.group, len(report.columns))
        if not report.columns[place].detail and any(row[place] not in (None, "", ()) for row in report.rows)
    ]


def numeric(report: Report, place: int) -> bool:
    """Are all values of a column numbers?"""
    values = [row[place] for row in report.rows if row[place] is not None]
    return bool(values) and all(isinstance(one, int) and not isinstance(one, bool) for one in values)


def groups(report: Report) -> Iterator[tuple[str, list[tuple[Cell, ...]]]]:
    """Rows that share their leading columns, one after the other, with what these say."""
    for head, rows in groupby(report.rows, key=lambda row: row[: report.group]):
        yield ", ".join(filter(None, map(said, head))), list(rows)
