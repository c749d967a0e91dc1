"""This room grows a made-up district into a store: its state just after a push of all its masters.

Of all sections, 10 % have categories that their teacher made, in 5 % a pushed weight was changed since;
under 5 % of the courses a category stays that the masters dropped and the sections used. 2 % of the
courses are ignored, 1 % out of sync. Weights that people chose differ by school. Half of a school year
has left its evidence: 7 of 8 sections have some, one in 50 was never read.
"""

from __future__ import annotations

from collections import Counter
from itertools import islice
from random import Random
from typing import TYPE_CHECKING, NamedTuple

from benchmarks.catalogs import QUARTER, YEAR
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
EXTRA = ("Extra Credit", "Participation", "Bell Work", "Retakes", "Warm-ups", "Binder")
WITH_OWN, DRIFTED, KEPT, IGNORED, DESYNCED = 0.10, 0.05, 0.05, 0.02, 0.01
NO_EVIDENCE, NEVER_READ = 0.10, 0.02
WEIGHTS = ("5", "8", "10", "12", "15", "20", "25", "30")


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


Shape = tuple[bool, int, str, Variant]
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


class _Farm:
    """Grows calendars; remembers the id of every holding."""

    def __init__(self, catalogs: Sequence[Catalog], size: Size, seed: int, *, rolled: bool) -> None:
        self.catalogs = catalogs
        self.size = size
        self.seed = seed
        self.rolled = rolled
        self.shapes: dict[Shape, int] = {}
        self.wanted: dict[tuple[int, str], Mapping[Area, Setup]] = {}

    def calendar(self, tx: Transaction, place: int) -> None:
        """One school with its calendar, courses, sections and their evidence."""
        rng = Random(f"{self.seed}/calendar {place}")
        tx.put_school(school_name(place), f"s{place}")
        calendar = tx.put_calendar(calendar_name(place), school_name(place), YEAR, TERMS)
        which = place % self.size.catalogs
        catalog = self.catalogs[which]
        count = _share(self.size.courses, self.size.calendars, place)
        numbers = sorted(rng.sample(tuple(catalog.masters), count))
        kept = [rng.random() < KEPT and not self.rolled for _ in numbers]
        records = []
        for number, has_kept in zip(numbers, kept, strict=True):
            edited = rng.choice(WEIGHTS) if rng.random() < DESYNCED else ""
            holding = self._holding(tx, (False, which, number, Variant(edited, (), has_kept)))
            name, ignored = catalog.masters[number].name, rng.random() < IGNORED
            records.append(
                CourseRecord(
                    0, calendar, number, name, catalog.name, number, None, ignored, False, None, holding
                )
            )
        courses = list(zip(tx.put_courses(records), numbers, kept, strict=True))
        self._sections(tx, rng, place, courses)

    def _sections(
        self, tx: Transaction, rng: Random, place: int, courses: Sequence[tuple[int, str, bool]]
    ) -> None:
        which = place % self.size.catalogs
        local = rng.sample(WEIGHTS, 2)
        records, evidence = [], []
        count = _share(self.size.sections, self.size.calendars, place)
        for (course, number, has_kept), many in zip(courses, _spread(rng, count, len(courses)), strict=True):
            listed = self._wanted(which, number)[Area.CATEGORIES]
            for nth in range(1, many + 1):
                variant = Variant() if self.rolled else _variant(rng, local, kept=has_kept)
                holding = self._holding(tx, (True, which, number, variant))
                teacher = f"T{rng.randrange(40)}"
                records.append(SectionRecord(0, course, str(nth), teacher, (1, 2, 3, 4), None, holding, None))
                evidence.append(() if self.rolled else _uses(rng, listed, variant))
        ids = tx.put_sections(records)
        read = [(section, uses) for section, uses in zip(ids, evidence, strict=True) if uses is not None]
        counts = ((section, use, many) for section, uses in read for use, many in uses)
        tx.put_counts(counts, [section for section, _ in read])

    def _wanted(self, which: int, number: str) -> Mapping[Area, Setup]:
        if (which, number) not in self.wanted:
            catalog = self.catalogs[which]
            self.wanted[which, number] = whole(catalog, catalog.masters[number]).setups
        return self.wanted[which, number]

    def _holding(self, tx: Transaction, shape: Shape) -> int:
        """The id of what a host of this shape has; equal sections of several masters share one."""
        if shape not in self.shapes:
            holding = Holding() if self.rolled else self._made(shape)
            (self.shapes[shape],) = tx.keep_holdings([holding]).values()
        return self.shapes[shape]

    def _made(self, shape: Shape) -> Holding:
        on_section, which, number, variant = shape
        parts: dict[tuple[Area, Part], Setup] = {}
        for area, listed in self._wanted(which, number).items():
            if area in REACHES_SECTIONS or not on_section:
                parts[area, Part.PUSHED] = parts[area, Part.LINKED] = listed
        pushed = parts[Area.CATEGORIES, Part.PUSHED]
        if variant.edited:
            first, *others = pushed
            parts[Area.CATEGORIES, Part.LINKED] = setup([first.with_fields(weight=variant.edited), *others])
        parts[Area.CATEGORIES, Part.OWN] = setup(_own(variant))
        return Holding().put(parts)


def _share(whole_: int, parts: int, place: int) -> int:
    return whole_ // parts + (place < whole_ % parts)


def _spread(rng: Random, count: int, courses: int) -> list[int]:
    """How many sections each course has: at least one."""
    more = Counter(rng.randrange(courses) for _ in range(count - courses))
    return [1 + more[place] for place in range(courses)]


def _variant(rng: Random, local: Sequence[str], *, kept: bool) -> Variant:
    edited = rng.choice(local) if rng.random() < DRIFTED else ""
    names = sorted(rng.sample(EXTRA, rng.choice((1, 1, 2)))) if rng.random() < WITH_OWN else ()
    return Variant(edited, tuple((name, rng.choice(local)) for name in names), kept)


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
