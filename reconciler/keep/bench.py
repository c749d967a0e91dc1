"""This room is the bench on which one host is judged, area by area.

It holds the setups while they change and collects the verdicts; what is desired, what is used and which
marks a case carries is said by the hop that uses it (`plan/course_hop.py`, `plan/section_hop.py`).
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from functools import partial
from typing import TYPE_CHECKING

from reconciler.course import FIELD_AREAS, Area, Part, setup
from reconciler.keep.effect import Parts, Verdict, at_rest, resting, settle
from reconciler.keep.names import name_of, settle_names
from reconciler.keep.table import Action, Case, Hop, Marks, family

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping

    from reconciler.course import Holding, Item, Ref, Setup
    from reconciler.keep.evidence import Evidence


def no_marks(_key: str) -> Marks:
    """A case without marks."""
    return Marks()


@dataclass(slots=True)
class Bench:
    """One host under judgement. `overwrite`: the areas judged by the overwrite column.

    `relink`: an explicit relink (domain.md 7); what was changed below is put back in every area.
    """

    hop: Hop
    before: Holding
    evidence: Evidence
    overwrite: frozenset[Area] = frozenset()
    editable: Callable[[Area, str], bool] = lambda _area, _key: False
    parts: dict[Area, Parts] = field(default_factory=dict)
    verdicts: dict[Area, list[Verdict]] = field(default_factory=dict)
    linked_keys: dict[str, str] = field(default_factory=dict)
    relink: bool = False

    def of(self, area: Area) -> Parts:
        """The area's parts as they are by now."""
        if area not in self.parts:
            self.parts[area] = self.fresh(area)
        return self.parts[area]

    def fresh(self, area: Area) -> Parts:
        """The area's parts as they were before."""
        pushed, linked, own = (dict(self.before.get(area, part).by_key) for part in Part)
        return Parts(pushed, linked, own)

    def here(self, area: Area) -> tuple[Item, ...]:
        """Every item of the area that is there by now."""
        parts = self.parts.get(area)
        if parts is None:
            return self.before.here(area)
        return (*parts.linked.values(), *parts.own.values())

    def category_used(self, key: str) -> bool:
        """Is there evidence of a category, under its key or the one that it had before row 8?"""
        had = sorted(was for was, now in self.linked_keys.items() if now == key)
        return any(self.evidence.used(Area.CATEGORIES, one) for one in (key, *had))

    def note(self, verdict: Verdict) -> None:
        """Add a verdict."""
        self.verdicts.setdefault(verdict.area, []).append(verdict)

    def rests(self, area: Area, desired: Mapping[str, Item]) -> bool:
        """Note that nothing is to be done where all is there as desired and as pushed, and nothing else."""
        if area in self.parts or self.before.get(area, Part.OWN):
            return False
        linked = self.before.get(area, Part.LINKED)
        if linked.by_key != desired or self.before.get(area, Part.PUSHED).by_key != desired:
            return False
        self.verdicts[area] = list(at_rest(area, linked))
        return True

    def _item_rests(self, area: Area, key: str, desired: Mapping[str, Item], parts: Parts) -> bool:
        """The same of one item; the table would say row 2."""
        there = parts.linked.get(key)
        if there is None or key in parts.own or desired.get(key) != there or parts.pushed.get(key) != there:
            return False
        self.note(resting(area, there))
        return True

    def case(self, area: Area, key: str, desired: Item | None, own: Item | None) -> Case:
        """The case of one key."""
        parts = self.of(area)
        return Case(
            self.hop,
            family(area),
            overwrite=area in self.overwrite,
            relink=self.relink,
            editable=self.editable(area, key),
            D=desired,
            P=parts.pushed.get(key),
            L=parts.linked.get(key),
            own=own,
            used=lambda: self.evidence.used(area, key),
        )

    def judge(
        self,
        area: Area,
        desired: Mapping[str, Item],
        *,
        used: Callable[[str], bool] | None = None,
        marks: Callable[[str], Marks] = no_marks,
        skip: Iterable[str] = (),
    ) -> None:
        """Judge every key of an area that is not a category list."""
        if not skip and self.rests(area, desired):
            return
        parts = self.of(area)
        keys = {*desired, *parts.pushed, *parts.linked, *parts.own} - set(skip)
        if area in FIELD_AREAS and self.hop is Hop.COURSE:
            keys &= set(desired)
        self.verdicts[area] = []
        for key in sorted(keys):
            if self._item_rests(area, key, desired, parts):
                continue
            case = self.case(area, key, desired.get(key), parts.own.get(key))
            case = replace(case, marks=marks(key), used=partial(used, key) if used else case.used)
            self.note(settle(area, key, case, parts, self.evidence))

    def judge_categories(self, desired: Mapping[str, Item], skip: Iterable[str] = ()) -> None:
        """Judge a category list: own items by name first, then the desired and linked ones by key."""
        if not skip and self.rests(Area.CATEGORIES, desired):
            self._settle_names(desired)
            return
        area, parts = Area.CATEGORIES, self.of(Area.CATEGORIES)
        skipped = set(skip)
        by_name = {name_of(one): one for one in desired.values()}
        own = [one for _, one in sorted(parts.own.items()) if one.key not in {*desired, *skipped}]
        known = {*desired, *parts.pushed, *parts.linked} - skipped - {one.key for one in own}
        taken = {*parts.pushed, *parts.linked, *parts.own}
        for one in own:
            wanted = by_name.get(name_of(one))
            if wanted is not None and (one.left or wanted.key in taken):
                wanted = None
            self._judge_own(one, wanted)
        for key in sorted(known):
            if key not in self.linked_keys.values() and not self._item_rests(area, key, desired, parts):
                case = self.case(area, key, desired.get(key), self._linked_once(parts, key))
                self.note(settle(area, key, case, parts, self.evidence))
        self._settle_names(desired)

    @staticmethod
    def _linked_once(parts: Parts, key: str) -> Item | None:
        """The own item of this key, which for a category means that it was linked once (house.md 1)."""
        one = parts.own.get(key)
        return one.mark(left=True, kept=one.kept) if one is not None else None

    def _judge_own(self, one: Item, wanted: Item | None) -> None:
        parts = self.of(Area.CATEGORIES)
        case = replace(self.case(Area.CATEGORIES, one.key, wanted, one), P=None, L=None)
        verdict = settle(Area.CATEGORIES, one.key, case, parts, self.evidence)
        if verdict.action is Action.LINK and wanted is not None:
            parts.put(one.key, None, None, None)
            parts.put(wanted.key, wanted, wanted, None)
            self.linked_keys[one.key] = wanted.key
            verdict = verdict._replace(key=wanted.key)
        self.note(verdict)

    def _settle_names(self, desired: Mapping[str, Item]) -> None:
        renames = settle_names(desired.values(), self.here(Area.CATEGORIES))
        parts = self.of(Area.CATEGORIES) if renames else Parts()
        for key, renamed in renames.items():
            place = parts.own if key in parts.own else parts.linked
            before, place[key] = place[key], renamed
            if place is parts.linked and before.same(parts.pushed.get(key)):
                parts.pushed[key] = renamed
            self.note(Verdict(Area.CATEGORIES, key, "C1", Action.KEEP, "renamed", before, renamed))

    def lose_references(self, gone: frozenset[Ref]) -> None:
        """Take what went out of the categories that stay and may not keep it (R7)."""
        parts = self.of(Area.CATEGORIES)
        for place in (parts.pushed, parts.linked, parts.own):
            for key, one in sorted(place.items()):
                rest = _without(one, gone)
                if rest is one:
                    continue
                place[key] = rest
                if place is not parts.pushed:
                    self.note(Verdict(Area.CATEGORIES, key, "R7", Action.KEEP, "reference_gone", one, rest))

    def after(self) -> Holding:
        """The holding as judged."""
        changes: dict[tuple[Area, Part], Setup] = {}
        for area, parts in self.parts.items():
            for part, items in zip(Part, (parts.pushed, parts.linked, parts.own), strict=True):
                was = self.before.get(area, part)
                if items != was.by_key:
                    changes[area, part] = setup(items.values())
        return self.before.put(changes)

    def walk(self) -> tuple[Verdict, ...]:
        """All verdicts, in the order of the areas and of the keys."""
        return tuple(verdict for area in Area for verdict in self.verdicts.get(area, ()))


def _without(one: Item, gone: frozenset[Ref]) -> Item:
    fields: dict[str, tuple[str | int, ...] | None] = {}
    for name, area in (("tasks", Area.GRADING_TASKS), ("standards", Area.STANDARDS)):
        old = one.get(name)
        if isinstance(old, tuple):
            new = tuple(key for key in old if (area, key) not in gone)
            if new != old:
                fields[name] = new or None
    return one.with_fields(**fields) if fields else one
