"""One item in a person's words: written, read back, and refused where it can't be meant."""

from __future__ import annotations

from decimal import Decimal

import pytest

from reconciler.catalog import Plain
from reconciler.course import FIELDS, Area, Item, item
from reconciler.district import Incoming
from reconciler.formats.native.items import Misread, read_item, read_pushed, write_item

FINAL_2 = {"task": "Final", "term": 2}
COMPOSITE = {**FINAL_2, "child": "Quarter", "child_term": 1}
BY_STANDARD = {"standard": "RL.1", "term": 2, "child_standard": "RL.2", "child_term": 1}
INFO, SITE, STANDARDS, TESTS, GCO = (
    Area.COURSE_INFO, Area.CROSS_SITE, Area.STANDARDS, Area.ASSESSMENTS, Area.GRADE_CALC_OPTIONS,
)  # fmt: skip
ITEMS = [
    (INFO, item(INFO, "credits", {"value": "0.5"}), {"field": "credits", "value": Decimal("0.5")}),
    (INFO, item(INFO, "honors", {"value": True}), {"field": "honors", "value": True}),
    (INFO, item(INFO, "max_students", {"value": 30}), {"field": "max_students", "value": 30}),
    (INFO, item(INFO, "department", {}), {"field": "department"}),
    (INFO, item(INFO, "custom.Pathway", {"value": "01"}),
     {"field": "custom.Pathway", "value": "01"}),
    (SITE, item(SITE, "host_school", {"value": "North"}),
     {"field": "host_school", "value": "North"}),
    (SITE, item(SITE, "shared", {"value": False}), {"field": "shared", "value": False}),
    (
        Area.GRADING_TASKS,
        item(Area.GRADING_TASKS, "Final", {"terms": (4, 2), "credit": "1", "post_only": True}),
        {"task": "Final", "credit": Decimal(1), "terms": [2, 4], "post_only": True},
    ),
    (STANDARDS, item(STANDARDS, "RL.1", {"name": "Key ideas"}), {"standard": "RL.1", "name": "Key ideas"}),
    (TESTS, item(TESTS, "MAP", {"scoring": "read_only"}), {"test": "MAP", "scoring": "read_only"}),
    (TESTS, item(TESTS, "MAP<RL.1", {}), {"test": "MAP", "standard": "RL.1"}),
    (
        Area.CATEGORIES,
        item(Area.CATEGORIES, "Lab", {"name": "Lab", "weight": "12.5", "tasks": ("B", "A"), "drop_lowest": 1}),
        {"name": "Lab", "weight": Decimal("12.5"), "drop_lowest": 1, "tasks": ["A", "B"]},
    ),
    (Area.CATEGORIES, item(Area.CATEGORIES, "HW", {"name": "Homework"}), {"key": "HW", "name": "Homework"}),
    (Area.COMPOSITE_GRADES, item(Area.COMPOSITE_GRADES, "Final@2<Quarter@1", {}), COMPOSITE),
    (Area.COMPOSITE_GRADES, item(Area.COMPOSITE_GRADES, "standard:RL.1@2<standard:RL.2@1", {}), BY_STANDARD),
    (
        Area.COMPOSITE_WEIGHTS,
        item(Area.COMPOSITE_WEIGHTS, "Final@2<Quarter@1", {"weight": "50"}),
        {**COMPOSITE, "weight": Decimal(50)},
    ),
    (
        Area.GRADE_CALC_OPTIONS,
        item(Area.GRADE_CALC_OPTIONS, "Final@2", {"calculation": "in_progress", "limit_to_last": 3}),
        {**FINAL_2, "calculation": "in_progress", "limit_to_last": 3},
    ),
    (GCO, item(GCO, "standard:RL.1@1", {}), {"standard": "RL.1", "term": 1}),
]  # fmt: skip


@pytest.mark.parametrize(("area", "one", "words"), ITEMS)
def test_an_item_is_written_in_words_and_read_back(area: Area, one: Item, words: dict[str, object]):
    assert write_item(area, one) == words
    assert list(write_item(area, one)) == list(words)
    assert read_pushed(area, words) == one


@pytest.mark.parametrize(("area", "one", "words"), ITEMS)
def test_an_item_names_every_field_that_it_leaves_out(area: Area, one: Item, words: dict[str, object]):
    incoming = read_item(area, words)
    assert set(incoming.fields) == set(FIELDS[area])
    assert item(area, one.key, incoming.fields) == one


@pytest.mark.parametrize(("area", "one", "words"), ITEMS)
def test_an_explicit_key_says_the_same(area: Area, one: Item, words: dict[str, object]):
    fields = {name: value for name, value in words.items() if name in FIELDS[area]}
    assert read_item(area, {"key": one.key, **fields}).key == one.key


@pytest.mark.parametrize(
    ("area", "key"),
    [
        (Area.GRADE_CALC_OPTIONS, "Final@"),
        (Area.GRADE_CALC_OPTIONS, "Final@02"),
        (Area.GRADE_CALC_OPTIONS, "Final"),
        (Area.COMPOSITE_GRADES, "Final@1"),
        (Area.COMPOSITE_WEIGHTS, "@1<@2"),
    ],
)
def test_a_key_that_words_do_not_give_is_written_out(area: Area, key: str):
    assert write_item(area, Item(key)) == {"key": key}
    assert read_pushed(area, {"key": key}).key == key


