"""This room sets and takes out course-info and cross-site fields of a master's own lines."""

from __future__ import annotations

from typing import TYPE_CHECKING

import reconciler.rewriting.words as w
from reconciler.course import COURSE_INFO_KINDS, Area, Kind
from reconciler.rewriting.lists import unshared
from reconciler.rewriting.splice import cut, put
from reconciler.rewriting.tree import Sort, tree

if TYPE_CHECKING:
    from reconciler.catalog import Table
    from reconciler.course import Item
    from reconciler.rewriting.tree import Path


def way_to(area: Area, key: str) -> Path:
    """Where a field stands in a master: `nces.credit` in the mapping `nces`."""
    if area is Area.CROSS_SITE:
        return ("cross_site", key)
    group, dot, part = key.partition(".")
    return (group, part) if dot and group in ("nces", "custom") else (key,)


def write(text: str, master: Table, area: Area, key: str, item: Item | None) -> str:
    """The master's text with one field set, or taken out (None)."""
    way = way_to(area, key)
    if len(way) > 1:
        text = unshared(text, master, way[:1])
    if item is None:
        return _taken_out(text, area, way)
    kind = COURSE_INFO_KINDS.get(key, Kind.TEXT) if area is Area.COURSE_INFO else Kind.TEXT
    told = w.value(kind, item.get("value"))
    root = tree(text)
    old = root.at(way)
    value = item.get("value")
    if old is not None and old.quote in ("'", '"') and isinstance(value, str) and told == w.said(value):
        told = w.said(value, quote=old.quote)
    holder = root.at(way[:-1])
    if holder is None or holder.sort is not Sort.TABLE:
        return put(text, way[:-1], w.flow({str(way[-1]): told}))
    return put(text, way, told)


def _taken_out(text: str, area: Area, way: Path) -> str:
    text = cut(text, way)
    holder = tree(text).at(way[:-1])
    emptied = len(way) > 1 and holder is not None and not holder.pairs
    # An empty `cross_site: {}` says that the master lists none; an empty group of fields says nothing.
    return cut(text, way[:-1]) if emptied and area is Area.COURSE_INFO else text
