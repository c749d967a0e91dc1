"""This room tells a report: in the voice that was asked for, to stdout or into a file."""

from __future__ import annotations

from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from reconciler.errors import OutputUnwritable

if TYPE_CHECKING:
    from reconciler.reports.model import Report


WIDEST = 160
"""A table that is wider than this is hard to follow along its lines."""


class Voice(StrEnum):
    """How a report is told."""

    TEXT = "text"
    JSON = "json"
    CSV = "csv"
    MARKDOWN = "markdown"
    HTML = "html"


PEOPLE = (Voice.TEXT, Voice.MARKDOWN, Voice.HTML)
"""Who is told local times and short lists; programs get UTC, and everything."""
VoiceOption = Annotated[Voice, typer.Option("--format", help="How the report is told.")]
OutputOption = Annotated[
    Path | None,
    typer.Option(
        "--output",
        "-o",
        metavar="FILE",
        help="Write it into this file, in place of stdout.",
        show_default=False,
    ),
]


def tell(report: Report, voice: Voice, output: Path | None) -> None:
    """Tell a report to stdout, or write it into a file, whole or not at all; raises OutputUnwritable.

    A CSV file begins with the mark (BOM) by which Excel knows UTF-8; on stdout, which programs read, it has
    none.
    """
    from reconciler.reports.voices import VOICES

    put(_wide(report) if voice is Voice.TEXT and output is None else VOICES[voice](report), voice, output)


def put(text: str, voice: Voice, output: Path | None) -> None:
    """Write what a voice gave to where it shall go; raises OutputUnwritable."""
    if output is None:
        typer.echo(text if voice is Voice.TEXT else text.encode(), nl=False)
        return
    _write(text.encode("utf-8-sig" if voice is Voice.CSV else "utf-8"), output)
    typer.echo(f"Written to {output}.", err=True)


def _wide(report: Report) -> str:
    """Plain text as wide as the terminal."""
    from reconciler.commands.showing import width
    from reconciler.reports.voices.text import speak

    return speak(report, min(width(), WIDEST))


def _write(body: bytes, path: Path) -> None:
    from reconciler.whole import whole

    if path.is_dir():
        raise OutputUnwritable(file=path, why="it is a folder")
    try:
        with whole(path) as stream:
            stream.write(body)
    except OSError as error:
        raise OutputUnwritable(file=path, why=error.strerror or str(error)) from None
