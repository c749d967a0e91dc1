"""This room tells the section audit: per teacher and course what a gradebook is set up with."""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING

from reconciler.course import Area, Part
from reconciler.plan.words import item_text, label
from reconciler.reports.model import Column, Report

if TYPE_CHECKING:
    from reconciler.audit.filters import Chosen
    from reconciler.course import Holding, Item, Setup
    from reconciler.current import SectionRecord, Snapshot
    from reconciler.reports.model import Cell

COLUMNS = (
    Column("teacher", "Teacher"),
    Column("school", "School"),
    Column("calendar", "Calendar"),
    Column("course", "Course"),
    Column("name", "Name"),
    Column("section", "Section"),
    Column("master", "Master"),
    Column("categories", "Categories"),
    Column("composite_grades", "Composites"),
    Column("grade_calc_options", "Grade calc options"),
    Column("grading_tasks", "Tasks"),
    Column("post_only", "Post-only tasks"),
    Column("standards", "Standards"),
)
BELOW = (Area.CATEGORIES, Area.COMPOSITE_GRADES, Area.GRADE_CALC_OPTIONS)
"""What a section has itself."""
ABOVE = (Area.GRADING_TASKS, Area.STANDARDS)
"""What it reads of its course."""


def section_audit(snapshot: Snapshot, chosen: Chosen) -> Report:
    """Every chosen section, by teacher and course; an area that was not asked for has no value."""
    records = _records(snapshot, chosen)
    held = {one.holding_id for one in records} | {chosen.courses[one.course_id].holding_id for one in records}
    holdings = snapshot.holdings(held) if held else {}
    records.sort(key=lambda one: (one.teacher or "", chosen.place(one.course_id), one.number, one.id))
    return Report(
        "sections",
        "Section audit",
        COLUMNS,
        tuple(_row(chosen, one, holdings) for one in records),
        facts=(
            ("sections", "Sections", len(records)),
            ("teachers", "Teachers", len({one.teacher for one in records if one.teacher})),
            ("courses", "Courses", len({one.course_id for one in records})),
            *chosen.filters.facts(),
        ),
        group=3,
        nothing="There is no section.",
    )


def _records(snapshot: Snapshot, chosen: Chosen) -> list[SectionRecord]:
    if chosen.sections is not None:
        return [one for one in chosen.sections.values() if one.course_id in chosen.courses]
    return [one for one in snapshot.section_records() if one.course_id in chosen.courses]


def _row(chosen: Chosen, one: SectionRecord, holdings: dict[int, Holding]) -> tuple[Cell, ...]:
    course = chosen.courses[one.course_id]
    own, above = holdings[one.holding_id], holdings[course.holding_id]
    tasks = Area.GRADING_TASKS in chosen.areas
    told = {area: _items(own, area) for area in BELOW} | {area: _items(above, area) for area in ABOVE}
    shown = {area: told[area] if area in chosen.areas else None for area in told}
    return (
        one.teacher,
        *chosen.place(one.course_id),
        course.name,
        one.number,
        course.master,
        *(shown[area] for area in (*BELOW, Area.GRADING_TASKS)),
        tuple(it.key for it in above.here(Area.GRADING_TASKS) if it.get("post_only")) if tasks else None,
        shown[Area.STANDARDS],
    )


def _items(holding: Holding, area: Area) -> tuple[str, ...]:
    """The items of an area in words; of composites with their weights."""
    weights = (holding.get(Area.COMPOSITE_WEIGHTS, part) for part in (Part.LINKED, Part.OWN))
    beside = tuple(weights) if area is Area.COMPOSITE_GRADES else ()
    return _told(area, holding.get(area, Part.LINKED), holding.get(area, Part.OWN), beside)


@lru_cache(maxsize=100_000)
def _told(area: Area, linked: Setup, own: Setup, weights: tuple[Setup, ...]) -> tuple[str, ...]:
    """Said once for each distinct setup."""
    return tuple(_item(area, one, weights) for one in (*linked, *own))


def _item(area: Area, one: Item, weights: tuple[Setup, ...]) -> str:
    name, text = label(area, one.key, one), item_text(area, one)
    if weights:
        there = [item_text(Area.COMPOSITE_WEIGHTS, row) for listed in weights if (row := listed.get(one.key))]
        text = ", ".join(there)
    text = f"{name} ({text})" if text else name
    return f"{text}, residual" if one.kept else text
