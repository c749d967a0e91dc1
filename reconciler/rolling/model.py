"""This room is the plan of a year change: what would be made of which calendar, and what would not."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from reconciler.course import Term


class Rolled(NamedTuple):
    """One calendar that is rolled forward. `state`: the digest of all that is copied, as it was.

    `there`: the new calendar is there already, and empty. `left` counts assessments, `residuals` items.
    """

    school: str
    name: str
    new: str
    terms: tuple[Term, ...]
    there: bool
    state: str
    courses: int
    linked: int
    ignored: int
    sections: int
    left: int
    residuals: int


class Refused(NamedTuple):
    """One calendar that is not rolled forward: why, and what to do about it."""

    school: str
    name: str
    reason: str
    why: str
    how: str


@dataclass(frozen=True, slots=True)
class Rolling:
    """The whole plan. `start` and `end`: the two school years, each by that in which it ends."""

    store: str
    start: int
    end: int
    with_sections: bool
    calendars: tuple[Rolled, ...]
    refused: tuple[Refused, ...] = ()
    notes: tuple[str, ...] = ()
