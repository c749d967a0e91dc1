"""This room decides which areas of a first catalog are locked: those that a push would leave as they are.

An area is locked where every course equals its master and where, were it pushed with its sections, nothing
would come of it but links (row 8). So the first push of an adopted catalog moves nobody's grades.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from reconciler.adopting.trial import TASKS, Trial
from reconciler.check.locks import OTHERS
from reconciler.course import Area, Lock, Locks, names

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from reconciler.adopting.drafts import Draft, Drafting, Key


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
        why |= failing
        agreed -= failing.keys()
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


def _failing(agreed: frozenset[Area], drafting: Drafting, drafts: Iterable[Draft]) -> dict[Area, str]:
    """The areas of those agreed on that a push of them would still change, and where."""
    trial = Trial(agreed, drafting.found.holdings)
    courses: set[Area] = set()
    sections: set[Area] = set()
    for draft in drafts if agreed else ():
        setups = dict(draft.setups())
        for (holding, terms), below in _cases(drafting, draft).items():
            failing, more = trial.course(setups, holding, terms, below)
            courses |= failing
            sections |= more
    return {
        **dict.fromkeys(
            agreed & sections, "sections do not have what their courses have: a push would bring it"
        ),
        **dict.fromkeys(
            agreed & courses, "a push would refuse courses: it names a term or task that they lack"
        ),
    }


def _cases(drafting: Drafting, draft: Draft) -> dict[tuple[int, int], set[int]]:
    """The distinct (holding, terms of the calendar) of a master's courses, with their sections' holdings."""
    found: dict[tuple[int, int], set[int]] = {}
    for course in draft.courses:
        terms = len(drafting.found.chosen[course.calendar_id].terms)
        below = found.setdefault((course.holding_id, terms), set())
        below.update(drafting.found.below.get(course.id, ()))
    return found
