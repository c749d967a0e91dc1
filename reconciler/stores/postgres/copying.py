"""This room brings rows into PostgreSQL by COPY, in binary: as fast as the server takes them.

Rows that are joined with others go into a temporary table first, which ends with the transaction.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from psycopg import Connection

    Driver = Connection[tuple[Any, ...]]
    Columns = Mapping[str, str]
    """Name -> PostgreSQL's type."""


def columns(**types: str) -> dict[str, str]:
    """Columns by type, in the order in which they are named: `columns(integer="id run_id", text="name")`."""
    return {name: kind for kind, names in types.items() for name in names.split()}


def copy(driver: Driver, table: str, shape: Columns, rows: Iterable[tuple[Any, ...]]) -> None:
    """Add rows to a table; the other columns get their defaults."""
    names = ", ".join(shape)
    with driver.cursor().copy(f"COPY {table} ({names}) FROM STDIN (FORMAT BINARY)") as going:
        going.set_types(list(shape.values()))
        for row in rows:
            going.write_row(row)


def load(driver: Driver, table: str, shape: Columns, rows: Iterable[tuple[Any, ...]]) -> None:
    """Put rows into a temporary table of this shape, in place of what it had; the planner is told."""
    told = ", ".join(f"{name} {kind}" for name, kind in shape.items())
    driver.execute(
        f"""DROP TABLE IF EXISTS pg_temp.{table};
        CREATE TEMPORARY TABLE {table} ({told}) ON COMMIT DROP"""
    )
    copy(driver, f"pg_temp.{table}", shape, rows)
    driver.execute(f"ANALYZE pg_temp.{table}")
