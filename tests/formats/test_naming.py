"""Names that no two things share, and SCED codes."""

from __future__ import annotations

from hypothesis import given, settings
from hypothesis import strategies as st

from reconciler.district import Incoming
from reconciler.formats.naming import LONGEST, calendar_name, course_info, numbered, sced, told_apart


def test_a_calendar_is_named_by_its_school_and_both_years():
    assert calendar_name("Harrison High", 2027) == "Harrison High 2026-27"
    assert calendar_name("Harrison High", 2000) == "Harrison High 1999-00"


def test_what_differs_stays_and_what_does_not_gets_the_first_addition_that_helps():
    assert told_apart([("a", ("x",)), ("b", ("x",))]) == ["a", "b"]
    assert told_apart([("a", ("x", "1")), ("a", ("y", "2")), ("b", ("z",))]) == ["a (x)", "a (y)", "b"]
    assert told_apart([("a", ("x", "1")), ("a", ("x", "2"))]) == ["a (1)", "a (2)"]
    assert told_apart([("a", ()), ("a", ())]) == ["a", "a (1)"]


@settings(max_examples=60, deadline=None)
@given(st.lists(st.tuples(st.sampled_from("ab"), st.sampled_from("xy"), st.sampled_from("12")), max_size=8))
def test_names_always_differ_and_come_in_the_same_order(rows: list[tuple[str, str, str]]):
    names = told_apart((name, (first, second)) for name, first, second in rows)
    assert len(set(names)) == len(rows)
    assert all(name.startswith(row[0]) for name, row in zip(names, rows, strict=True))


def test_the_next_free_number_is_taken_and_the_stem_cut():
    assert numbered("Lab", []) == "Lab"
    assert numbered("Lab", ["Lab", "Lab (1)"]) == "Lab (2)"
    assert numbered("x" * LONGEST, ["x" * LONGEST]) == "x" * (LONGEST - 4) + " (1)"


def test_sced_codes():
    assert sced("02052") == {"nces.subject_area": "02", "nces.course": "052"}
    assert sced("02052E0.5012") == {
        "nces.subject_area": "02", "nces.course": "052", "nces.level": "E", "nces.credit": "0.50",
        "nces.sequence": "12",
    }  # fmt: skip
    assert [sced(text) for text in ("2052", "020521", "MATH", "02052Z", "")] == [None] * 5


def test_course_info_is_sorted_normal_and_says_blank():
    assert course_info({"number": "0401", "credits": "1.00", "subject": None}) == (
        Incoming("credits", {"value": "1"}),
        Incoming("number", {"value": "0401"}),
        Incoming("subject", {"value": None}),
    )
