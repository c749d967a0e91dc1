"""This room gives items new keys with everything that refers to them (P12, row 8 of categories)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from reconciler.course import (
    PARTS,
    Area,
    Part,
    Ref,
    Rename,
    cell_key,
    cell_of,
    composite_key,
    composite_of,
    setup,
)

if TYPE_CHECKING:
    from collections.abc import Mapping

    from reconciler.course import Holding, Item, Setup

Keys = dict[tuple[Area, str], str]
"""(area, old key) -> new key."""


def keys_of(renames: tuple[Rename, ...]) -> Keys:
    """Renames as a table."""
    return {(one.area, one.was): one.key for one in renames}


def fitting(renames: tuple[Rename, ...], holding: Holding) -> tuple[Rename, ...]:
    """The renames that a section can follow: two of its items, with their uses, never become one."""
    return tuple(one for one in renames if all(there.key != one.key for there in holding.here(one.area)))


def due(renames: tuple[Rename, ...], holding: Holding) -> tuple[Rename, ...]:
    """The renames that this course still needs: the old key was linked, the new one is not there."""
    needed = []
    for one in renames:
        pushed, linked, own = (holding.get(area, part) for area, part in PARTS if area is one.area)
        marked = own.get(one.was)
        old = pushed.get(one.was) or linked.get(one.was) or (marked if marked and marked.left else None)
        new = pushed.get(one.key) or linked.get(one.key) or own.get(one.key)
        if old is not None and new is None:
            needed.append(one)
    return tuple(needed)


def rekey(holding: Holding, keys: Keys) -> Holding:
    """The holding with new keys, also inside what names them; itself where nothing is touched."""
    if not keys:
        return holding
    changes: dict[tuple[Area, Part], Setup] = {}
    for area in Area:
        changes |= _area(area, holding, keys)
    return holding.put(changes)


def _area(area: Area, holding: Holding, keys: Keys) -> dict[tuple[Area, Part], Setup]:
    """One area under its new keys; where two items meet, what is there wins, and it over what is not."""
    parts = {part: holding.get(area, part) for part in Part}
    moved = {one.key: _key(area, one.key, keys) for items in parts.values() for one in items}
    moved = {old: new for old, new in moved.items() if new != old}
    there = {one.key for one in holding.here(area)} - set(moved)
    stale = set(moved.values()) - there
    changes: dict[tuple[Area, Part], Setup] = {}
    for part, items in parts.items():
        stays = [
            one
            for one in items
            if (moved[one.key] not in there if one.key in moved else one.key not in stale)
        ]
        renamed = [_item(area, one, keys) for one in stays]
        if tuple(renamed) != items.items:
            changes[area, part] = setup(renamed)
    return changes


def _item(area: Area, one: Item, keys: Keys) -> Item:
    key = _key(area, one.key, keys)
    if area is Area.CATEGORIES:
        fields: dict[str, tuple[str | int, ...]] = {}
        for name, where in (("tasks", Area.GRADING_TASKS), ("standards", Area.STANDARDS)):
            old = one.get(name)
            if isinstance(old, tuple):
                new = tuple(sorted({keys.get((where, str(ref)), str(ref)) for ref in old}))
                if new != old:
                    fields[name] = new
        one = one.with_fields(**fields) if fields else one
    return one if key == one.key else one._replace(key=key)


def _key(area: Area, key: str, keys: Keys) -> str:
    if area is Area.GRADE_CALC_OPTIONS:
        ref, term = cell_of(key)
        return cell_key(_ref(ref, keys), term)
    if area in (Area.COMPOSITE_GRADES, Area.COMPOSITE_WEIGHTS):
        (parent, parent_term), (child, child_term) = composite_of(key)
        return composite_key(_ref(parent, keys), parent_term, _ref(child, keys), child_term)
    if area is Area.ASSESSMENTS and "<" in key:
        test, _, code = key.partition("<")
        return f"{test}<{_ref(Ref(Area.STANDARDS, code), keys).key}"
    return keys.get((area, key), key)


def _ref(ref: Ref, keys: Mapping[tuple[Area, str], str]) -> Ref:
    return Ref(ref.area, keys.get((ref.area, ref.key), ref.key))
