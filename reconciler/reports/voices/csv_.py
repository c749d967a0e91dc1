"""This room tells a report to spreadsheets: RFC 4180, one header line, and no cell that is a formula.

A spreadsheet runs what begins with `= + - @` (or with white space that it takes away before them): such a
cell gets an apostrophe before it, which spreadsheets take as "this is text". Plain numbers stay numbers.
"""

from __future__ import annotations

import csv
import io
import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from reconciler.reports.model import Cell, Report

_FORMULA = re.compile(r"[\t\r\n]|\s*[=+\-@＝＋－＠]")  # noqa: RUF001 - wide signs, which Excel takes for plain ones
_NUMBER = re.compile(r"-?\d+(\.\d+)?")


def speak(report: Report) -> str:
    """The rows with their columns' names above them; title, facts and notes have no place in a CSV."""
    told = io.StringIO()
    writer = csv.writer(told)
    writer.writerow(column.name for column in report.columns)
    writer.writerows([_text(value) for value in row] for row in report.rows)
    return told.getvalue()


def _text(value: Cell) -> str:
    """One cell: `true` and `false`, nothing where there is no value, several texts with `; ` between."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, int):
        return str(value)
    return guarded("; ".join(value) if isinstance(value, tuple) else value)


def guarded(text: str) -> str:
    """The text with an apostrophe before it where a spreadsheet would take it for a formula."""
    return f"'{text}" if _FORMULA.match(text) and not _NUMBER.fullmatch(text) else text
