"""This room says which rights a role needs, and no more: one to plan and report, one to write.

The role that makes the tables (`reconcile db init`, `upgrade`) owns them, and needs no grants.
"""

from __future__ import annotations

from reconciler.stores.tables import METADATA

KEPT = "SELECT, INSERT"
CHANGED = "SELECT, INSERT, UPDATE"
ALL = "SELECT, INSERT, UPDATE, DELETE"
WRITER = {
    "meta": "SELECT, UPDATE",  # whoever writes locks it; nobody changes it
    **dict.fromkeys(("item", "setup", "holding", "used", "meeting", "thing"), KEPT),
    **dict.fromkeys(("move", "rekeyed", "followed", "listed"), KEPT),
    **dict.fromkeys(("school", "calendar", "run", "job", "setting", "residual", "list"), CHANGED),
    **dict.fromkeys(("course", "section", "evidence", "alias", "calendar_lock", "locked_calendar"), ALL),
}
"""What a writer may do, table by table. A value or a line of the journal is never changed, by nobody."""


def grants(schema: str, reader: str, writer: str, database: str) -> str:
    """The SQL that lets one role read a state and another write to it; both roles are there already."""
    lines = [
        _line("GRANT CONNECT, TEMPORARY ON DATABASE {} TO {}", database, writer),
        _line("GRANT CONNECT ON DATABASE {} TO {}", database, reader),
    ]
    for role in (reader, writer):
        lines += [
            _line("GRANT USAGE ON SCHEMA {} TO {}", schema, role),
            _line("GRANT SELECT ON ALL TABLES IN SCHEMA {} TO {}", schema, role),
            _line("ALTER DEFAULT PRIVILEGES IN SCHEMA {} GRANT SELECT ON TABLES TO {}", schema, role),
        ]
    lines += [
        _line(f"GRANT {WRITER[one.name]} ON TABLE {{}}.{{}} TO {{}}", schema, one.name, writer)
        for one in METADATA.sorted_tables
    ]
    lines.append(_line("GRANT USAGE ON ALL SEQUENCES IN SCHEMA {} TO {}", schema, writer))
    return "".join(f"{line};\n" for line in lines)


def _line(words: str, *names: str) -> str:
    """A statement with these names in its places, each quoted."""
    return words.format(*('"{}"'.format(name.replace('"', '""')) for name in names))
