"""A small district for each test, and the parts of its state that a report is about."""

from __future__ import annotations

import pytest

from reconciler.audit.filters import Filters, choose
from tests.small import Small


class Asked(Small):
    """A small district that can be asked."""

    def ask(self, question, *catalogs, **filters):
        """`question(snapshot, catalogs, chosen)`, or without catalogs where none are given."""
        told = {name: (value,) if isinstance(value, str) else value for name, value in filters.items()}
        with self.store.read() as snapshot:
            chosen = choose(snapshot, Filters(**told), catalogs)
            return question(snapshot, catalogs, chosen)


@pytest.fixture
def small(tmp_path):
    district = Asked(tmp_path / "small.db")
    district.calendar()
    yield district
    district.store.close()
