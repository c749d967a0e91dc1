"""A state in a place where it can only be read, as in CI: a plan, an export, a report need no more."""

from __future__ import annotations

import os
import shutil
import sqlite3
import tempfile
from contextlib import closing, contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from reconciler.errors import StoreMissing, StoreUnwritable
from reconciler.stores import open_store
from reconciler.stores.sqlite import REVISIONS

if TYPE_CHECKING:
    from collections.abc import Iterator

if not hasattr(os, "geteuid"):  # pragma: no cover - not on this system
    pytest.skip("needs file modes", allow_module_level=True)
NOBODY = 65534
DATABASE = "state ?#%20.db"


@contextmanager
def unprivileged() -> Iterator[None]:
    """As somebody whom file modes bind: root may write anywhere."""
    if os.geteuid() != 0:  # pragma: no cover - the modes bind already
        yield
        return
    try:
        os.seteuid(NOBODY)
    except OSError:  # pragma: no cover - root without the right to be another
        pytest.skip("can't become an unprivileged user")
    try:
        yield
    finally:
        os.seteuid(0)


@pytest.fixture
def folder() -> Iterator[Path]:
    """A folder that anybody can look into (pytest's own are private), read-only once `sealed`."""
    made = Path(tempfile.mkdtemp(prefix="reconciler-read-only-"))
    made.chmod(0o755)
    yield made
    made.chmod(0o755)
    shutil.rmtree(made)


@pytest.fixture
def state(folder: Path, made: Path) -> Path:
    """A state with a town in it, there."""
    return shutil.copyfile(made, folder / DATABASE)


def seal(path: Path, *, file: int = 0o444, folder: int = 0o555) -> list[Path]:
    """Set the modes; gives what lies in the folder."""
    path.chmod(file)
    path.parent.chmod(folder)
    return sorted(path.parent.iterdir())


def numbers(path: Path) -> list[str]:
    """Open, read all courses, close."""
    with closing(open_store(str(path), wait=0.05)) as store, store.read() as snapshot:
        return sorted(one.number for one in snapshot.course_records())


def refused(path: Path) -> StoreUnwritable:
    """Open, try to write."""
    with closing(open_store(str(path), wait=0.05)) as store:
        with pytest.raises(StoreUnwritable) as told, store.write() as tx:
            tx.put_school("Bay High", None)
        with store.read() as snapshot:
            assert "Bay High" not in dict(snapshot.schools())
    return told.value


@pytest.mark.parametrize(
    ("file", "around"),
    [(0o444, 0o555), (0o666, 0o555), (0o444, 0o777)],
    ids=["both", "the folder", "the file"],
)
def test_what_is_read_only_is_read_and_not_written(state: Path, made: Path, file: int, around: int):
    wanted, before = numbers(made), state.read_bytes()
    assert len(wanted) == 3
    seal(state, file=file, folder=around)
    with unprivileged():
        assert numbers(state) == wanted
        error = refused(state)
        assert numbers(state) == wanted
    assert str(state) in str(error)
    assert "allowed to write in it and to the file" in error.way_out
    assert state.read_bytes() == before


def test_a_read_only_folder_stays_as_it_is(state: Path):
    there = seal(state)
    with unprivileged():
        numbers(state)
        refused(state)
    assert sorted(state.parent.iterdir()) == there == [state]


def test_it_is_the_same_store_with_the_same_url(state: Path):
    with closing(open_store(str(state))) as store:
        known = (store.id, store.url)
    seal(state)
    with unprivileged(), closing(open_store(str(state))) as store:
        assert (store.id, store.url) == known


def test_a_writer_beside_it_is_followed(state: Path):
    with closing(open_store(str(state))) as writer:
        with writer.write() as tx:
            tx.put_school("Bay High", None)
        assert seal(state, file=0o644) != [state]
        with unprivileged(), closing(open_store(str(state))) as store, store.read() as snapshot:
            assert "Bay High" in dict(snapshot.schools())
        state.parent.chmod(0o755)


def with_changes_beside(state: Path) -> Path:
    """As a copy made while somebody wrote: the last changes are in `-wal`, and there is no `-shm`."""
    beside = state.with_name(f"{DATABASE}-wal")
    with closing(sqlite3.connect(state)) as writer:
        writer.execute("INSERT INTO school (name) VALUES ('Bay High')")
        writer.commit()
        kept = state.read_bytes(), beside.read_bytes()
    state.write_bytes(kept[0])
    beside.write_bytes(kept[1])
    return beside


def test_changes_that_can_not_be_read_are_not_passed_over(state: Path):
    beside = with_changes_beside(state)
    seal(state)
    with unprivileged(), pytest.raises(StoreUnwritable, match="last changes are still in") as told:
        open_store(str(state))
    assert beside.name in str(told.value)
    state.parent.chmod(0o755)
    state.chmod(0o644)
    with closing(open_store(str(state))) as store, store.read() as snapshot:
        assert "Bay High" in dict(snapshot.schools())


def test_an_empty_file_beside_it_has_no_changes(state: Path):
    wanted = numbers(state)
    state.with_name(f"{DATABASE}-wal").touch()
    seal(state)
    with unprivileged():
        assert numbers(state) == wanted


@pytest.mark.parametrize("around", [0o555, 0o777])
def test_one_that_is_behind_says_that_it_can_not_be_brought_up(
    state: Path, monkeypatch: pytest.MonkeyPatch, around: int
):
    monkeypatch.setattr("reconciler.stores.sqlite.REVISIONS", (*REVISIONS, "9999"))
    seal(state, folder=around)
    with (
        unprivileged(),
        pytest.raises(StoreUnwritable, match="have to be brought to 9999") as told,
    ):
        open_store(str(state))
    assert "read-only" in str(told.value)


def test_who_would_make_a_state_is_told_at_once(state: Path):
    seal(state)
    with unprivileged(), pytest.raises(StoreUnwritable):
        open_store(str(state), create=True)


def test_what_nobody_may_read_is_not_opened(state: Path):
    seal(state, file=0o000)
    with unprivileged(), pytest.raises(StoreUnwritable, match="unable to open"):
        open_store(str(state))


def test_an_empty_file_is_no_state(folder: Path):
    empty = folder / DATABASE
    empty.touch()
    seal(empty)
    with unprivileged(), pytest.raises(StoreMissing):
        open_store(str(empty))
