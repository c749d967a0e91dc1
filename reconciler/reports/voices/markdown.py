"""This room tells a report in Markdown, for reviews and tickets: facts as a list, rows as a table.

Names that people typed are text here and nothing else: whatever Markdown or HTML would act on is escaped.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from reconciler.reports.voices.words import facts, filled, numeric, said

if TYPE_CHECKING:
    from collections.abc import Iterable

    from reconciler.reports.model import Cell, Report

_MARKS = re.compile(r"[\\`*\[\]~|!#$]|(?<!\w)_|_(?!\w)")
_MENTION = re.compile(r"(?<!\w)@")
_BULLET = re.compile(r"^(\s*(?:\d+(?=[.)]))?)([-+.)])")


def speak(report: Report) -> str:
    """The report as a heading, a list of its facts, a table of its rows, its notes."""
    lines = [f"## {escaped(report.title)}", ""]
    told = facts(report)
    lines += [f"- {escaped(title)}: {escaped(text)}" for title, text in told] + [""] * bool(told)
    lines += list(_table(report)) if report.rows else [escaped(report.nothing)]
    for note in report.notes:
        lines += ["", _sentence(note)]
    return "\n".join(lines) + "\n"


def _table(report: Report) -> Iterable[str]:
    places = [*range(report.group), *filled(report)]
    yield _line(report.columns[place].title for place in places)
    yield f"| {' | '.join('---:' if numeric(report, place) else '---' for place in places)} |"
    for row in report.rows:
        yield _line(row[place] for place in places)


def _line(cells: Iterable[Cell]) -> str:
    return f"| {' | '.join(escaped(said(cell)) for cell in cells)} |"


def escaped(text: str) -> str:
    """The text so that Markdown shows it as it is."""
    text = said(text).replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
    text = _MENTION.sub("&#64;", _MARKS.sub(lambda found: f"\\{found[0]}", text))
    return _BULLET.sub(r"\1\\\2", text)


def _sentence(note: str) -> str:
    """A note of ours: what stands between backticks is a command and stays so."""
    parts = note.split("`")
    if len(parts) % 2 == 0:
        return escaped(note)
    return "".join(f"`{said(part)}`" if place % 2 else escaped(part) for place, part in enumerate(parts))
