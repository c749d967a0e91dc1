"""This room sums verdicts over cohorts into change lines, in the order of risk.

Nothing here walks members: a cohort's verdict counts for all of its hosts at once.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from functools import lru_cache
from typing import TYPE_CHECKING, NamedTuple

from reconciler.course import Area, Part
from reconciler.diff import changes
from reconciler.keep.table import Action, Hop
from reconciler.plan.model import acts
from reconciler.plan.reach import values
from reconciler.plan.told import Line, Some
from reconciler.plan.words import field_text, item_text, label, value_text

if TYPE_CHECKING:
    from collections.abc import Iterator

    from reconciler.course import Item
    from reconciler.keep.effect import Verdict
    from reconciler.plan.model import Cohort, Plan
    from reconciler.plan.outcome import Outcome
    from reconciler.plan.reach import Ground

RENAME = "rename"
RISK: tuple[str, ...] = (
    Action.DELETE,
    Action.REPLACE,
    Action.PUT_BACK,
    "grade_affecting",
    Action.UPDATE,
    Action.RELINK,
    Action.TAKE_OVER,
    Action.CREATE,
    RENAME,
    Action.RELEASE,
    Action.LINK,
)
"""The actions of change lines, most risky first; an update that affects grades comes before the others."""
STAYING = frozenset({"edited_below", "filled_below", "kept_as_own", "no_calculation_pending", "used"})
"""Reasons of what stays, residuals apart."""
_GRADING = frozenset({Area.GRADE_CALC_OPTIONS, Area.COMPOSITE_GRADES, Area.COMPOSITE_WEIGHTS})
_TASK_FIELDS = frozenset({"terms", "post_only"})
_HOPS = {hop.value: place for place, hop in enumerate(Hop)}
_AREAS = {area.value: place for place, area in enumerate(Area)}


class Key(NamedTuple):
    """What verdicts have in common that are told in one line."""

    hop: Hop
    area: Area
    label: str
    action: str
    reason: str
    field: str = ""
    new: str = ""


class Piece(NamedTuple):
    """One thing that a verdict says: of a field, or (without one) of the item as a whole."""

    field: str
    old: str | None
    new: str | None


class Case(NamedTuple):
    """One verdict of one cohort, and the cohort's place in the plan."""

    place: int
    cohort: Cohort
    verdict: Verdict


@dataclass(slots=True)
class Pile:
    """A line while it is summed."""

    cohorts: list[int] = field(default_factory=list)
    olds: Counter[str] = field(default_factory=Counter)
    news: Counter[str] = field(default_factory=Counter)
    spots: set[tuple[int, Area, str]] = field(default_factory=set)
    affected: int = 0
    drift: bool = False


@dataclass(slots=True)
class Tally:
    """All verdicts of a plan, summed. `changed`: the cohorts of which anything changes."""

    changes: dict[Key, Pile] = field(default_factory=dict)
    stays: dict[Key, Pile] = field(default_factory=dict)
    refused: dict[Key, Pile] = field(default_factory=dict)
    items: Counter[str] = field(default_factory=Counter)
    changed: set[int] = field(default_factory=set)
    unchanged: int = 0
    local: int = 0


def affects(area: Area, action: str, name: str) -> bool:
    """May this change move a grade (P13)? Whether anything is used is asked apart."""
    if action in (Action.LINK, Action.RELEASE, RENAME):
        return False
    if area is Area.CATEGORIES:
        return name != "sequence"
    return area in _GRADING or (area is Area.GRADING_TASKS and name in _TASK_FIELDS)


def tally(plan: Plan) -> Tally:
    """Sum all verdicts of all cohorts; those of refused courses come to nothing."""
    sums = Tally()
    for place, cohort in enumerate(plan.cohorts):
        if cohort.outcome.refused:
            continue
        sums.local += cohort.local
        sums.unchanged += cohort.unchanged
        for verdict in cohort.outcome.said:
            _take(sums, plan, Case(place, cohort, verdict))
        _renamed(sums, place, cohort)
    return sums


