"""This room runs `reconcile roll-forward`: calendars into the next school year, by a plan like any other."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

import reconciler.commands.carrying as c
import reconciler.commands.pushing as p
from reconciler.commands.settings import (
    CacheOption,
    StateOption,
    catalog_paths,
    listed_catalogs,
    loaded,
    open_state,
)
from reconciler.errors import DONE, IN_PART
from reconciler.errors.rolling import NameWrong, NothingRolled

if TYPE_CHECKING:
    from collections.abc import Sequence

    from reconciler.course import Catalog
    from reconciler.current import Store
    from reconciler.rolling import Rolling


def roll_forward(
    catalogs: Annotated[
        list[Path] | None,
        typer.Argument(help="Catalogs, to be told which lack the new year.", show_default=False),
    ] = None,
    *,
    from_year: Annotated[int, typer.Option("--from-year", help="The school year that is copied.")],
    to_year: Annotated[int, typer.Option("--to-year", help="The school year that is made.")],
    calendar: Annotated[
        list[str] | None,
        typer.Option("--calendar", metavar="NAME", help="Only these calendars (globs).", show_default=False),
    ] = None,
    name: Annotated[
        list[str] | None,
        typer.Option("--name", metavar="OLD=NEW", help="What a new calendar is called.", show_default=False),
    ] = None,
    with_sections: Annotated[
        bool, typer.Option("--with-sections", help="Copy sections too, without any grades.")
    ] = False,
    out: c.OutOption = None,
    plan_only: c.PlanOnlyOption = False,
    yes: c.YesOption = False,
    message: c.MessageOption = "",
    as_of: p.TodayOption = None,
    format_: p.FormatOption = p.Format.TEXT,
    no_cache: CacheOption = False,
    state: StateOption = None,
) -> None:
    """Copy calendars with courses, links and setup into another school year; grades never.

    It is shown and asked about like any plan; `--out` saves it for `reconcile apply`. Exit code 7 where some
    calendars can't be rolled forward and the others are.
    """
    from reconciler.rolling import Wish, plan_roll

    wish = Wish(from_year, to_year, tuple(calendar or ()), _names(name or ()), with_sections)
    how = c.How(message, yes, format_=format_, out=out, plan_only=plan_only)
    known = _catalogs(catalogs, no_cache=no_cache)
    store = open_state(state)
    try:
        with store.read() as snapshot:
            today = p.day(as_of)
            plan = plan_roll(wish, snapshot, store=store.id, today=today, catalogs=known)
        code = _offer(plan, store, how, today)
    finally:
        store.close()
    raise typer.Exit(code)


def _names(told: Sequence[str]) -> dict[str, str]:
    found = {}
    for text in told:
        old, sign, new = text.partition("=")
        if not sign or not old.strip() or not new.strip():
            raise NameWrong(text=text, why="it is not OLD=NEW")
        found[old.strip()] = new.strip()
    return found


def _catalogs(told: list[Path] | None, *, no_cache: bool) -> tuple[Catalog, ...]:
    """The catalogs that can be found; none where none is named or listed."""
    from reconciler.desired import require

    if not told and not listed_catalogs() and not Path("catalog.yaml").is_file():
        return ()
    return require(loaded(catalog_paths(told), no_cache=no_cache))


def _offer(plan: Rolling, store: Store, how: c.How, today: str) -> int:
    """Show a plan; save it, or ask and carry it out; gives the exit code."""
    from reconciler.commands import showing
    from reconciler.rolling.told import lines, render

    document = _document(plan)
    only = how.plan_only or how.out is not None
    if how.format_ is p.Format.TEXT:
        showing.speak(render(plan, width=showing.width()))
    elif only:
        typer.echo(json.dumps(document, ensure_ascii=False, indent=1))
    if not plan.calendars:
        raise NothingRolled(told="." if how.format_ is p.Format.TEXT else ":" + lines(plan.refused))
    if how.out is not None:
        showing.save(json.dumps(document, ensure_ascii=False) + "\n", how.out)
    if only:
        return DONE
    _permit(plan, today)
    if not how.yes:
        c.ask()
    return _carry_out(plan, store, how)


def _document(plan: Rolling) -> dict[str, Any]:
    from reconciler import __version__
    from reconciler.receipts import now, who
    from reconciler.rolling import saved

    return saved.document(plan, made=now(), by=who(), tool=f"reconciler {__version__}")


def _permit(plan: Rolling, today: str) -> None:
    """Who makes a calendar must be allowed to push to it, and a window be open; raises PushRefused."""
    from reconciler.commands.permitting import need, need_window
    from reconciler.course import Calendar

    need("push", [Calendar(0, one.new, one.school, plan.end, one.terms) for one in plan.calendars], today)
    need_window()


def _carry_out(plan: Rolling, store: Store, how: c.How) -> int:
    from reconciler.rolling import roll
    from reconciler.rolling.run import report
    from reconciler.rolling.told import closing

    done = roll(plan, store, message=how.message)
    if how.format_ is p.Format.JSON:
        typer.echo(json.dumps(report(plan, done), ensure_ascii=False, indent=1))
    else:
        typer.echo(closing(plan, done))
    return IN_PART if plan.refused else DONE


def is_saved(path: Path) -> bool:
    """Does a file begin like a saved year change?"""
    from reconciler.rolling.saved import SCHEMA

    try:
        with path.open(encoding="utf-8-sig", errors="replace") as file:
            return f'"{SCHEMA}"' in file.read(1_000)
    except OSError:
        return False


def apply_saved(path: Path, store: Store, how: c.How, today: str) -> int:
    """Carry out a saved year change; gives the exit code. Raises what `saved.load` and `roll` raise."""
    from reconciler.rolling.saved import load

    plan = load(path)
    _permit(plan, today)
    return _carry_out(plan, store, how)
