"""Files are written whole or not at all, and nothing becomes a file that was something else."""

from __future__ import annotations

import os
import threading

import pytest

from reconciler.whole import whole


def test_a_file_is_new_or_replaced(tmp_path):
    path = tmp_path / "out.csv"
    for body in (b"one", b"two"):
        with whole(path) as stream:
            stream.write(body)
        assert path.read_bytes() == body
    assert [one.name for one in tmp_path.iterdir()] == ["out.csv"]


def test_what_breaks_off_leaves_what_was_there(tmp_path):
    path = tmp_path / "out.csv"
    path.write_bytes(b"good")
    with pytest.raises(TypeError), whole(path) as stream:
        stream.writelines([b"half", "no bytes"])
    assert path.read_bytes() == b"good"
    assert [one.name for one in tmp_path.iterdir()] == ["out.csv"]


def test_a_link_is_followed_and_stays_a_link(tmp_path):
    target, link = tmp_path / "target", tmp_path / "link"
    target.write_bytes(b"old")
    link.symlink_to(target)
    with whole(link) as stream:
        stream.write(b"new")
    assert link.is_symlink()
    assert target.read_bytes() == b"new"


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="this system has no pipes with names")
def test_a_pipe_is_written_to_and_stays_a_pipe(tmp_path):
    pipe, heard = tmp_path / "pipe", []
    os.mkfifo(pipe)
    reader = threading.Thread(target=lambda: heard.append(pipe.read_bytes()))
    reader.start()
    with whole(pipe) as stream:
        stream.write(b"told")
    reader.join(timeout=10)
    assert heard == [b"told"]
    assert pipe.is_fifo()


def test_a_folder_that_is_not_there_is_an_error(tmp_path):
    with pytest.raises(FileNotFoundError), whole(tmp_path / "no" / "out.csv"):
        pass
