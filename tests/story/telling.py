"""Asking a small state for a story."""

from __future__ import annotations

from typing import TYPE_CHECKING

from reconciler.finding import find
from reconciler.story import story

if TYPE_CHECKING:
    from reconciler.course import Catalog
    from reconciler.story import HostStory, ItemStory
    from tests.small import Small

TODAY = "2026-08-01"
COURSE = "0401@hill-27"
SECTION = "0401@hill-27/1"
HOMEWORK = "#categories/Homework"


def tell(small: Small, address: str, *catalogs: Catalog) -> ItemStory | HostStory:
    """The story of an address."""
    with small.store.read() as snapshot:
        return story(snapshot, find(snapshot, address), catalogs, TODAY, text=address)


def fields(one) -> dict[str, object] | None:
    """An item's fields."""
    return None if one is None else dict(one.fields)


def reasons(told: ItemStory) -> list[tuple[str, str]]:
    """Which push does what with an item."""
    return [(one.push, one.reason) for one in told.steps]
