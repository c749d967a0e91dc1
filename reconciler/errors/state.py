"""This room is what may go wrong with a state, or with a file that is written."""

from __future__ import annotations

from reconciler.errors.root import BUSY, USAGE, ReconcilerError


class StoreMissing(ReconcilerError):
    """There is no state at {path}."""

    remedy = "Make one with `reconcile import SOURCE`, or say where yours is with --state."


class StoreForeign(ReconcilerError):
    """{path} is not a state of reconciler: {why}."""

    remedy = "Say where the state is with --state; no file is changed that reconciler did not make."


class StoreNewer(ReconcilerError):
    """{path} was written by a newer reconciler (its tables are at {theirs}; this one knows {ours})."""

    remedy = "Upgrade reconciler."


class StoreBusy(ReconcilerError):
    """Somebody else is writing to {path}."""

    remedy = "Wait until that run has ended, then try again. Nothing was written by this one."
    exit_code = BUSY


class StoreUnwritable(ReconcilerError):
    """{path} can't be opened or written to: {why}."""

    remedy = (
        "The folder must exist, and you must be allowed to write in it and to the file: the state keeps files"
        " beside it. Where both are read-only, a state can still be planned from, reported on and exported."
    )


class StoreFull(ReconcilerError):
    """There is no room left for {path}: {why}."""

    remedy = "Free some space, then run it again. What was not committed has been taken back."


class StoreFailing(ReconcilerError):
    """Reading or writing {path} failed: {why}."""

    remedy = "Check the disk and its space, then run it again. What was not committed has been taken back."


class StoreDamaged(ReconcilerError):
    """The state is damaged: {why}."""

    remedy = "Restore it from a copy, or build it anew with `reconcile import`."


class StoreUrlUnknown(ReconcilerError):
    """`{url}` names no state that could be opened: {why}."""

    remedy = (
        "Give a path, sqlite:///PATH (sqlite:////PATH for one that begins with a slash), or"
        " postgresql://USER@HOST/DATABASE."
    )
    exit_code = USAGE


class SqliteTooOld(ReconcilerError):
    """This Python has SQLite {found}; a state needs {needed} or later."""

    remedy = "Use a Python that brings a newer SQLite, such as those of python.org or uv."


class ExportUnwritable(ReconcilerError):
    """{path} can't be written: {why}."""

    remedy = "the folder must exist, be writable and have room; a file that was there is as it was"


class OutputUnwritable(ReconcilerError):
    """{file} can't be written: {why}."""

    remedy = "Name another file or folder; nothing was written."


class ListInUse(ReconcilerError):
    """The catalog "{catalog}" no longer has the {kind} "{name}", but {count} course(s) would still use it."""

    remedy = "Put it back into the catalog, or move these courses to another one first."


class OutputFailing(ReconcilerError):
    """The result can't be written to stdout: {why}."""

    remedy = "Free some space, or send it elsewhere. What was pushed stays pushed: `reconcile report push`."


class FileFailing(ReconcilerError):
    """{file} can't be read or written: {why}."""

    remedy = "Check that it is there, its rights and the space on its disk, then run the same command again."
