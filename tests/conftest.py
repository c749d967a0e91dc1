"""A small state for every test that asks for one."""

from pathlib import Path

import pytest

from tests.small import Small


@pytest.fixture
def small(tmp_path: Path) -> Small:
    """A district with one calendar and nothing in it."""
    made = Small(tmp_path / "state.db")
    made.calendar()
    yield made
    made.store.close()
