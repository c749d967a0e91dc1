"""This room makes a plan: it streams courses with their sections past the questions of `cohorts.py`."""

from __future__ import annotations

from array import array
from dataclasses import dataclass, field
from itertools import islice
from typing import TYPE_CHECKING, NamedTuple, Protocol

from reconciler.keep.table import Hop
from reconciler.plan.cohorts import CourseQuestion, SectionCases, reaches
from reconciler.plan.lists import applied, list_changes
from reconciler.plan.model import Cohort, Plan
from reconciler.plan.outcome import Outcome
from reconciler.plan.targets import Targets
from reconciler.plan.wanted import from_course

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence

    from reconciler.course import Calendar, Catalog, Holding, Used
    from reconciler.current import CourseRow, SectionRow, Snapshot
    from reconciler.plan.scope import Scope
    from reconciler.plan.targets import Aim
    from reconciler.plan.wanted import Wanted

CHUNK = 5_000
"""Courses that are looked at together: their holdings and used sets are fetched in one go."""


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


class Aims(Protocol):
    """Who says what a push wants of a course: the catalogs (`Targets`), or a saved plan."""

    @property
    def scope(self) -> Scope:
        """The push."""

    @property
    def wants(self) -> Sequence[Wanted]:
        """What masters want."""

    @property
    def calendars(self) -> Mapping[int, Calendar]:
        """The calendars in scope by id."""

    @property
    def needs_names(self) -> bool:
        """Must a course's number be known to aim at it?"""

    def aim(self, row: CourseRow, number: str) -> Aim | None:
        """What the push wants of this course; None where it is not concerned."""


class Visit(NamedTuple):
    """One course in scope with its sections, judged. `skip` says why it is left out, else empty.

    `sections` has an outcome for each section that the push looks at. `watched`: the sections' evidence
    had a part in the course's outcome.
    """

    course: CourseRow
    skip: str
    want: int
    outcome: Outcome | None
    sections: tuple[tuple[SectionRow, Outcome | None], ...]
    watched: bool


@dataclass(slots=True)
class Survey:
    """Walks over all courses in scope; knows each distinct case. `only`: just these course ids."""

    targets: Aims
    snapshot: Snapshot
    only: Collection[int] | None = None
    holdings: dict[int, Holding] = field(default_factory=dict)
    used: dict[int, Used] = field(default_factory=dict)
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

    def walk(self) -> Iterator[Visit]:
        """All courses that the push concerns, by id, with their sections."""
        calendars = sorted(self.targets.calendars)
        sections = _Sections(self.snapshot.sections(calendars))
        courses = iter(self.snapshot.courses(calendars))
        while chunk := list(islice(courses, CHUNK)):
            below = sections.until(chunk[-1].id)
            if self.only is not None:
                chunk = [row for row in chunk if row.id in self.only]
            yield from self._visits(chunk, below)

    def _visits(self, chunk: Sequence[CourseRow], below: Sequence[SectionRow]) -> Iterator[Visit]:
        self._fetch(chunk, below)
        numbers = self._numbers(chunk)
        places: dict[int, list[SectionRow]] = {}
        for row in below:
            places.setdefault(row.course_id, []).append(row)
        for course in chunk:
            aim = self.targets.aim(course, numbers.get(course.id, ""))
            if aim is not None:
                yield self._visit(course, aim, places.get(course.id, []))

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

    def _visit(self, row: CourseRow, aim: Aim, sections: list[SectionRow]) -> Visit:
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

    def uses(self, one: SectionRow) -> Used | None:
        """What this section uses; None where its uses were never read."""
        return None if one.used_id is None else self.used[one.used_id]

    def in_use(self, one: SectionRow) -> bool:
        """Has this section any use (or were its uses never read)?"""
        return one.used_id is None or bool(self.used[one.used_id])


class Cohorts:
    """Gathers visits into cohorts."""

    def __init__(self, survey: Survey) -> None:
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


class _Sections:
    """The stream of sections, cut at course ids."""

    def __init__(self, rows: Iterable[SectionRow]) -> None:
        self.rows: Iterator[SectionRow] = iter(rows)
        self.next: SectionRow | None = next(self.rows, None)

    def until(self, course_id: int) -> list[SectionRow]:
        """The next sections, up to those of this course."""
        found = []
        while self.next is not None and self.next.course_id <= course_id:
            found.append(self.next)
            self.next = next(self.rows, None)
        return found
