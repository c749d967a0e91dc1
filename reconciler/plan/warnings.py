"""This room warns: W1-W5 of domain.md 8, weights that no longer sum to 100, pending calculations (L5, R2)."""

from __future__ import annotations

from collections import Counter
from decimal import Decimal
from itertools import groupby
from typing import TYPE_CHECKING

from reconciler.course import REACHES_SECTIONS, Area, Part, setup
from reconciler.keep.table import Action, Hop
from reconciler.plan.numbers import same_numbers
from reconciler.plan.told import MOST, Warned
from reconciler.plan.wanted import giving
from reconciler.plan.words import label, many

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from reconciler.course import Holding, Item, Setup
    from reconciler.current import Snapshot
    from reconciler.plan.model import Cohort
    from reconciler.plan.reach import Ground
    from reconciler.plan.told import Line

WHOLE = Decimal(100)
"""What the weights of a parent's children sum to."""
_COMPOSITES = frozenset({Area.COMPOSITE_GRADES, Area.COMPOSITE_WEIGHTS})


def warnings(
    ground: Ground, changes: Iterable[Line], stays: Iterable[Line], snapshot: Snapshot
) -> tuple[Warned, ...]:
    """Every warning of a plan, in the order of their codes."""
    found = [
        *_in_session(ground),
        *_own_setup(ground),
        *_without_sections(ground),
        *_second_hop(ground, snapshot),
        *_grades(ground, changes),
        *_sums(ground),
        *_pending(ground, stays),
        *same_numbers(ground, snapshot),
        *_never_met(ground, snapshot),
    ]
    return tuple(found)


def _in_session(ground: Ground) -> Iterator[Warned]:
    """W1: refuses unless allowed in so many words, overwriting categories from courses (S2) too."""
    scope = ground.plan.scope
    running = [one.name for one in ground.plan.calendars if one.id in ground.running]
    if running and (scope.overwrite or scope.overwrite_categories):
        what = "An overwrite" if scope.overwrite else "Overwriting categories"
        told = ", ".join(running[:MOST])
        told += f" and {len(running) - MOST:,} more" if len(running) > MOST else ""
        yield Warned(
            "W1",
            f"{what} in a school year that is in session: {told}.",
            not scope.allow_in_session,
        )


def _own_setup(ground: Ground) -> Iterator[Warned]:
    """W2: overwrite that takes away setup that courses or sections made themselves."""
    scope = ground.plan.scope
    if not (scope.overwrite or scope.overwrite_categories):
        return
    items: Counter[str] = Counter()
    places = []
    for place, cohort in enumerate(ground.plan.cohorts):
        lost = Counter(_lost(cohort))
        if lost:
            places.append(place)
            items.update({action: times * cohort.size for action, times in lost.items()})
    if places:
        told = [
            f"{verb} {many(items[action], 'item')}"
            for action, verb in ((Action.DELETE, "deletes"), (Action.REPLACE, "replaces"))
            if items[action]
        ]
        reach = ground.reach(tuple(places))
        yield Warned(
            "W2",
            f"This overwrite {' and '.join(told)} of their own in {many(reach.courses, 'course')}"
            f" at {many(reach.schools, 'school')} that manage some setup themselves.",
            refuses=False,
        )


def _lost(cohort: Cohort) -> Iterator[str]:
    if cohort.outcome.refused:
        return
    for verdict in cohort.outcome.verdicts:
        if verdict.action in (Action.DELETE, Action.REPLACE):
            own = cohort.outcome.before.get(verdict.area, Part.OWN).get(verdict.key)
            if own is not None and not own.left:
                yield verdict.action


def _without_sections(ground: Ground) -> Iterator[Warned]:
    scope = ground.plan.scope
    if scope.overwrite and not scope.to_sections:
        yield Warned(
            "W3", "This overwrite stops at the courses; add --to-sections to carry it on.", refuses=False
        )


def _second_hop(ground: Ground, snapshot: Snapshot) -> Iterator[Warned]:
    """W4: sections that have not what their courses will have, in areas that this push writes."""
    scope = ground.plan.scope
    if scope.to_sections or scope.from_courses:
        return
    courses: dict[int, int] = {}
    for place, cohort in enumerate(ground.plan.cohorts):
        if cohort.hop is Hop.COURSE and not cohort.outcome.refused and _carried(ground, cohort):
            courses.update(dict.fromkeys(cohort.members, place))
    if not courses:
        return
    sections, waiting = _waiting(ground, snapshot, courses)
    if sections:
        yield Warned(
            "W4",
            f"{many(sections, 'section')} of {many(waiting, 'course')} will wait for their second hop:"
            " add --to-sections, or push from courses afterwards.",
            refuses=False,
        )


def _carried(ground: Ground, cohort: Cohort) -> tuple[Area, ...]:
    want = ground.plan.wants[cohort.want]
    return tuple(area for area in REACHES_SECTIONS if area in want.setups) if want.active else ()


def _waiting(ground: Ground, snapshot: Snapshot, courses: dict[int, int]) -> tuple[int, int]:
    """How many sections (of how many courses) differ, each distinct pair of holdings compared once."""
    pairs: Counter[tuple[int, int]] = Counter()
    owners: dict[tuple[int, int], set[int]] = {}
    for row in snapshot.sections(sorted(ground.schools)):
        if row.course_id in courses:
            pair = (courses[row.course_id], row.holding_id)
            pairs[pair] += 1
            owners.setdefault(pair, set()).add(row.course_id)
    holdings = snapshot.holdings({holding for _, holding in pairs})
    given: dict[int, dict[Area, Setup]] = {}
    differing = []
    for place, holding in pairs:
        if place not in given:
            cohort = ground.plan.cohorts[place]
            given[place] = {
                area: setup(giving(cohort.outcome.after, area).values()) for area in _carried(ground, cohort)
            }
        if any(holdings[holding].get(area, Part.PUSHED) != one for area, one in given[place].items()):
            differing.append((place, holding))
    concerned = set().union(*(owners[pair] for pair in differing))
    return sum(pairs[pair] for pair in differing), len(concerned)


