"""This room compares catalogs that are loaded together: their names, and their masters' numbers."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable

    from reconciler.catalog import Spot
    from reconciler.check.drafts import Drafts
    from reconciler.check.report import Report


def examine(checked: Iterable[Drafts], report: Report) -> None:
    """A catalog's name is unique (an error); a number should be in one catalog only (a warning)."""
    names: dict[str, Spot] = {}
    numbers: dict[str, tuple[Drafts, Spot]] = {}
    for drafts in checked:
        root = drafts.source.root.data
        spot = root.value_spot("catalog")
        if drafts.name and drafts.name in names:
            message = f'the catalog "{drafts.name}" stands twice, first at {names[drafts.name]}'
            report.error("duplicate-catalog", spot, message, "give one of them another name")
        names.setdefault(drafts.name, spot)
        for draft in drafts.masters:
            here = draft.table.value_spot("number")
            other, there = numbers.setdefault(draft.number, (drafts, here))
            if other is not drafts:
                message = f'the number "{draft.number}" is in the catalog "{other.name}" too, at {there}'
                remedy = "link each course to the catalog that it belongs to"
                report.warn("number-in-two-catalogs", here, message, remedy)
