"""This room writes a PostgreSQL store: everything inside one transaction that has the writer's place."""

from __future__ import annotations

import json
from time import time
from typing import TYPE_CHECKING, Any

from reconciler.stores import interning
from reconciler.stores.interning import used_body
from reconciler.stores.postgres.carrying import ADD_ALIASES, carry, load_aliases
from reconciler.stores.postgres.copying import columns, load
from reconciler.stores.postgres.reading import PostgresSnapshot
from reconciler.stores.transaction import StoredTransaction

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence

    from reconciler.course import Counts, ListKind, Setup, Use
    from reconciler.current import Alias, Batch, CourseRecord, SectionRecord

_COURSE = {
    **columns(integer="id calendar_id", text="number name catalog master dormant"),
    "ignored": "boolean",
    "mapped": "boolean",
    "source_id": "text",
    "holding_id": "integer",
}
_SECTION = {
    **columns(integer="id course_id", text="number teacher"),
    "meeting_id": "integer",
    "source_id": "text",
    "holding_id": "integer",
    "used_id": "integer",
    "uses_at": "bigint",
}
_UPSERT = """
    INSERT INTO {table} ({columns}) SELECT {columns} FROM put_{table}
    ON CONFLICT (id) DO UPDATE SET {changes}"""
_READ_AGAIN = (
    "CASE WHEN excluded.used_id IS NOT DISTINCT FROM section.used_id THEN section.uses_at ELSE {} END"
)
_USE = columns(integer="section_id", text="area key") | columns(
    integer="term assignments scores posted comments"
)
# What is as it was is not written again: a key to another table is looked up for each row that is new.
_USES = (
    """INSERT INTO thing (area, key, term) SELECT DISTINCT area, key, term FROM put_use ORDER BY 1, 2, 3
        ON CONFLICT DO NOTHING""",
    """DROP TABLE IF EXISTS pg_temp.now_use""",
    """CREATE TEMPORARY TABLE now_use ON COMMIT DROP AS
        SELECT u.section_id, t.id AS thing_id, sum(u.assignments) AS assignments, sum(u.scores) AS scores,
            sum(u.posted) AS posted, sum(u.comments) AS comments
        FROM put_use u JOIN thing t USING (area, key, term) GROUP BY 1, 2""",
    "ANALYZE pg_temp.now_use",
    """DELETE FROM evidence e WHERE section_id IN (TABLE counted) AND NOT EXISTS (
        SELECT FROM now_use n WHERE n.section_id = e.section_id AND n.thing_id = e.thing_id)""",
    """UPDATE evidence e SET assignments = n.assignments, scores = n.scores, posted = n.posted,
            comments = n.comments
        FROM now_use n WHERE n.section_id = e.section_id AND n.thing_id = e.thing_id
            AND (e.assignments, e.scores, e.posted, e.comments)
                IS DISTINCT FROM (n.assignments, n.scores, n.posted, n.comments)""",
    """INSERT INTO evidence (section_id, thing_id, assignments, scores, posted, comments)
        SELECT section_id, thing_id, assignments, scores, posted, comments FROM now_use n
        WHERE NOT EXISTS (SELECT FROM evidence e
            WHERE e.section_id = n.section_id AND e.thing_id = n.thing_id)
        ORDER BY section_id, thing_id""",
)
_SETS = """
    SELECT things, array_agg(section_id) FROM (
        SELECT c.id AS section_id, array_agg(e.thing_id ORDER BY e.thing_id) FILTER (WHERE e.thing_id > 0)
        FROM counted c LEFT JOIN evidence e ON e.section_id = c.id
            AND (e.assignments > 0 OR e.scores > 0 OR e.posted > 0 OR e.comments > 0)
        GROUP BY c.id) AS held (section_id, things)
    GROUP BY things"""


def now() -> int:
    """This moment, in seconds since 1970 (UTC)."""
    return int(time())


