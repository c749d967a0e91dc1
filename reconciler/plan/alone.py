"""This room judges one area of a host as if the host had nothing else, item by item.

What the table says of an item depends on nothing but the item, wherever no name has to step aside (C1) and no
own category may be linked by its name (row 8). Lists are many and items are few, so each distinct case of an
item is judged once, for all lists that it stands in.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from reconciler.course import FIELD_AREAS, Area, Holding, Part, Rename, setup
from reconciler.keep.bench import Bench, no_marks
from reconciler.keep.effect import Parts, settle
from reconciler.keep.evidence import EVIDENCED, Evidence
from reconciler.keep.names import name_of
from reconciler.keep.table import Case, Hop, family
from reconciler.plan.composites import judge_composites
from reconciler.plan.outcome import Piece
from reconciler.plan.terms import PAIR, areas_of

if TYPE_CHECKING:
    from collections.abc import Hashable, Iterable, Mapping

    from reconciler.course import Item, Setup
    from reconciler.keep.effect import Verdict
    from reconciler.plan.terms import Setups, Spot, Terms


class Step(NamedTuple):
    """What comes of one item: the verdict, and what (pushed, linked, own) have of it afterwards."""

    verdict: Verdict
    places: _Items


_Items = tuple["Item | None", ...]


class _Table:
    """The decision table for the items of one area, on certain terms; each distinct case is asked once."""

    def __init__(self, area: Area, terms: Terms) -> None:
        self.area = area
        self.terms = terms
        self.known: dict[_Items, Step] = {}

    def step(self, key: str, items: _Items, evidence: Evidence) -> Step:
        """What comes of one item: what is desired, pushed, linked and own of it."""
        known = self.known.get(items)
        if known is not None:
            return known
        asked = Evidence(evidence.uses, evidence.everything)
        desired, pushed, linked, own = items
        case = Case(
            self.terms.hop,
            family(self.area),
            overwrite=self.area in self.terms.overwrite,
            relink=self.terms.relink,
            editable=self.terms.may_be_edited(self.area, key),
            D=desired,
            P=pushed,
            L=linked,
            own=own,
            used=lambda: asked.used(self.area, key),
        )
        parts = Parts()
        parts.put(key, pushed, linked, own)
        verdict = settle(self.area, key, case, parts, asked)
        step = Step(verdict, (parts.pushed.get(key), parts.linked.get(key), parts.own.get(key)))
        if self.area in EVIDENCED and asked.asked:
            evidence.asked.update(asked.asked)
        else:
            self.known[items] = step
        return step


class Alone:
    """Judges areas; remembers what comes of each distinct case of an item that asks for no evidence."""

    def __init__(self) -> None:
        """Nothing is judged yet."""
        self._equal: dict[Hashable, _Table] = {}
        self._tables: dict[tuple[int, Area], _Table] = {}
        self._names: dict[int, tuple[Setup, dict[str, str]]] = {}

    def judge(
        self, terms: Terms, group: tuple[Spot, ...], there: tuple[Setups, ...], evidence: Evidence
    ) -> Piece:
        """Judge areas by what is pushed, linked and own `there`, as if the host had nothing else."""
        one = group[0]
        if one.area not in PAIR:
            piece = self._list(terms, one, there[0], evidence)
            if piece is not None:
                return piece
        return _on_bench(terms, group, there, evidence)

    def _list(self, terms: Terms, spot: Spot, there: Setups, evidence: Evidence) -> Piece | None:
        """A list, item by item; None where its items look at each other."""
        area, desired = spot.area, spot.desired
        if area is Area.CATEGORIES and there[2]:
            return None
        pushed, linked, own = (one.by_key for one in there)
        wanted = desired.by_key
        table = self._table(terms, area)
        steps = {}
        for key in _keys(terms, area, wanted, there):
            items = (wanted.get(key), pushed.get(key), linked.get(key), own.get(key))
            steps[key] = table.step(key, items, evidence)
        if area is Area.CATEGORIES and self._renames(desired, steps):
            return None
        verdicts = tuple(one.verdict for one in steps.values())
        return Piece(verdicts, tuple(_changes(area, desired, there, steps)))

    def _table(self, terms: Terms, area: Area) -> _Table:
        """The table on these terms; terms that say the same of this area share it."""
        known = self._tables.get((id(terms), area))
        if known is None:
            editable = frozenset(place for place in terms.editable if place[0] is area)
            value = (area, terms.hop, area in terms.overwrite, terms.relink, editable)
            known = self._equal.setdefault(value, _Table(area, terms))
            self._tables[id(terms), area] = known
        return known

    def _renames(self, desired: Setup, steps: Mapping[str, Step]) -> bool:
        """May a category have to step aside for one of its name (C1)?"""
        known = self._names.get(id(desired))
        if known is None:
            known = self._names[id(desired)] = (desired, {name_of(one): one.key for one in desired})
        names = known[1]
        if len(names) < len(desired):
            return True
        wanted = desired.by_key
        for key, step in steps.items():
            for one in step.places[1:]:
                if one is not None and one is not wanted.get(key) and names.get(name_of(one), key) != key:
                    return True
        return False


def _keys(terms: Terms, area: Area, desired: Mapping[str, Item], there: Setups) -> list[str]:
    """The keys that are judged, in their order; of fields only those that are pushed, or looked at (P4)."""
    if area in FIELD_AREAS and terms.hop is Hop.COURSE:
        return sorted(desired)
    keys = {*desired, *there[0].by_key, *there[1].by_key, *there[2].by_key}
    return sorted(keys - _unseen(terms, area, there))


def _changes(
    area: Area, desired: Setup, there: Setups, steps: Mapping[str, Step]
) -> Iterable[tuple[tuple[Area, Part], Setup]]:
    """The parts that become something else; one that becomes what is desired is that very object."""
    for place, (part, was) in enumerate(zip(Part, there, strict=True)):
        before = was.by_key
        new = {
            key: step.places[place] for key, step in steps.items() if step.places[place] != before.get(key)
        }
        if new:
            listed = setup(one for one in {**before, **new}.values() if one is not None)
            yield (area, part), desired if listed.items == desired.items else listed


def _on_bench(terms: Terms, group: tuple[Spot, ...], there: tuple[Setups, ...], evidence: Evidence) -> Piece:
    """Composites, and categories that look at each other."""
    held = {
        (area, part): one
        for area, setups in zip(areas_of(group), there, strict=True)
        for part, one in zip(Part, setups, strict=True)
    }
    before = Holding().put(held)
    bench = Bench(terms.hop, before, evidence, terms.overwrite, terms.may_be_edited, relink=terms.relink)
    desired = {one.area: one.desired.by_key for one in group}
    area = group[0].area
    if area is Area.CATEGORIES:
        bench.judge_categories(desired[area])
    else:
        judge_composites(
            bench, desired, terms.weights,
            used=lambda key: evidence.used(Area.COMPOSITE_GRADES, key), marks=no_marks,
        )  # fmt: skip
    after = bench.after()
    changes = tuple(
        ((one, part), after.get(one, part))
        for one in areas_of(group)
        for part in Part
        if after.get(one, part) != before.get(one, part)
    )
    links = tuple(Rename(Area.CATEGORIES, was, key) for was, key in bench.linked_keys.items())
    return Piece(bench.walk(), changes, links)


def _unseen(terms: Terms, area: Area, there: Iterable[Setup]) -> frozenset[str]:
    """The fields that are not looked at (P4)."""
    seen = dict(terms.seen).get(area)
    if seen is None:
        return frozenset()
    return frozenset(one.key for listed in there for one in listed) - seen
