"""This room writes the body of a saved plan, small: whatever is there many times stands once.

Items stand once; setups are the places of their items, wishes the places of their setups, cohorts those of
their verdicts. What the wishes of a catalog have in common is one kind of wish, what verdicts have in common
is one ruling. Places are counted from 0.
"""

from __future__ import annotations

from dataclasses import asdict, dataclass, field
from typing import TYPE_CHECKING, Any

from reconciler import members
from reconciler.plan.alike import Kind, Ruling
from reconciler.plan.together import Verdicts, together, wishes

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
    followed = wishes(plan)
    scope = asdict(plan.scope)
    scope["data"] = sorted(plan.scope.data)
    return {
        "store": plan.store,
        "catalog": plan.catalog,
        "catalogs": list(plan.catalogs),
        "scope": scope,
        "courses": members.pack(followed),
        "wishes": members.steps([*followed.values()]),
        "wants": [shelf.want(one) for one in plan.wants],
        "cohorts": [shelf.cohort(one) for one in cohorts],
        "skipped": {reason: members.pack(ids) for reason, ids in sorted(plan.skipped.items())},
        "lists": shelf.lists(plan.lists),
        "lists_before": shelf.lists(plan.lists_before),
        "verdicts": [shelf.verdict(one) for one in shelf.verdicts.known],
        "kinds": [one.tell() for one in shelf.kinds],
        "rulings": [one.tell() for one in shelf.rulings],
        "setups": shelf.setups,
        "items": [_item(one) for one in shelf.items],
        "summary": summary,
    }


@dataclass(slots=True)
class _Shelf:
    """Where everything stands that is referred to by its place."""

    setups: list[list[int]] = field(default_factory=list)
    items: dict[Item, int] = field(default_factory=dict)
    kinds: dict[Kind, int] = field(default_factory=dict)
    rulings: dict[Ruling, int] = field(default_factory=dict)
    verdicts: Verdicts = field(default_factory=Verdicts)
    _setups: dict[Setup, int] = field(default_factory=dict)
    _met: dict[int, int] = field(default_factory=dict)

    def want(self, one: Wanted) -> list[object]:
        """[kind, number, setups by the kind's areas, then the weights]; what is only its own after that."""
        kind = Kind.of(one)
        setups = [*(self._setup(one.setups[area]) for area in kind.areas), self._setup(one.weights)]
        told = [self.kinds.setdefault(kind, len(self.kinds)), one.number, setups]
        if one.was is None and not one.renames:
            return told
        return [*told, one.was, [[each.area.value, each.was, each.key] for each in one.renames]]

    def cohort(self, one: SavedCohort) -> Json:
        """What was decided, for whom."""
        places = [self.verdicts.number(each) for each in one.verdicts]
        told = {"hop": one.hop.value, "verdicts": places, "members": members.pack(one.members)}
        return {**told, "refused": one.refused} if one.refused else told

    def verdict(self, one: Verdict) -> list[object]:
        """[ruling, key, the item as it is, the item as it will be]."""
        ruling = Ruling.of(one)
        place = self.rulings.setdefault(ruling, len(self.rulings))
        return [
            place,
            one.key,
            *(None if each is None else self._item(each) for each in (one.before, one.after)),
        ]

    def lists(self, lists: Mapping[str, Mapping[ListKind, Setup]]) -> Json:
        """The named lists of catalogs."""
        return {
            name: {kind: self._setup(one) for kind, one in sorted(kinds.items())}
            for name, kinds in sorted(lists.items())
        }

    def _setup(self, one: Setup) -> int:
        place = self._met.get(id(one))
        if place is None:
            place = self._met[id(one)] = self._setups.setdefault(one, len(self.setups))
            if place == len(self.setups):
                self.setups.append([self._item(each) for each in one])
        return place

    def _item(self, one: Item) -> int:
        return self.items.setdefault(one, len(self.items))


def _item(one: Item) -> Json:
    told: Json = {"key": one.key, "fields": dict(one.fields)}
    marks = {"left": one.left, "kept": one.kept}
    return {**told, **{name: True for name, there in marks.items() if there}}
