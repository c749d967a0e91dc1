"""This room makes the steps of an edit: what of a course or section is set, added, removed, renamed.

Each function looks at the rules first and gives the steps, or raises why not. A linked item that is edited
changes in *linked* alone: *pushed* stays, so that drift is seen for what it is (domain.md 3).
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from reconciler.course import FIELD_AREAS, Area, Part, setup
from reconciler.editing.ground import told, total
from reconciler.editing.locking import require_free, require_room
from reconciler.editing.naming import check as check_name
from reconciler.editing.naming import check_info, check_key, fresh_key
from reconciler.editing.references import check as check_named
from reconciler.editing.references import unnamed
from reconciler.editing.values import changed, kind_of
from reconciler.errors import AddressUnknown, suggestion
from reconciler.errors.editing import AreaElsewhere, FieldUsed, ItemThere, ItemUsed, MustStay, ValueWrong
from reconciler.keep.evidence import EVIDENCED
from reconciler.keep.hold import hold
from reconciler.keep.names import name_of
from reconciler.plan.words import many

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path

    from reconciler.course import Counts, Holding, Item
    from reconciler.editing.ground import Place

AT_COURSES = frozenset({Area.GRADING_TASKS, Area.STANDARDS, Area.ASSESSMENTS})
"""What is set up at courses alone: sections read it there (domain.md 1 and 2)."""
NEVER_GONE = frozenset({"number", "name", "active"})
"""The course info that every course has (domain.md 1)."""
ROW_AREAS = (Area.COMPOSITE_GRADES, Area.COMPOSITE_WEIGHTS)


class Step(NamedTuple):
    """One item before and after; None: it is not there."""

    area: Area
    key: str
    before: Item | None
    after: Item | None


Steps = tuple[Step, ...]


def applied(holding: Holding, steps: Steps) -> Holding:
    """The holding after these steps: what is linked stays linked, what is new is own."""
    for one in steps:
        linked = dict(holding.get(one.area, Part.LINKED).by_key)
        own = dict(holding.get(one.area, Part.OWN).by_key)
        part = linked if one.key in linked else own
        part.pop(one.key, None)
        if one.after is not None:
            part[one.key] = one.after
        parts = {Part.LINKED: linked, Part.OWN: own}
        holding = holding.put({(one.area, name): setup(items.values()) for name, items in parts.items()})
    return holding


def set_fields(
    place: Place, area: Area, key: str, given: Mapping[str, object], files: Sequence[Path] = ()
) -> Steps:
    """Change fields of an item that is there; a field of course info or cross-site comes by being set."""
    _belongs(place, area)
    if area in FIELD_AREAS:
        values = {key: given.get("value")} if key else given
        if key and set(given) - {"value"}:
            kind_of(area, key, next(iter(set(given) - {"value"})))
        return tuple(_set_field(place, area, name, value, files) for name, value in values.items())
    before = _there(place, area, key)
    require_free(place, area, key, files)
    after = changed(area, key, before, given, place.said)
    if area is Area.CATEGORIES:
        check_name(place, after)
    check_named(place, area, after, before)
    _stranded(place, area, before, after)
    return (Step(area, key, before, after),)


def _set_field(place: Place, area: Area, key: str, value: object, files: Sequence[Path]) -> Step:
    kind_of(area, key, "value")
    require_free(place, area, key, files)
    before = place.here(area).get(key)
    after = changed(area, key, before, {"value": value}, place.address(area, key))
    if area is Area.COURSE_INFO:
        check_info(place, key, after)
    return Step(area, key, before, after)


def add(
    place: Place, area: Area, said: str, given: Mapping[str, object], files: Sequence[Path] = ()
) -> Steps:
    """Add an item of the host's own (L3); `said`: its key, of a category its name. Raises why not."""
    _belongs(place, area)
    if area in FIELD_AREAS:
        if said in place.here(area):
            raise ItemThere(address=place.said)
        return set_fields(place, area, said, given, files)
    key = said
    if area is Area.CATEGORIES:
        key = fresh_key(place, said)
        given = {**given, "name": given.get("name", said)}
    elif key in place.here(area):
        raise ItemThere(address=place.said)
    require_room(place, area, key, files)
    after = changed(area, key, None, given, place.said)
    if area is Area.CATEGORIES:
        check_name(place, after)
    else:
        check_key(place, area, key)
    check_named(place, area, after)
    return (Step(area, key, None, after),)


