"""Real workers in processes of their own, beside each other, killed and told to stop."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from reconciler.course import Area
from reconciler.queue import claim
from reconciler.queue.job import Status, read_told
from tests.queue.jobs import LATER, PAST, Queue
from tests.small import category, master

ROOT = Path(__file__).resolve().parents[2]
PROGRAM = "import sys; from reconciler.commands import run; sys.exit(run(sys.argv[1:]))"
AFTER = """
import os, signal, sys
from reconciler.commands import run
from reconciler.push import moves
from reconciler.stores.writing import SqliteTransaction

moves.ROWS = 1  # every course is a batch
real, batches = SqliteTransaction.carry, []

def carry(self, *args):
    batches.append(args)
    if len(batches) == 3:
        os.kill(os.getpid(), getattr(signal, sys.argv[1]))
    return real(self, *args)

SqliteTransaction.carry = carry
sys.exit(run(sys.argv[2:]))
"""
"""The program, to which a signal comes while its third course is being written."""


def start(folder: Path, program: str, *words: str) -> subprocess.Popen[str]:
    (folder / "reconcile.yaml").write_text("past_years: writable\n", encoding="utf-8")
    found = {**os.environ, "PYTHONPATH": str(ROOT), "RECONCILE_STATE": str(folder / "state.db")}
    return subprocess.Popen(
        [sys.executable, "-c", program, *words],
        cwd=folder, env=found, text=True, stdout=subprocess.PIPE, stderr=subprocess.PIPE,
    )  # fmt: skip


def end(process: subprocess.Popen[str]) -> tuple[int, str, str]:
    out, err = process.communicate(timeout=120)
    return process.returncode, out, err


def runs(queue: Queue):
    with queue.small.store.read() as snapshot:
        return list(reversed(snapshot.runs()))


@pytest.fixture
def wide(queue) -> tuple[Queue, list[int]]:
    """One job over six courses, each with a section."""
    places = [queue.small.course(f"04{n:02}") for n in range(6)]
    for place in places:
        queue.small.section(place)
    queue.submit(*(master(f"04{n:02}", categories=[category("Homework", 20)]) for n in range(6)))
    return queue, places


def written(queue: Queue, places: list[int]) -> int:
    return sum(bool([*queue.small.holding(course=one).here(Area.CATEGORIES)]) for one in places)


def test_of_many_jobs_each_runs_once_whoever_takes_it(queue, tmp_path):
    names = [f"hill-{n}" for n in range(4)]
    for place, name in enumerate(names):
        queue.small.calendar(name)
        queue.small.course(f"05{place}", calendar=name)
    submitted = [
        queue.submit(
            master(f"05{place}", categories=[category("Homework", 20)]),
            calendars=(name,), at=PAST if turn % 2 else LATER,
        )
        for turn in range(5)
        for place, name in enumerate(names)
    ]  # fmt: skip
    workers = [start(tmp_path, PROGRAM, "batch", "work", "--once") for _ in range(2)]
    told = [end(one) for one in workers]
    assert [code for code, _, _ in told] == [0, 0], told
    lines = [line for _, out, _ in told for line in out.splitlines()]
    assert sorted(int(line.split()[1]) for line in lines) == [one.id for one in submitted]
    assert set(queue.statuses().values()) == {"completed"}
    journal = runs(queue)
    assert len(journal) == len(submitted)
    assert sorted(queue.job(one).run_id for one in submitted) == [one.id for one in journal]
    for name in names:
        mine = [one for one in submitted if name in read_told(one).calendars]
        order = [queue.job(one).run_id for one in sorted(mine, key=lambda job: (job.scheduled, job.id))]
        assert order == sorted(order), "the jobs of a calendar ran in their order"


def test_what_a_killed_worker_began_another_finishes(wide, tmp_path):
    queue, places = wide
    code, out, _ = end(start(tmp_path, AFTER, "SIGKILL", "batch", "work", "--once"))
    assert (code, out) == (-signal.SIGKILL, "")
    job = queue.job(1)
    assert (job.status, job.run_id, written(queue, places)) == ("running", 1, 2)
    assert [one.status for one in runs(queue)] == ["running"]

    code, out, err = end(start(tmp_path, PROGRAM, "batch", "work", "--once"))
    assert (code, out) == (0, ""), "it may still live"
    assert "No job is due." in err

    queue.put(job, heartbeat="2026-01-01T00:00:00+00:00")
    code, out, err = end(start(tmp_path, PROGRAM, "batch", "work", "--once"))
    assert code == 0, err
    assert "Job 1 completed." in out
    done = queue.job(1)
    assert (done.status, done.run_id, written(queue, places)) == ("completed", 2, 6)
    assert "Run 1 was left in part." in done.why
    assert "Run 2: 4 courses and 4 sections written." in done.why
    assert [one.status for one in runs(queue)] == ["in_part", "done"]


def test_a_killed_worker_leaves_the_setup_as_one_push_would(wide, tmp_path):
    queue, places = wide
    end(start(tmp_path, AFTER, "SIGKILL", "batch", "work", "--once"))
    queue.put(queue.job(1), heartbeat="2026-01-01T00:00:00+00:00")
    end(start(tmp_path, PROGRAM, "batch", "work", "--once"))
    courses, sections = queue.small.records()
    assert len({one.holding_id for one in sections.values()}) == 1
    assert len({queue.small.holding(course=one).here(Area.CATEGORIES) for one in places}) == 1
    with queue.small.store.read() as snapshot:
        moved = [move for run in snapshot.runs() for move in snapshot.moves(run.id)]
    assert sorted(one for move in moved if not move.on_section for one in move.members) == sorted(courses)
    assert sorted(one for move in moved if move.on_section for one in move.members) == sorted(sections)


@pytest.mark.parametrize(("name", "expected"), [("SIGTERM", 0), ("SIGINT", 130)])
def test_a_worker_that_is_told_to_stop_puts_its_job_back(wide, tmp_path, name, expected):
    queue, places = wide
    code, out, err = end(start(tmp_path, AFTER, name, "batch", "work"))
    assert (code, out) == (expected, ""), err
    job = queue.job(1)
    assert (job.status, job.claimed_by, written(queue, places)) == ("queued", None, 3)
    assert [one.status for one in runs(queue)] == ["in_part"]
    assert "Job 1 is back in the queue." in err
    assert ("Interrupted." in err) == (name == "SIGINT")
    code, out, _ = end(start(tmp_path, PROGRAM, "batch", "work", "--once"))
    assert (code, written(queue, places)) == (0, 6)
    assert "Run 2: 3 courses and 3 sections written." in out


def test_the_report_of_a_job_that_was_finished_by_another_is_there(wide, tmp_path):
    end(start(tmp_path, AFTER, "SIGTERM", "batch", "work", "--once"))
    end(start(tmp_path, PROGRAM, "batch", "work", "--once"))
    code, out, _ = end(start(tmp_path, PROGRAM, "batch", "report", "1", "--format", "json"))
    told = json.loads(out)
    assert (code, told["run"], told["status"], told["courses"]) == (0, 2, "done", 3)


def test_a_worker_waits_for_a_calendar_that_another_writes_to(wide, tmp_path):
    queue, places = wide
    mine = claim.claim(queue.small.store, "another", 60)
    assert mine.id == 1
    queue.submit(master("0400", categories=[category("Homework", 20)]))
    code, out, err = end(start(tmp_path, PROGRAM, "batch", "work", "--once"))
    assert (code, out, queue.statuses()) == (0, "", {1: "running", 2: "queued"}), err
    claim.end(queue.small.store, mine, Status.COMPLETED)
    code, out, _ = end(start(tmp_path, PROGRAM, "batch", "work", "--once"))
    assert (code, out.startswith("Job 2 completed"), written(queue, places)) == (0, True, 1)
