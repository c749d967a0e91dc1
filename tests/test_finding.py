"""What an address means in a state, and what is said where it means nothing or too much."""

from __future__ import annotations

import pytest

from reconciler.course import Area
from reconciler.errors import AddressAmbiguous, AddressUnknown, AddressWrong
from reconciler.finding import find, find_courses, find_item
from tests.small import Small, category, held, listed


@pytest.fixture
def town(tmp_path):
    small = Small(tmp_path / "town.db")
    small.calendar("hill-27", "Hill High")
    small.calendar("lake-27", "Lake High")
    small.calendar("2027", "Hill High")
    small.calendar("2027 ", "Lake High")
    own = held(
        own=listed(categories=[category("Lab", key="section/Lab"), category("Quiz", key="section/Quiz")])
    )
    course = small.course("0401", own)
    small.course("0402", calendar="hill-27")
    small.course("0402", calendar="lake-27")
    small.section(course, own, number="3")
    yield small.store
    small.store.close()


@pytest.mark.parametrize(
    ("text", "address"),
    [
        ("0401", "0401@hill-27"),
        ("0401@hill-27", "0401@hill-27"),
        ("0401@Hill High%2Fhill-27", "0401@hill-27"),
        ("0401@hill-27/3", "0401@hill-27/3"),
        ("0401/3", None),
        ("0401@hill-27/3#categories", "0401@hill-27/3#categories"),
        ("0401@hill-27/3#categories/section%2FLab", "0401@hill-27/3#categories/section/Lab"),
        ("0401@hill-27/3#categories/section/Lab", "0401@hill-27/3#categories/section/Lab"),
        ("0401@hill-27/3#categories/Lab", "0401@hill-27/3#categories/section/Lab"),
        ("0401@hill-27/3#categories/50%25 off", "0401@hill-27/3#categories/50%25 off"),
        ("0401@hill-27/3#categories/New", "0401@hill-27/3#categories/New"),
    ],
)  # fmt: skip
def test_an_address_is_found(town, text, address):
    with town.read() as snapshot:
        if address is None:
            with pytest.raises(AddressUnknown, match='no course "3"'):
                find(snapshot, text)
        else:
            assert str(find(snapshot, text).address) == address


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("04011@hill-27", r'no course "04011" \(did you mean "0401"\?\)'),
        ("0401@hil-27", r'no calendar "hil-27" \(did you mean "hill-27"\?\)'),
        ("0401@hill-27/33", r'no section "33" of 0401 \(did you mean "3"\?\)'),
        ("0401@hill-27#category/Lab", r'no area "category" \(did you mean "categories"\?\)'),
        ("0401@hill-27#categories/Labs", r'no category "Labs" \(did you mean "Lab"\?\)'),
    ],
)
def test_what_is_not_there_is_told_with_what_is_close(town, text, message):
    with town.read() as snapshot, pytest.raises(AddressUnknown, match=message) as told:
        find_item(snapshot, text)
    assert told.value.exit_code == 64


def test_a_number_of_several_calendars_is_ambiguous(town):
    with town.read() as snapshot:
        with pytest.raises(AddressAmbiguous, match="may mean 2 things: 0402@hill-27, 0402@lake-27"):
            find(snapshot, "0402")
        assert find(snapshot, "0402@lake-27").calendar.school == "Lake High"


@pytest.mark.parametrize("text", ["", "@hill-27", "#categories/x"])
def test_an_address_without_a_course_is_none(town, text):
    with town.read() as snapshot, pytest.raises(AddressWrong, match="names no course"):
        find(snapshot, text)


def test_an_item_must_be_said_where_one_is_meant(town):
    with town.read() as snapshot:
        with pytest.raises(AddressWrong, match="names no item"):
            find_item(snapshot, "0401@hill-27#categories")
        found = find_item(snapshot, "0401@hill-27#categories/Quiz")
        assert (found.area, found.key) == (Area.CATEGORIES, "section/Quiz")


def test_courses_are_found_once_and_nothing_else(town):
    with town.read() as snapshot:
        found = find_courses(snapshot, ["0401", "0402@lake-27", "0401@hill-27"])
        assert [(course.number, calendar.name) for course, calendar in found] == [
            ("0401", "hill-27"),
            ("0402", "lake-27"),
        ]
        with pytest.raises(AddressWrong, match="a course is meant"):
            find_courses(snapshot, ["0401@hill-27/3"])


def test_sections_of_one_number_are_ambiguous(town, tmp_path):
    del tmp_path
    with town.write() as tx:
        (course,) = (one for one in tx.course_records() if one.number == "0401")
        (there,) = tx.section_records()
        tx.put_sections([there._replace(id=0, teacher="Mr. Roe")])
        assert there.course_id == course.id
    with town.read() as snapshot, pytest.raises(AddressAmbiguous, match="several sections 3") as told:
        find(snapshot, "0401@hill-27/3")
    assert told.value.exit_code == 64


@pytest.mark.parametrize(
    ("text", "section", "area", "key"),
    [
        ("0401", None, None, ""),
        ("0401@hill-27/3", "3", None, ""),
        ("0401@hill-27#standards", None, Area.STANDARDS, ""),
        ("0401@hill-27/3#grading_tasks/Final", "3", Area.GRADING_TASKS, "Final"),
    ],
)
def test_what_was_found_says_what_was_meant(town, text, section, area, key):
    with town.read() as snapshot:
        found = find(snapshot, text)
    assert (found.section.number if found.section else None, found.area, found.key) == (section, area, key)
    assert found.course.number == "0401"


def test_a_name_of_two_categories_means_neither(town):
    with town.write() as tx:
        (there,) = tx.section_records()
        twins = [category("Twin", key=f"section/{letter}") for letter in "ab"]
        new = held(own=listed(categories=twins))
        tx.put_sections([there._replace(holding_id=tx.keep_holdings([new])[new])])
    with town.read() as snapshot:
        assert find(snapshot, "0401@hill-27/3#categories/Twin").key == "Twin"
        with pytest.raises(AddressUnknown, match='no category "Twin"'):
            find_item(snapshot, "0401@hill-27/3#categories/Twin")
