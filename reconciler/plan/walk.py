"""This room walks over courses with their sections, in chunks, and knows the values that they refer to."""

from __future__ import annotations

from dataclasses import dataclass, field
from itertools import islice
from typing import TYPE_CHECKING, NamedTuple, Protocol

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence

    from reconciler.course import Calendar, Holding, Used
    from reconciler.current import CourseRow, SectionRow, Snapshot
    from reconciler.plan.outcome import Outcome
    from reconciler.plan.scope import Scope
    from reconciler.plan.targets import Aim
    from reconciler.plan.wanted import Wanted

CHUNK = 5_000
"""Courses that are looked at together: their holdings and used sets are fetched in one go."""


class Aims(Protocol):
    """Who says what a push wants of a course: the catalogs (`Targets`), or a saved plan."""

    @property
    def scope(self) -> Scope:
        """The push."""

    @property
    def wants(self) -> Sequence[Wanted]:
        """What masters want."""

    @property
    def calendars(self) -> Mapping[int, Calendar]:
        """The calendars in scope by id."""

    @property
    def needs_names(self) -> bool:
        """Must a course's number be known to aim at it?"""

    def aim(self, row: CourseRow, number: str) -> Aim | None:
        """What the push wants of this course; None where it is not concerned."""


class Visit(NamedTuple):
    """One course in scope with its sections, judged. `skip` says why it is left out, else empty.

    `sections` has an outcome for each section that the push looks at. `watched`: the sections' evidence
    had a part in the course's outcome.
    """

    course: CourseRow
    skip: str
    want: int
    outcome: Outcome | None
    sections: tuple[tuple[SectionRow, Outcome | None], ...]
    watched: bool


@dataclass(slots=True)
class Walk:
    """A walk over all courses in scope; whoever walks says in `visit` what it makes of one.

    `only`: just these course ids.
    """

    targets: Aims
    snapshot: Snapshot
    only: Collection[int] | None = None
    holdings: dict[int, Holding] = field(default_factory=dict)
    used: dict[int, Used] = field(default_factory=dict)

    def visit(self, row: CourseRow, aim: Aim, sections: list[SectionRow]) -> Visit:
        """Judge one course with its sections."""
        raise NotImplementedError

    def walk(self) -> Iterator[Visit]:
        """All courses that are concerned, by id, with their sections."""
        calendars = sorted(self.targets.calendars)
        sections = _Sections(self.snapshot.sections(calendars))
        courses = iter(self.snapshot.courses(calendars))
        while chunk := list(islice(courses, CHUNK)):
            below = sections.until(chunk[-1].id)
            if self.only is not None:
                chunk = [row for row in chunk if row.id in self.only]
            yield from self._visits(chunk, below)

    def _visits(self, chunk: Sequence[CourseRow], below: Sequence[SectionRow]) -> Iterator[Visit]:
        held = {row.holding_id for row in chunk} | {row.holding_id for row in below}
        self.fetch(held, {row.used_id for row in below if row.used_id is not None})
        numbers = self.numbers(chunk)
        places: dict[int, list[SectionRow]] = {}
        for row in below:
            places.setdefault(row.course_id, []).append(row)
        for course in chunk:
            aim = self.targets.aim(course, numbers.get(course.id, ""))
            if aim is not None:
                yield self.visit(course, aim, places.get(course.id, []))

    def fetch(self, holdings: Iterable[int], used: Iterable[int]) -> None:
        """Read the values that are not known yet."""
        held = set(holdings) - self.holdings.keys()
        self.holdings.update(self.snapshot.holdings(held) if held else {})
        sets = set(used) - self.used.keys()
        self.used.update(self.snapshot.used(sets) if sets else {})

    def numbers(self, chunk: Sequence[CourseRow]) -> dict[int, str]:
        """The numbers of courses by id, where they are needed to aim at them."""
        if not self.targets.needs_names:
            return {}
        return {one.id: one.number for one in self.snapshot.course_records([row.id for row in chunk])}

    def uses(self, one: SectionRow) -> Used | None:
        """What this section uses; None where its uses were never read."""
        return None if one.used_id is None else self.used[one.used_id]

    def in_use(self, one: SectionRow) -> bool:
        """Has this section any use (or were its uses never read)?"""
        return one.used_id is None or bool(self.used[one.used_id])


class _Sections:
    """The stream of sections, cut at course ids."""

    def __init__(self, rows: Iterable[SectionRow]) -> None:
        self.rows: Iterator[SectionRow] = iter(rows)
        self.next: SectionRow | None = next(self.rows, None)

    def until(self, course_id: int) -> list[SectionRow]:
        """The next sections, up to those of this course."""
        found = []
        while self.next is not None and self.next.course_id <= course_id:
            found.append(self.next)
            self.next = next(self.rows, None)
        return found
