"""Runs of a small district, and the plans that take them back."""

from __future__ import annotations

from typing import TYPE_CHECKING

from reconciler.keep.table import Action
from reconciler.plan.model import acts
from reconciler.push import push
from reconciler.push.run import close
from reconciler.undo import plan_undo
from tests.small import Small, write_down

if TYPE_CHECKING:
    from reconciler.plan.model import Plan
    from reconciler.push import Pushed


def carry_out(small: Small, plan: Plan) -> Pushed:
    """Do what a plan says, and end its run."""
    done = push(write_down(plan), small.store)
    close(small.store, done, "{}")
    return done


def pushed(small: Small, *catalogs, **other) -> int:
    """A push of these catalogs; gives its run."""
    return carry_out(small, small.plan(*catalogs, **other)).run


def undo(small: Small, run: int) -> Plan:
    """The plan that takes a run back."""
    with small.store.read() as snapshot:
        return plan_undo(run, snapshot, store=small.store.id, today="2026-08-01")


def taken_back(small: Small, run: int) -> Plan:
    """Take a run back; gives the plan that did it."""
    plan = undo(small, run)
    carry_out(small, plan)
    return plan


def reasons(plan: Plan) -> set[tuple[str, str, str]]:
    """(host, item, reason) of everything that does not go back."""
    return {
        (cohort.hop.value, one.key, one.reason)
        for cohort in plan.cohorts
        for one in cohort.outcome.verdicts
        if one.action is Action.REFUSE
    }


def going(plan: Plan) -> set[tuple[str, str, Action]]:
    """(host, item, what is done) of everything that goes back."""
    return {
        (cohort.hop.value, one.key, one.action)
        for cohort in plan.cohorts
        for one in cohort.outcome.verdicts
        if acts(one)
    }
