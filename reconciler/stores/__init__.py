"""The databases behind the door (`current.py`); each passes the same contract tests."""

from __future__ import annotations

import re
from pathlib import Path
from typing import TYPE_CHECKING

from reconciler.errors import StoreUrlUnknown
from reconciler.stores.postgres import SCHEMES, hidden, open_postgres

if TYPE_CHECKING:
    from reconciler.current import Store

_SCHEME = re.compile(r"([A-Za-z][A-Za-z0-9+.-]*):/")
_SQLITE = "sqlite:///"


def open_store(url: str, *, create: bool = False, wait: float = 5.0) -> Store:
    """Open the store that `url` names: `sqlite:///PATH`, a bare path, or `postgresql://HOST/DATABASE`.

    `create` makes it where it is missing; `wait` is how many seconds to wait for another writer.
    Raises StoreUrlUnknown, StoreMissing, StoreForeign, StoreNewer, StoreBusy, StoreUnwritable; for
    PostgreSQL also StoreUnreachable and PostgresMissing.
    """
    scheme = _SCHEME.match(url)
    if scheme and scheme[1].lower() in SCHEMES:
        return open_postgres(url, create=create, wait=wait)
    from reconciler.stores.sqlite import open_sqlite  # noqa: PLC0415 - sqlalchemy is slow to import

    return open_sqlite(_path(url), create=create, wait=wait)


def _path(url: str) -> Path:
    scheme = _SCHEME.match(url)
    if url.startswith(_SQLITE):
        url = url.removeprefix(_SQLITE)
    elif scheme:
        raise StoreUrlUnknown(url=hidden(url), why=_why_not(scheme[1].lower()))
    if url in ("", ":memory:"):
        raise StoreUrlUnknown(url=url, why="a state is kept in a file")
    return Path(url)


def _why_not(scheme: str) -> str:
    name = scheme.partition("+")[0]
    if name in SCHEMES:
        return f"leave out the driver: {name}://..."
    if name == "sqlite":
        return "sqlite takes three slashes before the path"
    return f'"{scheme}" is no kind of database that reconciler knows; there are sqlite and postgresql'


def newest() -> str:
    """The version of the tables that this reconciler makes."""
    from reconciler.stores.sqlite import REVISIONS  # noqa: PLC0415 - sqlalchemy is slow to import

    return REVISIONS[-1]
