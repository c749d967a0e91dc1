"""This room tells a report in five voices: text, JSON, CSV, Markdown, HTML. One voice, one file.

Each voice takes a report and gives the whole text, its last line ended. None knows what a report means.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable

    from reconciler.reports.model import Report


def _voice(room: str) -> Callable[[Report], str]:
    """A voice that is entered when it first speaks, so that nobody waits for jinja2 who asked for text."""

    def speak(report: Report) -> str:
        """The whole report as text."""
        told: str = import_module(f"{__name__}.{room}").speak(report)
        return told

    return speak


VOICES: dict[str, Callable[[Report], str]] = {
    "text": _voice("text"),
    "json": _voice("json_"),
    "csv": _voice("csv_"),
    "markdown": _voice("markdown"),
    "html": _voice("html"),
}
"""What each word of `--format` makes of a report."""
