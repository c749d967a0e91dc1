"""This room says what of a host's setup goes into the new year (domain.md 12).

What was pushed, linked and made below goes along as it is, drift too. Assessments go only where they say
`copies_forward`. A residual stayed because of grades, and there are none in the new year: it is judged as
row 18 would (R4). One that was linked once stays behind, one that never was goes along as the host's own.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from reconciler.course import EMPTY, Area, Holding, Part, Ref, names, setup

if TYPE_CHECKING:
    from collections.abc import Iterable

    from reconciler.course import Item, Setup

_REFERRING = (Area.CATEGORIES, Area.COMPOSITE_GRADES, Area.COMPOSITE_WEIGHTS, Area.GRADE_CALC_OPTIONS)
_FIELDS = {Area.GRADING_TASKS: "tasks", Area.STANDARDS: "standards"}


class Carried(NamedTuple):
    """A holding of the new year, how many assessments and residuals stayed behind, and which tasks."""

    holding: Holding
    assessments: int = 0
    residuals: int = 0
    gone: frozenset[Ref] = frozenset()


def carried(old: Holding, above: frozenset[Ref] = frozenset()) -> Carried:
    """What a host that holds this has in the new year; `above`: what its course leaves behind."""
    changes: dict[tuple[Area, Part], Setup] = {}
    residuals, gone = 0, set(above)
    for area in Area:
        own = old.get(area, Part.OWN)
        stays = [one for one in own if one.kept and one.left]
        residuals += len(stays)
        gone |= {Ref(area, one.key) for one in stays}
        if any(one.kept for one in own):
            changes[area, Part.OWN] = setup(_free(one) for one in own if one not in stays)
    assessments = _assessments(old, changes)
    new = _unreferred(old.put(changes), gone)
    return Carried(new, assessments, residuals, frozenset(gone))


def _free(one: Item) -> Item:
    """A residual that was never linked is the host's own again (row 18)."""
    return one._replace(kept=False) if one.kept else one


def _assessments(old: Holding, changes: dict[tuple[Area, Part], Setup]) -> int:
    """Leave assessments behind that do not copy forward, in what was pushed too; gives how many."""
    area = Area.ASSESSMENTS
    parts = {part: changes.get((area, part), old.get(area, part)) for part in Part}
    here = {**parts[Part.PUSHED].by_key, **parts[Part.LINKED].by_key, **parts[Part.OWN].by_key}
    left = {key for key, one in here.items() if one.get("copies_forward") is not True}
    for part, listed in parts.items():
        if left & set(listed.by_key):
            changes[area, part] = setup(one for one in listed if one.key not in left)
    return len({one.key for part in (Part.LINKED, Part.OWN) for one in parts[part]} & left)


def _unreferred(new: Holding, gone: set[Ref]) -> Holding:
    """What a host made itself names nothing that stayed behind: R7, as a push would have it."""
    if not any(ref.area in _FIELDS for ref in gone):
        return new
    changes: dict[tuple[Area, Part], Setup] = {}
    for area in _REFERRING:
        own = new.get(area, Part.OWN)
        kept = tuple(_without(area, own, gone))
        if kept != own.items:
            changes[area, Part.OWN] = setup(kept) if kept else EMPTY
    return new.put(changes)


def _without(area: Area, own: Setup, gone: set[Ref]) -> Iterable[Item]:
    for one in own:
        lost = gone & set(names(area, one))
        if not lost:
            yield one
        elif area is Area.CATEGORIES:
            yield _shorter(one, lost)


def _shorter(one: Item, lost: set[Ref]) -> Item:
    """A category without some of the tasks and standards that it feeds."""
    changes = {}
    for area, field in _FIELDS.items():
        listed = one.get(field, ())
        rest = (
            tuple(key for key in listed if Ref(area, str(key)) not in lost)
            if isinstance(listed, tuple)
            else ()
        )
        changes[field] = rest or None
    return one.with_fields(**changes)
