"""This room grows a made-up district into a store: its state just after a push of all its masters.

Of all sections, 10 % have categories that their teacher made (two names are far more popular than the
rest), in 5 % a pushed weight was changed since; under 5 % of the courses a category stays that the masters
dropped and the sections used. 2 % of the courses are ignored, 1 % out of sync. Weights that people chose
differ by school: each has three that are usual there. Half of a school year has left its evidence: 7 of 8
sections have some, one in 50 was never read.
"""

from __future__ import annotations

from collections import Counter
from itertools import islice
from random import Random
from typing import TYPE_CHECKING, NamedTuple

from benchmarks.catalogs import QUARTER, YEAR, catalog_name
from reconciler.course import (
    REACHES_SECTIONS,
    Area,
    Counts,
    Holding,
    Part,
    Term,
    Use,
    item,
    setup,
)
from reconciler.current import CourseRecord, SectionRecord
from reconciler.linking import whole

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from benchmarks.sizes import Size
    from reconciler.course import Catalog, Item, Setup
    from reconciler.current import Store, Transaction

AT_ONCE = 10
"""Calendars that one transaction writes."""
TERMS = (
    Term("Q1", "2026-08-24", "2026-10-23"),
    Term("Q2", "2026-10-26", "2027-01-15"),
    Term("Q3", "2027-01-19", "2027-03-19"),
    Term("Q4", "2027-03-29", "2027-06-04"),
)
DROPPED = "Journal"
"""The category that masters had last year."""
EXTRA = {
    "Extra Credit": 40,
    "Participation": 30,
    "Bell Work": 10,
    "Retakes": 8,
    "Warm-ups": 7,
    "Binder": 5,
}
"""The categories that teachers make, and how popular each is."""
WITH_OWN, DRIFTED, KEPT, IGNORED, DESYNCED = 0.10, 0.05, 0.05, 0.02, 0.01
NO_EVIDENCE, NEVER_READ = 0.10, 0.02
WEIGHTS = ("5", "8", "10", "12", "15", "20", "25", "30")
USUAL = (6, 3, 1)
"""How popular the three weights are that people choose at one school."""


def school_name(place: int) -> str:
    """The name of a school, counted from 0."""
    return f"School {place + 1:04d}"


def calendar_name(place: int) -> str:
    """The name of its calendar."""
    return f"{school_name(place)} {YEAR - 1}-{YEAR % 100}"


def served(size: Size, catalog: int) -> list[str]:
    """The schools of a catalog: each school has one."""
    return [school_name(place) for place in range(catalog, size.calendars, size.catalogs)]


class Variant(NamedTuple):
    """What tells one host from another under the same master.

    `edited`: the first category's weight as changed below; `own`: categories that a teacher made, each with
    its weight.
    """

    edited: str = ""
    own: tuple[tuple[str, str], ...] = ()
    kept: bool = False


Shape = tuple[bool, str, str, Variant]
"""(section?, catalog, master, variant)."""
Uses = tuple[tuple[Use, Counts], ...]


def grow(store: Store, catalogs: Sequence[Catalog], size: Size, seed: int, *, rolled: bool = False) -> None:
    """Write the whole district. `rolled`: the year was rolled forward, and nothing is set up yet."""
    calendars = iter(range(size.calendars))
    farm = _Farm(catalogs, size, seed, rolled=rolled)
    while places := list(islice(calendars, AT_ONCE)):
        with store.write() as tx:
            for place in places:
                farm.calendar(tx, place)
    with store.write() as tx:
        for one in catalogs:
            tx.put_lists(one.name, one.lists)


