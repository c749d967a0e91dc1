"""This room walks over everything that a run moved, and judges each distinct case once."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import partial
from typing import TYPE_CHECKING, NamedTuple

from reconciler.course import Ref, names
from reconciler.keep.evidence import Asked, Evidence, only, rekeyed, union
from reconciler.keep.table import Action
from reconciler.plan.cohorts import Question
from reconciler.plan.references import NAMING
from reconciler.plan.rekey import keys_of
from reconciler.plan.targets import Aim
from reconciler.plan.walk import Visit, Walk
from reconciler.plan.wanted import Wanted
from reconciler.undo.restore import TASKS, restore, trace

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from reconciler.course import Calendar, Holding, Rename, Used
    from reconciler.current import CourseRow, SectionRow
    from reconciler.plan.outcome import Outcome
    from reconciler.plan.scope import Scope
    from reconciler.undo.journal import Journal, Way
    from reconciler.undo.restore import Spot, Trace

NO_WISH = Wanted("", "", active=True, overwrite=False, setups={})
"""What an undo wants of every course: no master has a part in it."""


class UndoTargets(NamedTuple):
    """The courses of a run: those that it moved, and those of the sections that it moved."""

    scope: Scope
    calendars: Mapping[int, Calendar]
    wants: Sequence[Wanted] = (NO_WISH,)
    needs_names: bool = False

    def aim(self, row: CourseRow, number: str) -> Aim | None:
        """Every course that the walk is limited to."""
        del row, number
        return Aim(0)


Case = tuple[int, int, tuple["Rename", ...], "Holding", frozenset[Ref]]


@dataclass(slots=True)
class UndoSurvey(Walk):
    """A walk that brings every host back to where a run found it."""

    journal: Journal = field(kw_only=True)
    questions: dict[Case, tuple[Trace, Question]] = field(default_factory=dict)
    named: dict[Holding, frozenset[Ref]] = field(default_factory=dict)
    again: dict[int, tuple[Outcome, Callable[[frozenset[Spot]], Outcome]]] = field(default_factory=dict)

    @property
    def compared(self) -> int:
        """How many comparisons were made."""
        return sum(question.compared for _, question in self.questions.values())

    def visit(self, row: CourseRow, aim: Aim, sections: list[SectionRow]) -> Visit:
        """Judge the sections, then the course with what they name, then sections for what it keeps."""
        del aim
        self._fetch_ways(row, sections)
        first = [(one, self._section(one, frozenset())) for one in sections]
        outcome = self._course(row, first)
        kept = frozenset(
            Ref(one.area, one.key)
            for one in outcome.verdicts
            if one.action is Action.REFUSE and one.area in TASKS
        )
        judged = [(one, self._section(one, kept)) for one in sections] if kept else first
        return Visit(row, "", 0, outcome, tuple(judged), watched=True)

    def _fetch_ways(self, row: CourseRow, sections: Sequence[SectionRow]) -> None:
        ways = [self.journal.courses.get(row.id), *(self.journal.sections.get(one.id) for one in sections)]
        unknown = {place for way in ways if way for place in way} - self.holdings.keys()
        if unknown:
            self.holdings.update(self.snapshot.holdings(unknown))

    def _section(self, one: SectionRow, kept: frozenset[Ref]) -> Outcome | None:
        way = self.journal.sections.get(one.id)
        if way is None:
            return None
        run, question = self._case(way, self.journal.keys.get((True, one.id), ()), one.holding_id, kept)
        uses, keys = self.uses(one), keys_of(run.renames)
        return question.outcome(
            lambda asked: Evidence(only(rekeyed(uses or frozenset(), keys), asked), uses is None)
        )

    def _course(self, row: CourseRow, sections: Sequence[tuple[SectionRow, Outcome | None]]) -> Outcome:
        way = self.journal.courses.get(row.id, (row.holding_id, row.holding_id))
        renames = self.journal.keys.get((False, row.id), ())
        _, question = self._case(way, renames, row.holding_id, frozenset())
        return question.outcome(lambda asked: self._below(asked, sections))

    def _case(
        self, way: Way | tuple[int, int], renames: tuple[Rename, ...], now: int, kept: frozenset[Ref]
    ) -> tuple[Trace, Question]:
        holding = self.holdings[now]
        key = (*way, renames, holding, kept)
        if key not in self.questions:
            run = trace(self.holdings[way[0]], self.holdings[way[1]], renames)
            question = Question(lambda known: self._restored(run, holding, known, kept))
            self.questions[key] = (run, question)
        return self.questions[key]

    def _restored(self, run: Trace, now: Holding, known: Evidence, kept: frozenset[Ref]) -> Outcome:
        outcome = restore(run, now, known, kept)
        self.again[id(outcome)] = (outcome, partial(restore, run, now, known, kept))
        return outcome

    def leaving(self, outcome: Outcome, spots: frozenset[Spot]) -> Outcome:
        """The same outcome, but for these items, which are left as they are."""
        _, restored = self.again[id(outcome)]
        return restored(spots)

    def _below(self, asked: Asked, sections: Sequence[tuple[SectionRow, Outcome | None]]) -> Evidence:
        """What is used in any section, by the keys of before; and what their items will name (R7)."""
        sets: list[Used] = []
        for one, _ in sections:
            renames = self.journal.keys.get((True, one.id), ())
            back = {(each.area, each.key): each.was for each in renames}
            sets.append(rekeyed(self.uses(one) or frozenset(), back))
        unread = any(one.used_id is None for one, _ in sections)
        named = self._names(sections) if any(area in TASKS for area, _ in asked) else frozenset()
        return Evidence(only(union(sets), asked), unread, named & _refs(asked))

    def _names(self, sections: Sequence[tuple[SectionRow, Outcome | None]]) -> frozenset[Ref]:
        found: set[Ref] = set()
        for one, outcome in sections:
            holding = outcome.after if outcome else self.holdings[one.holding_id]
            if holding not in self.named:
                self.named[holding] = frozenset(
                    ref for area in NAMING for one in holding.here(area) for ref in names(area, one)
                )
            found |= self.named[holding]
        return frozenset(found)


def _refs(asked: Asked) -> frozenset[Ref]:
    return frozenset(Ref(area, key) for area, key in asked)
