"""Which fields of two items differ."""

from __future__ import annotations

from reconciler.course import Area, Item, item
from reconciler.diff import Change, changes


def test_equal_items_do_not_differ():
    one = item(Area.CATEGORIES, "Homework", {"name": "Homework", "weight": "20"})
    assert changes(one, one) == ()
    assert changes(one, Item("another key", one.fields)) == ()
    assert changes(None, None) == ()


def test_fields_are_told_by_name_with_both_values():
    before = item(Area.CATEGORIES, "Homework", {"name": "Homework", "weight": "20", "drop_lowest": 1})
    after = item(Area.CATEGORIES, "Homework", {"name": "Work", "weight": "20", "sequence": 2})
    assert changes(before, after) == (
        Change("drop_lowest", 1, None),
        Change("name", "Homework", "Work"),
        Change("sequence", None, 2),
    )


def test_an_item_that_comes_or_goes_differs_in_all_its_fields():
    one = item(Area.CATEGORIES, "Homework", {"name": "Homework", "weight": "20"})
    assert changes(None, one) == (Change("name", None, "Homework"), Change("weight", None, "20"))
    assert changes(one, None) == (Change("name", "Homework", None), Change("weight", "20", None))


def test_one_is_not_yes_though_python_says_so():
    flags = [item(Area.COURSE_INFO, "honors", {"value": value}) for value in (True, False)]
    counts = [item(Area.COURSE_INFO, "periods", {"value": value}) for value in (1, 0)]
    assert [type(told) for told in changes(*flags)[0][1:]] == [bool, bool]
    assert [type(told) for told in changes(*counts)[0][1:]] == [int, int]
    assert [type(told) for told in changes(*flags)[0][1:]] == [bool, bool]
