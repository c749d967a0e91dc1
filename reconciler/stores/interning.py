"""This room stores setups, holdings and used sets once, by the digest of their text, and reads them back.

A setup names its items, which are stored once too: teachers make many setups of few items. Values never
change and their ids are never reused, so a store handle remembers every value it has seen: equal setups
come as one object, and are decoded when somebody looks inside.
"""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from reconciler.course import EMPTY, Area, Holding, Setup, Use, encode
from reconciler.errors import StoreDamaged
from reconciler.stores.tables import HOLDING_COLUMNS

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterable, Mapping
    from sqlite3 import Connection

    from reconciler.course import Item, Used

AREAS = {str(area): area for area in Area}
_COLUMNS = ", ".join(HOLDING_COLUMNS)
_NEW_HOLDING = f"INSERT INTO holding (digest, {_COLUMNS}) VALUES (?{', ?' * len(HOLDING_COLUMNS)})"


def id_list(ids: Iterable[int]) -> str:
    """Ids as the one parameter of `IN (SELECT value FROM json_each(?))`, however many they are."""
    return json.dumps(list(ids), separators=(",", ":"))


def named(text: str) -> bytes:
    """The digest of an item, a holding or a used set: the first half of its SHA-256."""
    return hashlib.sha256(text.encode()).digest()[:16]


@dataclass(slots=True)
class Values:
    """What one store handle has seen: values by id."""

    setups: dict[int | None, Setup] = field(default_factory=lambda: {None: EMPTY})
    """A holding names the empty setup by null."""
    holdings: dict[int, Holding] = field(default_factory=dict)
    used: dict[int, Used] = field(default_factory=dict)
    items: dict[str, str] = field(default_factory=dict)
    """The canonical JSON of items, by their ids as text."""

    def forget(self) -> None:
        """Drop everything: after a rollback, ids that were handed out may be handed out again."""
        for remembered in (self.setups, self.holdings, self.used, self.items):
            remembered.clear()
        self.setups[None] = EMPTY


def read_setups(driver: Connection, values: Values, ids: Iterable[int | None]) -> None:
    """Bring these setups into `values`; raises StoreDamaged where one, or an item of one, is gone."""
    unknown = {place for place in set(ids) - values.setups.keys() if place is not None}
    if not unknown:
        return
    query = "SELECT id, digest, items FROM setup WHERE id IN (SELECT value FROM json_each(?))"
    rows = [
        (place, name, [one for one in items[1:-1].split(",") if one])
        for place, name, items in driver.execute(query, (id_list(unknown),))
    ]
    _read_items(driver, values, {one for _, _, items in rows for one in items})
    for place, name, items in rows:
        text = ",".join(map(values.items.__getitem__, items))
        values.setups[place] = Setup.stored(f"[{text}]", name.hex()) if text else EMPTY
    _complete("setup", unknown, values.setups)


def _read_items(driver: Connection, values: Values, ids: set[str]) -> None:
    unknown = ids - values.items.keys()
    if unknown:
        query = "SELECT CAST(id AS TEXT), body FROM item WHERE id IN (SELECT value FROM json_each(?))"
        values.items.update(driver.execute(query, (f"[{','.join(unknown)}]",)))
        _complete("item", unknown, values.items)


def read_holdings(driver: Connection, values: Values, ids: Iterable[int]) -> dict[int, Holding]:
    """Holdings by id; raises StoreDamaged where one, or a setup of one, is gone."""
    wanted = set(ids)
    unknown = wanted - values.holdings.keys()
    if unknown:
        query = f"SELECT id, {_COLUMNS} FROM holding WHERE id IN (SELECT value FROM json_each(?))"
        rows = driver.execute(query, (id_list(unknown),)).fetchall()
        read_setups(driver, values, {place for row in rows for place in row[1:]})
        for place, *setups in rows:
            values.holdings[place] = Holding(tuple(map(values.setups.__getitem__, setups)))
        _complete("holding", unknown, values.holdings)
    return {place: values.holdings[place] for place in wanted}


def read_used(driver: Connection, values: Values, ids: Iterable[int]) -> dict[int, Used]:
    """Used sets by id; raises StoreDamaged where one is gone."""
    wanted = set(ids)
    unknown = wanted - values.used.keys()
    if unknown:
        query = "SELECT id, body FROM used WHERE id IN (SELECT value FROM json_each(?))"
        for place, body in driver.execute(query, (id_list(unknown),)):
            values.used[place] = frozenset(
                Use(AREAS[area], key, term) for area, key, term in json.loads(body)
            )
        _complete("used", unknown, values.used)
    return {place: values.used[place] for place in wanted}


