"""This room decides which areas of a first catalog are locked: those that a push would leave as they are.

An area is locked where every course equals its master and where, were it pushed with its sections, nothing
would come of it but links (row 8). So the first push of an adopted catalog moves nobody's grades.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from reconciler.check.locks import OTHERS
from reconciler.course import FIELD_AREAS, PARTS, Area, Catalog, Holding, Lock, Locks, Master, names
from reconciler.keep.evidence import Evidence
from reconciler.keep.table import Action
from reconciler.linking import dormant_items, record_equal, whole
from reconciler.plan.course_hop import push_course
from reconciler.plan.model import acts
from reconciler.plan.rekey import fitting, keys_of, rekey
from reconciler.plan.section_hop import push_section

if TYPE_CHECKING:
    from collections.abc import Hashable, Iterable, Mapping, Sequence

    from reconciler.adopting.drafts import Draft, Drafting, Key
    from reconciler.course import Rename, Setup
    from reconciler.keep.effect import Verdict
    from reconciler.plan.outcome import Outcome
    from reconciler.plan.wanted import Below, Wanted

    Linked = tuple[Rename, ...]

_PLACES = tuple(place for place in PARTS if place[0] not in FIELD_AREAS)
_ALL_USED = Evidence(everything=True)
TASKS = (Area.GRADING_TASKS, Area.STANDARDS)


@dataclass(slots=True)
class Decided:
    """The locks, and for what is not locked the reason."""

    locks: Locks
    areas: dict[Area, str] = field(default_factory=dict)
    fields: dict[Key, str] = field(default_factory=dict)


def decide(drafting: Drafting, drafts: Sequence[Draft], listed: frozenset[Area]) -> Decided:
    """The locks of a catalog with these masters; `listed`: the areas of which they have anything."""
    why = {area: _disagreement(area, drafts) for area in Area if area in listed}
    for area in TASKS:
        if not why.get(area, "-") and any(lacking(draft, area) for draft in drafts):
            why[area] = "other items name some that their master lacks"
    agreed = frozenset(area for area, reason in why.items() if not reason)
    while failing := _failing(agreed, drafting, drafts):
        why |= dict.fromkeys(failing, "a push would change courses or sections all the same")
        agreed -= failing
    fields = _fields(drafting, drafts)
    locks = Locks(
        {area: Lock.UNLOCKED if reason else Lock.LOCKED for area, reason in why.items()},
        {key: Lock.UNLOCKED if reason else Lock.LOCKED for key, reason in fields.items()},
    )
    return Decided(locks, why, fields)


def _disagreement(area: Area, drafts: Iterable[Draft]) -> str:
    found = [choice for draft in drafts for choice in draft.lists.values() if area in choice.apart]
    if any(choice.below for choice in found):
        return "taken from sections, where courses have none: a push would give it to courses"
    hosts = sum(choice.apart[area].hosts for choice in found)
    return f"{hosts} of {_courses(drafts)} courses differ" if hosts else ""


def _courses(drafts: Iterable[Draft]) -> int:
    return sum(len(draft.courses) for draft in drafts)


def lacking(draft: Draft, area: Area) -> bool:
    """Does an item of a master name a task (or standard) that the master lacks (L7)?"""
    setups = dict(draft.setups())
    return any(
        ref.area is area and setups[area].get(ref.key) is None
        for where, listed in setups.items()
        for one in listed
        for ref in names(where, one)
    )


# --- fields


def _fields(drafting: Drafting, drafts: Sequence[Draft]) -> dict[Key, str]:
    apart: Counter[Key] = Counter()
    silent: Counter[Key] = Counter()
    for draft in drafts:
        apart.update({key: one.apart.hosts for key, one in draft.fields.items()})
        silent.update({key: one.silent for key, one in draft.fields.items()})
    open_below = _open_below(drafting, drafts)
    found = {}
    for key in sorted(apart):
        if key == (Area.CROSS_SITE, OTHERS):
            continue  # in `locks:` this word stands for the fields that are not named
        told = [f"{apart[key]} of {_courses(drafts)} courses differ"] if apart[key] else []
        told += [f"{silent[key]} of {_courses(drafts)} courses do not say"] if silent[key] else []
        found[key] = ", ".join(told) or open_below.get(key, "")
    return found


def _open_below(drafting: Drafting, drafts: Iterable[Draft]) -> dict[Key, str]:
    """The cross-site fields that some section lacks: a push would fill them in (P8)."""
    found: dict[Key, str] = {}
    for draft in drafts:
        wanted = {key: one.value for key, one in draft.fields.items() if key[0] is Area.CROSS_SITE}
        for holding_id in _below(drafting, draft) if wanted else ():
            there = drafting.fields(Area.CROSS_SITE, holding_id)
            for key, value in wanted.items():
                if there.get(key[1]) != value:
                    found[key] = "sections differ: a push would fill it in there"
    return found


def _below(drafting: Drafting, draft: Draft) -> set[int]:
    below = drafting.found.below
    return {holding for course in draft.courses for holding in below.get(course.id, ())}


# --- lists, by trial


def _failing(agreed: frozenset[Area], drafting: Drafting, drafts: Iterable[Draft]) -> frozenset[Area]:
    """The areas of those agreed on that a push of them would still change."""
    trial = Trial(agreed)
    found: set[Area] = set()
    for draft in drafts if agreed else ():
        setups = dict(draft.setups())
        for course in draft.courses:
            terms = len(drafting.found.chosen[course.calendar_id].terms)
            below = drafting.found.below.get(course.id, ())
            held = drafting.found.holdings
            found |= trial.course(setups, held[course.holding_id], terms, [held[one] for one in below])
    return agreed.intersection(found)


class Trial:
    """Pushes in thought, each distinct case once. Setups and holdings are known by their identity."""

    def __init__(self, agreed: frozenset[Area]) -> None:
        """Lock these areas and no other."""
        self.agreed = agreed
        self._courses: dict[Hashable, tuple[frozenset[Area], Outcome, Linked]] = {}
        self._sections: dict[Hashable, frozenset[Area]] = {}

    def course(
        self, setups: Mapping[Area, Setup], holding: Holding, terms: int, below: Iterable[Holding]
    ) -> set[Area]:
        """The areas that a push would change in a course or its sections."""
        key = (tuple(map(id, setups.values())), _mark(holding), terms)
        if key not in self._courses:
            self._courses[key] = self._judge(setups, _lists_of(holding), terms)
        failing, outcome, linked = self._courses[key]
        found = set(failing)
        for one in below if outcome.below else ():
            place = (id(outcome), _mark(one))
            if place not in self._sections:
                self._sections[place] = _section(outcome.below, linked, _lists_of(one))
            found |= self._sections[place]
        return found

    def _want(self, setups: Mapping[Area, Setup], areas: Iterable[Area]) -> Wanted:
        locks = Locks(dict.fromkeys(areas, Lock.LOCKED))
        return whole(Catalog("", (), None, locks, {}), Master("", "", active=True, setups=setups))

    def _judge(
        self, setups: Mapping[Area, Setup], holding: Holding, terms: int
    ) -> tuple[frozenset[Area], Outcome, Linked]:
        want = self._want(setups, self.agreed)
        after, renames, _ = record_equal(want, dormant_items(holding))
        outcome = push_course(want, after, _ALL_USED, terms)
        if outcome.refused == "term_out_of_range":
            late = [area for area in self.agreed if self._want(setups, [area]).last_term > terms]
            return frozenset(late), outcome, renames
        return _areas(outcome.verdicts, frozenset()), outcome, renames


def _section(below: Below | None, linked: Linked, holding: Holding) -> frozenset[Area]:
    if below is None:
        return frozenset()
    rekeyed = rekey(holding, keys_of(fitting(linked, holding)))
    return _areas(push_section(below, rekeyed, _ALL_USED).verdicts, frozenset({Action.LINK}))


def _areas(verdicts: Iterable[Verdict], fine: frozenset[Action]) -> frozenset[Area]:
    return frozenset(
        one.area for one in verdicts if one.action is Action.REFUSE or (acts(one) and one.action not in fine)
    )


def _mark(holding: Holding) -> tuple[int, ...]:
    return tuple(id(holding.get(*place)) for place in _PLACES)


def _lists_of(holding: Holding) -> Holding:
    """A holding without its fields, which set it apart from others of the same lists."""
    return Holding().put({place: holding.get(*place) for place in _PLACES})
