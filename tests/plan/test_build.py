"""Plans are made by cohorts: the work grows with the variety, and the same inputs give the same plan."""

from __future__ import annotations

from typing import TYPE_CHECKING

from reconciler.course import Area, Counts, ListKind, Part, Use, item, setup
from reconciler.current import SectionRecord
from reconciler.keep.table import Hop
from reconciler.plan import walk as rooms
from reconciler.plan.build import build
from tests.small import (
    BARE,
    Small,
    acting,
    catalog,
    category,
    document,
    held,
    listed,
    master,
    moving,
    scope,
    task,
)

if TYPE_CHECKING:
    from pathlib import Path

    import pytest

    from reconciler.plan.model import Plan

CAT, TASK = Area.CATEGORIES, Area.GRADING_TASKS
OLD = listed(categories=[category("Homework", 20), category("Exam", 80)], grading_tasks=[task("Final")])
BELOW = held(linked={CAT: OLD[CAT]})
NEW = catalog(master(categories=[category("Homework", 25)], grading_tasks=[task("Final")]))
EXAM = Use(CAT, "Exam", 1)


def fill(small: Small, sections: int, *, used_every: int = 0) -> int:
    """A course with many equal sections; of every so many, one uses the exam."""
    course = small.course("0401", held(linked=OLD))
    with small.store.write() as tx:
        place = tx.keep_holdings([BELOW])[BELOW]
        ids = tx.put_sections(
            SectionRecord(0, course, str(n), None, (1,), None, place, None) for n in range(sections)
        )
        used = ids[::used_every] if used_every else []
        tx.put_counts([(one, EXAM, Counts(scores=1)) for one in used], ids)
    return course


def test_comparisons_do_not_grow_with_equal_sections(tmp_path: Path) -> None:
    plans = []
    for size in (10, 1_000):
        small = Small(tmp_path / f"{size}.db")
        small.calendar()
        fill(small, size, used_every=5)
        plans.append(small.plan(NEW))
        small.store.close()
    ten, thousand = plans
    assert ten.compared == thousand.compared > 0
    assert [len(one.members) for one in ten.cohorts] == [1, 2, 8]
    assert [len(one.members) for one in thousand.cohorts] == [1, 200, 800]


def test_comparisons_do_not_grow_with_equal_courses(tmp_path: Path) -> None:
    counted = []
    for size in (2, 40):
        small = Small(tmp_path / f"{size}.db")
        small.calendar()
        for _ in range(size):
            small.section(small.course("0401", held(linked=OLD)), BELOW)
        plan = small.plan(NEW)
        counted.append(plan.compared)
        assert [(one.hop, len(one.members)) for one in plan.cohorts] == [
            (Hop.COURSE, size),
            (Hop.SECTION, size),
        ]
        small.store.close()
    assert counted[0] == counted[1]


def test_evidence_splits_only_where_it_matters(small: Small) -> None:
    course = small.course("0401", held(linked=OLD))
    for n, uses in enumerate(({}, {Use(CAT, "Homework", 1): Counts(1)}, {Use(TASK, "Final", 1): Counts(1)})):
        small.section(course, BELOW, uses, number=str(n))
    assert [list(one.members) for one in small.plan(NEW).cohorts] == [[1], [1, 2, 3]]


def test_members_and_courses_of_cohorts(small: Small) -> None:
    first, second = small.course("0401", held(linked=OLD)), small.course("0401", held(linked=OLD))
    bare = small.course("0401")
    a, b = small.section(first, BELOW), small.section(first, BELOW, number="2")
    c = small.section(second, BELOW, {EXAM: Counts(posted=1)})
    d = small.section(bare)
    told = [
        (
            one.hop.value,
            list(one.members),
            sorted(one.hosts.courses[place] for place in one.owners),
            len(one.working),
            one.calendars,
        )
        for one in small.plan(NEW).cohorts
    ]
    there = {small.places["hill-27"]}
    assert sorted(told, key=lambda one: one[:2]) == [
        ("course", [first], [first], 0, there),
        ("course", [second], [second], 1, there),
        ("course", [bare], [bare], 0, there),
        ("section", [a, b], [first], 0, there),
        ("section", [c], [second], 1, there),
        ("section", [d], [bare], 0, there),
    ]


def test_every_host_in_scope_is_in_exactly_one_cohort(small: Small) -> None:
    hosts = set()
    for number in ("0401", "0402"):
        for holding in (BARE, held(linked=OLD)):
            course = small.course(number, holding)
            hosts |= {
                ("course", course),
                ("section", small.section(course)),
                ("section", small.section(course, number="2")),
            }
    plan = small.plan(catalog(master(), master("0402")))
    members = [(one.hop.value, place) for one in plan.cohorts for place in one.members]
    assert sorted(members) == sorted(hosts)


