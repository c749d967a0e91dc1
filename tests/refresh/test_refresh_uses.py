"""Evidence: by name to keys, never read, partly carried, and what it protects (R1)."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from reconciler.course import Area, Counts, Use, item, setup
from reconciler.district import Incoming
from reconciler.refresh import refresh
from tests.refresh.district_rows import cat, course, district, names, picture, section, used

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from reconciler.current import Store

TASKS = Area.GRADING_TASKS


def uses(store: Store, address: str = "0401/1"):
    return picture(store)[address]["uses"]


def put(store: Store, cats: Iterable[Incoming] | None, found: Mapping[Use, Counts] | None, **more: object):
    return refresh(store, district(course(section("1", cats, uses=found)), **more))


def test_uses_follow_the_key_of_the_category_that_they_name(store: Store):
    put(store, [cat("Lab", 30)], used("Lab", 3, scores=40) | used("Lab", 1, term=2))
    assert uses(store) == {("section/Lab", 1): (3, 40, 0, 0), ("section/Lab", 2): (1, 0, 0, 0)}


def test_an_explicit_key_goes_before_a_name(store: Store):
    cats = [cat("HW", key="Homework"), cat("Homework", key="section/Homework")]
    put(store, cats, used("Homework", 1) | used("section/Homework", 2))
    assert uses(store) == {("Homework", 1): (1, 0, 0, 0), ("section/Homework", 1): (2, 0, 0, 0)}


def test_uses_of_a_name_and_of_its_key_add_up(store: Store):
    put(store, [cat("HW", key="Homework")], used("Homework", 1, scores=5) | used("HW", 2))
    assert uses(store) == {("Homework", 1): (3, 5, 0, 0)}


def test_uses_survive_a_rename(store: Store):
    put(store, [cat("Lab", source_id="c1")], used("Lab", 3))
    refresh(store, district(course(section("1", [cat("Practice", source_id="c1")]))))
    assert uses(store) == {("section/Lab", 1): (3, 0, 0, 0)}


def test_never_read_stays_never_read(store: Store):
    put(store, [cat("Lab")], None)
    assert uses(store) is None
    put(store, [cat("Lab", 3)], None)
    assert uses(store) is None


def test_read_and_empty_is_another_thing_than_never_read(store: Store):
    put(store, [cat("Lab")], {})
    assert uses(store) == {}
    put(store, [cat("Lab")], None)
    assert uses(store) == {}


def test_a_use_of_nothing_is_no_use(store: Store):
    put(store, [cat("Lab")], {Use(Area.CATEGORIES, "Lab", 1): Counts()})
    assert uses(store) == {}


def test_a_source_that_says_nothing_of_uses_leaves_them(store: Store):
    put(store, [cat("Lab")], used("Lab"))
    put(store, [cat("Lab")], None)
    assert uses(store) == {("section/Lab", 1): (3, 0, 0, 0)}


def test_new_uses_take_the_place_of_the_old_ones(store: Store):
    put(store, [cat("Lab"), cat("Quiz")], used("Lab"))
    report = put(store, [cat("Lab"), cat("Quiz")], used("Quiz", 2))
    assert uses(store) == {("section/Quiz", 1): (2, 0, 0, 0)}
    assert report.sections.updated == 1


def test_counts_that_the_source_does_not_carry_stay(store: Store):
    put(store, [cat("Lab")], used("Lab", 3, scores=50, posted=2, comments=1))
    found = {Use(Area.CATEGORIES, "Lab", 1): Counts(5, 99, 99, 99), Use(Area.CATEGORIES, "Lab", 2): Counts(1)}
    put(store, [cat("Lab")], found, evidence=frozenset({"assignments"}))
    assert uses(store) == {("section/Lab", 1): (5, 50, 2, 1), ("section/Lab", 2): (1, 0, 0, 0)}
    put(store, [cat("Lab")], {}, evidence=frozenset({"assignments"}))
    assert uses(store) == {("section/Lab", 1): (0, 50, 2, 1)}


def test_a_use_proves_a_category_that_the_list_lacks(store: Store):
    report = put(store, [cat("Lab")], used("Quiz", 2))
    assert names(picture(store)["0401/1"]) == {"section/Lab": ("Lab", None), "section/Quiz": ("Quiz", None)}
    assert uses(store) == {("section/Quiz", 1): (2, 0, 0, 0)}
    assert [one.reason for one in report.complaints] == [
        '0401@North 2026-27/1: categories: "Quiz" is not listed, but has uses; it was kept'
    ]


@pytest.mark.parametrize("called", ["Lab", "section/Lab"])
def test_a_use_keeps_a_category_that_vanished_from_the_list(store: Store, called: str):
    put(store, [cat("Lab", 30), cat("Quiz", 70)], used("Lab"))
    report = put(store, [cat("Quiz", 70)], used(called, 4))
    host = picture(store)["0401/1"]
    assert names(host) == {"section/Lab": ("Lab", "30"), "section/Quiz": ("Quiz", "70")}
    assert host["uses"] == {("section/Lab", 1): (4, 0, 0, 0)}
    assert [one.reason for one in report.complaints] == [
        f'0401@North 2026-27/1: categories: "{called}" is not listed, but has uses; it was kept'
    ]


def test_uses_that_were_not_read_again_keep_their_category(store: Store):
    put(store, [cat("Lab", 30)], used("Lab"))
    report = put(store, [], None)
    assert names(picture(store)["0401/1"]) == {"section/Lab": ("Lab", "30")}
    assert [one.reason for one in report.complaints] == [
        '0401@North 2026-27/1: categories: "Lab" is not listed any more, but is used; it was kept'
    ]
    assert report.items.gone == 0


def test_a_used_linked_category_stays_linked(store: Store):
    offered = {Area.CATEGORIES: setup([item(Area.CATEGORIES, "Homework", {"name": "Homework"})])}
    cats = [cat("Homework", key="Homework", mark="linked")]
    refresh(store, district(course(section("1", cats, uses=used("Homework"), pushed=offered))))
    put(store, [], None)
    assert set(picture(store)["0401/1"]["categories linked"]) == {"Homework"}


def test_without_uses_the_list_is_believed(store: Store):
    put(store, [cat("Lab", 30)], used("Lab"))
    report = put(store, [], {})
    assert names(picture(store)["0401/1"]) == {}
    assert uses(store) == {}
    assert (report.complaints, report.items.gone) == ((), 1)


def test_where_categories_are_not_carried_uses_find_what_is_there(store: Store):
    put(store, [cat("Lab", 30)], {})
    report = put(store, None, used("Lab", 2), section_areas=frozenset())
    assert uses(store) == {("section/Lab", 1): (2, 0, 0, 0)}
    assert report.complaints == ()


def test_where_categories_are_not_carried_an_unknown_one_is_made_and_told(store: Store):
    put(store, [cat("Lab", 30)], {})
    report = put(store, None, used("Quiz", 2))
    assert names(picture(store)["0401/1"]) == {"section/Lab": ("Lab", "30"), "section/Quiz": ("Quiz", None)}
    assert len(report.complaints) == 1


def test_a_task_whose_grades_are_posted_stays_at_its_course(store: Store):
    tasks = {TASKS: (Incoming("Final", {"terms": (4,)}), Incoming("Quarter", {}))}
    posted = used("Final", 0, term=4, area=TASKS, posted=20)
    refresh(store, district(course(section("1", uses=posted), section("2", uses={}), areas=tasks)))
    report = refresh(store, district(course(section("1", uses=posted), areas={TASKS: ()})))
    assert set(picture(store)["0401"]["grading_tasks"]) == {"Final"}
    assert [one.reason for one in report.complaints] == [
        '0401@North 2026-27: grading_tasks: "Final" is not listed any more, but is used; it was kept'
    ]


def test_a_section_that_did_not_come_protects_its_course_too(store: Store):
    posted = used("Final", 0, term=4, area=TASKS, posted=20)
    refresh(store, district(course(section("1", uses=posted), areas={TASKS: (Incoming("Final", {}),)})))
    refresh(store, district(course(areas={TASKS: ()})))
    assert set(picture(store)["0401"]["grading_tasks"]) == {"Final"}
    refresh(store, district(course(section("1", uses={}), areas={TASKS: ()})))
    assert set(picture(store)["0401"]["grading_tasks"]) == set()


def test_residuals_of_a_file_are_recorded_and_cleared_when_they_go(store: Store):
    kept = cat("Quiz", 5, key="Quiz", mark="left kept")
    report = put(store, [kept], used("Quiz"))
    with store.read() as snapshot:
        ((mark, since),) = snapshot.residuals()
    assert (mark.area, mark.key, since) == (Area.CATEGORIES, "Quiz", report.run)
    put(store, [], {})
    with store.read() as snapshot:
        assert list(snapshot.residuals()) == []
