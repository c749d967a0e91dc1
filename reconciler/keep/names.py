"""This room settles category names after the rows of a list are decided (C1, C2).

Whatever stays under the name of a desired category steps aside as `Name (1)`; keys, values and evidence
stay. The next free number is used; the stem is cut so that the name has at most 50 characters.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable

    from reconciler.course import Item

LONGEST = 50
"""The longest category name, in characters (domain.md 1)."""
_NUMBERED = re.compile(r" \(\d+\)$")


def name_of(one: Item) -> str:
    """A category's name; an item without one is called by its key."""
    return str(one.get("name") or one.key)


def free_name(name: str, taken: Collection[str]) -> str:
    """The first of `Name (1)`, `Name (2)`... that nobody has (C2)."""
    stem = _NUMBERED.sub("", name)
    number = 1
    while True:
        tail = f" ({number})"
        candidate = stem[: LONGEST - len(tail)] + tail
        if candidate not in taken:
            return candidate
        number += 1


def settle_names(desired: Iterable[Item], staying: Iterable[Item]) -> dict[str, Item]:
    """The staying items that must be renamed, by key, each under its new name, in the order of keys."""
    wanted = {name_of(one): one.key for one in desired}
    rest = sorted(staying, key=lambda one: one.key)
    taken = {*wanted, *(name_of(one) for one in rest)}
    renamed = {}
    for one in rest:
        if wanted.get(name_of(one), one.key) != one.key:
            name = free_name(name_of(one), taken)
            taken.add(name)
            renamed[one.key] = one.with_fields(name=name)
    return renamed
