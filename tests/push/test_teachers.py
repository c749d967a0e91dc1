"""A teacher who enters grades while a push runs waits for one batch at most, and loses nothing.

The teacher is another process with a connection of its own. What is asserted is counted, never timed.
"""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path
from typing import NamedTuple

import pytest
from sqlalchemy import text

from reconciler.course import Area, Counts, Part, Use
from reconciler.plan.summary import summarise, to_json
from reconciler.push import held, moves
from reconciler.stores.postgres.writing import PostgresTransaction
from reconciler.stores.writing import SqliteTransaction
from tests.small import Small, acting, catalog, category, listed, master, write_down
from tests.small import held as holding_of

CAT = Area.CATEGORIES
ROOT = Path(__file__).resolve().parents[2]
COURSES = 40
TEACHER = """
import sys
from reconciler.course import Area, Counts, Use
from reconciler.stores import open_store

store, run = open_store(sys.argv[1], wait=60), int(sys.argv[2])
one = Counts(assignments=1, scores=20)
for line in sys.stdin:
    section, key = int(line.split()[0]), line.split()[1]
    print("asking", flush=True)
    with store.write() as tx:
        (row,) = tx.section_records([section])
        there = [one.key for one in tx.holdings([row.holding_id])[row.holding_id].here(Area.CATEGORIES)]
        if key in there:
            counts = [*tx.counts([section]), (section, Use(Area.CATEGORIES, key, 1), one)]
            tx.put_counts(counts, [section])
        written = sum(len(move.members) for move in tx.moves(run) if not move.on_section)
    print(key in there, written, flush=True)
"""
"""Adds evidence to an item, if it is there, for each line that comes; says so, and what the push had written."""
OLD = listed(categories=[category("Homework", 20), category("Exam", 80)])
NEW = catalog(master(categories=[category("Homework", 25)]))
BELOW = holding_of(linked=OLD)


@pytest.fixture(params=["sqlite", "postgresql"])
def school(request: pytest.FixtureRequest, tmp_path: Path):
    """A school with many courses, each of which has a category `Exam` that its master has no more."""
    place = tmp_path / "state.db" if request.param == "sqlite" else request.getfixturevalue("postgres_state")
    made = Small(place)
    made.calendar()
    for _ in range(COURSES):
        made.section(made.course("0401", BELOW), BELOW)
    yield made
    made.store.close()


@pytest.fixture(autouse=True)
def _tiny(monkeypatch: pytest.MonkeyPatch) -> None:
    """One course a batch."""
    monkeypatch.setattr(moves, "ROWS", 1)


def planned(school: Small):
    """The plan of the push, with its summary."""
    plan = school.plan(NEW)
    with school.store.read() as snapshot:
        return write_down(plan, to_json(summarise(plan, snapshot, (NEW,))))


class Teacher(NamedTuple):
    """Somebody in another process."""

    process: subprocess.Popen[str]

    def grade(self, section: int, key: str) -> None:
        """Ask to write; comes back when it is about to."""
        self.process.stdin.write(f"{section} {key}\n")
        self.process.stdin.flush()
        assert self.process.stdout.readline() == "asking\n", self.process.stderr.read()

    def graded(self) -> tuple[bool, int]:
        """Was the item there; and how many courses the push had written when the teacher got in."""
        line = self.process.stdout.readline()
        assert line, self.process.stderr.read()
        there, written = line.split()
        return there == "True", int(written)


@pytest.fixture
def teacher(school: Small):
    """A teacher, at work beside the first run."""
    url = str(school.path) if isinstance(school.path, str) else school.store.url
    process = subprocess.Popen(
        [sys.executable, "-c", TEACHER, url, "1"],
        env={**os.environ, "PYTHONPATH": str(ROOT)}, text=True,
        stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE,
    )  # fmt: skip
    yield Teacher(process)
    process.communicate(timeout=60)


def waits(tx) -> bool:
    """Does anybody wait for the writer that has this transaction?"""
    if isinstance(tx, PostgresTransaction):
        query = "SELECT count(*) FROM pg_locks WHERE NOT granted"
        return bool(tx._connection.execute(text(query)).scalar())
    from reconciler.stores.turns import Turns

    place = tx._driver.execute("PRAGMA database_list").fetchone()[2]
    return Turns(Path(place), 0).somebody_waits()


def during(monkeypatch: pytest.MonkeyPatch, work) -> None:
    """Do `work(tx, batch number)` inside every batch of a push, before it writes."""
    for kind in (SqliteTransaction, PostgresTransaction):
        real, count = kind.carry, []

        def carry(self, run, batch, real=real, count=count):
            count.append(1)
            work(self, len(count))
            return real(self, run, batch)

        monkeypatch.setattr(kind, "carry", carry)


def test_a_teacher_waits_for_one_batch_at_most(school, teacher, monkeypatch):
    """Who asks in the middle of a batch gets in before the next one, every time."""
    school.calendar("other-27")
    section = school.section(school.course("0402", BELOW, calendar="other-27"), BELOW)
    got: list[tuple[bool, int]] = []

    def ask(tx, batch: int) -> None:
        if batch > 1:
            got.append(teacher.graded())
        teacher.grade(section, "Exam")
        while not waits(tx):
            assert teacher.process.poll() is None

    during(monkeypatch, ask)
    done = held.carry_out(planned(school), school.store)
    got.append(teacher.graded())
    assert (done.status, done.courses) == ("done", COURSES)
    assert got == [(True, batch) for batch in range(1, COURSES + 1)]
    assert school.counts(section) == {Use(CAT, "Exam", 1): Counts(assignments=COURSES, scores=20 * COURSES)}


def test_nothing_that_was_recorded_meanwhile_is_lost(school, teacher, monkeypatch):
    """What a teacher used when the push came by stays, and every record is there."""
    sections = sorted(school.records()[1])
    asked: list[int] = []
    recorded: dict[int, bool] = {}

    def hear() -> None:
        if asked and asked[-1] not in recorded:
            recorded[asked[-1]] = teacher.graded()[0]

    def ask(tx, batch: int) -> None:
        """Every third batch: the next section, from the end, while the push comes from the beginning."""
        if batch % 3 == 1 and len(asked) < COURSES:
            hear()
            asked.append(sections[-1 - len(asked)])
            teacher.grade(asked[-1], "Exam")

    during(monkeypatch, ask)
    done = held.carry_out(planned(school), school.store)
    hear()
    assert done.status == "done"
    used = {one for one, there in recorded.items() if there}
    assert len(used) > 5
    after = school.state()
    assert after.counts == {(one, Use(CAT, "Exam", 1), Counts(assignments=1, scores=20)) for one in used}
    kept = {one for one in sections if school.holding(section=one).get(CAT, Part.OWN).get("Exam")}
    assert kept == used
    assert {mark[0] for mark in after.residuals} == used
    assert not acting(school.plan(NEW))
