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
from reconciler.undo.restore import TASKS, going_back, restore, reverse, trace

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from reconciler.course import Calendar, Holding, Rename, Used
    from reconciler.current import CourseRow, SectionRow
    from reconciler.plan.outcome import Outcome
    from reconciler.plan.rekey import Keys
    from reconciler.plan.scope import Scope
    from reconciler.undo.journal import Journal, Way
    from reconciler.undo.restore import Spot, Trace

NO_WISH = Wanted("", "", active=True, overwrite=False, setups={})
"""What an undo wants of every course: no master has a part in it."""


class Around(NamedTuple):
    """What its course means for a section.

    `kept`: the tasks and standards that it keeps though the run brought them; `lost`: those that the section
    named before the run, and that the course will not have; `staying`: their new keys that do not go back.
    """

    kept: frozenset[Ref] = frozenset()
    lost: frozenset[Ref] = frozenset()
    staying: frozenset[Rename] = frozenset()


Judged = tuple["SectionRow", "Outcome | None"]
ALONE = Around()
"""A course, which is in no course."""


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


Case = tuple[bool, int, int, tuple["Rename", ...], "Holding", "Around"]


@dataclass(slots=True)
class UndoSurvey(Walk):
    """A walk that brings every host back to where a run found it."""

    journal: Journal = field(kw_only=True)
    questions: dict[Case, tuple[Trace, Question]] = field(default_factory=dict)
    named: dict[Holding, frozenset[Ref]] = field(default_factory=dict)
    again: dict[int, tuple[Outcome, Callable[[frozenset[Spot]], Outcome]]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        """Read every holding that the run came from or led to, in one go."""
        ways = (*self.journal.courses.values(), *self.journal.sections.values())
        self.holdings.update(self.snapshot.holdings({place for way in ways for place in way}))

    @property
    def compared(self) -> int:
        """How many comparisons were made."""
        return sum(question.compared for _, question in self.questions.values())

    def visit(self, row: CourseRow, aim: Aim, sections: list[SectionRow]) -> Visit:
        """Judge the sections, then the course with what they name, then sections for what it keeps."""
        del aim
        staying = self._keys_staying(row)
        first = [(one, self._section(one, Around(staying=staying))) for one in sections]
        outcome = self._course(row, first, staying)
        kept = frozenset(
            Ref(one.area, one.key)
            for one in outcome.verdicts
            if one.action is Action.REFUSE and one.area in TASKS
        )
        judged = []
        for one, judgement in first:
            around = Around(kept, self._lost(row, one, outcome), staying)
            judged.append((one, self._section(one, around) if any(around[:2]) else judgement))
        return Visit(row, "", 0, outcome, tuple(judged), watched=True)

    def _keys_staying(self, row: CourseRow) -> frozenset[Rename]:
        """The tasks and standards that do not get their old keys back: the course's, in its sections too."""
        renames = self.journal.keys.get((False, row.id), ())
        if not any(one.area in TASKS for one in renames):
            return frozenset()
        after = self.holdings[self._way(row)[1]]
        back = going_back(renames, after, self.holdings[row.holding_id])
        return frozenset(one for one in renames if one.area in TASKS and reverse(one) not in back)

    def _way(self, row: CourseRow) -> Way | tuple[int, int]:
        return self.journal.courses.get(row.id, (row.holding_id, row.holding_id))

    def _lost(self, row: CourseRow, one: SectionRow, outcome: Outcome) -> frozenset[Ref]:
        """What the section named before the run, and its course had, if it is known, and will not have."""
        way = self.journal.sections.get(one.id)
        if way is None:
            return frozenset()
        known = self.journal.courses.get(row.id)
        had = _tasks(self.holdings[known.before]) if known is not None else None
        gone = self._names_of(self.holdings[way.before]) - _tasks(outcome.after)
        return gone if had is None else gone & had

    def _section(self, one: SectionRow, around: Around) -> Outcome | None:
        way = self.journal.sections.get(one.id)
        if way is None:
            return None
        renames = self.journal.keys.get((True, one.id), ())
        run, question = self._case(True, way, renames, one.holding_id, around)
        uses, keys = self.uses(one), keys_of(run.renames)
        return question.outcome(
            lambda asked: Evidence(only(rekeyed(uses or frozenset(), keys), asked), uses is None)
        )

    def _course(self, row: CourseRow, sections: Sequence[Judged], staying: frozenset[Rename]) -> Outcome:
        renames = self.journal.keys.get((False, row.id), ())
        _, question = self._case(False, self._way(row), renames, row.holding_id, ALONE)
        return question.outcome(lambda asked: self._below(asked, sections, staying))

    def _case(
        self, on_section: bool, way: Way | tuple[int, int], renames: tuple[Rename, ...], now: int,
        around: Around,
    ) -> tuple[Trace, Question]:  # fmt: skip
        """One case; a course and a section have each their own, for a cohort is of one kind."""
        holding = self.holdings[now]
        key = (on_section, *way, renames, holding, around)
        if key not in self.questions:
            run = trace(self.holdings[way[0]], self.holdings[way[1]], holding, renames, around.staying)
            question = Question(lambda known: self._restored(run, holding, known, around))
            self.questions[key] = (run, question)
        return self.questions[key]

    def _restored(self, run: Trace, now: Holding, known: Evidence, around: Around) -> Outcome:
        again = partial(restore, run, now, known, around.kept, lost=around.lost)
        outcome = again()
        self.again[id(outcome)] = (outcome, again)
        return outcome

    def leaving(self, outcome: Outcome, spots: frozenset[Spot]) -> Outcome:
        """The same outcome, but for these items, which are left as they are."""
        _, restored = self.again[id(outcome)]
        return restored(spots)

    def _below(self, asked: Asked, sections: Sequence[Judged], staying: frozenset[Rename]) -> Evidence:
        """What is used in any section, by the keys to which it goes back; what their items will name (R7)."""
        sets: list[Used] = []
        for one, _ in sections:
            back = self._keys(one, staying)
            sets.append(rekeyed(self.uses(one) or frozenset(), back))
        unread = any(one.used_id is None for one, _ in sections)
        named = self._names(sections) if any(area in TASKS for area, _ in asked) else frozenset()
        return Evidence(only(union(sets), asked), unread, named & _refs(asked))

    def _keys(self, one: SectionRow, staying: frozenset[Rename]) -> Keys:
        """The way back of the keys in a section."""
        way, renames = self.journal.sections.get(one.id), self.journal.keys.get((True, one.id), ())
        if way is None or not renames:
            return {}
        run, _ = self._case(True, way, renames, one.holding_id, Around(staying=staying))
        return keys_of(run.renames)

    def _names(self, sections: Sequence[Judged]) -> frozenset[Ref]:
        found: set[Ref] = set()
        for one, outcome in sections:
            found |= self._names_of(outcome.after if outcome else self.holdings[one.holding_id])
        return frozenset(found)

    def _names_of(self, holding: Holding) -> frozenset[Ref]:
        """The tasks and standards that a host's items name."""
        if holding not in self.named:
            self.named[holding] = frozenset(
                ref for area in NAMING for one in holding.here(area) for ref in names(area, one)
            )
        return self.named[holding]


def _refs(asked: Asked) -> frozenset[Ref]:
    return frozenset(Ref(area, key) for area, key in asked)


def _tasks(holding: Holding) -> frozenset[Ref]:
    return frozenset(Ref(area, one.key) for area in TASKS for one in holding.here(area))
