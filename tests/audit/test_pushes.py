"""The last push that reached a course, whatever filled the journal in between."""

from __future__ import annotations

import json

import pytest

from reconciler.audit.pushes import Pushes
from reconciler.course import Area, DataType
from reconciler.push import push
from reconciler.push.run import close
from reconciler.receipts import begin
from tests.small import catalog, category, from_courses, master, scope

OLD = catalog(master(categories=[category("Homework", 40)]))
OTHER = catalog(master(categories=[category("Homework", 40)]), name="ms")


def last(small, course):
    def find(snapshot, _catalogs, chosen):
        return Pushes(snapshot).last(chosen.courses[course], chosen.calendar(course))

    return small.ask(find)


def reported(small, hs, names):
    """A push that left a report with these catalogs in its header."""
    done = push(small.saved(hs), small.store)
    told = ", ".join(f'"{name}"' for name in names)
    close(small.store, done, f'{{"summary": {{"header": {{"catalogs": [{told}]}}}}}}')
    return done.run


def test_there_is_none_at_first(small):
    assert last(small, small.course()) is None


def test_the_newest_that_reached_it(small):
    course = small.course()
    small.apply(OLD)
    run = small.apply(OLD).run
    assert last(small, course).run.id == run


@pytest.mark.parametrize(("names", "reached"), [(["hs"], True), (["ms"], False), ([], True)])
def test_a_push_of_other_catalogs_did_not_reach_it(small, names, reached):
    course = small.course()
    reported(small, OLD, names)
    assert (last(small, course) is not None) == reached


@pytest.mark.parametrize("kind", ["import", "link", "edit", "undo"])
def test_other_runs_are_no_pushes(small, kind):
    course = small.course()
    run = small.apply(OLD).run
    with small.store.write() as tx:
        begin(tx, kind, options='{"calendars": ["hill-27"], "year": 2027}')
    assert last(small, course).run.id == run


@pytest.mark.parametrize(
    "asked",
    [
        {"masters": ("09*",)},
        {"courses": ("0402",)},
        {"courses": ("0401@elsewhere",)},
        {"schools": ("Dale*",)},
    ],
)
def test_what_a_push_was_narrowed_to(small, asked):
    course = small.course()
    options = {"year": 2027, "calendars": ["hill-27"], **{name: list(one) for name, one in asked.items()}}
    with small.store.write() as tx:
        begin(tx, "apply", options=json.dumps(options))
    assert last(small, course) is None


def test_a_push_from_courses_is_none_from_masters(small):
    course = small.course()
    small.section(course)
    small.apply(OLD)
    small.apply(by=from_courses())
    assert last(small, course).run.id == 1


def test_what_was_ticked(small):
    course = small.course()
    small.apply(OLD, by=scope(data=frozenset({DataType.CATEGORIES}), cross_site=True))
    found = last(small, course)
    assert found.areas == {Area.CATEGORIES, Area.CROSS_SITE} and found.to_sections


def test_a_relink_of_some_areas_carried_those(small):
    course = small.course()
    small.apply(OLD, by=scope(relink=True, courses=("0401",), areas=("categories",)))
    found = last(small, course)
    assert found.areas == {Area.CATEGORIES} and found.picks
