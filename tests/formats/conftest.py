"""What the tests of foreign formats share: real data where it is, and the program in a folder of one's own."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.commands.conftest import district, folder, reconcile

__all__ = ["data", "district", "folder", "reconcile"]
DATA = (Path(__file__).resolve().parents[2] / "../shared/data").resolve()


@pytest.fixture(scope="session")
def data():
    """The folder of real input; tests that need it skip where it is absent."""
    if not DATA.is_dir():
        pytest.skip("the real input is not here")
    return DATA
