"""Walking a host's journal back: in which run an item became what it is."""

from __future__ import annotations

import pytest

from reconciler.course import Area, Counts, Rename
from reconciler.story.past import Past, from_courses, present_item, pushed_item, same
from tests.small import catalog, category, held, listed, master, task
from tests.small import from_courses as push_from_courses
from tests.story.telling import COURSE, HOMEWORK, SECTION, tell

ONE, OTHER = category("Homework", 20), category("Homework", 50)


@pytest.mark.parametrize(
    ("left", "right", "equal"),
    [(None, None, True), (ONE, None, False), (None, ONE, False), (ONE, ONE, True), (ONE, OTHER, False)],
)
def test_two_items_are_the_same_by_value_or_both_gone(left, right, equal):
    assert same(left, right) is equal
    assert same(category("Homework", 20), ONE)


def test_what_is_present_is_linked_or_own_and_pushed_is_apart():
    holding = held(
        linked=listed(categories=[ONE]),
        pushed=listed(categories=[OTHER]),
        own=listed(categories=[category("Lab", key="course/Lab")]),
    )
    assert present_item(holding, Area.CATEGORIES, "Homework").get("weight") == "20"
    assert pushed_item(holding, Area.CATEGORIES, "Homework").get("weight") == "50"
    assert present_item(holding, Area.CATEGORIES, "course/Lab") is not None
    assert pushed_item(holding, Area.CATEGORIES, "course/Lab") is None


def test_two_renames_in_one_run_are_not_mistaken_for_each_other(small):
    small.section(small.course())
    first = master(categories=[category("A", 20), category("B", 80)])
    small.apply(catalog(first))
    small.apply(catalog(master(categories=[category("A", 20), category("B", 70)])))
    swapped = master(
        categories=[category("A", 20, key="a"), category("B", 70, key="b")],
        renames=[Rename(Area.CATEGORIES, "A", "a"), Rename(Area.CATEGORIES, "B", "b")],
    )
    small.apply(catalog(swapped))
    for place in (COURSE, SECTION):
        runs = [tell(small, f"{place}#categories/{key}", catalog(swapped)).pushed_by.id for key in "ab"]
        assert runs == [1, 2]


def test_what_was_changed_after_the_last_run_is_nobodys(small):
    course = small.course()
    small.apply(catalog(master(categories=[ONE])))
    with small.store.read() as snapshot:
        past = Past(snapshot, course, on_section=False)
        found = past.run_of(Area.CATEGORIES, "Homework", OTHER, present_item)
        assert past.last.id == 1
    assert found is None


def test_a_host_that_no_run_moved_has_no_last_run(small):
    course = small.course()
    with small.store.read() as snapshot:
        assert Past(snapshot, course, on_section=False).last is None


def test_a_push_from_courses_is_told_from_one_from_masters(small):
    small.section(small.course())
    small.apply(catalog(master(categories=[ONE])))
    small.apply(by=push_from_courses())
    with small.store.read() as snapshot:
        assert [from_courses(snapshot.run(number)) for number in (1, 2)] == [False, True]


def test_since_when_is_the_first_open_residual_of_the_sections_that_are_meant(small):
    course = small.course()
    sections = [small.section(course, number=number) for number in "12"]
    wish = catalog(master(categories=[ONE]))
    small.apply(wish)
    small.grade(sections[0], Area.CATEGORIES, "Homework", counts=Counts(3))
    small.apply(catalog(master()))
    for address in (SECTION, COURSE):
        assert tell(small, address + HOMEWORK, catalog(master())).since.id == 2
    assert tell(small, f"{COURSE}/2", catalog(master())).items == ()
    with small.store.write() as tx:
        tx.put_counts([], [sections[0]])
    small.apply(catalog(master()))
    small.apply(wish)
    small.grade(sections[0], Area.CATEGORIES, "Homework", counts=Counts(3))
    again = small.apply(catalog(master(grading_tasks=[task("Final")]))).run
    assert tell(small, SECTION + HOMEWORK, catalog(master())).since.id == again
