"""This room follows references between items: what kept items name is kept too (R6, R7)."""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING

from reconciler.course import EMPTY, Area, Part, Ref, composite_of, names

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from reconciler.course import Holding, Item, Setup
    from reconciler.keep.evidence import Evidence
    from reconciler.plan.wanted import Wanted

TASKS = (Area.GRADING_TASKS, Area.STANDARDS)
NAMING = (Area.CATEGORIES, Area.COMPOSITE_GRADES, Area.GRADE_CALC_OPTIONS, Area.ASSESSMENTS)
"""The areas whose items name tasks and standards (weights name what their rows name)."""

Refs = dict[Ref, tuple[Ref, ...]]
"""What is named -> the (area, key) of what names it."""


def candidates_of(want: Wanted, holding: Holding) -> frozenset[Ref]:
    """The tasks and standards of a course that may go in this push."""
    found = set()
    for area in TASKS:
        if area not in want.setups:
            continue
        listed, own = want.setups[area], holding.get(area, Part.OWN)
        for one in holding.here(area):
            may_go = one.kept or own.get(one.key) is None or want.overwrite
            if may_go and listed.get(one.key) is None:
                found.add(Ref(area, one.key))
    return frozenset(found)


def standing(want: Wanted, holding: Holding) -> frozenset[Ref]:
    """The residual tasks and standards that this push leaves alone: kept parents too (R7)."""
    areas = [area for area in TASKS if area not in want.setups]
    return frozenset(Ref(area, one.key) for area in areas for one in holding.get(area, Part.OWN) if one.kept)


def naming(area: Area, items: Iterable[Item]) -> Refs:
    """What these items name."""
    found: Refs = {}
    for one in items:
        for ref in names(area, one):
            found[ref] = (*found.get(ref, ()), Ref(area, one.key))
    return found


def unlisted(setups: Mapping[Area, Setup]) -> list[tuple[Area, Item, tuple[Ref, ...]]]:
    """The desired items that name tasks or standards which their own master does not list, and those (L7)."""
    tasks, standards = (setups.get(area, EMPTY) for area in TASKS)
    found: list[tuple[Area, Item, tuple[Ref, ...]]] = []
    for area in NAMING:
        if area in setups:
            found += _unlisted(area, setups[area], tasks, standards)
    return found


@lru_cache(maxsize=1 << 16)
def _unlisted(
    area: Area, listed: Setup, tasks: Setup, standards: Setup
) -> tuple[tuple[Area, Item, tuple[Ref, ...]], ...]:
    """One list's share; many masters have the same lists."""
    lists = dict(zip(TASKS, (tasks.by_key, standards.by_key), strict=True))
    found = []
    for one in listed:
        refs = tuple(ref for ref in names(area, one) if ref.key not in lists[ref.area])
        if refs:
            found.append((area, one, refs))
    return tuple(found)


def merge(into: Refs, more: Refs) -> None:
    """Add one set of references to another."""
    for ref, by in more.items():
        into[ref] = (*into.get(ref, ()), *by)


def children(parents: Iterable[Ref], rows: Iterable[Item], through: frozenset[Ref]) -> Refs:
    """The children of these parents by composite rows, and of the children that are in `through` (R7)."""
    found: Refs = {}
    family = set(parents)
    pairs = [(one.key, composite_of(one.key)) for one in rows]
    grown = True
    while grown:
        grown = False
        for key, ((parent, _), (child, _)) in pairs:
            by = Ref(Area.COMPOSITE_GRADES, key)
            if parent in family and by not in found.get(child, ()):
                found[child] = (*found.get(child, ()), by)
                family |= through & {child}
                grown = True
    return found


def section_names(
    section: Holding,
    evidence: Evidence,
    *,
    desired: frozenset[str],
    candidates: frozenset[Ref],
    judged: frozenset[Area],
) -> frozenset[Ref]:
    """Which of the course's `candidates` (tasks that may go, or are residual) a section's items name (R7).

    `desired`: the category keys that the course will give; `judged`: the areas that this push will
    write at sections. Used categories that stay keep what they name; own items that this push can't
    reach do too; pushed ones, which wait for their second hop, protect nothing.
    """
    found: set[Ref] = set()
    for one in section.here(Area.CATEGORIES):
        named = candidates.intersection(names(Area.CATEGORIES, one))
        own = one.key in section.get(Area.CATEGORIES, Part.OWN).by_key
        comes_back = Area.CATEGORIES in judged and one.left and one.key in desired
        stays = (own and not comes_back) or one.key not in desired
        if named and (
            (own and Area.CATEGORIES not in judged) or (stays and evidence.used(Area.CATEGORIES, one.key))
        ):
            found |= named
    for area in (Area.COMPOSITE_GRADES, Area.GRADE_CALC_OPTIONS):
        if area not in judged:
            for one in section.get(area, Part.OWN):
                found |= candidates.intersection(names(area, one))
    parents = {ref for ref in candidates if ref in found or evidence.used(*ref)}
    rows = section.here(Area.COMPOSITE_GRADES)
    return frozenset(found | candidates.intersection(children(parents, rows, candidates)))
