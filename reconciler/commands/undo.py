"""This room runs `reconcile undo`: it takes a run back, by a plan like any other."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

import reconciler.commands.carrying as c
import reconciler.commands.pushing as p
from reconciler.commands.settings import StateOption

if TYPE_CHECKING:
    from reconciler.current import Snapshot, Store
    from reconciler.plan.model import Plan
    from reconciler.plan.summary import Summary


def undo(
    run: Annotated[int, typer.Argument(help="The run's number; `reconcile history` lists them.")],
    as_of: p.TodayOption = None,
    out: c.OutOption = None,
    plan_only: c.PlanOnlyOption = False,
    yes: c.YesOption = False,
    message: c.MessageOption = "",
    strict: c.StrictOption = False,
    allow_in_session: p.SessionOption = False,
    over_threshold: c.OverOption = False,
    lock_timeout: c.LockTimeoutOption = 0,
    format_: p.FormatOption = p.Format.TEXT,
    verbose: p.VerboseOption = False,
    state: StateOption = None,
) -> None:
    """Take a run back: every item that it moved goes to what it was before, with the same references.

    What was changed since, or is used by now, stays and is listed with the reason. It is shown and asked
    about like any plan; `--out` saves it for `reconcile apply`.
    """
    from reconciler.plan.summary import summarise
    from reconciler.undo import plan_undo

    how = c.How(
        message, yes, strict, format_, verbose, out, plan_only,
        forced=over_threshold, allowed=allow_in_session, wait=lock_timeout,
    )  # fmt: skip

    def make(store: Store, snapshot: Snapshot) -> tuple[Plan, Summary]:
        """The plan that takes the run back, summed up."""
        made = plan_undo(run, snapshot, store=store.id, today=p.day(as_of))
        return made, summarise(made, snapshot)

    raise typer.Exit(c.carry(state, how, make))
