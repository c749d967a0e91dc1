"""This room finds drift: each distinct holding is looked at once, and only hosts that drifted after that."""

from __future__ import annotations

from array import array
from itertools import islice
from typing import TYPE_CHECKING, NamedTuple

from reconciler.address import Address
from reconciler.audit.filters import choose
from reconciler.course import Area, Part
from reconciler.district import calendar_refs
from reconciler.drift.brought import Brought
from reconciler.drift.model import Drift, Drop, Group, Standing
from reconciler.policy import waived
from reconciler.story.locks import Stand, following, lock_of
from reconciler.story.past import same

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence

    from reconciler.audit.filters import Chosen, Filters
    from reconciler.course import Catalog, Holding, Item
    from reconciler.current import CourseRecord, SectionRow, Snapshot
    from reconciler.policy import Policy, Waiver
    from reconciler.story.locks import Following

CHUNK = 5_000
"""Holdings that are looked at together."""
Drops = tuple[Drop, ...]


def find_drift(
    snapshot: Snapshot, catalogs: Sequence[Catalog], filters: Filters, policy: Policy, today: str
) -> Drift:
    """What was changed below since it was pushed (domain.md 3), in the chosen courses and their sections.

    Catalogs may be missing: where a course's own is, its locks count as holding. `today` (ISO 8601) decides
    which waivers hold. Raises FilterUnmet.
    """
    chosen = choose(snapshot, filters, catalogs)
    sections = [one for one in snapshot.sections(chosen.held) if one.course_id in chosen.courses]
    places = {one.holding_id for one in chosen.courses.values()} | {one.holding_id for one in sections}
    drops = dict(_drops(snapshot, places, chosen.areas))
    below = [one for one in sections if one.holding_id in drops]
    numbers = _numbers(snapshot, below)
    judge = _Judge(snapshot, chosen, _Law({one.name: one for one in catalogs}, policy, today), below)
    groups: dict[object, Group] = {}
    for course in chosen.courses.values():
        for drop in drops.get(course.holding_id, ()):
            _join(groups, judge.of_course(course, drop), drop, course, None)
    for row in below:
        course = chosen.courses[row.course_id]
        for drop in drops[row.holding_id]:
            standing = judge.of_section(course, row, numbers[row.id], drop)
            _join(groups, standing, drop, course, row)
    sections_of = {row.id: (row.course_id, numbers[row.id]) for row in below}
    return Drift(chosen, tuple(groups.values()), sections_of, _refs(snapshot))


def _refs(snapshot: Snapshot) -> dict[int, str]:
    """How courses name each calendar without doubt."""
    calendars = snapshot.calendars()
    refs = calendar_refs((one.school, one.name) for one in calendars)
    return {one.id: refs[one.school, one.name] for one in calendars}


def _drops(
    snapshot: Snapshot, places: Collection[int], areas: Collection[Area]
) -> Iterator[tuple[int, Drops]]:
    """The holdings that drifted, with what did."""
    rest = iter(sorted(places))
    while chunk := list(islice(rest, CHUNK)):
        for place, holding in snapshot.holdings(chunk).items():
            found = tuple(_of_holding(holding, areas))
            if found:
                yield place, found


def _of_holding(holding: Holding, areas: Collection[Area]) -> Iterator[Drop]:
    """Every pushed item that is not there as it was pushed, by value; what was made anew counts as it is."""
    for area in Area:
        pushed, linked = holding.get(area, Part.PUSHED), holding.get(area, Part.LINKED)
        if area not in areas or pushed is linked or pushed == linked:
            continue
        own = holding.get(area, Part.OWN)
        for one in pushed:
            now = linked.get(one.key) or own.get(one.key)
            if not one.same(now):
                yield Drop(area, one.key, one, now)


def _numbers(snapshot: Snapshot, rows: Sequence[SectionRow]) -> dict[int, str]:
    ids = [one.id for one in rows]
    return {one.id: one.number for one in snapshot.section_records(ids)} if ids else {}


