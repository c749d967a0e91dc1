"""What a refresh makes of the items of hosts that the store has: linked, own, new, gone."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from reconciler.course import Area, item, setup
from reconciler.district import Incoming
from reconciler.refresh import ItemTally, refresh
from tests.refresh.district_rows import cat, course, district, names, picture, section, used

if TYPE_CHECKING:
    from reconciler.current import Store

PUSHED = {Area.CATEGORIES: setup([item(Area.CATEGORIES, "Homework", {"name": "Homework", "weight": "20"})])}
LINKED = cat("Homework", 20, key="Homework", mark="linked")


@pytest.fixture
def linked(store: Store):
    """A section whose Homework was pushed, beside an own Lab and a residual Quiz, all unused."""
    quiz = cat("Quiz", 5, key="Quiz", mark="left kept")
    one = section("1", [LINKED, cat("Lab", 30), quiz], uses={}, pushed=PUSHED)
    refresh(store, district(course(one, catalog="High", master="0401")))
    return store


def again(store: Store, *cats: Incoming, uses: dict | None = None, **more: object):
    return refresh(store, district(course(section("1", cats, uses=uses)), **more))


def test_a_new_host_of_a_native_file_keeps_its_marks(linked: Store):
    host = picture(linked)["0401/1"]
    assert host["categories linked"] == {"Homework": {"name": "Homework", "weight": "20"}}
    assert set(host["categories own"]) == {"section/Lab", "Quiz"}
    assert host["categories pushed"] == {"Homework": {"name": "Homework", "weight": "20"}}
    assert host["marks"] == {"Quiz": (True, True)}


def test_an_edit_below_shows_in_linked_and_pushed_stays(linked: Store):
    report = again(linked, cat("Homework", 25), cat("Lab", 30), cat("Quiz", 5))
    host = picture(linked)["0401/1"]
    assert host["categories linked"] == {"Homework": {"name": "Homework", "weight": "25"}}
    assert host["categories pushed"] == {"Homework": {"name": "Homework", "weight": "20"}}
    assert report.items == ItemTally(changed=1)


def test_own_items_keep_their_marks_when_they_change(linked: Store):
    again(linked, cat("Homework", 20), cat("Lab", 30), cat("Quiz", 9))
    host = picture(linked)["0401/1"]
    assert host["marks"] == {"Quiz": (True, True)}
    assert names(host)["Quiz"] == ("Quiz", "9")


def test_what_a_source_lists_no_more_is_gone_and_pushed_stays(linked: Store):
    report = again(linked, cat("Lab", 30))
    host = picture(linked)["0401/1"]
    assert set(host["categories"]) == {"section/Lab"}
    assert set(host["categories pushed"]) == {"Homework"}
    assert report.items.gone == 2


def test_a_field_that_the_source_does_not_name_stays(linked: Store):
    again(linked, cat("Homework"), cat("Lab", drop_lowest=2), cat("Quiz"))
    host = picture(linked)["0401/1"]
    assert host["categories"]["Homework"] == {"name": "Homework", "weight": "20"}
    assert host["categories"]["section/Lab"] == {"name": "Lab", "weight": "30", "drop_lowest": 2}


def test_a_field_that_the_source_names_as_blank_goes(linked: Store):
    again(linked, cat("Homework", weight=None, sequence=None, tasks=()), cat("Lab", 30), cat("Quiz"))
    assert picture(linked)["0401/1"]["categories"]["Homework"] == {"name": "Homework", "weight": "20"}
    again(linked, Incoming(None, {"name": "Homework", "weight": None}), cat("Lab"), cat("Quiz"))
    assert picture(linked)["0401/1"]["categories"]["Homework"] == {"name": "Homework"}


def test_an_area_that_the_host_does_not_list_stays(linked: Store):
    before = picture(linked)
    refresh(linked, district(course(section("1"))))
    assert picture(linked) == before


def test_an_area_that_the_source_does_not_carry_stays(linked: Store):
    before = picture(linked)
    again(linked, section_areas=frozenset({Area.GRADING_TASKS}))
    assert picture(linked) == before


def test_in_a_partial_area_a_missing_item_says_nothing(linked: Store):
    again(linked, cat("Lab", 31), partial=frozenset({Area.CATEGORIES}))
    assert names(picture(linked)["0401/1"]) == {
        "Homework": ("Homework", "20"),
        "Quiz": ("Quiz", "5"),
        "section/Lab": ("Lab", "31"),
    }


def test_a_refresh_never_links_an_item_of_a_host_that_the_store_has(linked: Store):
    again(linked, LINKED, cat("Lab"), cat("Quiz"), cat("Tests", 50, key="Tests", mark="linked"))
    host = picture(linked)["0401/1"]
    assert set(host["categories linked"]) == {"Homework"}
    assert host["categories own"]["Tests"] == {"name": "Tests", "weight": "50"}


def test_a_refresh_never_unlinks_an_item_that_the_store_has_as_linked(linked: Store):
    again(linked, cat("Homework", 20, key="Homework"), cat("Lab"), cat("Quiz"))
    assert set(picture(linked)["0401/1"]["categories linked"]) == {"Homework"}


def test_marks_and_pushed_of_a_file_do_not_touch_a_host_that_the_store_has(linked: Store):
    other = {Area.CATEGORIES: setup([item(Area.CATEGORIES, "Tests", {"name": "Tests"})])}
    rows = [cat("Homework", 20), cat("Lab", 30, mark="kept"), cat("Quiz", 5)]
    refresh(linked, district(course(section("1", rows, pushed=other), catalog="Other", master="0999")))
    host = picture(linked)["0401/1"]
    assert set(host["categories pushed"]) == {"Homework"}
    assert host["marks"] == {"Quiz": (True, True)}
    with linked.read() as snapshot:
        (record,) = snapshot.course_records()
    assert (record.catalog, record.master) == ("High", "0401")


def test_a_category_renamed_in_the_source_keeps_its_key(store: Store):
    refresh(store, district(course(section("1", [cat("Lab", 30, source_id="c1")]))))
    refresh(store, district(course(section("1", [cat("Practice", 30, source_id="c1")]))))
    assert names(picture(store)["0401/1"]) == {"section/Lab": ("Practice", "30")}
    refresh(store, district(course(section("1", [cat("Practice", source_id="c1"), cat("Lab", 1)]))))
    assert names(picture(store)["0401/1"]) == {
        "section/Lab": ("Practice", "30"),
        "section/Lab/2": ("Lab", "1"),
    }


def test_a_push_that_renamed_a_category_is_not_undone_by_its_old_name(store: Store):
    renamed = section(
        "1",
        [cat("Homework (1)", 30, key="section/Homework")],
        uses=used("section/Homework"),
        aliases={Area.CATEGORIES: {"Homework": "section/Homework", "id:c1": "section/Homework"}},
    )
    refresh(store, district(course(renamed)))
    refresh(store, district(course(section("1", [cat("Homework", 35)], uses=used("Homework")))))
    host = picture(store)["0401/1"]
    assert names(host) == {"section/Homework": ("Homework (1)", "35")}
    assert host["uses"] == {("section/Homework", 1): (3, 0, 0, 0)}
    refresh(store, district(course(section("1", [cat("Homework", 36, source_id="c1")]))))
    assert names(picture(store)["0401/1"]) == {"section/Homework": ("Homework (1)", "36")}
    refresh(store, district(course(section("1", [cat("Daily work", 36, source_id="c1")]))))
    assert names(picture(store)["0401/1"]) == {"section/Homework": ("Daily work", "36")}


def test_a_value_that_does_not_fit_leaves_the_item_and_is_told(linked: Store):
    report = again(linked, cat("Homework", "many"), cat("Lab"), cat("Quiz"), cat("Essay", "x"))
    assert set(names(picture(linked)["0401/1"])) == {"Homework", "section/Lab", "Quiz"}
    assert names(picture(linked)["0401/1"])["Homework"] == ("Homework", "20")
    assert {str(one.place) for one in report.complaints} == {"source.csv:7"}
    host = "0401@North 2026-27/1: categories"
    assert [one.reason for one in report.complaints] == [
        f'{host}: "Homework" has a value that does not fit; it was left as it is',
        f'{host}: "section/Essay" has a value that does not fit; it was left out',
    ]


def test_an_item_that_stands_twice_is_told(linked: Store):
    report = again(linked, cat("Homework", 21), cat("Homework", 22), cat("Lab"), cat("Quiz"))
    assert names(picture(linked)["0401/1"])["Homework"] == ("Homework", "21")
    assert [one.reason for one in report.complaints] == [
        '0401@North 2026-27/1: categories: "Homework" stands twice; the first one counts'
    ]


def test_number_and_name_of_a_course_are_course_info(store: Store):
    refresh(
        store, district(course(source_id="c", areas={Area.COURSE_INFO: (Incoming("credits", {"value": 1}),)}))
    )
    assert picture(store)["0401"]["course_info own"] == {
        "number": {"value": "0401"},
        "name": {"value": "Algebra I"},
        "credits": {"value": "1"},
    }
    refresh(store, district(course(source_id="c", number="0402", name="Algebra 1"), course_areas=frozenset()))
    assert picture(store)["0402"]["course_info own"] == {
        "number": {"value": "0402"},
        "name": {"value": "Algebra 1"},
        "credits": {"value": "1"},
    }


def test_a_linked_name_that_was_changed_below_shows_as_drift(store: Store):
    info = tuple(
        Incoming(key, {"value": text}, mark="linked") for key, text in (("number", "0401"), ("name", "X"))
    )
    offered = {Area.COURSE_INFO: setup([item(Area.COURSE_INFO, "name", {"value": "Algebra I"})])}
    refresh(store, district(course(areas={Area.COURSE_INFO: info}, pushed=offered)))
    refresh(store, district(course(name="Algebra One"), course_areas=frozenset()))
    host = picture(store)["0401"]
    assert host["course_info linked"]["name"] == {"value": "Algebra One"}
    assert host["course_info pushed"]["name"] == {"value": "Algebra I"}
    assert host["course_info own"] == {}
