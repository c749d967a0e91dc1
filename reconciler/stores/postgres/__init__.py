"""This room keeps a state in PostgreSQL (psycopg 3); only a `postgresql://` url enters it.

`url.py` reads the url; `store.py` opens it; `reading.py` and `writing.py` are the snapshot and the
transaction; `shelf.py` keeps setups, holdings and used sets; `carrying.py` moves courses; `copying.py`
brings rows in by COPY; `views.py` shows the state to any SQL tool; `faults.py` says what went wrong.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from reconciler.errors.postgres import PostgresMissing
from reconciler.stores.postgres.url import SCHEMES, hidden, parse

if TYPE_CHECKING:
    from reconciler.current import Store

__all__ = ["SCHEMES", "hidden", "open_postgres"]


def open_postgres(url: str, *, create: bool, wait: float) -> Store:
    """Open the store in this database; raises PostgresMissing too."""
    target = parse(url)
    try:
        import psycopg  # noqa: F401, PLC0415 - an extra
    except ImportError as error:
        raise PostgresMissing(why=error) from error
    from reconciler.stores.postgres.store import PostgresStore  # noqa: PLC0415 - needs the extra

    store = PostgresStore(target, wait)
    try:
        store.prepare(create=create)
    except BaseException:
        store.close()
        raise
    return store
