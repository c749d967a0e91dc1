"""This room says which courses' setup has not reached their sections: the second hop is not done (S1).

Each section is judged as a push from courses would judge it; what that push would offer it anew is waiting.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, NamedTuple

from reconciler.audit.pushes import Pushes
from reconciler.course import Area, Part
from reconciler.keep.table import Action
from reconciler.plan.scope import Scope
from reconciler.plan.survey import Survey
from reconciler.plan.targets import Aim
from reconciler.plan.words import label

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from reconciler.audit.filters import Chosen
    from reconciler.course import Calendar
    from reconciler.current import CourseRow, Snapshot
    from reconciler.plan.outcome import Outcome
    from reconciler.plan.walk import Visit
    from reconciler.plan.wanted import Wanted

_AT_REST = frozenset({Action.NOTHING, Action.LINK})

Items = dict[Area, frozenset[str]]
"""The labels of what waits, by area."""


@dataclass(frozen=True, slots=True)
class Every:
    """Every chosen course, to its sections; a cross-site course that is mapped is left out (S3)."""

    scope: Scope
    calendars: Mapping[int, Calendar]
    wants: Sequence[Wanted] = ()
    needs_names: bool = False

    def aim(self, row: CourseRow, number: str) -> Aim | None:
        """What a push from courses wants of this course."""
        del number
        return Aim(-1, "mapped") if row.mapped else Aim(0)


class Behind(NamedTuple):
    """One area of one course that has not reached `waiting` of its sections (ids); `sections` it has."""

    course: int
    area: Area
    items: tuple[str, ...]
    waiting: tuple[int, ...]
    sections: int
    reason: str
    run: int | None


@dataclass(slots=True)
class _Waits:
    labels: set[str] = field(default_factory=set)
    sections: list[int] = field(default_factory=list)


def behind(snapshot: Snapshot, chosen: Chosen) -> Iterator[Behind]:
    """Every area of every chosen course that has sections without it."""
    calendars = {place: chosen.calendars[place] for place in chosen.held}
    scope = Scope(0, "", (), from_courses=True, cross_site=True)
    survey = Survey(Every(scope, calendars), snapshot, chosen.courses.keys())
    pushes = Pushes(snapshot)
    known: dict[int, Items] = {}
    for visit in survey.walk():
        found = _waits(visit, chosen, known)
        for area in sorted(found, key=list(Area).index):
            why, run = _reason(chosen, pushes, visit.course.id, area)
            items, ids = tuple(sorted(found[area].labels)), tuple(found[area].sections)
            yield Behind(visit.course.id, area, items, ids, len(visit.sections), why, run)


def _waits(visit: Visit, chosen: Chosen, known: dict[int, Items]) -> dict[Area, _Waits]:
    """What waits in one course; `known`: what is known of outcomes, by their `id()`."""
    found: dict[Area, _Waits] = {}
    for row, outcome in visit.sections:
        if outcome is None or (chosen.sections is not None and row.id not in chosen.sections):
            continue
        if id(outcome) not in known:
            known[id(outcome)] = waiting(outcome)
        for area in known[id(outcome)].keys() & chosen.areas:
            pile = found.setdefault(area, _Waits())
            pile.labels |= known[id(outcome)][area]
            pile.sections.append(row.id)
    return found


def waiting(outcome: Outcome) -> Items:
    """What a push from the course would offer this section that it was not offered yet."""
    found: dict[Area, set[str]] = {}
    for one in outcome.verdicts:
        if one.action in _AT_REST:
            continue
        was = outcome.before.get(one.area, Part.PUSHED).get(one.key)
        now = outcome.after.get(one.area, Part.PUSHED).get(one.key)
        if (now is None and was is not None) or (now is not None and not now.same(was)):
            found.setdefault(one.area, set()).add(label(one.area, one.key, one.after or one.before))
    return {area: frozenset(labels) for area, labels in found.items()}


def _reason(chosen: Chosen, pushes: Pushes, course: int, area: Area) -> tuple[str, int | None]:
    """Why it has not gone on, and the last push that reached the course."""
    record = chosen.courses[course]
    push = pushes.last(record, chosen.calendar(course)) if record.master else None
    if push is None:
        return "never_pushed", None
    if push.undone:
        return "push_undone", push.run.id
    if not push.to_sections:
        return "stopped_at_courses", push.run.id
    return "moved_on" if area in push.areas else "not_ticked", push.run.id
