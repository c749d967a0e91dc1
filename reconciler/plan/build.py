"""This room makes a plan: it streams courses with their sections past the questions of `cohorts.py`."""

from __future__ import annotations

from array import array
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from reconciler.keep.table import Hop
from reconciler.plan.cohorts import CourseQuestion, SectionCases, reaches
from reconciler.plan.lists import applied, list_changes
from reconciler.plan.model import Cohort, Plan
from reconciler.plan.outcome import Outcome
from reconciler.plan.targets import Targets
from reconciler.plan.walk import Visit, Walk
from reconciler.plan.wanted import from_course

if TYPE_CHECKING:
    from collections.abc import Sequence

    from reconciler.course import Catalog
    from reconciler.current import CourseRow, SectionRow, Snapshot
    from reconciler.plan.scope import Scope
    from reconciler.plan.targets import Aim


def build(catalogs: Sequence[Catalog], scope: Scope, snapshot: Snapshot, *, store: str, catalog: str) -> Plan:
    """Plan a push; `catalog` is the digest of the catalogs. Reads, never writes.

    Raises CatalogUnknownMaster and CourseUnknown where something was asked for that is not there, and
    ListInUse.
    """
    calendars = snapshot.calendars()
    targets = Targets(catalogs, scope, calendars)
    survey = Survey(targets, snapshot)
    cohorts = Cohorts(survey)
    for visit in survey.walk():
        cohorts.add(visit)
    targets.all_met()
    lists = {} if scope.from_courses else {one.name: dict(one.lists) for one in catalogs}
    before, found = applied(lists, snapshot), tuple(cohorts.found.values())
    return Plan(
        scope,
        store,
        catalog,
        tuple(one.name for one in catalogs),
        tuple(targets.calendars[place] for place in sorted(targets.calendars)),
        tuple(targets.wants),
        found,
        cohorts.skipped,
        lists,
        before,
        list_changes(lists, before, snapshot, found),
        survey.compared,
    )


@dataclass(slots=True)
class Survey(Walk):
    """A walk that judges every course by what a push wants of it; knows each distinct case."""

    questions: dict[tuple[int, int, int], CourseQuestion] = field(default_factory=dict)
    given: dict[int, Outcome] = field(default_factory=dict)
    below: SectionCases = field(init=False)

    def __post_init__(self) -> None:
        """Sections look their values up where the survey gathers them."""
        self.below = SectionCases(self.holdings, self.used)

    @property
    def compared(self) -> int:
        """How many comparisons were made: a function of the variety, not of the size."""
        courses = sum(one.question.compared for one in self.questions.values())
        return courses + sum(one.question.compared for one in self.below.questions.values())

    def visit(self, row: CourseRow, aim: Aim, sections: list[SectionRow]) -> Visit:
        """Judge one course with its sections."""
        if aim.skip:
            return Visit(row, aim.skip, -1, None, (), watched=False)
        outcome, watched = self._outcome(row, aim, sections)
        if not reaches(outcome.below):
            return Visit(row, "", aim.want, outcome, tuple((one, None) for one in sections), watched)
        judged = tuple((one, self.below.outcome(outcome, one)) for one in sections)
        return Visit(row, "", aim.want, outcome, judged, watched)

    def _outcome(self, row: CourseRow, aim: Aim, sections: list[SectionRow]) -> tuple[Outcome, bool]:
        holding = self.holdings[row.holding_id]
        if self.targets.scope.from_courses:
            if row.holding_id not in self.given:
                below = from_course(holding, self.targets.scope)
                self.given[row.holding_id] = Outcome(holding, holding, below=below)
            return self.given[row.holding_id], False
        terms = len(self.targets.calendars[row.calendar_id].terms)
        key = (aim.want, terms, row.holding_id)
        if key not in self.questions:
            self.questions[key] = CourseQuestion(self.targets.wants[aim.want], holding, terms)
        case = self.questions[key]
        outcome = case.outcome(lambda: [(self.holdings[one.holding_id], self.uses(one)) for one in sections])
        return outcome, bool(case.question.asked)


class Cohorts:
    """Gathers visits into cohorts."""

    def __init__(self, survey: Walk) -> None:
        """Start with none."""
        self.survey = survey
        self.from_courses = survey.targets.scope.from_courses
        self.found: dict[tuple[int, int], Cohort] = {}
        self.skipped: dict[str, array[int]] = {}

    def add(self, visit: Visit) -> None:
        """Put one course and its sections into their cohorts."""
        course, outcome = visit.course, visit.outcome
        if outcome is None:
            self.skipped.setdefault(visit.skip, array("q")).append(course.id)
            return
        if not self.from_courses:
            in_use = any(self.survey.in_use(one) for one, _ in visit.sections)
            self._join(Hop.COURSE, visit, outcome, course.id, in_use=in_use)
        for one, judged in visit.sections:
            if judged is not None:
                self._join(Hop.SECTION, visit, judged, one.id, in_use=self.survey.in_use(one))

    def _join(self, hop: Hop, visit: Visit, outcome: Outcome, member: int, *, in_use: bool) -> None:
        want = -1 if self.from_courses else visit.want
        cohort = self.found.get((want, id(outcome)))
        if cohort is None:
            cohort = self.found[want, id(outcome)] = Cohort(hop, want, outcome, array("q"), array("q"))
        cohort.members.append(member)
        if not cohort.courses or cohort.courses[-1] != visit.course.id:
            cohort.courses.append(visit.course.id)
        cohort.calendars.add(visit.course.calendar_id)
        if in_use:
            cohort.used.setdefault(visit.course.calendar_id, array("q")).append(visit.course.id)
