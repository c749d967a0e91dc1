"""This room writes a plan as a document, shows it and saves it; for every command that makes one."""

from __future__ import annotations

import os
import shutil
import sys
from typing import TYPE_CHECKING, Any

import typer

from reconciler import __version__
from reconciler.errors import OutputUnwritable

if TYPE_CHECKING:
    from pathlib import Path

    from reconciler.current import Snapshot
    from reconciler.plan.model import Plan
    from reconciler.plan.summary import Summary


def document(plan: Plan, summary: Summary, *, revision: str = "") -> dict[str, Any]:
    """The plan as the JSON document that is saved (schemas/plan.schema.json); see `saved.document`."""
    from reconciler.plan import saved

    return saved.document(plan, to_json(summary), **_envelope(revision))


def text(plan: Plan, summary: Summary, *, revision: str = "") -> str:
    """The same document as it stands in a file, and as programs read it."""
    from reconciler.plan import saved

    return saved.text(plan, to_json(summary), **_envelope(revision))


def to_json(summary: Summary) -> dict[str, Any]:
    """A summary as it is saved."""
    from reconciler.plan import summary as told

    return told.to_json(summary)


def _envelope(revision: str) -> dict[str, str]:
    from reconciler.receipts import now, who

    return {"made": now(), "by": who(), "tool": f"reconciler {__version__}", "revision": revision}


def show(plan: Plan, summary: Summary, snapshot: Snapshot, *, verbose: bool) -> None:
    """Write the plan to stdout, as people read it."""
    from reconciler.plan.summary import member_names
    from reconciler.reports.text import render

    names = member_names(plan, snapshot) if verbose else None
    speak(render(summary, verbose=verbose, names=names, width=width()))


def speak(text: str) -> None:
    """Write text to stdout, coloured where a person watches who did not say NO_COLOR."""
    from reconciler.reports import colour

    typer.echo(colour.colour(text) if colour.wanted(sys.stdout, os.environ) else text)


def width() -> int:
    """Columns of the terminal; 100 where there is none, so that files look the same everywhere."""
    return shutil.get_terminal_size((100, 24)).columns if os.isatty(1) else 100


def save(text: str, path: Path) -> None:
    """Write a plan file, whole or not at all; raises OutputUnwritable."""
    from reconciler.whole import whole

    if path.is_dir():
        raise OutputUnwritable(file=path, why="it is a folder")
    try:
        with whole(path) as stream:
            stream.write(text.encode())
    except OSError as error:
        raise OutputUnwritable(file=path, why=error.strerror or str(error)) from None
    typer.echo(f"Saved to {path}; `reconcile apply {path}` does exactly this.", err=True)
