"""This room warns of courses that would have the same number as another one of their calendar.

Only the courses of calendars in which a number changes are read.
"""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING

from reconciler.address import Address
from reconciler.course import Area, Part
from reconciler.keep.table import Hop
from reconciler.plan.reach import some
from reconciler.plan.told import Warned
from reconciler.plan.words import many

if TYPE_CHECKING:
    from collections.abc import Iterator

    from reconciler.course import Holding
    from reconciler.current import Snapshot
    from reconciler.plan.model import Cohort
    from reconciler.plan.reach import Ground

Place = tuple[int, str]
"""(calendar id, number)."""


def same_numbers(ground: Ground, snapshot: Snapshot) -> Iterator[Warned]:
    """`number`: two courses of one calendar would have the same number after this push."""
    will: dict[int, str] = {}
    calendars: set[int] = set()
    for cohort in ground.plan.cohorts:
        number = _new_number(cohort)
        if number:
            will.update(dict.fromkeys(cohort.members, number))
            calendars |= cohort.calendars
    if not will:
        return
    names = {one.id: one.name for one in ground.plan.calendars}
    clashes = {place: ids for place, ids in _taken(snapshot, will, calendars).items() if len(ids) > 1}
    if clashes:
        told = some({str(Address(number, calendar=names[calendar])) for calendar, number in clashes})
        rest = f" and {told.total - len(told.first):,} more" if told.total > len(told.first) else ""
        courses = sum(map(len, clashes.values()))
        yield Warned(
            "number",
            f"{many(courses, 'course')} will share {many(len(clashes), 'number')} within their calendars:"
            f" {', '.join(told.first)}{rest}.",
            refuses=False,
        )


def _new_number(cohort: Cohort) -> str:
    """The number that these courses get, where it is not the one they have."""
    before, after = cohort.outcome.before, cohort.outcome.after
    if cohort.hop is not Hop.COURSE or cohort.outcome.refused or before is after:
        return ""
    new = _number(after)
    return "" if new == _number(before) else new


def _number(holding: Holding) -> str:
    info = (holding.get(Area.COURSE_INFO, part).get("number") for part in (Part.LINKED, Part.OWN))
    return next((str(one.get("value") or "") for one in info if one is not None), "")


def _taken(snapshot: Snapshot, will: dict[int, str], calendars: set[int]) -> dict[Place, list[int]]:
    """The courses of every number that a course newly gets."""
    found: dict[Place, list[int]] = defaultdict(list)
    fresh: set[Place] = set()
    ids = [row.id for row in snapshot.courses(sorted(calendars))]
    for one in snapshot.course_records(ids):
        place = (one.calendar_id, will.get(one.id, one.number))
        found[place].append(one.id)
        if place[1] != one.number:
            fresh.add(place)
    return {place: found[place] for place in fresh}
