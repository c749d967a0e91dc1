"""Four schools whose courses stand between each other's, with everything that a push must look at."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import TYPE_CHECKING

from reconciler.course import Area, Use, setup
from reconciler.plan.summary import summarise, to_json
from tests.small import (
    BARE,
    ONE,
    Small,
    catalog,
    category,
    document,
    held,
    listed,
    master,
    scope,
    task,
    write_down,
)

if TYPE_CHECKING:
    from pathlib import Path

    from reconciler.current import Snapshot
    from reconciler.plan.model import Plan
    from reconciler.plan.saved import SavedPlan
    from reconciler.plan.scope import Scope

CALENDARS = tuple(f"hill-{place}" for place in range(4))
HOMEWORK = category("Homework", 20)
BASE = listed(categories=[HOMEWORK, category("Old", 10)], grading_tasks=[task("Final", terms=(1,))])
MINE = {Area.CATEGORIES: setup([category("Retakes", 5, key="section/Retakes")])}
CATALOG = catalog(
    *(
        master(
            f"04{turn:02}",
            categories=[category("Homework", 25)],
            grading_tasks=[task("Final", terms=(1, 4 if turn == 2 else 1))],
        )
        for turn in range(3)
    )
)
OLD = {Use(Area.CATEGORIES, "Old", 1): ONE}


def schools(path: Path) -> Small:
    """Of each master a course at each school, in the order of masters; half of the calendars have two terms."""
    made = Small(path)
    for place, name in enumerate(CALENDARS):
        made.calendar(name, f"School {place}", terms=4 - 2 * (place % 2))
    for turn in range(3):
        for place, name in enumerate(CALENDARS):
            course = made.course(f"04{turn:02}", held(linked=BASE), calendar=name)
            made.section(course, held(linked=BASE), number="1")
            made.section(course, held(linked=BASE, own=MINE), OLD if place > turn else None, number="2")
            made.section(course, held(linked=BASE), unread=place == 3, number="3")
    made.course("0401", BARE, calendar=CALENDARS[2], ignored=True)
    made.course("0999", BARE, calendar=CALENDARS[1])
    return made


def wide(**more: object) -> Scope:
    """A push to all four."""
    return replace(scope(*CALENDARS), **more)


def text(plan: Plan, snapshot: Snapshot) -> str:
    """All that is saved of a plan, with its summary."""
    return json.dumps(document(plan, to_json(summarise(plan, snapshot, [CATALOG]))), ensure_ascii=False)


def decided(made: Small) -> SavedPlan:
    """A plan of everything, saved, with its summary."""
    with made.store.read() as snapshot:
        plan = made.plan(CATALOG, by=wide())
        return write_down(plan, to_json(summarise(plan, snapshot, [CATALOG])))
