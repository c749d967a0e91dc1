"""This room runs `reconcile batch`: the list of pushes for later, and what can be done with one of them."""

from __future__ import annotations

import json
from typing import Annotated

import typer

import reconciler.commands.carrying as c
import reconciler.commands.pushing as p
from reconciler.commands.permitting import need_result
from reconciler.commands.settings import StateOption, open_state
from reconciler.commands.submitting import AtOption, moment, submit
from reconciler.commands.telling import PEOPLE, OutputOption, Voice, VoiceOption, tell
from reconciler.commands.working import work

JobArgument = Annotated[int, typer.Argument(metavar="JOB", help="The job's number.")]
app = typer.Typer(help="Push at a chosen time: the batch queue.", no_args_is_help=True)
app.command("submit")(submit)


@app.command("list")
def list_(
    from_: Annotated[
        str | None,
        typer.Option("--from", metavar="DAY", help="Scheduled on this day or later.", show_default=False),
    ] = None,
    to: Annotated[
        str | None,
        typer.Option("--to", metavar="DAY", help="Scheduled on this day or earlier.", show_default=False),
    ] = None,
    limit: Annotated[int, typer.Option("--limit", min=1, help="How many, the newest first.")] = 50,
    format_: VoiceOption = Voice.TEXT,
    output: OutputOption = None,
    state: StateOption = None,
) -> None:
    """List the jobs, the latest scheduled first."""
    from reconciler.queue import clock
    from reconciler.queue.job import disabled
    from reconciler.queue.listing import listing

    since, until = clock.edge(from_), clock.edge(to, last=True)
    store = open_state(state)
    try:
        with store.read() as snapshot:
            jobs, off = snapshot.jobs(since=since, until=until, limit=limit), disabled(snapshot)
    finally:
        store.close()
    if off and format_ is Voice.CSV:
        typer.echo(off, err=True)
    report = listing(jobs, people=format_ in PEOPLE, off=off, limit=limit, since=since, until=until)
    tell(report, format_, output)


@app.command("show")
def show(
    job: JobArgument,
    format_: VoiceOption = Voice.TEXT,
    output: OutputOption = None,
    state: StateOption = None,
) -> None:
    """Show all that is known of a job."""
    from reconciler.queue.job import disabled, find
    from reconciler.queue.listing import shown

    store = open_state(state)
    try:
        with store.read() as snapshot:
            found, off = find(snapshot, job), disabled(snapshot)
    finally:
        store.close()
    tell(shown(found, people=format_ in PEOPLE, off=off), format_, output)


@app.command("report")
def report(
    job: JobArgument,
    format_: p.FormatOption = p.Format.TEXT,
    verbose: p.VerboseOption = False,
    state: StateOption = None,
) -> None:
    """Show the push result of a job."""
    from reconciler.commands.showing import speak, width
    from reconciler.queue.claim import report as reported
    from reconciler.reports.push import from_json, render

    store = open_state(state)
    try:
        with store.read() as snapshot:
            told = json.loads(reported(snapshot, job))
            need_result(snapshot, told)
    finally:
        store.close()
    if format_ is p.Format.JSON:
        typer.echo(json.dumps(told, ensure_ascii=False, indent=1))
    else:
        speak(render(from_json(told), verbose=verbose, width=width()))


@app.command("cancel")
def cancel(job: JobArgument, state: StateOption = None) -> None:
    """Take a job that waits out of the queue."""
    from reconciler.queue import claim

    store = open_state(state)
    try:
        claim.cancel(store, job)
    finally:
        store.close()
    typer.echo(f"Job {job} is canceled. `reconcile batch restart {job}` puts it back.")


@app.command("restart")
def restart(job: JobArgument, at: AtOption = None, state: StateOption = None) -> None:
    """Put a job that was canceled, or that failed, back into the queue; it keeps its plan."""
    from reconciler.queue import claim, clock

    when = None if at is None else moment(at)
    store = open_state(state)
    try:
        again = claim.restart(store, job, None if when is None else when.utc)
    finally:
        store.close()
    typer.echo(f"Job {job} is queued for {clock.local(again.scheduled)}.")
    if when is not None and when.note:
        typer.echo(when.note, err=True)


@app.command("enable")
def enable(state: StateOption = None) -> None:
    """Let the queue run its jobs."""
    _switch(state, on=True)


@app.command("disable")
def disable(message: c.MessageOption = "", state: StateOption = None) -> None:
    """Let the queue keep its jobs and run none; a job that is running goes on to its end."""
    _switch(state, on=False, why=message)


def _switch(state: str | None, *, on: bool, why: str = "") -> None:
    from reconciler.queue import job as queue

    store = open_state(state)
    try:
        if on:
            queue.enable(store)
        else:
            queue.disable(store, why)
        with store.read() as snapshot:
            waiting = len(snapshot.jobs({queue.Status.QUEUED}))
            told = queue.disabled(snapshot) or "The queue is enabled."
    finally:
        store.close()
    typer.echo(f"{told} Jobs that wait: {waiting}.")


app.command("work")(work)
