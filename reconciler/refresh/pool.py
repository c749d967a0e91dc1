"""This room keeps one object of each setup and holding, so that rows compare and store by reference.

A district has some hundred thousand hosts and some thousand holdings; hashing a holding row by row would
cost more than all the rest.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from reconciler.course import EMPTY, Area, Holding, Part

if TYPE_CHECKING:
    from collections.abc import Iterable

    from reconciler.course import Setup
    from reconciler.current import Transaction


class Pool:
    """Holdings as values, with their ids in the store where these are known."""

    def __init__(self) -> None:
        """Start empty."""
        self._setups: dict[Setup, Setup] = {EMPTY: EMPTY}
        self._same: dict[int, Setup] = {id(EMPTY): EMPTY}
        self._holdings: dict[tuple[int, ...], Holding] = {}
        self._places: dict[int, int] = {}
        self._objects: dict[int, Holding] = {}
        self._residuals: dict[int, frozenset[tuple[Area, str]]] = {}

    def keep(self, holding: Holding) -> Holding:
        """The one object that stands for this holding."""
        setups = tuple(self._setup(one) for one in holding.setups)
        mark = tuple(map(id, setups))
        known = self._holdings.get(mark)
        if known is None:
            known = self._holdings[mark] = Holding(setups)
        return known

    def load(self, tx: Transaction, ids: Iterable[int]) -> None:
        """Read these holdings from the store, unless they are known."""
        for place, holding in tx.holdings(set(ids) - self._objects.keys()).items():
            self._objects[place] = self.keep(holding)
            self._places[id(self._objects[place])] = place

    def at(self, place: int) -> Holding:
        """The holding of this id; it must have been loaded."""
        return self._objects[place]

    def store(self, tx: Transaction, holdings: Iterable[Holding]) -> None:
        """Give ids to kept holdings that have none."""
        new = {id(one): one for one in holdings if id(one) not in self._places}
        places = tx.keep_holdings(new.values())
        for mark, one in new.items():
            self._places[mark] = places[one]

    def place(self, holding: Holding) -> int:
        """The id of a kept and stored holding."""
        return self._places[id(holding)]

    def residuals(self, holding: Holding) -> frozenset[tuple[Area, str]]:
        """The residuals in a kept holding, by area and key (domain.md 5)."""
        found = self._residuals.get(id(holding))
        if found is None:
            own = ((area, one) for area in Area for one in holding.get(area, Part.OWN))
            found = self._residuals[id(holding)] = frozenset((area, one.key) for area, one in own if one.kept)
        return found

    def _setup(self, one: Setup) -> Setup:
        same = self._same.get(id(one))
        if same is None:
            same = self._setups.setdefault(one, one)
            if same is one:
                # Only objects that live as long as the pool may be known by their id.
                self._same[id(one)] = one
        return same
