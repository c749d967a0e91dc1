"""A push holds a lock on its calendars: others wait or say why, and a push that died is closed by the next."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import pytest

from reconciler.errors import PlanOfOtherStore
from reconciler.errors.locks import CalendarsLocked, LockLost
from reconciler.guard import locked
from reconciler.plan import saved
from reconciler.plan.summary import summarise, to_json
from reconciler.push import moves
from reconciler.push.held import calendars_of, carry_out
from reconciler.undo import plan_undo
from tests.small import Small, catalog, category, document, listed, master, scope
from tests.small import held as holding_of

OLD = holding_of(linked=listed(categories=[category("Homework", 20)]))
NEW = catalog(master(categories=[category("Homework", 25)]))
ROOT = Path(__file__).resolve().parents[2]
KILLED = """
import os, signal, sys
from pathlib import Path
from reconciler.plan import saved
from reconciler.push import moves
from reconciler.push.held import carry_out
from reconciler.stores import open_store

folder, after = Path(sys.argv[1]), int(sys.argv[2])
moves.ROWS = 1

def progress(done, total):
    if done == after:
        os.kill(os.getpid(), signal.SIGKILL)

def begun(tx, run):
    if not after:
        os.kill(os.getpid(), signal.SIGKILL)

carry_out(saved.load(folder / "plan.json"), open_store(str(folder / "state.db")), progress=progress, begun=begun)
"""


@pytest.fixture
def school(small: Small) -> Small:
    """Five courses, as an older master pushed them, in one calendar; another calendar with one."""
    for _ in range(5):
        small.section(small.course("0401", OLD), OLD)
    small.calendar("other-27")
    small.course("0401", OLD, calendar="other-27")
    return small


def told(small: Small, *calendars: str) -> saved.Json:
    plan = small.plan(NEW, by=scope(*calendars))
    with small.store.read() as snapshot:
        return document(plan, to_json(summarise(plan, snapshot, (NEW,))))


def planned(small: Small, *calendars: str) -> saved.SavedPlan:
    return saved.parse(told(small, *calendars))


def runs(small: Small) -> list[tuple[str, str]]:
    with small.store.read() as snapshot:
        return [(one.kind, one.status) for one in reversed(snapshot.runs())]


def locks(small: Small):
    with small.store.read() as snapshot:
        return snapshot.locks()


def test_a_push_holds_its_calendars_and_its_run_until_the_end(school):
    seen = []

    def progress(_done: int, _total: int) -> None:
        seen.extend(locks(school))

    result = carry_out(planned(school), school.store, by="ada", progress=progress)
    assert [(one.calendars, one.who, one.run_id) for one in seen] == [
        ((school.places["hill-27"],), "ada", result.run)
    ]
    assert (result.status, result.courses) == ("done", 5)
    assert (runs(school), locks(school)) == ([("apply", "done")], ())


def test_another_calendar_is_pushed_at_the_same_time_the_same_one_is_not(school):
    first, second = planned(school), planned(school, "other-27")
    done = []

    def progress(_done: int, _total: int) -> None:
        done.append(carry_out(second, school.store).courses)
        with pytest.raises(CalendarsLocked, match="hill-27: locked by"):
            carry_out(first, school.store)

    assert carry_out(first, school.store, progress=progress).courses == 5
    assert done == [1]
    assert runs(school) == [("apply", "done")] * 2


@pytest.mark.parametrize(("after", "closed"), [(0, None), (1, "in_part"), (4, "in_part")])
def test_the_run_of_a_killed_push_is_closed_and_the_next_goes_on(school, tmp_path, after, closed):
    (tmp_path / "plan.json").write_text(json.dumps(told(school), ensure_ascii=False), encoding="utf-8")
    killed = subprocess.run(
        [sys.executable, "-c", KILLED, str(tmp_path), str(after)],
        env={**os.environ, "PYTHONPATH": str(ROOT)}, check=False, capture_output=True, text=True,
    )  # fmt: skip
    assert killed.returncode == -signal.SIGKILL, killed.stderr
    assert runs(school) == ([("apply", "running")] if closed else [])
    assert len(locks(school)) == 1
    said: list[str] = []
    result = carry_out(planned(school), school.store, say=said.append)
    assert "was taken over: process" in said[0]
    assert ("Run 1 was left in part." in said[0]) == bool(closed)
    assert result.courses == 5 - after
    assert runs(school) == [("apply", closed), ("apply", "done")][0 if closed else 1 :]
    assert locks(school) == ()


def test_a_push_whose_lock_was_taken_away_stops_before_its_next_write(school, monkeypatch):
    monkeypatch.setattr(moves, "ROWS", 1)
    done = []

    def progress(_done: int, _total: int) -> None:
        done.append(1)
        if len(done) == 2:
            with school.store.write() as tx:
                tx.keep_lock(1, "2026-01-01T00:00:00+00:00")
            with locked(school.store, [school.places["hill-27"]]):
                assert runs(school) == [("apply", "in_part")]

    with pytest.raises(LockLost):
        carry_out(planned(school), school.store, progress=progress)
    assert len(done) == 2
    assert school.moves(1) == 4
    assert (runs(school), locks(school)) == ([("apply", "in_part")], ())
    assert carry_out(planned(school), school.store).courses == 3


def test_a_plan_of_another_state_locks_nothing(school):
    plan = replace(planned(school), store="another")
    with pytest.raises(PlanOfOtherStore):
        carry_out(plan, school.store)
    assert locks(school) == ()


def test_an_undo_locks_the_calendars_of_its_run(school):
    run = carry_out(planned(school), school.store).run
    with school.store.read() as snapshot:
        back = plan_undo(run, snapshot, store=school.store.id, today="2026-08-01")
        assert calendars_of(saved.parse(document(back)), snapshot) == (school.places["hill-27"],)
