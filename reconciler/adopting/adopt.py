"""This room makes a first catalog of a state: gathered, drafted, locked, named, written."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from reconciler.adopting.drafts import MIRRORED, Draft, Drafting, listed_areas
from reconciler.adopting.gather import Asked, LeftOut, gather
from reconciler.adopting.lists import Named, join, named_lists
from reconciler.adopting.locks import Decided, decide
from reconciler.adopting.page import Page
from reconciler.adopting.shared import share
from reconciler.adopting.voices import LISTED
from reconciler.adopting.writable import fits
from reconciler.course import (
    FIELD_AREAS,
    Area,
    Catalog,
    Exemption,
    Lock,
    Master,
    item,
    setup,
)
from reconciler.errors.adopting import CatalogNameUnfit, NothingToAdopt

if TYPE_CHECKING:
    from reconciler.adopting.gather import Gathered
    from reconciler.course import Setup, Value
    from reconciler.current import CourseRecord, Snapshot


@dataclass(frozen=True, slots=True)
class Adopted:
    """A first catalog: as it is meant, as text, and the courses that it stands for by number.

    `deviating`: how many of these courses have a list or field that is not their master's.
    """

    catalog: Catalog
    text: str
    courses: dict[str, list[CourseRecord]]
    deviating: int
    left: tuple[LeftOut, ...]
    open: int

    @property
    def covered(self) -> int:
        """How many courses its masters stand for."""
        return sum(map(len, self.courses.values()))


def adopt(asked: Asked, snapshot: Snapshot) -> Adopted:
    """Make a catalog of the courses that are asked for; reads, never writes.

    Raises NothingToAdopt, CatalogNameUnfit, and what `gather` raises.
    """
    if not fits(asked.name):
        raise CatalogNameUnfit(name=repr(asked.name))
    found = gather(asked, snapshot)
    drafting = Drafting(found)
    drafts = drafting.drafts()
    if not drafts:
        left = len(found.left)
        raise NothingToAdopt(why=f": {left} left out, such as {' '.join(found.left[0])}" if left else "")
    decided = decide(drafting, drafts, listed_areas(drafts))
    names = {asked.name} | {one.catalog for one in snapshot.course_records() if one.catalog}
    applied = join(snapshot.lists(name) for name in (asked.name, *sorted(names - {asked.name})))
    named = named_lists([dict(draft.setups()) for draft in drafts], applied)
    catalog = _meant(asked, found, drafts, decided, named)
    needed = frozenset(
        name for name, areas in LISTED.items() if any(decided.areas.get(area) == "" for area in areas)
    )
    lists = {one.number: {name: one.lists[name].said for name in LISTED} for one in drafts}
    page = Page(catalog, drafts, decided, named, share(lists, needed), tuple(found.left))
    return Adopted(
        catalog,
        page.text(),
        {draft.number: draft.courses for draft in drafts},
        _deviating(drafting, drafts),
        tuple(found.left),
        len(named.open),
    )


def _meant(asked: Asked, found: Gathered, drafts: list[Draft], decided: Decided, named: Named) -> Catalog:
    calendars = [found.chosen[one.calendar_id] for draft in drafts for one in draft.courses]
    years = tuple(sorted({one.year for one in calendars}))
    schools = {one.school for one in calendars}
    everyone = schools == {one.school for one in found.calendars.values()}
    served = None if everyone else tuple(sorted(schools))
    beside = {
        one.name
        for place, one in found.calendars.items()
        if place not in found.chosen and one.year in years and one.school in schools
    } - {one.name for one in calendars}
    return Catalog(
        asked.name,
        years,
        served,
        decided.locks,
        {draft.number: _master(draft, decided) for draft in drafts},
        named.lists,
        tuple(Exemption(_exactly(one), "Not looked at when this catalog was made") for one in sorted(beside)),
    )


def _exactly(name: str) -> str:
    """A glob that means this name alone."""
    return "".join(f"[{one}]" if one in "*?[" else one for one in name)


def _master(draft: Draft, decided: Decided) -> Master:
    setups: dict[Area, Setup] = {}
    for area in FIELD_AREAS:
        values = {key: one.value for (where, key), one in draft.fields.items() if where is area}
        if values:
            setups[area] = setup(item(area, key, {"value": value}) for key, value in values.items())
    for name, choice in draft.lists.items():
        areas = LISTED[name]
        locked = any(decided.locks.of(area) is not Lock.UNLOCKED for area in areas)
        if locked or any(choice.said):
            setups.update(zip(areas, choice.said, strict=True))
    return Master(
        draft.number, draft.name, draft.active, {area: setups[area] for area in Area if area in setups}
    )


def _deviating(drafting: Drafting, drafts: list[Draft]) -> int:
    """The courses that are not in everything what their master says; lists taken from sections apart."""
    count = 0
    for draft in drafts:
        wanted = {key: one.value for key, one in draft.fields.items()}
        lists = {name: one.said for name, one in draft.lists.items() if not one.below}
        known: dict[int, bool] = {}
        for course in draft.courses:
            place = course.holding_id
            if place not in known:
                known[place] = all(
                    drafting.voices.said(place, name) == said for name, said in lists.items()
                ) and all(
                    drafting.fields(area, place).get(key, _unsaid(key, value)) == value
                    for (area, key), value in wanted.items()
                )
            count += not known[place]
    return count


def _unsaid(key: str, value: Value) -> Value:
    """What a course means that does not say a field: every course has a number and a name, and is active."""
    return value if key in MIRRORED else None
