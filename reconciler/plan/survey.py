"""This room judges every course by what a push wants of it, with its sections; each case once."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from reconciler.plan.cases import Cases
from reconciler.plan.cohorts import reaches
from reconciler.plan.walk import Visit, Walk

if TYPE_CHECKING:
    from reconciler.current import CourseRow, SectionRow
    from reconciler.plan.cases import Case
    from reconciler.plan.outcome import Outcome
    from reconciler.plan.targets import Aim
    from reconciler.plan.wanted import Below


@dataclass(slots=True)
class Survey(Walk):
    """A walk that judges every course by what a push wants of it; knows each distinct case."""

    cases: Cases = field(init=False)
    courses: dict[tuple[int, int, int], Case] = field(default_factory=dict)
    below: dict[tuple[int, int], Case] = field(default_factory=dict)
    given: dict[int, Outcome] = field(default_factory=dict)

    def __post_init__(self) -> None:
        """Wishes are known by their place among the targets'."""
        self.cases = Cases(self.targets.wants, self.targets.scope)
        self.snapshot.meet(one for want in self.targets.wants for one in want.setups.values())

    @property
    def compared(self) -> int:
        """How many comparisons were made: a function of the variety, not of the size."""
        return self.cases.compared

    def visit(self, row: CourseRow, aim: Aim, sections: list[SectionRow]) -> Visit:
        """Judge one course with its sections."""
        if aim.skip:
            return Visit(row, aim.skip, -1, None, (), watched=False)
        outcome, watched = self._outcome(row, aim, sections)
        below = self.gives(outcome)
        if below is None:
            return Visit(row, "", aim.want, outcome, tuple((one, None) for one in sections), watched)
        judged = tuple((one, self.section(below, one.holding_id).section(self.uses(one))) for one in sections)
        return Visit(row, "", aim.want, outcome, judged, watched)

    def _outcome(self, row: CourseRow, aim: Aim, sections: list[SectionRow]) -> tuple[Outcome, bool]:
        if self.targets.scope.from_courses:
            return self.as_it_is(row.holding_id), False
        terms = len(self.targets.calendars[row.calendar_id].terms)
        case = self.course(aim.want, terms, row.holding_id)
        outcome = case.course(lambda: [(self.holdings[one.holding_id], self.uses(one)) for one in sections])
        return outcome, case.plain is None

    def gives(self, outcome: Outcome) -> Below | None:
        """What a course gives its sections, as one object for all that give the same; None: nothing."""
        if not reaches(outcome.below):
            return None
        return self.cases.given.once(outcome.below)

    def as_it_is(self, holding: int) -> Outcome:
        """A course that gives what it has (S1)."""
        if holding not in self.given:
            self.given[holding] = self.cases.from_course(self.holdings[holding])
        return self.given[holding]

    def course(self, want: int, terms: int, holding: int) -> Case:
        """The case of a wish and a holding, in calendars with as many terms."""
        key = (want, terms, holding)
        if key not in self.courses:
            self.courses[key] = self.cases.course(want, terms, self.holdings[holding])
        return self.courses[key]

    def section(self, below: Below, holding: int) -> Case:
        """The case of what a course gives and a section's holding."""
        key = (id(below), holding)
        if key not in self.below:
            self.below[key] = self.cases.section(below, self.holdings[holding])
        return self.below[key]
