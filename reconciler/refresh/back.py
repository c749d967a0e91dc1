"""This room sees that a source has not taken a run: what the run touched comes as it was before.

Then the host goes back: pushed, linked and own of those areas are again what they were, and what came is
brought into that. So the next plan shows the same change as pending, and nothing as drift; a category that
the run had renamed has its own key and name again, and its uses sit on it (C1, R1). Each host and each area
is judged by itself. What else has changed below shows as it always does.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from reconciler.course import Area, Counts, Holding, Part, Use
from reconciler.keep.names import name_of
from reconciler.refresh.match import match
from reconciler.refresh.settle import settle

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence

    from reconciler.course import Item
    from reconciler.refresh.evidence import Uses
    from reconciler.refresh.host import Before, Lists
    from reconciler.refresh.journal import Way

Keys = dict[tuple[Area, str], str]
"""(area, key now) -> the key from before."""


class Back(NamedTuple):
    """How a host went back: along which way, how far in each area, and which items got their old keys."""

    way: Way
    areas: Mapping[Area, int]
    keys: Keys

    @property
    def steps(self) -> int:
        """How many steps of the way were gone back, at most."""
        return max(self.areas.values()) + 1


class Judged(NamedTuple):
    """The areas that go back, each as far as to before the step of this place; and what shows it.

    `shown`: the areas whose values tell. The others come along: the run did nothing there that a source
    could show (it linked, say).
    """

    areas: dict[Area, int]
    shown: frozenset[Area]


NOTHING = Judged({}, frozenset())


def judge(before: Before, lists: Lists, way: Sequence[Holding], stem: str, least: int = -1) -> Judged:
    """Which areas came as they were before one of these steps, and not as they are; the newest step counts.

    `way`: what the host had before each step, the newest first. `least`: its course goes back to before the
    step of this place, so a section in which nothing shows it comes along: its keys are the course's.
    """
    found: dict[Area, int] = {}
    for area in lists:
        for place, holding in enumerate(way):
            if _differs(before, holding, area, lists, stem) and _fits(before, holding, area, lists, stem):
                found[area] = place
                break
    last = max([*found.values(), least])
    if last < 0:
        return NOTHING
    along = {
        area: last
        for area, listed in lists.items()
        if area not in found
        and listed.whole
        and any(way[last].get(area, part) != before.holding.get(area, part) for part in Part)
        and not _differs(before, way[last], area, lists, stem)
        and _fits(before, way[last], area, lists, stem)
    }
    return Judged(found | along, frozenset(found if least < 0 else found | along))


def base(before: Before, areas: Mapping[Area, int], way: Sequence[Holding], keys: Keys) -> Before:
    """The host as it was, in these areas; its uses, where the source does not tell them, by the old keys."""
    parts = {(area, part): way[place].get(area, part) for area, place in areas.items() for part in Part}
    uses = before.uses
    if uses is not None and Area.CATEGORIES in areas:
        uses = _rekeyed(uses, keys)
    return before._replace(holding=before.holding.put(parts), uses=uses)


def stranded(
    before: Before, base: Before, after: Holding, areas: Iterable[Area], used: Collection[tuple[Area, str]]
) -> Iterator[Area]:
    """The areas that can't go back, as something that only came with the run is used, or came too (R1)."""
    for area in areas:
        was = {one.key for one in base.holding.here(area)}
        made = {one.key: name_of(one) for one in before.holding.here(area) if one.key not in was}
        there = {one.key for one in after.here(area)}
        fresh = {name_of(one) for one in after.here(area) if one.key not in was}
        if any((area, key) in used and key not in there for key in made) or fresh & set(made.values()):
            yield area


def keys_back(renames: Iterable[Iterable[tuple[Area, str, str]]], areas: Collection[Area]) -> Keys:
    """The way back of the keys of these areas, through the renames of each step, the newest first."""
    found: Keys = {}
    for step in renames:
        back = {(area, key): was for area, was, key in step if area in areas}
        through = {mark: back.pop((mark[0], key), key) for mark, key in found.items()}
        found = {**back, **through}
    return found


def _touched(now: Holding, then: Holding, area: Area) -> dict[str, Item | None]:
    """The items that differ between two holdings, by key, as they are in the second."""
    old = {one.key: one for one in then.here(area)}
    new = {one.key: one for one in now.here(area)}
    keys = [key for key in {**old, **new} if not _alike(old.get(key), new.get(key))]
    return {key: old.get(key) for key in keys}


def _alike(one: Item | None, other: Item | None) -> bool:
    return one is None and other is None if one is None or other is None else one.same(other)


def _settled(before: Before, area: Area, lists: Lists, stem: str) -> dict[str, Item]:
    """What a host with this holding has after this refresh, by key, whatever is used."""
    here, listed = before.here(area), lists[area]
    matches = match(area, here, listed.items, stem)
    done = settle(area, here, matches, whole=listed.whole, new=False, used=frozenset())
    return {one.key: one for one in (*done.linked, *done.own)}


def _differs(before: Before, then: Holding, area: Area, lists: Lists, stem: str) -> bool:
    """Does what came change anything here of what the step touched?"""
    touched = _touched(before.holding, then, area)
    if not touched:
        return False
    now = {one.key: one for one in before.holding.here(area)}
    settled = _settled(before, area, lists, stem)
    # What a source without keys brings back has a new key here, and its old name.
    fresh = {name_of(one) for key, one in settled.items() if key not in now}
    names = {name_of(one) for key, one in touched.items() if one is not None and key not in now}
    return bool(fresh & names) or any(not _alike(settled.get(key), now.get(key)) for key in touched)


def _fits(before: Before, then: Holding, area: Area, lists: Lists, stem: str) -> bool:
    """Does everything that the step touched come as it was?"""
    touched = _touched(before.holding, then, area)
    settled = _settled(before._replace(holding=then), area, lists, stem)
    return all(_alike(settled.get(key), one) for key, one in touched.items())


def _rekeyed(uses: Uses, keys: Keys) -> Uses:
    found: Uses = {}
    for use, counts in uses.items():
        place = Use(use.area, keys.get((use.area, use.key), use.key), use.term) if _own(use) else use
        known = found.get(place, Counts())
        found[place] = Counts(*(one + other for one, other in zip(known, counts, strict=True)))
    return found


def _own(use: Use) -> bool:
    """Is this a section's own item? Tasks and standards are its course's."""
    return use.area is Area.CATEGORIES
