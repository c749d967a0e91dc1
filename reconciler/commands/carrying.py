"""This room goes the way of every plan: shown, permitted, saved or asked about, done, told.

`apply`, `relink` and `undo` differ in how their plan is made, and in nothing after it.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from reconciler.commands.pushing import Format
from reconciler.errors import IN_PART, REMAINDERS, NotConfirmed

if TYPE_CHECKING:
    from reconciler.cluster import Farm
    from reconciler.current import Snapshot, Store
    from reconciler.plan.model import Plan
    from reconciler.plan.saved import SavedPlan
    from reconciler.plan.scope import Scope
    from reconciler.plan.summary import Summary
    from reconciler.policy import Leave
    from reconciler.push import Pushed
    from reconciler.reports.push import PushResult

Make = Callable[["Store", "Snapshot"], "tuple[Plan, Summary]"]
"""Makes a plan of a state, and sums it up."""
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
OverOption = Annotated[
    bool,
    typer.Option("--over-threshold", help="Change more than the thresholds allow; needs --message."),
]


LockTimeoutOption = Annotated[
    float,
    typer.Option(
        "--lock-timeout", metavar="SECONDS", min=0, help="Wait so long for another writer to these calendars."
    ),
]


@dataclass(frozen=True, slots=True)
class How:
    """How a plan is carried out. `out`: save it there and stop; `plan_only`: show it and stop.

    `forced`: --over-threshold. `allowed`: --allow-in-session, where the plan itself does not say it.
    `wait`: --lock-timeout. `farm`: the cluster that does it, else this machine.
    """

    message: str = ""
    yes: bool = False
    strict: bool = False
    format_: Format = Format.TEXT
    verbose: bool = False
    out: Path | None = None
    plan_only: bool = False
    forced: bool = False
    allowed: bool = False
    wait: float = 0
    farm: Farm | None = None


def offer(
    made: Plan, summary: Summary, snapshot: Snapshot, how: How, *, revision: str = ""
) -> SavedPlan | None:
    """Show a fresh plan; None where it is only to be shown or saved. `confirm` asks afterwards.

    Raises PushRefused, PolicyWrong, OutputUnwritable.
    """
    from reconciler.commands import showing
    from reconciler.commands.permitting import permit_on
    from reconciler.plan import saved
    from reconciler.policy import load, settled

    leave = leave_of(made.scope, how)
    if how.plan_only or how.out is not None:
        preview(made, summary, snapshot, how, leave, revision=revision)
        return None
    summary = settled(load(), summary, allowed=leave.allowed_in_session)
    if how.format_ is Format.TEXT:
        showing.show(made, summary, snapshot, verbose=how.verbose)
    plan = saved.parse(showing.document(made, summary, revision=revision))
    permit_on(plan, snapshot, leave)
    return plan


def preview(
    made: Plan, summary: Summary, snapshot: Snapshot, how: How, leave: Leave, *, revision: str = ""
) -> None:
    """Show a fresh plan, say what would keep it from being applied, and save it where that is asked for.

    Raises PushRefused for what lies in the plan itself, PolicyWrong, OutputUnwritable.
    """
    from reconciler.commands import showing
    from reconciler.commands.permitting import foresee
    from reconciler.policy import load, planned, settled

    summary = settled(load(), summary, allowed=leave.allowed_in_session)
    written = ""
    if how.out is not None or how.format_ is Format.JSON:
        written = showing.text(made, summary, revision=revision)
    if how.format_ is Format.JSON:
        typer.echo(written, nl=False)
    else:
        showing.show(made, summary, snapshot, verbose=how.verbose)
    foresee(planned(made, showing.to_json(summary)), snapshot, leave)
    if how.out is not None:
        showing.save(written, how.out)


def leave_of(scope: Scope, how: How) -> Leave:
    """What was said to get leave for a plan of this scope."""
    from reconciler.policy import Leave

    return Leave(scope.today, how.allowed or scope.allow_in_session, how.message, how.forced)


def confirm(plan: SavedPlan | None, how: How) -> None:
    """Ask about a plan that would change something, if nobody has said yes; raises NotConfirmed.

    This comes after the reading of the state has ended: a person may take an hour to answer.
    """
    from reconciler.plan.summary import from_json

    if plan is not None and not how.yes and from_json(plan.summary).pending:
        ask()


def ask() -> None:
    """Ask at the terminal; raises NotConfirmed."""
    if sys.stdin is None or not sys.stdin.isatty():
        raise NotConfirmed(why="there is no terminal to ask at")
    if not typer.confirm("Apply this plan?", err=True):
        raise NotConfirmed(why="you said no")


def carry_out(plan: SavedPlan, store: Store, how: How) -> PushResult:
    """Do what a plan says, with its run in the journal, alone in its calendars."""
    from reconciler.commands.progress import progress
    from reconciler.push import held

    with progress("Applying", first="Checking the plan") as step:
        return held.carry_out(
            plan,
            store,
            message=how.message,
            progress=step,
            wait=how.wait,
            say=say,
            pushing=_pushing(plan, how),
        )


def _pushing(plan: SavedPlan, how: How) -> Callable[..., Pushed]:
    """Who writes: the cluster, or this process. What one run did is taken back here."""
    from reconciler.push import push

    if how.farm is None:
        return push
    if plan.scope.undoes:
        say("An undo is written by this machine alone.")
        return push
    from reconciler.cluster import pushing

    return pushing(how.farm)


def say(text: str) -> None:
    """Tell the person what is waited for, or taken over."""
    typer.echo(text, err=True)


def carry(
    state: str | None,
    how: How,
    make: Callable[[Store, Snapshot], tuple[Plan, Summary]],
    *,
    revision: str = "",
) -> int:
    """Make a plan of a state, offer it and carry it out; gives the exit code.

    Raises what `make`, `offer`, `confirm` and `carry_out` raise; the state is closed then, too.
    """
    from reconciler.commands.settings import open_state

    store = open_state(state)
    try:
        with store.read() as snapshot:
            plan = offer(*make(store, snapshot), snapshot, how, revision=revision)
        confirm(plan, how)
        return finish(plan, store, how)
    finally:
        store.close()


def finish(plan: SavedPlan | None, store: Store, how: How) -> int:
    """Carry a plan out, if there is one to carry out, and tell; gives the exit code."""
    return 0 if plan is None else tell(carry_out(plan, store, how), how)


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
