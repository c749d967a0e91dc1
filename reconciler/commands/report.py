"""This room runs `reconcile report`: what pushes did."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Annotated

import typer

from reconciler.commands.pushing import Format, FormatOption, VerboseOption
from reconciler.commands.settings import StateOption, open_state
from reconciler.errors import RunUnknown

if TYPE_CHECKING:
    from reconciler.current import Run, Snapshot

FEW = 50
"""How many runs are looked at first."""
app = typer.Typer(help="Show what pushes did.", no_args_is_help=True)


@app.callback()
def _top() -> None:
    """Keep `push` a name of its own, though it is the only report so far."""


@app.command("push")
def push(
    run: Annotated[
        int | None, typer.Argument(help="The run's number; the newest push without one.", show_default=False)
    ] = None,
    format_: FormatOption = Format.TEXT,
    verbose: VerboseOption = False,
    state: StateOption = None,
) -> None:
    """Show the result of a push: what could not be pushed first, then what was, and what stays."""
    from reconciler.commands.showing import speak, width
    from reconciler.reports.push import from_json, render

    store = open_state(state)
    try:
        with store.read() as snapshot:
            told = json.loads(_report(snapshot, run))
    finally:
        store.close()
    if format_ is Format.JSON:
        typer.echo(json.dumps(told, ensure_ascii=False, indent=1))
    else:
        speak(render(from_json(told), verbose=verbose, width=width()))


def _report(snapshot: Snapshot, number: int | None) -> str:
    """The report of this push; without a number, of the newest that has one (a killed push has none)."""
    from reconciler.receipts import PUSHES

    run = None if number is None else snapshot.run(number)
    if run is not None and run.kind in PUSHES and run.report:
        return run.report
    reported = _newest(snapshot)
    if number is None and reported:
        return str(reported[0].report)
    known = ", ".join(str(one.id) for one in reported) or "none"
    raise RunUnknown(run="" if number is None else f" {number}", known=known)


def _newest(snapshot: Snapshot) -> list[Run]:
    """Pushes that have a report, newest first: those among the newest runs that have any."""
    from reconciler.receipts import PUSHES

    limit = FEW
    while True:
        runs = snapshot.runs(limit)
        found = [one for one in runs if one.kind in PUSHES and one.report]
        if found or len(runs) < limit:
            return found
        limit *= 10
