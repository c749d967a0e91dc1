"""This room is what many wishes of a plan have in common, and many verdicts: a saved plan says it once."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

from reconciler.course import Area, Ref
from reconciler.keep.table import Action

if TYPE_CHECKING:
    from reconciler.keep.effect import Verdict
    from reconciler.plan.wanted import Places, Wanted

Json = dict[str, Any]


class Kind(NamedTuple):
    """What the wishes of many masters have in common; `areas`: those of which they want anything."""

    catalog: str
    active: bool
    overwrite: bool
    areas: tuple[Area, ...]
    editable: Places
    down: frozenset[Area]
    last_term: int
    relink: bool

    @classmethod
    def of(cls, one: Wanted) -> Kind:
        """The kind of a wish."""
        areas = tuple(sorted(one.setups))
        return cls(
            one.catalog, one.active, one.overwrite, areas, one.editable, one.down, one.last_term, one.relink
        )

    def tell(self) -> Json:
        """As JSON."""
        return {
            **self._asdict(),
            "areas": list(self.areas),
            "editable": [list(place) for place in sorted(self.editable)],
            "down": sorted(self.down),
        }

    @classmethod
    def hear(cls, told: Json) -> Kind:
        """Read what `tell` gave."""
        return cls(**told)._replace(
            areas=tuple(map(Area, told["areas"])),
            editable=frozenset((Area(area), key) for area, key in told["editable"]),
            down=frozenset(map(Area, told["down"])),
        )


class Ruling(NamedTuple):
    """What verdicts about many items have in common, item and key apart."""

    area: Area
    row: str
    action: Action
    reason: str
    drift: bool = False
    held: tuple[str, ...] = ()
    by: tuple[Ref, ...] = ()

    @classmethod
    def of(cls, one: Verdict) -> Ruling:
        """The ruling of a verdict."""
        return cls(one.area, one.row, one.action, one.reason, one.drift, one.held, one.by)

    def tell(self) -> Json:
        """As JSON; what does not hold is left out."""
        told = {**self._asdict(), "held": list(self.held), "by": [list(ref) for ref in self.by]}
        return {name: value for name, value in told.items() if value or isinstance(value, str)}

    @classmethod
    def hear(cls, told: Json) -> Ruling:
        """Read what `tell` gave."""
        return cls(**told)._replace(
            area=Area(told["area"]),
            action=Action(told["action"]),
            held=tuple(told.get("held", ())),
            by=tuple(Ref(Area(area), key) for area, key in told.get("by", ())),
        )
