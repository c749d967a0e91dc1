"""This room walks over courses as a push would that ticks everything and may go everywhere it is served.

Each distinct case is judged once; a case that a real push would refuse is refused here (P5).
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from reconciler.plan.scope import Scope
from reconciler.plan.survey import Survey
from reconciler.plan.targets import Targets, serves

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from reconciler.audit.filters import Chosen
    from reconciler.course import Catalog, Holding
    from reconciler.current import CourseRow, Snapshot
    from reconciler.plan.outcome import Outcome
    from reconciler.plan.wanted import Wanted


class Judged(NamedTuple):
    """One course that is linked to a master of these catalogs.

    `skip`: why it is left out (`ignored`, `exempt`, `master_missing`), else empty; then there are a wish and
    an outcome. `year`: outcomes of one year are told apart by `id()`.
    """

    row: CourseRow
    year: int
    skip: str
    want: Wanted | None
    outcome: Outcome | None
    holding: Holding


def judged(catalogs: Sequence[Catalog], snapshot: Snapshot, chosen: Chosen) -> Iterator[Judged]:
    """Every chosen course that is linked to one of these catalogs, where the catalog serves its calendar.

    All areas are judged, whatever areas were chosen: what is true of one depends on others (L7, R7).
    """
    held = [chosen.calendars[place] for place in chosen.held]
    served = [one for one in held if any(serves(catalog, one) for catalog in catalogs)]
    for year in sorted({one.year for one in served}):
        calendars = [one for one in served if one.year == year]
        names = tuple(sorted({one.name for one in calendars}))
        targets = Targets(catalogs, Scope(year, "", names, cross_site=True), calendars)
        survey = Survey(targets, snapshot, chosen.courses.keys())
        for visit in survey.walk():
            want = None if visit.skip else targets.wants[visit.want]
            holding = survey.holdings[visit.course.holding_id]
            yield Judged(visit.course, year, visit.skip, want, visit.outcome, holding)
