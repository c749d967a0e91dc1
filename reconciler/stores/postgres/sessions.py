"""This room shows that a process lives by its session with the server, and sees whose sessions are there.

A session holds an advisory lock of a number of its own. The server lets go of it when the session ends,
however that comes: nobody has to wait until a dead process counts as dead.
"""

from __future__ import annotations

import secrets
from contextlib import contextmanager
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

    from sqlalchemy import Connection, Engine

KIND = 0x72636E64
"""The first half of our advisory locks of sessions; the second is the number of the session."""
LARGEST = 2**31 - 1
_MINE = f"SELECT pg_try_advisory_lock({KIND}, %s)"
_THERE = f"""
    SELECT objid::bigint FROM pg_locks l JOIN pg_database d ON d.oid = l.database
    WHERE d.datname = current_database() AND l.locktype = 'advisory' AND l.classid = {KIND}
        AND l.objsubid = 2 AND l.granted"""


@contextmanager
def session(engine: Engine) -> Iterator[int]:
    """A connection that is kept open for as long as the block lasts, and its number."""
    connection = engine.connect().execution_options(isolation_level="AUTOCOMMIT")
    connection.detach()  # it ends with the block, and is nobody else's before
    try:
        yield _numbered(connection)
    finally:
        connection.close()


def _numbered(connection: Connection) -> int:
    connection.exec_driver_sql("SET idle_session_timeout = 0")
    while True:
        number = 1 + secrets.randbelow(LARGEST)
        if connection.exec_driver_sql(_MINE, (number,)).scalar_one():
            return number


def there(connection: Connection) -> frozenset[int]:
    """The numbers of the sessions that are there."""
    return frozenset(row[0] for row in connection.exec_driver_sql(_THERE))
