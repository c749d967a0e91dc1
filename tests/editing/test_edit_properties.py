"""Whatever schools, teachers and the district do, in any order: three things always hold.

What is locked stays through every edit; what is used never vanishes; no count is lost or made by realigning.
"""

from __future__ import annotations

import os
from collections import Counter
from itertools import count

from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from reconciler.course import Area, Counts, Lock, Locks, Part
from reconciler.editing import Editor
from reconciler.errors import ReconcilerError
from tests.small import catalog, category, cell, from_courses, master, scope, task

CATEGORIES, TASKS, CELLS = Area.CATEGORIES, Area.GRADING_TASKS, Area.GRADE_CALC_OPTIONS
AREAS = (CATEGORIES, TASKS, CELLS)
NAMES = ("Homework", "Projects", "Lab", "Lab (1)")
NEW = {CATEGORIES: NAMES, TASKS: ("Final", "Project", "Own"), CELLS: ("Final@1", "Project@1", "Own@1")}
FIELDS = {CATEGORIES: {"weight": 15}, TASKS: {"post_only": True}, CELLS: {"use_percent": True}}
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
LOCKS = st.fixed_dictionaries({area: st.sampled_from((Lock.LOCKED, *Lock)) for area in AREAS})
PICK = st.integers(0, 5)
EDITS = st.tuples(
    st.just("edit"),
    st.integers(0, 2),
    st.sampled_from(AREAS),
    st.sampled_from(("set", "add", "remove", "remove", "rename")),
    PICK,
)
WORK = st.tuples(
    st.sampled_from(("record", "record", "realign", "realign", "forget")),
    st.integers(1, 2),
    st.sampled_from((CATEGORIES, CATEGORIES, TASKS)),
    PICK,
    PICK,
)
DISTRICT = st.one_of(
    st.tuples(st.just("declare"), st.sampled_from((0, 1)), LOCKS),
    st.tuples(st.just("push"), st.booleans()),
    st.tuples(st.just("push_from_courses")),
)
STEPS = st.lists(
    st.integers(0, 9).flatmap(lambda n: EDITS if n < 5 else WORK if n < 8 else DISTRICT),
    min_size=20,
    max_size=30,
)
EXAMPLES = settings(
    max_examples=int(os.environ.get("REC_EXAMPLES", "25")),
    phases=[Phase.explicit, Phase.generate],
    deadline=None,
    derandomize="REC_EXAMPLES" not in os.environ,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.function_scoped_fixture],
)
NUMBERS = count(1)
HAPPENED: Counter[tuple[str, str]] = Counter()


