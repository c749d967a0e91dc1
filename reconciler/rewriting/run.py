"""This room rewrites masters so that some of their items become what is wanted, and proves it first.

What an item comes to is set in the master's own lines, never in a setup that masters share. Afterwards the
texts are read as the catalog's reader would, and must give what was wanted, and nothing else.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from reconciler.catalog import Rows, Table
from reconciler.check.layers import Layers
from reconciler.check.report import Report
from reconciler.course import FIELD_AREAS, Area
from reconciler.errors.rewriting import MasterUnknown, NotRewritable, RewriteWrong
from reconciler.errors.root import suggestion
from reconciler.rewriting.book import meaning, opened, sound, unanchored
from reconciler.rewriting.composites import Unweighted
from reconciler.rewriting.composites import edits as composite_edits
from reconciler.rewriting.entries import Own
from reconciler.rewriting.entries import edits as list_edits
from reconciler.rewriting.fields import way_to
from reconciler.rewriting.fields import write as write_field
from reconciler.rewriting.lists import write as write_list
from reconciler.rewriting.tree import tree

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from reconciler.course import Catalog, Item, Master
    from reconciler.rewriting.book import Book
    from reconciler.rewriting.composites import Child
    from reconciler.rewriting.entries import Edits
    from reconciler.rewriting.files import FileChange


class Change(NamedTuple):
    """An item of a master as it shall be; None: the master shall not have it."""

    number: str
    area: Area
    key: str
    item: Item | None


_COMPOSITES = (Area.COMPOSITE_GRADES, Area.COMPOSITE_WEIGHTS)


def rewrite(paths: Sequence[Path], catalog: Catalog, changes: Sequence[Change]) -> tuple[FileChange, ...]:
    """The files of a catalog changed so that these items of its masters are as wanted; nothing is written.

    `catalog` is what `paths` resolve to. Comments, order, quotes and layout of all else stay. Raises
    MasterUnknown, NotRewritable where YAML has no way to say it, RewriteWrong where the catalog would not
    be right afterwards (a weight over 100, a scale that does not exist).
    """
    book = opened(paths, catalog.name)
    masters = _wanted(catalog, changes)
    places = book.masters()
    layers = Layers(book.source, Report())
    for number, wanted in masters.items():
        writer = _Writer(book, layers, places[number].table, catalog.masters[number])
        text = writer.write(wanted)
        if text != writer.before:
            book.replace(places[number].table, text)
    book.settle()
    done = book.changes()
    _prove(paths, catalog, masters, done)
    return done


Wanted = dict[Area, dict[str, "Item | None"]]


def _wanted(catalog: Catalog, changes: Sequence[Change]) -> dict[str, Wanted]:
    """The changes that change something, by master and area; the last word on an item counts."""
    found: dict[str, Wanted] = {}
    for number, area, key, item in changes:
        master = catalog.masters.get(number)
        if master is None:
            close = suggestion(number, catalog.masters)
            raise MasterUnknown(catalog=catalog.name, number=number, close=close)
        plain = item.mark() if item is not None else None
        found.setdefault(number, {}).setdefault(area, {})[key] = plain
    return found


class _Writer:
    """Writes one master."""

    def __init__(self, book: Book, layers: Layers, table: Table, master: Master) -> None:
        """Take the master's text."""
        self.book, self.table, self.master = book, table, master
        only = Table(table.file, table.node)
        only.update({key: one for key, one in table.items() if key == "use"})
        self.below = layers.master(only)
        self.text = self.before = book.piece(table)

    def write(self, wanted: Wanted) -> str:
        """The master's text with everything that is wanted of it."""
        for area in sorted(FIELD_AREAS):
            for key, item in wanted.get(area, {}).items():
                self._field(area, key, item)
        for area, items in wanted.items():
            if area not in FIELD_AREAS and area not in _COMPOSITES:
                own = self._own(area.value, area)
                self._list(own, list_edits(own, self.master.setups.get(area), items), {})
        if any(area in wanted for area in _COMPOSITES):
            self._composites(*(wanted.get(area, {}) for area in _COMPOSITES))
        return self.text

    def _own(self, name: str, area: Area) -> Own:
        rows = self.table.get(name)
        return Own(name, area, rows if isinstance(rows, Rows) else None, self.below.lists.get(name, {}))

    def _list(self, own: Own, done: Edits, children: dict[str, tuple[Child, ...]]) -> None:
        if done.sets or done.cuts or done.adds:
            self._alone((own.name,))
            for index in (*(one for one, _ in done.sets), *done.cuts):
                self._alone((own.name, index))
            self.text = write_list(self.text, self.table, own, done, children)

    def _composites(self, structure: dict[str, Item | None], weights: dict[str, Item | None]) -> None:
        own = self._own("composite_grades", Area.COMPOSITE_GRADES)
        try:
            done, children = composite_edits(own, self.master, structure, weights)
        except Unweighted as wrong:
            why = f"the composite row {wrong.key} and its weight come and go together"
            how = "Change composite_grades and composite_weights of it at once."
            raise NotRewritable(place=self.table.spot(), why=why, how=how) from None
        self._list(own, done, children)

    def _field(self, area: Area, key: str, item: Item | None) -> None:
        now = self.master.setups.get(area)
        if item == (now.get(key) if now else None):
            return
        if (area, key) == (Area.COURSE_INFO, "number"):
            how = "Renumber it by hand, with `was:` and the old number, so that its courses follow."
            raise NotRewritable(place=self.table.spot(), why="the number says which master it is", how=how)
        inherited = self.below.info if area is Area.COURSE_INFO else self.below.cross_site or {}
        if item is None and key in inherited:
            how = f"Clear it (null), or take it out of {inherited[key].layer}."
            why = f"{key} is inherited from {inherited[key].layer}, and YAML can't take a field away"
            raise NotRewritable(place=self.table.spot(), why=why, how=how)
        self._alone(way_to(area, key)[:-1])
        self.text = write_field(self.text, self.table, area, key, item)

    def _alone(self, way: tuple[str | int, ...]) -> None:
        """Nothing along a way may be written here and used elsewhere."""
        root = tree(self.text)
        nodes = [root.at(way[:length]) for length in range(len(way) + 1)]
        unanchored(self.book, self.table, [node.anchor for node in nodes if node is not None])


