"""Small states that hypothesis makes up for adopting, and what is done with an adopted catalog."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

from reconciler.adopting import Adopted, Asked, adopt, link_courses, proved
from reconciler.choosing import Ground, Where
from reconciler.course import Area, Catalog, Holding, Item, Lock, Locks, Part, item, setup
from reconciler.keep.table import Action, Hop
from reconciler.linking import Linking
from reconciler.plan.model import Plan, acts
from reconciler.receipts import begin
from tests.small import Small, cell, held, scope
from tests.strategies import Tape, holding_of

UNLINKED = {"catalog": None, "master": None}
NUMBERS = ("0401", "0402", "NO")
FIELDS = {
    "department": ("Math", "Arts", None),
    "credits": ("1", "0.5", None),
    "honors": (True, False, None),
    "max_students": (30, 25, None),
    "nces.level": ("G", "E", None),
    "custom.Path way": ("1:30", "yes", None),
}
NOTHING_OPEN = (
    "NO",
    "no way",
    "0401",
    "1:30",
    "2027-01-31",
    "~",
    "a: b",
    "# c",
    "'",
    '"',
    "é",
    "[",
    "]{",
    "- x",
    "💡",
)
"""Names that another YAML reader, or a careless writer, would take for something else."""


@contextmanager
def state() -> Iterator[Small]:
    """A state with two calendars at two schools, in a folder of its own."""
    with tempfile.TemporaryDirectory() as folder:
        small = Small(Path(folder) / "state.db")
        small.calendar()
        small.calendar("lake-27", "Lake High")
        try:
            yield small
        finally:
            small.store.close()


def untidy(tape: Tape, small: Small) -> None:
    """Anything that can be there: residuals, what was linked once, references to nothing."""
    for _ in range(2 + tape.number(4)):
        number, calendar = tape.pick(NUMBERS), tape.pick(("hill-27", "lake-27"))
        holding = holding_of(tape, "course")
        dormant = tape.pick((None, None, "old/0401"))
        course = small.course(number, holding, calendar=calendar, dormant=dormant, **UNLINKED)
        for section in range(tape.number(3)):
            below = holding_of(tape, "section", holding)
            small.section(course, below, number=str(section), unread=tape.number(4) == 1)


def setups_of(tape: Tape, names: tuple[str, ...]) -> dict[Area, list[Item]]:
    """A course that is sound in itself: what its items name is there, composites add up."""
    one, two = tape.pick(names), tape.pick(names)
    tasks = sorted({one, two})
    rows: list[str] = []
    if len(tasks) > 1 and tape.yes(3):
        rows = [f"{tasks[0]}@2<{tasks[1]}@{term}" for term in (1, 2)]
    weight = tape.pick(("50", "62.5"))
    weights = dict(zip(rows, (weight, "50" if weight == "50" else "37.5"), strict=False))
    categories = [
        item(
            Area.CATEGORIES,
            f"course/{name}",
            {
                "name": name,
                "weight": tape.pick(("20", "33.4")),
                "sequence": tape.pick((None, 1, 2)),
                "tasks": [one],
            },
        )
        for name in sorted({tape.pick(names), tape.pick(names)})
    ]
    codes = sorted({tape.pick(names) for _ in range(tape.number(3))})
    return {
        Area.GRADING_TASKS: [
            item(Area.GRADING_TASKS, name, {"score_group": tape.pick((None, "ABC", "NO")), "terms": [1, 2]})
            for name in tasks
        ],
        Area.STANDARDS: [
            item(Area.STANDARDS, code, {"name": tape.pick((None, "Reads", "Re:ads")), "rubric": tape.pick((None, "4")), "terms": [1]})
            for code in codes
        ],
        Area.ASSESSMENTS: [item(Area.ASSESSMENTS, f"MAP<{code}", {"copies_forward": True}) for code in codes],
        Area.CATEGORIES: categories,
        Area.COMPOSITE_GRADES: [item(Area.COMPOSITE_GRADES, key, {}) for key in rows],
        Area.COMPOSITE_WEIGHTS: [
            item(Area.COMPOSITE_WEIGHTS, key, {"weight": worth}) for key, worth in weights.items()
        ],
        Area.GRADE_CALC_OPTIONS: [
            cell(name, term, grading_scale=tape.pick((None, "Pass"))) for name in tasks for term in (1, 2)
        ],
    }  # fmt: skip


def tidy(tape: Tape, small: Small, names: tuple[str, ...] = ("T1", "T2", "Final")) -> None:
    """Courses of few kinds, each sound in itself; sections that have, or lack, what their course has."""
    kinds = [setups_of(tape, names) for _ in range(2)]
    for place in range(2 + tape.number(5)):
        number, calendar = tape.pick(NUMBERS), tape.pick(("hill-27", "lake-27"))
        kind = dict(kinds[0] if tape.number(4) else kinds[1])
        kind[Area.COURSE_INFO] = _info(tape, number, f"Course {number}")
        if tape.number(5) == 1:
            kind[Area.CROSS_SITE] = [item(Area.CROSS_SITE, tape.pick(("room", "others")), {"value": "B 1"})]
        holding = held(own={area: setup(items) for area, items in kind.items()})
        bare = tape.number(6) == 1
        course = small.course(number, Holding() if bare else holding, calendar=calendar, **UNLINKED)
        for section in range(tape.number(3)):
            small.section(course, _below(tape, holding), number=f"{place}-{section}")


def _info(tape: Tape, number: str, name: str) -> list[Item]:
    told = {"number": number, "name": name, "active": tape.pick((True, True, None, False))}
    told |= {key: tape.pick(values) for key, values in FIELDS.items()}
    return [item(Area.COURSE_INFO, key, {"value": value}) for key, value in told.items() if value is not None]


def _below(tape: Tape, course: Holding) -> Holding:
    """A section with its course's setup made anew, or some of it, or another."""
    areas = (
        Area.CATEGORIES,
        Area.COMPOSITE_GRADES,
        Area.COMPOSITE_WEIGHTS,
        Area.GRADE_CALC_OPTIONS,
        Area.CROSS_SITE,
    )
    own = {}
    for area in areas:
        items = [
            one._replace(key=f"section/{one.get('name')}") if area is Area.CATEGORIES else one
            for one in course.get(area, Part.OWN)
            if tape.number(8) != 1
        ]
        own[area] = setup(items)
    return held(own=own)


