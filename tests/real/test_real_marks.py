"""Marks in two batches: what a student got between plan and apply protects its setup (trap 7)."""

from __future__ import annotations

import csv
import json
from collections import Counter, defaultdict
from pathlib import Path

import pytest

from tests.real.working import District, lines

CALENDAR = "Contoso High 2020-21"
PUSH = ("--mode", "overwrite", "--calendar", "all", "--to-sections", "--as-of", "2020-07-01")
NEW = {("sec79", 9), ("sec80", 9), ("sec81", 9)}
"""Sections (and terms) in which the second batch has a student more; in sec4 it has one less."""
Marks = dict[tuple[str, str], int]


def marks(data: Path, batch: int) -> Marks:
    """(section, student) -> term, of one batch, in the two terms in which the batches differ."""
    path = data / f"oea/sis/batch{batch}_studentsectionmark.csv"
    with path.open(encoding="utf-8-sig", newline="") as stream:
        rows = list(csv.DictReader(stream))
    found = {(one["section_id"], one["student_id"]): int(one["term_id"].removeprefix("term")) for one in rows}
    return {place: term for place, term in found.items() if term in {1, 9}}


def places(*batches: Marks) -> dict[tuple[str, str], str]:
    """(section, student) -> the number of the tutorial in which we let that student be alone: `sec4-07`."""
    students = defaultdict(set)
    for section, student in {pair for batch in batches for pair in batch}:
        students[section].add(student)
    return {
        (section, student): f"{section}-{number:02}"
        for section, found in students.items()
        for number, student in enumerate(sorted(found), 1)
    }


def native(numbers: dict[tuple[str, str], str], batch: Marks) -> str:
    """A tutorial for each student of a section, with a task and a category of the teacher's own."""
    courses = []
    for (section, student), number in sorted(numbers.items()):
        term = batch.get((section, student))
        uses = [
            {"area": "grading_tasks", "key": "Final", "term": term, "posted": 1},
            {"area": "categories", "key": "section/Marks", "term": term, "assignments": 1, "scores": 1},
        ]
        courses.append({
            "calendar": CALENDAR, "number": number, "name": section,
            "setup": {"grading_tasks": [{"task": "Final"}]},
            "sections": [
                {"number": "1", "setup": {"categories": [{"name": "Marks", "weight": "100"}]},
                 "uses": uses if term else []}
            ],
        })  # fmt: skip
    months = [f"2020-{month:02}" for month in range(8, 13)] + [f"2021-{month:02}" for month in range(1, 6)]
    terms = [{"name": one, "start": f"{one}-01", "end": f"{one}-28"} for one in months]
    calendar = {"name": CALENDAR, "school": "Contoso High", "year": 2021, "terms": terms}
    return json.dumps({
        "district": "Contoso", "schools": [{"name": "Contoso High"}], "calendars": [calendar],
        "courses": courses,
    })  # fmt: skip


@pytest.fixture
def batches(data: Path) -> tuple[Marks, Marks]:
    return marks(data, 1), marks(data, 2)


@pytest.fixture
def numbers(batches: tuple[Marks, Marks]) -> dict[tuple[str, str], str]:
    return places(*batches)


@pytest.fixture
def tutorials(
    district: District, batches: tuple[Marks, Marks], numbers: dict[tuple[str, str], str]
) -> District:
    """The first batch, linked (by a file) to a master that wants no task and no category."""
    for number, batch in enumerate(batches, 1):
        (district.folder / f"batch{number}.json").write_text(native(numbers, batch), encoding="utf-8")
    district.catalog({
        "catalog": "Contoso", "school_years": [2021], "schools": "all",
        "locks": {"grading_tasks": "locked", "categories": "locked"},
        "masters": [{"number": "TUTORIAL", "name": "Tutorial", "grading_tasks": [], "categories": []}],
    })  # fmt: skip
    with (district.folder / "links.csv").open("w", encoding="utf-8", newline="") as stream:
        writer = csv.writer(stream)
        writer.writerow(["calendar", "number", "master"])
        writer.writerows([CALENDAR, number, "TUTORIAL"] for number in numbers.values())
    district.done("import", "batch1.json")
    assert f"Linked {len(numbers)} courses" in district.done("link", "--csv", "links.csv").out
    return district


