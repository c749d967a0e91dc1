"""This room tells a report to programs: `schemas/report.schema.json` says how each one looks."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from reconciler.reports.model import Cell, Report


def speak(report: Report) -> str:
    """The report as a JSON object: facts by name, each row an object by the columns' names."""
    return json.dumps(document(report), ensure_ascii=False, indent=1) + "\n"


def document(report: Report) -> dict[str, object]:
    """The same as plain values."""
    names = [column.name for column in report.columns]
    return {
        "report": report.name,
        "title": report.title,
        "facts": {name: _plain(value) for name, _, value in report.facts},
        "rows": [dict(zip(names, map(_plain, row), strict=True)) for row in report.rows],
        "notes": list(report.notes),
    }


def _plain(value: Cell) -> object:
    return list(value) if isinstance(value, tuple) else value
