"""What hypothesis makes up: masters, holdings and uses over so small an alphabet that they collide.

Only states that can come about: a linked or pushed item carries no marks, an own item's key is not
linked too, an own category that was never linked is named after its maker (house.md 1).
"""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, NamedTuple

from hypothesis import HealthCheck, settings
from hypothesis import strategies as st

from reconciler.course import (
    FIELD_AREAS,
    REACHES_SECTIONS,
    Area,
    Holding,
    Item,
    Part,
    Ref,
    Rename,
    Setup,
    Use,
    Used,
    item,
    names,
    setup,
)
from reconciler.plan.scope import Scope
from reconciler.plan.wanted import Below, Wanted, from_course

if TYPE_CHECKING:
    from collections.abc import Callable

EXAMPLES = int(os.environ.get("REC_EXAMPLES", "200"))
"""Examples per property; raise it with the environment variable."""
CALM = settings(
    max_examples=EXAMPLES,
    deadline=None,
    derandomize="REC_EXAMPLES" not in os.environ,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large, HealthCheck.filter_too_much],
)

TASK_KEYS = ("T1", "T2", "T3")
STANDARD_KEYS = ("S1", "S2")
NAMES = ("Homework", "Homework (1)", "Lab")
MASTER_CATEGORIES = ("Homework", "Lab")
KEYS: dict[Area, tuple[str, ...]] = {
    Area.COURSE_INFO: ("name", "department"),
    Area.GRADING_TASKS: TASK_KEYS,
    Area.STANDARDS: STANDARD_KEYS,
    Area.ASSESSMENTS: ("MAP", "MAP<S1"),
    Area.CATEGORIES: MASTER_CATEGORIES,
    Area.COMPOSITE_GRADES: ("T1@1<T2@1", "T2@1<T3@1", "T2@2<T1@1", "T1@1<standard:S1@1"),
    Area.COMPOSITE_WEIGHTS: ("T1@1<T2@1", "T2@1<T3@1", "T2@2<T1@1", "T1@1<standard:S1@1"),
    Area.GRADE_CALC_OPTIONS: ("T1@1", "T1@2", "T2@1", "T3@2", "standard:S1@1"),
    Area.CROSS_SITE: ("room", "site"),
}
"""The keys that a master's items may have."""
OWN_CATEGORIES = {"course": ("course/Homework", "course/Lab"), "section": ("section/Homework", "section/Lab")}
STATES = (*("absent",) * 7, "pushed", "linked", "linked", "edited", "own", "left", "residual", "kept")
NEVER_RESIDUAL = FIELD_AREAS | {Area.GRADE_CALC_OPTIONS, Area.ASSESSMENTS}
"""What has no evidence, and no parent whose evidence it shares."""
NAMED = (Area.GRADING_TASKS, Area.STANDARDS)

_terms = st.sampled_from(((), (1,), (1, 2), (2,)))
_weights = st.sampled_from(("10", "20"))
_values: dict[Area, st.SearchStrategy[dict[str, object]]] = {
    Area.COURSE_INFO: st.fixed_dictionaries({"value": st.sampled_from(("1", "2", None))}),
    Area.CROSS_SITE: st.fixed_dictionaries({"value": st.sampled_from(("1", "2", None))}),
    Area.GRADING_TASKS: st.fixed_dictionaries(
        {"score_group": st.sampled_from((None, "A", "B")), "terms": _terms}
    ),
    Area.STANDARDS: st.fixed_dictionaries({"rubric": st.sampled_from((None, "A", "B")), "terms": _terms}),
    Area.ASSESSMENTS: st.fixed_dictionaries({"scoring": st.sampled_from(("teacher", "read_only"))}),
    Area.CATEGORIES: st.fixed_dictionaries(
        {
            "name": st.sampled_from(NAMES),
            "weight": _weights,
            "tasks": st.sampled_from(((), ("T1",), ("T2",), ("T1", "T3"))),
            "standards": st.sampled_from(((), (), ("S1",), ("S1", "S2"))),
            "terms": st.sampled_from(((), (), (1,), (2,))),
        }
    ),
    Area.COMPOSITE_GRADES: st.just({}),
    Area.COMPOSITE_WEIGHTS: st.fixed_dictionaries({"weight": _weights}),
    Area.GRADE_CALC_OPTIONS: st.fixed_dictionaries({"calculation": st.sampled_from(("none", "in_progress"))}),
}


