"""This room runs `reconcile unlock`: who writes to which calendars, and how a lock is taken away."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, Annotated

import typer

from reconciler.commands.carrying import YesOption
from reconciler.commands.permitting import need
from reconciler.commands.settings import StateOption, open_state
from reconciler.commands.telling import PEOPLE, OutputOption, Voice, VoiceOption, tell
from reconciler.errors import NotConfirmed, OptionsContradict

if TYPE_CHECKING:
    from reconciler.current import Store


def unlock(
    lock: Annotated[
        int | None, typer.Argument(help="The lock's number; without it, all are listed.", show_default=False)
    ] = None,
    force: Annotated[
        bool, typer.Option("--force", help="Also if somebody is behind it, who then stops.")
    ] = False,
    run: Annotated[
        int | None,
        typer.Option(
            "--run", help="Close this run, which nobody writes any more; see `db check`.", show_default=False
        ),
    ] = None,
    yes: YesOption = False,
    format_: VoiceOption = Voice.TEXT,
    output: OutputOption = None,
    state: StateOption = None,
) -> None:
    """List who writes to which calendars; or take away the lock of a writer that is no more.

    A dead writer's lock goes by itself to the next who wants it: that its process is no more, its session has
    ended, or it gave no sign of life for 120 seconds. What it wrote is whole; its run is closed as done in
    part, or failed where it had written nothing.
    """
    if lock is not None and run is not None:
        raise OptionsContradict(what="A lock and --run")
    store = open_state(state)
    try:
        if run is not None:
            _close(store, run, yes=yes)
        elif lock is not None:
            _unlock(store, lock, force=force, yes=yes)
        else:
            _list(store, format_, output)
    finally:
        store.close()


def _list(store: Store, format_: Voice, output: OutputOption) -> None:
    from reconciler.reports.locks import locks

    with store.read() as snapshot:
        need("report", snapshot.calendars())
        told = locks(snapshot, people=format_ in PEOPLE)
    tell(told, format_, output)


def _unlock(store: Store, number: int, *, force: bool, yes: bool) -> None:
    from reconciler.guard import unlock as by_hand
    from reconciler.guard.told import names_of, on, story

    with store.read() as snapshot:
        lock = by_hand.find_lock(snapshot, number)
        need("push", [one for one in snapshot.calendars() if one.id in lock.calendars], past=False)
        typer.echo(story(lock, snapshot), err=True)
        by_hand.may_go(snapshot, lock, force=force)
        calendars = on(lock.calendars, names_of(snapshot))
    _ask("Unlock?", yes=yes)
    freed = by_hand.unlock(store, number, force=force)
    typer.echo(f"Lock {number} is gone; {calendars}: free. {freed.run}".strip())


def _close(store: Store, number: int, *, yes: bool) -> None:
    from reconciler.guard.unlock import close_run

    with store.read() as snapshot:
        need("push", snapshot.calendars(), past=False)
    _ask(f"Close run {number}?", yes=yes)
    typer.echo(close_run(store, number))


def _ask(question: str, *, yes: bool) -> None:
    """Ask at the terminal, unless somebody said yes; raises NotConfirmed."""
    if yes:
        return
    if sys.stdin is None or not sys.stdin.isatty():
        raise NotConfirmed(why="there is no terminal to ask at")
    if not typer.confirm(question, err=True):
        raise NotConfirmed(why="you said no")
