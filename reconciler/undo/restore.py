"""This room judges one host that a run moved: every item goes back to what it was, or says why not.

An item is what its host holds under one key: as pushed, as linked, as its own. It goes back where it is
still as the run left it, and where nobody loses anything: what is used by now stays (R1), with what it
names (R7), fields that hold grades stay as they are (P10), and no name is given twice. Everything else in
the host is left as it is.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, NamedTuple

from reconciler.course import Area, Part, Ref, names, setup
from reconciler.keep.effect import Verdict
from reconciler.keep.hold import hold
from reconciler.keep.names import name_of
from reconciler.keep.table import Action
from reconciler.plan.outcome import Outcome
from reconciler.plan.rekey import keys_of, rekey

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from reconciler.course import Holding, Item, Rename, Setup
    from reconciler.keep.evidence import Evidence

TASKS = (Area.GRADING_TASKS, Area.STANDARDS)
PARTS = (
    Area.GRADE_CALC_OPTIONS,
    Area.COMPOSITE_GRADES,
    Area.COMPOSITE_WEIGHTS,
    Area.ASSESSMENTS,
)
"""The areas whose items belong to a task or standard."""
Spot = tuple[Area, str]


class Held(NamedTuple):
    """What a host holds under one key."""

    pushed: Item | None
    linked: Item | None
    own: Item | None

    @property
    def here(self) -> Item | None:
        """The item that is there."""
        return self.linked or self.own


@dataclass(frozen=True, slots=True)
class Trace:
    """What a run did to one host: its holding before, and after; keys that it changed are back again."""

    before: Holding
    after: Holding
    renames: tuple[Rename, ...] = ()

    def spots(self) -> Iterator[Spot]:
        """Where the run changed anything."""
        for area in Area:
            if any(self.before.get(area, part) != self.after.get(area, part) for part in Part):
                keys = {one.key for part in Part for one in _both(self, area, part)}
                yield from (
                    (area, key)
                    for key in sorted(keys)
                    if held(self.before, area, key) != held(self.after, area, key)
                )


def trace(before: Holding, after: Holding, renames: tuple[Rename, ...] = ()) -> Trace:
    """What a run did, with the keys that it changed (P12, row 8) as they were."""
    back = tuple(one._replace(was=one.key, key=one.was) for one in renames)
    return Trace(before, rekey(after, keys_of(back)), back)


def held(holding: Holding, area: Area, key: str) -> Held:
    """What a host holds under one key."""
    return Held(*(holding.get(area, part).get(key) for part in Part))


def restore(
    run: Trace,
    now: Holding,
    evidence: Evidence,
    kept: frozenset[Ref] = frozenset(),
    leave: frozenset[Spot] = frozenset(),
) -> Outcome:
    """Judge one host. The evidence is by the keys that items had before the run; its `names` keep tasks (R7).

    `kept`: the tasks and standards that a section's course keeps though the run brought them. `leave`: what
    is not to be touched, whatever could be.
    """
    if now == run.before:
        return Outcome(now, now)
    return _Restoring(run, rekey(now, keys_of(run.renames)), evidence, kept, leave).outcome(now)


@dataclass(slots=True)
class _Restoring:
    """One host while it is judged. `refused`: why an item does not go back."""

    run: Trace
    now: Holding
    evidence: Evidence
    kept: frozenset[Ref]
    leave: frozenset[Spot]
    going: dict[Spot, Held] = field(default_factory=dict)
    refused: dict[Spot, str] = field(default_factory=dict)

    def outcome(self, now: Holding) -> Outcome:
        """Decide item by item, tasks last; then settle names and references until nothing more is kept."""
        for area, key in self.run.spots():
            self._item(area, key)
        while self._clashing() or self._named() or self._parts_of_kept():
            pass
        after = self._after()
        return Outcome(now, after, tuple(self._verdicts()), rekeys=self.run.renames)

    def _item(self, area: Area, key: str) -> None:
        was, left, there = (held(one, area, key) for one in (self.run.before, self.run.after, self.now))
        if there == was:
            return
        if there != left:
            self.refused[area, key] = "moved_since"
        elif (area, key) in self.leave or self._loses(area, there, was):
            self.refused[area, key] = "used_since"
        else:
            self.going[area, key] = was

    def _loses(self, area: Area, there: Held, was: Held) -> bool:
        """Would evidence lose what it points at (R1), or a field that holds it (P10)?"""
        if there.here is None:
            return False
        if was.here is None:
            return self.evidence.used(area, there.here.key)
        return bool(hold(area, there.here, was.here, self.evidence)[1])

    def _staying(self, area: Area) -> list[Item]:
        """The items of an area as they will be."""
        staying = [one for one in self.now.here(area) if (area, one.key) not in self.going]
        return [*staying, *(to.here for (where, _), to in self.going.items() if where is area and to.here)]

    def _clashing(self) -> bool:
        """Refuse what would bring a name that another category has by now; says whether it did."""
        times = Counter(map(name_of, self._staying(Area.CATEGORIES)))
        twice = [
            (area, key)
            for (area, key), to in self.going.items()
            if area is Area.CATEGORIES and to.here is not None and times[name_of(to.here)] > 1
        ]
        for spot in twice:
            del self.going[spot]
            self.refused[spot] = "name_taken"
        return bool(twice)

    def _named(self) -> bool:
        """Refuse to take away a task that something names which stays (R7); says whether it did."""
        lost = {Ref(area, key) for (area, key), to in self.going.items() if area in TASKS and to.here is None}
        if not lost:
            return False
        by_here = {ref for area in Area for one in self._staying(area) for ref in names(area, one)}
        kept = sorted(ref for ref in lost if ref in by_here or self.evidence.named(ref))
        for ref in kept:
            del self.going[ref.area, ref.key]
            self.refused[ref.area, ref.key] = "named_since"
        return bool(kept)

    def _parts_of_kept(self) -> bool:
        """Refuse to take the calculation and the composites of a task that stays; says whether it did."""
        kept = self.kept | {Ref(*spot) for spot in self.refused if spot[0] in TASKS}
        parts = [
            (area, key)
            for (area, key), to in self.going.items()
            if area in PARTS and to.here is None and (there := held(self.now, area, key).here)
            if kept.intersection(names(area, there))
        ]
        for spot in parts:
            del self.going[spot]
            self.refused[spot] = "kept_with_task"
        return bool(parts)

    def _after(self) -> Holding:
        parts: dict[tuple[Area, Part], dict[str, Item]] = {}
        for (area, key), to in self.going.items():
            for part, one in zip(Part, to, strict=True):
                items = parts.setdefault((area, part), dict(self.now.get(area, part).by_key))
                items.pop(key, None)
                if one is not None:
                    items[key] = one
        return self.now.put({place: setup(items.values()) for place, items in parts.items()})

    def _verdicts(self) -> Iterator[Verdict]:
        for area, key in sorted({*self.going, *self.refused}, key=lambda spot: (_ORDER[spot[0]], spot[1])):
            there = held(self.now, area, key)
            reason = self.refused.get((area, key))
            if reason is not None:
                yield Verdict(area, key, "undo", Action.REFUSE, reason, there.here, there.here)
            else:
                to = self.going[area, key]
                yield Verdict(area, key, "undo", _action(there, to), "undone", there.here, to.here)


_ORDER = {area: place for place, area in enumerate(Area)}


def _action(there: Held, to: Held) -> Action:
    """What going back does to one item."""
    if there.here is None or to.here is None:
        if there.here is to.here:
            return Action.NOTHING
        return Action.CREATE if there.here is None else Action.DELETE
    if not there.here.same(to.here):
        return Action.UPDATE
    if (there.linked is None) is (to.linked is None):
        return Action.NOTHING if there.here == to.here else Action.RELEASE
    return Action.RELEASE if to.linked is None else Action.LINK


def _both(run: Trace, area: Area, part: Part) -> Iterable[Item]:
    found: tuple[Setup, Setup] = (run.before.get(area, part), run.after.get(area, part))
    return (one for listed in found for one in listed)
