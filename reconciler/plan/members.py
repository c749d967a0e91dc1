"""This room tells the members of cohorts by their addresses; reads them in bulk, and only when asked."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

from reconciler.address import Address
from reconciler.keep.table import Hop

if TYPE_CHECKING:
    from collections.abc import Callable, Collection

    from reconciler.current import CourseRecord, Snapshot
    from reconciler.plan.model import Plan


class Told(Protocol):
    """Whatever names the cohorts that it is summed of."""

    @property
    def cohorts(self) -> tuple[int, ...]:
        """Places in the plan's cohorts."""


class Names:
    """Addresses of courses and sections: `0401@Harrison High 2026-27/3`."""

    def __init__(self, plan: Plan, snapshot: Snapshot) -> None:
        """Read nothing yet."""
        self.plan = plan
        self.snapshot = snapshot
        self.calendars = {one.id: one.name for one in plan.calendars}
        self._courses: dict[int, CourseRecord] = {}

    def courses(self, ids: Collection[int]) -> list[str]:
        """The addresses of courses, in the order of their ids."""
        self._read(ids)
        return [str(self._address(one)) for one in sorted(ids)]

    def sections(self, ids: Collection[int]) -> list[str]:
        """The addresses of sections, by course and id."""
        records = list(self.snapshot.section_records(ids)) if ids else []
        self._read({one.course_id for one in records})
        return [str(self._address(one.course_id, one.number)) for one in records]

    def teachers(self, ids: Collection[int]) -> tuple[str, ...]:
        """Sections with their teachers: `0401@Harrison High 2026-27/3 (Ada)`."""
        records = list(self.snapshot.section_records(ids)) if ids else []
        self._read({one.course_id for one in records})
        return tuple(
            f"{self._address(one.course_id, one.number)} ({one.teacher or 'no teacher'})" for one in records
        )

    def _read(self, ids: Collection[int]) -> None:
        missing = set(ids) - self._courses.keys()
        if missing:
            self._courses.update((one.id, one) for one in self.snapshot.course_records(missing))

    def _address(self, course: int, section: str = "") -> Address:
        record = self._courses[course]
        return Address(record.number, calendar=self.calendars[record.calendar_id], section=section)

    def of(self, told: Told) -> list[str]:
        """The addresses of all members of a line's cohorts: its courses, then its sections."""
        ids: dict[Hop, list[int]] = {hop: [] for hop in Hop}
        for place in told.cohorts:
            ids[self.plan.cohorts[place].hop].extend(self.plan.cohorts[place].members)
        return [*self.courses(ids[Hop.COURSE]), *self.sections(ids[Hop.SECTION])]


def member_names(plan: Plan, snapshot: Snapshot) -> Callable[[Told], list[str]]:
    """What gives the addresses of a line's members, for as long as the snapshot is open."""
    return Names(plan, snapshot).of