def used_body(uses: Iterable[tuple[str, str, int]]) -> str:
    """The canonical JSON of a used set, from its (area, key, term) in any order."""
    rows = sorted([str(area), key, term] for area, key, term in uses)
    return json.dumps(rows, ensure_ascii=False, separators=(",", ":"))


def keep_bodies(driver: Connection, table: str, bodies: Iterable[str]) -> dict[str, int]:
    """Store the texts that `table` does not have; the id of each of them."""
    names = {named(body): body for body in bodies}
    insert = f"INSERT INTO {table} (digest, body) VALUES (?, ?)"
    places = _kept(driver, table, names, insert, lambda new: [(name, names[name]) for name in new])
    return {body: places[name] for name, body in names.items()}


def keep_setups(driver: Connection, values: Values, setups: Iterable[Setup]) -> dict[str, int]:
    """Store setups and their items; the id of each by its digest."""
    by_name = {bytes.fromhex(one.digest): one for one in setups}

    def rows(new: Collection[bytes]) -> list[tuple[bytes, str]]:
        """Store the items of new setups; the setups' rows."""
        texts = {item: _text(item) for name in new for item in by_name[name].items}
        items = keep_bodies(driver, "item", texts.values())
        return [(name, id_list([items[texts[item]] for item in by_name[name].items])) for name in new]

    places = _kept(driver, "setup", by_name, "INSERT INTO setup (digest, items) VALUES (?, ?)", rows)
    for name, one in by_name.items():
        values.setups.setdefault(places[name], one)
    return {one.digest: places[name] for name, one in by_name.items()}


def keep_holdings(driver: Connection, values: Values, holdings: Iterable[Holding]) -> dict[Holding, int]:
    """Store holdings and their setups; the id of each."""
    parts = {one: tuple(part.digest for part in one.setups) for one in holdings}
    named_parts = {named("\n".join(names)): names for names in parts.values()}
    filled = {part.digest: part for one in parts for part in one.setups}
    filled.pop(EMPTY.digest, None)
    setups = keep_setups(driver, values, filled.values())

    def rows(new: Collection[bytes]) -> list[tuple[bytes | int | None, ...]]:
        """The rows of new holdings; null for what is empty."""
        return [(name, *map(setups.get, named_parts[name])) for name in new]

    places = _kept(driver, "holding", named_parts, _NEW_HOLDING, rows)
    by_parts = {names: places[name] for name, names in named_parts.items()}
    return {one: by_parts[names] for one, names in parts.items()}


def keep_used(driver: Connection, sets: Iterable[Used]) -> dict[Used, int]:
    """Store used sets; the id of each."""
    bodies = {one: used_body(one) for one in sets}
    places = keep_bodies(driver, "used", bodies.values())
    return {one: places[body] for one, body in bodies.items()}


def _text(item: Item) -> str:
    """The canonical JSON of one item."""
    return encode(Setup((item,)))[1:-1]


def _kept(
    driver: Connection,
    table: str,
    names: Collection[bytes],
    insert: str,
    rows: Callable[[Collection[bytes]], Iterable[tuple[object, ...]]],
) -> dict[bytes, int]:
    """The ids of the values of these digests; `rows` makes what `insert` needs of those that are new."""
    known = _known(driver, table, names)
    new = [name for name in names if name not in known]
    if new:
        driver.executemany(insert, rows(new))
        known |= _known(driver, table, new)
    return known


def _known(driver: Connection, table: str, names: Collection[bytes]) -> dict[bytes, int]:
    """Ids by digest. The digests are one parameter, cut up again by SQLite, however many they are."""
    width = len(next(iter(names), b""))
    query = f"""SELECT digest, id FROM {table} WHERE digest IN (
        SELECT substr(?, value, {width}) FROM json_each(?))"""
    starts = range(1, 1 + width * len(names), width or 1)
    return dict(driver.execute(query, (b"".join(names), id_list(starts))))


def _complete(what: str, wanted: set[Any], found: Mapping[Any, object]) -> None:
    missing = sorted(wanted - found.keys())
    if missing:
        raise StoreDamaged(why=f"{what} {missing[0]} is gone")
