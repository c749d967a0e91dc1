"""This room writes the body of a saved plan, small: whatever is there many times stands once.

Items stand once, setups are the places of their items, wishes the places of their setups. What the wishes of
one catalog have in common is one kind of wish. Places are counted from 0.
"""

from __future__ import annotations

from dataclasses import asdict, dataclass, field
from typing import TYPE_CHECKING, Any

from reconciler import members
from reconciler.plan.together import Verdicts, followers, together

if TYPE_CHECKING:
    from collections.abc import Mapping

    from reconciler.course import Item, ListKind, Setup
    from reconciler.keep.effect import Verdict
    from reconciler.plan.model import Plan
    from reconciler.plan.together import SavedCohort
    from reconciler.plan.wanted import Wanted

Json = dict[str, Any]


def body(plan: Plan, summary: Json) -> Json:
    """The body of a plan with its summary; equal plans have equal bodies, however they were gathered."""
    shelf = _Shelf()
    cohorts, summary = together(plan, summary)
    scope = asdict(plan.scope)
    scope["data"] = sorted(plan.scope.data)
    return {
        "store": plan.store,
        "catalog": plan.catalog,
        "catalogs": list(plan.catalogs),
        "scope": scope,
        "wants": [
            shelf.want(one, courses)
            for one, courses in zip(plan.wants, followers(plan), strict=True)
        ],
        "cohorts": [shelf.cohort(one) for one in cohorts],
        "courses": members.pack(plan.courses),
        "skipped": {reason: members.pack(ids) for reason, ids in sorted(plan.skipped.items())},
        "lists": shelf.lists(plan.lists),
        "lists_before": shelf.lists(plan.lists_before),
        "verdicts": [shelf.verdict(one) for one in shelf.verdicts.known],
        "kinds": list(shelf.kinds.values()),
        "setups": shelf.setups,
        "items": [_item(one) for one in shelf.items],
        "summary": summary,
    }


@dataclass(slots=True)
class _Shelf:
    """Where everything stands that is referred to by its place."""

    setups: list[list[int]] = field(default_factory=list)
    items: dict[Item, int] = field(default_factory=dict)
    verdicts: Verdicts = field(default_factory=Verdicts)
    kinds: dict[tuple[object, ...], Json] = field(default_factory=dict)
    _setups: dict[Setup, int] = field(default_factory=dict)
    _kinds: dict[tuple[object, ...], int] = field(default_factory=dict)

    def want(self, one: Wanted, courses: tuple[int, ...]) -> list[object]:
        """[kind, number, setups by the kind's areas and the weights, courses, and what is its own]."""
        areas = sorted(one.setups)
        places = [self.setup(one.setups[area]) for area in areas]
        told = [self._kind(one), one.number, [*places, self.setup(one.weights)], members.pack(courses)]
        if one.was is None and not one.renames:
            return told
        return [*told, one.was, [[each.area.value, each.was, each.key] for each in one.renames]]

    def _kind(self, one: Wanted) -> int:
        areas = tuple(sorted(one.setups))
        key = (one.catalog, one.active, one.overwrite, areas, one.editable, one.down, one.last_term, one.relink)
        place = self._kinds.setdefault(key, len(self._kinds))
        if key not in self.kinds:
            self.kinds[key] = {
                "catalog": one.catalog,
                "active": one.active,
                "overwrite": one.overwrite,
                "areas": [area.value for area in areas],
                "editable": [[area.value, key] for area, key in sorted(one.editable)],
                "down": sorted(one.down),
                "last_term": one.last_term,
                "relink": one.relink,
            }
        return place

    def cohort(self, one: SavedCohort) -> Json:
        """What was decided, for whom."""
        written: Json = {"hop": one.hop.value, "verdicts": [self.verdicts.number(each) for each in one.verdicts]}
        if one.refused:
            written["refused"] = one.refused
        return {**written, "members": members.pack(one.members)}

    def lists(self, lists: Mapping[str, Mapping[ListKind, Setup]]) -> Json:
        """The named lists of catalogs."""
        return {
            name: {kind: self.setup(one) for kind, one in sorted(kinds.items())}
            for name, kinds in sorted(lists.items())
        }

    def setup(self, one: Setup) -> int:
        """The place of a setup."""
        place = self._setups.get(one)
        if place is None:
            place = self._setups[one] = len(self.setups)
            self.setups.append([self._item(each) for each in one])
        return place

    def _item(self, one: Item) -> int:
        return self.items.setdefault(one, len(self.items))

    def verdict(self, one: Verdict) -> Json:
        """One decision about one item."""
        written: Json = {
            "area": one.area.value,
            "key": one.key,
            "row": one.row,
            "action": one.action.value,
            "reason": one.reason,
            "before": None if one.before is None else self._item(one.before),
            "after": None if one.after is None else self._item(one.after),
        }
        if one.drift:
            written["drift"] = True
        if one.held:
            written["held"] = list(one.held)
        if one.by:
            written["by"] = [[ref.area.value, ref.key] for ref in one.by]
        return written


def _item(one: Item) -> Json:
    written: Json = {"key": one.key, "fields": dict(one.fields)}
    marks = {"left": one.left, "kept": one.kept}
    return {**written, **{name: True for name, there in marks.items() if there}}
