"""This room says which lock keeps an item from being edited below, and where that lock stands.

L2, L3: what a master lists in a locked area is locked at once, on every linked course and its sections; L4:
`editable` lets it be edited; P2: no lock of a catalog holds where a course is ignored or exempt. S3: what a
push from courses brought is locked at sections, whatever a catalog says, until the course drops it. R5: a
residual is nobody's but the host's. Fields filled at a section are its own (S2).
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from reconciler.catalog import Table, gather
from reconciler.course import FIELD_AREAS, Area, Lock, Part
from reconciler.errors.editing import ItemLocked
from reconciler.plan.words import KINDS

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from reconciler.editing.ground import Place

OF_CATALOG = "Change it in the catalog and push, or declare it `editable` there"
BESIDE = "; your own may be added beside it."
OF_COURSE = "Change it at {course} and push from courses" + BESIDE


def require_free(place: Place, area: Area, key: str, files: Sequence[Path] = ()) -> None:
    """Raise ItemLocked where this item may not be edited or deleted here, with the lock that says so.

    `files`: where the catalogs are, to tell the line of the lock.
    """
    own = place.part(area, Part.OWN).get(key)
    if own is not None and own.kept:
        return
    if place.on_section:
        _free_at_section(place, area, key, files)
    elif place.master_lists(area, key) or _linked_list(place, area, key):
        _free_of_catalog(place, area, key, files)


def require_room(place: Place, area: Area, key: str, files: Sequence[Path] = ()) -> None:
    """Raise ItemLocked where a new item would take the place of one that a locked area brings (L2).

    Anything beside locked items is welcome (L3); a category of a master's name steps aside by itself (C1).
    """
    if area is not Area.CATEGORIES and place.master_lists(area, key) and not _field_below(place, area):
        _free_of_catalog(place, area, key, files)


def _linked_list(place: Place, area: Area, key: str) -> bool:
    """Is it linked, in an area where a lock holds for the whole list?"""
    return area not in FIELD_AREAS and key in place.part(area, Part.LINKED)


def _field_below(place: Place, area: Area) -> bool:
    return place.on_section and area in FIELD_AREAS


def _free_at_section(place: Place, area: Area, key: str, files: Sequence[Path]) -> None:
    if area in FIELD_AREAS:
        return
    if key not in place.part(area, Part.LINKED):
        require_room(place, area, key, files)
    elif not _of_the_course(place, area, key):
        _free_of_catalog(place, area, key, files)
    elif any(one.key == key and not one.kept for one in place.above.here(area)):
        why = f"the course {place.course_address} pushed it, and has it still"
        how = OF_COURSE.format(course=place.course_address)
        raise ItemLocked(address=place.said, why=why, how=how)


def _of_the_course(place: Place, area: Area, key: str) -> bool:
    """Was it a push from courses that brought this linked item?

    The journal says so; where it does not (an imported state), what the course made itself is the course's.
    """
    for moved in place.moves():
        run = place.snapshot.run(moved.run_id)
        held = place.snapshot.holdings({moved.before, moved.after})
        was, now = (held[one].get(area, Part.PUSHED).get(key) for one in (moved.before, moved.after))
        if run is not None and run.kind in ("apply", "relink") and now is not None and now != was:
            return bool(json.loads(run.options).get("from_courses"))
    return place.catalog is None or key in place.above.get(area, Part.OWN).by_key


def _free_of_catalog(place: Place, area: Area, key: str, files: Sequence[Path]) -> None:
    """Raise ItemLocked where the catalog's lock holds here."""
    catalog = place.catalog
    if catalog is None or place.lifted or catalog.locks.of(area, key) is not Lock.LOCKED:
        return
    field = f"{KINDS[area]} {key}" if area in FIELD_AREAS else area.value.replace("_", " ")
    spot = where(files, catalog.name, area, key)
    why = f'the catalog "{catalog.name}" locks {field}{spot and f" ({spot})"}'
    how = OF_CATALOG + ("." if area in FIELD_AREAS else BESIDE)
    raise ItemLocked(address=place.said, why=why, how=how)


def where(files: Sequence[Path], catalog: str, area: Area, key: str) -> str:
    """The place (`file:line:column`) of a catalog's lock; empty where it is not known."""
    sources, _ = gather(files) if files else ((), None)
    for source in sources:
        if str(source.root.data.get("catalog")) != catalog:
            continue
        source.combine()
        entry = source.locks.get(area.value)
        if entry is not None:
            fields = entry.value
            return str(_line(fields, key) if isinstance(fields, Table) else entry.spot)
    return ""


def _line(fields: Table, key: str) -> object:
    """Where one field's lock stands: under its own name, its group's, or the others'."""
    group, _, rest = key.partition(".")
    inner = fields.get(group)
    if rest and isinstance(inner, Table) and rest in inner:
        return inner.key_spot(rest)
    return fields.key_spot(next((name for name in (key, group, "others") if name in fields), key))
