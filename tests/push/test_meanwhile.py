"""Uses are looked at again inside the transaction that writes; a push that is cut short converges."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from reconciler.course import Area, Counts, Part, Use, setup
from reconciler.errors import StoreBusy
from reconciler.keep.table import Hop
from reconciler.push import moves, push, run
from reconciler.stores import open_store
from tests.small import (
    Small,
    acting,
    catalog,
    category,
    document,
    held,
    listed,
    master,
    task,
    write_down,
)

if TYPE_CHECKING:
    from collections.abc import Callable

    from reconciler.course import Holding

CAT, TASK = Area.CATEGORIES, Area.GRADING_TASKS
OLD = listed(
    categories=[category("Homework", 20), category("Exam", 80)], grading_tasks=[task("Final"), task("Old")]
)
BELOW = held(linked={CAT: OLD[CAT]})
NEW = catalog(master(categories=[category("Homework", 25)], grading_tasks=[task("Final")]))
ROOT = Path(__file__).resolve().parents[2]


def courses(small: Small, count: int, sections: int = 2) -> list[tuple[int, list[int]]]:
    """Courses with their sections, as an older master pushed them."""
    made = []
    for _ in range(count):
        course = small.course("0401", held(linked=OLD))
        made.append((course, [small.section(course, BELOW, number=str(n)) for n in range(sections)]))
    return made


def once(work: Callable[[], object], *, at: int = 1) -> Callable[[int, int], None]:
    """A progress callback that does something between two batches."""
    calls = []

    def progress(_done: int, _total: int) -> None:
        calls.append(1)
        if len(calls) == at:
            work()

    return progress


@pytest.fixture
def tiny(monkeypatch: pytest.MonkeyPatch) -> None:
    """One course a batch."""
    monkeypatch.setattr(moves, "ROWS", 1)


@pytest.mark.usefixtures("tiny")
def test_a_score_between_look_and_write_protects(small: Small) -> None:
    (first, _), (second, sections) = courses(small, 2)
    plan = small.saved(NEW)
    done = push(
        plan, small.store, progress=once(lambda: small.grade(sections[0], CAT, "Exam", 1, Counts(scores=30)))
    )
    exam = small.holding(section=sections[0]).get(CAT, Part.OWN).get("Exam")
    assert exam == category("Exam", 80).mark(left=True, kept=True)
    assert not small.holding(section=sections[1]).get(CAT, Part.OWN)
    assert {(one.member, one.verdict.key) for one in done.weaker if one.hop is Hop.SECTION} == {
        (sections[0], "Exam")
    }
    assert (done.status, done.courses) == ("done", 2)
    assert small.counts() == {Use(CAT, "Exam", 1): Counts(scores=30)}
    assert not acting(small.plan(NEW))
    assert first
    assert second


@pytest.mark.usefixtures("tiny")
def test_a_grade_posted_between_look_and_write_protects_the_courses_task(small: Small) -> None:
    _, (second, sections) = courses(small, 2)
    plan = small.saved(NEW)
    push(plan, small.store, progress=once(lambda: small.grade(sections[1], TASK, "Old", 2, Counts(posted=1))))
    old = small.holding(course=second).get(TASK, Part.OWN).get("Old")
    assert old is not None
    assert old.kept
    assert (sections[1], TASK, "Old") in small.state().residuals


@pytest.mark.usefixtures("tiny")
def test_a_section_that_comes_between_look_and_write_is_looked_at(small: Small) -> None:
    """Its grades protect the course's task; it is younger than the plan, and stays as it is."""
    _, (second, _) = courses(small, 2)
    plan = small.saved(NEW)
    made: list[int] = []

    def enrol() -> None:
        made.append(small.section(second, BELOW, {Use(TASK, "Old", 1): Counts(posted=9)}, number="new"))

    done = push(plan, small.store, progress=once(enrol))
    assert small.holding(course=second).get(TASK, Part.OWN).get("Old").kept
    assert done.unplanned == made
    assert small.holding(section=made[0]) == BELOW


