"""This room judges one host that a run moved: every item goes back to what it was, or says why not.

An item is what its host holds under one key: as pushed, as linked, as its own. It goes back where it is
still as the run left it, and where nobody loses anything: what is used by now stays (R1), with what it
names (R7), fields that hold grades stay as they are (P10), no name is given twice, and nothing comes back
that names what is no more. Everything else in the host is left as it is.
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


def trace(
    before: Holding,
    after: Holding,
    now: Holding,
    renames: tuple[Rename, ...] = (),
    staying: frozenset[Rename] = frozenset(),
) -> Trace:
    """What a run did, with the keys that it changed (P12, row 8) as they were.

    A key that does not go back stays, and what was before is told under it. `staying`: such keys of a
    section's course.
    """
    back = going_back(tuple(one for one in renames if one not in staying), after, now)
    stays = tuple(one for one in renames if reverse(one) not in back)
    return Trace(rekey(before, keys_of(stays)), rekey(after, keys_of(back)), back)


def reverse(one: Rename) -> Rename:
    """The way back of a new key."""
    return one._replace(was=one.key, key=one.was)


def going_back(renames: tuple[Rename, ...], after: Holding, now: Holding) -> tuple[Rename, ...]:
    """The ways back of the keys whose items are as the run left them, and whose old keys are free.

    Two items, with their uses, never become one. Where no item has the new key, nothing stands in its way.
    """
    here = {(one.area, key) for one in renames for key in (each.key for each in now.here(one.area))}
    back = tuple(
        reverse(one)
        for one in renames
        if (one.area, one.key) not in here or held(after, one.area, one.key) == held(now, one.area, one.key)
    )
    while True:
        taken = here - {(one.area, one.was) for one in back}
        fits = tuple(
            one for one in back if (one.area, one.key) not in taken or (one.area, one.was) not in here
        )
        if fits == back:
            return fits
        back = fits


def held(holding: Holding, area: Area, key: str) -> Held:
    """What a host holds under one key."""
    return Held(*(holding.get(area, part).get(key) for part in Part))


def restore(
    run: Trace,
    now: Holding,
    evidence: Evidence,
    kept: frozenset[Ref] = frozenset(),
    leave: frozenset[Spot] = frozenset(),
    *,
    lost: frozenset[Ref] = frozenset(),
) -> Outcome:
    """Judge one host. The evidence is by the keys that items had before the run; its `names` keep tasks (R7).

    `kept`: the tasks and standards that a section's course keeps though the run brought them; `lost`: those
    that it had before the run, and will not have. `leave`: what is not to be touched, whatever could be.
    """
    if now == run.before:
        return Outcome(now, now)
    return _Restoring(run, rekey(now, keys_of(run.renames)), evidence, kept, leave, lost).outcome(now)


@dataclass(slots=True)
class _Restoring:
    """One host while it is judged. `refused`: why an item does not go back."""

    run: Trace
    now: Holding
    evidence: Evidence
    kept: frozenset[Ref]
    leave: frozenset[Spot]
    lost: frozenset[Ref]
    going: dict[Spot, Held] = field(default_factory=dict)
    refused: dict[Spot, str] = field(default_factory=dict)

    def outcome(self, now: Holding) -> Outcome:
        """Decide item by item, tasks last; then settle names and references until nothing more is kept."""
        for area, key in self.run.spots():
            self._item(area, key)
        while (
            self._clashing()
            or self._named()
            or self._parts_of_kept()
            or self._missing()
            or self._rows_missing()
            or self._rows_needed()
        ):
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
        return self._refuse(twice, "name_taken")

    def _named(self) -> bool:
        """Refuse to take away a task that something names which stays (R7); says whether it did."""
        lost = {Ref(area, key) for (area, key), to in self.going.items() if area in TASKS and to.here is None}
        if not lost:
            return False
        by_here = {ref for area in Area for one in self._staying(area) for ref in names(area, one)}
        kept = sorted(ref for ref in lost if ref in by_here or self.evidence.named(ref))
        return self._refuse([(ref.area, ref.key) for ref in kept], "named_since")

    def _parts_of_kept(self) -> bool:
        """Refuse to take the calculation and the composites of a task that stays; says whether it did."""
        kept = self.kept | {Ref(*spot) for spot in self.refused if spot[0] in TASKS}
        parts = [
            (area, key)
            for (area, key), to in self.going.items()
            if area in PARTS and to.here is None and (there := held(self.now, area, key).here)
            if kept.intersection(names(area, there))
        ]
        return self._refuse(parts, "kept_with_task")

    def _missing(self) -> bool:
        """Refuse to bring back what names a task that went since (L7); says whether it did."""
        before = {Ref(area, one.key) for area in TASKS for one in self.run.before.here(area)}
        lost = self.lost | (before - {Ref(area, one.key) for area in TASKS for one in self._staying(area)})
        naming = [
            (area, key)
            for (area, key), to in (self.going.items() if lost else ())
            if to.here is not None and lost.intersection(self._newly_named(area, key, to.here))
        ]
        return self._refuse(naming, "missing_task")

    def _newly_named(self, area: Area, key: str, to: Item) -> set[Ref]:
        there = held(self.now, area, key).here
        return set(names(area, to)) - set(names(area, there) if there is not None else ())

    def _weights_alone(self) -> list[str]:
        """The weights that would have no composite row."""
        rows = {one.key for one in self._staying(Area.COMPOSITE_GRADES)}
        return [one.key for one in self._staying(Area.COMPOSITE_WEIGHTS) if one.key not in rows]

    def _rows_missing(self) -> bool:
        """Refuse to bring back a weight whose row is not there (L5); says whether it did."""
        spots = [(Area.COMPOSITE_WEIGHTS, key) for key in self._weights_alone()]
        return self._refuse([one for one in spots if one in self.going], "missing_composite_row")

    def _rows_needed(self) -> bool:
        """Refuse to take away a row whose weight stays (L5); says whether it did."""
        spots = [(Area.COMPOSITE_GRADES, key) for key in self._weights_alone()]
        return self._refuse([one for one in spots if one in self.going], "named_since")

    def _refuse(self, spots: Iterable[Spot], reason: str) -> bool:
        """Leave these as they are after all; says whether there are any."""
        told = list(spots)
        for spot in told:
            del self.going[spot]
            self.refused[spot] = reason
        return bool(told)

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
