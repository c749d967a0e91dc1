"""This room looks at a fresh plan as at a saved one, without writing it and reading it back."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

from reconciler.plan.saved import SavedPlan
from reconciler.plan.together import together, wishes

if TYPE_CHECKING:
    from reconciler.plan.model import Plan
    from reconciler.plan.told import Summary, Warned
    from reconciler.policy.model import Policy


def planned(made: Plan, summary: dict[str, Any]) -> SavedPlan:
    """The plan, as `saved.parse` would give it, with nothing of who wrote it; `summary` as it is saved."""
    cohorts, told = together(made, summary)
    followed = wishes(made)
    return SavedPlan(
        "",
        "",
        "",
        made.store,
        made.catalog,
        made.catalogs,
        made.scope,
        made.wants,
        followed,
        cohorts,
        frozenset(followed),
        made.lists,
        made.lists_before,
        told,
    )


def settled(policy: Policy, summary: Summary, *, allowed: bool) -> Summary:
    """The summary of a plan, its warnings refusing what they refuse here; `allowed`: --allow-in-session."""
    told = (one._replace(refuses=_refuses(policy, one, allowed=allowed)) for one in summary.warnings)
    return replace(summary, warnings=tuple(told))


def _refuses(policy: Policy, one: Warned, *, allowed: bool) -> bool:
    ways = {"W1": policy.sessions.overwrite or "ask", "W5": policy.sessions.grade_affecting}
    way = ways.get(one.code, "warn")
    return one.code in policy.warnings_as_errors or way == "refuse" or (way == "ask" and not allowed)