def _take(sums: Tally, plan: Plan, case: Case) -> None:
    verdict = case.verdict
    if verdict.action is Action.REFUSE:
        wanted = _wish(plan, case)
        key = _key(case.cohort.hop, verdict, Action.REFUSE, wanted)
        told = None if plan.scope.undoes else item_text(verdict.area, wanted)
        _pile(sums.refused, key, Piece("", None, told), case)
        return
    if verdict.held or verdict.reason in STAYING:
        _stay(sums, plan, case)
    if not acts(verdict):
        return
    sums.changed.add(case.place)
    action = _action(verdict)
    sums.items[action] += case.cohort.size
    if action in RISK:
        _change(sums, case, action)


def _action(verdict: Verdict) -> str:
    """What is done, in the words of a change line; a category that loses a reference is updated."""
    if verdict.action is Action.KEEP:
        return RENAME if verdict.reason == "renamed" else Action.UPDATE
    return verdict.action


def _change(sums: Tally, case: Case, action: str) -> None:
    for key, piece in _worded(case.cohort.hop, case.verdict, action):
        pile = _pile(sums.changes, key, piece, case)
        pile.drift |= case.verdict.drift
        if affects(key.area, action, piece.field):
            pile.affected += len(case.cohort.working)


@lru_cache(maxsize=1 << 14)
def _worded(hop: Hop, verdict: Verdict, action: str) -> tuple[tuple[Key, Piece], ...]:
    """What a verdict says, with the line that it is told in; cohorts are many, verdicts few."""
    reason = verdict.reason
    if reason == "used":
        reason = "relinked" if action == Action.RELINK else "updated"
    base = _key(hop, verdict, action)._replace(reason=reason)
    whole = action in (Action.CREATE, Action.DELETE, Action.LINK, Action.RELEASE)
    return tuple(
        (base._replace(field=piece.field, new="" if whole else piece.new or ""), piece)
        for piece in _pieces(verdict, action)
    )


def _pieces(verdict: Verdict, action: str) -> Iterator[Piece]:
    area, before, after = verdict.area, verdict.before, verdict.after
    if action in (Action.LINK, Action.RELEASE):
        yield Piece("", None, None)
    elif before is None or after is None:
        yield Piece("", None if action == Action.CREATE else item_text(area, before), _text(area, after))
    else:
        differing = tuple(_fields(area, before, after))
        yield from differing or (Piece("", None, None),)


def _text(area: Area, one: Item | None) -> str | None:
    return None if one is None else item_text(area, one)


def _fields(area: Area, before: Item, after: Item) -> Iterator[Piece]:
    for name, old, new in changes(before, after):
        if name == "value":
            yield Piece("", value_text(name, old), value_text(name, new))
        else:
            yield Piece(name, field_text(area, name, old), field_text(area, name, new))


def _stay(sums: Tally, plan: Plan, case: Case) -> None:
    reason = "used" if case.verdict.held else case.verdict.reason
    key = _key(case.cohort.hop, case.verdict, Action.KEEP)._replace(reason=reason)
    for piece in _staying(plan, case):
        _pile(sums.stays, key._replace(field=piece.field), piece, case)


def _staying(plan: Plan, case: Case) -> Iterator[Piece]:
    """What stays, and what would have come."""
    verdict = case.verdict
    area, there = verdict.area, verdict.after
    offered = _offered(plan, case)
    if there is None or offered is None or verdict.reason in ("kept_as_own", "no_calculation_pending"):
        yield Piece("", item_text(area, there), _text(area, offered))
        return
    pieces = tuple(_fields(area, there, offered))
    if verdict.held:
        pieces = tuple(one for one in pieces if one.field in verdict.held)
    yield from pieces or (Piece("", item_text(area, there), None),)


