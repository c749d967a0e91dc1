"""The journal and the queue as reports: their rows, their times, and the form that their JSON promises."""

from __future__ import annotations

import json
from datetime import datetime, timedelta

import pytest
from jsonschema import Draft202012Validator

from reconciler import schemas
from reconciler.course import Area, Item, ListKind, Lock, Part, setup
from reconciler.queue.listing import listing, shown
from reconciler.receipts import begin
from reconciler.reports import history
from reconciler.reports.voices import VOICES
from tests.queue.jobs import PAST, Queue
from tests.small import catalog, category, info, locked, master
from tests.undo.back import pushed, taken_back

LETTERS = Item("Letters", (("A", "90"), ("F", "0")))
OLD = catalog(master(categories=[category("Homework", 40), category("Tests", 60)]))
NEW = catalog(
    master(categories=[category("Homework", 50), category("Project", 50)]),
    lists={ListKind.SCORE_GROUPS: setup([LETTERS])},
)


def validator(name):
    schema = schemas.load("report")
    return Draft202012Validator({**schema["$defs"][name], "$defs": schema["$defs"]})


def rows(report):
    names = [column.name for column in report.columns]
    return [dict(zip(names, row, strict=True)) for row in report.rows]


def told(small, run=None, *, people=False):
    with small.store.read() as snapshot:
        if run is None:
            return history.history(snapshot, snapshot.runs(50), people=people)
        return history.one_run(snapshot, snapshot.run(run), people=people)


def facts_of(small, run, **how):
    return {name: value for name, _, value in told(small, run, **how).facts}


@pytest.fixture
def school(small):
    """A course with two sections, pushed to twice."""
    course = small.course()
    for number in ("1", "2"):
        small.section(course, number=number)
    pushed(small, OLD)
    pushed(small, NEW)
    return small


def batch(queue):
    with queue.small.store.read() as snapshot:
        return snapshot.jobs(limit=50)


@pytest.fixture
def reports(school):
    """Each of these reports, by its name."""
    queue = Queue(school)
    queue.submit(message="The new weights")
    queue.submit(overwrite=True, allow_in_session=True, priority="high")
    queue.work()
    jobs = batch(queue)
    return {
        "history": told(school),
        "run": told(school, 2),
        "batch": listing(jobs, people=False, since=PAST, until=PAST, off="The queue is disabled."),
        "job": shown(jobs[0], people=False),
    }


NAMES = ("history", "run", "batch", "job")


@pytest.mark.parametrize("name", NAMES)
def test_json_is_as_its_schema_says(reports, name):
    document = json.loads(VOICES["json"](reports[name]))
    assert document["rows"], "an empty report would prove nothing"
    validator(name).validate(document)
    Draft202012Validator(schemas.load("report")).validate(document)


@pytest.mark.parametrize("name", NAMES)
def test_the_schema_knows_each_column_and_fact_and_no_more(reports, name):
    schema = schemas.load("report")["$defs"][name]["properties"]
    assert {column.name for column in reports[name].columns} == set(schema["rows"]["items"]["properties"])
    assert {fact[0] for fact in reports[name].facts} <= set(schema["facts"]["properties"])
    document = json.loads(VOICES["json"](reports[name]))
    document["rows"][0]["more"] = 1
    assert not validator(name).is_valid(document)


def test_a_job_before_its_time_fits_its_schema(small):
    small.course()
    queue = Queue(small)
    document = json.loads(VOICES["json"](shown(queue.submit(), people=False)))
    validator("job").validate(document)
    assert document["rows"][0]["started"] is None and document["rows"][0]["run"] is None


def test_an_undo_that_is_told_fits_its_schema(school):
    taken_back(school, 2)
    for run in (2, 3):
        validator("run").validate(json.loads(VOICES["json"](told(school, run))))
    assert facts_of(school, 2)["undone_by"] == 3
    assert facts_of(school, 3)["undoes"] == 2
    assert [(row["run"], row["undone_by"]) for row in rows(told(school))] == [(3, None), (2, 3), (1, None)]


def test_one_run_sums_equal_changes_over_hosts(school):
    found = {(row["hop"], row["item"], row["field"]): row for row in rows(told(school, 2))}
    homework = found["sections", "Homework", "weight"]
    assert [homework[name] for name in ("change", "before", "after", "hosts")] == ["changed", "40", "50", 2]
    assert found["courses", "Homework", "weight"]["hosts"] == 1
    assert [found["sections", "Tests", ""][name] for name in ("change", "before", "after")] == [
        "removed", "weight 60", "",
    ]  # fmt: skip
    assert [found["courses", "Project", ""][name] for name in ("change", "before", "after")] == [
        "added", "", "weight 50",
    ]  # fmt: skip


def test_named_lists_are_told_with_how_many_entries(school):
    (row,) = [row for row in rows(told(school, 2)) if row["hop"] == "lists"]
    assert (row["area"], row["item"], row["change"], row["before"], row["after"]) == (
        "score_groups", "hs", "written", "0 entries", "1 entry",
    )  # fmt: skip


def test_a_field_is_told_by_its_value_alone(small):
    small.course()
    for department in ("Math", "Science"):
        fields = catalog(
            master(course_info=info(department=department)), locks=locked(department=Lock.LOCKED)
        )
        pushed(small, fields)
    (row,) = rows(told(small, 2))
    assert [row[name] for name in ("item", "change", "field", "before", "after")] == [
        "department", "changed", "", "Math", "Science",
    ]  # fmt: skip


def test_what_is_only_linked_is_no_change(small):
    course = small.course()
    mine = setup([category("Homework", 40), category("Tests", 60)])
    small.edit(lambda holding: holding.put({(Area.CATEGORIES, Part.OWN): mine}), course=course)
    pushed(small, OLD)
    assert [row for row in rows(told(small, 1)) if row["area"] == "category"] == []
    assert rows(told(small))[0]["courses"] == 1, "it was moved all the same"


def test_people_are_told_local_times_and_programs_utc(school):
    utc = datetime.fromisoformat(rows(told(school))[0]["started"])
    assert utc.utcoffset() == timedelta(0)
    shown_ = rows(told(school, people=True))[0]["started"]
    here = utc.astimezone()
    assert shown_ == f"{here:%Y-%m-%d %H:%M} {here.tzname()}"


@pytest.mark.parametrize("options", ["", "[]", "7", "not JSON"])
def test_options_that_are_none_are_left_out(small, options):
    with small.store.write() as tx:
        run = begin(tx, "import", options=options)
    assert "options" not in facts_of(small, run)


def test_options_are_told_without_what_is_off(small):
    with small.store.write() as tx:
        run = begin(
            tx, "import", options='{"a": true, "b": false, "c": ["x", "y"], "d": [], "e": "f", "g": 0}'
        )
    facts = facts_of(small, run)
    assert facts["options"] == ("a", "c x, y", "e f")


def test_a_run_that_was_cut_off_is_running_and_has_no_end(small):
    with small.store.write() as tx:
        run = begin(tx, "apply")
    for people in (False, True):
        facts = facts_of(small, run, people=people)
        assert facts["status"] == "running" and "ended" not in facts
    validator("run").validate(json.loads(VOICES["json"](told(small, run))))
    assert "It moved nothing." in VOICES["text"](told(small, run))


def test_an_empty_journal_says_so(small):
    assert "No run has been made in this state." in VOICES["text"](told(small))
