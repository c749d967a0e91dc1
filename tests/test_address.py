"""Addresses: printed and read back, whatever the names hold."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from reconciler.address import Address, parse
from reconciler.course import Area

NAMES = st.text(st.sampled_from("aZ0 /@#%2F-é<"), min_size=1, max_size=8)
MAYBE = st.just("") | NAMES


@settings(max_examples=200)
@given(
    number=NAMES, catalog=MAYBE, calendar=NAMES, section=MAYBE,
    area=st.sampled_from(["", *(one.value for one in Area)]), key=MAYBE,
)  # fmt: skip
def test_what_is_printed_is_read_back(number, catalog, calendar, section, area, key):
    address = Address(number, catalog, calendar, section, area, key if area else "")
    assert parse(str(address)) == address


@pytest.mark.parametrize(
    ("address", "text"),
    [
        (Address("0401"), "0401"),
        (Address("0401", catalog="High/School"), "High%2FSchool/0401"),
        (Address("0401", calendar="hill-27", section="3"), "0401@hill-27/3"),
        (
            Address("0401", calendar="hill-27", area="categories", key="section/Lab"),
            "0401@hill-27#categories/section/Lab",
        ),
        (
            Address("04/01", calendar="a@b", area="grade_calc_options", key="Final@4"),
            "04%2F01@a%40b#grade_calc_options/Final@4",
        ),
        (
            Address("0401", calendar="hill-27", area="categories", key="50% off"),
            "0401@hill-27#categories/50%25 off",
        ),
    ],
)
def test_only_signs_that_would_be_misread_are_quoted(address, text):
    assert str(address) == text
    assert parse(text) == address


@pytest.mark.parametrize("text", ["", "@hill-27", "#categories/Lab", "High School/"])
def test_an_address_names_a_course(text):
    with pytest.raises(ValueError, match="^" + text):
        parse(text)
