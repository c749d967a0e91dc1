"""This room compares two items: which fields differ, old and new. Pure.

Equality is asked first and answers nearly always; DeepDiff runs once per distinct pair of what differs,
never per row or item (house rule: comparisons grow with the variety of a district, not with its size).
"""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from reconciler.course import Item, Value


class Change(NamedTuple):
    """One field of an item, before and after; None is a field that is not there."""

    field: str
    old: Value
    new: Value


def changes(before: Item | None, after: Item | None) -> tuple[Change, ...]:
    """The fields in which two items differ, by name; empty where they are equal."""
    if before is after or (before is not None and before.same(after)):
        return ()
    old, new = (dict(one.fields) if one else {} for one in (before, after))
    was = tuple((name, value) for name, value in old.items() if not _equal(value, new.get(name, _NOTHING)))
    now = tuple((name, value) for name, value in new.items() if not _equal(value, old.get(name, _NOTHING)))
    return _changes(was, now, any(value is True or value is False for _, value in (*was, *now)))


_NOTHING = object()


def _equal(one: object, other: object) -> bool:
    """Equal, and of one type: Python holds 1 and True for equal."""
    return one is other or (type(one) is type(other) and one == other)


Pairs = tuple[tuple[str, "Value"], ...]


@lru_cache(maxsize=100_000)
def _changes(old: Pairs, new: Pairs, flags: bool) -> tuple[Change, ...]:  # noqa: ARG001 - part of the key
    """`flags` keeps apart what Python holds for equal: 1 and True, 0 and False."""
    from deepdiff import DeepDiff  # noqa: PLC0415 - 0.3 s that an empty plan need not pay

    was, now = dict(old), dict(new)
    names = DeepDiff(was, now, threshold_to_diff_deeper=0).affected_root_keys
    return tuple(Change(name, was.get(name), now.get(name)) for name in sorted(names))
