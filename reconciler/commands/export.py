"""This room runs `reconcile export`: the whole state as one native file."""

from __future__ import annotations

from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from reconciler.commands.settings import StateOption, open_state
from reconciler.errors import ExportUnwritable

if TYPE_CHECKING:
    from collections.abc import Iterator


class Target(StrEnum):
    """The formats that can be exported."""

    NATIVE = "native"


def export(
    format_: Annotated[Target, typer.Option("--format", help="What to write.")] = Target.NATIVE,
    output: Annotated[
        Path | None,
        typer.Option("--output", "-o", help="A file; .json is written as JSON, else YAML. Default: stdout."),
    ] = None,
    state: StateOption = None,
) -> None:
    """Write everything that is in the state, the same state as the same bytes.

    Importing it into an empty state gives this state again, apart from its history of runs.
    """
    from reconciler.formats import native

    as_json = output is not None and output.suffix.lower() == ".json"
    write = {Target.NATIVE: native.write_json if as_json else native.write_yaml}[format_]
    store = open_state(state)
    try:
        with store.read() as snapshot:
            if output is None:
                for text in write(snapshot):
                    typer.echo(text, nl=False)
            else:
                _write(output, write(snapshot))
    finally:
        store.close()


def _write(path: Path, texts: Iterator[str]) -> None:
    """Write beside the file first, so that a broken export never takes a good one's place."""
    if path.is_dir():
        raise ExportUnwritable(path=path, why="it is a folder")
    part = path.with_name(path.name + ".part")
    try:
        with part.open("w", encoding="utf-8", newline="\n") as stream:
            stream.writelines(texts)
        part.replace(path)
    except OSError as error:
        part.unlink(missing_ok=True)
        raise ExportUnwritable(path=path, why=error.strerror or error) from None
