"""One cluster for all tests of this folder: starting its processes takes the longest."""

import pytest

from reconciler.cluster.farm import joined


@pytest.fixture(scope="session")
def farm():
    """A cluster of two processes."""
    with joined("local:2") as made:
        yield made
