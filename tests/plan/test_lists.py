"""Named lists of a plan: who uses an entry, in the whole catalog, and what may not go (domain.md 1, 8)."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from reconciler.course import EMPTY, Area, Counts, Item, ListKind, Use, setup
from reconciler.errors import ListInUse
from tests.small import (
    YEAR,
    catalog,
    category,
    cell,
    from_courses,
    held,
    info,
    item,
    listed,
    master,
    scope,
    task,
)

if TYPE_CHECKING:
    from reconciler.course import Catalog, Setup
    from reconciler.plan.model import ListChange
    from tests.small import Small

GROUPS, RUBRICS, SCALES = ListKind.SCORE_GROUPS, ListKind.RUBRICS, ListKind.GRADING_SCALES
LETTERS, STRICT = Item("Letters", (("A", "90"),)), Item("Letters", (("A", "93"),))
BY_LETTERS = listed(grading_tasks=[task("Final", score_group="Letters")])
BY_NUMBERS = listed(grading_tasks=[task("Final", score_group="Numbers")])
USED = {Use(Area.CATEGORIES, "Homework", 1): Counts(scores=1)}


def put(small: Small, *items: Item, kind: ListKind = GROUPS, name: str = "hs") -> None:
    """These entries were applied before."""
    with small.store.write() as tx:
        tx.put_lists(name, {kind: setup(items)})


def having(*items: Item, kind: ListKind = GROUPS, by=BY_LETTERS, **other: object) -> Catalog:
    """A catalog with these entries and one master."""
    lists = {kind: setup(items)}
    tasks: Setup = by.get(Area.GRADING_TASKS, EMPTY)
    return catalog(master(grading_tasks=tasks, categories=[category("Homework")]), lists=lists, **other)


def only(small: Small, *catalogs: Catalog, **asked: object) -> ListChange:
    (change,) = small.plan(*catalogs, by=scope(**asked)).list_changes
    return change


@pytest.fixture
def spread(small: Small) -> Small:
    """Letters are named by one course in the push, and by two that a push to hill-27 does not reach."""
    put(small, LETTERS)
    small.calendar("lake-27", "Lake High")
    small.calendar("hill-26", year=YEAR - 1)
    small.course("0401", held(linked=BY_LETTERS))
    small.section(small.course("0401", held(linked=BY_LETTERS), calendar="lake-27"), uses=USED)
    small.course("0401", held(linked=BY_LETTERS), calendar="hill-26")
    small.course("0401", held(linked=BY_LETTERS), catalog="ms")
    small.course("0401", held(own=BY_LETTERS), catalog=None, master=None)
    return small


def test_users_are_counted_in_the_whole_catalog(spread: Small) -> None:
    change = only(spread, having(STRICT))
    assert (change.before, change.after) == ({"A": "90"}, {"A": "93"})
    assert (change.used_by, change.in_use) == (3, 1)


def test_a_course_that_comes_to_use_an_entry_is_counted_too(spread: Small) -> None:
    spread.course("0401")
    assert only(spread, having(STRICT)).used_by == 4
    assert only(spread, having(STRICT), masters=("0401",), courses=("0401",)).used_by == 4


def test_an_unread_course_outside_counts_as_in_use(spread: Small) -> None:
    spread.section(spread.course("0401", held(linked=BY_LETTERS), calendar="hill-26"), unread=True)
    change = only(spread, having(STRICT))
    assert (change.used_by, change.in_use) == (4, 2)


def test_catalogs_are_not_mixed(spread: Small) -> None:
    put(spread, LETTERS, name="ms")
    both = (having(LETTERS), having(STRICT, name="ms"))
    change = only(spread, *both)
    assert (change.catalog, change.used_by, change.in_use) == ("ms", 1, 0)


def test_what_changes_no_grades_has_none_in_use(spread: Small) -> None:
    """A rubric moves no grade; a group that is new had none."""
    put(spread, Item("Four", (("4", ""),)), kind=RUBRICS)
    standards = listed(standards=[item(Area.STANDARDS, "M.1", {"rubric": "Four"})])
    spread.section(spread.course("0402", held(linked=standards)), uses=USED)
    lists = {GROUPS: setup([LETTERS, Item("New")]), RUBRICS: setup([Item("Four", (("5", ""),))])}
    plan = spread.plan(catalog(master(grading_tasks=BY_LETTERS[Area.GRADING_TASKS]), lists=lists))
    told = [(one.kind, one.name, one.used_by, one.in_use) for one in plan.list_changes]
    assert told == [(GROUPS, "New", 0, 0), (RUBRICS, "Four", 1, 0)]


def test_a_kind_that_the_catalog_does_not_speak_of_stays(spread: Small) -> None:
    assert spread.plan(catalog(master(), lists={RUBRICS: EMPTY})).list_changes == ()


def refused(small: Small, *catalogs: Catalog, **asked: object) -> tuple[object, object]:
    with pytest.raises(ListInUse) as caught:
        small.plan(*catalogs, by=scope(**asked))
    return caught.value.facts["name"], caught.value.facts["count"]


def test_an_entry_can_not_go_while_a_course_outside_the_push_names_it(spread: Small) -> None:
    gone = having(Item("Numbers"), by=BY_NUMBERS)
    assert refused(spread, gone) == ("Letters", 2)
    assert refused(spread, gone, courses=("0401@hill-27",)) == ("Letters", 2)


def test_an_ignored_course_names_it_still(small: Small) -> None:
    put(small, LETTERS)
    small.course("0401", held(linked=BY_LETTERS), ignored=True)
    assert refused(small, having(Item("Numbers"), by=BY_NUMBERS)) == ("Letters", 1)


def test_an_entry_may_go_when_the_push_moves_all_that_name_it(small: Small) -> None:
    put(small, LETTERS)
    small.course("0401", held(linked=BY_LETTERS))
    small.course("0402", held(linked=BY_LETTERS), catalog="ms")
    told = small.plan(having(Item("Numbers"), by=BY_NUMBERS)).list_changes
    assert [(one.name, one.after is None, one.used_by) for one in told] == [
        ("Letters", True, 1),
        ("Numbers", False, 1),
    ]


def test_a_residual_task_names_it_still(small: Small) -> None:
    """R1: the master drops the task, and a posted grade keeps it."""
    put(small, LETTERS)
    course = small.course("0401", held(linked=BY_LETTERS))
    small.section(course, uses={Use(Area.GRADING_TASKS, "Final", 1): Counts(posted=1)})
    assert refused(small, having(by={})) == ("Letters", 1)


def test_a_task_that_is_held_names_it_still(small: Small) -> None:
    """P10: the score group of posted scores stays."""
    put(small, LETTERS)
    course = small.course("0401", held(linked=BY_LETTERS))
    small.section(course, uses={Use(Area.GRADING_TASKS, "Final", 1): Counts(posted=1)})
    assert refused(small, having(Item("Numbers"), by=BY_NUMBERS)) == ("Letters", 1)


@pytest.mark.parametrize(
    ("kind", "setups"),
    [
        (RUBRICS, listed(standards=[item(Area.STANDARDS, "M.1", {"rubric": "Letters"})])),
        (SCALES, listed(grade_calc_options=[cell("Final", 1, grading_scale="Letters")])),
    ],
)
def test_rubrics_and_scales_can_not_go_either(small: Small, kind: ListKind, setups: dict) -> None:
    put(small, LETTERS, kind=kind)
    small.calendar("lake-27", "Lake High")
    small.course("0401", held(own=setups), calendar="lake-27")
    assert refused(small, having(kind=kind, by={})) == ("Letters", 1)


def test_no_course_is_read_again_where_no_list_changes(spread: Small) -> None:
    plan = spread.plan(having(LETTERS))
    assert plan.list_changes == ()
    assert plan.lists_before == {"hs": {GROUPS: setup([LETTERS])}}
    assert spread.plan(by=from_courses()).lists_before == {}


def test_a_field_of_a_course_names_no_list(small: Small) -> None:
    put(small, LETTERS)
    small.course("0401", held(linked=listed(course_info=info(subject="Letters"))))
    assert small.plan(having(by={})).list_changes[0].used_by == 0
