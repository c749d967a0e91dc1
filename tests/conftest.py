"""A small state for every test that asks for one; made-up cases that are the same in every CI run."""

import os
from pathlib import Path

import pytest
from hypothesis import settings

from tests.small import Small

# A finding belongs to whoever looks for one (REC_EXAMPLES=5000); a change must not fail by chance.
settings.register_profile("ci", derandomize=True)
if os.environ.get("CI"):
    settings.load_profile("ci")

# Nobody's git settings: who runs the tests must not show in them.
os.environ |= {"GIT_CONFIG_GLOBAL": os.devnull, "GIT_CONFIG_SYSTEM": os.devnull}
# A school year must not end under the tests.
os.environ["RECONCILE_AS_OF"] = "2026-11-20"


@pytest.fixture
def small(tmp_path: Path) -> Small:
    """A district with one calendar and nothing in it."""
    made = Small(tmp_path / "state.db")
    made.calendar()
    yield made
    made.store.close()
