"""This room holds the filters that all reports share."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any

import typer

if TYPE_CHECKING:
    from reconciler.audit.filters import Filters


def _option(name: str, what: str, metavar: str = "NAME") -> Any:  # noqa: ANN401 - Typer's own type
    return typer.Option(name, metavar=metavar, help=f"Only {what}.", show_default=False)


CalendarFilter = Annotated[list[str] | None, _option("--calendar", "these calendars (globs)")]
SchoolFilter = Annotated[list[str] | None, _option("--school", "these schools (globs)")]
MasterFilter = Annotated[
    list[str] | None, _option("--master", "courses that are linked to these masters (globs)", "NUMBER")
]
CourseFilter = Annotated[
    list[str] | None, _option("--course", "these courses: NUMBER or NUMBER@CALENDAR (globs)", "COURSE")
]
TeacherFilter = Annotated[list[str] | None, _option("--teacher", "sections of these teachers (globs)")]
AreaFilter = Annotated[list[str] | None, _option("--area", "these areas, such as categories (globs)", "AREA")]


def filters(
    calendar: list[str] | None,
    school: list[str] | None,
    master: list[str] | None,
    course: list[str] | None,
    teacher: list[str] | None,
    area: list[str] | None,
) -> Filters:
    """What was asked for, as a report takes it."""
    from reconciler.audit.filters import Filters

    told = (calendar, school, master, course, teacher, area)
    return Filters(*(tuple(one or ()) for one in told))
