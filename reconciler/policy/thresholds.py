"""This room counts how much of an area a plan changes at a school, and holds it against the thresholds."""

from __future__ import annotations

from collections import Counter
from decimal import ROUND_UP, Decimal
from typing import TYPE_CHECKING, NamedTuple

from reconciler.course import Area
from reconciler.keep.table import Hop
from reconciler.plan.targets import meant
from reconciler.policy.model import Finding

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from reconciler.current import Snapshot
    from reconciler.keep.effect import Verdict
    from reconciler.plan.saved import SavedPlan
    from reconciler.policy.model import Threshold, Thresholds

Place = tuple[Area, str]
"""An area at a school."""
WORDS = {
    Area.COURSE_INFO: "course info fields",
    Area.GRADING_TASKS: "grading tasks",
    Area.GRADE_CALC_OPTIONS: "grade calc options",
    Area.COMPOSITE_GRADES: "composite grades",
    Area.COMPOSITE_WEIGHTS: "composite weights",
    Area.CROSS_SITE: "cross-site fields",
}
"""Areas whose items are not called like the area."""
HUNDRED = Decimal(100)
HOW = "Say `--over-threshold` and `--message WHY`, or mend `thresholds: {key}:` in reconcile.yaml."


class Amounts(NamedTuple):
    """How many items are there, and how many of them a plan updates and deletes, by area and school."""

    there: Mapping[Place, int]
    updates: Mapping[Place, int]
    deletes: Mapping[Place, int]


def exceeded(
    thresholds: Thresholds, plan: SavedPlan, snapshot: Snapshot, *, lifted: bool
) -> Iterator[Finding]:
    """The thresholds that a plan exceeds, with the numbers; `lifted`: the person said so, with a message."""
    if thresholds.updates is None and thresholds.deletes is None:
        return
    amounts = count(plan, snapshot)
    for threshold, key in ((thresholds.updates, "updates"), (thresholds.deletes, "deletes")):
        changed: Mapping[Place, int] = getattr(amounts, key) if threshold else {}
        for place, times in sorted(changed.items()):
            there = amounts.there[place]
            limit = _limit(threshold, times, there) if threshold else ""
            if limit:
                what = f"{_told(place, times, there, limit)} would be {key[:-1]}d; the threshold is {limit}"
                yield Finding("threshold", what, not lifted, "" if lifted else HOW.format(key=key))


def _told(place: Place, times: int, there: int, limit: str) -> str:
    area, school = place
    return (
        f"{WORDS.get(area, area.value)} at {school}: {times:,} of {there:,} ({_percent(times, there, limit)})"
    )


def _limit(threshold: Threshold, times: int, there: int) -> str:
    """The limit that is exceeded; empty where none is."""
    if times <= threshold.floor:
        return ""
    if threshold.percent is not None and times * HUNDRED > threshold.percent * there:
        return f"{threshold.percent.normalize():f} %"
    return f"{threshold.count:,}" if threshold.count is not None and times > threshold.count else ""


def _percent(times: int, there: int, limit: str) -> str:
    """A share in whole percent; finer where it would look as if it kept to the limit."""
    share = times * HUNDRED / there if there else HUNDRED
    whole = f"{share.quantize(Decimal(1))} %"
    return f"{share.quantize(Decimal('0.01'), ROUND_UP)} %" if whole == limit else whole


def count(plan: SavedPlan, snapshot: Snapshot) -> Amounts:
    """What is there at the courses and sections of the plan's calendars, and what of it would change."""
    hosts = _Hosts(plan, snapshot)
    updates: Counter[Place] = Counter()
    deletes: Counter[Place] = Counter()
    for cohort in plan.cohorts:
        changed = Counter() if cohort.refused else Counter(filter(None, map(_changed, cohort.verdicts)))
        if changed:
            schools = Counter(hosts.schools[cohort.hop].get(member, "") for member in cohort.members)
            for (area, goes), times in changed.items():
                (deletes if goes else updates).update({(area, one): times * n for one, n in schools.items()})
    return Amounts(hosts.there, updates, deletes)


def _changed(verdict: Verdict) -> tuple[Area, bool] | None:
    """The area of an item that is there and is changed, and whether it goes; None where it stays."""
    if verdict.before is None or not verdict.writes:
        return None
    return verdict.area, verdict.after is None


class _Hosts:
    """The courses and sections of the calendars of a plan: at which school each is, and what they hold."""

    def __init__(self, plan: SavedPlan, snapshot: Snapshot) -> None:
        scope = plan.scope
        chosen = {one.id: one.school for one in snapshot.calendars() if scope.undoes or meant(scope, one)}
        if scope.undoes:
            met = {row.calendar_id for row in snapshot.courses(sorted(chosen)) if row.id in plan.courses}
            chosen = {place: chosen[place] for place in met}
        held: Counter[tuple[str, int]] = Counter()
        courses: dict[int, str] = {}
        sections: dict[int, str] = {}
        for row in snapshot.courses(sorted(chosen)):
            courses[row.id] = chosen[row.calendar_id]
            held[courses[row.id], row.holding_id] += 1
        for one in snapshot.sections(sorted(chosen)):
            sections[one.id] = courses[one.course_id]
            held[sections[one.id], one.holding_id] += 1
        self.schools = {Hop.COURSE: courses, Hop.SECTION: sections}
        self.there = _there(held, snapshot)


def _there(held: Mapping[tuple[str, int], int], snapshot: Snapshot) -> Counter[Place]:
    """How many items of each area all these hosts have."""
    holdings = snapshot.holdings({place for _, place in held})
    sizes = {
        place: [(area, len(items)) for area in Area if (items := one.here(area))]
        for place, one in holdings.items()
    }
    found: Counter[Place] = Counter()
    for (school, place), times in held.items():
        for area, size in sizes[place]:
            found[area, school] += size * times
    return found
