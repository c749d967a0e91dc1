"""How incoming items find the items that they are: id, key, name, alias, in that order."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from reconciler.course import EMPTY, Area, item, setup
from reconciler.district import Incoming
from reconciler.refresh.claim import Sign, claim
from reconciler.refresh.match import Here, match
from tests.refresh.district_rows import cat

if TYPE_CHECKING:
    from collections.abc import Iterable

    from reconciler.course import Item


def category(key: str | None, name: str | None, **fields: object):
    return item(Area.CATEGORIES, key, {"name": name, **fields})


def here(linked: Iterable[Item] = (), own: Iterable[Item] = (), pushed: Iterable[Item] = (), **aliases: str):
    return Here(setup(pushed), setup(linked), setup(own), aliases)


def keys(where: Here, *incoming: Incoming, stem: str = "section"):
    return [row.key for row in match(Area.CATEGORIES, where, incoming, stem).rows]


HOMEWORK = category("Homework", "Homework", weight="20")
LAB = category("section/Lab", "Lab", weight="30")


def test_a_new_category_is_named_after_who_made_it():
    assert keys(here(), cat("Lab")) == ["section/Lab"]
    assert keys(here(), cat("Lab"), stem="course") == ["course/Lab"]


def test_a_taken_key_gets_the_next_free_number():
    renamed = category("section/Lab", "Practice")
    again = category("section/Lab/2", "More practice")
    assert keys(here(own=[renamed, again]), cat("Practice"), cat("More practice"), cat("Lab")) == [
        "section/Lab",
        "section/Lab/2",
        "section/Lab/3",
    ]


def test_a_key_that_was_pushed_once_is_not_free():
    assert keys(here(pushed=[category("section/Lab", "Lab")]), cat("Lab")) == ["section/Lab/2"]


def test_a_key_that_another_row_brings_is_not_free():
    assert keys(here(), cat("Lab"), cat("Other", key="section/Lab")) == ["section/Lab/2", "section/Lab"]


def test_an_exact_name_finds_linked_and_own_items():
    assert keys(here([HOMEWORK], [LAB]), cat("Lab"), cat("Homework")) == ["section/Lab", "Homework"]


def test_a_linked_item_goes_before_an_own_one_of_the_same_name():
    own = category("section/Homework", "Homework")
    assert keys(here([HOMEWORK], [own]), cat("Homework")) == ["Homework"]


def test_a_name_differs_by_case_and_edge_spaces():
    assert keys(here([HOMEWORK]), cat("homework")) == ["section/homework"]


def test_an_alias_of_something_graded_goes_before_a_name():
    """The source has not taken a push: its Homework is still the teacher's, renamed here (C1)."""
    own = category("section/Homework", "Homework (1)", weight="30")
    where = here([HOMEWORK], [own], Homework="section/Homework")
    assert keys(where, cat("Homework")) == ["Homework"]
    graded = where._replace(graded=frozenset({"section/Homework"}))
    assert keys(graded, cat("Homework")) == ["section/Homework"]
    assert keys(graded, cat("Homework"), cat("Homework (1)")) == ["Homework", "section/Homework"]


def test_names_are_compared_in_one_unicode_form():
    own = category("section/Te\u0301st", "Te\u0301st")
    assert keys(here(own=[own]), cat("T\u00e9st")) == ["section/T\u00e9st"]
    assert match(Area.CATEGORIES, here(own=[own]), (cat("Te\u0301st"),), "section").rows[0].item == own


def test_a_source_id_finds_the_item_whatever_its_name():
    where = here(own=[LAB], **{"id:c1": "section/Lab"})
    assert keys(where, cat("Laboratory", source_id="c1")) == ["section/Lab"]


def test_a_source_id_goes_before_a_name():
    other = category("section/Essay", "Essay")
    where = here(own=[LAB, other], **{"id:c1": "section/Lab", "id:c2": "section/Essay"})
    swapped = (cat("Essay", source_id="c1"), cat("Lab", source_id="c2"))
    assert keys(where, *swapped) == ["section/Lab", "section/Essay"]


def test_an_explicit_key_goes_before_a_name():
    other = category("section/Essay", "Essay")
    where = here(own=[LAB, other])
    assert keys(where, cat("Essay", key="section/Lab"), cat("Lab", key="section/Essay")) == [
        "section/Lab",
        "section/Essay",
    ]


def test_an_alias_holds_while_the_current_name_is_absent():
    where = here([HOMEWORK], [category("section/Homework", "Homework (1)")], Hausaufgabe="section/Homework")
    assert keys(where, cat("Hausaufgabe")) == ["section/Homework"]
    assert keys(where, cat("Hausaufgabe"), cat("Homework (1)")) == [
        "section/Hausaufgabe",
        "section/Homework",
    ]


def test_an_alias_of_an_item_that_is_gone_finds_nothing():
    assert keys(here(Old="section/Gone"), cat("Old")) == ["section/Old"]


def test_two_rows_never_find_the_same_item():
    where = here(own=[LAB], **{"id:c1": "section/Lab"})
    assert keys(where, cat("Lab"), cat("Laboratory", source_id="c1")) == ["section/Lab/2", "section/Lab"]


def test_a_category_that_stands_twice_counts_once():
    found = match(Area.CATEGORIES, here(), (cat("Lab", 1), cat("Lab", 2)), "section")
    assert [row.incoming.fields["weight"] for row in found.rows] == ["1"]
    assert found.twice == ("Lab",)


def test_equal_names_with_keys_of_their_own_are_two():
    found = match(Area.CATEGORIES, here(), (cat("Lab", key="a"), cat("Lab", key="b")), "section")
    assert [row.key for row in found.rows] == ["a", "b"]
    assert found.twice == ()


@pytest.mark.parametrize("area", [area for area in Area if area is not Area.CATEGORIES])
def test_elsewhere_the_key_says_all(area: Area):
    there = item(area, "Final@1<Final@2", {})
    where = Here(EMPTY, setup([there]), EMPTY, {"id:x": "Final@1<Final@2"})
    incoming = (Incoming("Other", {}, "x"), Incoming("Final@1<Final@2", {}), Incoming("Other", {}))
    found = match(area, where, incoming, "course")
    assert [(row.key, row.item) for row in found.rows] == [("Other", None), ("Final@1<Final@2", there)]
    assert found.twice == ("Other",)


def test_hosts_are_claimed_by_id_then_by_place():
    present = [Sign("a", "1"), Sign("b", "2"), Sign(None, "3")]
    incoming = [Sign("b", "1"), Sign("a", "2"), Sign("c", "3"), Sign(None, "4")]
    assert claim(incoming, present) == [1, 0, 2, None]


def test_a_place_whose_host_was_claimed_by_id_is_not_claimed_again():
    assert claim([Sign(None, "1"), Sign("a", "9")], [Sign("a", "1")]) == [None, 0]


def test_an_id_that_stands_for_two_hosts_says_nothing_without_their_places():
    present = [Sign("gym", (1, "1")), Sign("gym", (2, "1"))]
    assert claim([Sign("gym", (2, "1")), Sign("gym", (1, "1"))], present) == [1, 0]
    assert claim([Sign("gym", (3, "1")), Sign("gym", (4, "1"))], present) == [None, None]
    assert claim([Sign("gym", (2, "1")), Sign("gym", (3, "1"))], present) == [1, 0]
