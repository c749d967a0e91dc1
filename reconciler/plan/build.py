"""This room makes a plan: it streams courses with their sections past the questions of `cohorts.py`."""

from __future__ import annotations

from array import array
from dataclasses import dataclass, field
from itertools import islice
from typing import TYPE_CHECKING

from reconciler.keep.table import Hop
from reconciler.plan.cohorts import CourseQuestion, SectionQuestion, reaches
from reconciler.plan.lists import list_changes
from reconciler.plan.model import Cohort, Plan
from reconciler.plan.outcome import Outcome
from reconciler.plan.targets import Targets
from reconciler.plan.wanted import from_course

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Iterator, Sequence

    from reconciler.course import Catalog, Holding, Used
    from reconciler.current import CourseRow, SectionRow, Snapshot
    from reconciler.plan.scope import Scope
    from reconciler.plan.targets import Aim

CHUNK = 5_000
"""Courses that are looked at together: their holdings and used sets are fetched in one go."""


def build(catalogs: Sequence[Catalog], scope: Scope, snapshot: Snapshot, *, store: str, catalog: str) -> Plan:
    """Plan a push; `catalog` is the digest of the catalogs. Reads, never writes."""
    calendars = snapshot.calendars()
    targets = Targets(catalogs, scope, calendars)
    survey = Survey(targets, snapshot)
    survey.run(sorted(targets.calendars))
    lists = {} if scope.from_courses else {one.name: dict(one.lists) for one in catalogs}
    return Plan(
        scope,
        store,
        catalog,
        tuple(one.name for one in catalogs),
        tuple(targets.calendars[place] for place in sorted(targets.calendars)),
        tuple(targets.wants),
        tuple(survey.cohorts.values()),
        survey.skipped,
        lists,
        list_changes(lists, snapshot, survey),
        survey.compared,
    )


@dataclass(slots=True)
class Survey:
    """One walk over all courses in scope; collects cohorts."""

    targets: Targets
    snapshot: Snapshot
    only: Collection[int] | None = None
    cohorts: dict[tuple[int, int], Cohort] = field(default_factory=dict)
    skipped: dict[str, array[int]] = field(default_factory=dict)
    holdings: dict[int, Holding] = field(default_factory=dict)
    used: dict[int, Used] = field(default_factory=dict)
    questions: dict[tuple[int, int, int], CourseQuestion] = field(default_factory=dict)
    below: dict[tuple[int, int], SectionQuestion] = field(default_factory=dict)
    given: dict[int, Outcome] = field(default_factory=dict)

    @property
    def compared(self) -> int:
        """How many comparisons were made: a function of the variety, not of the size."""
        courses = sum(one.question.compared for one in self.questions.values())
        return courses + sum(one.question.compared for one in self.below.values())

    def run(self, calendars: list[int]) -> None:
        """Walk all courses of these calendars with their sections."""
        sections = _Sections(self.snapshot.sections(calendars))
        courses = iter(self.snapshot.courses(calendars))
        while chunk := list(islice(courses, CHUNK)):
            below = sections.until(chunk[-1].id)
            self._fetch(chunk, below)
            numbers = self._numbers(chunk)
            places: dict[int, list[SectionRow]] = {}
            for row in below:
                places.setdefault(row.course_id, []).append(row)
            for course in chunk:
                self._course(course, places.get(course.id, []), numbers.get(course.id, ""))

    def _fetch(self, chunk: Sequence[CourseRow], below: Sequence[SectionRow]) -> None:
        held = {row.holding_id for row in chunk} | {row.holding_id for row in below}
        held -= self.holdings.keys()
        self.holdings.update(self.snapshot.holdings(held) if held else {})
        used = {row.used_id for row in below if row.used_id is not None} - self.used.keys()
        self.used.update(self.snapshot.used(used) if used else {})

    def _numbers(self, chunk: Sequence[CourseRow]) -> dict[int, str]:
        if not self.targets.needs_names:
            return {}
        return {one.id: one.number for one in self.snapshot.course_records([row.id for row in chunk])}

    def _course(self, row: CourseRow, sections: list[SectionRow], number: str) -> None:
        if self.only is not None and row.id not in self.only:
            return
        aim = self.targets.aim(row, lambda: number)
        if aim is None:
            return
        if aim.skip:
            self.skipped.setdefault(aim.skip, array("q")).append(row.id)
            return
        outcome = self._outcome(row, aim, sections)
        in_use = any(self._in_use(one) for one in sections)
        if not self.targets.scope.from_courses:
            self._join(Hop.COURSE, aim.want, outcome, row.id, row, in_use=in_use)
        if reaches(outcome.below):
            for one in sections:
                self._section(row, aim, outcome, one)

    def _outcome(self, row: CourseRow, aim: Aim, sections: list[SectionRow]) -> Outcome:
        holding = self.holdings[row.holding_id]
        if self.targets.scope.from_courses:
            if row.holding_id not in self.given:
                below = from_course(holding, self.targets.scope)
                self.given[row.holding_id] = Outcome(holding, holding, below=below)
            return self.given[row.holding_id]
        terms = len(self.targets.calendars[row.calendar_id].terms)
        key = (aim.want, terms, row.holding_id)
        if key not in self.questions:
            self.questions[key] = CourseQuestion(self.targets.wants[aim.want], holding, terms)
        return self.questions[key].outcome(
            lambda: [(self.holdings[one.holding_id], self._uses(one)) for one in sections]
        )

    def _section(self, row: CourseRow, aim: Aim, course: Outcome, one: SectionRow) -> None:
        below = course.below
        key = (id(course), one.holding_id)
        if key not in self.below and below is not None:
            self.below[key] = SectionQuestion(below, self.holdings[one.holding_id])
        outcome = self.below[key].outcome(lambda: self._uses(one))
        want = -1 if self.targets.scope.from_courses else aim.want
        self._join(Hop.SECTION, want, outcome, one.id, row, in_use=self._in_use(one))

    def _join(
        self, hop: Hop, want: int, outcome: Outcome, member: int, course: CourseRow, *, in_use: bool
    ) -> None:
        key = (want, id(outcome))
        cohort = self.cohorts.get(key)
        if cohort is None:
            cohort = self.cohorts[key] = Cohort(hop, want, outcome, array("q"), array("q"))
        cohort.members.append(member)
        if not cohort.courses or cohort.courses[-1] != course.id:
            cohort.courses.append(course.id)
        cohort.calendars.add(course.calendar_id)
        cohort.in_use += in_use

    def _uses(self, one: SectionRow) -> Used | None:
        return None if one.used_id is None else self.used[one.used_id]

    def _in_use(self, one: SectionRow) -> bool:
        return one.used_id is None or bool(self.used[one.used_id])


class _Sections:
    """The stream of sections, cut at course ids."""

    def __init__(self, rows: Iterable[SectionRow]) -> None:
        self.rows: Iterator[SectionRow] = iter(rows)
        self.next: SectionRow | None = next(self.rows, None)

    def until(self, course_id: int) -> list[SectionRow]:
        found = []
        while self.next is not None and self.next.course_id <= course_id:
            found.append(self.next)
            self.next = next(self.rows, None)
        return found
