"""This room turns a finished plan into what people read: summed, ordered by risk, plain values."""

from __future__ import annotations

from typing import TYPE_CHECKING

from reconciler.course import Area, DataType
from reconciler.keep.table import Hop
from reconciler.plan.lines import lines, tally
from reconciler.plan.members import Names, member_names
from reconciler.plan.reach import Ground
from reconciler.plan.refusals import left_out, refusals
from reconciler.plan.residuals import residuals
from reconciler.plan.scope import COURSE_PUSH
from reconciler.plan.told import (
    Calendared,
    Header,
    Line,
    Listed,
    Residual,
    Said,
    Summary,
    Totals,
    from_json,
    to_json,
)
from reconciler.plan.warnings import warnings
from reconciler.plan.words import plain, value_text

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from reconciler.course import Catalog
    from reconciler.current import Snapshot
    from reconciler.plan.lines import Tally
    from reconciler.plan.model import ListChange, Plan
    from reconciler.plan.scope import Scope

__all__ = ["Line", "Summary", "from_json", "member_names", "summarise", "to_json"]
_DATA_WORDS: dict[DataType, str] = {
    DataType.COURSE_INFO: "course info",
    DataType.GRADING_TASKS_STANDARDS: "grading tasks and standards",
    DataType.GRADE_CALC_OPTIONS: "grade calc options",
    DataType.COMPOSITE_GRADES: "composite grades",
    DataType.COMPOSITE_WEIGHTS: "composite weights",
    DataType.CATEGORIES: "categories",
    DataType.ASSESSMENTS: "assessments",
}


def summarise(plan: Plan, snapshot: Snapshot, catalogs: Sequence[Catalog] = ()) -> Summary:
    """Sum a plan up (house.md 1). `catalogs` add where in the YAML things were written."""
    ground, names, sums = Ground(plan, catalogs), Names(plan, snapshot), tally(plan)
    changes, stays = lines(ground, sums.changes), lines(ground, sums.stays)
    kept = residuals(ground, snapshot)
    return Summary(
        _header(plan, ground, catalogs),
        refusals(ground, names),
        lines(ground, sums.refused),
        changes,
        stays,
        kept,
        left_out(plan, names),
        tuple(_listed(one) for one in plan.list_changes),
        (*plan.notes, *warnings(ground, changes, stays, snapshot)),
        _totals(plan, sums, kept),
        names.teachers(_touched(plan, sums)),
    )


def _touched(plan: Plan, sums: Tally) -> list[int]:
    """The sections that a push from chosen courses changes (S4)."""
    if not (plan.scope.from_courses and plan.scope.courses):
        return []
    return [member for place in sorted(sums.changed) for member in plan.cohorts[place].members]


def _header(plan: Plan, ground: Ground, catalogs: Sequence[Catalog]) -> Header:
    scope = plan.scope
    idle = not scope.from_courses and not scope.undoes and not any(one.setups for one in plan.wants)
    return Header(
        "undo" if scope.undoes else "courses" if scope.from_courses else "masters",
        plan.catalogs,
        scope.year,
        _mode(scope),
        scope.today,
        tuple(
            Calendared(one.name, one.school, one.id in ground.running)
            for one in sorted(plan.calendars, key=lambda one: (one.name, one.school))
        ),
        tuple(_data(plan)),
        scope.to_sections or scope.from_courses,
        scope.cross_site,
        scope.overwrite_categories,
        scope.masters,
        scope.courses,
        () if scope.relink else scope.schools,
        tuple(one.name for one in catalogs if not any(one.locks.any(area) for area in Area)),
        idle,
    )


def _mode(scope: Scope) -> str:
    """How the push treats what it finds below; of an undo, the run that is taken back."""
    if scope.undoes:
        return str(scope.undoes)
    return "overwrite" if scope.overwrite else "relink" if scope.relink else "locked"


def _data(plan: Plan) -> Iterator[str]:
    """The ticked data types in the district's words; a push from courses has fewer of them (S2).

    Where only some areas are meant, it is those.
    """
    if plan.scope.areas:
        yield from (area.replace("_", " ") for area in plan.scope.areas)
        return
    for data, words in _DATA_WORDS.items():
        if data in plan.scope.data:
            if not plan.scope.from_courses:
                yield words
            elif data in COURSE_PUSH.values():
                yield {
                    DataType.COURSE_INFO: "advisory",
                    DataType.COMPOSITE_GRADES: "composite grades and weights",
                }.get(data, words)


def _listed(one: ListChange) -> Listed:
    flags = ("grade_affecting",) if one.in_use else ()
    return Listed(one.catalog, one.kind.value, plain(one.name), _list_text(one), one.used_by, flags)


def _list_text(one: ListChange) -> str:
    """`new`, `removed`, or what differs: `A+ added; B 80 -> 82`."""
    if one.before is None or one.after is None:
        return "new" if one.before is None else "removed"
    told = []
    for name in sorted({*one.before, *one.after}):
        old, new = one.before.get(name), one.after.get(name)
        if name not in one.before:
            told.append(f"{plain(name)} added")
        elif name not in one.after:
            told.append(f"{plain(name)} removed")
        elif old != new:
            told.append(f"{plain(name)} {_entry(old)} -> {_entry(new)}")
    return "; ".join(told)


def _entry(value: object) -> str:
    return value_text("", value if isinstance(value, bool) else str(value))


def _totals(plan: Plan, sums: Tally, kept: Iterable[Residual]) -> Totals:
    hosts = {hop: _Hosts(plan, hop, sums) for hop in Hop}
    courses, sections = hosts[Hop.COURSE], hosts[Hop.SECTION]
    told = list(kept)
    return Totals(
        courses.all,
        sections.all,
        courses.changed,
        sections.changed,
        courses.noted,
        sections.noted,
        courses.refused,
        sum(map(len, plan.skipped.values())),
        tuple(Said(*pair) for pair in sorted(sums.items.items())),
        sums.unchanged,
        sums.local,
        sum(plan.cohorts[place].size for pile in sums.refused.values() for place in pile.cohorts),
        sum(max(one.sections, 1) for one in told if one.new),
        sum(max(one.sections, 1) for one in told if not one.new),
    )


class _Hosts:
    """How many courses, or sections, come to what."""

    def __init__(self, plan: Plan, hop: Hop, sums: Tally) -> None:
        self.all = self.changed = self.noted = self.refused = 0
        for place, cohort in enumerate(plan.cohorts):
            if cohort.hop is hop:
                times = cohort.size
                self.all += times
                self.changed += times * (place in sums.changed)
                self.noted += times * (cohort.moves and place not in sums.changed)
                self.refused += times * bool(cohort.outcome.refused)