class _Farm:
    """Grows calendars; remembers the id of every holding."""

    def __init__(self, catalogs: Sequence[Catalog], size: Size, seed: int, *, rolled: bool) -> None:
        # By name: a loaded list of catalogs is sorted as text, "Catalog 10" before "Catalog 2".
        self.catalogs = {one.name: one for one in catalogs}
        self.size = size
        self.seed = seed
        self.rolled = rolled
        self.shapes: dict[Shape, int] = {}
        self.wanted: dict[tuple[str, str], Mapping[Area, Setup]] = {}

    def calendar(self, tx: Transaction, place: int) -> None:
        """One school with its calendar, courses, sections and their evidence."""
        rng = Random(f"{self.seed}/calendar {place}")
        tx.put_school(school_name(place), f"s{place}")
        calendar = tx.put_calendar(calendar_name(place), school_name(place), YEAR, TERMS)
        usual = rng.sample(WEIGHTS, len(USUAL))
        shapes = list(self._courses(rng, place, usual))
        ignored = [rng.random() < IGNORED for _ in shapes]
        held = self._holdings(tx, shapes)
        records = (self._course(calendar, *one) for one in zip(shapes, ignored, held, strict=True))
        courses = list(zip(tx.put_courses(records), shapes, strict=True))
        self._sections(tx, rng, usual, courses, _share(self.size.sections, self.size.calendars, place))

    def _courses(self, rng: Random, place: int, usual: Sequence[str]) -> Iterator[Shape]:
        catalog = self.catalogs[catalog_name(place % self.size.catalogs)]
        count = _share(self.size.courses, self.size.calendars, place)
        for number in sorted(rng.sample(tuple(catalog.masters), count)):
            kept = rng.random() < KEPT and not self.rolled
            edited = self._edit(rng, catalog.name, number, usual) if rng.random() < DESYNCED else ""
            yield False, catalog.name, number, Variant(edited, (), kept)

    def _course(self, calendar: int, shape: Shape, ignored: bool, held: int) -> CourseRecord:
        _, catalog, number, _ = shape
        name = self.catalogs[catalog].masters[number].name
        return CourseRecord(0, calendar, number, name, catalog, number, None, ignored, False, None, held)

    def _sections(
        self,
        tx: Transaction,
        rng: Random,
        usual: Sequence[str],
        courses: Sequence[tuple[int, Shape]],
        count: int,
    ) -> None:
        rows, shapes, evidence = [], [], []
        for (course, above), many in zip(courses, _spread(rng, count, len(courses)), strict=True):
            for nth in range(1, many + 1):
                shape = self._section(rng, usual, above)
                rows.append((course, str(nth), f"T{rng.randrange(40)}"))
                shapes.append(shape)
                evidence.append(() if self.rolled else self._uses(rng, shape))
        records = (
            SectionRecord(0, *row, (1, 2, 3, 4), None, holding, None)
            for row, holding in zip(rows, self._holdings(tx, shapes), strict=True)
        )
        ids = tx.put_sections(records)
        read = [(section, uses) for section, uses in zip(ids, evidence, strict=True) if uses is not None]
        counts = ((section, use, many) for section, uses in read for use, many in uses)
        tx.put_counts(counts, [section for section, _ in read])

    def _section(self, rng: Random, usual: Sequence[str], above: Shape) -> Shape:
        _, catalog, number, course = above
        if self.rolled:
            return True, catalog, number, Variant()
        edited = self._edit(rng, catalog, number, usual) if rng.random() < DRIFTED else ""
        names = _made_below(rng) if rng.random() < WITH_OWN else []
        own = tuple((name, rng.choices(usual, USUAL)[0]) for name in names)
        return True, catalog, number, Variant(edited, own, course.kept)

    def _uses(self, rng: Random, shape: Shape) -> Uses | None:
        _, catalog, number, variant = shape
        return _uses(rng, self._wanted(catalog, number)[Area.CATEGORIES], variant)

    def _edit(self, rng: Random, catalog: str, number: str, usual: Sequence[str]) -> str:
        """A weight that somebody chose for the first category, other than the one it has."""
        now = self._wanted(catalog, number)[Area.CATEGORIES].items[0].get("weight")
        others = {one: by for one, by in zip(usual, USUAL, strict=True) if one != now}
        return rng.choices(tuple(others), tuple(others.values()))[0]

    def _wanted(self, catalog: str, number: str) -> Mapping[Area, Setup]:
        if (catalog, number) not in self.wanted:
            there = self.catalogs[catalog]
            self.wanted[catalog, number] = whole(there, there.masters[number]).setups
        return self.wanted[catalog, number]

    def _holdings(self, tx: Transaction, shapes: Sequence[Shape]) -> list[int]:
        """The ids of what hosts of these shapes have; equal sections of several masters share one."""
        new = {one: Holding() if self.rolled else self._made(one) for one in shapes if one not in self.shapes}
        if new:
            ids = tx.keep_holdings(new.values())
            self.shapes.update((shape, ids[holding]) for shape, holding in new.items())
        return [self.shapes[one] for one in shapes]

    def _made(self, shape: Shape) -> Holding:
        on_section, catalog, number, variant = shape
        parts: dict[tuple[Area, Part], Setup] = {}
        for area, listed in self._wanted(catalog, number).items():
            if area in REACHES_SECTIONS or not on_section:
                parts[area, Part.PUSHED] = parts[area, Part.LINKED] = listed
        if variant.edited:
            first, *others = parts[Area.CATEGORIES, Part.PUSHED]
            parts[Area.CATEGORIES, Part.LINKED] = setup([first.with_fields(weight=variant.edited), *others])
        parts[Area.CATEGORIES, Part.OWN] = setup(_own(variant))
        return Holding().put(parts)


def _share(whole_: int, parts: int, place: int) -> int:
    return whole_ // parts + (place < whole_ % parts)


def _spread(rng: Random, count: int, courses: int) -> list[int]:
    """How many sections each course has: at least one."""
    more = Counter(rng.randrange(courses) for _ in range(count - courses))
    return [1 + more[place] for place in range(courses)]


def _made_below(rng: Random) -> list[str]:
    """The names of one category that a teacher made; now and then of two."""
    count = rng.choice((1, 1, 1, 1, 1, 2))
    return sorted(set(rng.choices(tuple(EXTRA), tuple(EXTRA.values()), k=count)))


def _own(variant: Variant) -> Iterator[Item]:
    for name, weight in variant.own:
        yield item(Area.CATEGORIES, f"section/{name}", {"name": name, "weight": weight})
    if variant.kept:
        yield item(Area.CATEGORIES, DROPPED, {"name": DROPPED, "weight": "10"}, left=True, kept=True)


def _uses(rng: Random, listed: Setup, variant: Variant) -> Uses | None:
    """Evidence of two quarters; now and then one category has none yet."""
    if rng.random() < NEVER_READ:
        return None
    if rng.random() < NO_EVIDENCE and not variant.kept:
        return ()
    keys = [one.key for one in (*listed, *_own(variant))]
    idle = rng.randrange(4 * len(keys))
    terms = (1, 2) if rng.random() < 0.9 else (1,)  # noqa: PLR2004 - some wait for the second quarter
    found = [
        (Use(Area.CATEGORIES, key, term), Counts(rng.randint(1, 12), rng.randint(20, 300)))
        for place, key in enumerate(keys)
        for term in terms
        if place != idle or key == DROPPED
    ]
    posted = [
        (Use(Area.GRADING_TASKS, QUARTER, term), Counts(0, 0, rng.randint(10, 32), 2)) for term in terms
    ]
    return (*found, *posted)
