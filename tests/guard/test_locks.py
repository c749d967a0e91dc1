"""One writer at a time per calendar (domain.md 10), in either kind of database, between real processes."""

from __future__ import annotations

import signal
import threading
from contextlib import ExitStack

import pytest

from reconciler.errors import BUSY, IN_PART, StoreBusy
from reconciler.errors.locks import CalendarsLocked, LockLost
from reconciler.guard import LockedStore, alone, locked, patiently
from reconciler.guard.signs import LIMIT
from reconciler.stores import open_store
from tests.guard.conftest import HERE, begun, holding, locks, put, status
from tests.stores.store_rows import Town, moves


def test_a_lock_says_whose_it_is_and_goes_with_the_block(town: Town):
    with locked(town.store, [town.summer, town.fall], by="ada") as held:
        (lock,) = locks(town.store)
        assert lock._replace(alive=None) == held.lock
        assert (lock.calendars, lock.who, lock.host) == ((town.fall, town.summer), "ada", HERE)
        assert lock.alive is not False
        assert lock.since == lock.heartbeat
    assert locks(town.store) == ()


def test_another_calendar_goes_on_the_same_one_is_refused(town: Town):
    with locked(town.store, [town.fall], by="ada"), locked(town.store, [town.summer]):
        with pytest.raises(CalendarsLocked) as told, locked(town.store, [town.fall, town.summer]):
            pytest.fail("nobody else may be here")
        assert len(locks(town.store)) == 2
    assert told.value.exit_code == BUSY
    assert "ada, process" in str(told.value)
    assert HERE in str(told.value)
    assert "reconcile unlock 1" in told.value.way_out
    assert "--lock-timeout" in told.value.way_out


def test_another_process_is_waited_for(town: Town, url: str):
    said: list[str] = []
    with holding(url, town.fall) as other:
        with pytest.raises(CalendarsLocked), locked(town.store, [town.fall]):
            pytest.fail("nobody else may be here")
        with pytest.raises(CalendarsLocked), locked(town.store, [town.fall], wait=0.1):
            pytest.fail("nobody else may be here")
        late = threading.Timer(0.2, other.let_go)
        late.start()
        with locked(town.store, [town.fall], wait=60, say=said.append) as held:
            assert held.lock.id > other.lock
        late.join()
    assert len(said) == 1
    assert "locked by ada" in said[0]
    assert "Waiting for up to 60 s." in said[0]


def test_the_lock_of_a_killed_process_is_taken_over_at_once(town: Town, url: str):
    said: list[str] = []
    with holding(url, town.fall) as other:
        other.process.send_signal(signal.SIGKILL)
        other.process.wait()
        with locked(town.store, [town.fall], wait=60, say=said.append) as held:
            assert [one.id for one in locks(town.store)] == [held.lock.id]
    assert said[-1].startswith("The lock of ada (process")
    assert "was taken over" in said[-1]


@pytest.mark.parametrize(("age", "dead"), [(0, False), (LIMIT - 30, False), (LIMIT + 1, True)])
def test_a_holder_elsewhere_is_dead_after_a_while_without_a_sign_of_life(town: Town, age, dead):
    put(town.store, town.fall, age=age)
    said: list[str] = []
    if not dead:
        with pytest.raises(CalendarsLocked), locked(town.store, [town.fall]):
            pytest.fail("nobody else may be here")
        return
    with locked(town.store, [town.fall], say=said.append):
        assert len(locks(town.store)) == 1
    assert said == [said[0]]
    assert f"no sign of life for {LIMIT} seconds" in said[0]


def test_the_heart_beats_by_itself(town: Town):
    beaten = threading.Event()
    with locked(town.store, [town.fall], limit=0.04) as held:
        with town.store.write() as tx:
            assert tx.keep_lock(held.lock.id, "2026-01-01T00:00:00+00:00")
        while locks(town.store)[0].heartbeat.startswith("2026-01-01"):
            assert not beaten.wait(0.01)
    assert locks(town.store) == ()


@pytest.mark.parametrize("written", [True, False])
def test_the_run_of_a_dead_holder_is_closed(town: Town, written: bool):
    mine = town.run if written else begun(town.store)
    if written:
        with town.store.write() as tx:
            assert not tx.carry(mine, moves(town, before=town.old, after=town.new, courses=1))
    put(town.store, town.fall, age=LIMIT + 1, run_id=mine)
    said: list[str] = []
    assert status(town.store, mine) == "running"
    with locked(town.store, [town.fall], say=said.append):
        pass
    assert status(town.store, mine) == ("in_part" if written else "failed")
    assert said[0].endswith(f"Run {mine} was left {'in part' if written else 'before anything was written'}.")


