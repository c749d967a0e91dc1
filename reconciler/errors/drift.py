"""This room is what may be wrong with what is asked of drift."""

from __future__ import annotations

from reconciler.errors.root import USAGE, ReconcilerError


class NothingToWaive(ReconcilerError):
    """Nothing that was changed below, and is to be mended, has the address `{address}`{hint}."""

    remedy = (
        "`reconcile drift -v` names every item; write NUMBER@CALENDAR[/SECTION]#area/key, or a glob of it."
    )
    exit_code = USAGE


class DriftAlone(ReconcilerError):
    """{what} makes no sense without {other}."""

    remedy = "Say both, or neither; `reconcile drift --help` says what each does."
    exit_code = USAGE


class DayWrong(ReconcilerError):
    """`--expires {text}` is no day after {today}."""

    remedy = "Write YYYY-MM-DD, a day to come: a waiver ends."
    exit_code = USAGE
