"""This room brings cohorts together of which the same is decided, wherever they were judged.

Who judges the hosts of some calendars knows nothing of those who judge the others, and in one walk what is
asked of the first hosts may split those that come later. Told by value, the cohorts of a push are the same
however it was walked, in one piece or in many.
"""

from __future__ import annotations

from array import array
from collections import defaultdict
from itertools import accumulate, chain
from operator import attrgetter
from typing import TYPE_CHECKING, NamedTuple

from reconciler.course import Area, Part
from reconciler.keep.table import Hop
from reconciler.plan.hosts import UNREAD, Hosts
from reconciler.plan.terms import AREAS, PAIR, PLACE

if TYPE_CHECKING:
    from collections.abc import Hashable, Iterable, Iterator, Mapping, Sequence

    from reconciler.course import Holding, Setup
    from reconciler.plan.model import Cohort
    from reconciler.plan.outcome import Outcome, Piece


class Gathered(NamedTuple):
    """What comes of judging the hosts of some calendars: a part of a plan, or all of it.

    `skipped`: reason -> ids of courses; `compared`: how many comparisons were made. `equal`: `id()` of a
    holding -> that of the first one equal to it; one that is not in it has no equal.
    """

    hosts: Hosts
    cohorts: tuple[Cohort, ...]
    skipped: Mapping[str, array[int]]
    compared: int
    equal: Mapping[int, int] | None = None


def once(gathered: Gathered) -> tuple[Cohort, ...]:
    """Join cohorts of which the same is decided; they come, and go, by hop and first host."""
    told = _Values(gathered.equal or {})
    piles: dict[Hashable, list[Cohort]] = defaultdict(list)
    for one in gathered.cohorts:
        pile = piles[told.of(one)]
        same = next((each for each in pile if _alike(each, one)), None)
        if same is None:
            pile.append(one)
        else:
            same.places = array("q", sorted((*same.places, *one.places)))
            same.unchanged += one.unchanged
            same.local += one.local
    found = (one for pile in piles.values() for one in pile)
    order = list(Hop)
    return tuple(sorted(found, key=lambda one: (order.index(one.hop), one.places[0])))


def _by_pieces(one: Cohort) -> bool:
    """Are these sections told from others by those of their pieces that count?"""
    return one.hop is Hop.SECTION and one.outcome.pieces is not None


def _alike(one: Cohort, other: Cohort) -> bool:
    """The last look at two cohorts that may be the same."""
    if one.outcome is other.outcome or _by_pieces(one):
        return True
    first, second = one.outcome, other.outcome
    if (first.pieces is None) != (second.pieces is None):
        return False
    return (first.refused, first.rekeys, first.verdicts, first.after) == (
        second.refused, second.rekeys, second.verdicts, second.after,
    )  # fmt: skip


class _Values:
    """Numbers for pieces, equal ones the same; and what cohorts that may be the same have in common."""

    def __init__(self, equal: Mapping[int, int]) -> None:
        self._equal = equal
        self._numbers: dict[Hashable, int] = {}
        self._pieces: dict[int, int] = {}

    def of(self, one: Cohort) -> Hashable:
        """What it has in common with those that may be the same."""
        outcome = one.outcome
        if outcome.pieces is None or one.hop is Hop.COURSE:
            before = id(outcome.before)
            return (one.hop, one.want, self._equal.get(before, before))
        return (_unread(one), *(self._piece(outcome, piece) for piece in outcome.pieces if piece.counts))

    def _piece(self, outcome: Outcome, piece: Piece) -> int:
        number = self._pieces.get(id(piece))
        if number is None:
            value = (piece.said, piece.changes, piece.rekeys, piece.kept, _ground(outcome, piece))
            number = self._pieces[id(piece)] = self._numbers.setdefault(value, len(self._numbers))
        return number


def _unread(one: Cohort) -> bool:
    """Sections that keep something as their uses were never read are told by themselves (domain.md 6)."""
    keeps = any(verdict.after is not None and verdict.after.kept for verdict in one.outcome.said)
    return keeps and one.hosts.used[one.places[0]] == UNREAD


