"""This room is what keeps a run from being taken back."""

from __future__ import annotations

from reconciler.errors.root import REFUSED, USAGE, ReconcilerError


class RunMissing(ReconcilerError):
    """There is no run {run} in this state. {known}"""

    remedy = "`reconcile history` lists the runs."
    exit_code = USAGE


class RunNotUndoable(ReconcilerError):
    """Run {run} is of a kind that is not taken back by undo: {kind}."""

    remedy = "Instead: {instead}."
    exit_code = REFUSED


class RunUndone(ReconcilerError):
    """Run {run} was taken back already, by run {by} ({who}, {when})."""

    remedy = "`reconcile undo {by}` brings it in again."
    exit_code = REFUSED
