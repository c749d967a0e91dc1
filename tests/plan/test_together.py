"""Cohorts come together where the same is decided and told, and in one order, however they were gathered."""

from __future__ import annotations

from dataclasses import replace

from reconciler.course import Area
from reconciler.keep.table import Hop
from reconciler.members import pack, unpack
from reconciler.plan.summary import summarise, to_json
from reconciler.plan.together import together, wishes
from tests.small import Small, catalog, category, document, held, locked, master

FIRST = {Area.CATEGORIES: [category("Homework", 20)]}


def two_masters(small: Small):
    """Two masters whose categories change alike, and one that keeps its own."""
    masters = [master(number, categories=[category("Homework", 25)]) for number in ("0401", "0402")]
    linked = held(linked=master("0", categories=FIRST[Area.CATEGORIES]).setups)
    for number in ("0401", "0402", "0401"):
        small.section(small.course(number, linked), linked)
    return catalog(*masters, locks=locked(Area.CATEGORIES))


def test_courses_of_several_wishes_of_which_the_same_is_decided_are_one(small: Small) -> None:
    plan = small.plan(two_masters(small))
    cohorts, _ = together(plan, {})
    assert [(one.hop, one.members) for one in cohorts] == [(Hop.COURSE, (1, 2, 3)), (Hop.SECTION, (1, 2, 3))]
    assert wishes(plan) == {1: 0, 2: 1, 3: 0}


def test_what_is_told_in_different_lines_stays_apart_and_lines_follow(small: Small) -> None:
    plan = small.plan(two_masters(small))
    courses = [place for place, one in enumerate(plan.cohorts) if one.hop is Hop.COURSE]
    last = max(courses, key=lambda place: list(plan.cohorts[place].members))
    hosts = set(plan.cohorts[last].members)
    cohorts, told = together(plan, {"changes": [{"cohorts": pack([last])}], "totals": {"courses": 3}})
    found = {member for place in unpack(told["changes"][0]["cohorts"]) for member in cohorts[place].members}
    assert found == hosts
    assert told["totals"] == {"courses": 3}


def test_lines_of_a_summary_name_the_same_hosts(small: Small) -> None:
    made = two_masters(small)
    plan = small.plan(made)
    with small.store.read() as snapshot:
        summary = to_json(summarise(plan, snapshot, [made]))
    cohorts, told = together(plan, summary)
    assert summary["changes"]
    for old, new in zip(summary["changes"], told["changes"], strict=True):
        before = {m for place in unpack(old["cohorts"]) for m in plan.cohorts[place].members}
        assert {m for place in unpack(new["cohorts"]) for m in cohorts[place].members} == before


def test_the_order_in_which_cohorts_were_gathered_does_not_show(small: Small) -> None:
    plan = small.plan(two_masters(small))
    assert document(replace(plan, cohorts=plan.cohorts[::-1])) == document(plan)
