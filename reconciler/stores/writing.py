"""This room writes a SQLite store: everything inside one transaction that has the writer's place."""

from __future__ import annotations

import json
from itertools import groupby
from operator import itemgetter
from time import time
from typing import TYPE_CHECKING

from reconciler.stores import carrying, interning
from reconciler.stores.interning import id_list, used_body
from reconciler.stores.reading import IN_IDS, SqliteSnapshot
from reconciler.stores.transaction import StoredTransaction

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
    from sqlite3 import Connection as Driver

    from reconciler.course import Counts, ListKind, Setup, Use
    from reconciler.current import Alias, Batch, CourseRecord, SectionRecord

_COURSE = """
    INSERT INTO course (id, calendar_id, number, name, catalog, master, dormant, ignored, mapped,
        source_id, holding_id)
    VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
    ON CONFLICT (id) DO UPDATE SET calendar_id = excluded.calendar_id, number = excluded.number,
        name = excluded.name, catalog = excluded.catalog, master = excluded.master,
        dormant = excluded.dormant, ignored = excluded.ignored, mapped = excluded.mapped,
        source_id = excluded.source_id, holding_id = excluded.holding_id"""
_SECTION = """
    INSERT INTO section (id, course_id, number, teacher, meeting_id, source_id, holding_id, used_id, uses_at)
    VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)
    ON CONFLICT (id) DO UPDATE SET course_id = excluded.course_id, number = excluded.number,
        teacher = excluded.teacher, meeting_id = excluded.meeting_id, source_id = excluded.source_id,
        holding_id = excluded.holding_id, used_id = excluded.used_id,
        uses_at = CASE WHEN excluded.used_id IS used_id THEN uses_at ELSE excluded.uses_at END"""
_USE = """
    INSERT INTO evidence (section_id, thing_id, assignments, scores, posted, comments)
    VALUES (?, ?, ?, ?, ?, ?)
    ON CONFLICT (section_id, thing_id) DO UPDATE SET
        assignments = assignments + excluded.assignments, scores = scores + excluded.scores,
        posted = posted + excluded.posted, comments = comments + excluded.comments"""
_EVIDENCE = f"""
    SELECT section_id, thing_id FROM evidence
    WHERE section_id {IN_IDS} AND (assignments > 0 OR scores > 0 OR posted > 0 OR comments > 0)
    ORDER BY section_id, thing_id"""
_ALIAS = """
    INSERT INTO alias (on_section, host_id, area, source_key, key) VALUES (?, ?, ?, ?, ?)
    ON CONFLICT DO UPDATE SET key = excluded.key"""


def now() -> int:
    """This moment, in seconds since 1970 (UTC)."""
    return int(time())


