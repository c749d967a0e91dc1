"""This room says what lies between two holdings, change by change, by value: links and marks are left out."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from reconciler.course import FIELD_AREAS, FIELDS, Area
from reconciler.keep.names import name_of
from reconciler.plan.rekey import rekey
from reconciler.plan.words import label

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from reconciler.course import Holding, Item, Value
    from reconciler.plan.rekey import Keys

ADD, CHANGE, REMOVE, RENAME = "add", "change", "remove", "rename"
Pair = tuple["Item | None", "Item | None"]


class Change(NamedTuple):
    """One change of one item. `action`: add, change, remove or rename; the values as whole texts.

    `field` is empty where the whole item comes or goes; its fields then stand in one value
    (`weight 20; tasks Final`). A category that is renamed has the field `name`.
    """

    area: Area
    key: str
    item: str
    action: str
    field: str
    before: str
    after: str


def changes(before: Holding, after: Holding, keys: Keys | None = None) -> tuple[Change, ...]:
    """What differs, by area and key. `keys`: the items that got another key on the way (P12, row 8)."""
    if before is after and not keys:
        return ()
    old = rekey(before, keys) if keys else before
    found: list[Change] = []
    for area in Area:
        found += _rekeyed(area, before, keys or {})
        for left, right in _pairs(area, old.here(area), after.here(area)):
            found += _between(area, left, right)
    return tuple(found)


def _rekeyed(area: Area, before: Holding, keys: Keys) -> Iterator[Change]:
    """Tasks and standards have no name but their key; a category's name is a field."""
    there = {one.key for one in before.here(area)}
    for (where, was), key in sorted(keys.items()):
        if where is area and area is not Area.CATEGORIES and was in there:
            yield Change(area, key, label(area, key), RENAME, "", was, key)


def _pairs(area: Area, old: Iterable[Item], new: Iterable[Item]) -> list[Pair]:
    """The items that are the same on both sides, and those that are on one side only, by key.

    A category without its like by key may have it by name: linking gives keys, and changes nothing (row 8).
    """
    left, right = {one.key: one for one in old}, {one.key: one for one in new}
    names = {name_of(one): one.key for one in right.values() if one.key not in left}
    found: list[tuple[str, Pair]] = []
    for key, one in left.items():
        twin = names.get(name_of(one)) if area is Area.CATEGORIES and key not in right else key
        found.append((twin or key, (one, right.pop(twin or key, None))))
    found += [(key, (None, one)) for key, one in right.items()]
    return [pair for _, pair in sorted(found, key=lambda each: each[0])]


def _between(area: Area, old: Item | None, new: Item | None) -> Iterator[Change]:
    one = new or old
    if one is None or (old is not None and new is not None and new.same(old)):
        return
    named = (area, one.key, label(area, one.key, one))
    if old is None or new is None:
        field = "value" if area in FIELD_AREAS else ""
        yield Change(*named, REMOVE if new is None else ADD, field, _whole(area, old), _whole(area, new))
        return
    for field in FIELDS[area]:
        values = (old.get(field), new.get(field))
        if values[0] != values[1]:
            action = RENAME if (area, field) == (Area.CATEGORIES, "name") else CHANGE
            yield Change(*named, action, field, *(_field(area, field, value) for value in values))


def _whole(area: Area, one: Item | None) -> str:
    """All that an item says; a category's name is told beside it."""
    if one is None:
        return ""
    told: Mapping[str, Value] = dict(one.fields)
    if area in FIELD_AREAS:
        return text_of(told.get("value"))
    names = [name for name in FIELDS[area] if name in told and (area, name) != (Area.CATEGORIES, "name")]
    return "; ".join(f"{name} {text_of(told[name])}" for name in names)


def _field(area: Area, name: str, value: Value) -> str:
    return text_of(FIELDS[area][name][1] if value is None else value)


def text_of(value: Value) -> str:
    """A value as a text that is never cut: `true`, `20`, `Final, Quarter`; empty where it is not set."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    return ", ".join(map(str, value)) if isinstance(value, tuple) else str(value)
