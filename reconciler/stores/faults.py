"""This room says in the house's words what went wrong in SQLite: no driver's error leaves the store."""

from __future__ import annotations

import sqlite3
from contextlib import contextmanager
from typing import TYPE_CHECKING

from sqlalchemy.exc import DBAPIError

from reconciler.errors import (
    StoreBusy,
    StoreDamaged,
    StoreFailing,
    StoreForeign,
    StoreFull,
    StoreUnwritable,
)

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from reconciler.errors import ReconcilerError

_KINDS: dict[str, type[ReconcilerError]] = {
    "BUSY": StoreBusy,
    "LOCKED": StoreBusy,
    "CANTOPEN": StoreUnwritable,
    "READONLY": StoreUnwritable,
    "PERM": StoreUnwritable,
    "FULL": StoreFull,
    "IOERR": StoreFailing,
    "NOTADB": StoreForeign,
    "CORRUPT": StoreDamaged,
}
"""SQLite's primary error (SQLITE_BUSY, also SQLITE_BUSY_SNAPSHOT) -> ours. The rest are bugs."""


@contextmanager
def translated(path: Path) -> Iterator[None]:
    """Turn SQLite's errors inside into ours; any other goes through."""
    try:
        yield
    except (sqlite3.Error, DBAPIError) as error:
        raise _ours(error, path) from error


def _ours(error: Exception, path: Path) -> Exception:
    cause = error.orig if isinstance(error, DBAPIError) else error
    code = getattr(cause, "sqlite_errorname", "SQLITE_UNKNOWN").split("_")[1]
    kind = _KINDS.get(code)
    return kind(path=path, why=str(cause)) if kind else error
