"""Catalogs in a folder of their own, and a larder beside them."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.larder.kept import Kitchen


@pytest.fixture
def kitchen(tmp_path: Path) -> Kitchen:
    """A catalog that includes another file, and an empty larder."""
    made = Kitchen(tmp_path)
    made.write("catalog.yaml", made.CATALOG)
    made.write("shared/tasks.yaml", made.TASKS)
    return made
