"""Opening a store: missing, foreign, newer, busy, in a wrong place, or by a wrong url."""

from __future__ import annotations

import sqlite3
from pathlib import Path

import pytest

from reconciler.errors import (
    BUSY,
    FAILED,
    USAGE,
    SqliteTooOld,
    StoreBusy,
    StoreForeign,
    StoreMissing,
    StoreNewer,
    StoreUnwritable,
    StoreUrlUnknown,
)
from reconciler.stores import open_store
from reconciler.stores.sqlite import REVISIONS


def test_a_path_and_its_url_name_the_same_store(path: Path):
    first = open_store(str(path), create=True)
    second = open_store(f"sqlite:///{path}")
    assert first.id == second.id
    assert len(first.id) == 36
    assert first.url == second.url == f"sqlite:///{path}"
    other = open_store(f"{path}2", create=True)
    assert other.id != first.id
    for store in (first, second, other):
        store.close()


def test_a_path_relative_to_the_working_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.chdir(tmp_path)
    open_store("sqlite:///near %20.db", create=True).close()
    assert (tmp_path / "near %20.db").exists()
    open_store("near %20.db").close()


def test_making_a_store_that_is_there_opens_it(made: Path):
    store = open_store(str(made), create=True)
    with store.read() as snapshot:
        assert len(list(snapshot.course_records())) == 3
    store.close()


def test_a_missing_store_is_not_made_unless_asked(path: Path):
    with pytest.raises(StoreMissing) as told:
        open_store(str(path))
    assert str(path) in str(told.value)
    assert "reconcile import" in told.value.way_out
    assert told.value.exit_code == FAILED
    assert not path.exists()


def test_an_empty_file_is_a_store_that_was_never_finished(path: Path):
    path.touch()
    with pytest.raises(StoreMissing):
        open_store(str(path))
    assert path.stat().st_size == 0
    open_store(str(path), create=True).close()
    open_store(str(path)).close()


@pytest.mark.parametrize("create", [False, True])
def test_a_file_of_something_else_is_left_alone(path: Path, create: bool):
    path.write_text("number,name\n0401,Algebra I\n" * 100)
    before = path.read_bytes()
    with pytest.raises(StoreForeign, match="not a database"):
        open_store(str(path), create=create)
    assert path.read_bytes() == before


@pytest.mark.parametrize("create", [False, True])
def test_a_database_of_something_else_is_left_alone(path: Path, create: bool):
    other = sqlite3.connect(path)
    other.execute("CREATE TABLE course (id)")
    other.close()
    before = path.read_bytes()
    with pytest.raises(StoreForeign, match="something else"):
        open_store(str(path), create=create)
    assert path.read_bytes() == before


def test_a_folder_is_no_store(tmp_path: Path):
    with pytest.raises(StoreForeign, match="folder"):
        open_store(str(tmp_path), create=True)


def test_no_folder_to_make_a_store_in(tmp_path: Path):
    with pytest.raises(StoreUnwritable, match="there is no folder"):
        open_store(str(tmp_path / "none" / "state.db"), create=True)
    (tmp_path / "file").touch()
    with pytest.raises(StoreUnwritable, match="there is no folder"):
        open_store(str(tmp_path / "file" / "state.db"), create=True)


@pytest.mark.skipif(not Path("/proc/self").is_dir(), reason="needs a folder where nobody may write")
def test_a_folder_where_nobody_may_write():
    with pytest.raises(StoreUnwritable, match="unable to open") as told:
        open_store("/proc/self/state.db", create=True)
    assert "allowed to write" in told.value.way_out


def test_a_path_too_long_for_the_system(tmp_path: Path):
    with pytest.raises(StoreUnwritable, match="too long"):
        open_store(str(tmp_path / ("x" * 5000)), create=True)


def test_a_python_with_an_old_sqlite_is_told(path: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr("reconciler.stores.sqlite.OLDEST", (99, 1))
    with pytest.raises(SqliteTooOld, match=f"SQLite {sqlite3.sqlite_version}; a state needs 99.1") as told:
        open_store(str(path), create=True)
    assert "newer SQLite" in told.value.way_out
    assert not path.exists()


def test_a_store_of_a_newer_version(made: Path):
    newer = sqlite3.connect(made)
    newer.execute("UPDATE alembic_version SET version_num = '9999'")
    newer.commit()
    newer.close()
    with pytest.raises(StoreNewer, match=f"at 9999; this one knows {REVISIONS[-1]}") as told:
        open_store(str(made))
    assert "Upgrade" in told.value.way_out


@pytest.mark.parametrize(
    ("url", "why"),
    [
        ("postgresql+psycopg://ada:secret@db/state", "leave out the driver: postgresql://"),
        ("postgresql://db/a/b", "is written as %40"),
        ("postgresql://db:port/state", "HOST or HOST:PORT"),
        ("postgresql://db/state?nonsense=1", 'invalid connection option "nonsense"'),
        ("mysql://db/state", '"mysql" is no kind'),
        ("https://example.org/state.db", '"https" is no kind'),
        ("sqlite://state.db", "three slashes"),
        ("sqlite:/state.db", "three slashes"),
        ("sqlite:///", "kept in a file"),
        ("", "kept in a file"),
        ("sqlite:///:memory:", "kept in a file"),
        (":memory:", "kept in a file"),
    ],
)
def test_urls_that_name_no_store(url: str, why: str):
    with pytest.raises(StoreUrlUnknown, match=why) as told:
        open_store(url, create=True)
    assert told.value.exit_code == USAGE
    assert "sqlite:///PATH" in told.value.way_out
    assert "secret" not in str(told.value)


def test_a_store_that_another_process_writes_to(made: Path):
    other = sqlite3.connect(made, isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    store = open_store(str(made), wait=0.01)
    with pytest.raises(StoreBusy, match="Somebody else") as told, store.write():
        pytest.fail("two writers at once")
    assert told.value.exit_code == BUSY
    other.execute("ROLLBACK")
    with store.write() as tx:
        tx.put_school("Bay High", None)
    other.close()
    store.close()


def test_a_store_that_is_being_made_by_another(path: Path):
    other = sqlite3.connect(path, isolation_level=None)
    other.execute("BEGIN EXCLUSIVE")
    with pytest.raises(StoreBusy):
        open_store(str(path), create=True, wait=0.01)
    other.close()
