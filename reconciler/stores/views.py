"""This room shows setup items as plain rows, so that any SQL tool can query the state.

Views hold nothing: whoever changes the tables makes them anew, so they need no versions of their own.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from reconciler.course import PARTS

if TYPE_CHECKING:
    from sqlalchemy import Connection

_ITEM = """
    i.body ->> '$.key' AS key,
    coalesce(i.body ->> '$.fields.name', i.body ->> '$.key') AS name,
    i.body ->> '$.fields.weight' AS weight,
    coalesce(i.body -> '$.fields', '{}') AS fields,
    coalesce(i.body ->> '$.left', 0) AS is_left,
    coalesce(i.body ->> '$.kept', 0) AS is_kept"""
_ITEMS = "JOIN json_each(v.items) j JOIN item i ON i.id = j.value"
_PLACES = ", ".join(f"({place}, '{area}', '{part}')" for place, (area, part) in enumerate(PARTS))
_CHOICE = " ".join(f"WHEN {place} THEN h.{area}_{part}" for place, (area, part) in enumerate(PARTS))
_VALUES = f"""
    JOIN holding h ON h.id = host.holding_id
    JOIN place
    JOIN setup v ON v.id = CASE place.column1 {_CHOICE} END
    {_ITEMS}"""
COURSE = """
    k.school AS school, k.name AS calendar, k.year AS year,
    c.number AS course_number, c.name AS course_name, c.catalog AS catalog, c.master AS master"""
"""What a row tells of its course."""
_PLACE = "place.column2 AS area, place.column3 AS part"

BOTH = {
    "use": """
        SELECT e.section_id AS section_id, t.area AS area, t.key AS key, t.term AS term,
            e.assignments AS assignments, e.scores AS scores, e.posted AS posted, e.comments AS comments
        FROM evidence e JOIN thing t ON t.id = e.thing_id""",
    "residual_item": f"""
        SELECT s.id AS section_id, c.id AS course_id,{COURSE},
            s.number AS section_number, s.teacher AS teacher,
            r.area AS area, r.key AS key, r.since_run AS since_run, n.started AS since,
            coalesce(sum(u.assignments), 0) AS assignments, coalesce(sum(u.scores), 0) AS scores,
            coalesce(sum(u.posted), 0) AS posted, coalesce(sum(u.comments), 0) AS comments
        FROM residual r JOIN section s ON s.id = r.section_id JOIN course c ON c.id = s.course_id
        JOIN calendar k ON k.id = c.calendar_id JOIN run n ON n.id = r.since_run
        LEFT JOIN use u ON u.section_id = r.section_id AND u.area = r.area AND u.key = r.key
        WHERE r.cleared_run IS NULL
        GROUP BY r.id, s.id, c.id, k.id, n.id""",
}
"""Views that are the same in every database."""
SQLITE = {
    "setup_item": f"SELECT v.id AS setup_id,{_ITEM} FROM setup v {_ITEMS}",
    "course_item": f"""
        WITH place AS (VALUES {_PLACES})
        SELECT host.id AS course_id,{COURSE.replace("c.", "host.")}, {_PLACE},{_ITEM}
        FROM course host JOIN calendar k ON k.id = host.calendar_id {_VALUES}""",
    "section_item": f"""
        WITH place AS (VALUES {_PLACES})
        SELECT host.id AS section_id, c.id AS course_id,{COURSE},
            host.number AS section_number, host.teacher AS teacher, {_PLACE},{_ITEM}
        FROM section host JOIN course c ON c.id = host.course_id
        JOIN calendar k ON k.id = c.calendar_id {_VALUES}""",
    **BOTH,
}
"""View name -> its SELECT, in SQLite's words."""


def renew(connection: Connection) -> None:
    """Drop and make every view, inside the caller's transaction."""
    for name, body in SQLITE.items():
        connection.exec_driver_sql(f"DROP VIEW IF EXISTS {name}")
        connection.exec_driver_sql(f"CREATE VIEW {name} AS {body}")
