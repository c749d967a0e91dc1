"""This room walks a host's journal back: in which run did an item become what it is?"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from reconciler.course import Area, Part
from reconciler.receipts import PUSHES

if TYPE_CHECKING:
    from collections.abc import Callable

    from reconciler.course import Holding, Item
    from reconciler.current import KeyMoved, Moved, Run, Snapshot


def pushed_item(holding: Holding, area: Area, key: str) -> Item | None:
    """The item as it was last offered from above."""
    return holding.get(area, Part.PUSHED).get(key)


def present_item(holding: Holding, area: Area, key: str) -> Item | None:
    """The item as it is there, linked or own."""
    return holding.get(area, Part.LINKED).get(key) or holding.get(area, Part.OWN).get(key)


def same(one: Item | None, other: Item | None) -> bool:
    """Are both there and equal in every field, or neither?"""
    return one is other or (one is not None and one.same(other))


class Past:
    """The moves of one host, newest first, with the holdings that they went between."""

    def __init__(self, snapshot: Snapshot, host: int, *, on_section: bool) -> None:
        """Read the host's journal once."""
        self.snapshot = snapshot
        self.host = host
        self.on_section = on_section
        self.moves = snapshot.moves_of(host, on_section=on_section)
        self._runs: dict[int, Run | None] = {}
        self._keys: dict[int, tuple[KeyMoved, ...]] = {}
        self.holdings = snapshot.holdings({place for one in self.moves for place in (one.before, one.after)})

    @property
    def last(self) -> Run | None:
        """The last run that moved the host."""
        return self._run(self.moves[0].run_id) if self.moves else None

    def _run(self, number: int) -> Run | None:
        if number not in self._runs:
            self._runs[number] = self.snapshot.run(number)
        return self._runs[number]

    def run_of(
        self, area: Area, key: str, now: Item | None, read: Callable[[Holding, Area, str], Item | None]
    ) -> Run | None:
        """The run in which the item became what it is `now`; None where no run did (an import, say)."""
        for move in self.moves:
            if not same(read(self.holdings[move.after], area, key), now):
                return None
            before = read(self.holdings[move.before], area, key)
            if before is None and now is not None:
                key = self._was(move, area, key)
                before = read(self.holdings[move.before], area, key)
            if not same(before, now):
                return self._run(move.run_id)
        return None

    def _was(self, move: Moved, area: Area, key: str) -> str:
        """The key that the item had before a run that gave it another (P12, row 8)."""
        if move.run_id not in self._keys:
            self._keys[move.run_id] = self.snapshot.key_moves(move.run_id)
        for one in self._keys[move.run_id]:
            here = (one.on_section, one.area, one.key) == (self.on_section, area, key)
            if here and self.host in one.members:
                return one.was
        return key


def from_courses(run: Run) -> bool:
    """Was this run a push from courses (domain.md 4)?"""
    return run.kind in PUSHES and bool(json.loads(run.options).get("from_courses"))
