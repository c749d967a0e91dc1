"""Short words for districts, and a plain picture of what a store holds."""

from __future__ import annotations

from typing import TYPE_CHECKING

from reconciler.course import Area, Counts, Part, Term, Use
from reconciler.district import CalendarIn, CourseIn, District, Incoming, Place, SchoolIn, SectionIn

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from reconciler.course import Holding
    from reconciler.current import Store
    from reconciler.district import Incomings

NORTH = "North 2026-27"
QUARTERS = tuple(Term(f"Q{number}") for number in range(1, 5))
EVERY = frozenset(Area)
ALL_COUNTS = frozenset(Counts._fields)
CATEGORIES = Area.CATEGORIES
PLACE = Place("source.csv", 7)


def cat(
    name: str | None,
    weight: object = None,
    *,
    key: str | None = None,
    source_id: str | None = None,
    mark: str = "",
    **fields: object,
):
    """A category as a source tells it."""
    named = {} if name is None else {"name": name}
    weighed = {} if weight is None else {"weight": str(weight)}
    return Incoming(key, {**named, **weighed, **fields}, source_id, mark)


def used(
    name: str | None,
    count: int = 3,
    *,
    term: int = 1,
    scores: int = 0,
    area: Area = CATEGORIES,
    **more: object,
):
    """One use with its counts."""
    return {Use(area, name, term): Counts(assignments=count, scores=scores, **more)}


def section(
    number: str = "1",
    cats: Iterable[Incoming] | None = None,
    *,
    uses: Mapping[Use, Counts] | None = None,
    areas: Mapping[Area, Incomings] | None = None,
    **more: object,
):
    """A section; `cats` None names no category list at all."""
    listed = dict(areas or {})
    if cats is not None:
        listed[CATEGORIES] = tuple(cats)
    return SectionIn(number, areas=listed, uses=uses, place=PLACE, **more)


def course(
    *sections: SectionIn,
    number: str = "0401",
    name: str | None = "Algebra I",
    calendar: str = NORTH,
    cats: Iterable[Incoming] | None = None,
    areas: Mapping[Area, Incomings] | None = None,
    **more: object,
):
    """A course with these sections."""
    listed = dict(areas or {})
    if cats is not None:
        listed[CATEGORIES] = tuple(cats)
    return CourseIn(calendar, number, name, areas=listed, sections=tuple(sections), place=PLACE, **more)


def district(*courses: CourseIn, **more: object):
    """A district of one school with one calendar; it carries everything unless told otherwise."""
    facts = {
        "schools": (SchoolIn("North"),),
        "calendars": (CalendarIn(NORTH, "North", 2027, QUARTERS),),
        "course_areas": EVERY,
        "section_areas": EVERY,
        "evidence": ALL_COUNTS,
    }
    return District("source.csv", courses=courses, **{**facts, **more})


def names(host: dict):
    """A picture's categories by key: (name, weight)."""
    return {key: (fields.get("name"), fields.get("weight")) for key, fields in host["categories"].items()}


def picture(store: Store):
    """`number/section` -> what it holds now, part by part, and its uses (None: never read)."""
    with store.read() as snapshot:
        courses = {one.id: one for one in snapshot.course_records()}
        sections = list(snapshot.section_records())
        ids = {one.holding_id for one in courses.values()} | {one.holding_id for one in sections}
        holdings = snapshot.holdings(ids)
        counts = {}
        for place, use, count in snapshot.counts():
            counts.setdefault(place, {})[use.key, use.term] = tuple(count)
        found = {one.number: _host(holdings[one.holding_id]) for one in courses.values()}
        for one in sections:
            host = _host(holdings[one.holding_id])
            host["uses"] = None if one.used_id is None else counts.get(one.id, {})
            found[f"{courses[one.course_id].number}/{one.number}"] = host
    return found


def _host(holding: Holding) -> dict:
    host = {"marks": {}}
    for area in Area:
        here = holding.here(area)
        host[str(area)] = {one.key: dict(one.fields) for one in here}
        for part in Part:
            host[f"{area} {part}"] = {one.key: dict(one.fields) for one in holding.get(area, part)}
        host["marks"] |= {one.key: (one.left, one.kept) for one in here if one.left or one.kept}
    return host
