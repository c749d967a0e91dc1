"""This room copies a master into another catalog, or beside itself, with all below it (domain.md 13)."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

import reconciler.rewriting.words as w
from reconciler.catalog import Rows, Table
from reconciler.check.layers import LISTS
from reconciler.course import Area, ListKind
from reconciler.errors.rewriting import (
    CatalogUnknown,
    MasterElsewhere,
    MasterUnknown,
    NameDiffers,
    NumberTaken,
    RewriteWrong,
)
from reconciler.errors.root import suggestion
from reconciler.rewriting.book import Book, meaning, opened, sound
from reconciler.rewriting.carry import Part, add_pair, add_row, pair_of, portable
from reconciler.rewriting.carry import taken as part_of
from reconciler.rewriting.needs import WORDS, Need, needs
from reconciler.rewriting.splice import put
from reconciler.rewriting.tree import tree

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from reconciler.catalog import Data
    from reconciler.course import Catalog, Item, Master
    from reconciler.rewriting.files import FileChange, Page


class Wish(NamedTuple):
    """A copy that was asked for: which master, into which catalog, under which number and name."""

    number: str
    to: str
    new: str
    name: str
    source: str | None = None


@dataclass(frozen=True, slots=True)
class Copied:
    """What a copy would do: the files, what comes along, and what the other catalog has already."""

    source: str
    changes: tuple[FileChange, ...]
    along: tuple[Need, ...]
    there: tuple[Need, ...]


def copy(paths: Sequence[Path], catalogs: Sequence[Catalog], wish: Wish) -> Copied:
    """Copy a master; nothing is written. `catalogs` are what `paths` resolve to.

    Raises CatalogUnknown, MasterUnknown, MasterElsewhere, NumberTaken, NameDiffers, and RewriteWrong where
    the other catalog would not be right with it.
    """
    known = {one.name: one for one in catalogs}
    source, target = _source(known, wish), _of(known, wish.to)
    book = opened(paths, source.name)
    same = source is target
    goal = book if same else opened(paths, target.name)
    taken = goal.masters().get(wish.new)
    if taken is not None:
        raise NumberTaken(catalog=target.name, number=wish.new, place=taken.table.value_spot("number"))
    table = book.masters()[wish.number].table
    found = () if same else needs(book.source, table)
    there = tuple(need for need in found if _there(need, (book, source), (goal, target)))
    along = tuple(need for need in found if need not in there)
    for need in along:
        _take(need, book, goal)
    page = goal.pages[table.file] if same else _page(goal, "masters")
    page.text = add_row(page.text, "masters", _master(book, table, wish))
    done = goal.changes()
    _prove(paths, catalogs, wish, source.masters[wish.number], done)
    return Copied(source.name, done, along, there)


def _of(known: dict[str, Catalog], name: str) -> Catalog:
    if name not in known:
        raise CatalogUnknown(name=name, close=suggestion(name, known), known=", ".join(known) or "none")
    return known[name]


def _source(known: dict[str, Catalog], wish: Wish) -> Catalog:
    """The catalog that has the master: the one that was named, else the only one."""
    if wish.source is not None:
        chosen = [_of(known, wish.source)]
    else:
        chosen = [one for one in known.values() if wish.number in one.masters] or list(known.values())
    having = [one for one in chosen if wish.number in one.masters]
    if not having:
        numbers = {number for one in chosen for number in one.masters}
        where = " or ".join(one.name for one in chosen)
        raise MasterUnknown(catalog=where, number=wish.number, close=suggestion(wish.number, numbers))
    if len(having) > 1:
        raise MasterElsewhere(number=wish.number, known=", ".join(one.name for one in having))
    return having[0]


def _there(need: Need, ours: tuple[Book, Catalog], theirs: tuple[Book, Catalog]) -> bool:
    """Has the other catalog the same thing? Raises NameDiffers where it has another of that name."""
    entry = theirs[0].source.maps[need.kind].get(need.name)
    if entry is None:
        return False
    if need.kind == "setups":
        ours_, theirs_ = (_bare(one[0].source.maps["setups"][need.name].value) for one in (ours, theirs))
        same = ours_ == theirs_
    else:
        same = _listed(ours[1], need) == _listed(theirs[1], need)
    if not same:
        raise NameDiffers(catalog=theirs[1].name, word=WORDS[need.kind], name=need.name, place=entry.spot)
    return True


def _listed(catalog: Catalog, need: Need) -> Item | None:
    listing = catalog.lists.get(ListKind(need.kind))
    return listing.get(need.name) if listing else None


def _bare(value: Data) -> object:
    """What a setup says, renames apart."""
    if not isinstance(value, Table):
        return value
    plain: dict[str, object] = dict(value)
    for name in LISTS:
        rows = value.get(name)
        if isinstance(rows, Rows):
            plain[name] = [
                {key: one for key, one in row.items() if key != "was"} if isinstance(row, Table) else row
                for row in rows
            ]
    return plain


def _renames(table: Data) -> Iterator[tuple[str | int, ...]]:
    """The ways to every `was:` of a master or setup."""
    if isinstance(table, Table):
        if "was" in table:
            yield ("was",)
        for name in LISTS:
            rows = table.get(name)
            for index, row in enumerate(rows if isinstance(rows, Rows) else ()):
                if isinstance(row, Table) and "was" in row:
                    yield (name, index, "was")


def _unrenamed(value: Data) -> Data:
    """A master or setup as data, without every `was:` that `_renames` finds in its text."""
    if not isinstance(value, Table):
        return value
    plain = Table(value.file, value.node)
    for key, one in value.items():
        if key == "was":
            continue
        plain[key] = one
        if key in LISTS and isinstance(one, Rows):
            rows = Rows(one.file, one.node)
            rows.extend(_unrenamed(row) for row in one)
            plain[key] = rows
    return plain


def _page(goal: Book, group: str) -> Page:
    """The file of a catalog into which something of a group goes: one of its own that has the group."""
    for document in goal.source.documents:
        if group in document.data and Path(document.file).resolve() not in goal.others:
            return goal.pages[document.file]
    return goal.pages[goal.source.root.file]


def _take(need: Need, book: Book, goal: Book) -> None:
    """Take one thing of a named map along."""
    entry = book.source.maps[need.kind][need.name]
    holder = entry.holder
    if isinstance(holder, Table):
        bank = need.kind in ("tasks", "standards", "setups")
        leave = list(_renames(entry.value)) if bank else []
        data = _unrenamed(entry.value) if bank else entry.value
        text = portable(book.piece(holder), holder, (need.name,), leave)
        page = _page(goal, need.kind)
        page.text = add_pair(page.text, need.kind, need.name, pair_of(text, need.name, data))


def _master(book: Book, table: Table, wish: Wish) -> Part:
    """The master's lines under its new number and name."""
    text = portable(book.piece(table), table, (), list(_renames(table)))
    for key, value in (("number", wish.new), ("name", wish.name)):
        old = tree(text).at((key,))
        text = put(text, (key,), w.said(value, quote=old.quote if old else ""))
    data, plain = Table(table.file, table.node), _unrenamed(table)
    data.update(plain if isinstance(plain, Table) else {})
    data.update({"number": wish.new, "name": wish.name})
    return part_of(text, data)


