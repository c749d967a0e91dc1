"""This room sets aside what teachers made and nothing from above concerns (row 13, and 14 in locked mode).

Teachers' own categories are as many as teachers. Where they only stand by, the section is judged without
them, as one case with all the others; then they are put back. Nothing else comes out than without this.
"""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING

from reconciler.course import EMPTY, Area, Part, setup
from reconciler.keep.effect import Verdict
from reconciler.keep.names import name_of
from reconciler.keep.table import Action
from reconciler.plan.outcome import Outcome

if TYPE_CHECKING:
    from reconciler.course import Holding, Setup
    from reconciler.plan.wanted import Below

_OWN = (Area.CATEGORIES, Part.OWN)


def without(below: Below, holding: Holding) -> Holding:
    """The section without its bystanders; itself where it has none, or where they might matter."""
    own = holding.get(*_OWN)
    if not own or below.rekeys or below.gone or below.residual or Area.CATEGORIES in below.overwrite:
        return holding
    desired = below.setups.get(Area.CATEGORIES)
    linked, pushed = (holding.get(Area.CATEGORIES, part) for part in (Part.LINKED, Part.PUSHED))
    if desired is None or any(one.left or one.kept for one in own):
        return holding
    keys, names = _keys(desired) | _keys(linked) | _keys(pushed), _names(desired) | _names(linked)
    if keys & _keys(own) or names & _names(own):
        return holding
    return holding.put({_OWN: EMPTY})


def back(outcome: Outcome, holding: Holding) -> Outcome | None:
    """The outcome with the bystanders of `holding` put back; None where a name that changes may be theirs."""
    if any(one.row == "C1" for one in outcome.verdicts):
        return None
    own = holding.get(*_OWN)
    after = holding
    if outcome.after is not outcome.before:
        after = outcome.after.put({_OWN: setup((*outcome.after.get(*_OWN), *own))})
    first = sum(one.area is Area.COURSE_INFO for one in outcome.verdicts)
    verdicts = (*outcome.verdicts[:first], *_local(own), *outcome.verdicts[first:])
    return Outcome(holding, after, verdicts, outcome.refused, outcome.rekeys, outcome.below)


@lru_cache(maxsize=1 << 14)
def _local(own: Setup) -> tuple[Verdict, ...]:
    return tuple(Verdict(Area.CATEGORIES, one.key, "13", Action.KEEP, "local", one, one) for one in own)


@lru_cache(maxsize=1 << 14)
def _keys(listed: Setup) -> frozenset[str]:
    return frozenset(listed.by_key)


@lru_cache(maxsize=1 << 14)
def _names(listed: Setup) -> frozenset[str]:
    return frozenset(map(name_of, listed))
