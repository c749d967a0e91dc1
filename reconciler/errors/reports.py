"""This room is what may be wrong with what a report was asked for."""

from __future__ import annotations

from reconciler.errors.root import USAGE, ReconcilerError


class FilterUnmet(ReconcilerError):
    """`--{option} {name}`: there is no such {what}{hint}."""

    remedy = (
        "Names count letter by letter; globs such as `Harrison*` are welcome. `reconcile report sections`\
 lists what there is."
    )
    exit_code = USAGE
