"""This room says which items of sections a push from courses brought: their course locks them (S3)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from reconciler.receipts import PUSHES
from reconciler.story.past import from_courses, pushed_item, same

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable

    from reconciler.course import Area, Holding
    from reconciler.current import Run, Snapshot

EVERY_RUN = 1_000_000_000


class Brought:
    """The journal of some sections, looked through once; where no push was from courses, not at all."""

    def __init__(self, snapshot: Snapshot, sections: Collection[int]) -> None:
        """Read the moves of these sections, newest first."""
        self.moves: dict[int, list[tuple[int, int, bool]]] = {}
        self.holdings: dict[int, Holding] = {}
        runs = [one for one in snapshot.runs(EVERY_RUN) if one.kind in PUSHES] if sections else []
        if any(map(from_courses, runs)):
            self._read(snapshot, runs, frozenset(sections))

    def _read(self, snapshot: Snapshot, runs: Iterable[Run], sections: frozenset[int]) -> None:
        for run in runs:
            by_courses = from_courses(run)
            for move in snapshot.moves(run.id):
                for section in sections.intersection(move.members) if move.on_section else ():
                    self.moves.setdefault(section, []).append((move.before, move.after, by_courses))
        places = {place for moves in self.moves.values() for move in moves for place in move[:2]}
        self.holdings = snapshot.holdings(places)

    def by_courses(self, section: int, area: Area, key: str) -> bool:
        """Was it a push from courses that last changed what was pushed of this item?"""
        for before, after, by_courses in self.moves.get(section, ()):
            old, new = (pushed_item(self.holdings[place], area, key) for place in (before, after))
            if new is not None and not same(old, new):
                return by_courses
        return False
