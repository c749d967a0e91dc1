"""What hypothesis makes up: masters, holdings and uses over so small an alphabet that they collide.

Only states that can come about: a linked or pushed item carries no marks, an own item's key is not
linked too, an own category that was never linked is named after its maker (house.md 1).
"""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, NamedTuple, TypeVar

from hypothesis import HealthCheck, settings
from hypothesis import strategies as st

from reconciler.course import (
    FIELD_AREAS,
    REACHES_SECTIONS,
    Area,
    DataType,
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
    from collections.abc import Sequence

T = TypeVar("T")
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

VALUES: dict[Area, dict[str, tuple[object, ...]]] = {
    Area.COURSE_INFO: {"value": ("1", "2", None)},
    Area.CROSS_SITE: {"value": ("1", "2", None)},
    Area.GRADING_TASKS: {"score_group": (None, "A", "B"), "terms": ((), (1,), (1, 2), (2,))},
    Area.STANDARDS: {"rubric": (None, "A", "B"), "terms": ((), (1,), (1, 2), (2,))},
    Area.ASSESSMENTS: {"scoring": ("teacher", "read_only")},
    Area.CATEGORIES: {
        "name": NAMES,
        "weight": ("10", "20"),
        "tasks": ((), ("T1",), ("T2",), ("T1", "T3")),
        "standards": ((), (), ("S1",), ("S1", "S2")),
        "terms": ((), (), (1,), (2,)),
    },
    Area.COMPOSITE_GRADES: {},
    Area.COMPOSITE_WEIGHTS: {"weight": ("10", "20")},
    Area.GRADE_CALC_OPTIONS: {"calculation": ("none", "in_progress")},
}
"""The few values that each field may have."""


class Tape:
    """Bytes from hypothesis, read as choices: one draw for a whole case, and zeros are its simplest."""

    def __init__(self, data: bytes) -> None:
        self.data, self.place = data, 0

    def number(self, below: int) -> int:
        """A number from 0 to `below` - 1; 0 where the tape is at its end."""
        self.place += 1
        return self.data[self.place - 1] % below if self.place <= len(self.data) else 0

    def pick(self, choices: Sequence[T]) -> T:
        """One of several choices."""
        return choices[self.number(len(choices))]

    def yes(self, often: int) -> bool:
        """No once in `often` times, and at the end of the tape."""
        return self.number(often) > 0


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


def item_of(tape: Tape, area: Area, key: str) -> Item:
    """An item of this key, with any of its few values."""
    return item(area, key, {name: tape.pick(values) for name, values in VALUES[area].items()})


def setup_of(tape: Tape, area: Area) -> Setup:
    """What a master lists of one area; names of categories are unique."""
    listed, taken = [], set()
    for key in KEYS[area]:
        if tape.yes(3):
            one = item_of(tape, area, key)
            if area is Area.CATEGORIES and one.get("name") in taken:
                continue
            taken.add(one.get("name"))
            listed.append(one)
    return setup(listed)


def want_of(tape: Tape) -> Wanted:
    """What one master wants: any areas in scope, any locks, both modes (L1, L4, P4)."""
    listed = {area: setup_of(tape, area) for area in Area if tape.yes(4)}
    known = {Ref(area, one.key) for area in NAMED for one in listed.get(area, ())}
    listed = {area: _valid(area, value, listed, known) for area, value in listed.items()}
    follow = Area.COMPOSITE_GRADES in listed and Area.COMPOSITE_WEIGHTS not in listed
    to_sections = tape.yes(4)
    down = {area for area in REACHES_SECTIONS if area in listed and to_sections}
    return Wanted(
        "catalog",
        "0401",
        active=True,
        overwrite=tape.yes(2),
        setups=listed,
        weights=setup_of(tape, Area.COMPOSITE_WEIGHTS) if follow else setup(()),
        editable=_editable(tape, listed),
        down=frozenset(down | ({Area.CROSS_SITE} & set(listed))),
        renames=_renames(tape, listed),
        last_term=tape.number(3),
    )


def _valid(area: Area, value: Setup, listed: dict[Area, Setup], known: set[Ref]) -> Setup:
    """What `validate` lets through: nothing names a task that the master's own list lacks (domain.md 8)."""
    kept = [one for one in value if all(ref.area not in listed or ref in known for ref in names(area, one))]
    rows = listed.get(Area.COMPOSITE_GRADES)
    if area is Area.COMPOSITE_WEIGHTS and rows is not None:
        kept = [one for one in kept if one.key in rows.by_key]
    return setup(kept)


def _editable(tape: Tape, listed: dict[Area, Setup]) -> frozenset[tuple[Area, str]]:
    places: set[tuple[Area, str]] = set()
    for area, value in listed.items():
        if area in FIELD_AREAS:
            places |= {(area, one.key) for one in value if tape.number(3) == 1}
        elif tape.number(4) == 1:
            places.add((area, ""))
    return frozenset(places)


def _renames(tape: Tape, listed: dict[Area, Setup]) -> tuple[Rename, ...]:
    found = []
    for area in (Area.CATEGORIES, Area.GRADING_TASKS):
        keys = [one.key for one in listed.get(area, ())]
        missing = [key for key in KEYS[area] if key not in keys]
        if keys and missing and tape.number(3) == 1:
            found.append(Rename(area, missing[0], keys[0]))
    return tuple(found)


def holding_of(tape: Tape, maker: str, above: Holding | None = None) -> Holding:
    """What a course or (`maker` "section") a section has."""
    changes: dict[tuple[Area, Part], Setup] = {}
    for area in Area if maker == "course" else (*REACHES_SECTIONS, Area.CROSS_SITE, Area.COURSE_INFO):
        parts: Parts = {part: [] for part in Part}
        for key in _keys_at(maker, area):
            _place(tape, area, key, maker, parts, above)
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


def _place(tape: Tape, area: Area, key: str, maker: str, parts: Parts, above: Holding | None) -> None:
    state = tape.pick(STATES)
    if area is Area.CATEGORIES:
        local = key.startswith(maker + "/")
        if local and state not in ("absent", "own", "kept"):
            state = "own"
        if not local and state in ("own", "kept"):
            state = "linked"
    if state == "absent":
        return
    twins = [one for one in above.here(area) if one.key == key] if above else []
    one = twins[0].mark() if twins and tape.yes(2) else item_of(tape, area, key)
    if state in ("pushed", "linked", "edited"):
        parts[Part.PUSHED].append(one)
    if state == "linked":
        parts[Part.LINKED].append(one)
    elif state == "edited":
        parts[Part.LINKED].append(item_of(tape, area, key))
    elif state != "pushed":
        kept = state in ("residual", "kept") and area not in NEVER_RESIDUAL
        parts[Part.OWN].append(one.mark(left=state in ("left", "residual"), kept=kept))


def used_set_of(tape: Tape, section: Holding, course: Holding) -> Used | None:
    """The uses of one section, of what is there; or None: never read."""
    if tape.number(8) == 1:
        return None
    things = [(Area.CATEGORIES, one.key) for one in section.here(Area.CATEGORIES)]
    things += [(area, one.key) for area in NAMED for one in course.here(area)]
    return frozenset(Use(area, key, tape.number(3)) for area, key in things if tape.number(4) == 1)


def sections_of(tape: Tape, course: Holding) -> tuple[tuple[Holding, Used | None], ...]:
    """No section, one or two."""
    found = []
    for _ in range(tape.pick((1, 1, 2, 0))):
        one = holding_of(tape, "section", course)
        found.append((one, used_set_of(tape, one, course)))
    return tuple(found)


def _push(data: bytes) -> Push:
    tape = Tape(data)
    want, terms, course = want_of(tape), tape.pick((0, 0, 0, 1, 4)), holding_of(tape, "course")
    return Push(want, course, sections_of(tape, course), terms)


def _course_push(data: bytes) -> CoursePush:
    tape = Tape(data)
    scope = Scope(
        2026,
        "2026-01-01",
        ("A",),
        from_courses=True,
        data=frozenset(data for data in sorted(DataType) if tape.yes(4)),
        cross_site=tape.yes(2),
        overwrite_categories=tape.yes(2),
    )
    course = holding_of(tape, "course")
    return CoursePush(from_course(course, scope), course, sections_of(tape, course))


_TAPES = st.binary(min_size=480, max_size=480)


def pushes() -> st.SearchStrategy[Push]:
    """A push from masters to one course with its sections."""
    return _TAPES.map(_push)


def course_pushes() -> st.SearchStrategy[CoursePush]:
    """A push from one course to its sections (domain.md 4)."""
    return _TAPES.map(_course_push)