@pytest.mark.usefixtures("tiny")
def test_drift_between_look_and_write_leaves_that_course_out_and_says_so(small: Small) -> None:
    _, (second, sections), (third, _) = courses(small, 3)
    plan = small.saved(NEW)
    drifted = held(linked={CAT: setup([category("Homework", 1)]), TASK: OLD[TASK]}, pushed=OLD)
    done = push(plan, small.store, progress=once(lambda: small.edit(lambda _: drifted, course=second)))
    assert [(one.member, one.what) for one in done.left_out] == [(second, "desynced")]
    assert done.status == "in_part"
    assert small.holding(course=second) == drifted
    assert small.holding(section=sections[0]) == BELOW
    assert small.holding(course=third) != held(linked=OLD)


@pytest.mark.usefixtures("tiny")
def test_a_course_that_goes_between_look_and_write_is_reported(small: Small) -> None:
    _, (second, _), (third, _) = courses(small, 3)
    plan = small.saved(NEW)

    def drop() -> None:
        with small.store.write() as tx:
            tx.drop_courses([second])

    done = push(plan, small.store, progress=once(drop))
    assert done.gone == [second]
    assert done.courses == 2
    assert not small.holding(course=third).here(TASK)[1:]


@pytest.mark.usefixtures("tiny")
def test_a_category_added_between_look_and_write_is_not_lost(small: Small) -> None:
    _, (_, sections) = courses(small, 2)
    plan = small.saved(NEW)
    mine = category("Lab", 5, key="section/Lab")

    def add() -> None:
        small.edit(lambda old: old.put({(CAT, Part.OWN): setup([mine])}), section=sections[0])

    assert push(plan, small.store, progress=once(add)).status == "done"
    assert list(small.holding(section=sections[0]).get(CAT, Part.OWN)) == [mine]
    assert [one.key for one in small.holding(section=sections[0]).get(CAT, Part.LINKED)] == ["Homework"]


@pytest.mark.usefixtures("tiny")
def test_a_course_that_never_rests_is_left_out_in_the_end(small: Small) -> None:
    """After every batch all sections have new uses: each round gets one course through."""
    made = courses(small, run.ROUNDS + 1, 1)
    plan = small.saved(NEW)
    turns = []

    def teach(_done: int, _total: int) -> None:
        turns.append(1)
        for _, sections in made:
            small.grade(sections[0], CAT, "Exam", len(turns))

    done = push(plan, small.store, progress=teach)
    last, sections = made[-1]
    assert [(one.member, one.what) for one in done.left_out] == [(last, "it keeps changing")]
    assert (done.status, done.courses) == ("in_part", run.ROUNDS)
    assert small.holding(course=last) == held(linked=OLD)
    assert small.holding(section=sections[0]) == BELOW
    assert len({one.member for one in done.weaker if one.hop is Hop.SECTION}) >= run.ROUNDS - 1
    assert push(plan, small.store).status == "done"


@pytest.mark.usefixtures("tiny")
def test_an_interrupted_push_is_in_part_and_goes_on_from_there(small: Small) -> None:
    courses(small, 4)
    plan = small.plan(NEW)
    wanted = small.outcomes(plan)

    def stop() -> None:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        push(write_down(plan), small.store, progress=once(stop, at=2))
    with small.store.read() as snapshot:
        (told,) = snapshot.runs()
    assert (told.status, told.ended is not None) == ("in_part", True)
    assert moved_courses(small) == 2
    done = push(write_down(plan), small.store)
    assert done.courses == 2
    assert {host: small.holding(**{host[0]: host[1]}) for host in wanted} == wanted


def moved_courses(small: Small) -> int:
    return sum(small.holding(course=place) != held(linked=OLD) for place in small.records()[0])


@pytest.mark.usefixtures("tiny")
def test_a_busy_state_ends_the_push_where_it_is(small: Small) -> None:
    """Somebody else's long transaction: what was written stays whole, and the next try goes on."""
    courses(small, 3)
    small.store.close()
    impatient = open_store(str(small.path), wait=0.05)
    other = open_store(str(small.path), wait=0.05)
    plan = small.saved(NEW)
    held_open = other.write()
    with pytest.raises(StoreBusy):
        push(plan, impatient, progress=once(held_open.__enter__))
    held_open.__exit__(None, None, None)
    assert moved_courses(small) == 1
    assert push(plan, impatient).courses == 2
    other.close()
    impatient.close()


# --- killed at any moment --------------------------------------------------------------------------------

