"""This room runs `reconcile use`: what teachers record, realign and delete in a section, as counts."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Annotated

import typer

import reconciler.commands.pushing as p
from reconciler.commands.carrying import MessageOption
from reconciler.commands.permitting import need
from reconciler.commands.settings import StateOption, open_state

if TYPE_CHECKING:
    from collections.abc import Sequence

    from reconciler.course import Counts
    from reconciler.editing import Editor, Used


AddressArgument = Annotated[
    str,
    typer.Argument(
        help="NUMBER@CALENDAR/SECTION#area/key: a category, a grading task or a standard.",
        show_default=False,
    ),
]
CountsArgument = Annotated[
    list[str] | None,
    typer.Argument(
        metavar="[COUNT=NUMBER...]",
        help="assignments=2 scores=40 posted=1 comments=3, for --record and --delete.",
        show_default=False,
    ),
]
RealignOption = Annotated[
    str | None,
    typer.Option("--realign", metavar="KEY", help="Move all that is there to this item.", show_default=False),
]
TermOption = Annotated[
    int | None,
    typer.Option("--term", min=0, help="In this term (a position, from 1).", show_default=False),
]
TaskOption = Annotated[
    list[str] | None,
    typer.Option(
        "--task",
        metavar="TASK",
        help="Count the same for this task (or standard:CODE): assignments are aligned to it.",
        show_default=False,
    ),
]


@dataclass(frozen=True, slots=True)
class Asked:
    """What is asked for, as given: exactly one of `record`, `realign` (to which key), `delete`."""

    record: bool
    realign: str | None
    delete: bool
    counts: Sequence[str] = ()
    term: int | None = None
    tasks: Sequence[str] = ()


def use(
    address: AddressArgument,
    counts: CountsArgument = None,
    record: Annotated[bool, typer.Option("--record", help="Add these counts.")] = False,
    realign: RealignOption = None,
    delete: Annotated[
        bool, typer.Option("--delete", help="Take these counts away; without any, all of them.")
    ] = False,
    term: TermOption = None,
    task: TaskOption = None,
    message: MessageOption = "",
    as_of: p.TodayOption = None,
    format_: p.FormatOption = p.Format.TEXT,
    state: StateOption = None,
) -> None:
    """Record what a teacher does in a section: counts of assignments, scores, posted grades and comments.

    What has counts is used: no push removes it. A residual whose counts are realigned or deleted is removed
    by the next push.
    """
    from reconciler.editing import Editor
    from reconciler.editing.telling import used

    asked = Asked(record, realign, delete, counts or (), term, task or ())
    told = _checked(asked)
    today = p.day(as_of)
    store = open_state(state)
    try:
        editor = Editor(store, message=message, permit=lambda calendar: need("edit", [calendar], today))
        done = _do(editor, address, asked, told)
    finally:
        store.close()
    typer.echo(
        json.dumps(done.as_json(), ensure_ascii=False, indent=1) if format_ is p.Format.JSON else used(done)
    )


def _checked(asked: Asked) -> Counts | None:
    """The counts that were said, None where none were; raises BadParameter for what does not go together."""
    if [asked.record, asked.realign is not None, asked.delete].count(True) != 1:
        raise typer.BadParameter("say one of --record, --realign, --delete")
    told = _counts(asked.counts)
    if asked.realign is not None and (asked.counts or asked.tasks):
        raise typer.BadParameter("--realign moves all that is there; --term alone narrows it")
    if asked.record and told is None:
        raise typer.BadParameter("say what: assignments=2 scores=40 posted=1 comments=3")
    return told


def _do(editor: Editor, address: str, asked: Asked, counts: Counts | None) -> Used:
    if asked.realign is not None:
        return editor.realign(address, asked.realign, term=asked.term)
    if asked.record and counts is not None:
        return editor.record(address, counts, term=asked.term or 0, tasks=asked.tasks)
    return editor.forget(address, counts, term=asked.term, tasks=asked.tasks)


def _counts(texts: Sequence[str]) -> Counts | None:
    """The counts that were said; None where none were."""
    from reconciler.editing.telling import counts_of

    try:
        return counts_of(tuple(texts)) if texts else None
    except ValueError as error:
        message = f"{error} is no count; write assignments=2 scores=40 posted=1 comments=3"
        raise typer.BadParameter(message, param_hint="COUNT=NUMBER") from None
