"""Every test that takes `store` or `url` runs once per kind of store: the contract that any store passes.

Another kind of database adds a maker of urls to KINDS, and nothing else.
"""

from __future__ import annotations

import pytest
from store_rows import Town, build_town

from reconciler.stores import open_store

KINDS = {"sqlite": lambda folder: f"sqlite:///{folder}/state.db"}


@pytest.fixture(params=KINDS)
def url(request, tmp_path) -> str:
    """The url of a store that does not exist yet."""
    return KINDS[request.param](tmp_path)


@pytest.fixture
def store(url):
    """A new, empty store."""
    opened = open_store(url, create=True, wait=0.05)
    yield opened
    opened.close()


@pytest.fixture
def town(store) -> Town:
    """A store with one school, two calendars, three courses and five sections."""
    return build_town(store)