COURSES = 120
KILLED = """
import os, signal, sys
from pathlib import Path
from reconciler.plan import saved
from reconciler.push import moves, push
from reconciler.stores import open_store

moves.ROWS = 6
folder, when = Path(sys.argv[1]), int(sys.argv[2])
calls = []
def progress(done, total):
    calls.append(done)
    if len(calls) == when:
        os.kill(os.getpid(), signal.SIGKILL)
push(saved.load(folder / "plan.json"), open_store(str(folder / "state.db")), progress=progress)
print(len(calls))
"""
MID_WRITE = KILLED.replace(
    "push(saved.load",
    """
from reconciler.stores import journal as lines
real = lines.move_lines
def journal(*words):
    calls.append(0)
    if len(calls) == when:
        os.kill(os.getpid(), signal.SIGKILL)
    return real(*words)
lines.move_lines = journal
progress = None
push(saved.load""",
)
"""Killed inside a transaction: rows are moved, the journal is not written, nothing is committed."""


def crowd(folder: Path) -> Small:
    """Many courses; of every third, one section has scores in what is to go."""
    import json

    folder.mkdir()
    small = Small(folder / "state.db")
    small.calendar()
    for n, (_, sections) in enumerate(courses(small, COURSES)):
        if n % 3 == 0:
            small.grade(sections[0], CAT, "Exam", 1, Counts(1, n + 1))
    (folder / "plan.json").write_text(json.dumps(document(small.plan(NEW))), encoding="utf-8")
    return small


def execute(script: str, folder: Path, when: int) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-W", "error", "-c", script, str(folder), str(when)],
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        capture_output=True,
        text=True,
        check=False,
    )


def test_a_push_that_is_killed_at_any_moment_converges(tmp_path: Path) -> None:
    import shutil

    whole = crowd(tmp_path / "whole")
    start = whole.state()
    whole.store.close()
    places = {}
    kills = [(KILLED, 1), (KILLED, 17), (MID_WRITE, 1), (MID_WRITE, 30)]
    for n, _ in enumerate(kills):
        shutil.copytree(tmp_path / "whole", tmp_path / str(n))
    undisturbed = execute(KILLED, tmp_path / "whole", 0)
    assert undisturbed.returncode == 0, undisturbed.stderr
    assert int(undisturbed.stdout) > 40
    goal = now(tmp_path / "whole")
    assert goal != start
    for n, (script, when) in enumerate(kills):
        folder = tmp_path / str(n)
        assert execute(script, folder, when).returncode == -signal.SIGKILL
        places[n] = halfway(reopened(folder), start, goal)
        assert execute(KILLED, folder, 0).returncode == 0
        assert now(folder) == goal
    assert places[2] == 0
    assert 0 < places[0] < places[1] < places[3] < COURSES


def reopened(folder: Path) -> Small:
    """The state of a folder as another process finds it."""
    small = Small(folder / "state.db")
    with small.store.read() as snapshot:
        assert snapshot._connection.exec_driver_sql("PRAGMA integrity_check").scalar_one() == "ok"
        assert not snapshot._connection.exec_driver_sql("PRAGMA foreign_key_check").all()
    return small


def now(folder: Path):
    """What the state of a folder says."""
    small = reopened(folder)
    said = small.state()
    small.store.close()
    return said


def halfway(small: Small, start, goal) -> int:
    """How many courses are done; each is whole: with all its sections before, or after (P7)."""
    now, done = small.state(), 0
    assert now.counts == start.counts == goal.counts
    for place, course in now.courses.items():
        mine = {one for one, row in now.sections.items() if row[1] == place}
        moved = course == goal.courses[place]
        side = goal if moved else start
        assert course == side.courses[place]
        assert {one: now.sections[one] for one in mine} == {one: side.sections[one] for one in mine}
        assert {one for one in now.residuals if one[0] in mine} == {
            one for one in side.residuals if one[0] in mine
        }
        done += moved
    small.store.close()
    return done


def test_the_holding_of_a_host_is_compared_not_its_id(small: Small) -> None:
    """Two that do the same at the same time: the second finds it done."""
    _, (_, sections) = courses(small, 2)
    plan = small.saved(NEW)
    other = open_store(str(small.path))
    push(plan, small.store, progress=once(lambda: push(plan, other)))
    other.close()
    after: Holding = small.holding(section=sections[0])
    assert [one.key for one in after.here(CAT)] == ["Homework"]
    assert not acting(small.plan(NEW))
