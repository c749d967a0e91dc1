"""A new store on disk for every test of the refresh."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from reconciler.stores import open_store

if TYPE_CHECKING:
    from pathlib import Path


@pytest.fixture
def store(tmp_path: Path):
    """A new, empty SQLite store."""
    opened = open_store(f"sqlite:///{tmp_path}/state.db", create=True, wait=0.05)
    yield opened
    opened.close()
