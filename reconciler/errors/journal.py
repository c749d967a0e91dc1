"""This room is what may be wrong with what a run is told of itself."""

from __future__ import annotations

from reconciler.errors.root import USAGE, ReconcilerError


class DayWrong(ReconcilerError):
    """{name} is "{day}", which is not a day."""

    remedy = "Write YYYY-MM-DD, or leave it out for today."
    exit_code = USAGE
