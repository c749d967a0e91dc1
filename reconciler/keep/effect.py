"""This room does to one item what the decision table says, and writes down the step.

A step is the only record of a decision: rendering, saving, applying and explaining all walk steps.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import lru_cache
from typing import TYPE_CHECKING, NamedTuple

from reconciler.keep.hold import hold
from reconciler.keep.table import Action, judge

if TYPE_CHECKING:
    from reconciler.course import Area, Item, Ref, Setup
    from reconciler.keep.evidence import Evidence
    from reconciler.keep.table import Case

REASONS: dict[Action, str] = {
    Action.CREATE: "created",
    Action.UPDATE: "updated",
    Action.DELETE: "deleted",
    Action.RESIDUAL: "residual",
    Action.REFUSE: "desynced",
    Action.PUT_BACK: "put_back",
    Action.LEAVE_EDIT: "edited_below",
    Action.KEEP_AS_OWN: "kept_as_own",
    Action.LINK: "linked",
    Action.LINK_EDITED: "edited_below",
    Action.LEAVE_FILLED: "filled_below",
    Action.TAKE_OVER: "taken_over",
    Action.RELINK: "relinked",
    Action.REPLACE: "replaced",
    Action.KEEP: "local",
    Action.RELEASE: "released",
}

BY_ROW = {"R2": "no_calculation", "R7": "reference_gone"}


class Verdict(NamedTuple):
    """One decision about one item of one area, with the reason code that people read.

    `row` is the number in domain.md 3. `before` and `after` are the item as it is there, now and then.
    `held`: fields that stay because they are used (P10). `by`: what refers to a kept item (R7).
    """

    area: Area
    key: str
    row: str
    action: Action
    reason: str
    before: Item | None
    after: Item | None
    drift: bool = False
    held: tuple[str, ...] = ()
    by: tuple[Ref, ...] = ()

    @property
    def writes(self) -> bool:
        """Does this decision change what is there (a link or a mark alone is no change)?"""
        if self.before is None or self.after is None:
            return self.before is not self.after
        return not self.before.same(self.after)


@dataclass(slots=True)
class Parts:
    """The three setups of one area while they are being judged, by key."""

    pushed: dict[str, Item] = field(default_factory=dict)
    linked: dict[str, Item] = field(default_factory=dict)
    own: dict[str, Item] = field(default_factory=dict)

    def put(self, key: str, pushed: Item | None, linked: Item | None, own: Item | None) -> None:
        """Set what one key has in each part; None takes it away."""
        for part, value in ((self.pushed, pushed), (self.linked, linked), (self.own, own)):
            if value is None:
                part.pop(key, None)
            else:
                part[key] = value


def settle(area: Area, key: str, case: Case, parts: Parts, evidence: Evidence) -> Verdict:
    """Judge one item and change `parts` accordingly."""
    row, action = judge(case)
    there = case.L or case.own
    offered = case.D
    held: tuple[str, ...] = ()
    if offered is not None and action in _IN_PLACE:
        offered, held = hold(area, there, offered, evidence)
    places = _places(action, case, offered)
    parts.put(key, *places)
    after = places[1] or places[2]
    drift = case.own is None and case.drifted and (case.L is not None or case.P is not None)
    verdict = Verdict(area, key, row.number, action, "", there, after, drift, held)
    return verdict._replace(reason=_reason(verdict))


@lru_cache(maxsize=1 << 16)
def at_rest(area: Area, listed: Setup) -> tuple[Verdict, ...]:
    """What row 2 says of a list that is there as it is desired and as it was pushed; made once."""
    return tuple(resting(area, one) for one in listed)


def resting(area: Area, one: Item) -> Verdict:
    """What row 2 says of an item that is there as it is desired and as it was pushed."""
    return Verdict(area, one.key, "2", Action.NOTHING, "in_sync", one, one)


_IN_PLACE = frozenset({Action.UPDATE, Action.PUT_BACK, Action.RELINK})
_STAYS_OWN = frozenset(
    {Action.RESIDUAL, Action.KEEP_AS_OWN, Action.KEEP, Action.RELEASE, Action.LEAVE_FILLED, Action.NOTHING}
)


def _reason(verdict: Verdict) -> str:
    if verdict.held and not verdict.writes:
        return "used"
    return BY_ROW.get(verdict.row) or REASONS.get(verdict.action, "in_sync")


def _places(action: Action, case: Case, offered: Item | None) -> tuple[Item | None, Item | None, Item | None]:
    """What one key has afterwards in (pushed, linked, own)."""
    linked, own = case.L, case.own
    if action is Action.REFUSE:
        return case.P, linked, own
    if action is Action.DELETE:
        return None, None, None
    if action is Action.LINK_EDITED:
        return offered, own.mark() if own else linked, None
    if action in _STAYS_OWN and (own is not None or action in (Action.RESIDUAL, Action.KEEP_AS_OWN)):
        return None, None, _own_after(action, linked, own)
    if action in (Action.LEAVE_EDIT, Action.LEAVE_FILLED, Action.NOTHING):
        return offered, linked, None
    return offered, offered, None


def _own_after(action: Action, linked: Item | None, own: Item | None) -> Item | None:
    one = linked or own
    if one is None or action in (Action.KEEP, Action.LEAVE_FILLED, Action.NOTHING):
        return one
    if action is Action.RELEASE:
        return one.mark()
    return one.mark(left=linked is not None or one.left, kept=action is Action.RESIDUAL)
