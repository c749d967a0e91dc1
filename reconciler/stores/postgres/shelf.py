"""This room is the shelf on which a PostgreSQL database keeps values (`interning.py`).

Two writers may bring the same value at the same moment: the second waits for the first, and takes its id.
New values go in by the order of their digests, so that neither waits for the other.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from reconciler.stores.postgres.copying import load

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Sequence

    from reconciler.stores.postgres.copying import Driver

_TYPES = {"digest": "bytea", "body": "text", "items": "text"}
"""What is no number."""


class PostgresShelf:
    """A `Shelf` (interning.py) over an open transaction."""

    def __init__(self, driver: Driver) -> None:
        """Keep values through this connection."""
        self._driver = driver

    def rows(self, table: str, columns: Sequence[str], ids: Iterable[int]) -> Iterable[tuple[Any, ...]]:
        """Rows by id; what is not there is left out."""
        query = f"SELECT {', '.join(columns)} FROM {table} WHERE id = ANY(%s)"
        return self._driver.execute(query, (list(ids),), binary=True).fetchall()

    def places(self, table: str, digests: Collection[bytes]) -> dict[bytes, int]:
        """Ids by digest; what is not there is left out."""
        query = f"SELECT digest, id FROM {table} WHERE digest = ANY(%s)"
        return dict(self._driver.execute(query, (list(digests),), binary=True).fetchall()) if digests else {}

    def add(self, table: str, columns: Sequence[str], rows: Iterable[tuple[object, ...]]) -> None:
        """Add rows; one that another brought meanwhile stays."""
        load(self._driver, f"new_{table}", {name: _TYPES.get(name, "integer") for name in columns}, rows)
        names = ", ".join(columns)
        self._driver.execute(
            f"""INSERT INTO {table} ({names}) SELECT {names} FROM pg_temp.new_{table} ORDER BY digest
            ON CONFLICT DO NOTHING"""
        )
