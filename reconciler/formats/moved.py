"""This room reads what a run changed: its courses and sections, each with what it had before and after.

The journal is read once; records come calendar by calendar, so that no more of a large run is held than
its ids and one calendar.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from reconciler.district import calendar_refs
from reconciler.formats.changes import changes

if TYPE_CHECKING:
    from collections.abc import Iterator

    from reconciler.course import Area, Calendar, Holding
    from reconciler.current import CourseRecord, ListMoved, Run, SectionRecord, Snapshot
    from reconciler.formats.changes import Change
    from reconciler.plan.rekey import Keys

Renames = tuple[tuple["Area", str, str], ...]
"""(area, old key, new key) of one host, sorted."""
_REMEMBERED = 20_000


class Step(NamedTuple):
    """A host's way in a run: the ids of two holdings, and the items that got another key."""

    before: int
    after: int
    renames: Renames = ()

    @property
    def keys(self) -> Keys:
        """The renames as a table."""
        return {(area, was): key for area, was, key in self.renames}


class MovedCourse(NamedTuple):
    """A course that a run changed, or (`step` None) only sections of it; with these, by number."""

    calendar: Calendar
    ref: str
    record: CourseRecord
    step: Step | None
    sections: tuple[tuple[SectionRecord, Step], ...]


class Moves:
    """What one run changed. `gone` and `since` are known when the courses have been walked.

    `gone`: hosts that are in the state no more. `since`: hosts that have changed again since the run.
    """

    def __init__(self, snapshot: Snapshot, run: Run) -> None:
        """Read the journal of the run."""
        self.snapshot, self.run = snapshot, run
        self.gone = self.since = 0
        self._holdings: dict[int, Holding] = {}
        self._changes: dict[Step, tuple[Change, ...]] = {}
        self._steps = _steps(snapshot, run.id)

    @property
    def hosts(self) -> int:
        """How many courses and sections the run changed."""
        return len(self._steps)

    def moved(self, host: int, *, on_section: bool) -> bool:
        """Did the run change this host?"""
        return (on_section, host) in self._steps

    def lists(self) -> tuple[ListMoved, ...]:
        """The named lists that the run wrote."""
        return self.snapshot.list_moves(self.run.id)

    def courses(self) -> Iterator[MovedCourse]:
        """By school, calendar and number."""
        self.gone, self.since = len(self._steps), 0
        calendars = sorted(self.snapshot.calendars(), key=lambda one: (one.school, one.name))
        refs = calendar_refs((one.school, one.name) for one in calendars)
        for calendar in calendars if self._steps else ():
            yield from self._calendar(calendar, refs[calendar.school, calendar.name])

    def holding(self, place: int) -> Holding:
        """A holding of a course that was given by `courses`, before the next calendar is asked for."""
        return self._holdings[place]

    def changes(self, step: Step) -> tuple[Change, ...]:
        """What a step changed, by value; alike steps are compared once."""
        if step not in self._changes:
            if len(self._changes) > _REMEMBERED:
                self._changes.clear()
            self._changes[step] = changes(self.holding(step.before), self.holding(step.after), step.keys)
        return self._changes[step]

    def _calendar(self, calendar: Calendar, ref: str) -> Iterator[MovedCourse]:
        moved: dict[int, list[int]] = {}
        for row in self.snapshot.sections([calendar.id]):
            if (True, row.id) in self._steps:
                moved.setdefault(row.course_id, []).append(row.id)
        ids = [row.id for row in self.snapshot.courses([calendar.id])]
        ids = [place for place in ids if place in moved or (False, place) in self._steps]
        if not ids:
            return
        below = self._sections(moved)
        self._fetch(ids, below)
        for record in sorted(self.snapshot.course_records(ids), key=lambda one: (one.number, one.id)):
            step = self._step(False, record)
            sections = [(one, self._step(True, one)) for one in below.get(record.id, [])]
            yield MovedCourse(
                calendar, ref, record, step, tuple((one, its) for one, its in sections if its is not None)
            )

    def _sections(self, moved: dict[int, list[int]]) -> dict[int, list[SectionRecord]]:
        found: dict[int, list[SectionRecord]] = {}
        ids = [place for places in moved.values() for place in places]
        for one in self.snapshot.section_records(ids) if ids else ():
            found.setdefault(one.course_id, []).append(one)
        return {place: sorted(rows, key=lambda one: (one.number, one.id)) for place, rows in found.items()}

    def _fetch(self, ids: list[int], below: dict[int, list[SectionRecord]]) -> None:
        hosts = [(False, place) for place in ids if (False, place) in self._steps]
        hosts += [(True, one.id) for rows in below.values() for one in rows]
        wanted = {place for host in hosts for place in self._steps[host][:2]}
        if len(self._holdings) > _REMEMBERED:
            self._holdings.clear()
        self._holdings.update(self.snapshot.holdings(wanted - self._holdings.keys()))

    def _step(self, on_section: bool, record: CourseRecord | SectionRecord) -> Step | None:
        step = self._steps.get((on_section, record.id))
        if step is not None:
            self.gone -= 1
            self.since += record.holding_id != step.after
        return step


def _steps(snapshot: Snapshot, run: int) -> dict[tuple[bool, int], Step]:
    """Every host of a run with its way; hosts that went the same way share it."""
    found: dict[tuple[bool, int], Step] = {}
    for line in snapshot.moves(run):
        step = Step(line.before, line.after)
        for place in line.members:
            known = found.get((line.on_section, place))
            found[line.on_section, place] = step if known is None else Step(known.before, line.after)
    renames: dict[tuple[bool, int], list[tuple[Area, str, str]]] = {}
    for one in snapshot.key_moves(run):
        for place in one.members:
            renames.setdefault((one.on_section, place), []).append((one.area, one.was, one.key))
    shared: dict[Step, Step] = {}
    for host, rows in renames.items():
        if host in found:
            step = found[host]._replace(renames=tuple(sorted(rows)))
            found[host] = shared.setdefault(step, step)
    return found
