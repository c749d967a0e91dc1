"""This room finds what masters share, and names it: setups that masters use (docs: catalog, setups)."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from reconciler.adopting.voices import LISTED, Said, nothing

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

Lists = dict[str, Said]
MANY = 2
"""A list that so many masters have alike is written once."""


@dataclass(slots=True)
class Shared:
    """One named setup: its lists, and the numbers of the masters that use it."""

    masters: tuple[str, ...]
    lists: Lists
    name: str = ""


@dataclass(slots=True)
class Sharing:
    """The named setups, and for each master those it uses and the lists that it says itself."""

    setups: list[Shared] = field(default_factory=list)
    uses: dict[str, list[Shared]] = field(default_factory=dict)
    own: dict[str, Lists] = field(default_factory=dict)


def share(masters: Mapping[str, Mapping[str, Said]], needed: frozenset[str]) -> Sharing:
    """Put lists that the same masters share into one setup.

    `needed`: the lists that a master must say even where it wants nothing of them (a locked area).
    """
    made = Sharing(_together(masters))
    _name(made.setups)
    for number in masters:
        made.uses[number] = []
    for one in made.setups:
        _add_empty(one, masters, needed)
        for number in one.masters:
            made.uses[number].append(one)
    for number, lists in masters.items():
        given = {name for one in made.uses[number] for name in one.lists}
        made.own[number] = {
            name: lists[name]
            for name in LISTED
            if name not in given and (not nothing(lists[name]) or name in needed)
        }
    return made


def _together(masters: Mapping[str, Mapping[str, Said]]) -> list[Shared]:
    users: dict[tuple[str, Said], list[str]] = defaultdict(list)
    for number, lists in masters.items():
        for name in LISTED:
            if not nothing(lists[name]):
                users[name, lists[name]].append(number)
    groups: dict[tuple[str, ...], Lists] = {}
    for (name, said), numbers in users.items():
        if len(numbers) >= MANY:
            groups.setdefault(tuple(numbers), {})[name] = said
    found = [Shared(numbers, lists) for numbers, lists in groups.items()]
    return sorted(found, key=lambda one: (-len(one.masters), one.masters, sorted(one.lists)))


def _name(setups: Iterable[Shared]) -> None:
    """`categories 1`, or `shared 2` where a setup has several lists; the one of most masters first."""
    times: dict[str, int] = defaultdict(int)
    for one in setups:
        stem = next(iter(one.lists)).replace("_", " ") if len(one.lists) == 1 else "shared"
        times[stem] += 1
        one.name = f"{stem} {times[stem]}"


def _add_empty(one: Shared, masters: Mapping[str, Mapping[str, Said]], needed: frozenset[str]) -> None:
    """Say here that nothing is wanted of a list, where that holds for all masters that use this."""
    for name in LISTED:
        if name in needed and all(nothing(masters[number][name]) for number in one.masters):
            one.lists[name] = masters[one.masters[0]][name]
    one.lists = {name: one.lists[name] for name in LISTED if name in one.lists}