def test_a_run_that_was_closed_already_stays_as_it_is(town: Town):
    mine = begun(town.store)
    with town.store.write() as tx:
        tx.end_run(mine, "2026-08-01T07:00:00+00:00", "done", "{}")
    put(town.store, town.fall, age=LIMIT + 1, run_id=mine)
    said: list[str] = []
    with locked(town.store, [town.fall], say=said.append):
        assert status(town.store, mine) == "done"
    assert said[0].endswith(f"for {LIMIT} seconds.")


def test_a_holder_whose_lock_was_taken_over_writes_no_more(town: Town):
    with locked(town.store, [town.fall], limit=240) as held:
        with held.write() as tx:
            tx.put_setting("queue", "mine")
            held.begun(tx, town.run)
        with town.store.write() as tx:
            assert tx.locks()[0].run_id == town.run
            tx.keep_lock(held.lock.id, "2026-01-01T00:00:00+00:00")
        with locked(town.store, [town.fall]) as other:
            with pytest.raises(LockLost) as told, held.write() as tx:
                tx.put_setting("queue", "not mine any more")
            with other.write() as tx:
                assert tx.setting("queue") == "mine"
        with pytest.raises(LockLost), held.write():
            pytest.fail("the other gave it back, but to nobody")
    assert told.value.exit_code == IN_PART
    assert locks(town.store) == ()


def test_a_heart_stops_when_the_lock_is_gone(town: Town):
    with locked(town.store, [town.fall], limit=0.04) as held:
        (heart,) = [one for one in threading.enumerate() if one.name == f"heart of lock {held.lock.id}"]
        with town.store.write() as tx:
            tx.drop_lock(held.lock.id)
        heart.join(60)
        assert not heart.is_alive()


def test_many_hands_write_under_one_lock(town: Town):
    with locked(town.store, [town.fall]) as held:
        other = LockedStore(town.store.again(), held.lock)
        third = held.again()
        for hand in (held, other, third):
            with hand.write(beside=True) as tx:
                tx.put_setting("queue", "")
            with hand.read() as snapshot:
                assert snapshot.setting("queue") == ""
        assert {one.id for one in (held, other, third)} == {town.store.id}
        with town.store.write() as tx:
            tx.drop_lock(held.lock.id)
        for hand in (other, third):
            with pytest.raises(LockLost), hand.write(beside=True):
                pytest.fail("the lock is gone for all of them")
            hand.close()


def test_whoever_writes_in_one_go_looks_first(town: Town):
    put(town.store, town.fall)
    put(town.store, town.summer, age=LIMIT + 1)
    with pytest.raises(CalendarsLocked):
        _half(town)
    with town.store.write() as tx:
        assert tx.setting("queue") is None
        alone(tx, [town.summer])
        alone(tx, [])
        assert len(tx.locks()) == 2


def _half(town: Town) -> None:
    with town.store.write() as tx:
        tx.put_setting("queue", "half")
        alone(tx, [town.fall])


def test_a_lock_of_a_block_that_fails_goes_too(town: Town):
    with pytest.raises(ZeroDivisionError), locked(town.store, [town.fall]):
        raise ZeroDivisionError
    assert locks(town.store) == ()


def test_a_lock_that_can_not_be_given_back_now_is_left_behind(town: Town, url: str):
    hasty, blocker = open_store(url, wait=0.05), town.store.again()
    with ExitStack() as busy:
        with locked(hasty, [town.fall]) as held:
            busy.enter_context(blocker.write())  # the writer's place is taken when the lock shall go
        assert [one.id for one in locks(town.store)] == [held.lock.id]
    (left,) = locks(town.store)
    assert left.alive is (None if url.startswith("sqlite") else False)
    hasty.close()
    blocker.close()


def test_work_is_tried_again_while_somebody_is_in_the_way():
    tries = []

    def work() -> str:
        tries.append(1)
        if len(tries) < 4:
            raise StoreBusy(path="state.db")
        return "done"

    said: list[str] = []
    assert patiently(work, 60, said.append, first=0.001) == "done"
    assert len(tries) == 4
    assert len(said) == 1
    tries.clear()
    with pytest.raises(StoreBusy):
        patiently(work, 0, said.append)
    assert (len(tries), len(said)) == (1, 1)
