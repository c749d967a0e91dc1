"""This room asks the rules that a district has written in Python, and installed beside reconciler.

A rule is an entry point of the group `reconciler.rules`: a callable that is given a plan and its summary,
and gives findings.
"""

from __future__ import annotations

from importlib.metadata import entry_points
from typing import TYPE_CHECKING

from reconciler.errors.policy import RuleBroken
from reconciler.plan.told import from_json
from reconciler.policy.model import Finding

if TYPE_CHECKING:
    from collections.abc import Iterator
    from importlib.metadata import EntryPoint

    from reconciler.plan.saved import SavedPlan

GROUP = "reconciler.rules"


def rules(plan: SavedPlan) -> Iterator[Finding]:
    """What every installed rule says of a plan; raises RuleBroken where one fails."""
    for point in sorted(entry_points(group=GROUP), key=lambda one: one.name):
        yield from _asked(point, plan)


def _asked(point: EntryPoint, plan: SavedPlan) -> tuple[Finding, ...]:
    try:
        found = tuple(point.load()(plan, from_json(plan.summary)))
    except Exception as error:
        raise _broken(point, f"{type(error).__name__}: {error}") from error
    if not all(isinstance(one, Finding) for one in found):
        raise _broken(point, "it gives something else than findings")
    return found


def _broken(point: EntryPoint, why: str) -> RuleBroken:
    package = point.dist.name if point.dist else point.value
    return RuleBroken(name=point.name, package=package, why=why)
