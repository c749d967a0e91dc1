"""Which fields of a used item stay though the template changed them (P10)."""

import pytest

from reconciler.course import Area, Item, Use, item
from reconciler.keep.evidence import Evidence
from reconciler.keep.hold import hold

TASKS = Area.GRADING_TASKS


def task(**fields: object) -> Item:
    return item(TASKS, "Final", fields)


def held(area: Area, before: Item, after: Item, *uses: Use) -> tuple[str, ...]:
    return hold(area, before, after, Evidence(frozenset(uses)))[1]


@pytest.mark.parametrize(
    ("old", "new", "used", "stays"),
    [
        ((1, 2), (1,), 2, True),
        ((1, 2), (1,), 1, False),
        ((1, 2), (1,), 0, True),
        ((1,), (1, 2), 1, False),
        ((1,), (1, 2), 0, False),
        ((), (1,), 2, True),
        ((), (1,), 1, False),
        ((), (1,), 0, True),
        ((1, 2), (), 2, False),
        ((1, 2), (1, 3), 3, False),
    ],
)
def test_a_term_is_held_where_something_used_would_lose_it(
    old: tuple[int, ...], new: tuple[int, ...], used: int, stays: bool
) -> None:
    before, after = task(terms=old), task(terms=new, credit=1)
    found, fields = hold(TASKS, before, after, Evidence(frozenset({Use(TASKS, "Final", used)})))
    assert fields == (("terms",) if stays else ())
    assert found.get("terms", ()) == (old if stays else new)
    assert found.get("credit") == "1"


def test_unread_uses_hold_every_term_that_is_lost() -> None:
    everything = Evidence(everything=True)
    assert hold(TASKS, task(terms=(1, 2)), task(terms=(1,)), everything)[1] == ("terms",)
    assert hold(TASKS, task(), task(terms=(1,)), everything)[1] == ("terms",)
    assert hold(TASKS, task(terms=(1,)), task(terms=(1, 2)), everything)[1] == ()


def test_nothing_is_held_of_what_nobody_uses() -> None:
    assert held(TASKS, task(terms=(1, 2), score_group="A"), task(terms=(1,), score_group="B")) == ()
    other = Use(TASKS, "Other", 2)
    assert held(TASKS, task(terms=(1, 2), score_group="A"), task(terms=(1,)), other) == ()


def test_the_scale_of_a_used_item_stays_where_there_was_one() -> None:
    use = Use(TASKS, "Final", 1)
    assert held(TASKS, task(score_group="A"), task(score_group="B"), use) == ("score_group",)
    assert held(TASKS, task(score_group="A"), task(), use) == ("score_group",)
    assert held(TASKS, task(), task(score_group="B"), use) == ()
    standard = Area.STANDARDS
    before, after = item(standard, "S", {"rubric": "A"}), item(standard, "S", {"rubric": "B"})
    assert held(standard, before, after, Use(standard, "S", 1)) == ("rubric",)


def test_a_category_keeps_a_task_that_is_used_where_it_is_used_itself() -> None:
    area = Area.CATEGORIES
    before = item(area, "H", {"tasks": ("T1", "T2")})
    after = item(area, "H", {"tasks": ("T1",)})
    mine, lost, stays = Use(area, "H", 0), Use(TASKS, "T2", 1), Use(TASKS, "T1", 1)
    assert held(area, before, after, mine, lost) == ("tasks",)
    assert held(area, before, after, mine, stays) == ()
    assert held(area, before, after, lost) == ()
    assert held(area, before, item(area, "H", {}), mine, lost) == ()


def test_an_empty_list_of_tasks_loses_nothing_even_where_uses_are_unread() -> None:
    before, after = item(Area.CATEGORIES, "H", {}), item(Area.CATEGORIES, "H", {"tasks": ("T1",)})
    assert hold(Area.CATEGORIES, before, after, Evidence(everything=True)) == (after, ())
