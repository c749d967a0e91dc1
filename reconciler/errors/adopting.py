"""This room is what keeps a state from being adopted."""

from __future__ import annotations

from reconciler.errors.root import USAGE, ReconcilerError


class NothingToAdopt(ReconcilerError):
    """There is no course that a first catalog could be made of{why}."""

    remedy = (
        "Check `--year`, `--school`, `--calendar` and `--min-courses`; `reconcile import` brings courses in."
    )


class OutputThere(ReconcilerError):
    """{path} is there already."""

    remedy = "Name another file, or say `--force` to write over it; nothing was written."
    exit_code = USAGE


class CatalogNameUnfit(ReconcilerError):
    """A catalog can't be called {name}."""

    remedy = "Give it a name without spaces at its edges, control characters or `<`: --name 'High School'."
    exit_code = USAGE


class YearAbsent(ReconcilerError):
    """The state has no calendar of the school year {year}; it has these: {years}."""

    remedy = "Choose one of them with `--year`, by the year in which it ends."
    exit_code = USAGE
