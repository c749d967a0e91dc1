"""What a first catalog can't take over: fields without words for them, scales that make no sense."""

from __future__ import annotations

import pytest

from reconciler.adopting import proved
from reconciler.course import Area, Item, ListKind, item, setup
from reconciler.receipts import begin
from tests.adopting.states import UNLINKED, adopted
from tests.small import Small, cell, held, info, task

GCO, TASK = Area.GRADE_CALC_OPTIONS, Area.GRADING_TASKS


def test_a_field_that_nobody_says_in_a_writable_way_is_left_out(small: Small):
    facts = [*info(number="1", name="One"), item(Area.COURSE_INFO, "credits", {"value": "-1"})]
    small.course("1", held(own={Area.COURSE_INFO: setup(facts)}), **UNLINKED)
    made = adopted(small)
    assert "credits" not in made.text
    assert not proved(made).errors


def test_sections_of_courses_that_are_left_out_are_not_asked(small: Small):
    small.course("1", **UNLINKED)
    linked = small.course("2")
    small.section(
        linked, held(own={Area.CATEGORIES: setup([item(Area.CATEGORIES, "section/Lab", {"name": "Lab"})])})
    )
    assert "Lab" not in adopted(small).text


@pytest.mark.parametrize(
    "fields",
    [
        (("A", "90"),),
        (("A", "90"), ("score_group", "a<b")),
        (("score_group", "Letters"),),
        (("A", "many"), ("score_group", "Letters")),
        (("marks", "90"), ("score_group", "Letters")),
        (("Z", "90"), ("score_group", "Letters")),
    ],
)
def test_a_scale_that_makes_no_sense_is_left_to_complete(small: Small, fields):
    own = {
        TASK: setup([task("Final", score_group="Letters")]),
        GCO: setup([cell("Final", 1, grading_scale="Pass")]),
    }
    small.course("1", held(own=own), **UNLINKED)
    small.course("2")
    lists = {
        ListKind.SCORE_GROUPS: setup([Item("Letters", (("A", "4"),))]),
        ListKind.GRADING_SCALES: setup([Item("Pass", fields)]),
    }
    with small.store.write() as tx:
        tx.put_lists("hs", lists, run_id=begin(tx, "apply"))
    made = adopted(small)
    assert (ListKind.GRADING_SCALES.value in made.text, made.open) == (True, 1)
    assert dict(made.catalog.lists[ListKind.GRADING_SCALES].by_key["Pass"].fields) == {
        "A": "0",
        "score_group": "Letters",
    }
    assert not proved(made).errors
