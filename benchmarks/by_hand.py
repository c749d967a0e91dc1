"""This room is what people would write instead: a plain script that holds every section against its master.

It does what a data engineer does who has the masters as plain lists and the gradebook as a database: read a
section's lists, hold them against its master's with DeepDiff, and write those that differ, one section after
another. Ignored and desynced courses are left out, what teachers made stays. It is no straw man: it reads
by primary key, holds lists by key (DeepDiff takes a third longer on lists in any order), writes just the
lists that differ, and commits a thousand sections at a time. One who asks `==` of each list before DeepDiff
gets it done in a quarter of the time. It knows nothing of evidence, residuals, renames or undo.

The database that it works on is a plain one, made of the state beforehand: a row for each list, as JSON.
"""

from __future__ import annotations

import json
import sqlite3
from contextlib import closing
from random import Random
from typing import TYPE_CHECKING, Any

from deepdiff import DeepDiff

from benchmarks.measure import Clock, fresh
from benchmarks.sizes import SEED
from reconciler.course import REACHES_SECTIONS, Part, encode
from reconciler.stores import open_store

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from benchmarks.ground import Ground
    from benchmarks.measure import Took
    from reconciler.course import Catalog, Holding
    from reconciler.current import Snapshot

SAMPLE = 500
"""How many sections are measured; the rest is reckoned from them."""
COMMIT = 1_000
"""How many sections go into one commit."""
TABLES = """
    CREATE TABLE course (id INTEGER PRIMARY KEY, catalog TEXT, master TEXT, ignored INT, desynced INT);
    CREATE TABLE section (id INTEGER PRIMARY KEY, course_id INTEGER);
    CREATE TABLE list (section_id INTEGER, area TEXT, linked TEXT, own TEXT, PRIMARY KEY (section_id, area))
        WITHOUT ROWID;
"""
Lists = dict[str, dict[str, Any]]
"""By area: items by key."""
Masters = dict[tuple[str, str], Lists]
"""By catalog and number."""


def run(
    driver: sqlite3.Connection,
    masters: Mapping[tuple[str, str], Lists],
    sections: Sequence[int],
    *,
    write: bool = True,
) -> list[int]:
    """The script: bring these sections up to their masters; gives those that differ.

    `write=False`: it just looks, as a plan does.
    """
    found = []
    for count, section in enumerate(sections, start=1):
        lists = _differing(driver, masters, section)
        if lists:
            found.append(section)
        if write:
            _write(driver, section, lists)
            if count % COMMIT == 0:
                driver.commit()
    driver.commit()
    return found


def _differing(driver: sqlite3.Connection, masters: Mapping[tuple[str, str], Lists], section: int) -> Lists:
    """The lists of one section that are not as its master wants them, as they should be."""
    catalog, master, ignored, desynced = driver.execute(
        """SELECT c.catalog, c.master, c.ignored, c.desynced
        FROM section s JOIN course c ON c.id = s.course_id WHERE s.id = ?""",
        (section,),
    ).fetchone()
    wanted = masters.get((catalog, master))
    if wanted is None or ignored or desynced:
        return {}
    rows = driver.execute("SELECT area, linked FROM list WHERE section_id = ?", (section,))
    current = {area: _by_key(linked) for area, linked in rows}
    difference = DeepDiff(current, wanted)
    return {area: wanted[area] for area in difference.affected_root_keys}


def _write(driver: sqlite3.Connection, section: int, lists: Lists) -> None:
    for area, items in lists.items():
        text = json.dumps(list(items.values()), ensure_ascii=False)
        query = "UPDATE list SET linked = ? WHERE section_id = ? AND area = ?"
        driver.execute(query, (text, section, area))


def _by_key(text: str) -> dict[str, Any]:
    return {one["key"]: one for one in json.loads(text)}


def plain_masters(catalogs: Iterable[Catalog]) -> Masters:
    """The masters as plain lists: what a script would have read from YAML."""
    return {
        (catalog.name, number): {
            str(area): _by_key(encode(listed))
            for area, listed in master.setups.items()
            if area in REACHES_SECTIONS
        }
        for catalog in catalogs
        for number, master in catalog.masters.items()
    }


def plain_database(
    snapshot: Snapshot, driver: sqlite3.Connection, sections: Sequence[int] | None
) -> list[int]:
    """Make the plain database of these sections (None: of all); gives their ids."""
    driver.executescript(TABLES)
    records = list(snapshot.section_records(sections))
    courses = list(snapshot.course_records(sorted({one.course_id for one in records})))
    held = snapshot.holdings({one.holding_id for one in courses} | {one.holding_id for one in records})
    driver.executemany(
        "INSERT INTO course VALUES (?, ?, ?, ?, ?)",
        ((one.id, one.catalog, one.master, one.ignored, _desynced(held[one.holding_id])) for one in courses),
    )
    driver.executemany("INSERT INTO section VALUES (?, ?)", ((one.id, one.course_id) for one in records))
    lists = ((one.id, *row) for one in records for row in _lists(held[one.holding_id]))
    driver.executemany("INSERT INTO list VALUES (?, ?, ?, ?)", lists)
    driver.commit()
    return sorted(one.id for one in records)


def _desynced(holding: Holding) -> bool:
    """Was anything of a course changed below?"""
    return any(holding.get(area, Part.LINKED) != holding.get(area, Part.PUSHED) for area in REACHES_SECTIONS)


def _lists(holding: Holding) -> Iterator[tuple[str, str, str]]:
    for area in REACHES_SECTIONS:
        yield str(area), encode(holding.get(area, Part.LINKED)), encode(holding.get(area, Part.OWN))


def by_hand_plan(ground: Ground) -> Took:
    """What people would write instead of a plan: every section held against its master by DeepDiff.

    Measured on a sample and reckoned for all sections, unless the whole was asked for.
    """
    return _measured(ground, write=False)


def by_hand(ground: Ground) -> Took:
    """The same with its writing, row by row: what they would write instead of a plan and an apply."""
    return _measured(ground, write=True)


def _measured(ground: Ground, *, write: bool) -> Took:
    target = fresh(ground.folder / "by-hand.db")
    with (
        closing(open_store(str(ground.state))) as store,
        store.read() as snapshot,
        closing(sqlite3.connect(target)) as driver,
    ):
        every = sorted(one.id for one in snapshot.section_records())
        chosen = every if ground.whole else sorted(Random(SEED).sample(every, min(SAMPLE, len(every))))
        plain_database(snapshot, driver, chosen)
        masters = plain_masters(ground.catalogs("all"))
        clock = Clock()
        changed = run(driver, masters, chosen, write=write)
        took = clock.stop(sections=len(every), measured=len(chosen), differing=len(changed))
    fresh(target)
    return reckoned(took, len(every) / len(chosen))


def reckoned(took: Took, times: float) -> Took:
    """What the whole would take, from what a part of it took; said so among the facts."""
    if times == 1:
        return took
    facts = {**took.facts, "extrapolated": round(times, 1), "seconds_measured": round(took.seconds, 2)}
    return took._replace(seconds=took.seconds * times, processor=took.processor * times, facts=facts)