class Life:
    """One course with two sections, in a calendar of its own."""

    def __init__(self, small, locks) -> None:
        """Push the first master with these locks."""
        self.small, self.name = small, f"life {next(NUMBERS)}"
        small.calendar(self.name)
        course = small.course(calendar=self.name)
        self.hosts = [{"course": course}, *({"section": small.section(course, number=n)} for n in "12")]
        self.places = [f"0401@{self.name}{tail}" for tail in ("", "/1", "/2")]
        self.recorded = [0, 0, 0]
        self.declare(0, locks)
        self.push(True)

    def do(self, step) -> None:
        """Do one step, allowed or not."""
        verb, *rest = step
        try:
            getattr(self, verb)(*rest)
            HAPPENED[verb, "done"] += 1
        except ReconcilerError as error:
            HAPPENED[verb, type(error).__name__] += 1

    def declare(self, which, locks) -> None:
        """The district changes its mind."""
        self.told = catalog(MASTERS[which], locks=Locks(locks))
        self.editor = Editor(self.small.store, [self.told])

    def push(self, to_sections) -> None:
        self.small.apply(self.told, by=scope(self.name, to_sections=to_sections))

    def push_from_courses(self) -> None:
        self.small.apply(by=from_courses(self.name))

    def edit(self, host, area, what, pick) -> None:
        """Something that is there is changed, or something is added; what is locked must not notice."""
        locked, before = self.locked(), self.everything()
        there = sorted(key for where, place, key in before if where == host and place is area)
        known = NEW[area] if what == "add" or not there else there
        address = f"{self.places[host]}#{area}/{known[pick % len(known)]}"
        edits = {
            "set": lambda: self.editor.set(address, FIELDS[area]),
            "add": lambda: self.editor.add(address),
            "remove": lambda: self.editor.remove(address),
            "rename": lambda: self.editor.rename(address, NAMES[pick % len(NAMES)]),
        }
        try:
            edits[what]()
        except ReconcilerError:
            assert self.everything() == before, "what is refused leaves nothing half written"
            raise
        finally:
            after = self.everything()
            assert {place: after.get(place) for place in locked} == locked

    def record(self, host, area, pick, other) -> None:
        tasks = [NEW[TASKS][other % 3]] if area is CATEGORIES and other < 3 else []
        done = self.editor.record(self.item(host, area, pick), Counts(1, 2), term=1, tasks=tasks)
        assert len(done.changed) == 1 + len(tasks)
        self.recorded[host] += 3 * len(done.changed)

    def realign(self, host, area, pick, other) -> None:
        source = self.graded(host, area, pick)
        target = next(
            (
                one
                for one in (self.item(host, area, other + n) for n in range(3))
                if one.partition("#")[2] != source.partition("#")[2]
            ),
            source,
        )
        self.editor.realign(source, target.partition("#")[2].partition("/")[2])

    def forget(self, host, area, pick, _other) -> None:
        done = self.editor.forget(self.graded(host, area, pick))
        self.recorded[host] -= sum(sum(before) - sum(after) for _, before, after in done.changed)

    def item(self, host, area, pick) -> str:
        """An item that is there for a section: its own category, its course's task."""
        where = host if area is CATEGORIES else 0
        there = sorted(key for at, place, key in self.everything() if at == where and place is area)
        return f"{self.places[host]}#{area}/{there[pick % len(there)] if there else 'none'}"

    def graded(self, host, area, pick) -> str:
        """An item that has uses in a section, or any that is there."""
        counts = self.small.counts(self.hosts[host]["section"])
        keys = sorted({use.key for use, each in counts.items() if use.area is area and any(each)})
        return f"{self.places[host]}#{area}/{keys[pick % len(keys)]}" if keys else self.item(host, area, pick)

    def everything(self):
        """Every item that is there, by its host."""
        return {
            (host, area, one.key): one
            for host, place in enumerate(self.hosts)
            for area in AREAS
            for one in self.small.holding(**place).here(area)
        }

    def locked(self):
        """What came from above in a locked area, and what the course still gives its sections."""
        above = self.small.holding(**self.hosts[0])
        return {
            (host, area, one.key): one
            for host, place in enumerate(self.hosts)
            for area in AREAS
            if self.told.locks.of(area) is Lock.LOCKED
            for one in self.small.holding(**place).get(area, Part.LINKED)
            if one.key in above.get(area, Part.LINKED).by_key
        }

    def check(self) -> None:
        """What always holds."""
        there = self.everything()
        _, rows = self.small.records()
        for host in (1, 2):
            section = self.hosts[host]["section"]
            counts = self.small.counts(section)
            assert sum(sum(each) for each in counts.values()) == self.recorded[host], (
                "no count is lost or made"
            )
            assert all(min(each) >= 0 for each in counts.values())
            used = {use for use, each in counts.items() if any(each)}
            for use in used:
                assert (host if use.area is CATEGORIES else 0, use.area, use.key) in there, (
                    "what is used is there"
                )
            with self.small.store.read() as snapshot:
                place = rows[section].used_id
                assert snapshot.used([place])[place] == used
            names = [
                one.get("name") for (at, area, _), one in there.items() if at == host and area is CATEGORIES
            ]
            assert len(names) == len(set(names))


@EXAMPLES
@given(locks=LOCKS, steps=STEPS)
def test_in_any_life_nothing_locked_changes_and_nothing_used_goes(small, locks, steps):
    life = Life(small, locks)
    for step in steps:
        life.do(step)
        life.check()


def test_these_lives_were_full_of_events():
    """A property that nothing happens under says nothing."""
    if not HAPPENED:
        return  # run alone
    refused = {name for _, name in HAPPENED}
    assert {"ItemLocked", "ItemUsed"} <= refused
    done = {verb for verb, name in HAPPENED if name == "done"}
    assert done >= {"edit", "record", "realign", "forget", "push", "push_from_courses", "declare"}
