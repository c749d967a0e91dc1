"""A use may call a category by the key that it gets when it is first read."""

from __future__ import annotations

from typing import TYPE_CHECKING

from reconciler.refresh import refresh
from tests.refresh.district_rows import cat, course, district, names, picture, section, used

if TYPE_CHECKING:
    from reconciler.current import Store


def put(store: Store, *cats, uses):
    return refresh(store, district(course(section("1", cats, uses=uses))))


def test_a_use_by_the_key_of_a_new_category_makes_no_second_one(store: Store):
    told = put(store, cat("Lab", 30), uses=used("section/Lab", 3))
    first = picture(store)
    assert names(first["0401/1"]) == {"section/Lab": ("Lab", "30")}
    assert first["0401/1"]["uses"] == {("section/Lab", 1): (3, 0, 0, 0)}
    assert told.complaints == ()
    assert not put(store, cat("Lab", 30), uses=used("section/Lab", 3)).changed
    assert picture(store) == first


def test_a_name_goes_before_the_key_that_another_category_gets(store: Store):
    put(store, cat("Lab"), cat("section/Lab"), uses=used("section/Lab", 3) | used("Lab", 1))
    uses = picture(store)["0401/1"]["uses"]
    assert uses == {("section/section/Lab", 1): (3, 0, 0, 0), ("section/Lab", 1): (1, 0, 0, 0)}
