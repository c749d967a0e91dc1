"""This room says what a course should have, of one master under one push, and what its sections should.

Both are values: equal ones are one case, and a saved plan carries them, so that applying it needs no
YAML.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import lru_cache
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
    return Cut(catalog, locks, scope).wanted(master)


class Cut:
    """How the masters of one catalog are cut to what a push carries."""

    def __init__(self, catalog: str, locks: Locks, scope: Scope) -> None:
        """Look at the locks once for all masters."""
        self.catalog = catalog
        self.locks = locks
        self.scope = scope
        areas = [area for data in sorted(scope.data) for area in CARRIES[data]]
        areas += [Area.CROSS_SITE] if scope.cross_site else []
        areas = [area for area in areas if not scope.areas or area in scope.areas]
        self.areas = tuple(area for area in areas if locks.any(area))
        self._states: dict[tuple[Area, str], Lock] = {}
        self._places: dict[tuple[tuple[Area, tuple[str, ...]], ...], Places] = {}

    def wanted(self, master: Master) -> Wanted:
        """What one master wants of its courses."""
        scope = self.scope
        setups = {area: self._cut(area, master) for area in self.areas}
        if not master.active:
            info = setups.get(Area.COURSE_INFO, EMPTY)
            setups = {Area.COURSE_INFO: setup(one for one in info if one.key == "active")}
        follow = Area.COMPOSITE_GRADES in setups and Area.COMPOSITE_WEIGHTS not in setups
        return Wanted(
            self.catalog,
            master.number,
            master.active,
            scope.overwrite,
            setups,
            weights=master.setups.get(Area.COMPOSITE_WEIGHTS, EMPTY) if follow else EMPTY,
            editable=self._editable(setups),
            down=_down(setups, scope),
            renames=tuple(one for one in master.renames if one.area in setups),
            was=master.was,
            last_term=max(
                (_last_term(area, setups[area]) for area in setups.keys() - FIELD_AREAS), default=0
            ),
            relink=scope.relink,
        )

    def _state(self, area: Area, key: str = "") -> Lock:
        if (area, key) not in self._states:
            self._states[area, key] = self.locks.of(area, key)
        return self._states[area, key]

    def _cut(self, area: Area, master: Master) -> Setup:
        listed = master.setups.get(area, EMPTY)
        if area not in FIELD_AREAS:
            return listed
        kept = [one for one in listed if self._state(area, one.key) is not Lock.UNLOCKED]
        return listed if len(kept) == len(listed) else setup(kept)

    def _editable(self, setups: Mapping[Area, Setup]) -> Places:
        """The items that are `editable` (L4); masters of the same fields have the same."""
        said = tuple(
            (area, tuple(each.key for each in one) if area in FIELD_AREAS else ("",))
            for area, one in setups.items()
        )
        if said not in self._places:
            self._places[said] = frozenset(
                (area, key) for area, keys in said for key in keys if self._state(area, key) is Lock.EDITABLE
            )
        return self._places[said]


def _down(setups: Mapping[Area, Setup], scope: Scope) -> frozenset[Area]:
    """Cross-site goes by its own option; the rest needs to_sections (P8)."""
    down = {area for area in REACHES_SECTIONS if area in setups and scope.to_sections}
    return frozenset(down | ({Area.CROSS_SITE} & set(setups)))


@lru_cache(maxsize=1 << 16)
def _last_term(area: Area, listed: Setup) -> int:
    """The highest term position that a list names."""
    return max(_terms(area, listed), default=0)


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
