"""This room looks again at what an undo plan takes back, and holds it against the plan.

What is used by now stays, and is told; what has moved since the plan was made spoils it; what could go by
now and was refused in the plan stays as planned.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple

from reconciler.keep.table import Action, Hop
from reconciler.plan.model import acts
from reconciler.push.judge import Look, Mismatch, Ready, Weaker

if TYPE_CHECKING:
    from collections.abc import Iterable

    from reconciler.keep.effect import Verdict
    from reconciler.plan.outcome import Outcome
    from reconciler.plan.walk import Visit
    from reconciler.undo.restore import Spot
    from reconciler.undo.survey import UndoSurvey


class Fitting(NamedTuple):
    """How a fresh outcome fits an undo plan: what is kept now, what it does not cover, what to leave."""

    weaker: tuple[Verdict, ...]
    other: Verdict | None
    leave: frozenset[Spot]


def fit_undo(planned: Iterable[Verdict], fresh: Outcome) -> Fitting:
    """Compare the verdicts planned for a host with those it would get now."""
    was = {(one.area, one.key): one for one in planned}
    now = {(one.area, one.key): one for one in fresh.verdicts}
    weaker, leave, other = [], [], None
    for spot, one in now.items():
        before = was.get(spot)
        if one.action is Action.REFUSE:
            if before is None or acts(before):
                weaker.append(one)
        elif before is not None and before.action is Action.REFUSE:
            leave.append(spot)
        elif before is None or (before.before, before.after) != (one.before, one.after):
            other = other or one
    moved = next((one for one in weaker if one.reason == "moved_since"), None)
    return Fitting(tuple(weaker), other or moved, frozenset(leave))


@dataclass(slots=True)
class UndoJudge(Look):
    """Holds fresh outcomes against an undo plan."""

    survey: UndoSurvey

    def course(self, visit: Visit) -> Ready | None:
        """Judge one visit; None where nothing may or must be written."""
        course = visit.course
        if visit.outcome is None:
            return None
        outcome = self._fitted(Hop.COURSE, course.id, visit.outcome)
        sections = [
            (one, None if judged is None else self._fitted(Hop.SECTION, one.id, judged))
            for one, judged in visit.sections
        ]
        lost = [one for one, judged in visit.sections if judged is not None]
        if outcome is None or any(judged is None for one, judged in sections if one in lost):
            return None
        return Ready(course, outcome, sections, visit.watched, self._master(visit))

    def _master(self, visit: Visit) -> str | None:
        """The number that the course's master had before the run, where it has still the new one."""
        followed = self.survey.journal.followed.get(visit.course.id)
        if followed is None or (visit.course.catalog, visit.course.master) != followed[0:3:2]:
            return None
        return followed.was

    def _fitted(self, hop: Hop, member: int, fresh: Outcome) -> Outcome | None:
        cohort = self.planned.cohort(hop, member)
        found = fit_undo(cohort.verdicts if cohort else (), fresh)
        if found.other is not None:
            what = f"{found.other.area}/{found.other.key} would now be {found.other.reason}"
            self.mismatches.append(Mismatch(hop, member, what))
            return None
        self.weaker.extend(Weaker(hop, member, one) for one in found.weaker)
        return self.survey.leaving(fresh, found.leave) if found.leave else fresh
