"""This room is the courses that go as planned, as columns: rows are made of them batch by batch."""

from __future__ import annotations

from array import array
from dataclasses import dataclass, field
from itertools import chain
from typing import TYPE_CHECKING, NamedTuple

from reconciler.course import Area, Part
from reconciler.current import Batch, CourseMove, SectionMove
from reconciler.keep.table import Hop
from reconciler.plan.hosts import UNREAD

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence

    from reconciler.course import Holding
    from reconciler.current import Alias, ResidualMark
    from reconciler.plan.hosts import Hosts
    from reconciler.plan.outcome import Outcome
    from reconciler.push.beside import Beside

Follows = tuple["str | None", "str | None", bool]
"""The catalog and the master that a course is linked to, and whether it is ignored."""
Mirror = tuple["str | None", "str | None"]
"""A course's number and name where they change, else None."""
UNCHANGED: Mirror = (None, None)


class Taken(NamedTuple):
    """Hosts (their places) of which the same comes, and which go as planned."""

    hop: Hop
    outcome: Outcome
    places: array[int]


@dataclass(slots=True)
class Columns:
    """The courses that a look found, of which those without a `fate` go as planned, with their sections.

    `held`, `follows`: of each course, its holding's id, and whom it follows. `asked`: as in `Cohorts`.
    `renamed`: course -> its master's new number. `named`: ids of holdings by `id()`.
    """

    hosts: Hosts
    held: array[int]
    follows: Sequence[Follows]
    asked: Mapping[int, Sequence[tuple[int, int]]]
    taken: Sequence[Taken]
    fate: bytearray
    renamed: Mapping[int, str]
    named: Mapping[int, int]

    def __len__(self) -> int:
        """How many courses go as planned."""
        return self.fate.count(0)

    def batches(self, after: Callable[[Outcome], int], beside: Beside, rows: int) -> Iterator[Batch]:
        """Whole courses, up to `rows` rows at once; courses in which nothing moves are left out.

        `after` knows the id of what a host will have, where that differs from what it has.
        """
        return _Rows(self, after, beside).batches(rows)


@dataclass(slots=True)
class _Rows:
    """The rows of columns, on their way into batches."""

    of: Columns
    after: Callable[[Outcome], int]
    beside: Beside
    courses: array[int] = field(init=False)
    before: array[int] = field(init=False)
    sections: array[int] = field(init=False)
    mirrors: dict[int, Mirror] = field(default_factory=dict)
    aliases: dict[int, list[Alias]] = field(default_factory=dict)
    residuals: dict[int, list[ResidualMark]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        """Fill in what every host will have."""
        self.courses = array("q", self.of.held)
        self.before = array("q", bytes(8 * len(self.of.hosts.sections)))
        self.sections = array("q", self.before)
        for place, holding in chain.from_iterable(self.of.asked.values()):
            self.before[place] = self.sections[place] = holding
        for one in self.of.taken:
            if one.outcome.moves:
                self._fill(one)

    def _fill(self, one: Taken) -> None:
        outcome, after = one.outcome, self.after(one.outcome)
        told = self.beside.of(outcome)
        if one.hop is Hop.COURSE:
            number_and_name = mirror(outcome)
            for place in one.places:
                self.courses[place] = after
                if number_and_name != UNCHANGED:
                    self.mirrors[place] = number_and_name
        else:
            before = self.of.named[id(outcome.before)]
            for place in one.places:
                self.before[place] = before
                self.sections[place] = after
        if told.names or told.marks:
            self._fill_beside(one)

    def _fill_beside(self, one: Taken) -> None:
        """What goes with these moves."""
        hosts, on_section = self.of.hosts, one.hop is Hop.SECTION
        ids = hosts.sections if on_section else hosts.courses
        for place in one.places:
            course = hosts.above[place] if on_section else place
            aliases = self.beside.aliases(ids[place], one.outcome, on_section=on_section)
            self.aliases.setdefault(course, []).extend(aliases)
            if on_section:
                self.residuals.setdefault(course, []).extend(self.beside.own(ids[place], one.outcome))

    def _moving(self) -> tuple[list[int], list[int]]:
        """The places of the courses in which anything moves, and of the sections that go with them."""
        above, fate = self.of.hosts.above, self.of.fate
        moved = [
            place
            for place, (before, after) in enumerate(zip(self.before, self.sections, strict=True))
            if before != after and not fate[above[place]]
        ]
        courses = {
            place
            for place, (before, after) in enumerate(zip(self.of.held, self.courses, strict=True))
            if before != after and not fate[place]
        }
        courses.update(map(above.__getitem__, moved))
        courses.update(place for place in self.of.renamed if not fate[place])
        asked = [one for place in self.of.asked.keys() & courses for one, _ in self.of.asked[place]]
        return sorted(courses), sorted({*moved, *asked}) if asked else moved

    def batches(self, rows: int) -> Iterator[Batch]:
        """Batch by batch, by the courses' ids."""
        courses, sections = self._moving()
        above = self.of.hosts.above
        first = start = end = 0
        for last, course in enumerate(courses, 1):
            while end < len(sections) and above[sections[end]] == course:
                end += 1
            if last - first + end - start >= rows or last == len(courses):
                yield self._batch(courses[first:last], sections[start:end])
                first, start = last, end

    def _batch(self, courses: list[int], sections: list[int]) -> Batch:
        return Batch(
            [self._course(place) for place in courses],
            self._sections(sections),
            aliases=[one for place in courses for one in self.aliases.get(place, ())],
            residuals=[one for place in courses for one in self.residuals.get(place, ())],
        )

    def _course(self, place: int) -> CourseMove:
        of = self.of
        watched = len(of.asked[place]) if place in of.asked else None
        number, name = self.mirrors.get(place, UNCHANGED)
        before, after, master = of.held[place], self.courses[place], of.renamed.get(place)
        return CourseMove(
            of.hosts.courses[place], before, after, number, name, watched, master, of.follows[place]
        )

    def _sections(self, places: list[int]) -> list[SectionMove]:
        hosts = self.of.hosts
        used = [None if hosts.used[place] == UNREAD else hosts.used[place] for place in places]
        columns = (self.before, self.sections)
        before, after = ([column[place] for place in places] for column in columns)
        ids = [hosts.sections[place] for place in places]
        above = [hosts.courses[hosts.above[place]] for place in places]
        return list(map(SectionMove, ids, above, before, after, used, used))


def mirror(outcome: Outcome) -> Mirror:
    """The course's number and name where this push changes them."""
    parts = (Part.LINKED, Part.OWN)
    if all(
        outcome.becomes(Area.COURSE_INFO, part) is outcome.before.get(Area.COURSE_INFO, part)
        for part in parts
    ):
        return UNCHANGED
    before, after = _fields(outcome.before), _fields(outcome.after)
    number, name = (
        after.get(key) if after.get(key) != before.get(key) else None for key in ("number", "name")
    )
    return number, name


def _fields(holding: Holding) -> dict[str, str]:
    items = holding.here(Area.COURSE_INFO)
    return {one.key: str(one.get("value")) for one in items if one.get("value") is not None}
