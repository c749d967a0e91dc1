"""Named lists of a plan are written once, and never over what came since (domain.md 1)."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from reconciler.course import EMPTY, Item, ListKind, setup
from reconciler.errors import STALE, PlanStale
from reconciler.push import push
from tests.small import catalog, category, master

if TYPE_CHECKING:
    from collections.abc import Mapping

    from reconciler.course import Catalog, Setup
    from tests.small import Small

GROUPS, RUBRICS = ListKind.SCORE_GROUPS, ListKind.RUBRICS
FIRST, SECOND = (setup([Item("Letters", (("A", least),))]) for least in ("90", "93"))
FOUR = setup([Item("Four"), Item("Five")])


def having(groups: Setup, rubrics: Setup = EMPTY) -> Catalog:
    return catalog(master(categories=[category("Homework")]), lists={GROUPS: groups, RUBRICS: rubrics})


def lists(small: Small) -> Mapping[ListKind, Setup]:
    with small.store.read() as snapshot:
        return snapshot.lists("hs")


def runs(small: Small) -> int:
    with small.store.read() as snapshot:
        return len(snapshot.runs())


def test_entries_that_were_written_are_counted(small: Small) -> None:
    plan = small.saved(having(FIRST, FOUR))
    assert push(plan, small.store).lists == 3
    assert push(plan, small.store).lists == 0
    assert small.apply(having(SECOND, FOUR)).lists == 1
    assert small.apply(having(EMPTY, FOUR)).lists == 1
    assert lists(small) == {GROUPS: EMPTY, RUBRICS: FOUR}


def test_an_old_plan_does_not_take_a_newer_list_back(small: Small) -> None:
    old = small.saved(having(FIRST))
    push(old, small.store)
    small.apply(having(SECOND))
    before = runs(small)
    with pytest.raises(PlanStale) as caught:
        push(old, small.store)
    assert str(caught.value) == (
        'The plan no longer fits what is there: the score groups of "hs": they were changed since the plan'
        " was made. 1 in all differ; nothing was written."
    )
    assert caught.value.exit_code == STALE
    assert lists(small)[GROUPS] == SECOND
    assert runs(small) == before


def test_nothing_is_written_where_a_list_is_stale(small: Small) -> None:
    small.course("0401")
    old = small.saved(having(FIRST, FOUR))
    small.apply(catalog(lists={GROUPS: SECOND, RUBRICS: FIRST}))
    state = small.state()
    with pytest.raises(PlanStale) as caught:
        push(old, small.store)
    assert caught.value.facts["count"] == 2
    assert small.state() == state


def test_a_list_that_the_plan_does_not_change_is_left_as_it_is_now(small: Small) -> None:
    small.apply(having(FIRST))
    old = small.saved(having(FIRST, FOUR))
    small.apply(having(SECOND))
    assert push(old, small.store).lists == 2
    assert lists(small) == {GROUPS: SECOND, RUBRICS: FOUR}


def test_what_somebody_else_wrote_alike_is_there_already(small: Small) -> None:
    old = small.saved(having(FIRST))
    small.apply(having(FIRST))
    assert push(old, small.store).lists == 0