class Push(NamedTuple):
    """One case: what is wanted of a course, what there is, and the uses of its sections."""

    want: Wanted
    course: Holding
    sections: tuple[tuple[Holding, Used | None], ...]
    terms: int


class CoursePush(NamedTuple):
    """One case of a push from courses."""

    below: Below
    course: Holding
    sections: tuple[tuple[Holding, Used | None], ...]


def items_of(area: Area, key: str) -> st.SearchStrategy[Item]:
    """An item of this key, with any of its few values."""
    return _values[area].map(lambda fields: item(area, key, fields))


@st.composite
def setups(draw: Callable, area: Area) -> Setup:
    """What a master lists of one area; names of categories are unique."""
    listed, taken = [], set()
    for key in KEYS[area]:
        if draw(st.integers(0, 2)):
            one = draw(items_of(area, key))
            if area is Area.CATEGORIES and one.get("name") in taken:
                continue
            taken.add(one.get("name"))
            listed.append(one)
    return setup(listed)


@st.composite
def wants(draw: Callable) -> Wanted:
    """What one master wants: any areas in scope, any locks, both modes (L1, L4, P4)."""
    areas = [area for area in Area if draw(st.integers(0, 3))]
    listed = {area: draw(setups(area)) for area in areas}
    known = {Ref(area, one.key) for area in NAMED for one in listed.get(area, ())}
    listed = {area: _valid(area, value, listed, known) for area, value in listed.items()}
    follow = Area.COMPOSITE_GRADES in listed and Area.COMPOSITE_WEIGHTS not in listed
    to_sections = draw(st.integers(0, 3)) > 0
    down = {area for area in REACHES_SECTIONS if area in listed and to_sections} | (
        {Area.CROSS_SITE} & set(listed)
    )
    return Wanted(
        "catalog",
        "0401",
        active=True,
        overwrite=draw(st.booleans()),
        setups=listed,
        weights=draw(setups(Area.COMPOSITE_WEIGHTS)) if follow else setup(()),
        editable=frozenset(draw(_editable(listed))),
        down=frozenset(down),
        renames=draw(_renames(listed)),
        last_term=draw(st.sampled_from((0, 1, 2))),
    )


def _valid(area: Area, value: Setup, listed: dict[Area, Setup], known: set[Ref]) -> Setup:
    """What `validate` lets through: nothing names a task that the master's own list lacks (domain.md 8)."""
    kept = [one for one in value if all(ref.area not in listed or ref in known for ref in names(area, one))]
    rows = listed.get(Area.COMPOSITE_GRADES)
    if area is Area.COMPOSITE_WEIGHTS and rows is not None:
        kept = [one for one in kept if one.key in rows.by_key]
    return setup(kept)


@st.composite
def _editable(draw: Callable, listed: dict[Area, Setup]) -> set[tuple[Area, str]]:
    places = set()
    for area, value in listed.items():
        if area in FIELD_AREAS:
            places |= {(area, one.key) for one in value if not draw(st.integers(0, 2))}
        elif not draw(st.integers(0, 3)):
            places.add((area, ""))
    return places


@st.composite
def _renames(draw: Callable, listed: dict[Area, Setup]) -> tuple[Rename, ...]:
    found = []
    for area in (Area.CATEGORIES, Area.GRADING_TASKS):
        keys = [one.key for one in listed.get(area, ())]
        missing = [key for key in KEYS[area] if key not in keys]
        if keys and missing and not draw(st.integers(0, 2)):
            found.append(Rename(area, missing[0], keys[0]))
    return tuple(found)


@st.composite
def holdings(draw: Callable, maker: str, above: Holding | None = None) -> Holding:
    """What a course or (`maker` "section") a section has."""
    reached = (*REACHES_SECTIONS, Area.CROSS_SITE, Area.COURSE_INFO)
    changes = {}
    for area in Area if maker == "course" else reached:
        parts: Parts = {part: [] for part in Part}
        for key in _keys_at(maker, area):
            _place(draw, area, key, maker, parts, above)
        if area is Area.CATEGORIES:
            parts = _unique_names(parts)
        if area is Area.COMPOSITE_WEIGHTS:
            parts = _with_rows(parts, changes)
        changes |= {(area, part): setup(items) for part, items in parts.items()}
    return Holding().put(changes)


