"""This room runs `reconcile report`: what pushes did, what waits, what lingers, how courses stand."""

from __future__ import annotations

import json
from contextlib import contextmanager
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from reconciler.commands.filtering import (
    AreaFilter,
    CalendarFilter,
    CourseFilter,
    MasterFilter,
    SchoolFilter,
    TeacherFilter,
    filters,
)
from reconciler.commands.permitting import need, need_result
from reconciler.commands.pushing import VerboseOption
from reconciler.commands.settings import CacheOption, StateOption, catalog_paths, loaded, open_state
from reconciler.commands.telling import OutputOption, Voice, VoiceOption, put, tell
from reconciler.errors import RunUnknown

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from reconciler.audit.filters import Chosen, Filters
    from reconciler.course import Catalog
    from reconciler.current import Run, Snapshot

FEW = 50
"""How many runs are looked at first."""
app = typer.Typer(
    help="Tell what pushes did, what waits to be pushed, what lingers, and how courses stand.",
    no_args_is_help=True,
)
Catalogs = Annotated[
    list[Path] | None, typer.Argument(help="Catalog files or folders.", show_default="catalog.yaml")
]


class Standing(StrEnum):
    """The states of a course (domain.md 7)."""

    DESYNCED = "desynced"
    COURSE_CONTROLLED = "course_controlled"
    LINKED = "linked"


@contextmanager
def _reading(state: str | None) -> Iterator[Snapshot]:
    store = open_state(state)
    try:
        with store.read() as snapshot:
            yield snapshot
    finally:
        store.close()


def _chosen(snapshot: Snapshot, asked: Filters, catalogs: Sequence[Catalog] = ()) -> Chosen:
    """What a report is about, if the person may read it; raises FilterUnmet, PushRefused."""
    from reconciler.audit.filters import choose

    chosen = choose(snapshot, asked, catalogs)
    need("report", [chosen.calendars[place] for place in chosen.held])
    return chosen


def _catalogs(paths: list[Path] | None, *, no_cache: bool) -> tuple[Catalog, ...]:
    """The catalogs, checked; raises CatalogMissing, CatalogInvalid."""
    from reconciler.desired import require

    return require(loaded(catalog_paths(paths), no_cache=no_cache))


@app.command("push")
def push(
    run: Annotated[
        int | None, typer.Argument(help="The run's number; the newest push without one.", show_default=False)
    ] = None,
    format_: VoiceOption = Voice.TEXT,
    output: OutputOption = None,
    verbose: VerboseOption = False,
    state: StateOption = None,
) -> None:
    """Tell the result of a push: what could not be pushed first, then what was, and what stays."""
    from reconciler.commands.showing import speak, width
    from reconciler.reports.push import from_json, render
    from reconciler.reports.push_table import push_table

    with _reading(state) as snapshot:
        told = json.loads(_report(snapshot, run))
        need_result(snapshot, told)
    if format_ is Voice.JSON:
        put(json.dumps(told, ensure_ascii=False, indent=1) + "\n", format_, output)
    elif format_ is not Voice.TEXT:
        tell(push_table(from_json(told)), format_, output)
    elif output is not None:
        put(render(from_json(told), verbose=verbose) + "\n", format_, output)
    else:
        speak(render(from_json(told), verbose=verbose, width=width()))


@app.command("awaiting-masters")
def awaiting_masters(
    catalogs: Catalogs = None,
    calendar: CalendarFilter = None,
    school: SchoolFilter = None,
    master: MasterFilter = None,
    course: CourseFilter = None,
    teacher: TeacherFilter = None,
    area: AreaFilter = None,
    format_: VoiceOption = Voice.TEXT,
    output: OutputOption = None,
    no_cache: CacheOption = False,
    state: StateOption = None,
) -> None:
    """Tell what differs between masters and what was last pushed, and why it has not moved."""
    from reconciler.reports import awaiting

    asked = filters(calendar, school, master, course, teacher, area)
    known = _catalogs(catalogs, no_cache=no_cache)
    with _reading(state) as snapshot:
        report = awaiting.awaiting_masters(snapshot, known, _chosen(snapshot, asked, known))
    tell(report, format_, output)


@app.command("awaiting-courses")
def awaiting_courses(
    calendar: CalendarFilter = None,
    school: SchoolFilter = None,
    master: MasterFilter = None,
    course: CourseFilter = None,
    teacher: TeacherFilter = None,
    area: AreaFilter = None,
    format_: VoiceOption = Voice.TEXT,
    output: OutputOption = None,
    state: StateOption = None,
) -> None:
    """Tell which courses' setup has not reached their sections."""
    from reconciler.reports import awaiting

    asked = filters(calendar, school, master, course, teacher, area)
    with _reading(state) as snapshot:
        report = awaiting.awaiting_courses(snapshot, _chosen(snapshot, asked))
    tell(report, format_, output)


@app.command("residuals")
def residuals(
    calendar: CalendarFilter = None,
    school: SchoolFilter = None,
    master: MasterFilter = None,
    course: CourseFilter = None,
    teacher: TeacherFilter = None,
    area: AreaFilter = None,
    cleared: Annotated[
        bool, typer.Option("--cleared", help="Those too that are gone, with the run that saw them go.")
    ] = False,
    format_: VoiceOption = Voice.TEXT,
    output: OutputOption = None,
    state: StateOption = None,
) -> None:
    """Tell what stays though its template lacks it: where, since when, what uses it, what to do."""
    from reconciler.reports.residuals import residual_data

    asked = filters(calendar, school, master, course, teacher, area)
    with _reading(state) as snapshot:
        report = residual_data(snapshot, _chosen(snapshot, asked), cleared=cleared)
    tell(report, format_, output)


@app.command("audit")
def audit(
    catalogs: Catalogs = None,
    calendar: CalendarFilter = None,
    school: SchoolFilter = None,
    master: MasterFilter = None,
    course: CourseFilter = None,
    teacher: TeacherFilter = None,
    area: AreaFilter = None,
    only: Annotated[
        list[Standing] | None,
        typer.Option("--only", help="List only courses in this state.", show_default=False),
    ] = None,
    format_: VoiceOption = Voice.TEXT,
    output: OutputOption = None,
    no_cache: CacheOption = False,
    state: StateOption = None,
) -> None:
    """Tell of each course whether it is Linked, Course Controlled or Desynced, and what differs first."""
    from reconciler.audit.states import State
    from reconciler.reports.courses import course_audit

    asked = filters(calendar, school, master, course, teacher, area)
    known = _catalogs(catalogs, no_cache=no_cache)
    states = frozenset(State(one.value) for one in only or ())
    with _reading(state) as snapshot:
        report = course_audit(snapshot, known, _chosen(snapshot, asked, known), only=states)
    tell(report, format_, output)


@app.command("sections")
def sections(
    calendar: CalendarFilter = None,
    school: SchoolFilter = None,
    master: MasterFilter = None,
    course: CourseFilter = None,
    teacher: TeacherFilter = None,
    area: AreaFilter = None,
    format_: VoiceOption = Voice.TEXT,
    output: OutputOption = None,
    state: StateOption = None,
) -> None:
    """Tell per teacher and course what the sections are set up with."""
    from reconciler.reports.sections import section_audit

    asked = filters(calendar, school, master, course, teacher, area)
    with _reading(state) as snapshot:
        report = section_audit(snapshot, _chosen(snapshot, asked))
    tell(report, format_, output)


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
