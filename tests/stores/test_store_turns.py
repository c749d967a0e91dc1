"""Who waits to write to a file gets the next turn; what is asserted is who was there, never how long it took."""

from __future__ import annotations

import sqlite3
import threading
from pathlib import Path

import pytest

from reconciler.errors import StoreBusy
from reconciler.stores import open_store, turns
from reconciler.stores.turns import Turns


def test_nobody_waits_unless_somebody_does(made: Path):
    store = open_store(str(made))
    turn = Turns(made, 0)
    assert not turn.somebody_waits()
    seen = threading.Event()

    def second() -> None:
        other = open_store(str(made), wait=60)
        with other.write() as tx:
            tx.put_setting("who", "second")
            seen.set()
        other.close()

    with store.write() as tx:
        assert not turn.somebody_waits()
        waiting = threading.Thread(target=second)
        waiting.start()
        while not turn.somebody_waits():
            assert waiting.is_alive()
        assert not seen.is_set()
        tx.put_setting("who", "first")
    waiting.join()
    assert not turn.somebody_waits()
    with store.read() as snapshot:
        assert snapshot.setting("who") == "second"
    store.close()


def test_who_does_not_come_is_not_waited_for(made: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(turns, "PATIENCE", 0.01)
    turn = Turns(made, 0)
    store = open_store(str(made))
    with turn._waiting():
        assert turn.somebody_waits()
        with store.write() as tx:
            tx.put_setting("who", "me")
        assert turn.somebody_waits()
    store.close()


@pytest.mark.parametrize("wait", [0, 0.01])
def test_who_waits_in_vain_is_told(made: Path, wait: float):
    first, second = open_store(str(made)), open_store(str(made), wait=wait)
    with first.write(), pytest.raises(StoreBusy), second.write():
        pytest.fail("there is one writer")
    with second.write() as tx:
        tx.put_setting("who", "second")
    for store in (first, second):
        store.close()


def test_a_folder_without_such_locks_has_no_turns_and_works(made: Path, monkeypatch: pytest.MonkeyPatch):
    def refused(*_words: object) -> None:
        raise OSError(95, "Operation not supported")

    monkeypatch.setattr(turns.fcntl, "flock", refused)
    first, second = open_store(str(made)), open_store(str(made), wait=0.01)
    with first.write(), pytest.raises(StoreBusy), second.write():
        pytest.fail("there is one writer")
    with second.write() as tx:
        tx.put_setting("who", "second")
    for store in (first, second):
        store.close()


def test_another_error_is_no_reason_to_wait(made: Path):
    driver = sqlite3.connect(f"file:{made}?mode=ro&immutable=1", uri=True, isolation_level=None)
    driver.execute("BEGIN")
    with pytest.raises(sqlite3.OperationalError, match="within a transaction"):
        Turns(made, 60).begin(driver)
    driver.close()
