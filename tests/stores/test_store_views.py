"""Any SQL tool can query the state: the views, and the examples of docs/state.md."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from sqlalchemy import inspect

from reconciler.course import Area, Holding, Item, Part, item, setup
from reconciler.current import Batch, ResidualMark, Store
from reconciler.stores.tables import METADATA
from tests.stores.store_rows import (
    EXAM,
    FINAL,
    HOMEWORK,
    Town,
    ask,
    categories,
    course,
    holding,
    run,
    section,
    some,
)

DOC = (Path(__file__).parents[2] / "docs/state.md").read_text(encoding="utf-8")
EXAMPLES = re.findall(r"^```sql\n(.+?);\n```$", DOC, re.MULTILINE | re.DOTALL)


@pytest.fixture
def city(town: Town) -> Town:
    """The town with a drifted section, a residual, course info and evidence."""
    pushed = categories(Homework=20, Exam=80)
    linked = categories(Homework=30, Exam=80)
    own = setup(
        [
            item(Area.CATEGORIES, "course/Lab", {"name": "Lab (1)", "weight": "2.50", "drop_lowest": 1}),
            Item("section/Old", (("name", "Old"),), left=True, kept=True),
        ]
    )
    info = setup([item(Area.COURSE_INFO, "credits", {"value": "1.0"})])
    drifted = holding(linked, pushed=pushed, own=own)
    with town.store.write() as tx:
        places = tx.keep_holdings([drifted, holding(info, area=Area.COURSE_INFO)])
        row = next(tx.section_records(town.sections[:1]))
        tx.put_sections([row._replace(holding_id=places[drifted])])
        (credited,) = tx.put_courses(
            [course(town.fall, "0450", places[holding(info, area=Area.COURSE_INFO)], name="Physics")]
        )
        tx.put_sections([section(credited, "1", tx.keep_holdings([Holding()])[Holding()])])
        old = HOMEWORK._replace(key="section/Old")
        counts = [
            (old, some(2, 30)),
            (old._replace(term=2), some(1, 5, 1)),
            (EXAM, some(50)),
            (FINAL, some(9)),
        ]
        tx.put_counts(((town.sections[0], use, numbers) for use, numbers in counts), town.sections[:1])
        mark = ResidualMark(town.sections[0], Area.CATEGORIES, "section/Old", cleared=False)
        gone = ResidualMark(town.sections[1], Area.CATEGORIES, "Exam", cleared=False)
        tx.carry(town.run, Batch([], [], residuals=[mark, gone]))
        tx.carry(tx.begin_run(run()), Batch([], [], residuals=[gone._replace(cleared=True)]))
    return town


def test_a_sections_items_are_plain_rows(city: Town):
    query = """SELECT part, key, name, weight, fields, is_left, is_kept FROM section_item
        WHERE section_id = :one AND area = 'categories' ORDER BY part, key"""
    with city.store.read() as snapshot:
        rows = ask(snapshot, query, one=city.sections[0])
    assert rows == [
        ("linked", "Exam", "Exam", "80", '{"name":"Exam","weight":"80"}', 0, 0),
        ("linked", "Homework", "Homework", "30", '{"name":"Homework","weight":"30"}', 0, 0),
        ("own", "course/Lab", "Lab (1)", "2.5", '{"drop_lowest":1,"name":"Lab (1)","weight":"2.5"}', 0, 0),
        ("own", "section/Old", "Old", None, '{"name":"Old"}', 1, 1),
        ("pushed", "Exam", "Exam", "80", '{"name":"Exam","weight":"80"}', 0, 0),
        ("pushed", "Homework", "Homework", "20", '{"name":"Homework","weight":"20"}', 0, 0),
    ]


def test_a_sections_items_say_where_they_are(city: Town):
    query = """SELECT DISTINCT section_id, course_id, school, calendar, year, course_number, course_name,
        catalog, master, section_number, teacher, area FROM section_item WHERE section_id = :one"""
    with city.store.read() as snapshot:
        rows = ask(snapshot, query, one=city.sections[4])
    assert rows == [
        (city.sections[4], city.courses[2], "Hill High", "hill-su", 2026, "0401", "Course 0401", "hs", "0401",
         "1", "Ms. Bell", "categories"),
    ]  # fmt: skip


def test_a_courses_items_are_plain_rows(city: Town):
    query = """SELECT school, calendar, year, course_number, course_name, catalog, master, area, part, key,
        name, weight, fields, is_left, is_kept FROM course_item WHERE course_name = 'Physics' ORDER BY part"""
    with city.store.read() as snapshot:
        linked, pushed = ask(snapshot, query)
    place = ("Hill High", "hill-26", 2026, "0450", "Physics", "hs", "0450")
    assert linked == (*place, "course_info", "linked", "credits", "credits", None, '{"value":"1"}', 0, 0)
    assert pushed == (*linked[:8], "pushed", *linked[9:])


def test_every_place_of_a_holding_is_shown_under_its_own_area_and_part(store: Store):
    parts = {
        (area, part): setup([Item(f"{area}.{part}", (), left=part is Part.OWN)])
        for area in Area
        for part in Part
    }
    full = Holding().put(parts)
    with store.write() as tx:
        tx.put_school("S", None)
        calendar = tx.put_calendar("c", "S", 2026, ())
        place = tx.keep_holdings([full])[full]
        (one,) = tx.put_courses([course(calendar, "1", place)])
        tx.put_sections([section(one, "1", place)])
        for view in ("course_item", "section_item"):
            rows = ask(tx, f"SELECT area || '.' || part, key, is_left FROM {view}")
            assert len(rows) == 27
            assert all(where == key and left == where.endswith("own") for where, key, left in rows)


def test_setups_are_shown_once_whoever_has_them(city: Town):
    with city.store.read() as snapshot:
        rows = ask(
            snapshot, "SELECT name, weight, count(*) FROM setup_item GROUP BY name, weight ORDER BY 1, 2"
        )
    assert rows == [
        ("Exam", "75", 1), ("Exam", "80", 2), ("Homework", "20", 1), ("Homework", "25", 1),
        ("Homework", "30", 1), ("Lab (1)", "2.5", 1), ("Old", None, 1), ("credits", None, 1),
    ]  # fmt: skip


def test_residuals_are_shown_with_their_counts_until_cleared(city: Town):
    query = """SELECT section_id, section_number, teacher, area, key, since_run, since,
        assignments, scores, posted, comments FROM residual_item"""
    with city.store.read() as snapshot:
        rows = ask(snapshot, query)
    since = "2026-08-01T06:00:00+00:00"
    assert rows == [
        (city.sections[0], "1", "Ms. Bell", "categories", "section/Old", city.run, since, 3, 35, 1, 0)
    ]


def test_there_are_examples():
    assert len(EXAMPLES) == 8


@pytest.mark.parametrize("query", EXAMPLES, ids=range(len(EXAMPLES)))
def test_every_example_of_the_document_finds_something(city: Town, query: str):
    with city.store.read() as snapshot:
        assert ask(snapshot, query)


def test_the_example_for_drift_shows_both_values(city: Town):
    (query,) = (one for one in EXAMPLES if "AS pushed" in one)
    with city.store.read() as snapshot:
        rows = ask(snapshot, query)
    assert rows == [
        ("hill-26", "0401", "1", "Homework", '{"name":"Homework","weight":"20"}',
         '{"name":"Homework","weight":"30"}'),
    ]  # fmt: skip


def test_the_document_names_every_table_view_and_column(city: Town):
    for table in METADATA.tables:
        assert f"`{table}`" in DOC
    with city.store.read() as snapshot:
        for view in ("section_item", "course_item", "setup_item", "residual_item", "use"):
            (line,) = (one for one in DOC.splitlines() if one.startswith(f"| `{view}` |"))
            columns = [one["name"] for one in inspect(snapshot._connection).get_columns(view)]
            assert re.findall(r"`(\w+)`", line)[1:] == columns