def _join(
    groups: dict[object, Group], standing: Standing, drop: Drop, course: CourseRecord, row: SectionRow | None
) -> None:
    key = (row is not None, standing, drop)
    group = groups.get(key)
    if group is None:
        group = groups[key] = Group(row is not None, drop, standing, array("q"))
    group.hosts.append(row.id if row else course.id)
    group.courses.add(course.id)
    if course.catalog is not None and course.master is not None:
        group.masters.add((course.catalog, course.master))


class _Case(NamedTuple):
    """What the standing of a change depends on, but for waivers."""

    follow: tuple[str | None, str | None, str]
    drop: Drop
    course_holding: int | None = None
    brought: bool = False


class _Law(NamedTuple):
    """What says how changes stand: the catalogs by name, the waivers, and the day."""

    catalogs: Mapping[str, Catalog]
    policy: Policy
    today: str


class _Judge:
    """Says how changes stand; each distinct case is judged once."""

    def __init__(self, snapshot: Snapshot, chosen: Chosen, law: _Law, below: Iterable[SectionRow]) -> None:
        self.chosen, self.law = chosen, law
        rows = tuple(below)
        self.brought = Brought(snapshot, {one.id for one in rows})
        self.above = snapshot.holdings({chosen.courses[one.course_id].holding_id for one in rows})
        self._known: dict[_Case, Standing] = {}
        self._follows: dict[int, Following] = {}

    def of_course(self, course: CourseRecord, drop: Drop) -> Standing:
        """How a change at a course stands."""
        follow = self._follow(course)
        standing = self._standing(follow, _Case((course.catalog, course.master, follow.why), drop))
        return self._waived(standing, course, "", drop)

    def of_section(self, course: CourseRecord, row: SectionRow, number: str, drop: Drop) -> Standing:
        """How a change at a section stands."""
        follow = self._follow(course)
        brought = self.brought.by_courses(row.id, drop.area, drop.key)
        key = (course.catalog, course.master, follow.why)
        standing = self._standing(follow, _Case(key, drop, course.holding_id, brought))
        return self._waived(standing, course, number, drop)

    def _follow(self, course: CourseRecord) -> Following:
        if course.id not in self._follows:
            calendar = self.chosen.calendars[course.calendar_id]
            self._follows[course.id] = following(course, calendar, self.law.catalogs)
        return self._follows[course.id]

    def _standing(self, follow: Following, case: _Case) -> Standing:
        if case not in self._known:
            self._known[case] = self._judge(follow, case)
        return self._known[case]

    def _judge(self, follow: Following, case: _Case) -> Standing:
        drop = case.drop
        course = None if case.course_holding is None else self.above[case.course_holding]
        lock = lock_of(follow, Stand(drop.area, drop.key, drop.pushed, None, course, case.brought))
        if lock.holds is False:
            return Standing("editable" if lock.why == "editable" else "free", lock.why)
        known, wish = _wish(follow, drop, course)
        return Standing("wanted" if known and same(wish, drop.now) else "open", lock.why)

    def _waived(self, standing: Standing, course: CourseRecord, number: str, drop: Drop) -> Standing:
        """The same, or waived; only what would be mended needs a waiver."""
        if standing.code != "open" or not self.law.policy.waivers:
            return standing
        calendar = self.chosen.calendars[course.calendar_id].name
        address = str(Address(course.number, "", calendar, number, drop.area.value, drop.key))
        found: Waiver | None = waived(self.law.policy, address, self.law.today)
        return Standing("waived", standing.why, found) if found else standing


def _wish(follow: Following, drop: Drop, course: Holding | None) -> tuple[bool, Item | None]:
    """Whether it is known what above wants of an item now, and what that is."""
    listed = None
    if follow.master is not None and not follow.why:
        listed = follow.master.setups.get(drop.area)
    wish = listed.get(drop.key) if listed is not None else None
    if wish is None and course is not None:
        there = course.here(drop.area) if listed is None else course.get(drop.area, Part.OWN)
        wish = next((one for one in there if one.key == drop.key and not one.kept), None)
    return listed is not None or (course is not None and follow.why == "not_linked"), wish
