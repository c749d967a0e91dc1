"""This room holds the inputs of a push: what, from where, to where, how (domain.md 3 and 4)."""

from __future__ import annotations

from dataclasses import dataclass

from reconciler.course import Area, DataType

ALL_DATA = frozenset(DataType)
COURSE_PUSH = {
    Area.CATEGORIES: DataType.CATEGORIES,
    Area.COMPOSITE_GRADES: DataType.COMPOSITE_GRADES,
    Area.COMPOSITE_WEIGHTS: DataType.COMPOSITE_GRADES,
    Area.GRADE_CALC_OPTIONS: DataType.GRADE_CALC_OPTIONS,
    Area.COURSE_INFO: DataType.COURSE_INFO,
}
"""What a push from courses carries, by the data type that ticks it; of course info just advisory (S2)."""
ADVISORY = "advisory"


@dataclass(frozen=True, slots=True)
class Scope:
    """One push, as asked for.

    `from_courses`: "Push All Courses" (domain.md 4), else "Push All Course Masters". `calendars` are
    names, all of school year `year`. `masters`, `courses` and `schools` narrow the push; empty ones
    don't. `today` (ISO 8601) decides what is in session. `relink`: put back what was changed below, and
    leave what is a host's own (domain.md 7). `areas` narrow what the ticked data carries; empty ones don't.
    `undoes`: the run that is taken back; then nothing else of the scope but `today` counts.
    """

    year: int
    today: str
    calendars: tuple[str, ...]
    from_courses: bool = False
    overwrite: bool = False
    data: frozenset[DataType] = ALL_DATA
    to_sections: bool = False
    cross_site: bool = False
    overwrite_categories: bool = False
    masters: tuple[str, ...] = ()
    courses: tuple[str, ...] = ()
    schools: tuple[str, ...] = ()
    allow_in_session: bool = False
    relink: bool = False
    areas: tuple[str, ...] = ()
    undoes: int = 0
