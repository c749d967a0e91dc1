"""This room looks at the plan's courses again and says of each: do it so, or why not."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, NamedTuple

from reconciler.course import Holding
from reconciler.keep.evidence import Evidence, rekeyed
from reconciler.keep.table import Hop
from reconciler.plan.cohorts import CourseQuestion, reaches
from reconciler.plan.compare import Fit, fit
from reconciler.plan.rekey import fitting, keys_of
from reconciler.plan.section_hop import push_section
from reconciler.push.bulk import Bulk
from reconciler.push.spare import in_use, spared

if TYPE_CHECKING:
    from collections.abc import Sequence

    from reconciler.current import CourseRow, SectionRow
    from reconciler.keep.effect import Verdict
    from reconciler.plan.compare import Places
    from reconciler.plan.outcome import Outcome
    from reconciler.plan.survey import Survey
    from reconciler.plan.walk import Visit, Walk
    from reconciler.push.columns import Columns
    from reconciler.push.members import Planned

CHANGED = {
    "unlinked": "it does not follow the master any more",
    "relinked": "it follows another master now",
    "ignored": "it is marked Ignore Master Push now",
    "mapped": "it is mapped cross-site now",
}
"""Why a course of the plan is not reached any more, in words."""
NOTHING_HELD: Places = frozenset()
Judged = tuple["SectionRow", "Outcome | None"]


class Mismatch(NamedTuple):
    """A host that is not as the plan says."""

    hop: Hop
    member: int
    what: str


class Weaker(NamedTuple):
    """A host where evidence that came after the plan protects something now."""

    hop: Hop
    member: int
    verdict: Verdict


@dataclass(slots=True)
class Ready:
    """One course that may be written, with all its sections; `watched` as in a visit."""

    course: CourseRow
    outcome: Outcome
    sections: list[Judged]
    watched: bool
    master: str | None = None


class Looked(NamedTuple):
    """What may be written: courses that go as planned, in bulk, and others one by one."""

    columns: Columns | None
    ready: list[Ready]

    def __len__(self) -> int:
        """How many courses there are."""
        return len(self.ready) + (0 if self.columns is None else len(self.columns))


@dataclass(slots=True)
class Look:
    """A second look at the courses of a plan, and what it finds; whoever looks says in `course` how."""

    planned: Planned
    survey: Walk
    weaker: list[Weaker] = field(default_factory=list)
    mismatches: list[Mismatch] = field(default_factory=list)
    unplanned: list[int] = field(default_factory=list)
    seen: set[int] = field(default_factory=set)

    def run(self) -> Looked:
        """The courses that fit the plan; the others are collected."""
        return Looked(None, self.one_by_one())

    def one_by_one(self) -> list[Ready]:
        """Those of the survey's courses that fit the plan, each looked at by itself."""
        found = []
        for visit in self.survey.walk():
            self.seen.add(visit.course.id)
            ready = self.course(visit)
            if ready is not None:
                found.append(ready)
        return found

    def course(self, visit: Visit) -> Ready | None:
        """Judge one visit; None where nothing may or must be written."""
        raise NotImplementedError


