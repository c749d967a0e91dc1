"""Whatever schools, teachers and the district do, in any order: three things always hold.

What is locked stays through every edit; what is used never vanishes; no count is lost or made by realigning.
"""

from __future__ import annotations

import contextlib
import os
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule

from reconciler.course import Area, Counts, Lock, Locks, Part
from reconciler.editing import Editor
from reconciler.errors import ReconcilerError
from tests.small import Small, catalog, category, cell, from_courses, master, scope, task

if TYPE_CHECKING:
    from collections.abc import Callable

    from reconciler.course import Holding

CATEGORIES, TASKS, CELLS = Area.CATEGORIES, Area.GRADING_TASKS, Area.GRADE_CALC_OPTIONS
COURSE = "0401@hill-27"
NAMES = ("Homework", "Projects", "Lab", "Lab (1)")
KEYS = ("Final", "Project", "Own")
MASTERS = (
    master(
        grading_tasks=[task("Final"), task("Project")],
        categories=[category("Homework", 20), category("Projects", 80, tasks=["Project"])],
        grade_calc_options=[cell("Final", 1), cell("Project", 1)],
    ),
    master(
        grading_tasks=[task("Final")],
        categories=[category("Homework", 30), category("Lab", 70)],
        grade_calc_options=[cell("Final", 1)],
    ),
)
LOCKS = st.fixed_dictionaries({area: st.sampled_from(list(Lock)) for area in (CATEGORIES, TASKS, CELLS)})
PLACES = st.sampled_from((COURSE, f"{COURSE}/1", f"{COURSE}/2"))
ITEMS = st.one_of(
    st.sampled_from(NAMES).map(lambda name: f"categories/{name}"),
    st.sampled_from(KEYS).map(lambda key: f"grading_tasks/{key}"),
    st.sampled_from(KEYS).map(lambda key: f"grade_calc_options/{key}@1"),
)
FIELDS = {
    "categories": {"weight": 15},
    "grading_tasks": {"post_only": True},
    "grade_calc_options": {"use_percent": True},
}
Locked = dict[tuple[int, int, Area, str], object]


