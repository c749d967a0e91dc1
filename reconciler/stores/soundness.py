"""This room looks for what no foreign key guards: values that are gone, or not what they are named by.

It only reads, in words that every database takes; a state of 600,000 sections takes it some seconds.
"""

from __future__ import annotations

import json
from itertools import groupby
from operator import itemgetter
from typing import TYPE_CHECKING, Any

from sqlalchemy import text

from reconciler.course import EMPTY, digest
from reconciler.rows import Fault
from reconciler.stores.interning import named, used_body
from reconciler.stores.tables import HOLDING_COLUMNS

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from sqlalchemy import Connection

FEW = 5
"""How many places of one fault are named."""
_REFERENCES = (
    ("course", "holding_id", "holding"),
    ("section", "holding_id", "holding"),
    ("section", "used_id", "used"),
    ("section", "meeting_id", "meeting"),
    ("list", "setup_id", "setup"),
    ("listed", "before", "setup"),
    ("listed", "after", "setup"),
    ("move", "before", "holding"),
    ("move", "after", "holding"),
    *(("holding", column, "setup") for column in HOLDING_COLUMNS),
)
"""(table, column, the table whose ids it holds); null refers to nothing."""
_NAMED_BY = {"list": "r.catalog || ' ' || r.kind"}
_LOST_HOSTS = (
    ("section", "s.id", "alias r LEFT JOIN section s ON s.id = r.host_id WHERE r.on_section"),
    ("course", "c.id", "alias r LEFT JOIN course c ON c.id = r.host_id WHERE NOT r.on_section"),
)
_EVIDENCE = """
    SELECT e.section_id, t.area, t.key, t.term FROM evidence e JOIN thing t ON t.id = e.thing_id
    WHERE e.assignments > 0 OR e.scores > 0 OR e.posted > 0 OR e.comments > 0 ORDER BY e.section_id"""


def faults(connection: Connection) -> Iterator[Fault]:
    """Everything that is wrong with the values of a state, kind by kind."""
    yield from _missing(connection)
    yield from _aliases(connection)
    yield from _misnamed(connection)
    yield from _uses(connection)


def fault(what: str, places: Iterable[object]) -> Iterator[Fault]:
    """One kind of fault with its places, if there is any."""
    found = list(map(str, places))
    if found:
        yield Fault(what, len(found), tuple(found[:FEW]))


def _rows(connection: Connection, query: str) -> Iterator[Any]:
    return iter(connection.execute(text(query), execution_options={"yield_per": 10_000}))


def _missing(connection: Connection) -> Iterator[Fault]:
    for table, column, value in _REFERENCES:
        place = _NAMED_BY.get(table, "r.id")
        query = f"""SELECT {place} FROM {table} r WHERE r.{column} IS NOT NULL
            AND NOT EXISTS (SELECT 1 FROM {value} v WHERE v.id = r.{column}) ORDER BY 1"""
        what = f"{table}: {column} names a {value} that is gone"
        yield from fault(what, (row[0] for row in _rows(connection, query)))
    query = """SELECT e.section_id FROM evidence e LEFT JOIN thing t ON t.id = e.thing_id
        WHERE t.id IS NULL ORDER BY e.section_id"""
    yield from fault(
        "evidence: thing_id names a thing that is gone", (row[0] for row in _rows(connection, query))
    )


def _aliases(connection: Connection) -> Iterator[Fault]:
    for host, place, rest in _LOST_HOSTS:
        query = f"SELECT r.host_id FROM {rest} AND {place} IS NULL ORDER BY r.host_id"
        yield from fault(f"alias: its {host} is gone", (row[0] for row in _rows(connection, query)))


def _misnamed(connection: Connection) -> Iterator[Fault]:
    """Values whose digest is not that of what they hold: items, setups, holdings, used sets."""
    items: dict[int, str] = {}
    wrong = []
    for place, name, body in _rows(connection, "SELECT id, digest, body FROM item ORDER BY id"):
        items[place] = body
        if bytes(name) != named(body):
            wrong.append(place)
    yield from fault("item: its digest is not that of its body", wrong)
    setups = {None: EMPTY.digest}
    lost, wrong = [], []
    for place, name, told in _rows(connection, "SELECT id, digest, items FROM setup ORDER BY id"):
        setups[place] = bytes(name).hex()
        bodies = [items.get(one) for one in (json.loads(told) if isinstance(told, str) else told)]
        if None in bodies:
            lost.append(place)
        elif digest(f"[{','.join(filter(None, bodies))}]") != setups[place]:
            wrong.append(place)
    yield from fault("setup: it names an item that is gone", lost)
    yield from fault("setup: its digest is not that of its items", wrong)
    columns = ", ".join(HOLDING_COLUMNS)
    rows = _rows(connection, f"SELECT id, digest, {columns} FROM holding ORDER BY id")
    wrong = [row[0] for row in rows if bytes(row[1]) != _holding(setups, row[2:])]
    yield from fault("holding: its digest is not that of its setups", wrong)
    rows = _rows(connection, "SELECT id, digest, body FROM used ORDER BY id")
    yield from fault(
        "used: its digest is not that of its body", (one for one, *rest in rows if _other(*rest))
    )


def _holding(setups: dict[Any, str], places: Iterable[int | None]) -> bytes | None:
    """The digest of a holding; one of a setup that is gone is told of already, and passes."""
    return named("\n".join(setups.get(place, "") for place in places))


def _other(name: bytes, body: str) -> bool:
    return bytes(name) != named(body)


def _uses(connection: Connection) -> Iterator[Fault]:
    """Sections whose used set is not what their evidence says."""
    bodies = dict(map(tuple, _rows(connection, "SELECT id, body FROM used")))
    query = "SELECT id, used_id FROM section WHERE used_id IS NOT NULL"
    told = dict(map(tuple, _rows(connection, query)))
    wrong = []
    for section, uses in groupby(_rows(connection, _EVIDENCE), key=itemgetter(0)):
        used = told.pop(section, None)
        if used is not None and bodies.get(used) not in (None, used_body(row[1:] for row in uses)):
            wrong.append(section)
    nothing = used_body(())
    wrong += [section for section, used in told.items() if bodies.get(used, nothing) != nothing]
    yield from fault("section: its used set is not what its evidence says", sorted(wrong))