def here(district: District, numbers: dict[tuple[str, str], str]) -> Counter[tuple[str, str]]:
    """The (section, student) whose tutorial still has its category, and whose course has its task."""
    query = (
        "SELECT i.course_number FROM section_item i JOIN course_item c ON c.course_id = i.course_id"
        " WHERE i.name = 'Marks' AND i.part <> 'pushed' AND c.key = 'Final' AND c.part <> 'pushed'"
    )
    by_number = {number: place for place, number in numbers.items()}
    return Counter(by_number[number] for (number,) in district.rows(query))


def test_the_plan_keeps_what_the_first_batch_uses_and_removes_the_rest(tutorials, batches, numbers):
    first, second = batches
    told = tutorials.plan(*PUSH)
    assert {
        (one["area"], one["sections"], one["posted"], one["scores"]) for one in told.summary["residuals"]
    } == {
        ("grading_tasks", len(first), len(first), 0),
        ("categories", len(first), 0, len(first)),
    }
    (deleted,) = lines(told, hop="section", action="delete")
    assert (deleted["label"], deleted["hosts"]) == ("Marks", len(second.keys() - first.keys()))


def test_a_mark_that_comes_between_plan_and_apply_keeps_its_setup_and_is_reported(
    tutorials, batches, numbers
):
    first, second = batches
    late = second.keys() - first.keys()
    assert {(section, second[section, student]) for section, student in late} == NEW
    tutorials.plan(*PUSH)
    grown = native(numbers, second | first)
    (tutorials.folder / "grown.json").write_text(grown, encoding="utf-8")
    tutorials.done("import", "grown.json")
    before = tutorials.evidence()
    told = tutorials.done("apply", "plan.json", "--yes", "--format", "json").json
    assert told["status"] == "done"
    assert {(one["code"], one["address"], one["message"]) for one in told["notes"]} == {
        ("now_used", f"{numbers[one]}@{CALENDAR}{host}", item)
        for one in late
        for host, item in (("", "grading_tasks/Final"), ("/1", "categories/section/Marks"))
    }
    assert here(tutorials, numbers).keys() == {**first, **second}.keys()
    assert (tutorials.evidence(), tutorials.astray()) == (before, [])
    again = tutorials.plan(*PUSH)
    assert (again.code, again.summary["changes"]) == (3, [])


def test_what_the_plan_keeps_stays_though_its_mark_went(tutorials, batches, numbers):
    """The second batch lacks a mark of sec4: the plan keeps its setup all the same, the next one lets it go."""
    first, second = batches
    (lost,) = first.keys() - second.keys()
    assert lost[0] == "sec4"
    tutorials.plan(*PUSH)
    tutorials.done("import", "batch2.json")
    before = tutorials.evidence()
    tutorials.done("apply", "plan.json", "--yes")
    assert here(tutorials, numbers).keys() == {**first, **second}.keys()
    tutorials.push(*PUSH)
    assert here(tutorials, numbers).keys() == second.keys()
    assert (tutorials.evidence(), tutorials.astray()) == (before, [])


def test_with_the_same_batch_the_plan_is_done_as_it_was_shown(tutorials, batches, numbers):
    first, _ = batches
    tutorials.plan(*PUSH)
    tutorials.done("import", "batch1.json")
    told = tutorials.done("apply", "plan.json", "--yes", "--format", "json").json
    assert told["notes"] == []
    assert here(tutorials, numbers).keys() == first.keys()
    again = tutorials.plan(*PUSH)
    assert (again.code, again.summary["changes"]) == (3, [])
