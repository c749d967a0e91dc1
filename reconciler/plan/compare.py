"""This room holds what would be done now against what a plan said: same, weaker, done, or something else.

Verdicts are compared, not rows: what teachers did elsewhere in the same list spoils nothing.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from reconciler.course import Area, Part
from reconciler.diff import changes
from reconciler.keep.table import Action
from reconciler.plan.model import acts

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from reconciler.course import Holding, Item
    from reconciler.keep.effect import Verdict
    from reconciler.plan.outcome import Outcome

IN_PLACE = frozenset({Action.UPDATE, Action.PUT_BACK, Action.RELINK, Action.TAKE_OVER})
GIVEN = IN_PLACE | {Action.CREATE, Action.NOTHING}
"""What is done with an item that is given from above and not taken away."""
BESIDE = frozenset({Action.KEEP})
UNVALUED = frozenset({Action.RESIDUAL, Action.RELEASE, Action.KEEP_AS_OWN})
"""What is decided about an item whatever its values are."""

Key = tuple[Area, str, bool]


class Fit(NamedTuple):
    """How a fresh outcome fits the plan.

    `weaker`: verdicts that now protect what the plan would have taken away. `other`: the first verdict
    that the plan does not cover (None: it fits). `spare`: own items that the plan did not know and that
    this push would take away: they stay. `stay`: residuals of the plan whose evidence is gone by now: they
    stay all the same, for the plan did not say that they go; the next one will (row 18).
    """

    weaker: tuple[Verdict, ...] = ()
    other: Verdict | None = None
    spare: tuple[Verdict, ...] = ()
    stay: tuple[Verdict, ...] = ()

    @property
    def left_alone(self) -> tuple[Verdict, ...]:
        """What this push must not take away, though it would by what is there now."""
        return (*self.spare, *self.stay)


Places = frozenset[tuple[Area, str]]


def fit(planned: Sequence[Verdict], fresh: Outcome, held: Places = frozenset()) -> Fit:
    """Compare the verdicts planned for a host with those it would get now.

    `held`: for a section, the items of which its course keeps a field that the plan would have changed,
    for evidence that came since (P10): the section is then given the field as it stays.
    """
    was, now = _acting(planned), _acting(fresh.verdicts)
    last = {(one.area, one.key): one for one in fresh.verdicts}
    weaker, stay = [], []
    for key, one in was.items():
        again = now.get(key)
        if (again is not None and _same(one, again)) or _done(one, planned, fresh.before):
            continue
        if again is not None and again.row == one.row == "C1":
            # More stays than was planned, so it steps aside under another number (C2).
            weaker.append(again)
            continue
        kept = last.get((one.area, one.key))
        if one.action is Action.RESIDUAL and kept is not None and kept.action is Action.DELETE:
            stay.append(kept)
        elif one.row == "R7" or _is_given(kept, held) or _protects(one, kept):
            weaker.append(kept or one)
        else:
            return Fit(other=kept or one)
    found = _unplanned({key: now[key] for key in now if key not in was}, planned, fresh, held)
    return found._replace(weaker=(*weaker, *found.weaker), stay=tuple(stay))


def agree(planned: Iterable[Verdict], fresh: Iterable[Verdict]) -> bool:
    """Would exactly what was planned be done now? Then it fits, whatever else a host has."""
    was, now = _acting(planned), _acting(fresh)
    return was.keys() == now.keys() and all(_same(one, now[key]) for key, one in was.items())


def _unplanned(more: dict[Key, Verdict], planned: Sequence[Verdict], fresh: Outcome, held: Places) -> Fit:
    """What would be done now and is not in the plan."""
    known = {(one.area, one.key) for one in planned}
    all_now = {(one.area, one.key): one for one in fresh.verdicts}
    weaker, spare = [], []
    for one in more.values():
        if _protective(one, all_now, known):
            continue
        if _is_given(one, held):
            weaker.append(one)
        elif one.before is None or (one.area, one.key) in known or not _own(one, fresh.before):
            return Fit(other=one)
        else:
            spare.append(one)
    return Fit(tuple(weaker), None, tuple(spare))


def _is_given(one: Verdict | None, held: Places) -> bool:
    """Does a section only take a field that its course keeps?"""
    return one is not None and (one.area, one.key) in held and one.action in GIVEN


def _acting(verdicts: Iterable[Verdict]) -> dict[Key, Verdict]:
    return {(one.area, one.key, one.action in BESIDE): one for one in verdicts if acts(one)}


def _same(planned: Verdict, fresh: Verdict) -> bool:
    if planned.action is Action.CREATE and fresh.action is Action.LINK:
        return planned.after is not None and planned.after.same(fresh.after)
    if planned.action is not fresh.action:
        return False
    if planned.action in UNVALUED:
        return True
    if planned.action in BESIDE:
        return changes(planned.before, planned.after) == changes(fresh.before, fresh.after)
    return _equal(planned.before, fresh.before) and _equal(planned.after, fresh.after)


def _equal(one: Item | None, other: Item | None) -> bool:
    return one is other or (one is not None and one.same(other))


def _done(one: Verdict, planned: Sequence[Verdict], there: Holding) -> bool:
    """Is it there already as planned (a push that was cut short, or the same plan again)?

    What counts is what comes of the item after all its verdicts: an updated one may lose a reference, too.
    """
    final = [each.after for each in planned if (each.area, each.key) == (one.area, one.key)][-1]
    found = next((each for each in there.here(one.area) if each.key == one.key), None)
    if final is None:
        return found is None
    return found is not None and found.same(final) and (found.left, found.kept) == (final.left, final.kept)


def _protects(planned: Verdict, kept: Verdict | None) -> bool:
    """Does the fresh verdict keep what the plan would have taken or changed, because it is used now?"""
    if kept is None or kept.after is None:
        return False
    if planned.action in (Action.DELETE, Action.REPLACE):
        return kept.after.kept
    if planned.action is Action.RELEASE:
        return kept.action is Action.NOTHING
    return planned.action in IN_PLACE and bool(kept.held)


def _protective(fresh: Verdict, now: dict[tuple[Area, str], Verdict], known: set[tuple[Area, str]]) -> bool:
    """Unplanned, but nobody loses: a name that steps aside, or a residual instead of a deletion."""
    if fresh.action is Action.RESIDUAL:
        return (fresh.area, fresh.key) in known
    if fresh.action not in BESIDE:
        return False
    kept = now.get((fresh.area, fresh.key))
    return fresh.row == "C1" or (kept is not None and kept.after is not None and kept.after.kept)


def _own(fresh: Verdict, there: Holding) -> bool:
    own = there.get(fresh.area, Part.OWN).get(fresh.key)
    return own is not None and fresh.action in (Action.DELETE, Action.RESIDUAL)
