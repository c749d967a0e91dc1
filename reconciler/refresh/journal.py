"""This room knows the way by which each host came to what it has: the moves of the newest runs.

It is read once for a refresh, line by line and not host by host; where no run has moved anything there is
nothing to read.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterable

    from reconciler.course import Area, Holding
    from reconciler.current import Transaction
    from reconciler.refresh.pool import Pool

RUNS = 50
"""How many runs before this one are looked at."""
IMPORT = "import"
"""The kind of a refresh's own run."""


class Step(NamedTuple):
    """One move of a host: what it had before the run, and after it."""

    run: int
    before: Holding
    after: Holding


Way = tuple[Step, ...]
"""The moves of a host, the newest first: each ends where the one before it in this list began."""


class _Line:
    """One line of the journal; its hosts are indexed when somebody asks for one."""

    __slots__ = ("after", "before", "hosts", "members", "place", "run")

    def __init__(self, place: int, run: int, before: int, after: int, members: tuple[int, ...]) -> None:
        """`place`: how many lines are newer."""
        self.place, self.run, self.before, self.after, self.members = place, run, before, after, members
        self.hosts: frozenset[int] | None = None

    def has(self, host: int) -> bool:
        """Did this host move so?"""
        if self.hosts is None:
            self.hosts = frozenset(self.members)
        return host in self.hosts


class Journal:
    """What the newest runs moved, by where it ended."""

    def __init__(self, tx: Transaction, pool: Pool, run: int) -> None:
        """Read the journal of the runs before this one."""
        self.tx, self.pool = tx, pool
        self._lines: dict[tuple[bool, int], list[_Line]] = {}
        self._kinds: dict[int, str] = {}
        self._renames: dict[int, dict[tuple[bool, int], list[tuple[Area, str, str]]]] = {}
        place = 0
        for number in range(run - 1, max(run - 1 - RUNS, 0), -1):
            for one in reversed(tx.moves(number)):
                line = _Line(place, number, one.before, one.after, one.members)
                self._lines.setdefault((bool(one.on_section), one.after), []).append(line)
                place += 1

    def __bool__(self) -> bool:
        """Did any of these runs move anything?"""
        return bool(self._lines)

    def load(self, holdings: Iterable[int]) -> None:
        """Read from the store everything that hosts with these holdings may have had before."""
        waiting, seen = (set(holdings) if self._lines else set()), set[int]()
        while waiting:
            place = waiting.pop()
            seen.add(place)
            for on_section in (False, True):
                waiting |= {one.before for one in self._lines.get((on_section, place), ())} - seen
        self.pool.load(self.tx, seen)

    def way(self, host: int, holding: int, *, on_section: bool) -> Way:
        """The moves that led this host to this holding; empty where the last of them ended elsewhere."""
        found: list[Step] = []
        place = -1
        while True:
            line = self._last(on_section, host, holding, place)
            if line is None:
                return tuple(found)
            found.append(Step(line.run, self.pool.at(line.before), self.pool.at(line.after)))
            holding, place = line.before, line.place

    def _last(self, on_section: bool, host: int, holding: int, newer: int) -> _Line | None:
        for line in self._lines.get((on_section, holding), ()):
            if line.place > newer and line.has(host):
                return line
        return None

    def renames(self, run: int, host: int, *, on_section: bool) -> list[tuple[Area, str, str]]:
        """The items of a host that got another key in a run: (area, old key, new key)."""
        if run not in self._renames:
            found = self._renames[run] = {}
            for one in self.tx.key_moves(run):
                for member in one.members:
                    found.setdefault((bool(one.on_section), member), []).append((one.area, one.was, one.key))
        return self._renames[run].get((on_section, host), [])

    def is_import(self, run: int) -> bool:
        """Did a refresh make this move, because a source had not taken a run?"""
        if run not in self._kinds:
            told = self.tx.run(run)
            self._kinds[run] = told.kind if told else ""
        return self._kinds[run] == IMPORT