class Life(RuleBasedStateMachine):
    """One course with two sections, through any sequence of edits, records and pushes."""

    def __init__(self) -> None:
        super().__init__()
        self.folder = tempfile.TemporaryDirectory()
        self.small = Small(Path(self.folder.name) / "state.db")
        self.small.calendar()
        self.course = self.small.course()
        self.sections = [self.small.section(self.course, number=number) for number in ("1", "2")]
        self.recorded: dict[int, int] = dict.fromkeys(self.sections, 0)

    def teardown(self) -> None:
        self.small.store.close()
        self.folder.cleanup()

    @initialize(locks=LOCKS)
    def begin(self, locks: dict[Area, Lock]) -> None:
        self.declare(0, locks)
        self.push(to_sections=True)

    def declare(self, which: int, locks: dict[Area, Lock]) -> None:
        self.told = catalog(MASTERS[which], locks=Locks(locks))
        self.editor = Editor(self.small.store, [self.told])

    @rule(which=st.sampled_from((0, 1)), locks=LOCKS)
    def the_district_changes_its_mind(self, which: int, locks: dict[Area, Lock]) -> None:
        self.declare(which, locks)

    @rule(to_sections=st.booleans())
    def push(self, to_sections: bool) -> None:
        self.small.apply(self.told, by=scope(to_sections=to_sections))

    @rule()
    def push_from_courses(self) -> None:
        self.small.apply(by=from_courses())

    @rule(
        place=PLACES,
        item=ITEMS,
        what=st.sampled_from(("set", "add", "remove", "rename")),
        name=st.sampled_from(NAMES),
    )
    def edit(self, place: str, item: str, what: str, name: str) -> None:
        address = f"{place}#{item}"
        fields = FIELDS[item.partition("/")[0]]
        edits: dict[str, Callable[[], object]] = {
            "set": lambda: self.editor.set(address, fields),
            "add": lambda: self.editor.add(address),
            "remove": lambda: self.editor.remove(address),
            "rename": lambda: self.editor.rename(address, name),
        }
        locked, state = self.locked(), self.small.state()
        try:
            edits[what]()
        except ReconcilerError:
            assert self.small.state() == state, "what is refused leaves nothing half written"
        assert {place: one for place, one in self.all().items() if place in locked} == locked

    @rule(number=st.sampled_from((1, 2)), name=st.sampled_from(NAMES), key=st.sampled_from(("", *KEYS)))
    def record(self, number: int, name: str, key: str) -> None:
        with contextlib.suppress(ReconcilerError):
            tasks = [key] if key else []
            self.editor.record(f"{COURSE}/{number}#categories/{name}", Counts(1, 2), term=1, tasks=tasks)
            self.recorded[self.sections[number - 1]] += 3 * (1 + len(tasks))

    @rule(number=st.sampled_from((1, 2)), pair=st.permutations(NAMES), task_=st.booleans())
    def realign(self, number: int, pair: list[str], task_: bool) -> None:
        area, pool = ("grading_tasks", KEYS) if task_ else ("categories", tuple(pair))
        with contextlib.suppress(ReconcilerError):
            self.editor.realign(f"{COURSE}/{number}#{area}/{pool[0]}", pool[1])

    @rule(number=st.sampled_from((1, 2)), name=st.sampled_from(NAMES))
    def forget(self, number: int, name: str) -> None:
        with contextlib.suppress(ReconcilerError):
            done = self.editor.forget(f"{COURSE}/{number}#categories/{name}")
            gone = sum(sum(before) - sum(after) for _, before, after in done.changed)
            self.recorded[self.sections[number - 1]] -= gone

    def all(self) -> Locked:
        """Every item that is there, by its host."""
        hosts: list[tuple[int, int, Holding]] = [(0, self.course, self.small.holding(course=self.course))]
        hosts += [(1, one, self.small.holding(section=one)) for one in self.sections]
        return {
            (kind, place, area, one.key): one
            for kind, place, holding in hosts
            for area in (CATEGORIES, TASKS, CELLS)
            for one in holding.here(area)
        }

    def locked(self) -> Locked:
        """What the catalog locks: everything linked in an area that is locked."""
        found: Locked = {}
        for kind, place in ((0, self.course), *((1, one) for one in self.sections)):
            holding = self.small.holding(**({"section": place} if kind else {"course": place}))
            course = self.small.holding(course=self.course)
            for area in (CATEGORIES, TASKS, CELLS):
                mine = course.get(area, Part.LINKED).by_key
                for one in holding.get(area, Part.LINKED):
                    if self.told.locks.of(area) is Lock.LOCKED and one.key in mine:
                        found[kind, place, area, one.key] = one
        return found

    @invariant()
    def what_is_used_is_there(self) -> None:
        above = {one.key for one in self.small.holding(course=self.course).here(TASKS)}
        for section in self.sections:
            here = {one.key for one in self.small.holding(section=section).here(CATEGORIES)}
            for use, counts in self.small.counts(section).items():
                assert min(counts) >= 0
                assert not any(counts) or use.key in (here if use.area is CATEGORIES else above)

    @invariant()
    def no_count_is_lost_or_made(self) -> None:
        for section in self.sections:
            counted = sum(sum(counts) for counts in self.small.counts(section).values())
            assert counted == self.recorded[section]

    @invariant()
    def names_are_unique_and_used_sets_are_right(self) -> None:
        with self.small.store.read() as snapshot:
            rows = list(snapshot.section_records(self.sections))
            used = {one.id: snapshot.used([one.used_id])[one.used_id] for one in rows if one.used_id}
        for section in self.sections:
            names = [one.get("name") for one in self.small.holding(section=section).here(CATEGORIES)]
            assert len(names) == len(set(names))
            expected = {use for use, counts in self.small.counts(section).items() if any(counts)}
            assert used[section] == expected


Life.TestCase.settings = settings(
    max_examples=int(os.environ.get("REC_EXAMPLES", "15")),
    stateful_step_count=16,
    deadline=None,
    derandomize="REC_EXAMPLES" not in os.environ,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.filter_too_much],
)
TestLife = Life.TestCase
