"""This room tells what waits: of masters for courses, and of courses for their sections (domain.md 9)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from reconciler.audit.awaiting import awaiting
from reconciler.audit.hop import behind
from reconciler.course import Area
from reconciler.reports.model import Column, Report
from reconciler.reports.why import waiting

if TYPE_CHECKING:
    from collections.abc import Sequence

    from reconciler.audit.awaiting import Line, Pile
    from reconciler.audit.filters import Chosen
    from reconciler.audit.hop import Behind
    from reconciler.course import Catalog
    from reconciler.current import Snapshot
    from reconciler.reports.model import Cell

MASTERS = (
    Column("catalog", "Catalog"),
    Column("master", "Master"),
    Column("area", "Area"),
    Column("reason", "Reason"),
    Column("item", "Item"),
    Column("course_info", "Course info", detail=True),
    Column("pushed", "Last pushed"),
    Column("desired", "Master has"),
    Column("courses", "Courses"),
    Column("schools", "Schools"),
    Column("last_push", "Last push"),
    Column("example", "Such as", detail=True),
    Column("why", "Why", detail=True),
    Column("what_to_do", "What to do", detail=True),
)
COURSES = (
    Column("school", "School"),
    Column("calendar", "Calendar"),
    Column("course", "Course"),
    Column("reason", "Reason"),
    Column("area", "Area"),
    Column("items", "Items"),
    Column("waiting", "Waiting"),
    Column("sections", "Sections"),
    Column("section_numbers", "Which", detail=True),
    Column("teachers", "Teachers", detail=True),
    Column("last_push", "Last push"),
    Column("name", "Name", detail=True),
    Column("why", "Why", detail=True),
    Column("what_to_do", "What to do", detail=True),
)
_AREAS = {area: place for place, area in enumerate(Area)}


def awaiting_masters(snapshot: Snapshot, catalogs: Sequence[Catalog], chosen: Chosen) -> Report:
    """What differs between masters and what was last pushed to their courses, and why it has not moved."""
    found = awaiting(catalogs, snapshot, chosen)
    lines = sorted(found.items(), key=lambda one: _order(one[0]))
    return Report(
        "awaiting-masters",
        "Course masters awaiting push",
        MASTERS,
        tuple(_of_master(chosen, line, pile) for line, pile in lines),
        facts=(
            ("masters", "Masters", len({(line.catalog, line.master) for line in found})),
            ("items", "Items", len({(line.catalog, line.master, *line.item[:2]) for line in found})),
            *chosen.filters.facts(),
        ),
        group=4,
        notes=(*_notes({line.reason for line in found}), *_info_note(found)),
        nothing="Nothing waits: what was last pushed is what the masters have.",
    )


def _order(line: Line) -> tuple[object, ...]:
    item = line.item
    told = (line.reason, item.label, item.pushed or "", item.desired or "", line.run or 0)
    return (line.catalog, line.master, _AREAS[item.area], *told)


def _of_master(chosen: Chosen, line: Line, pile: Pile) -> tuple[Cell, ...]:
    reason = waiting(line.reason)
    return (
        line.catalog,
        line.master,
        line.item.area.value,
        line.reason,
        line.item.label,
        line.item.area is Area.COURSE_INFO,
        line.item.pushed,
        line.item.desired,
        pile.courses,
        len(pile.schools),
        line.run,
        chosen.address(pile.example),
        reason.says,
        reason.do or None,
    )


def _info_note(found: dict[Line, Pile]) -> tuple[str, ...]:
    if any(line.item.area is Area.COURSE_INFO for line in found):
        return ("course_info: listed here, while the original of this report leaves it out.",)
    return ()


def _notes(reasons: set[str]) -> tuple[str, ...]:
    """What each reason means, once."""
    return tuple(
        f"{code}: {waiting(code).says}.{' ' * bool(waiting(code).do)}{waiting(code).do}"
        for code in sorted(reasons)
    )


def awaiting_courses(snapshot: Snapshot, chosen: Chosen) -> Report:
    """The courses whose setup has not reached their sections: the second hop is not done."""
    found = sorted(
        behind(snapshot, chosen), key=lambda one: (chosen.place(one.course), one.course, one.reason)
    )
    sections = {place for one in found for place in one.waiting}
    told = (
        {one.id: (one.number, one.teacher) for one in snapshot.section_records(sections)} if sections else {}
    )
    return Report(
        "awaiting-courses",
        "Courses awaiting push to their sections",
        COURSES,
        tuple(_of_course(chosen, one, [told[place] for place in one.waiting]) for one in found),
        facts=(
            ("courses", "Courses", len({one.course for one in found})),
            ("sections", "Sections", len(sections)),
            *chosen.filters.facts(),
        ),
        group=4,
        notes=_notes({one.reason for one in found}),
        nothing="Nothing waits: every section was offered what its course has.",
    )


def _of_course(chosen: Chosen, one: Behind, sections: list[tuple[str, str | None]]) -> tuple[Cell, ...]:
    reason = waiting(one.reason)
    return (
        *chosen.place(one.course),
        one.reason,
        one.area.value,
        one.items,
        len(one.waiting),
        one.sections,
        tuple(number for number, _ in sections),
        tuple(sorted({teacher for _, teacher in sections if teacher})),
        one.run,
        chosen.courses[one.course].name,
        reason.says,
        reason.do or None,
    )