@dataclass(slots=True)
class Judge(Look):
    """Holds fresh outcomes against a plan; each pair of a planned cohort and an outcome once."""

    survey: Survey
    _fits: dict[tuple[int, int], Fit] = field(default_factory=dict)
    _held: dict[int, Places] = field(default_factory=dict)
    _kept: list[Outcome] = field(default_factory=list)

    def run(self) -> Looked:
        """Look at all courses in bulk, and once more at those that do not simply fit, one by one."""
        bulk = Bulk(self.planned, self.survey)
        columns = bulk.look()
        self.seen |= bulk.seen
        self.survey.only = bulk.odd
        return Looked(columns, self.one_by_one() if bulk.odd else [])

    def course(self, visit: Visit) -> Ready | None:
        """Judge one visit; None where nothing may or must be written."""
        from_courses = self.survey.targets.scope.from_courses
        planned = self.planned.cohort(Hop.COURSE, visit.course.id)
        if not from_courses and (planned is None or planned.refused):
            return None
        relinked = planned is not None and self.planned.want_of(visit.course.id) != visit.want
        changed = visit.skip or ("relinked" if relinked else "")
        if visit.outcome is None or changed:
            self.mismatches.append(Mismatch(Hop.COURSE, visit.course.id, CHANGED[changed]))
            return None
        outcome, sections = visit.outcome, list(visit.sections)
        if not from_courses:
            fitted = self._fitted_course(visit)
            if fitted is None:
                return None
            if fitted is not outcome:
                outcome = fitted
                sections = [(one, self._again(fitted, one)) for one, _ in sections]
        return self._sections(visit, outcome, sections)

    def _again(self, course: Outcome, one: SectionRow, spare: Sequence[Verdict] = ()) -> Outcome | None:
        """Judge a section once more, as if `spare` were in use there."""
        if not reaches(course.below):
            return None
        holding, used = self.survey.holdings[one.holding_id], self.survey.uses(one)
        uses = rekeyed(used or frozenset(), keys_of(fitting(course.below.rekeys, holding)))
        return push_section(course.below, holding, Evidence(uses | in_use(spare), used is None))

    def _sections(self, visit: Visit, outcome: Outcome, sections: list[Judged]) -> Ready | None:
        judged: list[Judged] = []
        for one, fresh in sections:
            settled = fresh
            if fresh is not None:
                place = self.planned.place(Hop.SECTION, one.id)
                if place is None:
                    self.unplanned.append(one.id)
                    settled = None
                else:
                    settled = self._fitted_section(outcome, one, fresh, place)
                    if settled is None:
                        return None
            judged.append((one, settled))
        want = self.survey.targets.wants[visit.want] if visit.want < len(self.survey.targets.wants) else None
        renamed = want.number if want and want.was == visit.course.master else None
        return Ready(visit.course, outcome, judged, visit.watched, renamed)

    def _fitted_course(self, visit: Visit) -> Outcome | None:
        fresh, course = visit.outcome, visit.course
        place = self.planned.place(Hop.COURSE, course.id)
        if fresh is None or place is None:
            return None
        if fresh.refused:
            self.mismatches.append(Mismatch(Hop.COURSE, course.id, fresh.refused))
            return None
        found = self._fit(place, fresh)
        if found.left_alone:
            fresh = self._spare_course(visit, found)
            found = fit(self.planned.cohorts[place].verdicts, fresh)
        self._held[id(fresh)] = frozenset((one.area, one.key) for one in found.weaker if one.held)
        return self._accept(Hop.COURSE, course.id, found, fresh)

    def _fitted_section(self, course: Outcome, one: SectionRow, fresh: Outcome, place: int) -> Outcome | None:
        held = self._held.get(id(course), NOTHING_HELD)
        found = self._fit(place, fresh, held)
        again = self._again(course, one, found.left_alone) if found.left_alone else None
        if again is not None:
            fresh = spared(again, found.spare)
            found = fit(self.planned.cohorts[place].verdicts, fresh, held)
        return self._accept(Hop.SECTION, one.id, found, fresh)

    def _spare_course(self, visit: Visit, found: Fit) -> Outcome:
        """Judge again as if what is to be left alone were in use in one more section: so it stays."""
        survey, course = self.survey, visit.course
        terms = len(survey.targets.calendars[course.calendar_id].terms)
        case = CourseQuestion(survey.targets.wants[visit.want], survey.holdings[course.holding_id], terms)
        sections = [(survey.holdings[one.holding_id], survey.uses(one)) for one, _ in visit.sections]
        outcome = spared(
            case.outcome(lambda: [*sections, (Holding(), in_use(found.left_alone))]), found.spare
        )
        self._kept.append(outcome)
        return outcome

    def _accept(self, hop: Hop, member: int, found: Fit, fresh: Outcome) -> Outcome | None:
        other = found.other or next(iter(found.left_alone), None)
        if other is not None:
            what = f"{other.area}/{other.key} would now be {other.reason}"
            self.mismatches.append(Mismatch(hop, member, what))
            return None
        self.weaker.extend(Weaker(hop, member, one) for one in found.weaker)
        return fresh

    def _fit(self, place: int, fresh: Outcome, held: Places = NOTHING_HELD) -> Fit:
        key = (place, id(fresh))
        if key not in self._fits:
            self._fits[key] = fit(self.planned.cohorts[place].verdicts, fresh, held)
            self._kept.append(fresh)
        return self._fits[key]
