"""This room is what may go wrong with a state in PostgreSQL, beyond what may with any."""

from __future__ import annotations

from reconciler.errors.root import ReconcilerError
from reconciler.errors.state import StoreFailing, StoreMissing, StoreUnwritable


class PostgresMissing(ReconcilerError):
    """A state in PostgreSQL needs the package psycopg, which is not installed ({why})."""

    remedy = 'Install it with `pip install "reconciler[postgres]"`, in the environment that runs reconcile.'


class PostgresTooOld(ReconcilerError):
    """{path} is on PostgreSQL {found}; a state needs {needed} or later."""

    remedy = "Use a newer server."


class DatabaseMissing(StoreMissing):
    """There is no database for {path}: {why}."""

    remedy = (
        "Make one with `createdb`, or ask who runs the server; then `reconcile import` makes the state in it."
    )


class DatabaseUnfit(StoreUnwritable):
    """No state can be kept in {path}: {why}."""

    remedy = (
        "Make a database for it: `createdb --encoding=UTF8 NAME`, with a schema that the role may write to."
    )


class StoreUnreachable(ReconcilerError):
    """The server of {path} can't be reached, or lets nobody in: {why}."""

    remedy = (
        "Check host, port, user and database in the url. The password is best kept out of it: in ~/.pgpass,"
        " or in PGPASSWORD."
    )


class StoreLost(StoreFailing):
    """The connection to {path} was lost: {why}."""

    remedy = (
        "Check the server and the network, then run it again. What was not committed has been taken back."
    )


class StoreForbidden(StoreUnwritable):
    """{path} does not let this role do that: {why}."""

    remedy = (
        "Planning and reports need a role that may read, everything else one that may write:"
        " `reconcile db roles` says how to give them their rights."
    )


class TextUnstorable(ReconcilerError):
    """A text can't be kept in {path}: {why}."""

    remedy = "PostgreSQL keeps no character of code 0. Take it out of the source, then run it again."
