"""This room is the limits: the least that any program could do for the same work, on the same data."""

from __future__ import annotations

import shutil
import sqlite3
from contextlib import closing
from typing import TYPE_CHECKING

import yaml
from jsonschema import Draft202012Validator

from benchmarks.measure import Clock, fresh
from reconciler import schemas

if TYPE_CHECKING:
    from benchmarks.ground import Ground
    from benchmarks.measure import Took

_HOSTS = (
    "SELECT id, calendar_id, catalog, master, ignored, mapped, holding_id FROM course",
    "SELECT id, course_id, holding_id, used_id FROM section",
)
_VALUES = ("holding", "setup", "item", "used")
HOSTS = ("course", "section")


def limit_read(ground: Ground) -> Took:
    """The limit of a plan: bare `sqlite3` fetches the course, section and value rows that a plan must read.

    Values are holdings (their ids of setups), setups and items (masters are held against them) and used sets
    (a plan says what affects grades). `rows_alone`: the seconds for course, section and holding rows.
    """
    with closing(sqlite3.connect(ground.state)) as driver:
        queries = [_columns(driver, name) for name in _VALUES]
    clock = Clock()
    with closing(sqlite3.connect(ground.state)) as driver:
        courses, sections = (driver.execute(query).fetchall() for query in _HOSTS)
        values = [driver.execute(queries[0]).fetchall()]
        alone = clock.stop().seconds
        values += [driver.execute(query).fetchall() for query in queries[1:]]
    return clock.stop(
        courses=len(courses),
        sections=len(sections),
        values=sum(map(len, values)),
        rows_alone=round(alone, 3),
    )


def _columns(driver: sqlite3.Connection, table: str) -> str:
    """All of a table but its digests, which a plan has no use for."""
    names = [row[1] for row in driver.execute(f"PRAGMA table_info({table})")]
    return f"SELECT {', '.join(name for name in names if name != 'digest')} FROM {table}"


def limit_write(ground: Ground) -> Took:
    """The limit of an apply: one bare UPDATE of the rows that `apply-all` moved, from a ready table.

    The table says of each row what `apply-all` moved it from and to. The commit is part of it.
    """
    shutil.copyfile(ground.state, fresh(ground.limit))
    with closing(sqlite3.connect(ground.limit)) as driver:
        ready(driver, ground)
        clock = Clock()
        rows = sum(driver.execute(_update(host)).rowcount for host in HOSTS)
        driver.commit()
        took = clock.stop(rows=rows)
    fresh(ground.limit)
    return took


def ready(driver: sqlite3.Connection, ground: Ground) -> None:
    """Make the tables of (row, before, after), by comparing the state with what `apply-all` left."""
    driver.execute("ATTACH ? AS applied", (str(ground.applied),))
    for host in HOSTS:
        driver.execute(
            f"CREATE TABLE main.going_{host} (id INTEGER PRIMARY KEY, before INTEGER, after INTEGER)"
        )
        driver.execute(
            f"""INSERT INTO main.going_{host} SELECT was.id, was.holding_id, now.holding_id
            FROM main.{host} was JOIN applied.{host} now USING (id) WHERE was.holding_id <> now.holding_id"""
        )
    driver.commit()
    driver.execute("DETACH applied")
    driver.execute("PRAGMA wal_checkpoint(TRUNCATE)")


def _update(host: str) -> str:
    return f"""
        UPDATE {host} SET holding_id = g.after
        FROM going_{host} g WHERE g.id = {host}.id AND g.before = {host}.holding_id"""


def limit_catalog(ground: Ground) -> Took:
    """The limit of reading catalogs: PyYAML's C parser composes the text, jsonschema validates it once."""
    texts = [path.read_text(encoding="utf-8") for path in sorted(ground.catalog_folder.iterdir())]
    told = [yaml.load(text, Loader=yaml.CSafeLoader) for text in texts]
    validator = Draft202012Validator(schemas.load("catalog"))
    clock = Clock()
    for text in texts:
        yaml.compose(text, Loader=yaml.CSafeLoader)
    composed = clock.stop().seconds
    problems = [one for each in told for one in validator.iter_errors(each)]
    if problems:
        raise RuntimeError(problems[0].message)
    return clock.stop(bytes=sum(map(len, texts)), compose=round(composed, 3))
