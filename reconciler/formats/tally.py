"""This room counts evidence while it streams by: one small counter for each thing that is used.

The rules are domain.md 6: a zero is a score, and so are a flag or a comment; "not submitted" alone is
none. Only numbers are kept, never whose they are.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from reconciler.course import Counts

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from reconciler.course import Use


class Tally:
    """How much evidence was met so far."""

    __slots__ = ("assignments", "comments", "posted", "scores")

    def __init__(self, assignments: int = 0, scores: int = 0, posted: int = 0, comments: int = 0) -> None:
        """Begin with these counts."""
        self.assignments, self.scores, self.posted, self.comments = assignments, scores, posted, comments

    def add(self, other: Tally) -> None:
        """Add another tally's counts."""
        self.assignments += other.assignments
        self.scores += other.scores
        self.posted += other.posted
        self.comments += other.comments

    def counts(self) -> Counts:
        """The counts as a value."""
        return Counts(self.assignments, self.scores, self.posted, self.comments)


def uses_of(tallies: Iterable[tuple[Use, Tally]]) -> Mapping[Use, Counts]:
    """Sum tallies by use, in the order of area, key and term; what counts nothing is left out."""
    summed: dict[Use, Tally] = {}
    for use, tally in tallies:
        summed.setdefault(use, Tally()).add(tally)
    counted = {use: summed[use].counts() for use in sorted(summed)}
    return {use: counts for use, counts in counted.items() if any(counts)}
