"""A small state for every test that asks for one; made-up cases that are the same in every CI run."""

import os
from pathlib import Path

import pytest
from hypothesis import settings

from tests.small import Small

# A finding belongs to whoever looks for one (REC_EXAMPLES=5000); a change must not fail by chance.
# No example has a deadline: how fast this machine is at the moment is no finding.
settings.register_profile("ci", derandomize=True, deadline=None)
settings.register_profile("here", deadline=None)
settings.load_profile("ci" if os.environ.get("CI") else "here")

# Nobody's git settings: who runs the tests must not show in them.
os.environ |= {"GIT_CONFIG_GLOBAL": os.devnull, "GIT_CONFIG_SYSTEM": os.devnull}
# Nobody's cache: a test that wants one says where. With a folder here the whole suite runs from one.
os.environ.setdefault("RECONCILE_CACHE", "off")
# A school year must not end under the tests.
os.environ["RECONCILE_AS_OF"] = "2026-11-20"


@pytest.fixture
def small(tmp_path: Path) -> Small:
    """A district with one calendar and nothing in it."""
    made = Small(tmp_path / "state.db")
    made.calendar()
    yield made
    made.store.close()


@pytest.fixture(scope="session")
def postgres_server():
    """A PostgreSQL server for all tests of this process; it is started by the first that asks."""
    from tests.postgres_server import running

    with running() as server:
        yield server


@pytest.fixture(scope="session")
def postgres_made(postgres_server) -> str:
    """The url of one state for many tests: making its tables takes a while."""
    from reconciler.stores import open_store
    from tests.postgres_server import database

    with database(postgres_server) as url:
        open_store(url, create=True).close()
        yield url


@pytest.fixture
def postgres(postgres_server) -> str:
    """The url of a new and empty PostgreSQL database."""
    from tests.postgres_server import database

    with database(postgres_server) as url:
        yield url


@pytest.fixture
def postgres_state(postgres_made: str) -> str:
    """The url of an empty state in PostgreSQL, whose tables stay as they are."""
    from tests.postgres_server import emptied

    yield postgres_made
    emptied(postgres_made)
