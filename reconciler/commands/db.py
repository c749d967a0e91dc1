"""This room runs `reconcile db`: make a state's tables, bring them up to date, look whether all is sound."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from reconciler.commands.permitting import need
from reconciler.commands.settings import StateOption, open_state
from reconciler.commands.telling import OutputOption, Voice, VoiceOption, tell
from reconciler.errors import DONE, FAILED

if TYPE_CHECKING:
    from reconciler.current import Store

app = typer.Typer(help="Make, upgrade and check a state.", no_args_is_help=True)


@app.command("init")
def init(state: StateOption = None) -> None:
    """Make an empty state, if there is none; say what there is. Nothing that is there is changed.

    `reconcile import` makes one too. This is for who may make tables, where others may only read or write.
    """
    store = open_state(state, create=True)
    try:
        typer.echo(_made(store) if store.found is None else _there(store))
    finally:
        store.close()


@app.command("upgrade")
def upgrade(state: StateOption = None) -> None:
    """Bring the tables of a state to this version; every command does so where it may."""
    from reconciler.stores import newest

    store = open_state(state)
    try:
        if store.found == newest():
            typer.echo(f"The tables of {store.url} are at {store.found} already.")
        else:
            typer.echo(f"The tables of {store.url} were brought from {store.found} to {newest()}.")
    finally:
        store.close()


@app.command("check")
def check(format_: VoiceOption = Voice.TEXT, output: OutputOption = None, state: StateOption = None) -> None:
    """Look whether all that is stored is there and is what it is named by. It reads, and writes nothing.

    Also told: locks of dead writers, and runs that were left open. Exit code 1 where anything is found.
    """
    from reconciler.reports.state import state_check

    store = open_state(state)
    try:
        with store.read() as snapshot:
            need("report", snapshot.calendars())
            told = state_check(snapshot)
    finally:
        store.close()
    tell(told, format_, output)
    raise typer.Exit(FAILED if told.rows else DONE)


@app.command("roles")
def roles(
    reader: Annotated[str, typer.Option("--reader", metavar="ROLE", help="Plans and reports.")] = "reader",
    writer: Annotated[str, typer.Option("--writer", metavar="ROLE", help="Applies and imports.")] = "writer",
    schema: Annotated[str, typer.Option("--schema", help="Where the tables are.")] = "public",
    database: Annotated[str, typer.Option("--database", help="In which database.")] = "reconcile",
) -> None:
    """Print the SQL that gives two roles of PostgreSQL the least rights that they need; it is for `psql`."""
    from reconciler.stores.postgres.roles import grants

    typer.echo(grants(schema, reader, writer, database), nl=False)


def _made(store: Store) -> str:
    from reconciler.stores import newest

    return f"Made an empty state: {store.url} (tables at {newest()})."


def _there(store: Store) -> str:
    from reconciler.plan.words import many
    from reconciler.stores import newest

    with store.read() as snapshot:
        calendars = snapshot.calendars()
        courses = sum(1 for _ in snapshot.courses([one.id for one in calendars]))
    held = f"{many(len(calendars), 'calendar')}, {many(courses, 'course')}"
    return f"There is a state: {store.url} (tables at {newest()}; {held})."
