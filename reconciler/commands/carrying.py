"""This room goes the way of every plan: shown, permitted, saved or asked about, done, told.

`apply`, `relink` and `undo` differ in how their plan is made, and in nothing after it.
"""

from __future__ import annotations

import json
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from reconciler.commands.pushing import Format
from reconciler.errors import IN_PART, REMAINDERS, NotConfirmed

if TYPE_CHECKING:
    from reconciler.current import Snapshot, Store
    from reconciler.plan.model import Plan
    from reconciler.plan.saved import SavedPlan
    from reconciler.plan.summary import Summary
    from reconciler.reports.push import PushResult

YesOption = Annotated[bool, typer.Option("--yes", "-y", help="Don't ask; for CI.")]
MessageOption = Annotated[
    str, typer.Option("--message", "-m", help="Why; kept with the run.", show_default=False)
]
StrictOption = Annotated[bool, typer.Option("--strict", help="Exit 3 if residuals or refusals remain.")]
OutOption = Annotated[
    Path | None,
    typer.Option("--out", help="Save the plan to this file, and do nothing.", show_default=False),
]
PlanOnlyOption = Annotated[bool, typer.Option("--plan-only", help="Show the plan, and do nothing.")]


@dataclass(frozen=True, slots=True)
class How:
    """How a plan is carried out. `out`: save it there and stop; `plan_only`: show it and stop."""

    message: str = ""
    yes: bool = False
    strict: bool = False
    format_: Format = Format.TEXT
    verbose: bool = False
    out: Path | None = None
    plan_only: bool = False


def offer(
    made: Plan, summary: Summary, snapshot: Snapshot, how: How, *, revision: str = ""
) -> SavedPlan | None:
    """Show a fresh plan and ask; None where it is only to be shown or saved.

    Raises PushRefused, NotConfirmed, OutputUnwritable.
    """
    from reconciler.commands import showing
    from reconciler.plan import saved

    document = showing.document(made, summary, revision=revision)
    only = how.plan_only or how.out is not None
    if only or how.format_ is Format.TEXT:
        showing.show(made, summary, document, snapshot, how.format_, verbose=how.verbose)
    showing.permit(summary)
    if how.out is not None:
        showing.save(document, how.out)
    if only:
        return None
    if summary.pending and not how.yes:
        ask()
    return saved.parse(document)


def ask() -> None:
    """Ask at the terminal; raises NotConfirmed."""
    if sys.stdin is None or not sys.stdin.isatty():
        raise NotConfirmed(why="there is no terminal to ask at")
    if not typer.confirm("Apply this plan?", err=True):
        raise NotConfirmed(why="you said no")


def carry_out(plan: SavedPlan, store: Store, message: str) -> PushResult:
    """Do what a plan says, with its run in the journal."""
    from reconciler.commands.progress import progress
    from reconciler.push import push
    from reconciler.push.result import result

    with progress("Applying", first="Checking the plan") as step:
        done = push(plan, store, message=message, progress=step)
    return result(plan, store, done)


def finish(plan: SavedPlan | None, store: Store, how: How) -> int:
    """Carry a plan out, if there is one to carry out, and tell; gives the exit code."""
    return 0 if plan is None else tell(carry_out(plan, store, how.message), how)


def tell(result: PushResult, how: How) -> int:
    """Write the push result to stdout; gives the exit code."""
    from reconciler.commands.showing import speak, width
    from reconciler.reports.push import render, to_json

    if how.format_ is Format.JSON:
        typer.echo(json.dumps(to_json(result), ensure_ascii=False, indent=1))
    else:
        speak(render(result, brief=True, verbose=how.verbose, width=width()))
    if result.status == "in_part":
        return IN_PART
    return REMAINDERS if how.strict and result.summary.remains else 0
