"""This room says which courses a push fails for, by the first item that differs (P5), and who is left out."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, NamedTuple

from reconciler.course import Area, Part
from reconciler.diff import changes
from reconciler.keep.table import Hop
from reconciler.plan.reach import some, values
from reconciler.plan.told import MOST, Refused, Skipped, Some
from reconciler.plan.words import field_text, item_text, label

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from reconciler.course import Item
    from reconciler.keep.effect import Verdict
    from reconciler.plan.members import Names
    from reconciler.plan.model import Cohort, Plan
    from reconciler.plan.outcome import Outcome
    from reconciler.plan.reach import Ground
    from reconciler.plan.wanted import Wanted


class First(NamedTuple):
    """The first thing that differs in a refused course. `now` is there, `wanted` is the master's."""

    cause: str
    area: str
    label: str
    field: str
    now: str
    wanted: str


class Kind(NamedTuple):
    """What refused courses have in common that are told in one line."""

    reason: str
    cause: str
    area: str
    label: str
    field: str


@dataclass(slots=True)
class Refusal:
    """Refused courses while they are summed."""

    cohorts: list[int] = field(default_factory=list)
    olds: Counter[str] = field(default_factory=Counter)
    news: Counter[str] = field(default_factory=Counter)


def refusals(ground: Ground, names: Names) -> tuple[Refused, ...]:
    """The courses that this push fails for, most frequent first."""
    piles: dict[Kind, Refusal] = {}
    for place, cohort in enumerate(ground.plan.cohorts):
        if not cohort.outcome.refused:
            continue
        first = _first(ground.plan, cohort)
        key = Kind(cohort.outcome.refused, *first[:4])
        pile = piles.setdefault(key, Refusal())
        pile.cohorts.append(place)
        pile.olds[first.now] += cohort.size
        pile.news[first.wanted] += cohort.size
    found = [_refused(ground, names, *one) for one in piles.items()]
    return tuple(sorted(found, key=lambda one: (one.reason, -one.courses, one.area, one.label, one.field)))


def _refused(ground: Ground, names: Names, key: Kind, pile: Refusal) -> Refused:
    places = tuple(pile.cohorts)
    members = [one for place in places for one in ground.plan.cohorts[place].members[:MOST]]
    reach = ground.reach(places)
    return Refused(
        *key,
        values(pile.olds),
        values(pile.news),
        reach.courses,
        reach.schools,
        Some(tuple(names.courses(sorted(members)[:MOST])), reach.courses),
        ground.numbers(places),
        places,
    )


def _first(plan: Plan, cohort: Cohort) -> First:
    want = plan.wants[cohort.want]
    if cohort.outcome.refused == "term_out_of_range":
        lengths = {len(one.terms) for one in plan.calendars if one.id in cohort.calendars}
        has = ", ".join(map(str, sorted(lengths)))
        return First("terms", "", "", "terms", has, str(want.last_term))
    return first(want, cohort.outcome)


def first(want: Wanted, outcome: Outcome) -> First:
    """The first item that differs in a course of which something linked was changed below (row 4)."""
    verdict = next(one for one in outcome.verdicts if one.reason == "desynced")
    desired = want.setups[verdict.area].get(verdict.key)
    pushed = outcome.before.get(verdict.area, Part.PUSHED).get(verdict.key)
    name, now, wanted = _difference(verdict.area, verdict.before, pushed, desired)
    shown = label(verdict.area, verdict.key, verdict.before or desired)
    return First(_cause(outcome, verdict, desired), verdict.area.value, shown, name, now, wanted)


def _difference(
    area: Area, now: Item | None, pushed: Item | None, desired: Item | None
) -> tuple[str, str, str]:
    """The first field that was changed below (a category's order last), now and as the master has it."""
    if now is None or desired is None:
        return "", item_text(area, now), item_text(area, desired)
    found = changes(now, pushed or desired) or changes(now, desired)
    name = min((one.field for one in found), key=lambda field: (field == "sequence", field))
    return name, field_text(area, name, now.get(name)), field_text(area, name, desired.get(name))


def _cause(outcome: Outcome, verdict: Verdict, desired: Item | None) -> str:
    if desired is None:
        return "dropped"
    if verdict.before is None:
        return "gone_below"
    own = outcome.before.get(verdict.area, Part.OWN).get(verdict.key)
    return "made_below" if own is not None else "changed_below"


def left_out(plan: Plan, names: Names) -> tuple[Skipped, ...]:
    """The courses that are left out as a whole, and those of inactive masters (P2, P3, S3)."""
    found = [Skipped(reason, len(ids), _examples(names, ids)) for reason, ids in sorted(plan.skipped.items())]
    inactive: list[int] = []
    for cohort in plan.cohorts:
        if cohort.hop is Hop.COURSE and not plan.wants[cohort.want].active:
            inactive.extend(cohort.members)
    if inactive:
        found.append(Skipped("inactive", len(inactive), _examples(names, inactive)))
    return tuple(found)


def _examples(names: Names, ids: Iterable[int]) -> Some:
    chosen: Sequence[int] = sorted(ids)
    return some(names.courses(chosen[:MOST]))._replace(total=len(chosen))
