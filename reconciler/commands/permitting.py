"""This room asks the policy for leave before anything is written, and says on stderr what it warns of."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import typer

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from reconciler.course import Calendar
    from reconciler.current import Snapshot, Store
    from reconciler.plan.saved import SavedPlan
    from reconciler.policy import Finding, Leave


def permit(plan: SavedPlan, store: Store, leave: Leave) -> None:
    """Ask for leave to carry a plan out; raises PushRefused (exit code 4), PolicyWrong, RuleBroken."""
    with store.read() as snapshot:
        permit_on(plan, snapshot, leave)


def permit_on(plan: SavedPlan, snapshot: Snapshot, leave: Leave) -> None:
    """The same, where a reading is open."""
    from reconciler.policy import findings, require

    warn(require(findings(plan, snapshot, leave)))


def foresee(plan: SavedPlan, snapshot: Snapshot, leave: Leave) -> None:
    """Say what `reconcile apply` would refuse; raises PushRefused only for what lies in the plan itself."""
    from reconciler.policy import findings, require

    found = findings(plan, snapshot, leave)
    for one in found:
        if not one.early:
            _say(f"apply would refuse: {one.message}" if one.refuses else str(one), one.how)
    require(one for one in found if one.early)


def need(right: str, calendars: Iterable[Calendar], today: str = "", *, past: bool = True) -> None:
    """Ask whether the person has a right (`edit`, `report`, ...) in all these calendars; raises PushRefused.

    `past`: school years that are over are kept out too.
    """
    from reconciler import policy, receipts

    found = policy.asked(policy.load(), receipts.who(), right, calendars, today=today, past=past)
    policy.require([found] if found else [])


def need_window() -> None:
    """Ask whether a plan may be applied at this moment (`windows:`); raises PushRefused."""
    from reconciler import policy, receipts
    from reconciler.policy.windows import closed

    policy.require(closed(policy.load().windows, receipts.now()))


def need_run(snapshot: Snapshot, run: int) -> None:
    """Ask whether the person may read reports in all calendars in which a run moved anything."""
    from reconciler import policy

    if policy.load().rights is not None:  # else nobody needs to know where the run was
        need("report", policy.moved_in(snapshot, run))


def need_result(snapshot: Snapshot, told: Mapping[str, Any]) -> None:
    """Ask whether the person may read reports in all calendars of a push result (domain.md 9)."""
    names = {one["name"] for one in told["summary"]["header"]["calendars"]}
    need("report", [one for one in snapshot.calendars() if one.name in names])


def warn(found: Iterable[Finding]) -> None:
    """Write warnings to stderr."""
    for one in found:
        _say(str(one), one.how)


def _say(text: str, how: str) -> None:
    typer.echo(text, err=True)
    if how:
        typer.echo(f"  {how}", err=True)
