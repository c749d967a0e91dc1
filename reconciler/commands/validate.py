"""This room runs `reconcile validate`: every problem of the catalogs, as text or JSON."""

from __future__ import annotations

from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from reconciler.commands.settings import CacheOption, listed_catalogs, loaded

if TYPE_CHECKING:
    from reconciler.catalog import Problem
    from reconciler.desired import Loaded


class Format(StrEnum):
    """How problems are written."""

    TEXT = "text"
    JSON = "json"


def validate(
    paths: Annotated[
        list[Path] | None,
        typer.Argument(
            help="Catalog files, or folders of them; else those of reconcile.yaml, else this folder.",
            show_default=False,
        ),
    ] = None,
    format_: Annotated[Format, typer.Option("--format", help="How to write the problems.")] = Format.TEXT,
    no_cache: CacheOption = False,
) -> None:
    """Check catalogs: every problem with its place and the way out.

    Exit code 0, warnings or not; 1 where there is an error, or a warning that `warnings_as_errors:` in
    reconcile.yaml names.
    """
    from reconciler import policy

    read = loaded(paths or listed_catalogs() or [Path()], no_cache=no_cache)
    counting = policy.as_errors(policy.load(), read.problems)
    typer.echo(as_json(read) if format_ is Format.JSON else as_text(read))
    if counting:
        says = "counts as an error" if len(counting) == 1 else "count as errors"
        told = f"{_count(len(counting), 'warning')} {says} here: `warnings_as_errors:`"
        typer.echo(f"{told} in reconcile.yaml says so.", err=True)
    raise typer.Exit(1 if read.errors or counting else 0)


def as_text(loaded: Loaded) -> str:
    """A line for each problem, its remedy below it, and a closing line."""
    return "\n".join([*(_told(one) for one in loaded.problems), _closing(loaded)])


def _told(problem: Problem) -> str:
    return f"{problem}\n    {problem.remedy}" if problem.remedy else str(problem)


def _closing(loaded: Loaded) -> str:
    masters = sum(len(catalog.masters) for catalog in loaded.catalogs)
    errors = len(loaded.errors)
    warnings = len(loaded.problems) - errors
    counts = [_count(number, word) for number, word in ((errors, "error"), (warnings, "warning")) if number]
    read = f"{_count(len(loaded.catalogs), 'catalog')} with {_count(masters, 'master')}"
    return f"{read}: {' and '.join(counts) or 'no problems'}."


def _count(number: int, word: str) -> str:
    return f"{number:,} {word}{'' if number == 1 else 's'}"


def as_json(loaded: Loaded) -> str:
    """The same for machines: the problems, how many there are, and the catalogs' names and digest."""
    import json

    errors = len(loaded.errors)
    body = {
        "catalogs": [{"name": catalog.name, "masters": len(catalog.masters)} for catalog in loaded.catalogs],
        "digest": loaded.digest,
        "errors": errors,
        "warnings": len(loaded.problems) - errors,
        "problems": [one._asdict() for one in loaded.problems],
    }
    return json.dumps(body, indent=2, ensure_ascii=False)
