"""A process is known by more than its number: numbers come again."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from reconciler.guard import process
from reconciler.guard.process import gone, this_process


@pytest.fixture
def child():
    """A process that waits to be told."""
    made = subprocess.Popen([sys.executable, "-c", "input()"], stdin=subprocess.PIPE)
    yield made
    made.kill()
    made.communicate()


def known(pid: int):
    """What a process of this machine would say of itself."""
    place = this_process().mark.rpartition(" ")[0]
    return this_process()._replace(pid=pid, mark=f"{place} {process._start(pid)}")


def test_this_process_lives():
    mine = this_process()
    assert mine.pid == os.getpid()
    assert len(mine.mark.split(" ")) == 2
    assert not gone(mine)


def test_a_process_that_ended_is_gone_also_before_its_parent_has_asked(child):
    there = known(child.pid)
    assert not gone(there)
    child.kill()
    os.waitid(os.P_PID, child.pid, os.WEXITED | os.WNOWAIT)  # it is a zombie now
    assert gone(there)
    child.wait()
    assert gone(there)


def test_a_later_process_of_the_same_number_is_another(child):
    place = this_process().mark.rpartition(" ")[0]
    assert gone(this_process()._replace(pid=child.pid, mark=f"{place} 1"))


@pytest.mark.parametrize(
    "change",
    [
        {"host": "elsewhere"},
        {"mark": "another-start/pid:[1] 1"},
        {"mark": ""},
    ],
    ids=["another machine", "another numbering", "unknown"],
)
def test_of_a_process_elsewhere_nothing_is_sure(change):
    assert not gone(this_process()._replace(pid=2**22 + 1)._replace(**change))


def test_without_proc_ps_is_asked(child, monkeypatch, tmp_path):
    monkeypatch.setattr(process, "PROC", tmp_path)
    words = tmp_path / "ps"
    words.write_text(f'#!/bin/sh\n[ "$4" = {child.pid} ] && echo "Sun Nov 22 04:00:00 2026"\n')
    words.chmod(0o755)
    monkeypatch.setenv("PATH", f"{tmp_path}{os.pathsep}{os.environ['PATH']}")
    there = this_process()._replace(pid=child.pid, mark="- Sun_Nov_22_04:00:00_2026")
    assert not gone(there)
    assert gone(there._replace(mark="- Sat_Nov_21_04:00:00_2026"))
    assert gone(there._replace(pid=child.pid + 1))


def test_where_nothing_can_be_asked_nothing_is_sure(monkeypatch, tmp_path):
    mine = this_process()
    monkeypatch.setattr(process, "PROC", Path(tmp_path))
    monkeypatch.setenv("PATH", str(tmp_path))
    assert this_process().mark == ""
    assert not gone(mine)
    assert not gone(mine._replace(mark="- long_ago"))
