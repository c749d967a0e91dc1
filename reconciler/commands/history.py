"""This room runs `reconcile history`: who did what, when and why; of one run, before and after."""

from __future__ import annotations

from typing import Annotated

import typer

from reconciler.commands.permitting import need, need_run
from reconciler.commands.settings import StateOption, open_state
from reconciler.commands.telling import PEOPLE, OutputOption, Voice, VoiceOption, tell


def history(
    run: Annotated[
        int | None, typer.Argument(help="One run, in full; all runs without it.", show_default=False)
    ] = None,
    kind: Annotated[
        list[str] | None,
        typer.Option("--kind", help="Only runs of this kind: apply, undo, import, ...", show_default=False),
    ] = None,
    who: Annotated[
        str | None, typer.Option("--who", help="Only this person's runs (a glob).", show_default=False)
    ] = None,
    limit: Annotated[int, typer.Option("--limit", min=1, help="How many, the newest first.")] = 50,
    format_: VoiceOption = Voice.TEXT,
    output: OutputOption = None,
    state: StateOption = None,
) -> None:
    """List the runs of this state, or show one of them: its options, its commit, and what it changed."""
    from fnmatch import fnmatchcase

    from reconciler.reports import history as told
    from reconciler.undo.build import ALL, find_run

    store, people = open_state(state), format_ in PEOPLE
    try:
        with store.read() as snapshot:
            if run is not None:
                need_run(snapshot, run)
                report = told.one_run(snapshot, find_run(snapshot, run), people=people)
            else:
                need("report", snapshot.calendars())
                meant = (
                    one
                    for one in snapshot.runs(ALL)
                    if (not kind or one.kind in kind) and (who is None or fnmatchcase(one.who, who))
                )
                newest = [one for _, one in zip(range(limit), meant, strict=False)]
                report = told.history(snapshot, newest, people=people)
    finally:
        store.close()
    tell(report, format_, output)
