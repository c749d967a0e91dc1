"""This room turns judged courses into the rows that a store writes, in batches of whole courses (P7)."""

from __future__ import annotations

from dataclasses import dataclass, field
from itertools import chain
from typing import TYPE_CHECKING

from reconciler.current import Batch, CourseMove, Rekeyed, SectionMove
from reconciler.keep.evidence import rekeyed
from reconciler.plan.rekey import keys_of
from reconciler.push.beside import Beside
from reconciler.push.columns import mirror

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from reconciler.course import Holding, Used
    from reconciler.current import Alias, Rekey, ResidualMark, SectionRow, Transaction
    from reconciler.plan.outcome import Outcome
    from reconciler.push.judge import Looked, Ready

ROWS = 3_000
"""Rows that one transaction moves at most: under 100 ms, the longest that a teacher waits (house rule)."""


@dataclass(slots=True)
class Mover:
    """Makes batches; knows the ids of used sets, and of holdings by `id()`: their courses keep them alive."""

    uses: dict[int, Used]
    holdings: dict[int, int] = field(default_factory=dict)
    used: dict[Used, int] = field(default_factory=dict)
    beside: Beside = field(init=False)

    def __post_init__(self) -> None:
        """Read what goes with a move from the same used sets."""
        self.beside = Beside(self.uses)

    def intern(self, tx: Transaction, looked: Looked) -> None:
        """Store every value that these courses will refer to; values harm nobody if nothing follows."""
        after: dict[int, Holding] = {}
        sets: set[Used] = set()
        taken = () if looked.columns is None else looked.columns.taken
        for outcome in chain((one.outcome for one in taken), _outcomes(looked.ready)):
            if outcome.moves:
                after[id(outcome.after)] = outcome.after
        for one in looked.ready:
            for row, judged in one.sections:
                if judged is not None and judged.rekeys and row.used_id is not None:
                    sets.add(rekeyed(self.uses[row.used_id], keys_of(judged.rekeys)))
        self._keep(tx, after)
        self.used.update(tx.keep_used(sets))

    def _keep(self, tx: Transaction, after: dict[int, Holding]) -> None:
        """Store holdings; those with the very same setups are one, before anything is hashed."""
        alike: dict[tuple[int, ...], Holding] = {}
        first = {mark: alike.setdefault(tuple(map(id, one.setups)), one) for mark, one in after.items()}
        ids = tx.keep_holdings(alike.values())
        places = {id(one): ids[one] for one in alike.values()}
        self.holdings.update((mark, places[id(one)]) for mark, one in first.items())

    def batches(self, looked: Looked) -> Iterator[Batch]:
        """Whole courses, up to ROWS rows at once; courses in which nothing moves are left out."""
        if looked.columns is not None:
            yield from looked.columns.batches(self._id, self.beside, ROWS)
        rows = _Rows()
        for one in looked.ready:
            if self._add(rows, one) and len(rows.courses) + len(rows.sections) >= ROWS:
                yield rows.batch()
                rows = _Rows()
        if rows.courses:
            yield rows.batch()

    def _id(self, outcome: Outcome) -> int:
        return self.holdings[id(outcome.after)]

    def _add(self, rows: _Rows, one: Ready) -> bool:
        moves = [self._section(one, row, judged) for row, judged in one.sections]
        after = self._after(one.course.holding_id, one.outcome)
        moving = [move for move in moves if move.before != move.after or move.used_before != move.used_after]
        if after == one.course.holding_id and not moving and one.master is None:
            return False
        number, name = mirror(one.outcome)
        watched = len(moves) if one.watched else None
        row = one.course
        follows = (row.catalog, row.master, row.ignored)
        course = CourseMove(row.id, row.holding_id, after, number, name, watched, one.master, follows)
        rows.courses.append(course)
        rows.sections.extend(moves if one.watched else moving)
        self._beside(rows, one)
        return True

    def _after(self, before: int, outcome: Outcome | None) -> int:
        if outcome is None or outcome.after is outcome.before:
            return before
        return self._id(outcome)

    def _section(self, one: Ready, row: SectionRow, judged: Outcome | None) -> SectionMove:
        used = row.used_id
        if judged is not None and judged.rekeys and used is not None:
            used = self.used[rekeyed(self.uses[used], keys_of(judged.rekeys))]
        after = self._after(row.holding_id, judged)
        return SectionMove(row.id, one.course.id, row.holding_id, after, row.used_id, used)

    def _beside(self, rows: _Rows, one: Ready) -> None:
        rows.aliases.extend(self.beside.aliases(one.course.id, one.outcome, on_section=False))
        rows.rekeyed.extend(Rekeyed(False, one.course.id, *each) for each in one.outcome.rekeys)
        for row, judged in one.sections:
            rows.residuals.extend(self.beside.marks(row, one.outcome, judged))
            if judged is not None:
                rows.rekeys.extend(self.beside.rekeys(row, judged))
                rows.rekeyed.extend(Rekeyed(True, row.id, *each) for each in judged.rekeys)
                rows.aliases.extend(self.beside.aliases(row.id, judged, on_section=True))


@dataclass(slots=True)
class _Rows:
    """A batch while it grows."""

    courses: list[CourseMove] = field(default_factory=list)
    sections: list[SectionMove] = field(default_factory=list)
    rekeys: list[Rekey] = field(default_factory=list)
    aliases: list[Alias] = field(default_factory=list)
    residuals: list[ResidualMark] = field(default_factory=list)
    rekeyed: list[Rekeyed] = field(default_factory=list)

    def batch(self) -> Batch:
        """The batch as the store takes it."""
        return Batch(self.courses, self.sections, self.rekeys, self.aliases, self.residuals, self.rekeyed)


def _outcomes(ready: Iterable[Ready]) -> Iterator[Outcome]:
    for one in ready:
        yield one.outcome
        yield from (judged for _, judged in one.sections if judged is not None)
