"""Every test that takes `store` or `url` runs once per kind of store: the contract that any store passes.

Another kind of database adds its name to KINDS, and a fixture that makes an empty one, and nothing else.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from reconciler.stores import open_store
from tests.stores.store_rows import Town, build_town

if TYPE_CHECKING:
    from pathlib import Path

    from reconciler.current import Store

KINDS = ("sqlite", "postgresql")


@pytest.fixture(params=KINDS)
def url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """The url of a store that does not exist yet."""
    if request.param == "sqlite":
        return f"sqlite:///{tmp_path}/state.db"
    return request.getfixturevalue("postgres")


@pytest.fixture(params=KINDS)
def store(request: pytest.FixtureRequest, tmp_path: Path):
    """A new, empty store."""
    place = f"sqlite:///{tmp_path}/state.db"
    url = place if request.param == "sqlite" else request.getfixturevalue("postgres_state")
    opened = open_store(url, create=True, wait=0.05)
    yield opened
    opened.close()


@pytest.fixture
def town(store: Store) -> Town:
    """A store with one school, two calendars, three courses and five sections."""
    return build_town(store)


@pytest.fixture
def path(tmp_path: Path) -> Path:
    """Where a state may be made."""
    return tmp_path / "state.db"


@pytest.fixture
def made(path: Path) -> Path:
    """A state with a town in it, closed."""
    store = open_store(str(path), create=True)
    build_town(store)
    store.close()
    return path
