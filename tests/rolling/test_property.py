"""Whatever there is in the old year: in the new year an overwrite push brings every course to its master."""

from __future__ import annotations

import os
from dataclasses import replace
from itertools import count

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from reconciler.course import (
    EMPTY,
    FIELD_AREAS,
    Area,
    Catalog,
    Counts,
    Holding,
    Lock,
    Locks,
    Master,
    Part,
    Ref,
    Setup,
    item,
    names,
    setup,
)
from reconciler.plan.scope import Scope
from reconciler.rolling import Wish, plan_roll, roll
from tests.small import YEAR, Small, scope
from tests.strategies import Push, pushes

EXAMPLES = settings(
    max_examples=int(os.environ.get("REC_EXAMPLES", "40")),
    phases=[Phase.explicit, Phase.generate],
    deadline=None,
    derandomize="REC_EXAMPLES" not in os.environ,
    suppress_health_check=list(HealthCheck),
)
NUMBERS = count(1)
TODAY = "2027-07-01"
NAMED = (Area.GRADING_TASKS, Area.STANDARDS)


@pytest.fixture(scope="module")
def small(tmp_path_factory):
    return Small(tmp_path_factory.mktemp("rolling") / "state.db")


def settle(small: Small, told: Push) -> tuple[str, str]:
    """A calendar with one course and its sections, graded ones too; gives its name and the new one's."""
    number = next(NUMBERS)
    name = f"c{number}x 2026-27"
    small.calendar(name)
    course = small.course("0401", told.course, calendar=name)
    for place, (holding, used) in enumerate(told.sections):
        uses = None if used is None else dict.fromkeys(used, Counts(1, 2, 1, 0))
        small.section(course, holding, uses, number=str(place), unread=used is None)
    return name, f"c{number}x 2027-28"


def catalog_of(told: Push, areas: frozenset[Area]) -> Catalog:
    """A catalog that locks these areas, and wants what the case wants; all names are known."""
    setups: dict[Area, Setup] = dict.fromkeys(Area, EMPTY) | dict(told.want.setups)
    rows = setups[Area.COMPOSITE_GRADES]
    known = dict(setups[Area.COMPOSITE_WEIGHTS].by_key)
    weights = [known.get(one.key) or item(Area.COMPOSITE_WEIGHTS, one.key, {"weight": 50}) for one in rows]
    setups[Area.COMPOSITE_WEIGHTS] = setup(weights)
    listed = {Ref(area, one.key) for area in NAMED for one in setups[area]}
    setups = {
        area: setup(one for one in value if listed.issuperset(names(area, one)))
        for area, value in setups.items()
    }
    locks = {area: Lock.LOCKED for area in areas if area not in FIELD_AREAS}
    locks |= {area: Lock.EDITABLE for area, key in told.want.editable if not key and area in areas}
    fields = {(area, one.key): Lock.LOCKED for area in FIELD_AREAS & areas for one in setups[area]}
    master = Master("0401", "", True, setups)
    return Catalog("hs", (YEAR, YEAR + 1), None, Locks(locks, fields), {"0401": master})


def roll_over(small: Small, name: str, *, with_sections: bool = True) -> None:
    wish = Wish(YEAR, YEAR + 1, (name,), {}, with_sections)
    with small.store.read() as snapshot:
        plan = plan_roll(wish, snapshot, store=small.store.id, today=TODAY)
    roll(plan, small.store)


def next_year(name: str) -> Scope:
    """An overwrite push of everything to the new calendar."""
    return replace(scope(name, overwrite=True, cross_site=True), year=YEAR + 1)


def hosts(small: Small, name: str) -> tuple[list[Holding], list[Holding]]:
    """The holdings of one calendar: of its courses, of its sections."""
    with small.store.read() as snapshot:
        (place,) = (one.id for one in snapshot.calendars() if one.name == name)
        courses, sections = list(snapshot.courses([place])), list(snapshot.sections([place]))
        held = snapshot.holdings({one.holding_id for one in courses} | {one.holding_id for one in sections})
        return [held[one.holding_id] for one in courses], [held[one.holding_id] for one in sections]


def residuals(*holdings: Holding) -> list[Ref]:
    """What is kept though no template has it."""
    return [
        Ref(area, one.key)
        for held in holdings
        for area in Area
        for one in held.get(area, Part.OWN)
        if one.kept
    ]


def fields_of(items) -> dict[str, object]:
    return {one.key: one.fields for one in items}


@EXAMPLES
@given(pushes(), st.booleans())
def test_after_a_year_change_an_overwrite_leaves_every_course_as_its_master(small, told, with_sections):
    name, new = settle(small, told)
    catalog = catalog_of(told, frozenset(Area))
    before = small.state()
    roll_over(small, name, with_sections=with_sections)

    small.apply(catalog, by=next_year(new))

    (course,), sections = hosts(small, new)
    assert len(sections) == (len(told.sections) if with_sections else 0)
    wanted = catalog.masters["0401"].setups
    for area in Area:
        have = fields_of(course.here(area))
        if area in FIELD_AREAS:
            have = {key: one for key, one in have.items() if wanted[area].get(key)}
        assert have == fields_of(wanted[area]), area
    assert residuals(course, *sections) == []
    for held in sections:
        assert fields_of(held.here(Area.CATEGORIES)) == fields_of(wanted[Area.CATEGORIES])
    after = small.state()
    assert {place: after.courses[place] for place in before.courses} == before.courses
    assert {place: after.sections[place] for place in before.sections} == before.sections
    assert after.counts == before.counts


@EXAMPLES
@given(pushes(), st.frozensets(st.sampled_from(sorted(Area)), min_size=1))
def test_with_some_areas_unlocked_only_what_schools_name_there_stays(small, told, areas):
    name, new = settle(small, told)
    catalog = catalog_of(told, areas)
    roll_over(small, name)
    (course,), sections = hosts(small, new)
    assert residuals(course, *sections) == []

    small.apply(catalog, by=next_year(new))

    (course,), sections = hosts(small, new)
    wanted = catalog.masters["0401"].setups
    named = {
        ref
        for held in (course, *sections)
        for area in set(Area) - areas
        for one in held.here(area)
        for ref in names(area, one)
    }
    for area in areas & set(NAMED):
        have = {key: one for key, one in fields_of(course.here(area)).items() if Ref(area, key) not in named}
        assert have.items() <= fields_of(wanted[area]).items()
        assert {one.key for one in wanted[area]} <= set(fields_of(course.here(area)))
    evident = {ref for ref in residuals(course, *sections) if ref.area in (*NAMED, Area.CATEGORIES)}
    assert evident <= named
