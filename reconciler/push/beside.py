"""This room writes what goes with a host's move: uses under new keys, names of the source, residual marks."""

from __future__ import annotations

from dataclasses import dataclass, field
from itertools import chain
from typing import TYPE_CHECKING, NamedTuple

from reconciler.course import Area
from reconciler.current import Alias, Rekey, ResidualMark
from reconciler.keep.evidence import rekeyed
from reconciler.keep.names import name_of
from reconciler.plan.rekey import keys_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from reconciler.course import Used
    from reconciler.current import SectionRow
    from reconciler.keep.effect import Verdict
    from reconciler.plan.outcome import Outcome

TASKS = frozenset({Area.GRADING_TASKS, Area.STANDARDS})
"""A residual of these is the course's, and is told of each section that uses it (R1)."""


class Mark(NamedTuple):
    """An item that turned residual, or (`cleared`) that is one no more."""

    area: Area
    key: str
    cleared: bool


class Told(NamedTuple):
    """What one outcome means for every host that has it: marks, and (name in the source, key)."""

    marks: tuple[Mark, ...]
    names: tuple[tuple[str, str], ...]


@dataclass(slots=True)
class Beside:
    """Reads each distinct outcome once; knows the used sets as they were."""

    uses: dict[int, Used]
    told: dict[int, Told] = field(default_factory=dict)
    alike: dict[tuple[int, ...], Told] = field(default_factory=dict)

    def of(self, outcome: Outcome) -> Told:
        """What goes with this outcome. It must live as long as this object."""
        told = self.told.get(id(outcome))
        if told is None:
            told = self.told[id(outcome)] = self._of(outcome)
        return told

    def _of(self, outcome: Outcome) -> Told:
        """The same pieces mean the same, whatever else there is."""
        key: tuple[int, ...] = (id(outcome),)
        if outcome.pieces is not None and not outcome.rekeys:
            key = tuple(id(one) for one in outcome.pieces if one.counts)
        if key not in self.alike:
            self.alike[key] = Told(tuple(marks(outcome)), tuple(_names(outcome)))
        return self.alike[key]

    def aliases(self, host: int, outcome: Outcome, *, on_section: bool) -> Iterator[Alias]:
        """The source goes on calling a renamed category by its old name; its next import must find it."""
        for name, key in self.of(outcome).names:
            yield Alias(on_section, host, Area.CATEGORIES, name, key)

    def rekeys(self, row: SectionRow, outcome: Outcome) -> Iterator[Rekey]:
        """The uses of a section that get new keys (P12, row 8)."""
        if outcome.rekeys and row.used_id is not None:
            there = {(use.area, use.key) for use in self.uses[row.used_id]}
            for one in outcome.rekeys:
                if (one.area, one.was) in there:
                    yield Rekey(row.id, one.area, one.was, one.key)

    def marks(self, row: SectionRow, course: Outcome, outcome: Outcome | None) -> Iterator[ResidualMark]:
        """The residuals of a section; a task's, which is the course's, where the section uses it (R1)."""
        if outcome is not None:
            yield from self.own(row.id, outcome)
        for one in self.of(course).marks:
            if one.area in TASKS and (one.cleared or self._uses(row, course, one)):
                yield ResidualMark(row.id, *one)

    def own(self, section: int, outcome: Outcome) -> Iterator[ResidualMark]:
        """The residuals that a section has by itself."""
        for one in self.of(outcome).marks:
            yield ResidualMark(section, *one)

    def _uses(self, row: SectionRow, course: Outcome, mark: Mark) -> bool:
        if row.used_id is None:
            return True
        used = rekeyed(self.uses[row.used_id], keys_of(course.rekeys))
        return any((use.area, use.key) == mark[:2] for use in used)


def counting(outcome: Outcome) -> Iterable[Verdict]:
    """The verdicts of all areas in which anything is to be done or told."""
    if outcome.pieces is None:
        return outcome.verdicts
    return chain.from_iterable(one.verdicts for one in outcome.pieces if one.counts)


def marks(outcome: Outcome) -> Iterator[Mark]:
    """Marks that come or go. One that goes stands under the key that the item had when it came."""
    had = {(one.area, one.key): one.was for one in outcome.rekeys}
    for verdict in counting(outcome):
        before, after = verdict.before, verdict.after
        if before is not None and before.kept and not (after is not None and after.kept):
            yield Mark(verdict.area, had.get((verdict.area, before.key), before.key), cleared=True)
        elif after is not None and after.kept and not (before is not None and before.kept):
            yield Mark(verdict.area, after.key, cleared=False)


def _names(outcome: Outcome) -> Iterator[tuple[str, str]]:
    for verdict in counting(outcome):
        before, after = verdict.before, verdict.after
        if before is None or after is None or verdict.area is not Area.CATEGORIES:
            continue
        if name_of(before) != name_of(after):
            yield name_of(before), after.key
