"""This room counts residuals: what stays though the template lacks it, and the evidence for it (R1).

A residual is counted once, at its sections; the course's row is its container. Tasks and standards are
the course's own, so their evidence is looked up in the sections below. Only sections of courses that
have a residual are read. Sections and courses are told by their places among the plan's hosts.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field
from functools import lru_cache
from itertools import chain
from typing import TYPE_CHECKING, NamedTuple

from reconciler.course import EMPTY, Area, Counts, Part
from reconciler.keep.table import Hop
from reconciler.plan.hosts import UNREAD
from reconciler.plan.reach import some
from reconciler.plan.told import Residual
from reconciler.plan.words import label, reference

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from reconciler.course import Item, Ref, Setup
    from reconciler.current import Snapshot
    from reconciler.plan.model import Cohort
    from reconciler.plan.outcome import Outcome
    from reconciler.plan.reach import Ground

Kept = tuple[Area, str]
"""(area, key) of an item that stays."""
_AREAS = tuple(Area)
_OWN = list(Part).index(Part.OWN)
_NOTHING_OWN = (EMPTY,) * len(_AREAS)
_EVIDENCE = frozenset({Area.CATEGORIES, Area.GRADING_TASKS, Area.STANDARDS})


class Key(NamedTuple):
    """What residuals have in common that are told in one line."""

    area: Area
    label: str
    new: bool
    reason: str


@dataclass(slots=True)
class Pile:
    """Residuals while they are summed. `at`: a section's place -> the keys it has there. `keys`: all of them.

    `whole`: nothing was split off, so that courses that have it in no section count too.
    """

    cohorts: dict[Hop, list[int]] = field(default_factory=lambda: {hop: [] for hop in Hop})
    at: dict[int, frozenset[str]] = field(default_factory=dict)
    by: set[str] = field(default_factory=set)
    keys: set[str] = field(default_factory=set)
    whole: bool = True

    def add(self, section: int, keys: frozenset[str]) -> None:
        """The item is in this section, under these keys."""
        known = self.at.get(section)
        self.at[section] = keys if known is None else known | keys


class Found(NamedTuple):
    """One residual item of a cohort. `keys`: its key, and the one under which its uses are stored."""

    key: Key
    keys: frozenset[str]
    by: tuple[Ref, ...]


def residuals(ground: Ground, snapshot: Snapshot) -> tuple[Residual, ...]:
    """Every residual of the plan, new ones first, each with its counts."""
    piles: dict[Key, Pile] = {}
    above: dict[int, list[tuple[Pile, Found]]] = defaultdict(list)
    for place, cohort in enumerate(ground.plan.cohorts):
        for found in _of(cohort):
            pile = piles.setdefault(found.key, Pile())
            pile.by.update(reference(ref) for ref in found.by)
            pile.keys |= found.keys
            pile.cohorts[cohort.hop].append(place)
            if cohort.hop is Hop.SECTION:
                for section in cohort.places:
                    pile.add(section, found.keys)
            else:
                for course in cohort.places:
                    above[course].append((pile, found))
    if not piles:
        return ()
    counted = _Counted(ground, snapshot, piles, above)
    known = (pair for key, pile in piles.items() for pair in counted.split(ground, key, pile))
    return tuple(sorted((_told(ground, key, pile, counted) for key, pile in known), key=_order))


def _of(cohort: Cohort) -> Iterator[Found]:
    """The residuals of a host after the push; of a refused course those that it has."""
    outcome = cohort.outcome
    if _has_none(outcome):
        return
    own = zip(_AREAS, outcome.after.setups[_OWN :: len(Part)], strict=True)
    stay = [(area, one) for area, listed in own if listed is not EMPTY for one in _kept(listed)]
    if not stay:
        return
    verdicts = {} if outcome.refused else {(one.area, one.key): one for one in outcome.verdicts}
    was = {(one.area, one.key): one.was for one in outcome.rekeys}
    rows = outcome.after.get(Area.COMPOSITE_GRADES, Part.OWN).by_key
    for area, one in stay:
        if not _follows(area, one, rows):
            old = was.get((area, one.key), one.key)
            before = outcome.before.get(area, Part.OWN).get(old)
            verdict = verdicts.get((area, one.key))
            reason = "referred_to" if verdict is not None and verdict.reason == "referred_to" else "residual"
            key = Key(area, label(area, one.key, one), before is None or not before.kept, reason)
            yield Found(key, frozenset({one.key, old}), verdict.by if verdict else ())


def _has_none(outcome: Outcome) -> bool:
    """Has a host nothing of its own, and keeps nothing? Most have none; that needs no look at what comes."""
    if outcome.pieces is None or any(one.kept for one in outcome.pieces):
        return False
    return outcome.before.setups[_OWN :: len(Part)] == _NOTHING_OWN


@lru_cache(maxsize=1 << 16)
def _kept(listed: Setup) -> tuple[Item, ...]:
    return tuple(one for one in listed if one.kept)


def _follows(area: Area, one: Item, rows: dict[str, Item]) -> bool:
    """Is it a weight whose row is a residual too? One line is enough for both."""
    return area is Area.COMPOSITE_WEIGHTS and one.key in rows and rows[one.key].kept


class _Counted:
    """The evidence of residuals, read in one go."""

    def __init__(
        self,
        ground: Ground,
        snapshot: Snapshot,
        piles: dict[Key, Pile],
        above: dict[int, list[tuple[Pile, Found]]],
    ) -> None:
        self.unread: set[int] = set()
        self.sums: dict[tuple[int, Kept], Counts] = {}
        self.above = ground.hosts.above
        at = {section for pile in piles.values() for section in pile.at}
        below: dict[int, list[int]] = defaultdict(list)
        for section, course in enumerate(self.above):
            if course in above or section in at:
                below[course].append(section)
                if ground.hosts.used[section] == UNREAD:
                    self.unread.add(section)
        self._read(ground, snapshot, piles, sorted(chain.from_iterable(below.values())))
        for course, found in above.items():
            for pile, one in found:
                self._below(below[course], pile, one)

    def _read(
        self, ground: Ground, snapshot: Snapshot, piles: dict[Key, Pile], sections: Sequence[int]
    ) -> None:
        if not sections or not {key.area for key in piles} & _EVIDENCE:
            return
        ids = [ground.hosts.sections[section] for section in sections]
        places = dict(zip(ids, sections, strict=True))
        keys = {key for pile in piles.values() for key in pile.keys}
        for section, area, key, counts in snapshot.use_sums(sorted(ids), keys):
            self.sums[places[section], (area, key)] = counts

    def _below(self, sections: Iterable[int], pile: Pile, found: Found) -> None:
        """The sections that hold a course's residual by their evidence."""
        if found.key.area not in _EVIDENCE or found.key.reason == "referred_to":
            return
        for section in sections:
            kept = any(any(self.of(section, found.key.area, key)) for key in found.keys)
            if kept or section in self.unread:
                pile.add(section, found.keys)

    def split(self, ground: Ground, key: Key, pile: Pile) -> Iterator[tuple[Key, Pile]]:
        """Tell the sections whose only evidence is that their uses were never read apart (domain.md 6)."""
        unknown = {
            section
            for section, keys in pile.at.items()
            if section in self.unread and not any(any(self.of(section, key.area, one)) for one in keys)
        }
        if key.reason == "referred_to" or not unknown:
            yield key, pile
            return
        rest = pile.at.keys() - unknown
        yield key._replace(reason="uses_unknown"), self._part(ground, pile, unknown) if rest else pile
        if rest:
            yield key, self._part(ground, pile, rest)

    def _part(self, ground: Ground, pile: Pile, sections: set[int]) -> Pile:
        """A pile's share in these sections, with the cohorts that they or their courses are in."""
        members = {Hop.SECTION: sections, Hop.COURSE: {self.above[one] for one in sections}}
        cohorts = {
            hop: [one for one in places if not members[hop].isdisjoint(ground.plan.cohorts[one].places)]
            for hop, places in pile.cohorts.items()
        }
        at = {section: keys for section, keys in pile.at.items() if section in sections}
        return Pile(cohorts, at, pile.by, pile.keys, whole=False)

    def of(self, section: int, area: Area, key: str) -> Counts:
        """The evidence of one item in one section, all terms together."""
        return self.sums.get((section, (area, key)), Counts())


def plus(one: Counts, other: Counts) -> Counts:
    """The sum of two counts."""
    return Counts(
        one.assignments + other.assignments,
        one.scores + other.scores,
        one.posted + other.posted,
        one.comments + other.comments,
    )


def _told(ground: Ground, key: Key, pile: Pile, counted: _Counted) -> Residual:
    sums = Counts()
    for section, keys in pile.at.items():
        for one in keys:
            sums = plus(sums, counted.of(section, key.area, one))
    places = tuple(sorted(place for listed in pile.cohorts.values() for place in listed))
    courses = {counted.above[section] for section in pile.at}
    for place in pile.cohorts[Hop.COURSE] if pile.whole else ():
        courses.update(ground.plan.cohorts[place].places)
    return Residual(
        key.area.value,
        key.label,
        key.new,
        key.reason,
        len(pile.at),
        len(courses),
        len({ground.schools[ground.hosts.calendars[one]] for one in courses}),
        *sums,
        len(counted.unread.intersection(pile.at)),
        some(pile.by),
        places,
    )


def _order(one: Residual) -> tuple[bool, str, str, str]:
    return (not one.new, one.area, one.label, one.reason)