def test_an_own_category_always_shows_its_key():
    one = item(Area.CATEGORIES, "Lab", {"name": "Lab"})
    assert write_item(Area.CATEGORIES, one, own=True) == {"key": "Lab", "name": "Lab"}
    assert write_item(Area.CATEGORIES, one, linked=True) == {"name": "Lab", "linked": True}


def test_a_linked_category_is_keyed_by_its_name_and_an_own_one_later():
    assert read_item(Area.CATEGORIES, {"name": "Lab", "linked": True}).key == "Lab"
    assert read_item(Area.CATEGORIES, {"name": "Lab", "linked": False}).key is None


@pytest.mark.parametrize(
    ("words", "mark"),
    [
        ({}, ""),
        ({"linked": True}, "linked"),
        ({"left": True}, "left"),
        ({"kept": True}, "kept"),
        ({"left": True, "kept": True}, "left kept"),
    ],
)
def test_marks_are_read_and_written(words: dict[str, object], mark: str):
    assert read_item(Area.GRADING_TASKS, {"task": "Final", **words}).mark == mark
    marks = mark.split()
    one = Item("Final", left="left" in marks, kept="kept" in marks)
    assert write_item(Area.GRADING_TASKS, one, linked="linked" in marks) == {"task": "Final", **words}


def test_an_id_is_the_id_of_the_source():
    assert read_item(Area.CATEGORIES, {"name": "Lab", "id": "c1"}).source_id == "c1"


def test_unquoted_numbers_of_yaml_are_read_by_what_is_needed():
    words = {"name": Plain("01"), "weight": Plain("20.0"), "sequence": Plain("02"), "terms": [Plain("2"), 1]}
    incoming = read_item(Area.CATEGORIES, words)
    assert incoming == Incoming(
        None,
        {
            "name": "01",
            "weight": "20",
            "sequence": 2,
            "drop_lowest": 0,
            "exclude_from_calculation": False,
            "tasks": (),
            "standards": (),
            "terms": (1, 2),
        },
    )


CAT = Area.CATEGORIES
WRONG = [
    (CAT, {"name": "Lab", "wieght": 1}, 'categories has no "wieght" (did you mean "weight"?)'),
    (CAT, {"weight": 1}, "a category needs a name, or a key"),
    (CAT, {"name": 7}, "name must be a text, not 7"),
    (CAT, {"name": "Lab", "weight": "heavy"}, "heavy does not fit"),
    (CAT, {"name": "Lab", "weight": True}, "weight must be a decimal, not True"),
    (CAT, {"name": "Lab", "weight": "NaN"}, "NaN does not fit"),
    (CAT, {"name": "Lab", "sequence": "1"}, "sequence must be a whole number, not '1'"),
    (CAT, {"name": "Lab", "sequence": Plain("1.5")}, "sequence must be a whole number, not '1.5'"),
    (CAT, {"name": "Lab", "drop_lowest": -1}, "drop_lowest must be a whole number, not -1"),
    (CAT, {"name": "Lab", "exclude_from_calculation": 1},
     "exclude_from_calculation must be true or false, not 1"),
    (CAT, {"name": "Lab", "terms": 1}, "terms must be a list of term positions, not 1"),
    (CAT, {"name": "Lab", "terms": ["Q1"]}, "terms must be a whole number, not 'Q1'"),
    (CAT, {"name": "Lab", "tasks": "Final"}, "tasks must be a list of texts, not 'Final'"),
    (CAT, {"name": "Lab", "tasks": [1]}, "tasks must be a text, not 1"),
    (CAT, {"name": "Lab", "kept": "yes"}, "kept must be true or false, not 'yes'"),
    (CAT, {"key": 1}, "key must be a text, not 1"),
    (CAT, {"linked": True}, "name is missing"),
    (Area.COURSE_INFO, {"field": "honors", "value": "yes"}, "value must be true or false, not 'yes'"),
    (Area.COURSE_INFO, {"field": "department", "value": 4}, "value must be a text, not 4"),
    (Area.COURSE_INFO, {"value": "x"}, "field is missing"),
    (Area.CROSS_SITE, {"field": "site", "value": 3}, "value must be a text, not 3"),
    (Area.GRADE_CALC_OPTIONS, {"task": "Final"}, "term is missing"),
    (Area.GRADE_CALC_OPTIONS, {"task": "Final", "term": "2"}, "term must be a whole number, not '2'"),
    (Area.GRADE_CALC_OPTIONS, {"term": 2}, "needs either task or standard"),
    (Area.GRADE_CALC_OPTIONS, {"task": "F", "standard": "S", "term": 2}, "needs either task or standard"),
    (Area.COMPOSITE_GRADES, {**FINAL_2, "child_term": 1}, "needs either child or child_standard"),
    (Area.COMPOSITE_GRADES, {**COMPOSITE, "weight": 1}, 'composite_grades has no "weight"'),
    (Area.ASSESSMENTS, {"standard": "S"}, "test is missing"),
]  # fmt: skip


@pytest.mark.parametrize(("area", "words", "told"), WRONG)
def test_what_can_not_be_meant_is_refused(area: Area, words: dict[str, object], told: str):
    with pytest.raises(Misread) as caught:
        read_item(area, words)
    assert str(caught.value) == told


@pytest.mark.parametrize("words", [{"kept": True}, {"linked": True}, {"id": "c1"}])
def test_what_was_pushed_has_no_marks(words: dict[str, object]):
    with pytest.raises(Misread, match="neither marks nor an id"):
        read_pushed(Area.CATEGORIES, {"name": "Lab", **words})
