"""This room gives the tables in PostgreSQL what only PostgreSQL has: its order of texts, `jsonb`, its views.

It runs after the migrations, and does what is missing. Texts are ordered by code point, as in SQLite and in
Python, whatever the database's language. JSON stays the text that Python made, byte for byte, as digests
are over it; what people query stands beside it as `jsonb`, made by the server.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from reconciler.course import PARTS
from reconciler.stores.views import BOTH, COURSE

if TYPE_CHECKING:
    from sqlalchemy import Connection

JSON = (("item", "body"), ("run", "options"), ("run", "report"), ("job", "told"))
"""Table and column of the texts beside which there is a column `..._jsonb`."""
_UNORDERED = """
    SELECT c.relname, a.attname FROM pg_attribute a JOIN pg_class c ON c.oid = a.attrelid
    WHERE c.relnamespace = current_schema()::regnamespace AND c.relkind = 'r' AND a.attnum > 0
        AND NOT a.attisdropped AND a.atttypid = 'text'::regtype AND a.attcollation <> '"C"'::regcollation"""
_ITEM = """
    i.body_jsonb ->> 'key' AS key,
    coalesce(i.body_jsonb -> 'fields' ->> 'name', i.body_jsonb ->> 'key') AS name,
    i.body_jsonb -> 'fields' ->> 'weight' AS weight,
    coalesce(i.body_jsonb -> 'fields', '{}') AS fields,
    coalesce((i.body_jsonb -> 'left')::boolean::integer, 0) AS is_left,
    coalesce((i.body_jsonb -> 'kept')::boolean::integer, 0) AS is_kept"""
_ITEMS = """
    CROSS JOIN LATERAL jsonb_array_elements(v.items::jsonb) AS j (item_id)
    JOIN item i ON i.id = j.item_id::integer"""
_PLACES = ", ".join(f"(h.{area}_{part}, '{area}', '{part}')" for area, part in PARTS)
_VALUES = f"""
    JOIN holding h ON h.id = host.holding_id
    CROSS JOIN LATERAL (VALUES {_PLACES}) AS place (setup_id, area, part)
    JOIN setup v ON v.id = place.setup_id
    {_ITEMS}"""
_PLACE = "place.area AS area, place.part AS part"

VIEWS = {
    "setup_item": f"SELECT v.id AS setup_id,{_ITEM} FROM setup v {_ITEMS}",
    "course_item": f"""
        SELECT host.id AS course_id,{COURSE.replace("c.", "host.")}, {_PLACE},{_ITEM}
        FROM course host JOIN calendar k ON k.id = host.calendar_id {_VALUES}""",
    "section_item": f"""
        SELECT host.id AS section_id, c.id AS course_id,{COURSE},
            host.number AS section_number, host.teacher AS teacher, {_PLACE},{_ITEM}
        FROM section host JOIN course c ON c.id = host.course_id
        JOIN calendar k ON k.id = c.calendar_id {_VALUES}""",
    **BOTH,
}
"""View name -> its SELECT: the names and columns of SQLite's, in PostgreSQL's words."""


def settle(connection: Connection) -> None:
    """Order all texts, add the `jsonb` columns, and make the views, inside the caller's transaction.

    A view that is there is replaced, not dropped: the rights to it stay, and so do views over it.
    """
    for table, column in connection.exec_driver_sql(_UNORDERED).all():
        connection.exec_driver_sql(f'ALTER TABLE {table} ALTER {column} TYPE text COLLATE "C"')
    for table, column in JSON:
        connection.exec_driver_sql(
            f"""ALTER TABLE {table} ADD COLUMN IF NOT EXISTS {column}_jsonb jsonb
            GENERATED ALWAYS AS ({column}::jsonb) STORED"""
        )
    for name, body in VIEWS.items():
        connection.exec_driver_sql(f"CREATE OR REPLACE VIEW {name} AS {body}")
