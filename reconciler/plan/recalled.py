"""This room reads the body of a saved plan, following places."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from reconciler import members
from reconciler.course import EMPTY, Area, Item, ListKind, Rename, Setup, from_rows
from reconciler.keep.effect import Verdict
from reconciler.keep.table import Hop
from reconciler.plan.alike import Kind, Ruling
from reconciler.plan.together import SavedCohort
from reconciler.plan.wanted import Wanted

if TYPE_CHECKING:
    from collections.abc import Mapping

Json = dict[str, Any]


class Body:
    """A body as read; a place where nothing is raises LookupError."""

    def __init__(self, told: Json) -> None:
        """Read what is referred to by its place."""
        self.items = from_rows(told["items"]).items
        self.setups = [_setup(self.items, one) for one in told["setups"]]
        self.rulings = [Ruling.hear(one) for one in told["rulings"]]
        self.verdicts = [self._verdict(one) for one in told["verdicts"]]
        self.kinds = [Kind.hear(one) for one in told["kinds"]]
        self._alike: dict[tuple[int, ...], Mapping[Area, Setup]] = {}

    def _verdict(self, told: list[Any]) -> Verdict:
        place, key, *items = told
        area, row, action, reason, drift, held, by = self.rulings[place]
        before, after = (None if each is None else self.items[each] for each in items)
        return Verdict(area, key, row, action, reason, before, after, drift, held, by)

    def lists(self, told: Json) -> dict[str, dict[ListKind, Setup]]:
        """The named lists of catalogs."""
        return {
            name: {ListKind(kind): self.setups[place] for kind, place in kinds.items()}
            for name, kinds in told.items()
        }

    def cohort(self, told: Json) -> SavedCohort:
        """One cohort."""
        return SavedCohort(
            Hop(told["hop"]),
            told.get("refused", ""),
            tuple(self.verdicts[place] for place in told["verdicts"]),
            members.unpack(told["members"]),
        )

    def want(self, told: list[Any]) -> Wanted:
        """One wish; those with the same setups share them."""
        place, number, setups, *own = told
        kind = self.kinds[place]
        was, renames = own or (None, ())
        return Wanted(
            kind.catalog,
            number,
            kind.active,
            kind.overwrite,
            self._setups(kind.areas, place, setups),
            self.setups[setups[-1]],
            kind.editable,
            kind.down,
            tuple(Rename(Area(area), was, key) for area, was, key in renames),
            was,
            kind.last_term,
            kind.relink,
        )

    def _setups(self, areas: tuple[Area, ...], kind: int, places: list[int]) -> Mapping[Area, Setup]:
        key = (kind, *places[:-1])
        found = self._alike.get(key)
        if found is None:
            there = map(self.setups.__getitem__, places[:-1])
            found = self._alike[key] = dict(zip(areas, there, strict=True))
        return found


def _setup(items: tuple[Item, ...], told: list[int]) -> Setup:
    return Setup(tuple(map(items.__getitem__, told))) if told else EMPTY
