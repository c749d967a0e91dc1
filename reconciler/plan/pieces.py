"""This room judges the areas of a host by themselves, each distinct case once, for all hosts that share it.

What can be judged so: every area whose outcome depends on no other. That is so wherever no task or standard
goes, is kept or comes back, nothing got a new key, and the master names no task that it lacks (R2, R7, L7,
P12); `cases.py` looks for that. A host where nothing is to be done is told by looking at its setups alone.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from reconciler.course import EMPTY, Area
from reconciler.keep.effect import Verdict
from reconciler.keep.evidence import EVIDENCED, Evidence
from reconciler.keep.names import name_of
from reconciler.keep.table import Action
from reconciler.plan.alone import Alone
from reconciler.plan.outcome import Piece
from reconciler.plan.terms import AREAS, PAIR, PLACE, Frame, Spot, areas_of, spot

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from reconciler.course import Item, Setup
    from reconciler.keep.evidence import Asked
    from reconciler.plan.terms import Setups, Terms


class Asking:
    """A piece that depends on evidence: what it asked for so far, and its pieces by the answers."""

    __slots__ = ("asked", "by_answer", "judge")

    def __init__(self, judge: Callable[[Evidence], Piece]) -> None:
        """Ask nothing yet."""
        self.judge = judge
        self.asked: Asked = set()
        self.by_answer: dict[Evidence, Piece] = {}

    def piece(self, answer: Callable[[Asked], Evidence]) -> Piece:
        """The piece for one host; `answer` gives its evidence of what was asked."""
        while True:
            evidence = answer(self.asked) if self.asked else Evidence()
            known = self.by_answer.get(evidence)
            if known is not None:
                return known
            fresh = Evidence(evidence.uses, evidence.everything)
            found = self.judge(fresh)
            asked = {one for one in fresh.asked if one[0] in EVIDENCED}
            if asked <= self.asked:
                self.by_answer[evidence] = found
                return found
            self.asked |= asked


_NO_CATEGORIES = (spot(Area.CATEGORIES, EMPTY),)


def _nothing(_asked: Asked) -> Evidence:
    return Evidence()


class Pieces:
    """Every piece that was judged, by what it was judged of. `compared`: how many comparisons were made."""

    def __init__(self) -> None:
        """Nothing is judged yet."""
        self.compared = 0
        self._alone = Alone()
        self._known: dict[tuple[int, ...], Piece | Asking] = {}
        self._alive: list[object] = []
        self._spots: dict[tuple[Area, int, bool], Spot] = {}
        self._called: dict[int, tuple[frozenset[str], frozenset[str]]] = {}
        self._never: dict[tuple[int, int], bool] = {}

    def frame(self, desired: Mapping[Area, Setup], terms: Terms) -> Frame:
        """What is desired of a host; frames share what they have in common."""
        groups: list[tuple[Spot, ...]] = []
        for area in AREAS:
            if area in desired:
                one = self._spot(area, desired)
                if area is PAIR[1] and PAIR[0] in desired:
                    groups[-1] = (*groups[-1], one)
                else:
                    groups.append((one,))
        return Frame(tuple(groups), terms)

    def _spot(self, area: Area, desired: Mapping[Area, Setup]) -> Spot:
        never = area is PAIR[1] and self._rowless(desired)
        key = (area, id(desired[area]), never)
        known = self._spots.get(key)
        if known is None:
            known = self._spots[key] = spot(area, desired[area], never=never)
        return known

    def _rowless(self, desired: Mapping[Area, Setup]) -> bool:
        """May weights lack their rows (L5)?"""
        rows, weights = (desired.get(area, EMPTY) for area in PAIR)
        key = (id(rows), id(weights))
        if key not in self._never:
            self._never[key] = PAIR[0] not in desired or not rows.by_key.keys() >= weights.by_key.keys()
        return self._never[key]

    def of(self, terms: Terms, group: tuple[Spot, ...], setups: Setups) -> tuple[Piece | Asking, ...]:
        """What comes of these areas: a piece, or two where a host's own categories only stand by."""
        if group[0].area is Area.CATEGORIES:
            return self._categories(terms, group, setups)
        there = tuple(setups[PLACE[area] : PLACE[area] + 3] for area in areas_of(group))
        return (self._one(terms, group, there),)

    def _categories(
        self, terms: Terms, group: tuple[Spot, ...], setups: Setups
    ) -> tuple[Piece | Asking, ...]:
        """A list, and the host's own categories by themselves where nothing of the list concerns them."""
        place, desired = group[0].place, group[0].desired
        pushed, linked, own = setups[place : place + 3]
        if own and self._apart(desired, pushed, linked, own):
            listed = self._one(terms, group, ((pushed, linked, EMPTY),))
            # A name that steps aside (C1) looks at all names that are there.
            if isinstance(listed, Piece) and not any(one.row == "C1" for one in listed.said):
                return self._one(terms, _NO_CATEGORIES, ((EMPTY, EMPTY, own),)), listed
        return (self._one(terms, group, ((pushed, linked, own),)),)

    def _apart(self, desired: Setup, pushed: Setup, linked: Setup, own: Setup) -> bool:
        """Has the host's own list no key and no name of the others?"""
        keys, names = self._words(own)
        others, called = self._words(desired)
        if not (keys.isdisjoint(others) and names.isdisjoint(called)):
            return False
        # Of what is linked there are many lists, each looked at once or twice.
        if linked is not desired and any(one.key in keys or name_of(one) in names for one in linked):
            return False
        return pushed is linked or keys.isdisjoint(one.key for one in pushed)

    def _words(self, listed: Setup) -> tuple[frozenset[str], frozenset[str]]:
        """The keys and the names of a list of categories that many hosts have."""
        known = self._called.get(id(listed))
        if known is None:
            known = (frozenset(listed.by_key), frozenset(map(name_of, listed)))
            self._called[id(listed)] = known
            self._alive.append(listed)
        return known

    def _one(self, terms: Terms, group: tuple[Spot, ...], there: tuple[Setups, ...]) -> Piece | Asking:
        if len(group) == 1 and there[0] == group[0].rest:
            return group[0].piece
        # By `id()`: hashing them costs more than all the rest. What they name is kept alive below.
        key = (id(terms), *(id(one.desired) for one in group), *(id(one) for each in there for one in each))
        known = self._known.get(key)
        if known is None:
            known = self._known[key] = self._judged(terms, group, there)
            self._alive.append((terms, group, there))
        return known

    def _judged(self, terms: Terms, group: tuple[Spot, ...], there: tuple[Setups, ...]) -> Piece | Asking:
        if group is _NO_CATEGORIES and Area.CATEGORIES not in terms.overwrite:
            own = there[0][2]
            if not any(one.left or one.kept for one in own):
                return Piece(tuple(standing_by(one) for one in own))

        def judge(evidence: Evidence) -> Piece:
            """One comparison."""
            self.compared += 1
            return self._alone.judge(terms, group, there, evidence)

        asking = Asking(judge)
        piece = asking.piece(_nothing)
        return asking if asking.asked else piece


def standing_by(one: Item) -> Verdict:
    """What is said of a teacher's own category that nothing concerns (rows 13 and 14, locked mode)."""
    return Verdict(Area.CATEGORIES, one.key, "13", Action.KEEP, "local", one, one)
