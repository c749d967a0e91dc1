"""A queue over a small state; a machine in any time zone; the program in a folder of its own."""

from __future__ import annotations

import time

import pytest

from tests.commands.conftest import district, folder, reconcile  # noqa: F401 - fixtures
from tests.queue.jobs import Queue


@pytest.fixture
def queue(small) -> Queue:
    """The queue of a small state."""
    return Queue(small)


@pytest.fixture
def zone(monkeypatch: pytest.MonkeyPatch):
    """Put this machine into a time zone."""

    def put(name: str) -> None:
        monkeypatch.setenv("TZ", name)
        time.tzset()

    yield put
    monkeypatch.undo()
    time.tzset()
