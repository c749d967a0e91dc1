"""This room pushes in thought: what would a push of some areas do to courses and sections?

It asks the very rooms that make plans, so that a lock which is found safe is safe.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from reconciler.course import PARTS, Area, Catalog, Holding, Lock, Locks, Master
from reconciler.keep.evidence import Evidence
from reconciler.keep.table import Action
from reconciler.linking import dormant_items, record_equal, whole
from reconciler.plan.course_hop import push_course
from reconciler.plan.model import acts
from reconciler.plan.rekey import fitting, keys_of, rekey
from reconciler.plan.section_hop import push_section

if TYPE_CHECKING:
    from collections.abc import Hashable, Iterable, Mapping

    from reconciler.course import Rename, Setup
    from reconciler.keep.effect import Verdict
    from reconciler.plan.outcome import Outcome
    from reconciler.plan.wanted import Below, Wanted

    Linked = tuple[Rename, ...]

TASKS = (Area.GRADING_TASKS, Area.STANDARDS)
_ALL_USED = Evidence(everything=True)


class Trial:
    """Each distinct case is pushed once; what no push looks at is left out of the cases."""

    def __init__(self, agreed: frozenset[Area], holdings: Mapping[int, Holding]) -> None:
        """Lock these areas and no other."""
        self.agreed = agreed
        self.holdings = holdings
        self.places = tuple(place for place in PARTS if place[0] in agreed.union(TASKS))
        self._cut: dict[int, Holding] = {}
        self._alike: dict[Holding, Holding] = {}
        self._courses: dict[Hashable, tuple[frozenset[Area], Outcome, Linked]] = {}
        self._sections: dict[tuple[int, int], frozenset[Area]] = {}

    def course(
        self, setups: Mapping[Area, Setup], holding_id: int, terms: int, below: Iterable[int]
    ) -> tuple[frozenset[Area], frozenset[Area]]:
        """The areas that a push would change in a course, and in its sections."""
        holding = self._looked_at(holding_id)
        key = (tuple(setups[area] for area in sorted(self.agreed)), id(holding), terms)
        if key not in self._courses:
            self._courses[key] = self._judge(setups, holding, terms)
        failing, outcome, linked = self._courses[key]
        sections: set[Area] = set()
        for one in map(self._looked_at, below):
            place = (id(outcome), id(one))
            if outcome.below is not None and place not in self._sections:
                self._sections[place] = _section(outcome.below, linked, one)
            sections |= self._sections.get(place, frozenset())
        return failing, frozenset(sections)

    def _looked_at(self, holding_id: int) -> Holding:
        """The part of a holding that these pushes look at; equal ones are one object."""
        if holding_id not in self._cut:
            all_of_it = self.holdings[holding_id]
            cut = Holding().put({place: all_of_it.get(*place) for place in self.places})
            self._cut[holding_id] = self._alike.setdefault(cut, cut)
        return self._cut[holding_id]

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


def _section(below: Below, linked: Linked, holding: Holding) -> frozenset[Area]:
    rekeyed = rekey(holding, keys_of(fitting(linked, holding)))
    return _areas(push_section(below, rekeyed, _ALL_USED).verdicts, frozenset({Action.LINK}))


def _areas(verdicts: Iterable[Verdict], fine: frozenset[Action]) -> frozenset[Area]:
    return frozenset(
        one.area for one in verdicts if one.action is Action.REFUSE or (acts(one) and one.action not in fine)
    )