def _grades(ground: Ground, changes: Iterable[Line]) -> Iterator[Warned]:
    """W5: changes that may move grades, where something is used in a calendar that is in session."""
    told = [line for line in changes if "grade_affecting" in line.flags and ground.at_work(line.cohorts)]
    places = {place for line in told for place in line.cohorts}
    if told:
        courses, schools = _working(ground, places)
        yield Warned(
            "W5",
            f"{many(len(told), 'change')} may move grades in a school year that is in session,"
            f" in {many(courses, 'course')} at {many(schools, 'school')}.",
            refuses=False,
        )


def _working(ground: Ground, places: Iterable[int]) -> tuple[int, int]:
    """How many courses, at how many schools, are both in use and in a calendar that is in session."""
    courses: set[int] = set()
    schools: set[str] = set()
    for place in places:
        cohort = ground.plan.cohorts[place]
        for course in cohort.working:
            calendar = cohort.hosts.calendars[course]
            if calendar in ground.running:
                courses.add(course)
                schools.add(ground.schools[calendar])
    return len(courses), len(schools)


def _sums(ground: Ground) -> Iterator[Warned]:
    """L5: parents whose children's weights no longer sum to 100, each told once."""
    hosts: dict[tuple[str, str, Hop], int] = {}
    for cohort in ground.plan.cohorts:
        if not cohort.outcome.refused and cohort.outcome.touches(_COMPOSITES):
            for parent, total in off_balance(cohort.outcome.before, cohort.outcome.after):
                key = (parent, format(total, "f"), cohort.hop)
                hosts[key] = hosts.get(key, 0) + cohort.size
    for parent, listed in groupby(sorted(hosts.items()), key=lambda one: one[0][0]):
        told = [f"to {total} in {many(times, hop.value)}" for (_, total, hop), times in listed]
        yield Warned(
            "L5",
            f"The weights under {parent} will not sum to 100: {', '.join(told)}.",
            refuses=False,
        )


def off_balance(before: Holding, after: Holding) -> tuple[tuple[str, Decimal], ...]:
    """The parents whose children's weights no longer sum to 100, with the sum: changed by this push only."""
    if before is after or all(before.here(area) == after.here(area) for area in _COMPOSITES):
        return ()
    was, will = _by_parent(before), _by_parent(after)
    return tuple(
        (parent, total)
        for parent, total in sorted(will.items())
        if total != WHOLE and (parent not in was or was[parent] == WHOLE)
    )


def _by_parent(holding: Holding) -> dict[str, Decimal]:
    sums: dict[str, Decimal] = {}
    weights = {one.key: one.get("weight") for one in holding.here(Area.COMPOSITE_WEIGHTS)}
    for row in holding.here(Area.COMPOSITE_GRADES):
        parent = label(Area.GRADE_CALC_OPTIONS, row.key.partition("<")[0])
        sums[parent] = sums.get(parent, Decimal(0)) + Decimal(str(weights.get(row.key) or 0))
    return sums


_UNASKED = 0
"""Stands for the tasks of a course of which nobody asks when they are graded."""


def _never_met(ground: Ground, snapshot: Snapshot) -> Iterator[Warned]:
    """Tasks that are graded only in terms in which a section does not meet (domain.md 8)."""
    lists: dict[int, Setup] = {}
    of = [_UNASKED] * len(ground.hosts.courses)
    for cohort in ground.plan.cohorts:
        if cohort.hop is Hop.COURSE and Area.GRADING_TASKS in ground.plan.wants[cohort.want].setups:
            tasks = cohort.outcome.becomes(Area.GRADING_TASKS, Part.LINKED)
            if any(one.get("terms") for one in tasks):
                lists[id(tasks)] = tasks
                for place in cohort.places:
                    of[place] = id(tasks)
    if not lists:
        return
    cases = Counter(zip(map(of.__getitem__, ground.hosts.above), ground.hosts.meets, strict=True))
    meetings = snapshot.meetings()
    sections: Counter[str] = Counter()
    for (listed, meeting), times in cases.items():
        if listed in lists and meeting in meetings:
            sections.update(dict.fromkeys(_missed(lists[listed], meetings[meeting]), times))
    for task, times in sorted(sections.items()):
        if times:
            yield Warned(
                "terms",
                f"{task} (grading task) is graded only in terms in which {many(times, 'section')}"
                " will not meet.",
                refuses=False,
            )


def _missed(tasks: Setup, meets: Iterable[int]) -> list[str]:
    """The tasks that are graded in none of these terms."""
    return [one.key for one in tasks if _terms(one) and set(_terms(one)).isdisjoint(meets)]


def _terms(one: Item) -> tuple[object, ...]:
    told = one.get("terms")
    return told if isinstance(told, tuple) else ()


def _pending(ground: Ground, stays: Iterable[Line]) -> Iterator[Warned]:
    """R2: cells of residuals that should go, where this push does not write them."""
    told = [line for line in stays if line.reason == "no_calculation_pending"]
    places = tuple(sorted({place for line in told for place in line.cohorts}))
    if places:
        reach = ground.reach(places)
        yield Warned(
            "R2",
            f"{many(sum(line.hosts for line in told), 'grade calc option')} of residual tasks should go"
            f" at {many(reach.courses, 'course')}; this push does not write them.",
            refuses=False,
        )
