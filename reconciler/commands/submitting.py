"""This room runs `reconcile batch submit`: a plan as for `apply`, kept for its time."""

from __future__ import annotations

import json
from dataclasses import replace
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

import reconciler.commands.carrying as c
import reconciler.commands.pushing as p
from reconciler.commands.settings import CacheOption, StateOption, open_state
from reconciler.commands.telling import Voice, tell
from reconciler.errors import OptionsContradict

if TYPE_CHECKING:
    from reconciler.current import Job, Store
    from reconciler.policy import Leave
    from reconciler.queue.clock import Moment


class Priority(StrEnum):
    """Which of two jobs that are due goes first."""

    NORMAL = "normal"
    HIGH = "high"


AtOption = Annotated[
    str | None,
    typer.Option(
        "--at",
        metavar="TIME",
        help="2026-07-01T22:00 (here; or with Z or an offset), or 22:00 for the next one."
        " Without it: at once (`restart` keeps the time).",
        show_default=False,
    ),
]


def submit(
    paths: Annotated[
        list[Path] | None,
        typer.Argument(
            metavar="[PLAN | CATALOG...]", help="A saved plan; or catalogs, to plan.", show_default=False
        ),
    ] = None,
    at: AtOption = None,
    priority: Annotated[Priority, typer.Option("--priority", help="High goes first.")] = Priority.NORMAL,
    mode: p.ModeOption = p.Mode.LOCKED,
    source: p.SourceOption = p.Source.MASTERS,
    year: p.YearOption = None,
    calendar: p.CalendarOption = None,
    master: p.MasterOption = None,
    course: p.CourseOption = None,
    school: p.SchoolOption = None,
    data: p.DataOption = None,
    skip_data: p.SkipOption = None,
    to_sections: p.SectionsOption = False,
    cross_site: p.CrossSiteOption = False,
    overwrite_categories: p.OverCategoriesOption = False,
    allow_in_session: p.SessionOption = False,
    over_threshold: c.OverOption = False,
    as_of: p.TodayOption = None,
    yes: c.YesOption = False,
    message: c.MessageOption = "",
    format_: p.FormatOption = p.Format.TEXT,
    verbose: p.VerboseOption = False,
    no_cache: CacheOption = False,
    state: StateOption = None,
) -> None:
    """Put a push into the queue: exactly this plan, at that time, done by `reconcile batch work`.

    It is shown and must be permitted as it would be at that time. A push from chosen courses asks first.
    """
    asked = p.Asked(
        catalogs=None, mode=mode, source=source, year=year, calendar=calendar or (), master=master or (),
        course=course or (), school=school or (), data=data or (), skip_data=skip_data or (),
        to_sections=to_sections, cross_site=cross_site, overwrite_categories=overwrite_categories,
        allow_in_session=allow_in_session, as_of=as_of, no_cache=no_cache,
    )  # fmt: skip
    how = c.How(message, yes, format_=format_, verbose=verbose, forced=over_threshold)
    _submit(paths, asked, at, priority, how, state)


def _submit(
    paths: list[Path] | None,
    asked: p.Asked,
    at: str | None,
    priority: Priority,
    how: c.How,
    state: str | None,
) -> None:
    """Keep a plan, saved or made now, for its time, and say so."""
    from reconciler.commands.apply import is_plan
    from reconciler.policy import Leave
    from reconciler.queue import job as queue

    when = moment(at)
    leave = Leave(
        _day(when, asked.as_of), asked.allow_in_session, how.message, how.forced,
        now="" if when.past else when.utc,
    )  # fmt: skip
    store = open_state(state)
    try:
        if paths and any(is_plan(one) for one in paths):
            document = _given(paths, asked, store, leave)
        else:
            document = _planned(replace(asked, catalogs=paths, as_of=leave.today), store, leave, how)
        job = queue.submit(store, document, when.utc, leave, priority=priority.value)
        _tell_submitted(job, when, store, how.format_, timed=at is not None)
    finally:
        store.close()


def moment(at: str | None) -> Moment:
    """The time that was said; this one where none was. Raises TimeWrong."""
    from datetime import UTC, datetime

    from reconciler.queue import clock

    now = datetime.now(UTC)
    return clock.Moment(clock.kept(now), past=True) if at is None else clock.moment(at, now)


def _day(when: Moment, as_of: str | None) -> str:
    """The day by which a push is judged: the one said, else that on which it will run."""
    from reconciler.queue import clock

    return p.day(as_of if as_of is not None or when.past else clock.local(when.utc)[:10])


def _given(paths: list[Path], asked: p.Asked, store: Store, leave: Leave) -> dict[str, Any]:
    """A saved plan, permitted; options of a push would contradict it."""
    from reconciler.commands.permitting import permit
    from reconciler.plan import saved
    from reconciler.queue.job import belongs

    plain = p.Asked(None, allow_in_session=asked.allow_in_session, as_of=asked.as_of)
    if len(paths) > 1 or asked != plain:
        raise OptionsContradict(what="A saved plan and other catalogs or options")
    plan = saved.load(paths[0])
    belongs(plan, store)
    allowed = leave.allowed_in_session or plan.scope.allow_in_session
    permit(plan, store, replace(leave, allowed_in_session=allowed))
    document: dict[str, Any] = json.loads(paths[0].read_text(encoding="utf-8"))
    return document


def _planned(asked: p.Asked, store: Store, leave: Leave, how: c.How) -> dict[str, Any]:
    """Plan, show, ask for leave, and ask the person where chosen courses need that (S4)."""
    from reconciler.commands import showing
    from reconciler.commands.permitting import permit_on
    from reconciler.plan import saved
    from reconciler.policy import load, settled

    p.check(asked)
    known, digest = p.load_catalogs(asked)
    with store.read() as snapshot:
        made, summary = p.make(asked, known, digest, snapshot, store)
        summary = settled(load(), summary, allowed=leave.allowed_in_session)
        document = showing.document(made, summary, revision=p.revision(asked))
        if how.format_ is p.Format.TEXT:
            showing.show(made, summary, snapshot, verbose=how.verbose)
            typer.echo()
        permit_on(saved.parse(document), snapshot, leave)
    if summary.touched and summary.pending and not how.yes:
        c.ask()
    if not summary.pending:
        typer.echo("This plan changes nothing; its job will have nothing to do.", err=True)
    return document


def _tell_submitted(job: Job, when: Moment, store: Store, format_: p.Format, *, timed: bool) -> None:
    """The job to stdout; to stderr what the person may not expect."""
    from reconciler.queue import clock
    from reconciler.queue.job import disabled
    from reconciler.queue.listing import shown

    with store.read() as snapshot:
        off = disabled(snapshot)
    if format_ is p.Format.JSON:
        tell(shown(job, people=False, off=off), Voice.JSON, None)
    elif when.past:
        typer.echo(f"Job {job.id} is queued: a worker does it at once.")
    else:
        typer.echo(f"Job {job.id} is queued for {clock.local(when.utc)} ({when.utc}).")
    notes = [when.note, _passed(when) if timed and when.past else "", off]
    for note in filter(None, notes):
        typer.echo(note, err=True)
    if off:
        typer.echo(f"  Job {job.id} waits until `reconcile batch enable`.", err=True)


def _passed(when: Moment) -> str:
    """What is said of a time that has passed."""
    from reconciler.queue import clock

    return f"{clock.local(when.utc)} has passed: the job is due at once."
