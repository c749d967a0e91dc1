"""Derives a catalog from a state: a master for each course number, with the most common setup of its courses."""

from __future__ import annotations

import json
import sqlite3
from collections import Counter, defaultdict
from contextlib import closing
from typing import TYPE_CHECKING

from reconciler.course import Kind
from reconciler.course.areas import COURSE_INFO_KINDS

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

LOCKS = {"course_info": "locked", "standards": "locked", "categories": "locked"}
ITEMS = {
    "course_info": "SELECT course_number, course_id, key, fields ->> '$.value' FROM course_item"
    " WHERE area = 'course_info' AND part <> 'pushed'",
    "standards": "SELECT course_number, course_id, key, NULL FROM course_item"
    " WHERE area = 'standards' AND part <> 'pushed'",
    "categories": "SELECT course_number, section_number || '/' || section_id, name, weight FROM section_item"
    " WHERE area = 'categories' AND part <> 'pushed'",
}
Setup = tuple[tuple[str, str | None], ...]


def derive(state: Path, *, locks: dict[str, object] | None = None, newest: bool = False) -> dict[str, object]:
    """The catalog as plain values. `newest`: categories of the section with the highest number, not the most common."""
    with closing(sqlite3.connect(state)) as store:
        courses = store.execute("SELECT number, max(name) FROM course GROUP BY number").fetchall()
        years = [year for (year,) in store.execute("SELECT DISTINCT year FROM calendar ORDER BY year")]
        found = {area: setups(store.execute(query)) for area, query in ITEMS.items()}
    masters = [
        {
            "number": number,
            "name": name,
            **info(found["course_info"][number].values()),
            "standards": [{"standard": code} for code, _ in common(found["standards"][number])],
            "categories": categories(found["categories"][number], newest=newest),
        }
        for number, name in courses
    ]
    codes = {one["standard"]: None for master in masters for one in master["standards"]}
    return {
        "catalog": "Derived",
        "school_years": years,
        "schools": "all",
        "locks": LOCKS if locks is None else locks,
        **({"standards": codes} if codes else {}),
        "masters": masters,
    }


def setups(rows: Iterable[tuple[str, object, str, str | None]]) -> dict[str, dict[object, Setup]]:
    """Course number -> host -> its items."""
    found: dict[str, dict[object, Setup]] = defaultdict(lambda: defaultdict(tuple))
    for number, host, key, value in sorted(rows, key=str):
        found[number][host] += ((key, value),)
    return found


def common(hosts: dict[object, Setup]) -> Setup:
    """The most frequent setup; of several, the first by its text."""
    times = Counter(hosts.values())
    return min(times, key=lambda one: (-times[one], str(one)), default=())


def info(hosts: Iterable[Setup]) -> dict[str, object]:
    """The most frequent value of each field that any course has; `nces.course` goes into its group."""
    values: dict[str, Counter[str]] = defaultdict(Counter)
    for key, value in (pair for host in hosts for pair in host if pair[1] is not None):
        values[key][value] += 1
    told: dict[str, object] = {}
    for key, times in sorted(values.items()):
        value = min(times, key=lambda one: (-times[one], one))
        group, _, field = key.rpartition(".")
        place = told.setdefault(group, {}) if group else told
        place[field] = plain(key, value)
    return told


def plain(key: str, value: object) -> object:
    """A course-info field's value as YAML writes it; SQLite gives a flag as 0 or 1."""
    kind = COURSE_INFO_KINDS.get(key, Kind.TEXT)
    if kind is Kind.FLAG:
        return bool(value)
    return number(str(value)) if kind in {Kind.DECIMAL, Kind.COUNT} else value


def categories(sections: dict[object, Setup], *, newest: bool) -> list[dict[str, object]]:
    setup = sections[max(sections)] if newest and sections else common(sections)
    return [{"name": name} | ({} if weight is None else {"weight": number(weight)}) for name, weight in setup]


def number(text: str) -> object:
    """A number as YAML writes it."""
    return json.loads(text)