class SqliteTransaction(StoredTransaction, SqliteSnapshot):
    """A `Transaction` (current.py) over one open transaction that has the writer's place."""

    def put_courses(self, records: Iterable[CourseRecord]) -> list[int]:
        """Add (id 0) or overwrite courses; gives their ids in order."""
        rows = list(records)
        ids = self._ids("course", rows)
        new = ((place, *row[1:]) for place, row in zip(ids, rows, strict=True))
        self._driver.executemany(_COURSE, new)
        return ids

    def put_sections(self, records: Iterable[SectionRecord]) -> list[int]:
        """Add (id 0) or overwrite sections; gives their ids in order. Another used set was read now."""
        rows = list(records)
        ids = self._ids("section", rows)
        met = self._meetings({row.terms for row in rows if row.terms})
        read = now()
        new = (
            (place, *row[1:4], met.get(row.terms), *row[5:], None if row.used_id is None else read)
            for place, row in zip(ids, rows, strict=True)
        )
        self._driver.executemany(_SECTION, new)
        return ids

    def put_counts(self, counts: Iterable[tuple[int, Use, Counts]], sections: Collection[int]) -> None:
        """Replace all uses of `sections` by these, and their used sets with them (uses_at := now).

        Counts of the same use add up. Raises ValueError for a count of a section not in `sections`.
        """
        chosen = id_list(sections)
        self._driver.execute(f"DELETE FROM evidence WHERE section_id {IN_IDS}", (chosen,))
        things = Things(self._driver)
        self._driver.executemany(_USE, _use_rows(counts, frozenset(sections), things))
        by_things: dict[tuple[int, ...], list[int]] = {(): []}
        empty = set(sections)
        rows = self._driver.execute(_EVIDENCE, (chosen,))
        for section, found in groupby(rows, key=itemgetter(0)):
            by_things.setdefault(tuple(thing for _, thing in found), []).append(section)
            empty.discard(section)
        by_things[()].extend(empty)
        uses = {place: use for use, place in things.items()}
        self._put_used(
            {used_body(uses[place] for place in places): found for places, found in by_things.items()}
        )

    def put_aliases(self, aliases: Iterable[Alias]) -> None:
        """Add aliases, or point them at another key."""
        self._driver.executemany(_ALIAS, aliases)

    def drop_courses(self, ids: Collection[int]) -> None:
        """Remove courses with their sections, uses, aliases. The caller has checked for grades."""
        chosen = (id_list(ids),)
        inside = self._driver.execute(f"SELECT id FROM section WHERE course_id {IN_IDS}", chosen)
        self.drop_sections([place for (place,) in inside])
        self._driver.execute(f"DELETE FROM alias WHERE NOT on_section AND host_id {IN_IDS}", chosen)
        self._driver.execute(f"DELETE FROM course WHERE id {IN_IDS}", chosen)

    def drop_sections(self, ids: Collection[int]) -> None:
        """Remove sections with their uses and aliases. The caller has checked for grades."""
        chosen = (id_list(ids),)
        self._driver.execute(f"DELETE FROM alias WHERE on_section AND host_id {IN_IDS}", chosen)
        self._driver.execute(f"DELETE FROM section WHERE id {IN_IDS}", chosen)

    def put_lists(self, catalog: str, lists: Mapping[ListKind, Setup], *, run_id: int | None = None) -> None:
        """Record a catalog's named lists as applied; a kind that is not given stays."""
        setups = interning.keep_setups(self._shelf, self._values, lists.values())
        rows = [(catalog, kind, setups[one.digest]) for kind, one in lists.items()]
        if run_id is not None:
            self._driver.executemany(
                """INSERT INTO listed (run_id, catalog, kind, before, after) VALUES (?, ?, ?,
                    (SELECT setup_id FROM list WHERE catalog = ? AND kind = ?), ?)""",
                [(run_id, *row[:2], *row) for row in rows],
            )
        self._driver.executemany(
            "INSERT OR REPLACE INTO list (catalog, kind, setup_id) VALUES (?, ?, ?)", rows
        )

    def carry(self, run_id: int, batch: Batch) -> frozenset[int]:
        """Move whole courses with their sections, journal it, and give the courses left out."""
        return carrying.carry(self._driver, run_id, batch)

    def _ids(self, table: str, rows: Sequence[CourseRecord | SectionRecord]) -> list[int]:
        """The ids of these rows; new ones get those that follow the last ever given."""
        query = "SELECT coalesce(max(seq), 0) FROM sqlite_sequence WHERE name = ?"
        (last,) = self._driver.execute(query, (table,)).fetchone()
        fresh = iter(range(last + 1, last + 1 + len(rows)))
        return [row.id or next(fresh) for row in rows]

    def _meetings(self, terms: Collection[tuple[int, ...]]) -> dict[tuple[int, ...], int]:
        """The ids of these term positions; new ones are stored."""
        told = {one: json.dumps(one) for one in terms}
        rows = [(text,) for text in told.values()]
        self._driver.executemany("INSERT INTO meeting (terms) VALUES (?) ON CONFLICT DO NOTHING", rows)
        places = dict(self._driver.execute("SELECT terms, id FROM meeting")) if told else {}
        return {one: places[text] for one, text in told.items()}

    def _put_used(self, by_set: Mapping[str, Sequence[int]]) -> None:
        ids = interning.keep_bodies(self._shelf, "used", by_set)
        self._driver.execute("CREATE TEMP TABLE IF NOT EXISTS now_used (section_id, used_id)")
        self._driver.execute("DELETE FROM temp.now_used")
        rows = ((section, ids[body]) for body, sections in by_set.items() for section in sections)
        self._driver.executemany("INSERT INTO temp.now_used VALUES (?, ?)", rows)
        self._driver.execute(
            """UPDATE section SET used_id = n.used_id, uses_at = ?
            FROM temp.now_used n WHERE section.id = n.section_id""",
            (now(),),
        )


class Things(dict[tuple[str, str, int], int]):
    """The ids of what evidence hangs on, by (area, key, term); what is new is stored when it is looked up."""

    def __init__(self, driver: Driver) -> None:
        """Read all that there are: they are few."""
        self._driver = driver
        rows = driver.execute("SELECT area, key, term, id FROM thing")
        super().__init__((row[:3], row[3]) for row in rows)

    def __missing__(self, use: tuple[str, str, int]) -> int:
        """Store one."""
        query = "INSERT INTO thing (area, key, term) VALUES (?, ?, ?) RETURNING id"
        ((place,),) = self._driver.execute(query, tuple(use)).fetchall()
        self[use] = int(place)
        return int(place)


def _use_rows(
    counts: Iterable[tuple[int, Use, Counts]], sections: frozenset[int], things: Things
) -> Iterator[tuple[int, ...]]:
    for section, use, numbers in counts:
        if section not in sections:
            raise ValueError(section)
        yield (section, things[use], *numbers)