def _prove(
    paths: Sequence[Path], catalog: Catalog, wanted: dict[str, Wanted], done: tuple[FileChange, ...]
) -> None:
    """Read the new texts, and raise RewriteWrong where they do not say just what was wanted."""
    if not done and not wanted:
        return
    before = {one._replace(line=0, column=0): None for one in meaning(paths, ()).errors}
    loaded = meaning(paths, done)
    sound(catalog.name, loaded, before)
    after = next((one for one in loaded.catalogs if one.name == catalog.name), None)
    for number, master in catalog.masters.items():
        new = after.masters.get(number) if after else None
        what = _unlike(master, new, wanted.get(number, {}))
        if what:
            raise RewriteWrong(catalog=catalog.name, what=f"master {number} would not have {what} as wanted")


def _unlike(master: Master, new: Master | None, wanted: Wanted) -> str:
    """The first item that is not as it should be after a change; empty where all are."""
    if new is None:
        return "its lines"
    for area in Area:
        was, now = master.setups.get(area, ()), new.setups.get(area, ())
        want = {one.key: one for one in was} | wanted.get(area, {})
        rows = wanted.get(Area.COMPOSITE_GRADES if area is Area.COMPOSITE_WEIGHTS else area, {})
        gone = {key for key, one in (rows | wanted.get(area, {})).items() if one is None}
        have = {one.key: one for one in now}
        for key in sorted({*want, *have} - gone):
            if have.get(key) != want.get(key):
                return f"{area} {key}"
        for key in sorted(gone & set(have)):
            return f"{area} {key}"
    return ""
