"""This room changes catalogs as their districts would: one weight of one master, or of every master."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal
from typing import TYPE_CHECKING

from reconciler.course import Area, decimal_text, setup

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from reconciler.course import Catalog, Master, Setup

Catalogs = tuple["Catalog", ...]


def reweighed(catalog: Catalog, number: str | None = None) -> Catalog:
    """The catalog with the first category of one master, or of every master, half a point heavier."""
    made: dict[int, Setup] = {}

    def moved(listed: Setup) -> Setup:
        if id(listed) not in made:
            first, *others = listed
            weight = decimal_text(Decimal(str(first.get("weight"))) + Decimal("0.5"))
            made[id(listed)] = setup([first.with_fields(weight=weight), *others])
        return made[id(listed)]

    def changed(one: Master) -> Master:
        if number not in (None, one.number):
            return one
        return replace(one, setups={**one.setups, Area.CATEGORIES: moved(one.setups[Area.CATEGORIES])})

    return replace(catalog, masters={key: changed(one) for key, one in catalog.masters.items()})


def no_weight(catalogs: Sequence[Catalog]) -> Catalogs:
    """Nothing changes."""
    return tuple(catalogs)


def one_weight(catalogs: Sequence[Catalog]) -> Catalogs:
    """One weight of one master changes."""
    first, *others = catalogs
    return reweighed(first, chosen(catalogs)), *others


def all_weights(catalogs: Sequence[Catalog]) -> Catalogs:
    """One weight of every master changes."""
    return tuple(map(reweighed, catalogs))


def chosen(catalogs: Sequence[Catalog]) -> str:
    """The number of the one master that `one_weight` changes."""
    return min(catalogs[0].masters)


CHANGES: dict[str, Callable[[Sequence[Catalog]], Catalogs]] = {
    "nothing": no_weight,
    "one": one_weight,
    "all": all_weights,
}
