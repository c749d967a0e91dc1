"""This room is the shelf on which a SQLite file keeps values (`interning.py`)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from reconciler.stores.interning import id_list

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Sequence
    from sqlite3 import Connection


class SqliteShelf:
    """A `Shelf` (interning.py) over an open transaction."""

    def __init__(self, driver: Connection) -> None:
        """Keep values through this connection."""
        self._driver = driver

    def rows(self, table: str, columns: Sequence[str], ids: Iterable[int]) -> Iterable[tuple[Any, ...]]:
        """Rows by id; what is not there is left out."""
        query = f"SELECT {', '.join(columns)} FROM {table} WHERE id IN (SELECT value FROM json_each(?))"
        return self._driver.execute(query, (id_list(ids),))

    def places(self, table: str, digests: Collection[bytes]) -> dict[bytes, int]:
        """Ids by digest. The digests are one parameter, cut up again by SQLite, however many they are."""
        width = len(next(iter(digests), b""))
        query = f"""SELECT digest, id FROM {table} WHERE digest IN (
            SELECT substr(?, value, {width}) FROM json_each(?))"""
        starts = range(1, 1 + width * len(digests), width or 1)
        return dict(self._driver.execute(query, (b"".join(digests), id_list(starts))))

    def add(self, table: str, columns: Sequence[str], rows: Iterable[tuple[object, ...]]) -> None:
        """Add rows; nobody else brings any meanwhile."""
        marks = ", ".join("?" * len(columns))
        self._driver.executemany(f"INSERT INTO {table} ({', '.join(columns)}) VALUES ({marks})", rows)
