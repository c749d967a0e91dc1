"""This room runs `reconcile export`: the whole state as one native file, or just what a run changed."""

from __future__ import annotations

from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from reconciler.commands.permitting import need, need_run
from reconciler.commands.settings import StateOption, open_state
from reconciler.errors import ExportUnwritable

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from reconciler.current import Run, Snapshot
    from reconciler.formats.moved import Moves
    from reconciler.formats.unsaid import Unsaid


class Target(StrEnum):
    """The formats that can be exported."""

    NATIVE = "native"
    ONEROSTER = "oneroster"
    CSV = "csv"


def export(
    format_: Annotated[
        Target, typer.Option("--format", help="What to write. A whole state is always native.")
    ] = Target.NATIVE,
    output: Annotated[
        Path | None,
        typer.Option(
            "--output",
            "-o",
            help="A file (.json is JSON, else YAML; default: stdout); of OneRoster a folder or .zip.",
        ),
    ] = None,
    run: Annotated[
        int | None,
        typer.Option("--run", help="Just what this run changed, to load into the school system.", min=1),
    ] = None,
    state: StateOption = None,
) -> None:
    """Write everything that is in the state, the same state as the same bytes; with --run what a run changed.

    Importing a whole export into an empty state gives this state again, apart from its history of runs.
    """
    store = open_state(state)
    try:
        with store.read() as snapshot:
            if run is None:
                need("report", snapshot.calendars())
                _whole(snapshot, format_, output)
            else:
                _changed(snapshot, run, format_, output)
    finally:
        store.close()


def _whole(snapshot: Snapshot, format_: Target, output: Path | None) -> None:
    from reconciler.formats import native

    if format_ is not Target.NATIVE:
        raise typer.BadParameter(f"{format_} takes a run: say --run", param_hint="--format")
    _tell(output, (native.write_json if _is_json(output) else native.write_yaml)(snapshot))


def _changed(snapshot: Snapshot, number: int, format_: Target, output: Path | None) -> None:
    from reconciler.formats.moved import Moves
    from reconciler.formats.unsaid import Unsaid
    from reconciler.undo.build import find_run

    run = find_run(snapshot, number)
    need_run(snapshot, run.id)
    moves, unsaid = Moves(snapshot, run), Unsaid()
    _WRITE[format_](moves, unsaid, output)
    _notes(run, moves, unsaid, format_)


def _native(moves: Moves, unsaid: Unsaid, output: Path | None) -> None:
    from reconciler.formats import native

    write = native.write_changed_json if _is_json(output) else native.write_changed_yaml
    _tell(output, write(moves, unsaid))


def _csv(moves: Moves, unsaid: Unsaid, output: Path | None) -> None:
    from reconciler.formats.changes_csv import write_changes_csv
    from reconciler.reports.voices.csv_ import guarded

    _tell(output, write_changes_csv(moves, unsaid, guarded))


def _oneroster(moves: Moves, unsaid: Unsaid, output: Path | None) -> None:
    from reconciler.formats.oneroster.writing import write_changed_package
    from reconciler.formats.package import write_package

    if output is None:
        raise typer.BadParameter("a OneRoster package is a folder or a .zip: say --output", param_hint="-o")
    try:
        write_package(output, write_changed_package(moves, unsaid))
    except OSError as error:
        raise ExportUnwritable(path=output, why=error.strerror or error) from None


_WRITE: dict[Target, Callable[[Moves, Unsaid, Path | None], None]] = {
    Target.NATIVE: _native,
    Target.CSV: _csv,
    Target.ONEROSTER: _oneroster,
}


def _notes(run: Run, moves: Moves, unsaid: Unsaid, format_: Target) -> None:
    """What the file does not say, for people (stderr)."""
    if not moves.hosts:
        typer.echo(f"Run {run.id} ({run.kind}) changed no course and no section.", err=True)
    if moves.gone:
        typer.echo(
            f"Left out: {moves.gone:,} that the run changed and that are in the state no more.", err=True
        )
    if moves.since:
        told = f"{moves.since:,} have changed again since run {run.id}; this is what that run wrote."
        typer.echo(told, err=True)
    lines = list(unsaid.lines())
    if lines:
        typer.echo(f"Not in it, as {format_} has no words for it:", err=True)
    for line in lines:
        typer.echo(f"  {line}", err=True)


def _is_json(output: Path | None) -> bool:
    return output is not None and output.suffix.lower() == ".json"


def _tell(output: Path | None, texts: Iterator[str]) -> None:
    if output is not None:
        _write(output, texts)
        return
    for text in texts:
        typer.echo(text, nl=False)


def _write(path: Path, texts: Iterator[str]) -> None:
    """Write beside the file first, so that a broken export never takes a good one's place."""
    from reconciler.whole import whole

    if path.is_dir():
        raise ExportUnwritable(path=path, why="it is a folder")
    try:
        with whole(path) as stream:
            stream.writelines(text.encode() for text in texts)
    except OSError as error:
        raise ExportUnwritable(path=path, why=error.strerror or error) from None
