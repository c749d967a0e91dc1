"""A small district that tests fill as they need: masters, courses and sections in a real store."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, NamedTuple

from reconciler.course import (
    Area,
    Catalog,
    Counts,
    Holding,
    Lock,
    Locks,
    Master,
    Origin,
    Part,
    Setup,
    Term,
    Use,
    cell_key,
    composite_key,
    item,
    ref_of,
    setup,
)
from reconciler.current import CourseRecord, SectionRecord
from reconciler.plan.build import build
from reconciler.plan.scope import Scope
from reconciler.plan.summary import summarise
from reconciler.stores import open_store

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from reconciler.current import Store
    from reconciler.plan.model import Plan
    from reconciler.plan.told import Line, Summary

QUARTERS = (
    Term("Q1", "2026-08-17", "2026-10-16"),
    Term("Q2", "2026-10-19", "2026-12-18"),
    Term("Q3", "2027-01-05", "2027-03-12"),
    Term("Q4", "2027-03-15", "2027-05-28"),
)
RUNNING, BEFORE = "2026-09-01", "2026-07-01"
HARRISON, ROOSEVELT, SUMMER = "Harrison High 2026-27", "Roosevelt High 2026-27", "Harrison Summer 2027"
CALENDARS = {
    HARRISON: ("Harrison High", QUARTERS),
    ROOSEVELT: ("Roosevelt High", QUARTERS),
    SUMMER: ("Harrison High", (Term("S1", "2027-06-07", "2027-06-25"),)),
}
NAME = "Harrison High Schools"
ALL_LOCKED = Locks(dict.fromkeys(Area, Lock.LOCKED))
Setups = dict[Area, Setup]
Uses = dict[Use, Counts]


def categories(**weights: object) -> Setups:
    """Categories by name, each a weight or its fields."""
    area = Area.CATEGORIES
    fields = {name: one if isinstance(one, dict) else {"weight": one} for name, one in weights.items()}
    return {area: setup(item(area, name, {"name": name, **one}) for name, one in fields.items())}


def own(name: str, maker: str = "section", **fields: object) -> Setups:
    """One category that somebody made below."""
    return {Area.CATEGORIES: setup([item(Area.CATEGORIES, f"{maker}/{name}", {"name": name, **fields})])}


def tasks(**fields: dict[str, object]) -> Setups:
    """Grading tasks by name."""
    return {Area.GRADING_TASKS: setup(item(Area.GRADING_TASKS, name, one) for name, one in fields.items())}


def cells(**calculations: str) -> Setups:
    """Grade calc options of term 1, by task."""
    area = Area.GRADE_CALC_OPTIONS
    return {
        area: setup(
            item(area, cell_key(ref_of(name), 1), {"calculation": one}) for name, one in calculations.items()
        )
    }


def composites(parent: str, weights: Mapping[str, object], term: int = 4) -> Setups:
    """A composite grade: the children `Quarter@1` with their weights; None leaves the weight out."""
    rows, sums = [], []
    for child, weight in weights.items():
        name, _, position = child.partition("@")
        key = composite_key(ref_of(parent), term, ref_of(name), int(position))
        rows.append(item(Area.COMPOSITE_GRADES, key, {}))
        if weight is not None:
            sums.append(item(Area.COMPOSITE_WEIGHTS, key, {"weight": weight}))
    return {Area.COMPOSITE_GRADES: setup(rows), Area.COMPOSITE_WEIGHTS: setup(sums)}


def info(**values: object) -> Setups:
    """Course-info fields."""
    area = Area.COURSE_INFO
    return {area: setup(item(area, name, {"value": value}) for name, value in values.items())}


def holding(
    linked: Setups | None = None, *, pushed: Setups | None = None, made: Setups | None = None
) -> Holding:
    """What a host has; `pushed` is what is linked unless said."""
    linked = linked or {}
    parts = {
        Part.LINKED: linked,
        Part.PUSHED: linked if pushed is None else pushed,
        Part.OWN: made or {},
    }
    return Holding().put(
        {(area, part): one for part, listed in parts.items() for area, one in listed.items()}
    )


def kept(setups: Setups, *, left: bool = True) -> Setups:
    """The same items as residuals."""
    return {
        area: setup(one._replace(kept=True, left=left) for one in listed) for area, listed in setups.items()
    }


def master(number: str, *setups: Setups, line: int = 10, active: bool = True, **other: object) -> Master:
    """A master with its items, all written from `line` on in catalog.yaml."""
    merged: Setups = {}
    for one in setups:
        merged |= one
    places = [(area, one.key) for area, listed in merged.items() for one in listed]
    origins = {place: Origin("master", "catalog.yaml", line + 1 + step) for step, place in enumerate(places)}
    top = Origin("master", "catalog.yaml", line)
    return Master(number, f"Course {number}", active, merged, origins=origins, origin=top, **other)


def catalog(*masters: Master, locks: Locks = ALL_LOCKED, **other: object) -> Catalog:
    """A catalog for every school in 2026-27."""
    return Catalog(NAME, (2027,), None, locks, {one.number: one for one in masters}, **other)


def locked(*areas: Area, **others: Lock) -> Locks:
    """Locks of just these areas."""
    return Locks({**dict.fromkeys(areas, Lock.LOCKED), **{Area(name): one for name, one in others.items()}})


class SectionOf(NamedTuple):
    """One section; `uses` None: never read."""

    holding: Holding = Holding()
    uses: Uses | None = None


def unused(one: Holding) -> SectionOf:
    """A section without any evidence."""
    return SectionOf(one, {})


def use(key: str, term: int = 1, area: Area = Area.CATEGORIES, **counts: int) -> Uses:
    """Evidence of one thing."""
    return {Use(area, key, term): Counts(**counts)}


@dataclass
class District:
    """A store under construction, and what was put into it."""

    store: Store
    ids: dict[str, int] = field(default_factory=dict)

    def add(
        self, number: str, held: Holding, *sections: SectionOf, calendar: str = HARRISON, **other: object
    ) -> int:
        """Put in one course, linked to the master of its number, with its sections; gives its id."""
        with self.store.write() as tx:
            holdings = tx.keep_holdings([held, *(one.holding for one in sections)])
            record = CourseRecord(
                0, self.ids[calendar], number, f"Course {number}", NAME, number,
                None, False, False, None, holdings[held],
            )  # fmt: skip
            (course,) = tx.put_courses([record._replace(**other)])
            rows = [
                SectionRecord(0, course, str(place), "Ito", (), None, holdings[one.holding], None)
                for place, one in enumerate(sections, 1)
            ]
            placed = tx.put_sections(rows)
            for section, one in zip(placed, sections, strict=True):
                if one.uses is not None:
                    tx.put_counts([(section, *pair) for pair in one.uses.items()], [section])
        return course

    def plan(self, *catalogs: Catalog, **scope: object) -> Plan:
        """Plan a push into both schools' years, out of session unless told otherwise."""
        asked = Scope(2027, BEFORE, (HARRISON, ROOSEVELT), to_sections=True)
        with self.store.read() as snapshot:
            return build(catalogs, replace(asked, **scope), snapshot, store=self.store.id, catalog="digest")

    def told(self, *catalogs: Catalog, **scope: object) -> Summary:
        """The summary of such a plan."""
        plan = self.plan(*catalogs, **scope)
        with self.store.read() as snapshot:
            return summarise(plan, snapshot, catalogs)


def found(path: Path) -> District:
    """A district with two schools and three calendars, and no course yet."""
    district = District(open_store(str(path / "state.db"), create=True))
    with district.store.write() as tx:
        for name, (school, terms) in CALENDARS.items():
            tx.put_school(school, None)
            district.ids[name] = tx.put_calendar(name, school, 2027, terms)
    return district


def one_line(lines: tuple[Line, ...], **wanted: object) -> Line:
    """The only line with these values."""
    (line,) = [one for one in lines if all(getattr(one, name) == value for name, value in wanted.items())]
    return line


def said(line: Line) -> tuple[dict[str, int], dict[str, int]]:
    """What a line says was there, and what comes."""
    return {one.text: one.times for one in line.olds.first}, {one.text: one.times for one in line.news.first}
