"""This room looks at the plan's courses again and says of each: do it so, or why not."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, NamedTuple

from reconciler.course import Use
from reconciler.keep.evidence import Evidence, rekeyed, union
from reconciler.keep.table import Hop
from reconciler.plan.cohorts import reaches
from reconciler.plan.compare import Fit, fit
from reconciler.plan.course_hop import push_course
from reconciler.plan.rekey import keys_of
from reconciler.plan.section_hop import push_section

if TYPE_CHECKING:
    from collections.abc import Iterator

    from reconciler.current import CourseRow, SectionRow
    from reconciler.keep.effect import Verdict
    from reconciler.plan.build import Survey, Visit
    from reconciler.plan.outcome import Outcome
    from reconciler.push.members import Planned

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


@dataclass(slots=True)
class Judge:
    """Holds fresh outcomes against a plan; each pair of a planned cohort and an outcome once."""

    planned: Planned
    survey: Survey
    weaker: list[Weaker] = field(default_factory=list)
    mismatches: list[Mismatch] = field(default_factory=list)
    unplanned: list[int] = field(default_factory=list)
    _fits: dict[tuple[int, int], Fit] = field(default_factory=dict)
    _kept: list[Outcome] = field(default_factory=list)

    def run(self) -> Iterator[Ready]:
        """The courses that fit the plan; the others are collected."""
        for visit in self.survey.walk():
            ready = self._course(visit)
            if ready is not None:
                yield ready

    def _course(self, visit: Visit) -> Ready | None:
        """Judge one visit; None where nothing may or must be written."""
        if visit.outcome is None:
            self.mismatches.append(Mismatch(Hop.COURSE, visit.course.id, visit.skip))
            return None
        outcome, sections = visit.outcome, list(visit.sections)
        if not self.survey.targets.scope.from_courses:
            cohort = self.planned.cohort(Hop.COURSE, visit.course.id)
            if cohort is None or cohort.refused:
                return None
            fitted = self._fitted_course(visit)
            if fitted is None:
                return None
            if fitted is not outcome:
                outcome = fitted
                sections = [(one, self._again(fitted, one)) for one, _ in sections]
        return self._sections(visit, outcome, sections)

    def _again(self, course: Outcome, one: SectionRow) -> Outcome | None:
        if not reaches(course.below):
            return None
        keys = keys_of(course.below.rekeys)
        used = self.survey.uses(one)
        evidence = Evidence(rekeyed(used or frozenset(), keys), used is None)
        return push_section(course.below, self.survey.holdings[one.holding_id], evidence)

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
        if found.spare:
            fresh = self._spare_course(visit, found.spare)
            found = fit(self.planned.cohorts[place].verdicts, fresh)
        return self._accept(Hop.COURSE, course.id, found, fresh)

    def _fitted_section(self, course: Outcome, one: SectionRow, fresh: Outcome, place: int) -> Outcome | None:
        found = self._fit(place, fresh)
        if found.spare and course.below is not None:
            used = rekeyed(self.survey.uses(one) or frozenset(), keys_of(course.below.rekeys))
            spared = used | {Use(each.area, each.key, 0) for each in found.spare}
            evidence = Evidence(spared, self.survey.uses(one) is None)
            fresh = push_section(course.below, self.survey.holdings[one.holding_id], evidence)
            found = fit(self.planned.cohorts[place].verdicts, fresh)
        return self._accept(Hop.SECTION, one.id, found, fresh)

    def _spare_course(self, visit: Visit, spare: tuple[Verdict, ...]) -> Outcome:
        """Judge again as if what the plan did not know were in use: so it stays (and is reported)."""
        want = self.survey.targets.wants[visit.want]
        rows = [one for one, _ in visit.sections]
        uses = union(self.survey.uses(one) or frozenset() for one in rows)
        uses |= {Use(each.area, each.key, 0) for each in spare}
        everything = any(self.survey.uses(one) is None for one in rows)
        holding = self.survey.holdings[visit.course.holding_id]
        terms = len(self.survey.targets.calendars[visit.course.calendar_id].terms)
        outcome = push_course(want, holding, Evidence(uses, everything), terms)
        self._kept.append(outcome)
        return outcome

    def _accept(self, hop: Hop, member: int, found: Fit, fresh: Outcome) -> Outcome | None:
        other = found.other or (found.spare[0] if found.spare else None)
        if other is not None:
            what = f"{other.area}/{other.key} would now be {other.reason}"
            self.mismatches.append(Mismatch(hop, member, what))
            return None
        self.weaker.extend(Weaker(hop, member, one) for one in found.weaker)
        return fresh

    def _fit(self, place: int, fresh: Outcome) -> Fit:
        key = (place, id(fresh))
        if key not in self._fits:
            self._fits[key] = fit(self.planned.cohorts[place].verdicts, fresh)
            self._kept.append(fresh)
        return self._fits[key]
