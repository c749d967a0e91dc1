"""This room is a plan as a value: what was asked for, what is wanted, and the cohorts with their verdicts."""

from __future__ import annotations

from array import array
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, NamedTuple

from reconciler.keep.table import Action, Hop
from reconciler.plan.hosts import column

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping

    from reconciler.course import Calendar, ListKind, Setup
    from reconciler.keep.effect import Verdict
    from reconciler.plan.hosts import Hosts
    from reconciler.plan.outcome import Outcome
    from reconciler.plan.scope import Scope
    from reconciler.plan.told import Warned
    from reconciler.plan.wanted import Wanted


@dataclass(slots=True)
class Cohort:
    """All hosts of one kind of which the same is decided.

    Courses are of one wish and one holding; sections may differ in what nobody looks at. `want`: the wish's
    place in the plan, -1 for none or for several; `places`: the hosts' places in `hosts`; `unchanged`,
    `local`: how many items of all its hosts are as they should be, and are their own.
    """

    hop: Hop
    want: int
    outcome: Outcome
    hosts: Hosts
    places: array[int] = field(default_factory=column)
    unchanged: int = 0
    local: int = 0

    @property
    def size(self) -> int:
        """How many hosts there are."""
        return len(self.places)

    @property
    def members(self) -> array[int]:
        """The hosts' ids."""
        ids = self.hosts.courses if self.hop is Hop.COURSE else self.hosts.sections
        return array("q", map(ids.__getitem__, self.places))

    @property
    def owners(self) -> Collection[int]:
        """The places of the courses that they are, or that they belong to."""
        return self.places if self.hop is Hop.COURSE else self.hosts.owners(self.places)

    @property
    def wants(self) -> set[int]:
        """The wishes that they follow; none in a push from courses."""
        return set(map(self.hosts.wants.__getitem__, self.owners)) - {-1}

    @property
    def calendars(self) -> set[int]:
        """Their calendars' ids."""
        return set(map(self.hosts.calendars.__getitem__, self.owners))

    @property
    def working(self) -> list[int]:
        """The places of the courses of the hosts that have any use in or below them (P13)."""
        if self.hop is Hop.COURSE:
            return [place for place in self.places if self.hosts.busy[place]]
        used, idle, above = self.hosts.used, self.hosts.idle, self.hosts.above
        return [above[place] for place in self.places if used[place] not in idle]

    @property
    def moves(self) -> bool:
        """Does anything of these hosts change, if only what was pushed to them?"""
        return self.outcome.moves


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

    @property
    def courses(self) -> Collection[int]:
        """The ids of the courses that it looks at."""
        return self.cohorts[0].hosts.courses if self.cohorts else ()


def acts(verdict: Verdict) -> bool:
    """Does carrying out this verdict change what is there, or whose it is?"""
    if verdict.action in (Action.REFUSE, Action.NOTHING, Action.LEAVE_EDIT, Action.LEAVE_FILLED):
        return False
    if verdict.action in (Action.KEEP, Action.UPDATE, Action.PUT_BACK):
        return verdict.writes
    return True
