"""This room stores setups, holdings and used sets once, by the digest of their text, and reads them back.

A setup names its items, which are stored once too: teachers make many setups of few items. Values never
change and their ids are never reused, so a store handle remembers every value it has seen: equal setups
come as one object, and are decoded when somebody looks inside.
"""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Protocol

from reconciler.course import EMPTY, Area, Holding, Setup, Use, encode, exactly, from_row
from reconciler.errors import StoreDamaged
from reconciler.stores.tables import HOLDING_COLUMNS

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterable, Mapping, Sequence

    from reconciler.course import Item, Used

AREAS = {str(area): area for area in Area}


class Shelf(Protocol):
    """How a database keeps values: each in a row of a table, with an `id` and a `digest`."""

    def rows(self, table: str, columns: Sequence[str], ids: Iterable[int]) -> Iterable[tuple[Any, ...]]:
        """Rows by id; what is not there is left out."""

    def places(self, table: str, digests: Collection[bytes]) -> dict[bytes, int]:
        """Ids by digest; what is not there is left out."""

    def add(self, table: str, columns: Sequence[str], rows: Iterable[tuple[object, ...]]) -> None:
        """Add rows, the digest first; one that another brought meanwhile stays."""


_NONE = "[]"
"""The items of the empty setup."""


def id_list(ids: Iterable[int]) -> str:
    """Ids as a JSON list: the items of a setup, and one parameter of SQLite's json_each."""
    return json.dumps(list(ids), separators=(",", ":"))


def named(text: str) -> bytes:
    """The digest of an item, a holding or a used set: the first half of its SHA-256."""
    return hashlib.sha256(text.encode()).digest()[:16]


class Items(dict[str, "str | Item"]):
    """Items by their ids as text: canonical JSON until somebody looks at one."""

    def listed(self, ids: str) -> tuple[Item, ...]:
        """The items of these ids, `[1,2]`; each is decoded once, wherever it stands."""
        return tuple(map(self._item, ids[1:-1].split(",")))

    def _item(self, place: str) -> Item:
        known = self[place]
        if isinstance(known, str):
            known = self[place] = from_row(json.loads(known))
        return known


@dataclass(slots=True)
class Values:
    """What one store handle has seen: values by id."""

    setups: dict[int | None, Setup] = field(default_factory=lambda: {None: EMPTY})
    """A holding names the empty setup by null."""
    holdings: dict[int, Holding] = field(default_factory=dict)
    used: dict[int, Used] = field(default_factory=dict)
    met: dict[str, Setup] = field(default_factory=dict)
    """What readers have in hand, by digest."""
    items: Items = field(default_factory=Items)

    def forget(self) -> None:
        """Drop everything: after a rollback, ids that were handed out may be handed out again."""
        for remembered in (self.setups, self.holdings, self.used):
            remembered.clear()
        self.setups[None] = EMPTY
        # A new one: setups that somebody holds still look into the old one.
        self.items = Items()


def read_setups(shelf: Shelf, values: Values, ids: Iterable[int | None]) -> None:
    """Bring these setups into `values`; raises StoreDamaged where one, or an item of one, is gone."""
    unknown = {place for place in set(ids) - values.setups.keys() if place is not None}
    if not unknown:
        return
    found: dict[int | None, Setup] = {}
    new: set[str] = set()
    for place, name, items in shelf.rows("setup", ("id", "digest", "items"), unknown):
        digest = name.hex()
        known = EMPTY if items == _NONE else values.met.get(digest)
        if known is None:
            known = Setup.stored(items, digest, values.items.listed)
            new.update(items[1:-1].split(","))
        found[place] = known
    _complete("setup", unknown, found)
    _read_items(shelf, values, new)
    # Only now: who meets a setup later takes its items for read.
    values.setups.update(found)


def _read_items(shelf: Shelf, values: Values, ids: set[str]) -> None:
    unknown = ids - values.items.keys()
    if unknown:
        rows = shelf.rows("item", ("id", "body"), map(int, unknown))
        values.items.update((str(place), body) for place, body in rows)
        _complete("item", unknown, values.items)


def read_holdings(shelf: Shelf, values: Values, ids: Iterable[int]) -> dict[int, Holding]:
    """Holdings by id; raises StoreDamaged where one, or a setup of one, is gone."""
    wanted = set(ids)
    unknown = wanted - values.holdings.keys()
    if unknown:
        rows = list(shelf.rows("holding", ("id", *HOLDING_COLUMNS), unknown))
        read_setups(shelf, values, {place for row in rows for place in row[1:]})
        for place, *setups in rows:
            values.holdings[place] = Holding(tuple(map(values.setups.__getitem__, setups)))
        _complete("holding", unknown, values.holdings)
    return {place: values.holdings[place] for place in wanted}


