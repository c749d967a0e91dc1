"""This room tells a report in plain text: a table where it fits the page, else one row after the other.

What rows share is told once, above them; a column without any value is left out; long cells wrap.
"""

from __future__ import annotations

import textwrap
from dataclasses import replace
from typing import TYPE_CHECKING

from reconciler.reports.page import WIDTH
from reconciler.reports.voices.words import facts, filled, groups, numeric, said

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from reconciler.reports.model import Report

GAP = "  "
INDENT = "    "
LEAST = 24
"""Up to this width a column is as wide as its longest word; longer words are broken."""


def speak(report: Report, width: int = WIDTH) -> str:
    """The report on a page so wide."""
    width = max(width, 40)
    lines = [report.title, *_facts(report, width)]
    if report.rows:
        lines += _rows(report, width)
    else:
        lines += ["", *textwrap.wrap(report.nothing, width)]
    for note in report.notes:
        lines += ["", *textwrap.wrap(said(note), width, break_on_hyphens=False)]
    return "\n".join(line.rstrip() for line in lines) + "\n"


def _facts(report: Report, width: int) -> list[str]:
    told = facts(report)
    wide = max((len(title) for title, _ in told), default=0)
    lines = [""] if told else []
    for title, text in told:
        lines += _hung(f"{title + ':':{wide + 1}} ", text, width)
    return lines


def _hung(first: str, text: str, width: int) -> list[str]:
    return textwrap.wrap(
        text, width, initial_indent=first, subsequent_indent=" " * len(first), break_on_hyphens=False
    ) or [first]


def _rows(report: Report, width: int) -> list[str]:
    """One table of all rows, or where that does not fit the page each group for itself."""
    whole = _table(report, width)
    if whole is not None or not report.group:
        return whole or _listing(report, width)
    lines = []
    for _, rows in groups(report):
        part = replace(report, rows=tuple(rows))
        lines += _table(part, width) or _listing(part, width)
    return lines


def _table(report: Report, width: int) -> list[str] | None:
    places = filled(report)
    indent = "  " if report.group else ""
    titles = [report.columns[place].title for place in places]
    told = [(head, [[said(row[place]) for place in places] for row in rows]) for head, rows in groups(report)]
    widths = _widths([titles, *(row for _, rows in told for row in rows)], width - len(indent))
    if widths is None:
        return None
    right = [numeric(report, place) for place in places]
    top = [*_table_row(titles, widths, right, indent), indent + GAP.join("-" * wide for wide in widths)]
    alone = bool(report.group) and len(told) == 1
    lines = [] if alone else ["", *top]
    for head, rows in told:
        if report.group:
            lines += ["", *textwrap.wrap(head, width, subsequent_indent="  ")]
        lines += top if alone else []
        for row in rows:
            lines += _table_row(row, widths, right, indent)
    return lines


def _widths(rows: Sequence[Sequence[str]], width: int) -> list[int] | None:
    """How wide each column is; None where even the longest words of all would not stand side by side."""
    columns = list(zip(*rows, strict=True))
    widths = [max(map(len, column)) for column in columns]
    least = [_least(column) for column in columns]
    room = width - len(GAP) * (len(columns) - 1)
    if sum(least) > room:
        return None
    most = min(max(widths, default=0), room + 1)
    while sum(widths) > room:
        most -= 1
        widths = [max(low, min(wide, most)) for low, wide in zip(least, widths, strict=True)]
    return widths


def _least(column: Sequence[str]) -> int:
    longest = max((len(word) for cell in set(column) for word in cell.split()), default=1)
    return max(1, min(longest, LEAST))


def _table_row(
    row: Sequence[str], widths: Sequence[int], right: Sequence[bool], indent: str
) -> Iterator[str]:
    """One row, on as many lines as its longest cell needs."""
    cells = [
        [text] if len(text) <= wide else textwrap.wrap(text, wide, break_on_hyphens=False)
        for text, wide in zip(row, widths, strict=True)
    ]
    for line in range(max(map(len, cells), default=0)):
        parts = [cell[line] if line < len(cell) else "" for cell in cells]
        told = [
            part.rjust(wide) if number else part.ljust(wide)
            for part, wide, number in zip(parts, widths, right, strict=True)
        ]
        yield indent + GAP.join(told).rstrip()


def _listing(report: Report, width: int) -> list[str]:
    """Each row as a paragraph, its first value alone above the others."""
    places = filled(report)
    titles = [report.columns[place].title for place in places]
    lines: list[str] = []
    for head, rows in groups(report):
        lines += ["", *textwrap.wrap(head, width, subsequent_indent="  ")] if head else []
        for row in rows:
            told = [said(row[place]) for place in places]
            lines += [""] if not head else []
            lines += _hung("  ", told[0] or "-", width)
            lines += _pairs(list(zip(titles[1:], told[1:], strict=True)), width)
    return lines


def _pairs(told: Sequence[tuple[str, str]], width: int) -> list[str]:
    """`Title: value`, short ones side by side, long ones on lines of their own."""
    lines, line = [], ""
    for title, text in told:
        pair = f"{title}: {text}"
        if not text:
            continue
        if line and len(INDENT) + len(line) + len(pair) + 3 > width:
            lines.append(INDENT + line)
            line = ""
        if len(INDENT) + len(pair) > width:
            # `line` is empty here: whatever is too long for a line is too long beside another
            lines += _hung(f"{INDENT}{title}: ", text, width)
        else:
            line = f"{line} | {pair}" if line else pair
    return [*lines, INDENT + line] if line else lines
