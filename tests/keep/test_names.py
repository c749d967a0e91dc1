"""Names of categories are settled after the rows: who steps aside, and as what (C1, C2)."""

import pytest

from reconciler.course import Area, Item, item
from reconciler.keep.names import LONGEST, free_name, settle_names


def category(key: str, name: str | None = None) -> Item:
    return item(Area.CATEGORIES, key, {"name": name or key})


def settled(desired: list[Item], staying: list[Item]) -> dict[str, str]:
    return {key: str(one.get("name")) for key, one in settle_names(desired, staying).items()}


def test_an_own_category_under_a_desired_name_steps_aside() -> None:
    assert settled([category("Homework")], [category("section/Homework", "Homework")]) == {
        "section/Homework": "Homework (1)"
    }


def test_the_desired_item_itself_and_other_names_stay() -> None:
    assert settled([category("Homework")], [category("Homework"), category("section/Lab", "Lab")]) == {}


def test_several_clashes_get_numbers_in_the_order_of_their_keys() -> None:
    staying = [category("section/B", "Homework"), category("section/A", "Homework")]
    expected = {"section/A": "Homework (1)", "section/B": "Homework (2)"}
    assert settled([category("Homework")], staying) == expected
    assert settled([category("Homework")], staying[::-1]) == expected


def test_a_number_that_somebody_has_is_not_given_again() -> None:
    staying = [category("section/A", "Homework"), category("section/B", "Homework (1)")]
    assert settled([category("Homework")], staying) == {"section/A": "Homework (2)"}
    desired = [category("Homework"), category("x", "Homework (1)")]
    assert settled(desired, staying[:1]) == {"section/A": "Homework (2)"}


def test_a_name_that_ends_in_a_number_is_cut_to_its_stem() -> None:
    assert settled([category("Quiz (1)")], [category("section/Quiz", "Quiz (1)")]) == {
        "section/Quiz": "Quiz (2)"
    }


def test_swapped_names_settle_on_the_desired_ones() -> None:
    desired = [category("a", "Tests"), category("b", "Homework")]
    assert settled(desired, [category("a", "Tests"), category("b", "Homework")]) == {}


@pytest.mark.parametrize("length", [LONGEST - 4, LONGEST - 3, LONGEST])
def test_a_name_never_grows_over_the_limit(length: int) -> None:
    name = "x" * length
    first = free_name(name, {name})
    assert len(first) == min(length + 4, LONGEST)
    assert first.endswith(" (1)")
    taken = {name, *(free_name(name, set()) for _ in range(1))} | {
        "x" * (LONGEST - 4) + f" ({number})" for number in range(1, 10)
    }
    tenth = free_name("x" * LONGEST, taken)
    assert tenth == "x" * (LONGEST - 5) + " (10)"


def test_keys_values_and_marks_stay() -> None:
    own = item(Area.CATEGORIES, "section/H", {"name": "H", "weight": 20}, left=True, kept=True)
    renamed = settle_names([category("H")], [own])["section/H"]
    assert (renamed.key, renamed.get("weight"), renamed.left, renamed.kept) == ("section/H", "20", True, True)
