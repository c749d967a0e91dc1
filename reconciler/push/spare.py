"""This room leaves alone what teachers made after a plan: a push takes away only what its plan named.

Such an item is judged as if it were in use, so that nothing that depends on it goes; then it stays as it
was, no residual, for nobody has decided about it yet. The next plan will show it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from reconciler.course import Part, Use, setup
from reconciler.keep.table import Action

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from reconciler.course import Area, Item, Used
    from reconciler.keep.effect import Verdict
    from reconciler.plan.outcome import Outcome

Were = dict[tuple["Area", str], "Item"]
"""The items that are left alone, as they were."""


def in_use(spare: Sequence[Verdict]) -> Used:
    """Uses that would keep these items."""
    return frozenset(Use(one.area, one.key, 0) for one in spare)


def spared(outcome: Outcome, spare: Sequence[Verdict]) -> Outcome:
    """The outcome with these items marked as they were (a name may have to step aside, C1)."""
    were: Were = {(one.area, one.key): one.before for one in spare if one.before is not None}
    changes = {}
    for area in {area for area, _ in were}:
        own = outcome.after.get(area, Part.OWN)
        changes[area, Part.OWN] = setup(_as_it_was(area, one, were) for one in own)
    after = outcome.after.put(changes)
    verdicts = tuple(_left(one, were) for one in outcome.verdicts)
    return outcome.changed(after=outcome.before if after == outcome.before else after, verdicts=verdicts)


def _as_it_was(area: Area, one: Item, were: Mapping[tuple[Area, str], Item]) -> Item:
    was = were.get((area, one.key))
    return one if was is None else one.mark(left=was.left, kept=was.kept)


def _left(verdict: Verdict, were: Mapping[tuple[Area, str], Item]) -> Verdict:
    if (verdict.area, verdict.key) not in were or verdict.after is None:
        return verdict
    before, after = (one and _as_it_was(verdict.area, one, were) for one in (verdict.before, verdict.after))
    if verdict.action is Action.RESIDUAL:
        return verdict._replace(action=Action.KEEP, reason="local", before=before, after=after)
    return verdict._replace(before=before, after=after)
