"""A small state for every test that asks for one, and the project on the path."""

import sys
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from tests.small import Small


@pytest.fixture
def small(tmp_path: Path) -> Small:
    """A district with one calendar and nothing in it."""
    made = Small(tmp_path / "state.db")
    made.calendar()
    yield made
    made.store.close()