def _ground(outcome: Outcome, piece: Piece) -> Hashable:
    """What a piece was judged of, as far as a plan tells it.

    A section's own categories may be judged by themselves: their list tells nothing, what was offered does.
    """
    areas = {one.area for one in piece.said} | {area for (area, _), _ in piece.changes}
    offered = tuple(outcome.becomes(one.area, Part.PUSHED).get(one.key) for one in piece.said)
    return (offered, tuple(_setups(outcome.before, areas)))


def _setups(holding: Holding, areas: set[Area]) -> Iterator[Setup]:
    looked = areas | set(PAIR) if areas & set(PAIR) else areas
    for area in AREAS:
        if area in looked and area is not Area.CATEGORIES:
            yield from holding.setups[PLACE[area] : PLACE[area] + len(Part)]


def join(parts: Sequence[Gathered]) -> Gathered:
    """Parts of a plan as one: hosts by their ids, whichever part they came in."""
    hosts, places = _hosts([one.hosts for one in parts])
    cohorts = []
    for part, (courses, sections) in zip(parts, places, strict=True):
        for one in part.cohorts:
            moved = courses if one.hop is Hop.COURSE else sections
            one.places = array("q", sorted(map(moved.__getitem__, one.places)))
            one.hosts = hosts
            cohorts.append(one)
    order = list(Hop)
    cohorts.sort(key=lambda one: (order.index(one.hop), one.places[0]))
    compared = sum(one.compared for one in parts)
    return Gathered(hosts, tuple(cohorts), _skipped(parts), compared, _equal_holdings(parts))


def _hosts(parts: Sequence[Hosts]) -> tuple[Hosts, list[tuple[array[int], array[int]]]]:
    """The hosts of all parts in their order; and of each part, the new places of its courses and sections."""
    ids = _column(one.courses for one in parts)
    by_course = sorted(range(len(ids)), key=ids.__getitem__)
    course = _inverse(by_course)
    starts = list(accumulate((len(one.courses) for one in parts), initial=0))
    above = array("q")
    for start, one in zip(starts, parts, strict=False):
        above.extend(course[start + place] for place in one.above)
    by_section = sorted(range(len(above)), key=above.__getitem__)
    section = _inverse(by_section)
    hosts = Hosts(
        _ordered(ids, by_course),
        _ordered(_column(one.calendars for one in parts), by_course),
        _ordered(_column(one.wants for one in parts), by_course),
        _ordered(_column(one.sections for one in parts), by_section),
        _ordered(above, by_section),
        _ordered(_column(one.used for one in parts), by_section),
        _ordered(_column(one.meets for one in parts), by_section),
        frozenset(chain.from_iterable(one.idle for one in parts)),
    )
    ends = accumulate((len(one.sections) for one in parts), initial=0)
    cuts = [
        (course[start : start + len(one.courses)], section[end : end + len(one.sections)])
        for start, end, one in zip(starts, ends, parts, strict=False)
    ]
    return hosts, cuts


def _column(columns: Iterable[array[int]]) -> array[int]:
    return array("q", chain.from_iterable(columns))


def _ordered(column: array[int], order: Sequence[int]) -> array[int]:
    return array("q", map(column.__getitem__, order))


def _inverse(order: Sequence[int]) -> array[int]:
    """Where each old place has gone."""
    places = array("q", bytes(8 * len(order)))
    for new, old in enumerate(order):
        places[old] = new
    return places


def _equal_holdings(parts: Iterable[Gathered]) -> dict[int, int]:
    """`Gathered.equal` of holdings that were read by many."""
    known: dict[tuple[str, ...], int] = {}
    found: dict[int, int] = {}
    for before in (one.outcome.before for part in parts for one in part.cohorts):
        if id(before) not in found:
            digests = tuple(map(attrgetter("digest"), before.setups))
            found[id(before)] = known.setdefault(digests, id(before))
    return found


def _skipped(parts: Sequence[Gathered]) -> dict[str, array[int]]:
    """The courses that were left out, by id; the reason that was met first comes first."""
    found: dict[str, list[int]] = defaultdict(list)
    for part in parts:
        for reason, ids in part.skipped.items():
            found[reason] += ids
    ordered = {reason: array("q", sorted(ids)) for reason, ids in found.items()}
    return dict(sorted(ordered.items(), key=lambda one: one[1][0]))