def test_the_same_inputs_give_the_same_document(tmp_path: Path) -> None:
    digests = set()
    for turn in range(2):
        small = Small(tmp_path / f"{turn}.db")
        small.calendar()
        fill(small, 20, used_every=3)
        small.section(small.course("0401"), own_lab())
        first, second = document(small.plan(NEW)), document(small.plan(NEW))
        assert first == second
        first["body"]["store"] = ""
        digests.add(str(first["body"]))
        small.store.close()
    assert len(digests) == 1


def own_lab():
    return held(own={CAT: setup([category("Lab", 5, key="section/Lab")])})


def test_the_order_of_the_yaml_does_not_matter(small: Small) -> None:
    fill(small, 4, used_every=2)
    small.course("0402", held(linked=OLD))
    one, other = master(categories=[category("A"), category("B")]), master("0402", categories=[category("C")])
    assert document(small.plan(catalog(one, other))) == document(small.plan(catalog(other, one)))


def test_planning_writes_nothing(small: Small) -> None:
    fill(small, 4, used_every=2)
    before, bytes_before = small.state(), small.path.read_bytes()
    small.plan(NEW)
    assert small.state() == before
    assert small.path.read_bytes() == bytes_before


def test_courses_that_come_in_several_chunks_are_seen_once_with_their_sections(
    small: Small, monkeypatch: pytest.MonkeyPatch
) -> None:
    for n in range(7):
        course = small.course("0401", held(linked=OLD))
        for number in range(n % 3):
            small.section(course, BELOW, number=str(number))
    whole = document(small.plan(NEW))
    for chunk in (1, 2, 3, 100):
        monkeypatch.setattr(rooms, "CHUNK", chunk)
        assert document(small.plan(NEW)) == whole


def test_sections_of_courses_outside_the_push_do_not_disturb_the_stream(small: Small) -> None:
    small.calendar("lake-27", "Lake High")
    mine = []
    for calendar in ("hill-27", "lake-27", "hill-27", "lake-27"):
        course = small.course("0401", held(linked=OLD), calendar=calendar)
        section = small.section(course, BELOW)
        mine += [("course", course), ("section", section)] if calendar == "hill-27" else []
    small.section(small.course("0999"), BELOW)
    assert sorted(small.outcomes(small.plan(NEW))) == sorted(mine)


def test_sections_whose_uses_were_never_read_count_as_used(small: Small) -> None:
    course = small.course("0401", held(linked=OLD))
    section = small.section(course, BELOW, unread=True)
    exam = small.outcomes(small.plan(NEW))["section", section].get(CAT, Part.OWN).get("Exam")
    assert exam is not None
    assert exam.kept


def test_changes_of_named_lists_are_counted_with_their_users(small: Small) -> None:
    group = item(TASK, "A-F", {})
    for _ in range(3):
        small.course("0401", held(linked=listed(grading_tasks=[task("Final", score_group="A-F")])))
    small.course("0401")
    made = catalog(
        master(grading_tasks=[task("Final", score_group="A-F")]),
        lists={ListKind.SCORE_GROUPS: setup([group])},
    )
    (change,) = small.plan(made).list_changes
    assert (change.catalog, change.kind, change.name) == ("hs", ListKind.SCORE_GROUPS, "A-F")
    assert (change.before, change.after, change.used_by) == (None, {}, 4)


def test_a_state_without_courses_gives_an_empty_plan(small: Small) -> None:
    plan: Plan = small.plan(NEW)
    assert (plan.cohorts, plan.skipped, plan.compared) == ((), {}, 0)
    assert not acting(plan)
    assert not moving(plan)


def test_a_plan_says_of_which_state_and_catalogs_it_is(small: Small) -> None:
    with small.store.read() as snapshot:
        plan = build((NEW,), scope(), snapshot, store="the state", catalog="the digest")
    assert (plan.store, plan.catalog, plan.catalogs) == ("the state", "the digest", ("hs",))
    assert plan.scope == scope()
    assert [one.name for one in plan.calendars] == ["hill-27"]


def test_a_push_to_few_courses_reads_their_sections_alone(small: Small) -> None:
    """Whether all sections are read or just those of the chosen courses, the plan is the same."""
    courses = [small.course("0401", held(linked=OLD)) for _ in range(9)]
    sections = [small.section(one, BELOW, {EXAM: Counts(posted=1)}) for one in courses]
    other = small.course("0402", held(linked=OLD), master="0401")
    below = small.section(other, BELOW)
    chosen = small.plan(NEW, by=scope(courses=("0402",)))
    assert chosen.cohorts[0].hosts.few() == [other]
    assert {(one.hop.value, *one.members) for one in chosen.cohorts} == {
        ("course", other),
        ("section", below),
    }
    assert small.plan(NEW).cohorts[0].hosts.few() is None
    assert len(sections) == len(courses)
