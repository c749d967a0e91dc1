"""This room holds a plan's courses against it in bulk: case by case, not host by host.

A case fits a planned cohort once for all its hosts. Only the courses of which any host does not simply fit
are left to be looked at one by one (`judge.py`).
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field
from itertools import chain
from typing import TYPE_CHECKING, NamedTuple

from reconciler.keep.table import Hop
from reconciler.plan.compare import agree, fit
from reconciler.plan.gather import Cohorts, gather
from reconciler.plan.hosts import column
from reconciler.push.beside import TASKS, counting, marks
from reconciler.push.columns import Columns, Follows, Taken

if TYPE_CHECKING:
    from array import array
    from collections.abc import Iterable, Sequence

    from reconciler.current import CourseRow
    from reconciler.plan.hosts import Hosts
    from reconciler.plan.outcome import Outcome
    from reconciler.plan.survey import Survey
    from reconciler.push.members import Planned

ODD, LEFT = 1, 2
"""A course that is looked at by itself; one that the plan leaves as it is."""


class _Case(NamedTuple):
    """Hosts (their places) of which the same comes; `want`: the wish of courses."""

    hop: Hop
    want: int
    outcome: Outcome
    places: array[int]


class _Fresh(Cohorts):
    """What is there now, case by case; of each course, what it has and whom it follows."""

    def __init__(self) -> None:
        super().__init__()
        self.cases: list[_Case] = []
        self.held = column()
        self.follows: list[Follows] = []
        self._known: dict[Follows, Follows] = {}

    def courses(self, rows: Sequence[CourseRow], wants: Iterable[int]) -> int:
        """Add courses with their wishes; gives the place of the first."""
        for row in rows:
            follows = (row.catalog, row.master, row.ignored)
            self.follows.append(self._known.setdefault(follows, follows))
            self.held.append(row.holding_id)
        return super().courses(rows, wants)

    def join(self, hop: Hop, want: int, outcome: Outcome, places: array[int]) -> None:
        """Keep a case as it is."""
        self.cases.append(_Case(hop, want, outcome, places))


@dataclass(slots=True)
class Bulk:
    """Holds the cases of a survey against a plan.

    `odd`: the ids of the courses that must be looked at one by one; `seen`: those that are there at all.
    """

    planned: Planned
    survey: Survey
    odd: set[int] = field(default_factory=set)
    seen: set[int] = field(default_factory=set)
    _agreed: dict[tuple[int, ...], bool] = field(default_factory=dict)

    def look(self) -> Columns:
        """The courses that simply fit."""
        fresh = _Fresh()
        gather(self.survey, fresh)
        hosts = fresh.hosts
        self.odd.update(chain.from_iterable(fresh.skipped.values()))
        self.seen = self.odd.union(hosts.courses)
        fate = bytearray(len(hosts.courses))
        taken = [one for case in fresh.cases for one in self._case(hosts, fate, case)]
        self.odd.update(hosts.courses[place] for place, mark in enumerate(fate) if mark == ODD)
        named = {id(holding): place for place, holding in self.survey.holdings.items()}
        return Columns(
            hosts, fresh.held, fresh.follows, fresh.asked, taken, fate, self._renamed(fresh, taken), named
        )

    def _case(self, hosts: Hosts, fate: bytearray, case: _Case) -> Iterable[Taken]:
        """The hosts of a case that fit what was planned of them; `fate` says what becomes of the others."""
        hop, want, outcome, places = case
        ids = hosts.courses if hop is Hop.COURSE else hosts.sections
        for cohort, those in self._cohorts(hop, ids, places).items():
            mark = self._mark(hop, outcome, cohort)
            if not mark:
                yield Taken(hop, outcome, those)
            for place in self._not_so(hop, want, mark, hosts, those):
                fate[place] = max(mark or ODD, fate[place])

    def _cohorts(self, hop: Hop, ids: array[int], places: array[int]) -> dict[int | None, array[int]]:
        """Hosts by the places of their cohorts in the plan."""
        found: dict[int | None, array[int]] = defaultdict(column)
        planned = self.planned.place
        for place in places:
            found[planned(hop, ids[place])].append(place)
        return found

    def _not_so(self, hop: Hop, want: int, mark: int, hosts: Hosts, places: array[int]) -> Iterable[int]:
        """The courses that don't go as planned: of a case with a mark, all; else, who follows another."""
        if mark:
            return places if hop is Hop.COURSE else hosts.owners(places)
        if hop is Hop.SECTION:
            return ()
        return [one for one in places if self.planned.want_of(hosts.courses[one]) != want]

    def _mark(self, hop: Hop, outcome: Outcome, cohort: int | None) -> int:
        """What becomes of the courses of these hosts; 0: they go as planned."""
        if hop is Hop.COURSE:
            if cohort is None or self.planned.cohorts[cohort].refused:
                return LEFT
            if self._tasks(outcome):
                return ODD
        if cohort is None or outcome.refused or outcome.rekeys:
            return ODD
        return 0 if self._fits(cohort, outcome) else ODD

    def _tasks(self, outcome: Outcome) -> bool:
        """Do its tasks turn residual, which depends on each section (R1)?"""
        return any(one.area in TASKS for one in marks(outcome))

    def _fits(self, cohort: int, outcome: Outcome) -> bool:
        planned = self.planned.cohorts[cohort].verdicts
        pieces = outcome.pieces
        if pieces is not None:
            key = (cohort, *(id(one) for one in pieces if one.counts))
            if key not in self._agreed:
                self._agreed[key] = agree(planned, counting(outcome))
            if self._agreed[key]:
                return True
        found = fit(planned, outcome)
        return found.other is None and not found.weaker and not found.left_alone

    def _renamed(self, fresh: _Fresh, taken: Iterable[Taken]) -> dict[int, str]:
        """The new numbers of the masters that these courses follow (P12)."""
        renamed = {}
        wants, of = self.survey.targets.wants, fresh.hosts.wants
        if any(one.was for one in wants):
            for place in chain.from_iterable(one.places for one in taken if one.hop is Hop.COURSE):
                want = wants[of[place]]
                if want.was and want.was == fresh.follows[place][1]:
                    renamed[place] = want.number
        return renamed
