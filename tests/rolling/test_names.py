"""What calendars and terms are called a year later."""

from __future__ import annotations

import pytest

from reconciler.course import Term
from reconciler.rolling.names import later, terms_later


@pytest.mark.parametrize(
    ("name", "new"),
    [
        ("Harrison High 2026-27", "Harrison High 2027-28"),
        ("Harrison High 2026-2027", "Harrison High 2027-2028"),
        ("Harrison High 2026/27 (north)", "Harrison High 2027/28 (north)"),
        ("26-27 Harrison", "27-28 Harrison"),
        ("hill-27", "hill-28"),
        ("Summer 2027", "Summer 2028"),
        ("Fall 2026", "Fall 2027"),
        ("2027", "2028"),
        ("PS 27 2026-27", "PS 27 2027-28"),
        ("PS 27 2027", "PS 27 2028"),
        ("Room 2026270", None),
        ("Hill High", None),
        ("Hill High 2025-26", None),
        ("Hill High 26", None),
    ],
)
def test_the_years_of_a_name_move(name, new):
    assert later(name, 2027, 1) == new


def test_names_move_over_more_years_and_over_a_century():
    assert later("Hill 2026-27", 2027, 3) == "Hill 2029-30"
    assert later("hill-99", 2099, 1) == "hill-00"
    assert later("Hill 2098-99", 2099, 1) == "Hill 2099-00"


def test_terms_keep_their_names_and_their_dates_move():
    terms = (Term("Q1", "2027-08-17", "2028-02-29"), Term("Q2"), Term("Q3", "2028-03-01", None))
    assert terms_later(terms, 1) == (
        Term("Q1", "2028-08-17", "2029-02-28"),
        Term("Q2"),
        Term("Q3", "2029-03-01", None),
    )
