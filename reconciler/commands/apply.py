"""This room runs `reconcile apply`: a saved plan, or the same options as plan; shown, asked, done."""

from __future__ import annotations

import json
import re
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

import reconciler.commands.pushing as p
from reconciler.commands.settings import StateOption, open_state
from reconciler.errors import IN_PART, REMAINDERS, NotConfirmed, OptionsContradict, PlanOfOtherCatalog

if TYPE_CHECKING:
    from reconciler.current import Store
    from reconciler.plan.saved import SavedPlan
    from reconciler.push import Pushed
    from reconciler.reports.push import PushResult

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
    yes: Annotated[bool, typer.Option("--yes", "-y", help="Don't ask; for CI.")] = False,
    message: Annotated[
        str, typer.Option("--message", "-m", help="Why; kept with the run.", show_default=False)
    ] = "",
    strict: Annotated[bool, typer.Option("--strict", help="Exit 3 if residuals or refusals remain.")] = False,
    format_: p.FormatOption = p.Format.TEXT,
    verbose: p.VerboseOption = False,
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
        allow_in_session=allow_in_session, as_of=as_of,
    )  # fmt: skip
    store = open_state(state)
    try:
        if paths and any(_is_plan(one) for one in paths):
            plan = _saved(paths, asked, catalog, store)
        else:
            plan = _fresh(paths, asked, store, yes=yes, verbose=verbose, format_=format_)
        result = _carry_out(plan, store, message)
    finally:
        store.close()
    _tell(result, format_, verbose=verbose)
    raise typer.Exit(_code(result, strict=strict))


def _is_plan(path: Path) -> bool:
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


def _saved(paths: list[Path], asked: p.Asked, catalogs: list[Path] | None, store: Store) -> SavedPlan:
    """Read a saved plan; options would contradict it, but that school may have begun since."""
    from dataclasses import replace

    from reconciler.plan import saved
    from reconciler.push.session import permit

    plain = p.Asked(None, allow_in_session=asked.allow_in_session, as_of=asked.as_of)
    if len(paths) > 1 or asked != plain:
        raise OptionsContradict(what="A saved plan and other catalogs or options")
    plan = saved.load(paths[0])
    if catalogs:
        _, digest = p.load_catalogs(replace(asked, catalogs=catalogs))
        if digest != plan.catalog:
            raise PlanOfOtherCatalog
    allowed = asked.allow_in_session or plan.scope.allow_in_session
    permit(plan, store, p.day(asked.as_of), allowed=allowed)
    return plan


def _fresh(
    paths: list[Path] | None, asked: p.Asked, store: Store, *, yes: bool, verbose: bool, format_: p.Format
) -> SavedPlan:
    """Plan, show, ask."""
    from dataclasses import replace

    from reconciler.commands import showing
    from reconciler.plan import saved

    asked = replace(asked, catalogs=paths)
    p.check(asked)
    known, digest = p.load_catalogs(asked)
    with store.read() as snapshot:
        made, summary = p.make(asked, known, digest, snapshot, store)
        document: dict[str, Any] = showing.document(made, summary)
        if format_ is p.Format.TEXT:
            showing.show(made, summary, document, snapshot, format_, verbose=verbose)
    showing.permit(summary)
    if summary.pending and not yes:
        _ask()
    return saved.parse(document)


def _ask() -> None:
    if sys.stdin is None or not sys.stdin.isatty():
        raise NotConfirmed(why="there is no terminal to ask at")
    if not typer.confirm("Apply this plan?", err=True):
        raise NotConfirmed(why="you said no")


def _carry_out(plan: SavedPlan, store: Store, message: str) -> PushResult:
    from reconciler.commands.progress import progress
    from reconciler.push import push
    from reconciler.push.result import result

    with progress("Applying", first="Checking the plan") as step:
        done: Pushed = push(plan, store, message=message, progress=step)
    return result(plan, store, done)


def _tell(result: PushResult, format_: p.Format, *, verbose: bool) -> None:
    from reconciler.commands.showing import speak, width
    from reconciler.reports.push import render, to_json

    if format_ is p.Format.JSON:
        typer.echo(json.dumps(to_json(result), ensure_ascii=False, indent=1))
    else:
        speak(render(result, brief=True, verbose=verbose, width=width()))


def _code(result: PushResult, *, strict: bool) -> int:
    if result.status == "in_part":
        return IN_PART
    return REMAINDERS if strict and result.summary.remains else 0
