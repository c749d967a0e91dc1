"""This room runs `reconcile import`: it refreshes the state from a file, folder or zip of a school system."""

from __future__ import annotations

from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from reconciler.commands.carrying import LockTimeoutOption, MessageOption, say
from reconciler.commands.settings import StateOption, open_state

if TYPE_CHECKING:
    from reconciler.current import Store
    from reconciler.district import District


class Source(StrEnum):
    """The formats that can be imported; `auto` looks at the source."""

    AUTO = "auto"
    NATIVE = "native"
    ONEROSTER = "oneroster"
    EDFI = "edfi"


def import_(
    source: Annotated[Path, typer.Argument(help="A file, folder or zip.", show_default=False)],
    *,
    format_: Annotated[Source, typer.Option("--format", help="What the source is.")] = Source.AUTO,
    lms: Annotated[
        Path | None,
        typer.Option(
            "--lms",
            help="With Ed-Fi: what the LMS toolkit extracted, joined to its sections.",
            show_default=False,
        ),
    ] = None,
    lock_timeout: LockTimeoutOption = 0,
    state: StateOption = None,
    prune: Annotated[
        bool, typer.Option("--prune", help="Remove what the source has no more, unless it has grades.")
    ] = False,
    message: MessageOption = "",
    json: Annotated[bool, typer.Option("--json", help="Report as JSON.")] = False,
    verbose: Annotated[bool, typer.Option("--verbose", "-v", help="List every complaint.")] = False,
) -> None:
    """Bring in what is there now, and leave what was pushed: what changed shows as drift.

    It never links a course to a master, and never removes what has grades. A source that can't be read
    changes nothing.
    """
    from reconciler.guard import patiently
    from reconciler.receipts import who
    from reconciler.refresh import refresh

    district = read_source(source, format_, lms)
    store = open_state(state, create=True)
    try:
        if prune:
            _leave_to_prune(store)
        report = patiently(
            lambda: refresh(store, district, prune=prune, who=who(), message=message), lock_timeout, say
        )
    finally:
        store.close()
    typer.echo(report.as_json() if json else report.as_text(verbose=verbose).rstrip("\n"))


def read_source(path: Path, format_: Source = Source.AUTO, lms: Path | None = None) -> District:
    """Read a source in its format; raises BadParameter, and what its reader, or `detect`, raises."""
    from importlib import import_module

    if format_ is Source.AUTO:
        from reconciler.formats.detect import detect

        format_ = Source(detect(path))
    if lms is not None and format_ is not Source.EDFI:
        raise typer.BadParameter(f"it goes with Ed-Fi, and {path} is {format_}", param_hint="--lms")
    joined = () if lms is None else (lms,)
    district: District = import_module(f"reconciler.formats.{format_}").read(path, *joined)
    return district


def _leave_to_prune(store: Store) -> None:
    """Ask for the right to edit every calendar, as any may lose something; raises PushRefused."""
    from reconciler.commands.permitting import need

    with store.read() as snapshot:
        need("edit", snapshot.calendars(), past=False)
