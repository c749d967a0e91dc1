"""This room moves whole courses with their sections from one holding to another, and journals it.

A batch is loaded into temporary tables; from then on the number of statements does not depend on how
many hosts it has. A course that is not as the batch says is left out with all its rows (P7).
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from reconciler.stores import journal

if TYPE_CHECKING:
    from sqlite3 import Connection

    from reconciler.current import Batch

# No keys here: the one index that a join can use is then the host's own, so the batch drives it.
_TABLES = {
    "going_course": "id, before, after, number, name, sections, master, seen, catalog, follows, ignored",
    "going_section": "id, course_id, before, after, used_before, used_after",
    "going_rekey": "section_id, area, was, key",
    "going_alias": "on_section, host_id, area, source_key, key",
    "going_mark": "section_id, area, key, cleared",
    "going_use": "section_id, thing_id, assignments, scores, posted, comments",
    "stale": "id INTEGER PRIMARY KEY",
}
_FIND_STALE = """
    INSERT INTO temp.stale
    SELECT g.id FROM going_course g LEFT JOIN course c ON c.id = g.id
    WHERE c.holding_id IS NOT g.before OR (g.sections IS NOT NULL
        AND g.sections <> (SELECT count(*) FROM section s WHERE s.course_id = g.id))
        OR (g.seen AND (c.catalog IS NOT g.catalog OR c.master IS NOT g.follows
            OR c.ignored IS NOT g.ignored))
    UNION
    SELECT g.course_id FROM going_section g LEFT JOIN section s ON s.id = g.id
    WHERE s.holding_id IS NOT g.before OR s.used_id IS NOT g.used_before
        OR s.course_id IS NOT g.course_id"""
_LEAVE_OUT = (
    "DELETE FROM temp.going_course WHERE id IN (SELECT id FROM stale)",
    "DELETE FROM temp.going_section WHERE course_id IN (SELECT id FROM stale)",
    *(
        f"""DELETE FROM temp.{table} WHERE EXISTS (SELECT 1 FROM stale) AND NOT EXISTS (
            SELECT 1 FROM section s
            WHERE s.id = section_id AND s.course_id NOT IN (SELECT id FROM stale))"""
        for table in ("going_rekey", "going_mark")
    ),
    """DELETE FROM temp.going_alias WHERE EXISTS (SELECT 1 FROM stale) AND NOT EXISTS (
        SELECT 1 FROM course c WHERE NOT on_section AND c.id = host_id AND c.id NOT IN (SELECT id FROM stale)
        UNION ALL
        SELECT 1 FROM section s
        WHERE on_section AND s.id = host_id AND s.course_id NOT IN (SELECT id FROM stale))""",
)
_MOVE_COURSES = """
    UPDATE course SET holding_id = g.after, run_id = ?,
        number = coalesce(g.number, course.number), name = coalesce(g.name, course.name),
        master = coalesce(g.master, course.master)
    FROM temp.going_course g WHERE course.id = g.id AND (g.before <> g.after OR g.master IS NOT NULL)"""
_MOVE_SECTIONS = """
    UPDATE section SET holding_id = g.after, used_id = g.used_after, run_id = ?,
        uses_at = CASE WHEN g.used_after IS NULL THEN NULL
            ELSE coalesce(section.uses_at, CAST(strftime('%s', 'now') AS INTEGER)) END
    FROM temp.going_section g
    WHERE section.id = g.id AND (g.before <> g.after OR g.used_before IS NOT g.used_after)"""
# Through a table of their own, so that two keys may change places. CROSS JOIN: the batch drives it.
_MOVED_USES = """
    FROM going_rekey g CROSS JOIN thing was ON was.area = g.area AND was.key = g.was
        CROSS JOIN evidence e ON e.section_id = g.section_id AND e.thing_id = was.id"""
_REKEY = (
    f"""INSERT INTO thing (area, key, term)
        SELECT DISTINCT g.area, g.key, was.term {_MOVED_USES} WHERE true ON CONFLICT DO NOTHING""",
    f"""INSERT INTO temp.going_use
        SELECT e.section_id, t.id, e.assignments, e.scores, e.posted, e.comments {_MOVED_USES}
        CROSS JOIN thing t ON t.area = g.area AND t.key = g.key AND t.term = was.term""",
    f"DELETE FROM evidence WHERE (section_id, thing_id) IN (SELECT e.section_id, e.thing_id {_MOVED_USES})",
    """INSERT INTO evidence SELECT * FROM going_use WHERE true
        ON CONFLICT (section_id, thing_id) DO UPDATE SET
            assignments = assignments + excluded.assignments, scores = scores + excluded.scores,
            posted = posted + excluded.posted, comments = comments + excluded.comments""",
)
_ALIAS = """
    INSERT INTO alias (on_section, host_id, area, source_key, key)
    SELECT on_section, host_id, area, source_key, key FROM going_alias WHERE true
    ON CONFLICT DO UPDATE SET key = excluded.key"""
_LEFT_BEHIND = """
    INSERT INTO residual (section_id, area, key, since_run)
    SELECT section_id, area, key, ? FROM going_mark WHERE NOT cleared ON CONFLICT DO NOTHING"""
_CLEARED = """
    UPDATE residual SET cleared_run = ? FROM temp.going_mark g
    WHERE g.cleared AND residual.section_id = g.section_id AND residual.area = g.area
        AND residual.key = g.key AND residual.cleared_run IS NULL"""


def carry(driver: Connection, run_id: int, batch: Batch) -> frozenset[int]:
    """Do what `Transaction.carry` promises, on an open transaction."""
    _load(driver, batch)
    driver.execute(_FIND_STALE)
    stale = frozenset(place for (place,) in driver.execute("SELECT id FROM stale"))
    for statement in _LEAVE_OUT:
        driver.execute(statement)
    for statement in (_MOVE_COURSES, _MOVE_SECTIONS):
        driver.execute(statement, (run_id,))
    for statement in (*_REKEY, _ALIAS):
        driver.execute(statement)
    for statement in (_CLEARED, _LEFT_BEHIND):
        driver.execute(statement, (run_id,))
    driver.executemany(
        "INSERT INTO move (run_id, on_section, before, after, members) VALUES (?, ?, ?, ?, ?)",
        journal.move_lines(run_id, batch, stale),
    )
    driver.executemany(
        "INSERT INTO rekeyed (run_id, on_section, area, was, key, members) VALUES (?, ?, ?, ?, ?, ?)",
        journal.key_lines(run_id, batch, stale),
    )
    driver.executemany(
        "INSERT INTO followed (run_id, catalog, was, number, members) VALUES (?, ?, ?, ?, ?)",
        journal.master_lines(run_id, batch, stale),
    )
    return stale


def _load(driver: Connection, batch: Batch) -> None:
    courses = [
        (*one[:-1], one.follows is not None, *(one.follows or (None, None, None))) for one in batch.courses
    ]
    rows = (courses, batch.sections, batch.rekeys, batch.aliases, batch.residuals, (), ())
    for (table, columns), values in zip(_TABLES.items(), rows, strict=True):
        driver.execute(f"CREATE TEMP TABLE IF NOT EXISTS {table} ({columns})")
        driver.execute(f"DELETE FROM temp.{table}")
        marks = ", ".join("?" * len(columns.split(",")))
        driver.executemany(f"INSERT INTO temp.{table} VALUES ({marks})", values)