def adopted(small: Small, **asked: object) -> Adopted:
    """The catalog of a state, read only."""
    with small.store.read() as snapshot:
        return adopt(Asked(**asked), snapshot)


def adopt_and_link(small: Small, **asked: object) -> tuple[Adopted, Catalog]:
    """`reconcile adopt --link`: the catalog as it is read from its text."""
    with small.store.write() as tx:
        made = adopt(Asked(**asked), tx)
        catalog = proved(made).catalogs[0]
        link_courses(tx, begin(tx, "adopt"), made, catalog)
    return made, catalog


def link_by_number(small: Small, catalog: Catalog) -> None:
    """`reconcile link`."""
    with small.store.write() as tx:
        Linking(tx, begin(tx, "link")).link(list(Ground(tx).by_number([catalog], Where())))


def plan(small: Small, catalog: Catalog, **other: object) -> Plan:
    """The widest plan that there is."""
    return small.plan(catalog, by=scope("hill-27", "lake-27", **{"cross_site": True, **other}))


def quiet(found: Plan) -> bool:
    """Does a plan change no course and no section? At sections, what equals its course's may be linked."""
    for cohort in found.cohorts:
        fine = {Action.LINK} if cohort.hop is Hop.SECTION else set()
        for one in cohort.outcome.verdicts:
            if one.action is Action.REFUSE or (acts(one) and one.action not in fine):
                return False
        if cohort.outcome.refused:
            return False
    return True


def all_locked(catalog: Catalog) -> Catalog:
    """The same masters with everything locked that they name."""
    areas = dict.fromkeys(catalog.locks.areas, Lock.LOCKED)
    return replace(catalog, locks=Locks(areas, dict.fromkeys(catalog.locks.fields, Lock.LOCKED)))


def agrees(catalog: Catalog, number: str, holding: Holding) -> bool:
    """Has this course just what its master says? Told anew, without the tool's own comparison."""
    master = catalog.masters[number]
    for area, listed in master.setups.items():
        there = [*holding.get(area, Part.LINKED), *holding.get(area, Part.OWN)]
        if area in (Area.COURSE_INFO, Area.CROSS_SITE):
            values = {one.key: one.get("value") for one in there}
            known = {key for where, key in catalog.locks.fields if where is area}
            if any(values.get(one.key) != one.get("value") for one in listed if one.key in known):
                return False
        elif sorted((_called(area, one), one.fields) for one in there) != sorted(
            (_called(area, one), one.fields) for one in listed
        ):
            return False
    unsaid = [area for area in catalog.locks.areas if area not in master.setups]
    return not any(holding.here(area) for area in unsaid)


def _called(area: Area, one: Item) -> str:
    return str(one.get("name")) if area is Area.CATEGORIES else one.key
