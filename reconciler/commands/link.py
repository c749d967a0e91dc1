"""This room runs `reconcile link` and `reconcile unlink`: which courses follow which masters."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from reconciler.commands.carrying import MessageOption
from reconciler.commands.permitting import need
from reconciler.commands.pushing import Asked, Format, FormatOption, load_catalogs, revision
from reconciler.commands.settings import CacheOption, StateOption, open_state
from reconciler.errors import DONE, FAILED, IN_PART

if TYPE_CHECKING:
    from reconciler.linking import Linked

WhereOption = Annotated[
    list[str] | None,
    typer.Option(
        "--where", metavar="PLACE=GLOB", help="Only these: school=, calendar=, number=.", show_default=False
    ),
]


def link(
    catalogs: Annotated[
        list[Path] | None, typer.Argument(help="Catalog files or folders.", show_default=False)
    ] = None,
    where: WhereOption = None,
    csv: Annotated[
        Path | None,
        typer.Option(
            "--csv", help="Link the rows of this file: calendar, number, master.", show_default=False
        ),
    ] = None,
    message: MessageOption = "",
    format_: FormatOption = Format.TEXT,
    no_cache: CacheOption = False,
    state: StateOption = None,
) -> None:
    """Link courses to masters by number, and record what already equals the master as linked.

    Nothing that a school can see is written. Exit code 7 where a row or course could not be linked, 1 where
    none could.
    """
    from reconciler.choosing import Ground, unknown_schools
    from reconciler.choosing import where as read_where
    from reconciler.guard import alone
    from reconciler.linking import Linking
    from reconciler.receipts import begin, now

    condition = read_where(where or ())
    known, _ = load_catalogs(asked := Asked(catalogs, no_cache=no_cache))
    store = open_state(state)
    try:
        with store.write() as tx:
            ground = Ground(tx)
            ground.met(condition)
            unknown = list(unknown_schools(known, [name for name, _ in tx.schools()]))
            wishes, refused = ground.wishes(known, condition, csv)
            places = {one.course.calendar_id for one in wishes}
            need("edit", [ground.calendars[place] for place in places], past=False)
            alone(tx, places)
            run = begin(tx, "link", message=message, revision=revision(asked))
            linking = Linking(tx, run)
            linking.done.refused += refused
            done = linking.link(wishes)
            tx.end_run(run, now(), "done", json.dumps(_plain(done), ensure_ascii=False))
    finally:
        store.close()
    for one in unknown:
        typer.echo(f"warning: {one}", err=True)
    typer.echo(
        json.dumps(_plain(done), ensure_ascii=False, indent=1) if format_ is Format.JSON else _text(done)
    )
    raise typer.Exit(_code(done))


def _code(done: Linked) -> int:
    if not done.refused:
        return DONE
    return IN_PART if done.courses else FAILED


def unlink(
    where: WhereOption = None,
    every: Annotated[bool, typer.Option("--all", help="Unlink every course of the state.")] = False,
    message: MessageOption = "",
    state: StateOption = None,
) -> None:
    """Unlink courses from their masters; what was pushed stays, dormant, until they are linked again."""
    from reconciler.choosing import Ground
    from reconciler.choosing import where as read_where
    from reconciler.guard import alone
    from reconciler.linking import unlink as carry_out
    from reconciler.receipts import begin, now

    if not where and not every:
        raise typer.BadParameter("say which courses (--where), or --all", param_hint="--where")
    condition = read_where(where or ())
    store = open_state(state)
    try:
        with store.write() as tx:
            ground = Ground(tx)
            ground.met(condition)
            chosen = list(ground.chosen(condition))
            need("edit", {calendar.id: calendar for _, calendar in chosen}.values(), past=False)
            alone(tx, {calendar.id for _, calendar in chosen})
            run = begin(tx, "unlink", message=message)
            count = carry_out(tx, [course for course, _ in chosen])
            tx.end_run(run, now(), "done", json.dumps({"courses": count}))
    finally:
        store.close()
    typer.echo(f"Unlinked {count} {'course' if count == 1 else 'courses'}.")


def _plain(done: Linked) -> dict[str, object]:
    return {
        "courses": done.courses,
        "revived": done.revived,
        "items": done.items,
        "already": done.already,
        "refused": [one._asdict() for one in done.refused],
    }


def _text(done: Linked) -> str:
    lines = [f"{one.address}: {one.why}" for one in done.refused]
    told = f"Linked {done.courses} {'course' if done.courses == 1 else 'courses'}"
    if done.revived:
        told += f" ({done.revived} to the master that they had before)"
    equal = "item already equals its" if done.items == 1 else "items already equal their"
    told += f"; {done.items} {equal} master's and {'is' if done.items == 1 else 'are'} recorded as linked."
    if done.already:
        told += f" {done.already} {'was' if done.already == 1 else 'were'} linked already."
    return "\n".join([*lines, told])
