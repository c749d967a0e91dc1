"""This room finds, in one area of one host, which item of the store each incoming item is.

By its source's id, then its key, then its exact current name, then an alias; an alias of something graded
goes before the name. Only categories have a name of their own; everywhere else the key of domain.md 1 says
all.
"""

from __future__ import annotations

import unicodedata
from typing import TYPE_CHECKING, NamedTuple

from reconciler.course import Area, Item, Setup, Value

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from reconciler.district import Incoming, Incomings

ID_ALIAS = "id:"
"""What stands before a source's id among the aliases, so that no id is taken for a name."""


class Here(NamedTuple):
    """What the store has of one area of one host. `aliases`: source's name or `id:` + id -> key.

    `graded`: keys with an alias and with evidence. While a source has not taken a push, its `Homework` is
    still the teacher's, who is `Homework (1)` here (C1), and not the pushed one: graded work must not change
    its category by a refresh (R1).
    """

    pushed: Setup
    linked: Setup
    own: Setup
    aliases: Mapping[str, str]
    graded: frozenset[str] = frozenset()


class Matched(NamedTuple):
    """One incoming item with its key, and the item it is; None for a new one."""

    incoming: Incoming
    key: str
    item: Item | None


class Matches(NamedTuple):
    """All incoming items of one area, and the names or keys that stood twice."""

    rows: tuple[Matched, ...]
    twice: tuple[str, ...] = ()


def clean(text: str) -> str:
    """Text in the one form in which it is compared."""
    return text if text.isascii() else unicodedata.normalize("NFC", text)


def name_of(incoming: Incoming) -> str | None:
    """The name by which its source calls a category; None where it gives none."""
    name = incoming.fields.get("name")
    return clean(name) if isinstance(name, str) else None


def match(area: Area, here: Here, incomings: Incomings, stem: str) -> Matches:
    """Match one area; new categories get their keys under `stem` (`course` or `section`)."""
    if area is not Area.CATEGORIES:
        return _by_key(here, incomings)
    rows, twice = _distinct(incomings)
    found = _find(here, rows)
    taken = {one.key for part in (here.pushed, here.linked, here.own) for one in part}
    taken.update(clean(one.key) for one in rows if one.key is not None)
    matched = []
    for index, one in enumerate(rows):
        item = found.get(index)
        key = item.key if item else clean(one.key) if one.key is not None else _fresh(one, stem, taken)
        taken.add(key)
        matched.append(Matched(one, key, item))
    return Matches(tuple(matched), twice)


def _by_key(here: Here, incomings: Incomings) -> Matches:
    rows: dict[str, Matched] = {}
    twice = []
    for one in incomings:
        key = clean(one.key or "")
        if key in rows:
            twice.append(key)
        else:
            rows[key] = Matched(one, key, here.linked.get(key) or here.own.get(key))
    return Matches(tuple(rows.values()), tuple(twice))


def _distinct(incomings: Incomings) -> tuple[list[Incoming], tuple[str, ...]]:
    """Categories without those whose key (or, without one, name) stood before."""
    seen: set[tuple[bool, str]] = set()
    rows, twice = [], []
    for one in incomings:
        mark = (True, clean(one.key)) if one.key is not None else (False, name_of(one) or "")
        if mark in seen:
            twice.append(mark[1])
        else:
            seen.add(mark)
            rows.append(one)
    return rows, tuple(twice)


def _find(here: Here, rows: list[Incoming]) -> dict[int, Item]:
    """Index of an incoming category -> the item it is. Surer ways go first, for all rows."""
    items = {one.key: one for one in (*here.own, *here.linked)}
    by_name: dict[Value, str] = {one.get("name"): one.key for one in (*here.own, *here.linked)}
    names = {name_of(one) for one in rows}
    # An alias holds only while the item's current name is absent from the incoming list.
    by_alias = {
        source: key
        for source, key in here.aliases.items()
        if key in items and items[key].get("name") not in names
    }
    graded = {source: key for source, key in by_alias.items() if key in here.graded}
    ways = (
        (here.aliases, lambda one: ID_ALIAS + one.source_id if one.source_id else None),
        ({key: key for key in items}, lambda one: None if one.key is None else clean(one.key)),
        (graded, name_of),
        (by_name, name_of),
        (by_alias, name_of),
    )
    found: dict[int, Item] = {}
    left = dict(items)
    for known, mark_of in ways:
        for index, one in enumerate(rows):
            mark = mark_of(one)
            key = known.get(mark) if index not in found and mark is not None else None
            if key in left:
                found[index] = left.pop(key)
    return found


def _fresh(one: Incoming, stem: str, taken: Iterable[str]) -> str:
    """`section/Lab`, or `section/Lab/2` where that is taken (house.md 1, Identity)."""
    first = key = f"{stem}/{name_of(one) or ''}"
    number = 1
    while key in taken:
        number += 1
        key = f"{first}/{number}"
    return key
