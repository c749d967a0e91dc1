"""This room gives items new keys with everything that refers to them (P12, row 8 of categories)."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from reconciler.course import (
    PARTS,
    Area,
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

    from reconciler.course import Holding, Item

Keys = dict[tuple[Area, str], str]
"""(area, old key) -> new key."""


def keys_of(renames: tuple[Rename, ...]) -> Keys:
    """Renames as a table."""
    return {(one.area, one.was): one.key for one in renames}


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
    changes = {}
    for area, part in PARTS:
        items = holding.get(area, part)
        renamed = [_item(area, one, keys) for one in items]
        if any(new is not old for new, old in zip(renamed, items, strict=True)):
            changes[area, part] = setup(renamed)
    return holding.put(changes)


def _item(area: Area, one: Item, keys: Keys) -> Item:
    key = _key(area, one.key, keys)
    if area is Area.CATEGORIES:
        fields: dict[str, tuple[str | int, ...]] = {}
        for name, where in (("tasks", Area.GRADING_TASKS), ("standards", Area.STANDARDS)):
            old = one.get(name)
            if isinstance(old, tuple):
                new = tuple(sorted(keys.get((where, str(ref)), str(ref)) for ref in old))
                if new != old:
                    fields[name] = new
        one = one.with_fields(**fields) if fields else one
    return one if key == one.key else replace(one, key=key)


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
