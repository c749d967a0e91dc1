"""This room tells a report in plain text: a table where it fits the page, else one row after the other.

What rows share is told once, above them; a column without any value is left out; long cells wrap.
"""

from __future__ import annotations

import textwrap
from typing import TYPE_CHECKING

from reconciler.reports.page import WIDTH
from reconciler.reports.voices.words import facts, filled, groups, numeric, said

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from reconciler.reports.model import Report

GAP = "  "
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
    places = filled(report)
    indent = "  " if report.group else ""
    titles = [report.columns[place].title for place in places]
    told = [(head, [[said(row[place]) for place in places] for row in rows]) for head, rows in groups(report)]
    widths = _widths([titles, *(row for _, rows in told for row in rows)], width - len(indent))
    if widths is None:
        return _listing(told, titles, width)
    right = [numeric(report, place) for place in places]
    lines = ["", *_table_row(titles, widths, right, indent)]
    lines.append(indent + GAP.join("-" * wide for wide in widths))
    for head, rows in told:
        if report.group:
            lines += ["", *textwrap.wrap(head, width, subsequent_indent="  ")]
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
    while (over := sum(widths) - room) > 0:
        wide = [place for place, one in enumerate(widths) if one > least[place]]
        widest = max(wide, key=lambda place: widths[place])
        next_ = max((widths[place] for place in wide if widths[place] < widths[widest]), default=0)
        widths[widest] = max(widths[widest] - over, least[widest], min(next_, widths[widest] - 1))
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


def _listing(
    told: Sequence[tuple[str, Sequence[Sequence[str]]]], titles: Sequence[str], width: int
) -> list[str]:
    """Each row as lines of `title: value`, its first value alone above the others."""
    lines: list[str] = []
    wide = max((len(title) for title in titles), default=0) + 1
    for head, rows in told:
        lines += ["", *textwrap.wrap(head, width, subsequent_indent="  ")] if head else []
        for row in rows:
            lines += [""] if not head else []
            lines += _hung("  ", row[0] or "-", width)
            for title, text in zip(titles[1:], row[1:], strict=True):
                if text:
                    lines += _hung(f"    {title + ':':{wide}} ", text, width)
    return lines
