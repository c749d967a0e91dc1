"""This room tells of a course, a section, or one list of either: state, locks, and how its items stand."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

from reconciler.course import FIELD_AREAS, Area, Lock, Part
from reconciler.story.item import item_story
from reconciler.story.model import STATES, AreaTold, HostStory
from reconciler.story.past import Past

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from reconciler.finding import Found
    from reconciler.story.model import ItemStory
    from reconciler.story.scene import Scene


def host_story(scene: Scene, found: Found) -> HostStory:
    """Tell of the course or section of the scene; with `found.area`, of that list alone."""
    areas = tuple(Area) if found.area is None else (found.area,)
    past = Past(scene.snapshot, scene.host, on_section=scene.on_section)
    items = tuple(item_story(scene, area, key, past) for area in areas for key in _keys(scene, area))
    master, section = scene.follow.master, scene.section
    course = scene.course
    refused = scene.from_masters.course.refused if scene.from_masters else ""
    return HostStory(
        str(found.address),
        scene.on_section,
        f"section {section.number} of {course.number} {course.name}"
        if section
        else f"{course.number} {course.name}",
        f"{scene.calendar.name}, {scene.calendar.school}",
        (section.teacher or "") if section else "",
        _state(scene, refused),
        scene.follow.why,
        course.catalog or "",
        course.master or "",
        master.name if master else "",
        master.origin if master else None,
        tuple(_area(scene, area, [one for one in items if one.area is area]) for area in areas),
        items,
        past.last,
        refused,
        len(scene.sections),
        sum(one.used_id is None for one in scene.below),
        found.area,
    )


def _keys(scene: Scene, area: Area) -> Iterator[str]:
    """Every key that is there, was pushed, or is wanted."""
    keys = {one.key for part in Part for one in scene.holding.get(area, part)}
    yield from sorted(keys | set(_wanted(scene, area)))


def _wanted(scene: Scene, area: Area) -> Iterable[str]:
    """The keys that the next push brings to the host."""
    judged = scene.from_masters
    if scene.on_section:
        below = judged.course.below if judged else None
        setups = below.setups if below is not None and area in below.setups else scene.given.setups
    else:
        setups = scene.want.setups if scene.want else {}
    return (one.key for one in setups.get(area, ())) if area in setups else ()


def _state(scene: Scene, refused: str) -> str:
    """Linked, Course Controlled or Desynced (domain.md 7); empty where the catalogs don't tell.

    A section has the state of its course. A field that was changed below makes no course desynced (P5).
    """
    if scene.follow.why == "catalog_unknown":
        return ""
    if scene.follow.why:
        return "Course Controlled"
    return "Desynced" if refused == "desynced" else "Linked"


def _area(scene: Scene, area: Area, items: list[ItemStory]) -> AreaTold:
    counts = Counter(one.state for one in items)
    return AreaTold(
        area,
        _lock(scene, area),
        tuple((state, counts[state]) for state in STATES if counts[state]),
        sum(one.drifted for one in items),
        sum(one.awaiting for one in items),
    )


def _lock(scene: Scene, area: Area) -> str:
    """The lock of an area in a word; `some fields` where only these are locked."""
    catalog = scene.follow.catalog
    if catalog is None:
        return ""
    state = catalog.locks.of(area)
    if state is Lock.UNLOCKED and area in FIELD_AREAS and catalog.locks.any(area):
        return "some fields"
    return state.value
