"""This room turns what schools changed into what their masters say: the way out called adopt.

Only what courses changed can be adopted, since a master is not a section's. Where the courses of one master
changed an item to different values, none is taken.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple

from reconciler.course import Area
from reconciler.plan.words import KINDS, item_text, label, many
from reconciler.rewriting import Change

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from reconciler.course import Catalog, Item
    from reconciler.current import Snapshot
    from reconciler.drift.model import Drift, Group


class Place(NamedTuple):
    """One item of one master."""

    catalog: str
    master: str
    area: Area
    key: str

    def __str__(self) -> str:
        """`category Homework of master 0401`."""
        return f"{KINDS[self.area]} {label(self.area, self.key)} of master {self.master}"


@dataclass(frozen=True, slots=True)
class Adoption:
    """What masters would take over: the changes by catalog, what is left out and why, and what it means."""

    changes: Mapping[str, tuple[Change, ...]]
    left_out: tuple[str, ...]
    notes: tuple[str, ...]


def adoption(drift: Drift, catalogs: Sequence[Catalog], snapshot: Snapshot) -> Adoption:
    """What the drifted courses' masters would say if they took the changes over."""
    known = {one.name: one for one in catalogs}
    followers = _followers(snapshot)
    changes: dict[str, list[Change]] = {}
    left_out, notes = [], []
    for place, values in sorted(_places(drift).items()):
        why = _why_not(place, values, known)
        if why:
            left_out.append(f"{place}: {why}")
            continue
        (item, courses), *_ = values.items()
        changes.setdefault(place.catalog, []).append(Change(place.master, place.area, place.key, item))
        others = followers.get(place[:2], 0) - len(courses)
        if others:
            notes.append(
                f"{place}: {many(others, 'other course')} of the master will get it with the next push"
            )
    return Adoption({name: tuple(one) for name, one in changes.items()}, tuple(left_out), tuple(notes))


def _places(drift: Drift) -> dict[Place, dict[Item | None, set[int]]]:
    """What courses changed each item of a master to, and which courses did."""
    found: dict[Place, dict[Item | None, set[int]]] = {}
    for group in drift.of("open"):
        if not group.on_section:
            for catalog, master in group.masters:
                place = Place(catalog, master, group.drop.area, group.drop.key)
                found.setdefault(place, {}).setdefault(_plain(group), set()).update(
                    _of_master(drift, group, catalog, master)
                )
    return found


def _plain(group: Group) -> Item | None:
    return None if group.drop.now is None else group.drop.now.mark()


def _of_master(drift: Drift, group: Group, catalog: str, master: str) -> set[int]:
    rows = drift.chosen.courses
    return {one for one in group.hosts if (rows[one].catalog, rows[one].master) == (catalog, master)}


def _followers(snapshot: Snapshot) -> dict[tuple[str, str], int]:
    """How many courses of the state follow each master."""
    found: dict[tuple[str, str], int] = {}
    for one in snapshot.course_records():
        if one.catalog is not None and one.master is not None:
            found[one.catalog, one.master] = found.get((one.catalog, one.master), 0) + 1
    return found


def _why_not(place: Place, values: Mapping[Item | None, set[int]], catalogs: Mapping[str, Catalog]) -> str:
    """Why an item can't be adopted; empty where it can."""
    catalog = catalogs.get(place.catalog)
    if catalog is None:
        return f'its catalog "{place.catalog}" was not read'
    if place.master not in catalog.masters:
        return "the catalog has no such master"
    if (place.area, place.key) == (Area.COURSE_INFO, "number"):
        return "the number says which master it is; renumber the master by hand, with `was:`"
    if len(values) > 1:
        told = sorted(
            f"{item_text(place.area, item) or 'there'} in {many(len(courses), 'course')}"
            for item, courses in values.items()
        )
        return f"its courses differ ({'; '.join(told)}); choose with --course"
    return ""
