"""This room runs `reconcile drift`: what was changed below since it was pushed, and the three ways out."""

from __future__ import annotations

import json
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

import reconciler.commands.filtering as f
import reconciler.commands.pushing as p
from reconciler.commands.permitting import need
from reconciler.commands.settings import CacheOption, StateOption, catalog_paths, open_state
from reconciler.commands.show import read_catalogs
from reconciler.errors import CHANGES, DONE, FAILED, IN_PART, OptionsContradict
from reconciler.errors.drift import DayWrong, DriftAlone

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from reconciler.audit.filters import Filters
    from reconciler.course import Catalog
    from reconciler.current import Snapshot
    from reconciler.drift import Drift
    from reconciler.policy import Policy

DAYS = 90
"""For how many days a waiver holds, unless said."""


@dataclass(frozen=True, slots=True)
class Waiving:
    """A waiver that is asked for, as given."""

    address: str | None = None
    reason: str = ""
    owner: str = ""
    expires: str = ""


def drift(
    catalogs: Annotated[
        list[Path] | None, typer.Argument(help="Catalog files or folders.", show_default=False)
    ] = None,
    calendar: f.CalendarFilter = None,
    school: f.SchoolFilter = None,
    master: f.MasterFilter = None,
    course: f.CourseFilter = None,
    area: f.AreaFilter = None,
    adopt: Annotated[
        bool, typer.Option("--adopt", help="Show the YAML change that lets the masters say it, as a diff.")
    ] = False,
    write: Annotated[bool, typer.Option("--write", help="With --adopt: edit the YAML in place.")] = False,
    waive: Annotated[
        str | None,
        typer.Option(
            "--waive", metavar="ADDRESS", help="Print a waiver for an item (or a glob).", show_default=False
        ),
    ] = None,
    reason: Annotated[str, typer.Option("--reason", help="With --waive: why it may stay.")] = "",
    owner: Annotated[str, typer.Option("--owner", help="With --waive: who answers for it (you).")] = "",
    expires: Annotated[
        str, typer.Option("--expires", metavar="DATE", help="With --waive: its last day (90 days).")
    ] = "",
    as_of: p.TodayOption = None,
    detailed_exitcode: Annotated[
        bool, typer.Option("--detailed-exitcode", help="Exit 2 if anything drifted that is not waived.")
    ] = False,
    format_: p.FormatOption = p.Format.TEXT,
    verbose: p.VerboseOption = False,
    no_cache: CacheOption = False,
    state: StateOption = None,
) -> None:
    """Show what was changed below since it was pushed, apart from what the catalog wants, and the ways out.

    Put it back (the commands are printed), adopt it (--adopt), or waive it (--waive). Nothing is written, but
    for the YAML with --adopt --write.
    """
    waiving = Waiving(waive, reason, owner, expires)
    _check(waiving, adopt=adopt, write=write)
    filters = f.filters(calendar, school, master, course, None, area)
    today = p.day(as_of)
    with _found(catalogs, filters, state, today, no_cache=no_cache) as (snapshot, known, found, policy):
        if adopt:
            paths = catalog_paths(catalogs)
            code = _adopt(found, known, snapshot, paths, write=write, format_=format_)
        elif waive is not None:
            code = _waive(found, waiving, today)
        else:
            named = [str(one) for one in catalogs or ()]
            _tell(found, policy, named, today, format_=format_, verbose=verbose)
            code = CHANGES if detailed_exitcode and found.of("open") else DONE
    raise typer.Exit(code)


def _check(waiving: Waiving, *, adopt: bool, write: bool) -> None:
    """Refuse options that don't go together; raises OptionsContradict, DriftAlone."""
    if adopt and waiving.address is not None:
        raise OptionsContradict(what="--adopt and --waive")
    if write and not adopt:
        raise DriftAlone(what="--write", other="--adopt")
    if waiving.address is None:
        for name in ("reason", "owner", "expires"):
            if getattr(waiving, name):
                raise DriftAlone(what=f"--{name}", other="--waive")


@contextmanager
def _found(
    catalogs: list[Path] | None, filters: Filters, state: str | None, today: str, *, no_cache: bool
) -> Iterator[tuple[Snapshot, Sequence[Catalog], Drift, Policy]]:
    """Read catalogs, policy and state, and find the drift."""
    from reconciler.drift import find_drift
    from reconciler.policy import load

    known, policy = read_catalogs(catalogs, no_cache=no_cache), load()
    store = open_state(state)
    try:
        with store.read() as snapshot:
            found = find_drift(snapshot, known, filters, policy, today)
            need("report", [found.chosen.calendars[place] for place in found.chosen.held])
            yield snapshot, known, found, policy
    finally:
        store.close()


def _tell(
    found: Drift, policy: Policy, named: Sequence[str], today: str, *, format_: p.Format, verbose: bool
) -> None:
    from reconciler.commands.showing import speak, width
    from reconciler.drift.plain import to_json
    from reconciler.drift.text import render
    from reconciler.policy import expired

    over = tuple(expired(policy, today))
    if format_ is p.Format.JSON:
        typer.echo(json.dumps(to_json(found, over, named), ensure_ascii=False, indent=1))
    else:
        speak(render(found, over, named, verbose=verbose, width=width()))


def _adopt(
    found: Drift,
    known: Sequence[Catalog],
    snapshot: Snapshot,
    paths: Sequence[Path],
    *,
    write: bool,
    format_: p.Format,
) -> int:
    """Show what the masters would say, or let them; exit 7 where some can't be taken, 1 where none can."""
    from reconciler import rewriting
    from reconciler.drift import adoption
    from reconciler.drift.plain import adopted

    told = adoption(found, known, snapshot)
    by_name = {one.name: one for one in known}
    files = [
        file
        for name, changes in sorted(told.changes.items())
        for file in rewriting.rewrite(paths, by_name[name], changes)
    ]
    if write:
        rewriting.write(files)
    for line in (*told.left_out, *told.notes):
        typer.echo(line, err=True)
    if format_ is p.Format.JSON:
        typer.echo(json.dumps(adopted(told, files, written=write), ensure_ascii=False, indent=1))
    elif write:
        typer.echo("\n".join(f"Wrote {one.path}." for one in files) or "Nothing to adopt.")
    else:
        typer.echo("\n".join(one.diff.rstrip("\n") for one in files) or "Nothing to adopt.")
    if files and not write:
        typer.echo("Nothing was written; say `--write` to write it.", err=True)
    if not told.left_out:
        return DONE
    return IN_PART if files else FAILED


def _waive(found: Drift, waiving: Waiving, today: str) -> int:
    """Print the entry for reconcile.yaml."""
    from reconciler.drift import snippet
    from reconciler.receipts import who

    last = waiving.expires or (date.fromisoformat(today) + timedelta(DAYS)).isoformat()
    try:
        good = date.fromisoformat(last) > date.fromisoformat(today) and len(last) == len("YYYY-MM-DD")
    except ValueError:
        good = False
    if not good:
        raise DayWrong(text=last, today=today)
    address = waiving.address or ""
    typer.echo(snippet(found, address, reason=waiving.reason, owner=waiving.owner or who(), expires=last))
    typer.echo("Add this to reconcile.yaml, below `waivers:` where it has some already.", err=True)
    return DONE
