"""This room compares the catalogs' named lists with those last applied (domain.md 1, last row).

A list takes effect for its whole catalog, so its users are looked for among all courses that are linked
to that catalog, also those that this push does not reach. They are read only where a list changes.
"""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING, NamedTuple

from reconciler.course import EMPTY, Area, ListKind, Part
from reconciler.errors import ListInUse
from reconciler.keep.table import Hop
from reconciler.plan.model import ListChange

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Mapping, Sequence

    from reconciler.course import Holding, Item, Setup
    from reconciler.current import Snapshot
    from reconciler.plan.model import Cohort

    Lists = Mapping[str, Mapping[ListKind, Setup]]

NAMED_BY: dict[ListKind, tuple[tuple[Area, str], ...]] = {
    ListKind.SCORE_GROUPS: ((Area.GRADING_TASKS, "score_group"),),
    ListKind.RUBRICS: ((Area.STANDARDS, "rubric"),),
    ListKind.GRADING_SCALES: ((Area.GRADE_CALC_OPTIONS, "grading_scale"),),
}
"""Which fields name an entry of a list."""
KEYED: dict[ListKind, Area] = {
    ListKind.TASKS: Area.GRADING_TASKS,
    ListKind.STANDARDS: Area.STANDARDS,
    ListKind.TESTS: Area.ASSESSMENTS,
}
"""Which areas name an entry of a list by their keys."""
NAMING = tuple({area for places in NAMED_BY.values() for area, _ in places} | set(KEYED.values()))
"""The areas whose items name entries of lists."""
GRADED = frozenset({ListKind.SCORE_GROUPS, ListKind.GRADING_SCALES})
"""Lists whose changes may move grades (P13)."""


class Entry(NamedTuple):
    """One entry of one list of one catalog."""

    catalog: str
    kind: ListKind
    name: str


class Change(NamedTuple):
    """What an entry was, and what it becomes."""

    entry: Entry
    before: Item | None
    after: Item | None


def applied(lists: Lists, snapshot: Snapshot) -> dict[str, dict[ListKind, Setup]]:
    """These lists as they were last applied."""
    found = {}
    for catalog, kinds in lists.items():
        there = snapshot.lists(catalog)
        found[catalog] = {kind: there.get(kind, EMPTY) for kind in kinds}
    return found


def list_changes(
    lists: Lists, before: Lists, snapshot: Snapshot, cohorts: Sequence[Cohort]
) -> tuple[ListChange, ...]:
    """Every list entry that is new, different or gone, with the number of courses that use it.

    Raises ListInUse where one goes that a course will still name after this push (domain.md 8).
    """
    changes = list(_changes(lists, before))
    if not changes:
        return ()
    users = _Users(snapshot, cohorts, {one.entry for one in changes})
    for one in changes:
        if one.after is None and one.entry.kind in NAMED_BY and users.will[one.entry]:
            _refuse(one.entry, len(users.will[one.entry]))
    working = users.working({one.entry for one in changes if _may_move_grades(one)})
    return tuple(
        ListChange(
            *one.entry,
            _plain(one.before),
            _plain(one.after),
            len(users.all(one.entry)),
            len(working & users.all(one.entry)) if _may_move_grades(one) else 0,
        )
        for one in changes
    )


def _changes(lists: Lists, before: Lists) -> Iterator[Change]:
    for catalog, kinds in sorted(lists.items()):
        for kind in ListKind:
            now, was = kinds.get(kind, EMPTY), before[catalog].get(kind, EMPTY)
            for name in sorted({*now.by_key, *was.by_key}):
                if now.get(name) != was.get(name):
                    yield Change(Entry(catalog, kind, name), was.get(name), now.get(name))


def _may_move_grades(change: Change) -> bool:
    """P13; an entry that is new had no grades yet."""
    return change.entry.kind in GRADED and change.before is not None


def _plain(one: Item | None) -> dict[str, object] | None:
    return None if one is None else dict(one.fields)


def _refuse(entry: Entry, courses: int) -> None:
    kind = entry.kind.replace("_", " ").removesuffix("s")
    raise ListInUse(kind=kind, name=entry.name, catalog=entry.catalog, count=courses)


class _Case(NamedTuple):
    """Courses of one catalog that have, and will have, the same."""

    catalog: str
    before: Holding
    after: Holding
    courses: list[int]


class _Users:
    """The courses that name these entries: `now`, and after the push (`will`)."""

    def __init__(self, snapshot: Snapshot, cohorts: Sequence[Cohort], entries: Collection[Entry]) -> None:
        self.snapshot = snapshot
        self.calendars = [one.id for one in snapshot.calendars()]
        self.now: dict[Entry, set[int]] = {one: set() for one in entries}
        self.will: dict[Entry, set[int]] = {one: set() for one in entries}
        for case in self._cases(cohorts):
            for found, holding in ((self.now, case.before), (self.will, case.after)):
                for entry in {Entry(case.catalog, *one) for one in _named(holding)} & found.keys():
                    found[entry].update(case.courses)

    def _cases(self, cohorts: Sequence[Cohort]) -> Iterator[_Case]:
        """All courses of the catalogs; equal ones together, so that each holding is looked at once."""
        catalogs = {one.catalog for one in self.now}
        inside = {
            course: place
            for place, one in enumerate(cohorts)
            if one.hop is Hop.COURSE
            for course in one.members
        }
        judged: dict[tuple[str, int], list[int]] = {}
        beside: dict[tuple[str, int], list[int]] = {}
        for row in self.snapshot.courses(self.calendars):
            if row.catalog in catalogs:
                pile, place = (judged, inside[row.id]) if row.id in inside else (beside, row.holding_id)
                pile.setdefault((row.catalog, place), []).append(row.id)
        for (catalog, place), courses in judged.items():
            outcome = cohorts[place].outcome
            yield _Case(catalog, outcome.before, outcome.after, courses)
        holdings = self.snapshot.holdings({place for _, place in beside})
        for (catalog, place), courses in beside.items():
            yield _Case(catalog, holdings[place], holdings[place], courses)

    def all(self, entry: Entry) -> set[int]:
        """The courses that name the entry now or after the push."""
        return self.now[entry] | self.will[entry]

    def working(self, entries: Collection[Entry]) -> set[int]:
        """Which of the users of these entries have any use in a section (P13), or were never read."""
        courses = set().union(*(self.all(one) for one in entries))
        if not courses:
            return set()
        rows = [row for row in self.snapshot.sections(self.calendars) if row.course_id in courses]
        used = self.snapshot.used({row.used_id for row in rows if row.used_id is not None})
        return {row.course_id for row in rows if row.used_id is None or used[row.used_id]}


def _named(holding: Holding) -> Iterator[tuple[ListKind, str]]:
    """The entries that a holding names: linked, own, residual and held items alike."""
    for area in NAMING:
        for part in (Part.LINKED, Part.OWN):
            listed = holding.get(area, part)
            if listed is not EMPTY:
                yield from _named_in(area, listed)


@lru_cache(maxsize=1 << 14)
def _named_in(area: Area, listed: Setup) -> frozenset[tuple[ListKind, str]]:
    """The entries that one list names; many courses have the same."""
    fields = [(kind, field) for kind, places in NAMED_BY.items() for where, field in places if where is area]
    found = {(kind, str(one.get(field))) for kind, field in fields for one in listed if one.get(field)}
    keyed = {
        (kind, one.key.partition("<")[0]) for kind, where in KEYED.items() if where is area for one in listed
    }
    return frozenset(found | keyed)
