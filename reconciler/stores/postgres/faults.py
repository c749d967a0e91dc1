"""This room says in the house's words what went wrong in PostgreSQL: no driver's error leaves the store.

Errors are told apart by their SQLSTATE, as a server speaks many languages. One that breaks a rule of the
tables is a mistake of ours, and goes through.
"""

from __future__ import annotations

import re
from contextlib import contextmanager
from typing import TYPE_CHECKING

import psycopg
from sqlalchemy.exc import DBAPIError

from reconciler.errors import StoreBusy, StoreDamaged, StoreFailing, StoreFull
from reconciler.errors.postgres import (
    DatabaseMissing,
    StoreForbidden,
    StoreLost,
    StoreUnreachable,
    TextUnstorable,
)

if TYPE_CHECKING:
    from collections.abc import Iterator

    from reconciler.errors import ReconcilerError

_KINDS: dict[str, type[ReconcilerError]] = {
    "55P03": StoreBusy,  # a lock was not to be had in time
    "40001": StoreBusy,  # another changed the same rows
    "40P01": StoreBusy,  # a deadlock
    "42501": StoreForbidden,
    "25006": StoreForbidden,  # a standby, or a role that may only read
    "53100": StoreFull,
    "57P01": StoreLost,
    "57P02": StoreLost,
    "57P03": StoreLost,
    "57P05": StoreLost,
    "22021": TextUnstorable,
    "22P05": TextUnstorable,
    "3D000": DatabaseMissing,
}
_CLASSES: dict[str, type[ReconcilerError]] = {
    "08": StoreLost,
    "53": StoreFailing,  # no memory, too many connections
    "57": StoreFailing,  # taken back by the server, as by a statement_timeout
    "58": StoreFailing,
    "F0": StoreFailing,
    "XX": StoreDamaged,
}
_MISSING = re.compile(r'database ".*" does not exist')


@contextmanager
def translated(shown: str) -> Iterator[None]:
    """Turn PostgreSQL's errors inside into ours; any other goes through. `shown`: the url, no password."""
    try:
        yield
    except (psycopg.Error, DBAPIError) as error:
        raise _ours(error, shown) from error


@contextmanager
def reached(shown: str) -> Iterator[None]:
    """The same for errors of connecting, of which the library tells only the server's words."""
    try:
        yield
    except psycopg.Error as error:
        why = _why(error)
        kind = DatabaseMissing if _MISSING.search(why) else StoreUnreachable
        raise kind(path=shown, why=why) from error


def _ours(error: psycopg.Error | DBAPIError, shown: str) -> Exception:
    cause = error.orig if isinstance(error, DBAPIError) else error
    if not isinstance(cause, psycopg.Error):
        return error
    kind = _kind(cause)
    return kind(path=shown, why=_why(cause)) if kind else error


def _kind(cause: psycopg.Error) -> type[ReconcilerError] | None:
    state = cause.sqlstate
    if state is not None:
        return _KINDS.get(state) or _CLASSES.get(state[:2])
    if isinstance(cause, psycopg.DataError):  # what the library refuses to send
        return TextUnstorable
    return StoreLost if isinstance(cause, psycopg.OperationalError) else None


def _why(cause: psycopg.Error) -> str:
    """The first line of what was said: later ones may quote rows."""
    lines = [line.strip() for line in (cause.diag.message_primary or str(cause)).splitlines()]
    return next((line for line in lines if line), type(cause).__name__)
