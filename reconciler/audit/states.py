"""This room says of each course whether it is Linked, Course Controlled or Desynced (domain.md 7).

All locked areas are judged, whatever a push ticks. What a push refuses as `desynced` is Desynced here, and
nothing else is: an `editable` edit is none, and a field that was changed below is put back by the next push.
Courses in exempt calendars are left out (P2).
"""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum
from typing import TYPE_CHECKING, NamedTuple

from reconciler.audit.walk import judged
from reconciler.course import FIELD_AREAS, Area, Part
from reconciler.keep.evidence import Evidence
from reconciler.keep.table import Action
from reconciler.plan.course_hop import push_course
from reconciler.plan.refusals import First, first
from reconciler.plan.targets import matches, serves
from reconciler.plan.words import item_text, label

if TYPE_CHECKING:
    from collections.abc import Sequence

    from reconciler.audit.filters import Chosen
    from reconciler.audit.walk import Judged
    from reconciler.course import Calendar, Catalog, Holding
    from reconciler.current import CourseRecord, Snapshot
    from reconciler.plan.outcome import Outcome
    from reconciler.plan.wanted import Wanted


class State(StrEnum):
    """The state of a course."""

    DESYNCED = "desynced"
    COURSE_CONTROLLED = "course_controlled"
    LINKED = "linked"


class Standing(NamedTuple):
    """The state of one course, the code of the reason (empty: all is well), and what differs first."""

    state: State
    reason: str = ""
    first: First | None = None


@dataclass(slots=True)
class Audit:
    """The standing of each course by its id, and how many courses are not judged, by the reason."""

    standings: dict[int, Standing] = field(default_factory=dict)
    left_out: dict[str, int] = field(default_factory=dict)

    def leave_out(self, reason: str) -> None:
        """One more course that is not judged."""
        self.left_out[reason] = self.left_out.get(reason, 0) + 1


def audit(catalogs: Sequence[Catalog], snapshot: Snapshot, chosen: Chosen) -> Audit:
    """Judge every chosen course; reads, never writes."""
    known: dict[tuple[object, ...], Standing] = {}
    found = Audit()
    seen = set()
    for one in judged(catalogs, snapshot, chosen):
        seen.add(one.row.id)
        if one.skip == "exempt":
            found.leave_out("exempt")
        else:
            terms = len(chosen.calendars[one.row.calendar_id].terms)
            key = (one.year, id(one.outcome), id(one.want), one.skip, terms)
            if key not in known:
                known[key] = _standing(one, terms, chosen.areas)
            found.standings[one.row.id] = known[key]
    for place, record in chosen.courses.items():
        if place not in seen:
            _beside(record, chosen.calendar(place), catalogs, found)
    return found


def _beside(record: CourseRecord, calendar: Calendar, catalogs: Sequence[Catalog], found: Audit) -> None:
    """A course that no push of these catalogs concerns."""
    serving = [one for one in catalogs if serves(one, calendar)]
    exempt = any(matches(calendar.name, (e.pattern for e in one.exempt)) for one in serving)
    if not serving:
        found.leave_out("not_served")
    elif record.catalog is None and exempt:
        found.leave_out("exempt")
    elif record.catalog is None:
        found.standings[record.id] = Standing(State.COURSE_CONTROLLED, "not_linked")
    elif record.catalog not in {one.name for one in catalogs}:
        found.leave_out("other_catalog")
    else:
        found.standings[record.id] = Standing(State.COURSE_CONTROLLED, "not_served")


def _standing(one: Judged, terms: int, areas: frozenset[Area]) -> Standing:
    want, outcome = one.want, one.outcome
    if want is None or outcome is None:
        return Standing(State.COURSE_CONTROLLED, one.skip)
    late = outcome.refused == "term_out_of_range"
    if late:
        outcome = push_course(want, one.holding, Evidence())
    outcome = outcome.changed(verdicts=tuple(it for it in outcome.verdicts if it.area in areas))
    if any(it.reason == "desynced" for it in outcome.verdicts):
        return Standing(State.DESYNCED, "desynced", first(want, outcome))
    if late:
        reach = First("terms", "", "", "terms", str(terms), str(want.last_term))
        return Standing(State.LINKED, "term_out_of_range", reach)
    return _in_sync(want, outcome, areas)


def _in_sync(want: Wanted, outcome: Outcome, areas: frozenset[Area]) -> Standing:
    """A course that a push would not refuse."""
    holding = outcome.before
    if not want.active:
        return Standing(State.LINKED, "inactive")
    if not any(holding.get(area, Part.PUSHED) for area in areas):
        below = any(holding.get(area, Part.OWN) for area in (want.setups.keys() - FIELD_AREAS) & areas)
        if below:
            return Standing(State.COURSE_CONTROLLED, "set_up_below")
        return Standing(State.LINKED, "never_pushed")
    changed = _field_changed(holding, want, outcome)
    return Standing(State.LINKED, "fields_changed_below" if changed else "", changed)


def _field_changed(holding: Holding, want: Wanted, outcome: Outcome) -> First | None:
    """The first field that was changed below and that the next push puts back (row 4)."""
    for one in outcome.verdicts:
        if one.area in FIELD_AREAS and one.action is Action.PUT_BACK:
            desired = want.setups[one.area].get(one.key)
            there = item_text(one.area, holding.get(one.area, Part.LINKED).get(one.key))
            cause = "changed_below" if one.before is not None else "gone_below"
            return First(
                cause, one.area.value, label(one.area, one.key), "", there, item_text(one.area, desired)
            )
    return None
