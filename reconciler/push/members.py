"""This room knows what a saved plan said: which wish goes to which course, and the cohort of every host."""

from __future__ import annotations

from typing import TYPE_CHECKING

from reconciler.keep.table import Hop
from reconciler.plan.targets import Aim, meant

if TYPE_CHECKING:
    from collections.abc import Sequence

    from reconciler.course import Calendar
    from reconciler.current import CourseRow
    from reconciler.plan.saved import SavedPlan
    from reconciler.plan.scope import Scope
    from reconciler.plan.together import SavedCohort
    from reconciler.plan.wanted import Wanted


class PlannedTargets:
    """The targets of a saved plan: its courses, as far as they are still linked to the same master."""

    needs_names = False

    def __init__(self, plan: SavedPlan, calendars: Sequence[Calendar]) -> None:
        """Look up the wishes by catalog and number (also by the number that a master had before)."""
        self.scope: Scope = plan.scope
        self.wants: tuple[Wanted, ...] = plan.wants
        self.calendars = {one.id: one for one in calendars if meant(plan.scope, one)}
        self._place = {(one.catalog, one.was): place for place, one in enumerate(plan.wants) if one.was}
        self._place.update({(one.catalog, one.number): place for place, one in enumerate(plan.wants)})

    def aim(self, row: CourseRow, number: str) -> Aim | None:
        """What the plan wants of this course now."""
        del number
        if self.scope.from_courses:
            return Aim(-1, "mapped") if row.mapped else Aim(0)
        place = self._place.get((row.catalog or "", row.master or ""))
        if place is None:
            return Aim(-1, "unlinked")
        return Aim(-1, "ignored") if row.ignored else Aim(place)


class Planned:
    """The cohort of every host of a plan, and the wish of every course."""

    def __init__(self, plan: SavedPlan) -> None:
        """Spread the cohorts over their members."""
        self.cohorts = plan.cohorts
        self._of: dict[Hop, dict[int, int]] = {Hop.COURSE: {}, Hop.SECTION: {}}
        for place, cohort in enumerate(plan.cohorts):
            self._of[cohort.hop].update(dict.fromkeys(cohort.members, place))
        self._wishes = plan.wishes

    def want_of(self, course: int) -> int:
        """The place of the wish that a course follows; -1 for none."""
        return self._wishes.get(course, -1)

    def place(self, hop: Hop, member: int) -> int | None:
        """The place of a host's cohort in the plan; None where the plan does not know it."""
        return self._of[hop].get(member)

    def cohort(self, hop: Hop, member: int) -> SavedCohort | None:
        """A host's cohort, or None."""
        place = self.place(hop, member)
        return None if place is None else self.cohorts[place]

    def members(self, hop: Hop) -> frozenset[int]:
        """All hosts of the plan."""
        return frozenset(self._of[hop])
