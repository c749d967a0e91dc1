"""This room moves whole courses with their sections in PostgreSQL, and journals it.

A batch is brought into temporary tables by COPY; from then on the number of statements does not depend on
how many hosts it has. Its courses, then its sections, are locked by id before anything is judged: nobody
changes them until the end, two pushes never wait for each other in a circle, and a course that is not as
the batch says is left out with all its rows (P7).
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from reconciler.stores import journal
from reconciler.stores.postgres.copying import columns, copy, load

if TYPE_CHECKING:
    from collections.abc import Iterable

    from reconciler.current import Alias, Batch
    from reconciler.stores.postgres.copying import Driver

_COURSE = {
    **columns(integer="id before after", text="number name"),
    "sections": "integer",
    "master": "text",
    "seen": "boolean",
    "catalog": "text",
    "follows": "text",
    "ignored": "boolean",
}
_SECTION = columns(integer="id course_id before after used_before used_after")
_REKEY = columns(integer="section_id", text="area was key")
_ALIAS = columns(boolean="on_section", integer="host_id", text="area source_key key")
_MARK = columns(integer="section_id", text="area key", boolean="cleared")
_USE = columns(integer="section_id thing_id assignments scores posted comments")
_MOVED = columns(integer="run_id", boolean="on_section") | columns(integer="before after", text="members")
_KEYED = columns(integer="run_id", boolean="on_section", text="area was key members")
_FOLLOWED = columns(integer="run_id", text="catalog was number members")
# FOR UPDATE: a new section of the course waits too, as it refers to it. What another commits while this
# waits is seen in the locked rows only; so sections are counted later, when nobody can add one.
_STALE_COURSES = """
    WITH locked AS MATERIALIZED (
        SELECT id, holding_id, catalog, master, ignored FROM course WHERE id IN (
            SELECT id FROM going_course UNION SELECT course_id FROM going_section) ORDER BY id FOR UPDATE)
    SELECT g.id FROM going_course g LEFT JOIN locked c ON c.id = g.id
    WHERE c.holding_id IS DISTINCT FROM g.before OR (g.seen AND (c.catalog, c.master, c.ignored)
        IS DISTINCT FROM (g.catalog, g.follows, g.ignored))"""
_STALE_SECTIONS = """
    WITH locked AS MATERIALIZED (
        SELECT id, course_id, holding_id, used_id FROM section
        WHERE id IN (SELECT id FROM going_section) ORDER BY id FOR NO KEY UPDATE)
    SELECT g.course_id FROM going_section g LEFT JOIN locked s ON s.id = g.id
    WHERE (s.holding_id, s.used_id, s.course_id) IS DISTINCT FROM (g.before, g.used_before, g.course_id)
    UNION
    SELECT g.id FROM going_course g WHERE g.sections IS NOT NULL
        AND g.sections <> (SELECT count(*) FROM section s WHERE s.course_id = g.id)"""
_LEAVE_OUT = (
    "DELETE FROM going_course WHERE id = ANY(%(stale)s)",
    "DELETE FROM going_section WHERE course_id = ANY(%(stale)s)",
)
_OF_SECTIONS = """
    DELETE FROM {} g USING section s WHERE s.id = g.section_id AND s.course_id = ANY(%(stale)s)"""
_GONE_SECTIONS = "DELETE FROM {} g WHERE NOT EXISTS (SELECT FROM section s WHERE s.id = g.section_id)"
_OF_HOSTS = """
    DELETE FROM going_alias g WHERE NOT EXISTS (
        SELECT FROM course c WHERE NOT g.on_section AND c.id = g.host_id AND c.id <> ALL(%(stale)s)
        UNION ALL
        SELECT FROM section s WHERE g.on_section AND s.id = g.host_id AND s.course_id <> ALL(%(stale)s))"""
_MOVE_COURSES = """
    UPDATE course c SET holding_id = g.after, run_id = %(run)s, number = coalesce(g.number, c.number),
        name = coalesce(g.name, c.name), master = coalesce(g.master, c.master)
    FROM going_course g WHERE c.id = g.id AND (g.before <> g.after OR g.master IS NOT NULL)"""
_MOVE_SECTIONS = """
    UPDATE section s SET holding_id = g.after, used_id = g.used_after, run_id = %(run)s,
        uses_at = CASE WHEN g.used_after IS NOT NULL
            THEN coalesce(s.uses_at, extract(epoch FROM now())::bigint) END
    FROM going_section g
    WHERE s.id = g.id AND (g.before <> g.after OR g.used_before IS DISTINCT FROM g.used_after)"""
# Through a table of their own, so that two keys may change places.
_MOVED_USES = """
    FROM going_rekey g JOIN thing was ON was.area = g.area AND was.key = g.was
        JOIN evidence e ON e.section_id = g.section_id AND e.thing_id = was.id"""
_REKEYING = (
    f"""INSERT INTO thing (area, key, term) SELECT DISTINCT g.area, g.key, was.term {_MOVED_USES}
        ORDER BY 1, 2, 3 ON CONFLICT DO NOTHING""",
    f"""INSERT INTO going_use
        SELECT e.section_id, t.id, e.assignments, e.scores, e.posted, e.comments {_MOVED_USES}
        JOIN thing t ON t.area = g.area AND t.key = g.key AND t.term = was.term""",
    f"DELETE FROM evidence WHERE (section_id, thing_id) IN (SELECT e.section_id, e.thing_id {_MOVED_USES})",
)
_ADD_USES = """
    INSERT INTO evidence (section_id, thing_id, assignments, scores, posted, comments)
    SELECT section_id, thing_id, sum(assignments), sum(scores), sum(posted), sum(comments)
    FROM going_use GROUP BY section_id, thing_id ORDER BY section_id, thing_id
    ON CONFLICT (section_id, thing_id) DO UPDATE SET
        assignments = evidence.assignments + excluded.assignments,
        scores = evidence.scores + excluded.scores,
        posted = evidence.posted + excluded.posted, comments = evidence.comments + excluded.comments"""
ADD_ALIASES = """
    INSERT INTO alias (on_section, host_id, area, source_key, key)
    SELECT on_section, host_id, area, source_key, key FROM going_alias
    ON CONFLICT (on_section, host_id, area, source_key) DO UPDATE SET key = excluded.key"""
_LEFT_BEHIND = """
    INSERT INTO residual (section_id, area, key, since_run)
    SELECT section_id, area, key, %(run)s FROM going_mark WHERE NOT cleared ON CONFLICT DO NOTHING"""
_CLEARED = """
    UPDATE residual r SET cleared_run = %(run)s FROM going_mark g
    WHERE g.cleared AND r.section_id = g.section_id AND r.area = g.area AND r.key = g.key
        AND r.cleared_run IS NULL"""


def carry(driver: Driver, run_id: int, batch: Batch) -> frozenset[int]:
    """Do what `Transaction.carry` promises, on an open transaction."""
    _load(driver, batch)
    looked = (driver.execute(statement).fetchall() for statement in (_STALE_COURSES, _STALE_SECTIONS))
    stale = frozenset(place for rows in looked for (place,) in rows)
    if stale:
        _leave_out(driver, batch, stale)
    for statement in (_MOVE_COURSES, _MOVE_SECTIONS):
        driver.execute(statement, {"run": run_id})
    _follow(driver, run_id, batch)
    copy(driver, "move", _MOVED, journal.move_lines(run_id, batch, stale))
    copy(driver, "rekeyed", _KEYED, journal.key_lines(run_id, batch, stale))
    copy(driver, "followed", _FOLLOWED, journal.master_lines(run_id, batch, stale))
    return stale


def _load(driver: Driver, batch: Batch) -> None:
    """Bring the batch in; what it has nothing of gets no table."""
    courses = (
        (*one[:-1], one.follows is not None, *(one.follows or (None, None, None))) for one in batch.courses
    )
    load(driver, "going_course", _COURSE, courses)
    load(driver, "going_section", _SECTION, batch.sections)
    if batch.rekeys:
        load(driver, "going_rekey", _REKEY, batch.rekeys)
    if batch.aliases:
        load_aliases(driver, batch.aliases)
    if batch.residuals:
        load(driver, "going_mark", _MARK, batch.residuals)


def load_aliases(driver: Driver, aliases: Iterable[Alias]) -> None:
    """Bring aliases into the table `going_alias`; of two for the same, the later one."""
    load(driver, "going_alias", _ALIAS, {one[:4]: one for one in aliases}.values())


def _leave_out(driver: Driver, batch: Batch, stale: frozenset[int]) -> None:
    statements = list(_LEAVE_OUT)
    if batch.aliases:
        statements.append(_OF_HOSTS)
    for table in ("going_rekey",) * bool(batch.rekeys) + ("going_mark",) * bool(batch.residuals):
        statements += [_OF_SECTIONS.format(table), _GONE_SECTIONS.format(table)]
    for statement in statements:
        driver.execute(statement, {"stale": list(stale)})


def _follow(driver: Driver, run_id: int, batch: Batch) -> None:
    """What comes with a move: keys, aliases and residuals."""
    if batch.rekeys:
        load(driver, "going_use", _USE, ())
        for statement in (*_REKEYING, _ADD_USES):
            driver.execute(statement)
    if batch.aliases:
        driver.execute(ADD_ALIASES)
    if batch.residuals:
        for statement in (_CLEARED, _LEFT_BEHIND):
            driver.execute(statement, {"run": run_id})
