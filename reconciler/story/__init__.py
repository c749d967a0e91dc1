"""This room tells why a course, section or item is as it is: a story from state, YAML and journal."""

from __future__ import annotations

from typing import TYPE_CHECKING

from reconciler.course import Area, Part
from reconciler.errors import AddressUnknown, suggestion
from reconciler.keep.names import name_of
from reconciler.story.host import host_story
from reconciler.story.item import item_story
from reconciler.story.model import HostStory, ItemStory
from reconciler.story.past import Past
from reconciler.story.scene import Scene

if TYPE_CHECKING:
    from collections.abc import Sequence

    from reconciler.course import Catalog
    from reconciler.current import Snapshot
    from reconciler.finding import Found

__all__ = ["HostStory", "ItemStory", "story"]


def story(
    snapshot: Snapshot, found: Found, catalogs: Sequence[Catalog], today: str, *, text: str = ""
) -> ItemStory | HostStory:
    """Tell of what `finding.find` found; `text` is how it was asked for, `today` is ISO 8601.

    Without catalogs the story says that nobody knows what is desired. Raises AddressUnknown for an item that
    is neither there nor pushed nor wanted.
    """
    scene = Scene(snapshot, found, catalogs, today)
    if found.area is None or not found.key:
        return host_story(scene, found)
    key = _key(scene, found.area, found.key, text or str(found.address))
    return item_story(scene, found.area, key, Past(snapshot, scene.host, on_section=scene.on_section))


def _key(scene: Scene, area: Area, said: str, text: str) -> str:
    """The key of an item that is there, was pushed, is wanted, or is the course's; a category by name too."""
    known = {one.key: name_of(one) for part in Part for one in scene.holding.get(area, part)}
    known |= {one.key: name_of(one) for one in scene.course_holding.here(area)} if scene.on_section else {}
    if scene.want is not None:
        known |= {one.key: name_of(one) for one in scene.want.setups.get(area, ())}
    if said in known:
        return said
    named = [key for key, name in known.items() if area is Area.CATEGORIES and name == said]
    if len(named) != 1:
        names = {*known, *known.values()} if area is Area.CATEGORIES else set(known)
        raise AddressUnknown(text=text, what=f'{area} "{said}"', hint=suggestion(said, names))
    return named[0]
