"""This room runs `reconcile plan`: what a push would change and why. It reads, and writes nothing."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

import reconciler.commands.carrying as c
import reconciler.commands.pushing as p
from reconciler.commands.settings import CacheOption, StateOption, open_state


def plan(
    catalogs: Annotated[
        list[Path] | None, typer.Argument(help="Catalog files or folders.", show_default=False)
    ] = None,
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
    as_of: p.TodayOption = None,
    out: Annotated[
        Path | None, typer.Option("--out", help="Save the plan to this file.", show_default=False)
    ] = None,
    format_: p.FormatOption = p.Format.TEXT,
    detailed_exitcode: p.DetailedOption = False,
    verbose: p.VerboseOption = False,
    no_cache: CacheOption = False,
    cluster: p.ClusterOption = None,
    state: StateOption = None,
) -> None:
    """Show what a push would change, in which classes, and why. Nothing is written.

    A saved plan (`--out plan.json`) is carried out by `reconcile apply plan.json`.
    """
    asked = p.Asked(
        catalogs=catalogs, mode=mode, source=source, year=year, calendar=calendar or (), master=master or (),
        course=course or (), school=school or (), data=data or (), skip_data=skip_data or (),
        to_sections=to_sections, cross_site=cross_site, overwrite_categories=overwrite_categories,
        allow_in_session=allow_in_session, as_of=as_of, no_cache=no_cache,
    )  # fmt: skip
    p.check(asked)
    how = c.How(format_=format_, verbose=verbose, out=out)
    known, digest = p.load_catalogs(asked)
    store = open_state(state)
    try:
        with p.cluster(cluster) as farm, store.read() as snapshot:
            made, summary = p.make(asked, known, digest, snapshot, store, farm)
            leave = c.leave_of(made.scope, how)
            c.preview(made, summary, snapshot, how, leave, revision=p.revision(asked))
    finally:
        store.close()
    if detailed_exitcode:
        raise typer.Exit(p.exit_code(summary))
