"""This room says what a course should have, of one master under one push, and what its sections should.

Both are values: equal ones are one case, and a saved plan carries them, so that applying it needs no
YAML.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from reconciler.course import (
    CARRIES,
    EMPTY,
    FIELD_AREAS,
    REACHES_SECTIONS,
    Area,
    Lock,
    Ref,
    Rename,
    Setup,
    cell_of,
    composite_of,
    setup,
)
from reconciler.plan.scope import ADVISORY, COURSE_PUSH

if TYPE_CHECKING:
    from collections.abc import Hashable, Iterator, Mapping

    from reconciler.course import Holding, Item, Locks, Master
    from reconciler.plan.scope import Scope

Places = frozenset[tuple[Area, str]]


@dataclass(frozen=True, slots=True)
class Wanted:
    """What one master wants of its courses under one push.

    `setups`: only the areas that are locked and ticked (L1, P4); in course info and cross-site only the
    named fields. `weights`: composite weights that a newly created row takes once, where the structure
    is pushed and the weights are not (L5). `editable`: (area, field or ""). `down`: the areas that go
    on to sections. `last_term`: the highest term position that is named. `relink`: what was changed below
    is put back (domain.md 7).
    """

    catalog: str
    number: str
    active: bool
    overwrite: bool
    setups: Mapping[Area, Setup]
    weights: Setup = EMPTY
    editable: Places = frozenset()
    down: frozenset[Area] = frozenset()
    renames: tuple[Rename, ...] = ()
    was: str | None = None
    last_term: int = 0
    relink: bool = False

    def may_be_edited(self, area: Area, key: str) -> bool:
        """Is this item `editable` (L4)?"""
        return (area, key if area in FIELD_AREAS else "") in self.editable


@dataclass(frozen=True, slots=True)
class Below:
    """What a course gives its sections after this push (P8), and what its tasks came to.

    `residual`: tasks and standards that stay though the template lacks them; `gone`: those that go in
    this push; `held`: (task or standard, term) that P10 holds; `rekeys`: keys that changed (P12, row 8).
    `cross_site`: the only cross-site fields that are looked at (P4); None: all.
    """

    setups: Mapping[Area, Setup]
    weights: Setup = EMPTY
    overwrite: frozenset[Area] = frozenset()
    editable: Places = frozenset()
    residual: frozenset[Ref] = frozenset()
    gone: frozenset[Ref] = frozenset()
    held: frozenset[tuple[Ref, int]] = frozenset()
    rekeys: tuple[Rename, ...] = field(default=())
    cross_site: frozenset[str] | None = None

    def value(self) -> Hashable:
        """What it is equal by: courses of many masters give their sections the same."""
        rest = (self.overwrite, self.editable, self.residual, self.gone, self.held, self.rekeys)
        return (
            tuple((area, self.setups[area]) for area in sorted(self.setups)),
            self.weights,
            *rest,
            self.cross_site,
        )

    def may_be_edited(self, area: Area, key: str) -> bool:
        """Is this item `editable` below (L4; never in a push from courses, S2)?"""
        return (area, key if area in FIELD_AREAS else "") in self.editable


def wanted(catalog: str, master: Master, locks: Locks, scope: Scope) -> Wanted:
    """Cut a master to what this push carries: locked and ticked (L1), active (P3)."""
    areas = [area for data in sorted(scope.data) for area in CARRIES[data]]
    areas += [Area.CROSS_SITE] if scope.cross_site else []
    areas = [area for area in areas if not scope.areas or area in scope.areas]
    setups = {area: _cut(area, master, locks) for area in areas if locks.any(area)}
    if not master.active:
        info = setups.get(Area.COURSE_INFO, EMPTY)
        setups = {Area.COURSE_INFO: setup(one for one in info if one.key == "active")}
    follow = Area.COMPOSITE_GRADES in setups and Area.COMPOSITE_WEIGHTS not in setups
    return Wanted(
        catalog,
        master.number,
        master.active,
        scope.overwrite,
        setups,
        weights=master.setups.get(Area.COMPOSITE_WEIGHTS, EMPTY) if follow else EMPTY,
        editable=_editable(setups, locks),
        down=_down(setups, scope),
        renames=tuple(one for one in master.renames if one.area in setups),
        was=master.was,
        last_term=max((term for area in setups for term in _terms(area, setups[area])), default=0),
        relink=scope.relink,
    )


def _cut(area: Area, master: Master, locks: Locks) -> Setup:
    listed = master.setups.get(area, EMPTY)
    if area not in FIELD_AREAS:
        return listed
    return setup(one for one in listed if locks.of(area, one.key) is not Lock.UNLOCKED)


def _editable(setups: Mapping[Area, Setup], locks: Locks) -> Places:
    places = {(area, "") for area in setups if locks.of(area) is Lock.EDITABLE and area not in FIELD_AREAS}
    for area in FIELD_AREAS & set(setups):
        places |= {(area, one.key) for one in setups[area] if locks.of(area, one.key) is Lock.EDITABLE}
    return frozenset(places)


def _down(setups: Mapping[Area, Setup], scope: Scope) -> frozenset[Area]:
    """Cross-site goes by its own option; the rest needs to_sections (P8)."""
    down = {area for area in REACHES_SECTIONS if area in setups and scope.to_sections}
    return frozenset(down | ({Area.CROSS_SITE} & set(setups)))


def _terms(area: Area, listed: Setup) -> Iterator[int]:
    for one in listed:
        named = one.get("terms")
        if isinstance(named, tuple):
            yield from (int(term) for term in named)
        if area is Area.GRADE_CALC_OPTIONS:
            yield cell_of(one.key)[1]
        elif area is Area.COMPOSITE_GRADES:
            yield from (term for _, term in composite_of(one.key))


def giving(holding: Holding, area: Area) -> dict[str, Item]:
    """What a course gives its sections of an area: all that it has, its residuals apart (P8)."""
    return {one.key: one.mark() for one in holding.here(area) if not one.kept}


def from_course(holding: Holding, scope: Scope) -> Below:
    """What a push from courses carries of one course (domain.md 4)."""
    areas = [area for area, data in COURSE_PUSH.items() if data in scope.data]
    areas += [Area.CROSS_SITE] if scope.cross_site else []
    setups = {}
    for area in areas:
        items = giving(holding, area).values()
        setups[area] = setup(one for one in items if area is not Area.COURSE_INFO or one.key == ADVISORY)
    residual = {
        Ref(area, one.key)
        for area in (Area.GRADING_TASKS, Area.STANDARDS)
        for one in holding.here(area)
        if one.kept
    }
    over = frozenset({Area.CATEGORIES}) if scope.overwrite_categories else frozenset()
    return Below(setups, overwrite=over, residual=frozenset(residual))