def remove(place: Place, area: Area, key: str, files: Sequence[Path] = ()) -> Steps:
    """Remove an item that nothing hangs on (R1, C4); a composite row takes its weight along (L5)."""
    before = _there(place, area, key)
    require_free(place, area, key, files)
    if area is Area.COURSE_INFO and key in NEVER_GONE and not place.on_section:
        raise MustStay(address=place.said, why="every course has it")
    _unused(place, area, key)
    unnamed(place, area, key)
    steps = [Step(area, key, before, None)]
    weight = place.here(Area.COMPOSITE_WEIGHTS).get(key) if area is Area.COMPOSITE_GRADES else None
    if weight is not None:
        require_free(place, Area.COMPOSITE_WEIGHTS, key, files)
        steps.append(Step(Area.COMPOSITE_WEIGHTS, key, weight, None))
    return tuple(steps)


def rename(place: Place, area: Area, key: str, name: str, files: Sequence[Path] = ()) -> Steps:
    """Give a category another name; its key, its links and its uses stay (house.md, Identity)."""
    if area is not Area.CATEGORIES:
        what = "only a category has a name apart from what it is known by"
        how = "Add an item of the new name, and move what is used with `reconcile use ... --realign`."
        raise ValueWrong(address=place.said, what=what, how=how)
    return set_fields(place, area, key, {"name": name}, files)


def _belongs(place: Place, area: Area) -> None:
    """Raise AreaElsewhere for what sections read from their course."""
    if place.on_section and area in AT_COURSES:
        what = f"{area.value.replace('_', ' ')} are set up at the course, for all its sections"
        raise AreaElsewhere(address=place.said, what=what)


def _there(place: Place, area: Area, key: str) -> Item:
    known = place.here(area)
    if key not in known:
        _belongs(place, area)
        names = {*known, *(name_of(one) for one in known.values() if area is Area.CATEGORIES)}
        raise AddressUnknown(text=place.said, what=f'{area} "{key}"', hint=suggestion(key, names))
    return known[key]


def _unused(place: Place, area: Area, key: str) -> None:
    """Raise ItemUsed where there is evidence of it here or below."""
    if area not in EVIDENCED:
        return
    found = [counts for _, use, counts in place.counts if use.area is area and use.key == key and any(counts)]
    unread = [one for one in place.unread if _may_use(place, one.id, area, key)]
    if found or unread:
        counted = [told(total(found))] if found else []
        never = [f"{many(len(unread), 'section')} whose uses were never read"] if unread else []
        raise ItemUsed(address=place.said, counts=", ".join([*counted, *never]))


def _may_use(place: Place, section: int, area: Area, key: str) -> bool:
    """Could a section use it? A task of its course; a category that it has."""
    return area is not Area.CATEGORIES or any(one.key == key for one in place.held[section].here(area))


def _stranded(place: Place, area: Area, before: Item, after: Item) -> None:
    """Raise FieldUsed for a change that would strand evidence (P10)."""
    _, held = hold(area, before, after, place.evidence())
    if held:
        found = [counts for _, use, counts in place.counts if use.area is area and use.key == before.key]
        raise FieldUsed(address=place.said, fields=", ".join(held), counts=_or_unread(place, found))


def _or_unread(place: Place, found: list[Counts]) -> str:
    return told(total(found)) if found else f"{many(len(place.unread), 'section')} never read"
