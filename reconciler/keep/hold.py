"""This room finds the fields of a used item that must stay, though the template changed them (P10).

A change would strand evidence where it takes away a term in which the item is used, an alignment that
assignments use, or the score group or rubric of posted scores. Used sets do not tell posted grades from
assignments, so any use holds: the side that protects graded work.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from reconciler.course import Area, Ref

if TYPE_CHECKING:
    from reconciler.course import Item, Value
    from reconciler.keep.evidence import Evidence

_SCALES = {Area.GRADING_TASKS: "score_group", Area.STANDARDS: "rubric"}
_ALIGNMENTS = {"tasks": Area.GRADING_TASKS, "standards": Area.STANDARDS}


def hold(area: Area, before: Item | None, after: Item, evidence: Evidence) -> tuple[Item, tuple[str, ...]]:
    """What `before` may become on its way to `after`, and the names of the fields that stay."""
    if before is None or before.same(after) or area not in (*_SCALES, Area.CATEGORIES):
        return after, ()
    held = tuple(name for name in _held(area, before, after, evidence))
    if not held:
        return after, ()
    return after.with_fields(**{name: before.get(name) for name in held}), held


def _held(area: Area, before: Item, after: Item, evidence: Evidence) -> list[str]:
    held = []
    if _narrowed(before.get("terms"), after.get("terms")) and _strands(area, before, after, evidence):
        held.append("terms")
    if area in _SCALES:
        name = _SCALES[area]
        old = before.get(name)
        if old is not None and old != after.get(name) and evidence.used(area, before.key):
            held.append(name)
        return held
    for name, where in _ALIGNMENTS.items():
        lost = _narrowed(before.get(name), after.get(name)) if before.get(name) else ()
        if lost and evidence.used(area, before.key) and any(evidence.used(*Ref(where, str(k))) for k in lost):
            held.append(name)
    return held


def _narrowed(old: Value, new: Value) -> frozenset[str | int]:
    """What a list loses. An empty list means "all", so it loses nothing that could be named."""
    if not isinstance(new, tuple) or not new:
        return frozenset()
    if not isinstance(old, tuple) or not old:
        return frozenset(["all"])
    return frozenset(old) - frozenset(new)


def _strands(area: Area, before: Item, after: Item, evidence: Evidence) -> bool:
    terms = evidence.used_in(area, before.key)
    if terms is None:
        return True
    kept, had = after.get("terms"), before.get("terms")
    stays = frozenset(kept) if isinstance(kept, tuple) else frozenset()
    lost = terms - stays if not isinstance(had, tuple) or not had else terms & (frozenset(had) - stays | {0})
    return bool(lost)
