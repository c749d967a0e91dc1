"""This room judges a plan: every rule of `reconcile.yaml`, in one list."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from reconciler import receipts
from reconciler.catalog import Severity
from reconciler.errors import PushRefused
from reconciler.errors.policy import WarningsRefused
from reconciler.policy.model import Finding
from reconciler.policy.reading import load
from reconciler.policy.rights import missing, past, strangers
from reconciler.policy.rules import rules
from reconciler.policy.sessions import Said, moving_grades, overwriting
from reconciler.policy.thresholds import exceeded
from reconciler.policy.waivers import expired
from reconciler.policy.windows import closed, local

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from reconciler.catalog import Problem
    from reconciler.current import Snapshot
    from reconciler.plan.saved import SavedPlan
    from reconciler.policy.model import Policy


@dataclass(frozen=True, slots=True)
class Leave:
    """What a person says to get leave for a plan, and the day by which it is judged (`--as-of`).

    `forced`: --over-threshold. `who` and `now` are whoever runs the tool, and this moment, unless said.
    """

    today: str
    allowed_in_session: bool = False
    message: str = ""
    forced: bool = False
    who: str = ""
    now: str = ""


def judge(
    policy: Policy, plan: SavedPlan, snapshot: Snapshot, *, who: str, today: str, now: str,
    allowed_in_session: bool, message: str, forced: bool,
) -> tuple[Finding, ...]:  # fmt: skip
    """Everything that policy says of a plan (domain.md 8, 11): who, when, how much.

    `today` (ISO 8601) decides what is in session or over, `now` (with its offset) which window is open.
    """
    real = local(policy.windows, now).date().isoformat()
    said = Said(allowed_in_session, message, today, real)
    days = said.days(policy.past_years)
    lifted = forced and bool(message.strip())
    found = (
        *missing(policy, plan, snapshot, who),
        *past(policy, plan, snapshot, days),
        *_told_once(plan, overwriting(policy.sessions, plan, snapshot, said)),
        *_told_once(plan, moving_grades(policy.sessions, plan, snapshot, said)),
        *_as_errors(policy, plan),
        *exceeded(policy.thresholds, plan, snapshot, lifted=lifted),
        *closed(policy.windows, now),
        *rules(plan),
        *strangers(policy, snapshot),
        *expired(policy, real),
    )
    return tuple(found)


def _told_once(plan: SavedPlan, found: Iterable[Finding]) -> Iterator[Finding]:
    """Leave out what only warns and stands among the plan's own warnings."""
    told = {one["code"] for one in plan.summary.get("warnings", ())}
    return (one for one in found if one.refuses or one.code not in told)


def _as_errors(policy: Policy, plan: SavedPlan) -> Iterator[Finding]:
    """Warnings of the plan that count as errors here."""
    for one in plan.summary.get("warnings", ()):
        if one["code"] in policy.warnings_as_errors:
            how = f"Settle it, or take {one['code']} out of `warnings_as_errors:` in reconcile.yaml."
            what = f"{one['code']} counts as an error here: {one['message'].rstrip('.')}"
            yield Finding(one["code"], what, refuses=True, how=how, early=True)


def as_errors(policy: Policy, problems: Iterable[Problem]) -> tuple[Problem, ...]:
    """The warnings of catalogs that count as errors here."""
    told = policy.warnings_as_errors
    return tuple(one for one in problems if one.severity is Severity.WARNING and one.code in told)


def require_none(problems: tuple[Problem, ...]) -> None:
    """Raise WarningsRefused, which carries them, where there are any."""
    if problems:
        raise WarningsRefused(count=len(problems), problems=problems)


def findings(plan: SavedPlan, snapshot: Snapshot, leave: Leave) -> tuple[Finding, ...]:
    """What the policy of the working folder says of a plan; raises PolicyWrong."""
    return judge(
        load(), plan, snapshot, who=leave.who or receipts.who(), today=leave.today,
        now=leave.now or receipts.now(), allowed_in_session=leave.allowed_in_session,
        message=leave.message, forced=leave.forced,
    )  # fmt: skip


def require(found: Iterable[Finding]) -> tuple[Finding, ...]:
    """The findings that only warn; raises PushRefused, which carries what refuses."""
    told = tuple(found)
    refusing = tuple(one for one in told if one.refuses)
    if len(refusing) == 1:
        raise PushRefused(what=refusing[0].message, how=refusing[0].how)
    if refusing:
        what = f"{len(refusing)} rules do not permit this plan, told above"
        raise PushRefused(what=what, how="Nothing was written.", problems=refusing)
    return told