Parts = dict[Part, list[Item]]


def _unique_names(parts: Parts) -> Parts:
    """A list of categories has every name once (domain.md 1)."""
    taken: set[object] = set()
    found: Parts = {Part.PUSHED: parts[Part.PUSHED]}
    for part in (Part.LINKED, Part.OWN):
        found[part] = []
        for one in parts[part]:
            if one.get("name") not in taken:
                taken.add(one.get("name"))
                found[part].append(one)
    return found


def _with_rows(parts: Parts, changes: dict[tuple[Area, Part], Setup]) -> Parts:
    """A weight belongs to a composite row that is there."""
    rows = {key for part in (Part.LINKED, Part.OWN) for key in changes[Area.COMPOSITE_GRADES, part].by_key}
    return {part: [one for one in items if one.key in rows] for part, items in parts.items()}


def _keys_at(maker: str, area: Area) -> tuple[str, ...]:
    if area is not Area.CATEGORIES:
        return KEYS[area]
    copies = OWN_CATEGORIES["course"] if maker == "section" else ()
    return (*MASTER_CATEGORIES, *copies, *OWN_CATEGORIES[maker])


def _place(draw: Callable, area: Area, key: str, maker: str, parts: Parts, above: Holding | None) -> None:
    state = draw(st.sampled_from(STATES))
    if area is Area.CATEGORIES:
        local = key.startswith(maker + "/")
        if local and state not in ("absent", "own", "kept"):
            state = "own"
        if not local and state in ("own", "kept"):
            state = "linked"
    if state == "absent":
        return
    twins = [one for one in above.here(area) if one.key == key] if above else []
    values = st.just(twins[0].mark()) if twins and draw(st.booleans()) else items_of(area, key)
    one = draw(values)
    if state in ("pushed", "linked", "edited"):
        parts[Part.PUSHED].append(one)
    if state == "linked":
        parts[Part.LINKED].append(one)
    elif state == "edited":
        parts[Part.LINKED].append(draw(items_of(area, key)))
    elif state != "pushed":
        kept = state in ("residual", "kept") and area not in NEVER_RESIDUAL
        parts[Part.OWN].append(one.mark(left=state in ("left", "residual"), kept=kept))


@st.composite
def used_sets(draw: Callable, section: Holding) -> Used | None:
    """The uses of one section, or None: never read."""
    if not draw(st.integers(0, 7)):
        return None
    things = [(Area.CATEGORIES, one.key) for one in section.here(Area.CATEGORIES)]
    things += [(area, key) for area in NAMED for key in KEYS[area]]
    terms = st.sampled_from((0, 1, 2))
    return frozenset(Use(area, key, draw(terms)) for area, key in things if not draw(st.integers(0, 3)))


@st.composite
def sections_of(draw: Callable, course: Holding) -> tuple[tuple[Holding, Used | None], ...]:
    """No section, one or two."""
    found = []
    for _ in range(draw(st.sampled_from((1, 1, 2, 0)))):
        one = draw(holdings("section", course))
        found.append((one, draw(used_sets(one))))
    return tuple(found)


@st.composite
def pushes(draw: Callable) -> Push:
    """A push from masters to one course with its sections."""
    course = draw(holdings("course"))
    return Push(draw(wants()), course, draw(sections_of(course)), draw(st.sampled_from((0, 0, 0, 1, 4))))


@st.composite
def course_pushes(draw: Callable) -> CoursePush:
    """A push from one course to its sections (domain.md 4)."""
    course = draw(holdings("course"))
    scope = Scope(
        2026,
        "2026-01-01",
        ("A",),
        from_courses=True,
        data=frozenset(data for data in Scope(0, "", ()).data if draw(st.integers(0, 3))),
        cross_site=draw(st.booleans()),
        overwrite_categories=draw(st.booleans()),
    )
    return CoursePush(from_course(course, scope), course, draw(sections_of(course)))