class PostgresTransaction(StoredTransaction, PostgresSnapshot):
    """A `Transaction` (current.py) over one open transaction that has the writer's place."""

    def put_courses(self, records: Iterable[CourseRecord]) -> list[int]:
        """Add (id 0) or overwrite courses; gives their ids in order."""
        rows = list(records)
        ids = self._ids("course", rows)
        self._put("course", _COURSE, ((place, *row[1:]) for place, row in zip(ids, rows, strict=True)))
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
        self._put("section", _SECTION, new)
        return ids

    def put_counts(self, counts: Iterable[tuple[int, Use, Counts]], sections: Collection[int]) -> None:
        """Replace all uses of `sections` by these, and their used sets with them (uses_at := now).

        Counts of the same use add up. Raises ValueError for a count of a section not in `sections`.
        """
        chosen = frozenset(sections)
        load(self._driver, "counted", columns(integer="id"), ((one,) for one in sorted(chosen)))
        self._driver.execute("SELECT FROM section WHERE id IN (TABLE counted) ORDER BY id FOR NO KEY UPDATE")
        load(self._driver, "put_use", _USE, _use_rows(counts, chosen))
        for statement in _USES:
            self._driver.execute(statement)
        things = self._driver.execute("SELECT id, area, key, term FROM thing")
        uses = {row[0]: row[1:] for row in things}
        self._put_used(
            {
                used_body(uses[place] for place in found or ()): inside
                for found, inside in self._driver.execute(_SETS).fetchall()
            }
        )

    def put_aliases(self, aliases: Iterable[Alias]) -> None:
        """Add aliases, or point them at another key."""
        load_aliases(self._driver, aliases)
        self._driver.execute(ADD_ALIASES)

    def drop_courses(self, ids: Collection[int]) -> None:
        """Remove courses with their sections, uses, aliases. The caller has checked for grades."""
        chosen = (list(ids),)
        inside = self._driver.execute("SELECT id FROM section WHERE course_id = ANY(%s)", chosen)
        self.drop_sections([place for (place,) in inside.fetchall()])
        self._driver.execute("DELETE FROM alias WHERE NOT on_section AND host_id = ANY(%s)", chosen)
        self._driver.execute("DELETE FROM course WHERE id = ANY(%s)", chosen)

    def drop_sections(self, ids: Collection[int]) -> None:
        """Remove sections with their uses and aliases. The caller has checked for grades."""
        chosen = (list(ids),)
        self._driver.execute("DELETE FROM alias WHERE on_section AND host_id = ANY(%s)", chosen)
        self._driver.execute("DELETE FROM section WHERE id = ANY(%s)", chosen)

    def put_lists(self, catalog: str, lists: Mapping[ListKind, Setup], *, run_id: int | None = None) -> None:
        """Record a catalog's named lists as applied; a kind that is not given stays."""
        setups = interning.keep_setups(self._shelf, self._values, lists.values())
        rows = [(catalog, kind.value, setups[one.digest]) for kind, one in lists.items()]
        if run_id is not None:
            self._many(
                """INSERT INTO listed (run_id, catalog, kind, before, after) VALUES (%s, %s, %s,
                    (SELECT setup_id FROM list WHERE catalog = %s AND kind = %s), %s)""",
                [(run_id, *row[:2], *row) for row in rows],
            )
        self._many(
            """INSERT INTO list (catalog, kind, setup_id) VALUES (%s, %s, %s)
            ON CONFLICT (catalog, kind) DO UPDATE SET setup_id = excluded.setup_id""",
            rows,
        )

    def carry(self, run_id: int, batch: Batch) -> frozenset[int]:
        """Move whole courses with their sections, journal it, and give the courses left out."""
        return carry(self._driver, run_id, batch)

    def _many(self, statement: str, rows: Iterable[tuple[Any, ...]]) -> None:
        self._driver.cursor().executemany(statement, rows)

    def _ids(self, table: str, rows: Sequence[CourseRecord | SectionRecord]) -> list[int]:
        """The ids of these rows; new ones get numbers that were never given."""
        new = sum(not row.id for row in rows)
        query = "SELECT nextval(pg_get_serial_sequence(%s, 'id')) FROM generate_series(1, %s)"
        fresh = (place for (place,) in self._driver.execute(query, (table, new)))
        return [row.id or next(fresh) for row in rows]

    def _put(self, table: str, shape: Mapping[str, str], rows: Iterable[tuple[Any, ...]]) -> None:
        """Add rows, or overwrite those of the same id; of two of one id, the later one."""
        load(self._driver, f"put_{table}", shape, {row[0]: row for row in rows}.values())
        changes = {name: f"excluded.{name}" for name in shape if name != "id"}
        if "uses_at" in changes:
            changes["uses_at"] = _READ_AGAIN.format(changes["uses_at"])
        told = ", ".join(f"{name} = {value}" for name, value in changes.items())
        self._driver.execute(_UPSERT.format(table=table, columns=", ".join(shape), changes=told))

    def _meetings(self, terms: Collection[tuple[int, ...]]) -> dict[tuple[int, ...], int]:
        """The ids of these term positions; new ones are stored."""
        told = {json.dumps(one): one for one in sorted(terms)}
        add = "INSERT INTO meeting (terms) SELECT unnest(%s::text[]) ON CONFLICT DO NOTHING"
        self._driver.execute(add, (list(told),))
        query = "SELECT terms, id FROM meeting WHERE terms = ANY(%s)"
        return {told[text]: place for text, place in self._driver.execute(query, (list(told),))}

    def _put_used(self, by_set: Mapping[str, Sequence[int]]) -> None:
        ids = interning.keep_bodies(self._shelf, "used", by_set)
        rows = ((section, ids[body]) for body, sections in by_set.items() for section in sections)
        load(self._driver, "now_used", columns(integer="section_id used_id"), rows)
        self._driver.execute(
            """UPDATE section s SET used_id = n.used_id, uses_at = %s
            FROM now_used n WHERE s.id = n.section_id""",
            (now(),),
        )


def _use_rows(
    counts: Iterable[tuple[int, Use, Counts]], sections: frozenset[int]
) -> Iterator[tuple[int | str, ...]]:
    for section, use, numbers in counts:
        if section not in sections:
            raise ValueError(section)
        yield (section, *use, *numbers)
