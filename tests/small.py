"""A small real state in a SQLite file, and what a push over it needs: masters, plans, saved plans.

Everything goes through the store protocol and the public functions of the tool; nothing is faked.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, NamedTuple

from reconciler.course import (
    EMPTY,
    Area,
    Catalog,
    Counts,
    Holding,
    Item,
    Lock,
    Locks,
    Master,
    Part,
    Ref,
    Setup,
    Term,
    Use,
    cell_key,
    composite_key,
    item,
    setup,
)
from reconciler.current import Batch, CourseMove, CourseRecord, SectionMove, SectionRecord
from reconciler.plan import saved
from reconciler.plan.build import build
from reconciler.plan.model import acts
from reconciler.plan.scope import Scope
from reconciler.plan.survey import Survey
from reconciler.push import Pushed, push
from reconciler.push.members import PlannedTargets
from reconciler.receipts import begin
from reconciler.stores import open_store

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping, Sequence
    from pathlib import Path

    from reconciler.keep.effect import Verdict
    from reconciler.plan.model import Plan
    from reconciler.plan.saved import SavedPlan

YEAR = 2027
BARE = Holding()
AREAS = frozenset(Area) - {Area.COURSE_INFO, Area.CROSS_SITE}
ONE = Counts(assignments=1)


def category(name: str, weight: object = 50, *, key: str | None = None, **fields: object) -> Item:
    """A category; its key is its name unless said."""
    return item(Area.CATEGORIES, key or name, {"name": name, "weight": weight, **fields})


def task(key: str, **fields: object) -> Item:
    """A grading task."""
    return item(Area.GRADING_TASKS, key, fields)


def info(**values: object) -> list[Item]:
    """Course-info fields."""
    return [item(Area.COURSE_INFO, key, {"value": value}) for key, value in values.items()]


def cell(key: str, term: int, **fields: object) -> Item:
    """A grade calc option of a task in a term; it calculates unless said."""
    place = cell_key(Ref(Area.GRADING_TASKS, key), term)
    return item(Area.GRADE_CALC_OPTIONS, place, {"calculation": "in_progress", **fields})


def row_key(parent: str, child: str, parent_term: int = 1, child_term: int = 1) -> str:
    """The key of a composite row between two tasks."""
    refs = (Ref(Area.GRADING_TASKS, parent), Ref(Area.GRADING_TASKS, child))
    return composite_key(refs[0], parent_term, refs[1], child_term)


def listed(**areas: Iterable[Item]) -> dict[Area, Setup]:
    """Setups by area: `listed(categories=[...])`."""
    return {Area(name): setup(items) for name, items in areas.items()}


def master(
    number: str = "0401", *, was: str | None = None, renames=(), active: bool = True, **areas
) -> Master:
    """A master; in every area that is not named it lists nothing."""
    told = dict.fromkeys(AREAS, EMPTY) | listed(**areas)
    facts = info(number=number, name=f"Course {number}", active=active)
    told[Area.COURSE_INFO] = setup([*facts, *told.get(Area.COURSE_INFO, EMPTY)])
    return Master(number, f"Course {number}", active, told, tuple(renames), was)


def locked(*areas: Area, **fields: Lock) -> Locks:
    """These areas locked (all but the fields unless said), and these course-info fields."""
    chosen = areas or tuple(AREAS)
    places = {(Area.COURSE_INFO, name): state for name, state in fields.items()}
    return Locks(dict.fromkeys(chosen, Lock.LOCKED), places)


def catalog(*masters: Master, name: str = "hs", locks: Locks | None = None, **other: object) -> Catalog:
    """A catalog of the year for every school, all areas but the fields locked."""
    known = {one.number: one for one in masters}
    made = Catalog(name, (YEAR,), None, locks or locked(), known)
    return replace(made, **other)


def scope(*calendars: str, **other: object) -> Scope:
    """A push to these calendars, sections too."""
    return Scope(YEAR, "2026-08-01", calendars or ("hill-27",), **{"to_sections": True, **other})


def from_courses(calendar: str = "hill-27", **other: object) -> Scope:
    """A push from the courses of a calendar."""
    return Scope(YEAR, "2026-08-01", (calendar,), from_courses=True, **other)


def held(
    *, linked: Mapping[Area, Setup] | None = None, own: Mapping[Area, Setup] | None = None, pushed=None
) -> Holding:
    """A holding; what is linked was pushed so unless said."""
    parts = {(area, Part.LINKED): listing for area, listing in (linked or {}).items()}
    parts |= (
        {(area, Part.PUSHED): one for area, one in (linked if pushed is None else pushed or {}).items()}
        if (linked or pushed)
        else {}
    )
    parts |= {(area, Part.OWN): listing for area, listing in (own or {}).items()}
    return Holding().put(parts)


class State(NamedTuple):
    """All that a push could change, by value: to compare two states, or one before and after."""

    courses: dict[int, tuple[object, ...]]
    sections: dict[int, tuple[object, ...]]
    counts: frozenset[tuple[int, Use, Counts]]
    residuals: frozenset[tuple[int, Area, str]]
    aliases: frozenset[tuple[object, ...]]


class Small:
    """One small district in a file of its own."""

    def __init__(self, path: Path) -> None:
        """Make the file."""
        self.path = path
        self.store = open_store(str(path), create=True, wait=5.0)
        self.schools: set[str] = set()
        self.places: dict[str, int] = {}

    def calendar(
        self, name: str = "hill-27", school: str = "Hill High", year: int = YEAR, terms: int = 4
    ) -> int:
        """Add a calendar; its terms have no dates."""
        with self.store.write() as tx:
            if school not in self.schools:
                tx.put_school(school, None)
                self.schools.add(school)
            place = tx.put_calendar(name, school, year, tuple(Term(f"Q{n + 1}") for n in range(terms)))
        self.places[name] = place
        return place

    def course(
        self, number: str = "0401", holding: Holding = BARE, *, calendar: str = "hill-27", **other: object
    ) -> int:
        """Add a course that is linked to the master of its number in `hs`."""
        with self.store.write() as tx:
            place = tx.keep_holdings([holding])[holding]
            record = CourseRecord(
                0, self.places[calendar], number, f"Course {number}", "hs", number, None, False, False, None, place
            )  # fmt: skip
            return tx.put_courses([record._replace(**other)])[0]

    def section(
        self, course: int, holding: Holding = BARE, uses: Mapping[Use, Counts] | None = None, *,
        number: str = "1", unread: bool = False,
    ) -> int:  # fmt: skip
        """Add a section with its uses (none unless given); `unread`: they were never read."""
        with self.store.write() as tx:
            place = tx.keep_holdings([holding])[holding]
            record = SectionRecord(0, course, number, "Ms. Bell", (1, 2), None, place, None)
            new = tx.put_sections([record])[0]
            if not unread:
                tx.put_counts(((new, use, counts) for use, counts in (uses or {}).items()), [new])
            return new

    def grade(self, section: int, area: Area, key: str, term: int = 1, counts: Counts = ONE) -> None:
        """A teacher's work: add evidence to a section."""
        with self.store.write() as tx:
            there = [*tx.counts([section]), (section, Use(area, key, term), counts)]
            tx.put_counts(there, [section])

    def edit(self, change: Callable[[Holding], Holding], *, course: int = 0, section: int = 0) -> None:
        """Somebody's work: give one host another holding."""
        with self.store.write() as tx:
            if course:
                (row,) = tx.course_records([course])
            else:
                (row,) = tx.section_records([section])
            new = change(tx.holdings([row.holding_id])[row.holding_id])
            changed = row._replace(holding_id=tx.keep_holdings([new])[new])
            if course:
                tx.put_courses([changed])
            else:
                tx.put_sections([changed])

    def records(self) -> tuple[dict[int, CourseRecord], dict[int, SectionRecord]]:
        """All rows by id."""
        with self.store.read() as snapshot:
            return (
                {one.id: one for one in snapshot.course_records()},
                {one.id: one for one in snapshot.section_records()},
            )

    def holding(self, *, course: int = 0, section: int = 0) -> Holding:
        """What one host has."""
        courses, sections = self.records()
        place = (courses[course] if course else sections[section]).holding_id
        with self.store.read() as snapshot:
            return snapshot.holdings([place])[place]

    def counts(self, *sections: int) -> dict[Use, Counts]:
        """The counts of some sections (all unless said), summed."""
        with self.store.read() as snapshot:
            found: dict[Use, Counts] = {}
            for _, use, one in snapshot.counts(sections or None):
                known = found.get(use, Counts())
                found[use] = Counts(*(a + b for a, b in zip(known, one, strict=True)))
        return found

    def state(self) -> State:
        """Everything by value."""
        with self.store.read() as snapshot:
            courses, sections = list(snapshot.course_records()), list(snapshot.section_records())
            holdings = snapshot.holdings({one.holding_id for one in (*courses, *sections)})
            used = snapshot.used({one.used_id for one in sections if one.used_id is not None})
            return State(
                {one.id: (*one[:-1], holdings[one.holding_id]) for one in courses},
                {one.id: (*one[:-2], holdings[one.holding_id], used.get(one.used_id)) for one in sections},
                frozenset(snapshot.counts()),
                frozenset(mark[:3] for mark, _ in snapshot.residuals()),
                frozenset(snapshot.aliases()),
            )

    def plan(self, *catalogs: Catalog, by: Scope | None = None) -> Plan:
        """Plan a push."""
        with self.store.read() as snapshot:
            return build(catalogs, by or scope(), snapshot, store=self.store.id, catalog="digest of catalogs")

    def outcomes(self, plan: Plan) -> dict[tuple[str, int], Holding]:
        """What every host of a plan shall have, judged one by one."""
        found: dict[tuple[str, int], Holding] = {}
        with self.store.read() as snapshot:
            survey = Survey(PlannedTargets(write_down(plan), snapshot.calendars()), snapshot)
            for visit in survey.walk():
                if visit.outcome is not None:
                    found["course", visit.course.id] = visit.outcome.after
                    found |= {
                        ("section", row.id): one.after for row, one in visit.sections if one is not None
                    }
        planned = {(one.hop.value, member) for one in plan.cohorts for member in one.members}
        return {host: holding for host, holding in found.items() if host in planned}

    def saved(self, *catalogs: Catalog, by: Scope | None = None) -> SavedPlan:
        """Plan a push and write it down."""
        return write_down(self.plan(*catalogs, by=by))

    def apply(self, *catalogs: Catalog, by: Scope | None = None) -> Pushed:
        """Plan a push and carry it out."""
        return push(self.saved(*catalogs, by=by), self.store)

    def moves(self, run: int) -> int:
        """How many hosts a run moved."""
        with self.store.read() as snapshot:
            return sum(len(one.members) for one in snapshot.moves(run))

    def carry(self, **hosts: Holding) -> None:
        """Another push: give a course (`c5`) or a section (`s7`) a holding, as `carry` does."""
        courses, sections = self.records()
        with self.store.write() as tx:
            ids = tx.keep_holdings(hosts.values())
            run = begin(tx, "other")
            moved, below = [], []
            for name, new in hosts.items():
                place = int(name[1:])
                if name[0] == "c":
                    row = courses[place]
                    moved.append(CourseMove(place, row.holding_id, ids[new], None, None, None))
                else:
                    one = sections[place]
                    used = (one.used_id, one.used_id)
                    below.append(SectionMove(place, one.course_id, one.holding_id, ids[new], *used))
            assert not tx.carry(run, Batch(moved, below))


def write_down(plan: Plan, summary: dict[str, object] | None = None) -> SavedPlan:
    """A plan as a file would have it."""
    return saved.parse(document(plan, summary))


def document(plan: Plan, summary: dict[str, object] | None = None) -> saved.Json:
    """A plan as a document."""
    return saved.document(plan, summary or {}, made="2026-08-01T06:00:00+00:00", by="ada", tool="test")


def acting(plan: Plan) -> list[Verdict]:
    """Every verdict of a plan that would change something."""
    return [
        one
        for cohort in plan.cohorts
        if not cohort.outcome.refused
        for one in cohort.outcome.verdicts
        if acts(one)
    ]


def moving(plan: Plan) -> int:
    """How many hosts a plan would move."""
    return sum(len(cohort.members) for cohort in plan.cohorts if cohort.moves)


def names_of(items: Sequence[Item] | Setup) -> list[str]:
    """The names of categories, in the order of their keys."""
    return [str(one.get("name")) for one in sorted(items, key=lambda one: one.key)]
