"""This room runs `reconcile show`: why a course, a section or an item is as it is."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

import reconciler.commands.pushing as p
from reconciler.commands.permitting import need
from reconciler.commands.settings import CacheOption, StateOption, catalog_paths, loaded, open_state
from reconciler.errors import CatalogMissing

if TYPE_CHECKING:
    from reconciler.course import Catalog


def show(
    address: Annotated[
        str,
        typer.Argument(
            help="NUMBER@CALENDAR, NUMBER@CALENDAR/SECTION; behind it #area, or #area/key for one item.",
            show_default=False,
        ),
    ],
    catalogs: Annotated[
        list[Path] | None, typer.Argument(help="Catalog files or folders.", show_default=False)
    ] = None,
    as_of: p.TodayOption = None,
    format_: p.FormatOption = p.Format.TEXT,
    verbose: p.VerboseOption = False,
    no_cache: CacheOption = False,
    state: StateOption = None,
) -> None:
    """Tell why a course, a section, a list or an item is as it is: its story, and what a push would do.

    Without catalogs it says that nobody knows what is desired.
    """
    from reconciler.commands.showing import speak, width
    from reconciler.finding import find
    from reconciler.story import story
    from reconciler.story.plain import to_json
    from reconciler.story.text import render

    known = read_catalogs(catalogs, no_cache=no_cache)
    store = open_state(state)
    try:
        with store.read() as snapshot:
            found = find(snapshot, address)
            need("report", [found.calendar])
            told = story(snapshot, found, known, p.day(as_of), text=address)
    finally:
        store.close()
    if format_ is p.Format.JSON:
        typer.echo(json.dumps(to_json(told), ensure_ascii=False, indent=1))
    else:
        speak(render(told, verbose=verbose, width=width()))


def read_catalogs(paths: list[Path] | None, *, no_cache: bool = False) -> tuple[Catalog, ...]:
    """The catalogs that were named, or that are found; none where there is none. Raises CatalogInvalid."""
    from reconciler.desired import require

    try:
        found = catalog_paths(paths)
    except CatalogMissing:
        return ()
    return require(loaded(found, no_cache=no_cache))
