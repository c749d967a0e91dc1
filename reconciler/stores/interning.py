"""This room stores setups, holdings and used sets once, by the digest of their text, and reads them back.

Values never change and their ids are never reused, so a store handle remembers every value it has seen:
equal setups come as one object, and are decoded once.
"""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from reconciler.course import Area, Holding, Use, decode, digest, encode
from reconciler.errors import StoreDamaged
from reconciler.stores.tables import HOLDING_COLUMNS

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from sqlite3 import Connection

    from reconciler.course import Setup, Used

AREAS = {str(area): area for area in Area}
_COLUMNS = ", ".join(HOLDING_COLUMNS)
_NEW_HOLDING = f"INSERT INTO holding (digest, {_COLUMNS}) VALUES (?{', ?' * len(HOLDING_COLUMNS)})"


def id_list(ids: Iterable[int]) -> str:
    """Ids as the one parameter of `IN (SELECT value FROM json_each(?))`, however many they are."""
    return json.dumps(list(ids))


@dataclass(slots=True)
class Values:
    """What one store handle has seen: values by id, and the digests of the setups among them."""

    setups: dict[int, Setup] = field(default_factory=dict)
    digests: dict[int, str] = field(default_factory=dict)
    """By the `id()` of a setup in `setups`, which keeps it alive: hashing one costs more than this."""
    holdings: dict[int, Holding] = field(default_factory=dict)
    used: dict[int, Used] = field(default_factory=dict)

    def learn(self, place: int, value: Setup, name: str) -> None:
        """Remember a setup by its id, unless there is one already."""
        if place not in self.setups:
            self.setups[place] = value
            self.digests[id(value)] = name

    def forget(self) -> None:
        """Drop everything: after a rollback, ids that were handed out may be handed out again."""
        for remembered in (self.setups, self.digests, self.holdings, self.used):
            remembered.clear()


def read_setups(driver: Connection, values: Values, ids: Iterable[int]) -> None:
    """Bring these setups into `values`."""
    unknown = set(ids) - values.setups.keys()
    if not unknown:
        return
    query = "SELECT id, digest, body FROM setup WHERE id IN (SELECT value FROM json_each(?))"
    for place, name, body in driver.execute(query, (id_list(unknown),)):
        values.learn(place, decode(body), name)
    _complete("setup", unknown, values.setups)


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


def keep_bodies(driver: Connection, table: str, bodies: Mapping[str, str]) -> dict[str, int]:
    """Store the texts (by digest) that `table` does not have; digest -> id of all of them."""
    known = _known(driver, table, bodies)
    new = [(name, body) for name, body in bodies.items() if name not in known]
    if new:
        driver.executemany(f"INSERT INTO {table} (digest, body) VALUES (?, ?)", new)
        known |= _known(driver, table, (name for name, _ in new))
    return known


def keep_setups(driver: Connection, values: Values, setups: Iterable[Setup]) -> dict[int, tuple[str, int]]:
    """Store setups; (digest, id) of each by its `id()`. The caller keeps them alive until then."""
    objects = {id(one): one for one in setups}
    names, bodies = {}, {}
    for mark, one in objects.items():
        name = values.digests.get(mark)
        if name is None:
            body = encode(one)
            name = digest(body)
            bodies[name] = body
        names[mark] = name
    places = _known(driver, "setup", set(names.values()))
    # One that the handle remembers may have been swept by another: it is stored again.
    bodies |= {
        name: encode(objects[mark])
        for mark, name in names.items()
        if name not in places and name not in bodies
    }
    places |= keep_bodies(driver, "setup", bodies)
    for mark, name in names.items():
        values.learn(places[name], objects[mark], name)
    return {mark: (name, places[name]) for mark, name in names.items()}


def keep_holdings(driver: Connection, values: Values, holdings: Iterable[Holding]) -> dict[Holding, int]:
    """Store holdings and their setups; the id of each."""
    wanted = dict.fromkeys(holdings)
    setups = keep_setups(driver, values, (one for holding in wanted for one in holding.setups))
    names: dict[str, tuple[Holding, tuple[int, ...]]] = {}
    for holding in wanted:
        parts = [setups[id(one)] for one in holding.setups]
        name = digest("\n".join(part for part, _ in parts))
        names[name] = (holding, tuple(place for _, place in parts))
    known = _known(driver, "holding", names)
    new = [(name, *places) for name, (_, places) in names.items() if name not in known]
    if new:
        driver.executemany(_NEW_HOLDING, new)
        known |= _known(driver, "holding", (str(row[0]) for row in new))
    return {holding: known[name] for name, (holding, _) in names.items()}


def keep_used(driver: Connection, sets: Iterable[Used]) -> dict[Used, int]:
    """Store used sets; the id of each."""
    bodies = {one: used_body(one) for one in sets}
    names = {one: digest(body) for one, body in bodies.items()}
    places = keep_bodies(driver, "used", {names[one]: body for one, body in bodies.items()})
    return {one: places[name] for one, name in names.items()}


def _known(driver: Connection, table: str, names: Iterable[str]) -> dict[str, int]:
    query = f"SELECT digest, id FROM {table} WHERE digest IN (SELECT value FROM json_each(?))"
    return dict(driver.execute(query, (json.dumps(list(names)),)))


def _complete(what: str, wanted: set[int], found: Mapping[int, object]) -> None:
    missing = sorted(wanted - found.keys())
    if missing:
        raise StoreDamaged(why=f"{what} {missing[0]} is gone")
