"""This room reads what a course or section says of each list, in the form that a master would have it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from reconciler.course import EMPTY, Area, Part, Setup, setup
from reconciler.keep.names import name_of

if TYPE_CHECKING:
    from collections.abc import Mapping

    from reconciler.course import Holding

LISTED: dict[str, tuple[Area, ...]] = {
    "grading_tasks": (Area.GRADING_TASKS,),
    "standards": (Area.STANDARDS,),
    "assessments": (Area.ASSESSMENTS,),
    "categories": (Area.CATEGORIES,),
    "composite_grades": (Area.COMPOSITE_GRADES, Area.COMPOSITE_WEIGHTS),
    "grade_calc_options": (Area.GRADE_CALC_OPTIONS,),
}
"""The lists of a master, each with the areas that it fills."""
Said = tuple[Setup, ...]
"""What somebody says of one list: a setup for each of its areas."""


def nothing(said: Said) -> bool:
    """Is nothing said?"""
    return not any(said)


def plain(area: Area, linked: Setup, own: Setup) -> Setup:
    """The items that are there, whoever made them; a category by its name, a residual still marked.

    A residual is no part of a template, so that what has one never equals a master.
    """
    items = [one.mark(kept=one.kept) for one in (*linked, *own)]
    if area is Area.CATEGORIES:
        items = [one._replace(key=name_of(one)) for one in items]
    return setup(items) if items else EMPTY


class Voices:
    """What hosts say, each distinct setup read once; equal answers are one object."""

    def __init__(self, holdings: Mapping[int, Holding]) -> None:
        """Read nothing yet; the holdings stay, so that setups are known by their identity."""
        self.holdings = holdings
        self._plain: dict[tuple[Area, int, int], Setup] = {}
        self._said: dict[Said, Said] = {}
        self._known: dict[tuple[int, str], Said] = {}

    def said(self, holding_id: int, name: str) -> Said:
        """What the hosts with this holding say of a list."""
        key = (holding_id, name)
        if key not in self._known:
            found = tuple(self.setup(holding_id, area) for area in LISTED[name])
            self._known[key] = self._said.setdefault(found, found)
        return self._known[key]

    def setup(self, holding_id: int, area: Area) -> Setup:
        """What they have of one area."""
        holding = self.holdings[holding_id]
        linked, own = holding.get(area, Part.LINKED), holding.get(area, Part.OWN)
        key = (area, id(linked), id(own))
        if key not in self._plain:
            self._plain[key] = plain(area, linked, own)
        return self._plain[key]
