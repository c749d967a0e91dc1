"""This room runs `reconcile report`: what pushes did."""

from __future__ import annotations

import json
from typing import Annotated

import typer

from reconciler.commands.pushing import Format, FormatOption, VerboseOption
from reconciler.commands.settings import StateOption, open_state
from reconciler.errors import RunUnknown

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
            known = [one for one in snapshot.runs(1_000_000) if one.kind == "apply"]
    finally:
        store.close()
    found = next((one for one in known if run is None or one.id == run), None)
    if found is None or found.report is None:
        told = ", ".join(str(one.id) for one in known if one.report) or "none"
        raise RunUnknown(run="" if run is None else f" {run}", known=told)
    if format_ is Format.JSON:
        typer.echo(json.dumps(json.loads(found.report), ensure_ascii=False, indent=1))
    else:
        speak(render(from_json(json.loads(found.report)), verbose=verbose, width=width()))
