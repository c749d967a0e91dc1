"""This room writes the named lists of a plan, after a last look at what they are now (domain.md 1)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from reconciler.course import EMPTY
from reconciler.errors import PlanStale

if TYPE_CHECKING:
    from collections.abc import Iterator

    from reconciler.course import ListKind, Setup
    from reconciler.current import Snapshot, Transaction
    from reconciler.plan.saved import SavedPlan


def stale_lists(plan: SavedPlan, snapshot: Snapshot) -> None:
    """Raise PlanStale where a list that the plan changes is neither as it was nor as it shall be."""
    known = {name: snapshot.lists(name) for name in plan.lists}
    stale = [
        (catalog, kind)
        for catalog, kind, was, will in _changed(plan)
        if known[catalog].get(kind, EMPTY) not in (was, will)
    ]
    if stale:
        catalog, kind = stale[0]
        member = f'the {kind.replace("_", " ")} of "{catalog}"'
        raise PlanStale(member=member, what="they were changed since the plan was made", count=len(stale))


def write_lists(plan: SavedPlan, tx: Transaction, run: int) -> int:
    """Write the lists that the plan changes and that are not there yet; gives how many entries changed."""
    written = 0
    for catalog, kind, _, will in _changed(plan):
        there = tx.lists(catalog).get(kind, EMPTY)
        if there != will:
            tx.put_lists(catalog, {kind: will}, run_id=run)
            names = {*there.by_key, *will.by_key}
            written += sum(there.get(name) != will.get(name) for name in names)
    return written


def _changed(plan: SavedPlan) -> Iterator[tuple[str, ListKind, Setup, Setup]]:
    """(catalog, kind, what it was, what it shall be) of the lists that the plan changes."""
    for catalog, kinds in sorted(plan.lists.items()):
        for kind, will in sorted(kinds.items()):
            was = plan.lists_before.get(catalog, {}).get(kind, EMPTY)
            if was != will:
                yield catalog, kind, was, will
