"""This room runs `reconcile copy-master`: a master into another catalog, shown first."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from reconciler.commands.pushing import Format, FormatOption
from reconciler.commands.settings import CacheOption, catalog_paths, loaded

if TYPE_CHECKING:
    from reconciler.rewriting.copying import Copied, Wish


def copy_master(
    number: Annotated[str, typer.Argument(metavar="NUMBER", help="The master to copy.")],
    catalogs: Annotated[
        list[Path] | None, typer.Argument(help="Catalog files or folders.", show_default=False)
    ] = None,
    *,
    to: Annotated[str, typer.Option("--to", metavar="CATALOG", help="The catalog to copy it into.")],
    new: Annotated[str, typer.Option("--number", help="The number of the copy; it must be free.")],
    name: Annotated[str, typer.Option("--name", help="The name of the copy.")],
    source: Annotated[
        str | None,
        typer.Option("--from", metavar="CATALOG", help="The catalog that has it.", show_default=False),
    ] = None,
    write: Annotated[
        bool, typer.Option("--write", help="Write the files; else they are only shown.")
    ] = False,
    format_: FormatOption = Format.TEXT,
    no_cache: CacheOption = False,
) -> None:
    """Copy a master with everything below it, and what it needs of its catalog; comments and order stay.

    Without --write it prints what would change, as a diff.
    """
    from reconciler.desired import require
    from reconciler.rewriting import write as write_files
    from reconciler.rewriting.copying import Wish, copy

    paths = catalog_paths(catalogs)
    wish = Wish(number, to, new, name, source)
    done = copy(paths, require(loaded(paths, no_cache=no_cache)), wish)
    if write:
        write_files(done.changes)
    told = _json(done, wish, written=write) if format_ is Format.JSON else _text(done, wish, written=write)
    typer.echo(told)
    if not write:
        typer.echo("Nothing was written; say `--write` to write it.", err=True)


def _text(done: Copied, wish: Wish, *, written: bool) -> str:
    verb = "Copied" if written else "Would copy"
    lines = [f"{verb} {wish.number} of {done.source} to {wish.new} {wish.name} of {wish.to}."]
    if done.along:
        lines.append(f"Comes along: {', '.join(one.word for one in done.along)}.")
    if done.there:
        lines.append(f"Already there: {', '.join(one.word for one in done.there)}.")
    if written:
        return "\n".join([*lines, *(f"Wrote {one.path}." for one in done.changes)])
    return "\n\n".join(["\n".join(lines), *(one.diff.rstrip("\n") for one in done.changes)])


def _json(done: Copied, wish: Wish, *, written: bool) -> str:
    body = {
        "from": {"catalog": done.source, "number": wish.number},
        "to": {"catalog": wish.to, "number": wish.new, "name": wish.name},
        "along": [{"list": one.kind, "name": one.name} for one in done.along],
        "there": [{"list": one.kind, "name": one.name} for one in done.there],
        "files": [{"path": str(one.path), "diff": one.diff} for one in done.changes],
        "written": written,
    }
    return json.dumps(body, ensure_ascii=False, indent=1)