def _offered(plan: Plan, case: Case) -> Item | None:
    """What came from above: as recorded after this push, else as the master has it."""
    verdict = case.verdict
    pushed = case.cohort.outcome.after.get(verdict.area, Part.PUSHED).get(verdict.key)
    if pushed is not None and not pushed.same(verdict.after):
        return pushed
    return _wish(plan, case)


def _wish(plan: Plan, case: Case) -> Item | None:
    want = max(case.cohort.want, min(case.cohort.wants, default=-1))
    if want < 0:
        return None
    listed = plan.wants[want].setups.get(case.verdict.area)
    return listed.get(case.verdict.key) if listed else None


def _renamed(sums: Tally, place: int, cohort: Cohort) -> None:
    """The keys that `was:` changed (P12); what row 8 linked under a new key has its own line."""
    if cohort.hop is not Hop.COURSE:
        return
    for area, was, key in _by_was(cohort.outcome):
        old, new = label(area, was), label(area, key)
        pile = sums.changes.setdefault(Key(cohort.hop, area, old, RENAME, "renamed", new=new), Pile())
        pile.cohorts.append(place)
        pile.spots.add((place, area, key))
        pile.news[new] += cohort.size
        sums.changed.add(place)
        sums.items[RENAME] += cohort.size


def _by_was(outcome: Outcome) -> Iterator[tuple[Area, str, str]]:
    if not outcome.rekeys:
        return
    linked = {(one.area, one.key) for one in outcome.verdicts if one.action is Action.LINK}
    for one in outcome.rekeys:
        if (one.area, one.key) not in linked:
            yield one.area, one.was, one.key


def _key(hop: Hop, verdict: Verdict, action: str, one: Item | None = None) -> Key:
    there = (verdict.before, verdict.after) if action in (RENAME, Action.DELETE) else (verdict.after, one)
    shown = there[0] or there[1] or verdict.before
    name = label(verdict.area, verdict.key, shown)
    return Key(hop, verdict.area, name, action, verdict.reason)


def _pile(piles: dict[Key, Pile], key: Key, piece: Piece, case: Case) -> Pile:
    pile = piles.get(key)
    if pile is None:
        pile = piles[key] = Pile()
    if not pile.cohorts or pile.cohorts[-1] != case.place:
        pile.cohorts.append(case.place)
    hosts = case.cohort.size
    if piece.old is not None:
        pile.olds[piece.old] += hosts
    if piece.new is not None:
        pile.news[piece.new] += hosts
    pile.spots.add((case.place, case.verdict.area, case.verdict.key))
    return pile


def lines(ground: Ground, piles: dict[Key, Pile]) -> tuple[Line, ...]:
    """Piles as lines, by risk, then hop, area and label."""
    return tuple(sorted((_line(ground, *one) for one in piles.items()), key=_order))


def _line(ground: Ground, key: Key, pile: Pile) -> Line:
    places = tuple(pile.cohorts)
    reach = ground.reach(places)
    raised = {
        "grade_affecting": pile.affected > 0,
        "in_session": ground.runs(places),
        "drift": pile.drift,
    }
    return Line(
        key.hop.value,
        key.area.value,
        key.label,
        str(key.action),
        key.reason,
        key.field,
        values(pile.olds),
        values(pile.news),
        *reach,
        pile.affected,
        tuple(name for name, is_so in raised.items() if is_so),
        ground.where(pile.spots, gone=key.action in (Action.DELETE, Action.KEEP)) if pile.spots else Some(),
        ground.numbers(places),
        places,
    )


def _order(line: Line) -> tuple[int, int, int, str, str, str, tuple[object, ...]]:
    action = line.action
    if action == Action.UPDATE and "grade_affecting" in line.flags:
        action = "grade_affecting"
    risk = RISK.index(action) if action in RISK else len(RISK)
    return (
        risk, _HOPS[line.hop], _AREAS[line.area], line.label, line.reason, line.field, line.news.first,
    )  # fmt: skip