def read_used(shelf: Shelf, values: Values, ids: Iterable[int]) -> dict[int, Used]:
    """Used sets by id; raises StoreDamaged where one is gone."""
    wanted = set(ids)
    unknown = wanted - values.used.keys()
    if unknown:
        for place, body in shelf.rows("used", ("id", "body"), unknown):
            values.used[place] = frozenset(
                Use(AREAS[area], key, term) for area, key, term in json.loads(body)
            )
        _complete("used", unknown, values.used)
    return {place: values.used[place] for place in wanted}


def used_body(uses: Iterable[tuple[str, str, int]]) -> str:
    """The canonical JSON of a used set, from its (area, key, term) in any order."""
    rows = sorted([str(area), key, term] for area, key, term in uses)
    return json.dumps(rows, ensure_ascii=False, separators=(",", ":"))


def keep_bodies(shelf: Shelf, table: str, bodies: Iterable[str]) -> dict[str, int]:
    """Store the texts that `table` does not have; the id of each of them."""
    names = {named(body): body for body in bodies}
    places = _kept(shelf, table, names, ("body",), lambda new: [(name, names[name]) for name in new])
    return {body: places[name] for name, body in names.items()}


def keep_setups(shelf: Shelf, values: Values, setups: Iterable[Setup]) -> dict[str, int]:
    """Store setups and their items; the id of each by its digest."""
    by_name = {bytes.fromhex(one.digest): one for one in setups}

    def rows(new: Collection[bytes]) -> list[tuple[bytes, str]]:
        """Store the items of new setups; the setups' rows."""
        texts = {exactly(item): _text(item) for name in new for item in by_name[name].items}
        items = keep_bodies(shelf, "item", texts.values())
        return [
            (name, id_list([items[texts[exactly(item)]] for item in by_name[name].items])) for name in new
        ]

    places = _kept(shelf, "setup", by_name, ("items",), rows)
    for name, one in by_name.items():
        values.setups.setdefault(places[name], one)
    return {one.digest: places[name] for name, one in by_name.items()}


def keep_holdings(shelf: Shelf, values: Values, holdings: Iterable[Holding]) -> dict[Holding, int]:
    """Store holdings and their setups; the id of each."""
    listed = list(holdings)
    met = {id(part): part for one in listed for part in one.setups}
    digests = {mark: part.digest for mark, part in met.items()}
    names_of = [tuple([digests[id(part)] for part in one.setups]) for one in listed]
    named_parts = {named("\n".join(names)): names for names in names_of}
    filled = {part.digest: part for part in met.values()}
    filled.pop(EMPTY.digest, None)
    setups = keep_setups(shelf, values, filled.values())

    def rows(new: Collection[bytes]) -> list[tuple[bytes | int | None, ...]]:
        """The rows of new holdings; null for what is empty."""
        return [(name, *map(setups.get, named_parts[name])) for name in new]

    places = _kept(shelf, "holding", named_parts, HOLDING_COLUMNS, rows)
    by_parts = {names: places[name] for name, names in named_parts.items()}
    return {one: by_parts[names] for one, names in zip(listed, names_of, strict=True)}


def keep_used(shelf: Shelf, sets: Iterable[Used]) -> dict[Used, int]:
    """Store used sets; the id of each."""
    bodies = {one: used_body(one) for one in sets}
    places = keep_bodies(shelf, "used", bodies.values())
    return {one: places[body] for one, body in bodies.items()}


def _text(item: Item) -> str:
    """The canonical JSON of one item."""
    return encode(Setup((item,)))[1:-1]


def _kept(
    shelf: Shelf,
    table: str,
    names: Collection[bytes],
    columns: Sequence[str],
    rows: Callable[[Collection[bytes]], Iterable[tuple[object, ...]]],
) -> dict[bytes, int]:
    """The ids of the values of these digests; `rows` makes the digests and columns of those that are new."""
    known = shelf.places(table, names)
    new = [name for name in names if name not in known]
    if new:
        shelf.add(table, ("digest", *columns), rows(new))
        known |= shelf.places(table, new)
    return known


def _complete(what: str, wanted: set[Any], found: Mapping[Any, object]) -> None:
    missing = sorted(wanted - found.keys())
    if missing:
        raise StoreDamaged(why=f"{what} {missing[0]} is gone")
