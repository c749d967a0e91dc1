"""This room is a plan as a value: what was asked for, what is wanted, and the cohorts with their verdicts."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, NamedTuple

from reconciler.keep.table import Action, Hop

if TYPE_CHECKING:
    from array import array
    from collections.abc import Mapping

    from reconciler.course import Calendar, ListKind, Setup
    from reconciler.keep.effect import Verdict
    from reconciler.plan.outcome import Outcome
    from reconciler.plan.scope import Scope
    from reconciler.plan.told import Warned
    from reconciler.plan.wanted import Wanted

QUIET = frozenset({"local", "in_sync"})
"""Reasons that a change line never gives: nothing was, is or will be different."""


@dataclass(slots=True)
class Cohort:
    """All hosts of one case: the same outcome by the same wish.

    `want`: the wish's place in the plan, -1 for none. `members`: course or section ids; `courses`: the
    courses they belong to; `calendars`: their calendars' ids; `used`: calendar id -> the course of each
    member that has any use in or below it (P13).
    """

    hop: Hop
    want: int
    outcome: Outcome
    members: array[int]
    courses: array[int]
    calendars: set[int] = field(default_factory=set)
    used: dict[int, array[int]] = field(default_factory=dict)

    @property
    def in_use(self) -> int:
        """How many members have any use in or below them (P13)."""
        return sum(map(len, self.used.values()))

    @property
    def moves(self) -> bool:
        """Does anything of these hosts change, if only what was pushed to them?"""
        return self.outcome.after is not self.outcome.before


class ListChange(NamedTuple):
    """A named district list that takes effect on apply (domain.md 1).

    `used_by`: how many courses of the catalog name it, before or after the push; `in_use`: how many of
    them have any use below, where the change may move grades (P13).
    """

    catalog: str
    kind: ListKind
    name: str
    before: Mapping[str, object] | None
    after: Mapping[str, object] | None
    used_by: int
    in_use: int = 0


@dataclass(frozen=True, slots=True)
class Plan:
    """What a push would do, and nothing else (domain.md 3).

    `store` and `catalog` say of which state and which catalogs (digest) it is. `calendars`: those in
    scope. `skipped`: reason -> ids of the courses that were left out as a whole. `lists`: the catalogs'
    named lists as they will be; `lists_before`: the same as last applied. `notes`: warnings that only who
    made the plan could know.
    """

    scope: Scope
    store: str
    catalog: str
    catalogs: tuple[str, ...]
    calendars: tuple[Calendar, ...]
    wants: tuple[Wanted, ...]
    cohorts: tuple[Cohort, ...]
    skipped: Mapping[str, array[int]]
    lists: Mapping[str, Mapping[ListKind, Setup]]
    lists_before: Mapping[str, Mapping[ListKind, Setup]] = field(default_factory=dict)
    list_changes: tuple[ListChange, ...] = ()
    compared: int = 0
    notes: tuple[Warned, ...] = ()


def acts(verdict: Verdict) -> bool:
    """Does carrying out this verdict change what is there, or whose it is?"""
    if verdict.action in (Action.REFUSE, Action.NOTHING, Action.LEAVE_EDIT, Action.LEAVE_FILLED):
        return False
    if verdict.action in (Action.KEEP, Action.UPDATE, Action.PUT_BACK):
        return verdict.writes
    return True
