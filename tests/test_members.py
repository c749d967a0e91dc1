"""Many ids as one short text."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from reconciler.members import MOST, pack, steps, unpack

if TYPE_CHECKING:
    from random import Random

ids = st.lists(st.integers(1, 3_000_000)) | st.lists(st.integers(1, 60)) | st.builds(range, st.integers(1, 9))


@settings(max_examples=150)
@given(ids)
def test_what_is_packed_comes_back_sorted_and_once(some: list[int]):
    assert unpack(pack(some)) == tuple(sorted(set(some)))


@settings(max_examples=50)
@given(ids, st.randoms(use_true_random=False))
def test_the_order_of_ids_does_not_show(some: list[int], random: Random):
    shuffled = list(some)
    random.shuffle(shuffled)
    assert pack(shuffled) == pack(some)


@pytest.mark.parametrize(
    ("some", "text"),
    [
        ([], ""),
        ([7], "7"),
        ([7, 7], "7"),
        ([5, 6], "5,1"),
        ([*range(5, 46), 48], "5,1*40,3"),
        ([10, 20, 30, 31, 32], "10,10*2,1*2"),
    ],
)
def test_the_text_is_the_first_id_and_the_steps_from_there(some: list[int], text: str):
    assert pack(some) == text


def test_a_hundred_thousand_neighbours_are_a_few_signs():
    assert len(pack(range(1, 100_001))) < 12


@pytest.mark.parametrize("text", ["a", "1,", "1,*3", "1;2", "1,2*", " ,"])
def test_what_is_no_such_text_is_refused(text: str):
    with pytest.raises(ValueError, match="invalid literal"):
        unpack(text)


@settings(max_examples=100)
@given(st.lists(st.integers(-5, 5) | st.integers(-1_000_000, 1_000_000)))
def test_numbers_come_back_in_their_order(some: list[int]):
    assert unpack(steps(some)) == tuple(some)


def test_steps_may_be_nothing_and_may_go_down():
    assert steps([4, 4, 4, 1, -1]) == "4,0*2,-3,-2"


@pytest.mark.parametrize("text", [f"1,1*{MOST}", "1,1*99999999999999999999", "1,1*60000000,2*60000000"])
def test_a_text_that_would_fill_the_memory_is_not_counted_out(text: str):
    with pytest.raises(ValueError, match="at most 100,000,000"):
        unpack(text)


@pytest.mark.parametrize("text", ["1,2*0", "1,2*-3", "1,2*3*4"])
def test_times_that_nobody_writes_are_refused(text: str):
    with pytest.raises(ValueError, match="is no list"):
        unpack(text)
