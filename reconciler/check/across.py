"""This room compares catalogs that are loaded together: their names, and their masters' numbers."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterable

    from reconciler.catalog import Spot
    from reconciler.check.report import Report


class Heading(NamedTuple):
    """What is compared of a catalog: its name, and its masters' numbers, each with its place."""

    name: str
    spot: Spot
    numbers: tuple[tuple[str, Spot], ...]


def examine(headings: Iterable[Heading], report: Report) -> None:
    """A catalog's name is unique (an error); a number should be in one catalog only (a warning)."""
    names: dict[str, Spot] = {}
    numbers: dict[str, tuple[Heading, Spot]] = {}
    for heading in headings:
        if heading.name and heading.name in names:
            message = f'the catalog "{heading.name}" stands twice, first at {names[heading.name]}'
            report.error("duplicate-catalog", heading.spot, message, "give one of them another name")
        names.setdefault(heading.name, heading.spot)
        for number, here in heading.numbers:
            other, there = numbers.setdefault(number, (heading, here))
            if other is not heading:
                message = f'the number "{number}" is in the catalog "{other.name}" too, at {there}'
                remedy = "link each course to the catalog that it belongs to"
                report.warn("number-in-two-catalogs", here, message, remedy)
