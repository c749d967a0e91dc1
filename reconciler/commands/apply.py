"""This room runs `reconcile apply`: a saved plan, or the same options as plan; shown, asked, done."""

from __future__ import annotations

import json
import re
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

import reconciler.commands.carrying as c
import reconciler.commands.pushing as p
from reconciler.commands.roll_forward import apply_saved, is_saved
from reconciler.commands.settings import CacheOption, StateOption, open_state
from reconciler.errors import OptionsContradict, PlanOfOtherCatalog

if TYPE_CHECKING:
    from reconciler.current import Store
    from reconciler.plan.saved import SavedPlan

BEGINNING = 1_000
"""How much of a file is looked at to see whether it is a plan."""


def apply(
    paths: Annotated[
        list[Path] | None,
        typer.Argument(
            metavar="[PLAN | CATALOG...]",
            help="A saved plan; or catalogs, to plan and apply.",
            show_default=False,
        ),
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
    catalog: Annotated[
        list[Path] | None,
        typer.Option(
            "--catalog",
            help="With a saved plan: refuse it if these catalogs have changed since.",
            show_default=False,
        ),
    ] = None,
    yes: c.YesOption = False,
    message: c.MessageOption = "",
    strict: c.StrictOption = False,
    over_threshold: c.OverOption = False,
    lock_timeout: c.LockTimeoutOption = 0,
    format_: p.FormatOption = p.Format.TEXT,
    verbose: p.VerboseOption = False,
    no_cache: CacheOption = False,
    cluster: p.ClusterOption = None,
    state: StateOption = None,
) -> None:
    """Do exactly what a plan says, and nothing that is not in it.

    With catalogs (or nothing) it plans with the same options as `reconcile plan`, shows the plan, asks, and
    does it. What carries assignments, scores, grades or comments is never deleted.
    """
    asked = p.Asked(
        catalogs=None, mode=mode, source=source, year=year, calendar=calendar or (), master=master or (),
        course=course or (), school=school or (), data=data or (), skip_data=skip_data or (),
        to_sections=to_sections, cross_site=cross_site, overwrite_categories=overwrite_categories,
        allow_in_session=allow_in_session, as_of=as_of, no_cache=no_cache,
    )  # fmt: skip
    how = c.How(message, yes, strict, format_, verbose, forced=over_threshold, wait=lock_timeout)
    store = open_state(state)
    try:
        if paths and any(is_saved(one) for one in paths):
            raise typer.Exit(_year_change(paths, asked, catalog, store, how))
        with p.cluster(cluster) as farm:
            how = replace(how, farm=farm)
            if paths and any(is_plan(one) for one in paths):
                plan: SavedPlan | None = _saved(paths, asked, catalog, store, how)
            else:
                plan = _fresh(replace(asked, catalogs=paths), store, how)
            code = c.finish(plan, store, how)
    finally:
        store.close()
    raise typer.Exit(code)


def _year_change(
    paths: list[Path], asked: p.Asked, catalogs: list[Path] | None, store: Store, how: c.How
) -> int:
    """Carry out a saved year change; options would contradict it."""
    if len(paths) > 1 or catalogs or asked != p.Asked(None, as_of=asked.as_of):
        raise OptionsContradict(what="A saved year change and other catalogs or options")
    return apply_saved(paths[0], store, how, p.day(asked.as_of))


def is_plan(path: Path) -> bool:
    """Does it begin like a saved plan, whatever its name? A .json that is no catalog is a broken one."""
    from reconciler.plan.saved import SCHEMA

    named = path.suffix.lower() == ".json"
    if not path.is_file():
        return named and not path.is_dir()
    try:
        with path.open(encoding="utf-8-sig", errors="replace") as file:
            text = file.read(BEGINNING)
            begins = re.match(rf'\s*\{{\s*"\$schema"\s*:\s*"{re.escape(SCHEMA)}"', text) is not None
            return begins or (named and not _is_catalog(text + file.read()))
    except OSError:
        return named


def _is_catalog(text: str) -> bool:
    try:
        told = json.loads(text)
    except (ValueError, RecursionError):
        return False
    return isinstance(told, dict) and "catalog" in told


def _saved(
    paths: list[Path], asked: p.Asked, catalogs: list[Path] | None, store: Store, how: c.How
) -> SavedPlan:
    """Read a saved plan; options would contradict it, but that school may have begun since."""
    from reconciler.commands.permitting import permit
    from reconciler.plan import saved

    plain = p.Asked(None, allow_in_session=asked.allow_in_session, as_of=asked.as_of)
    if len(paths) > 1 or asked != plain:
        raise OptionsContradict(what="A saved plan and other catalogs or options")
    plan = saved.load(paths[0])
    if catalogs:
        _, digest = p.load_catalogs(replace(asked, catalogs=catalogs))
        if digest != plan.catalog:
            raise PlanOfOtherCatalog
    leave = c.leave_of(plan.scope, replace(how, allowed=asked.allow_in_session))
    permit(plan, store, replace(leave, today=p.day(asked.as_of)))
    return plan


def _fresh(asked: p.Asked, store: Store, how: c.How) -> SavedPlan | None:
    """Plan, show, ask."""
    p.check(asked)
    known, digest = p.load_catalogs(asked)
    with store.read() as snapshot:
        made, summary = p.make(asked, known, digest, snapshot, store, how.farm)
        plan = c.offer(made, summary, snapshot, how, revision=p.revision(asked))
    c.confirm(plan, how)
    return plan