def _prove(
    paths: Sequence[Path],
    catalogs: Sequence[Catalog],
    wish: Wish,
    master: Master,
    done: tuple[FileChange, ...],
) -> None:
    """Read the new texts: the copy has the same setups, and all other masters are as they were."""
    before = {one._replace(line=0, column=0): None for one in meaning(paths, ()).errors}
    loaded = meaning(paths, done)
    sound(wish.to, loaded, before)
    after = {one.name: one for one in loaded.catalogs}
    for one in catalogs:
        others = dict(after[one.name].masters)
        new = others.pop(wish.new, None) if one.name == wish.to else None
        if one.name == wish.to and (new is None or _differing(master, new)):
            what = "the copy is not found" if new is None else f"the copy has other {_differing(master, new)}"
            raise RewriteWrong(catalog=wish.to, what=what)
        if {number: each.setups for number, each in others.items()} != {
            number: each.setups for number, each in one.masters.items()
        }:
            raise RewriteWrong(catalog=one.name, what="other masters would change")


def _differing(master: Master, new: Master) -> str:
    """The first area in which a copy differs; its number and name apart."""
    for area in Area:
        ours, theirs = (one.setups.get(area) for one in (master, new))
        rows = [
            None
            if one is None
            else [each for each in one if area is not Area.COURSE_INFO or each.key not in _OWN]
            for one in (ours, theirs)
        ]
        if rows[0] != rows[1]:
            return area.value
    return ""


_OWN = ("number", "name")
