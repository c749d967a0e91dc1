"""A small state in which things were pushed and then changed below."""

from __future__ import annotations

from typing import TYPE_CHECKING

from reconciler.audit.filters import Filters
from reconciler.course import Area, Holding, Part, setup
from reconciler.drift import find_drift
from reconciler.policy import Policy
from tests.small import catalog, category, master, task

if TYPE_CHECKING:
    from collections.abc import Callable

    from reconciler.course import Catalog, Item
    from reconciler.drift import Drift
    from reconciler.policy import Waiver
    from tests.small import Small

TODAY = "2026-08-01"
MASTER = master(categories=[category("Homework", 20), category("Tests", 80)], grading_tasks=[task("Final")])
CATALOG = catalog(MASTER)


def pushed(small: Small, *catalogs: Catalog, number: str = "0401", **row: object) -> tuple[int, int]:
    """A course and a section into which the master was pushed."""
    course = small.course(number, **row)
    section = small.section(course)
    small.apply(*(catalogs or (CATALOG,)))
    return course, section


def to(weight: object, name: str = "Homework") -> Callable[[Holding], Holding]:
    """Somebody changes the weight of a linked category."""

    def change(holding: Holding) -> Holding:
        return _with(
            holding, [one if one.key != name else category(name, weight) for one in _linked(holding)]
        )

    return change


def without(name: str = "Homework") -> Callable[[Holding], Holding]:
    """Somebody deletes a linked category."""

    def change(holding: Holding) -> Holding:
        return _with(holding, [one for one in _linked(holding) if one.key != name])

    return change


def _linked(holding: Holding) -> list[Item]:
    return list(holding.get(Area.CATEGORIES, Part.LINKED))


def _with(holding: Holding, items: list[Item]) -> Holding:
    return holding.put({(Area.CATEGORIES, Part.LINKED): setup(items)})


def drifted(
    small: Small, *catalogs: Catalog, waivers: tuple[Waiver, ...] = (), today: str = TODAY, **filters: object
) -> Drift:
    """The drift of a state; filters are tuples of globs."""
    with small.store.read() as snapshot:
        return find_drift(snapshot, catalogs, Filters(**filters), Policy(waivers=waivers), today)


def codes(drift: Drift) -> list[tuple[str, str]]:
    """How every change stands, and why."""
    return sorted((one.standing.code, one.standing.why) for one in drift.groups)
