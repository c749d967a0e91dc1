"""This room counts the changes of a run that a format has no words for, so that none is lost in silence."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from reconciler.plan.words import many

if TYPE_CHECKING:
    from collections.abc import Iterable


@dataclass(slots=True)
class Unsaid:
    """By area and, where only a part of an area can be said, by what of it: how many changes."""

    counts: Counter[tuple[str, str]] = field(default_factory=Counter)

    def add(self, area: str, what: str = "", *, count: int = 1) -> None:
        """Count changes that could not be said."""
        self.counts[area, what] += count

    def lines(self) -> Iterable[str]:
        """One line each: `grading_tasks: 12 changes`, `categories, drop_lowest: 3 changes`."""
        for (area, what), count in sorted(self.counts.items()):
            yield f"{area}{', ' if what else ''}{what}: {many(count, 'change')}"
