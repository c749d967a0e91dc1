"""Native files as people write them: what they may leave out, and every problem told at once."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest

from reconciler.course import Area, Counts, Item, Term, Use, item, setup
from reconciler.district import CalendarIn, Place, SchoolIn
from reconciler.errors import FAILED, NativeBroken
from reconciler.formats.native import read

if TYPE_CHECKING:
    from pathlib import Path


def reads(folder: Path, text: str, suffix: str = ".yaml"):
    path = folder / f"district{suffix}"
    path.write_bytes(text.encode())
    return read(path)


def problems(folder: Path, text: str, suffix: str = ".yaml") -> list[str]:
    with pytest.raises(NativeBroken) as caught:
        reads(folder, text, suffix)
    assert caught.value.exit_code == FAILED
    lines = str(caught.value).splitlines()
    assert lines[0] == f"{folder / f'district{suffix}'} is not a native district file that can be read:"
    return [line.strip().replace(f"{folder}/", "") for line in lines[1:]]


FULL = """
district: Harrison
schools: [{name: North, id: "7"}]
calendars:
  - {name: N 27, school: North, year: 2027, terms: [Q1, {name: Q2, start: "2026-10-19", end: 2026-12-18}]}
courses:
  - calendar: N 27
    number: 0401
    name: Algebra I
    id: c-1
    master: {catalog: High, number: "0401"}
    dormant: Old/0401
    ignore_master_push: true
    mapped: false
    aliases: {categories: {Hausaufgabe: course/Homework}}
    setup:
      course_info: {credits: 1.0, honors: true, max_students: 30}
      categories: [{name: Homework, weight: 20, linked: true}]
    pushed:
      categories: [{name: Homework, weight: 25}]
    sections:
      - {number: "1", teacher: Ito, terms: [2, 1], id: s-1}
      - number: 2
        uses:
          - {category: Homework, term: 1, assignments: 3, scores: 40}
          - {task: Final, posted: 20}
          - {standard: RL.1, term: 2, comments: 1}
          - {area: grading_tasks, key: Quarter, term: 1, posted: 2}
lists:
  High:
    score_groups:
      - {key: Letters, fields: {marks: [A, B, 3], top: 4, name: "4", open: true, note: null}}
"""


def test_a_whole_file(tmp_path: Path):
    found = reads(tmp_path, FULL)
    assert (found.source, found.schools) == ("Harrison", (SchoolIn("North", "7"),))
    terms = (Term("Q1"), Term("Q2", "2026-10-19", "2026-12-18"))
    assert found.calendars == (CalendarIn("N 27", "North", 2027, terms),)
    assert found.read == {"schools": 1, "calendars": 1, "courses": 1, "sections": 2}
    assert found.evidence == frozenset(Counts._fields)
    assert found.course_areas == found.section_areas == frozenset(Area)
    (course,) = found.courses
    assert (course.calendar, course.number, course.name, course.source_id) == (
        "N 27",
        "0401",
        "Algebra I",
        "c-1",
    )
    assert (course.catalog, course.master, course.dormant) == ("High", "0401", "Old/0401")
    assert (course.ignored, course.mapped) == (True, False)
    assert course.place == Place(str(tmp_path / "district.yaml"), 7)
    assert course.aliases == {Area.CATEGORIES: {"Hausaufgabe": "course/Homework"}}
    assert {one.key: one.fields["value"] for one in course.areas[Area.COURSE_INFO]} == {
        "credits": "1",
        "honors": True,
        "max_students": 30,
    }
    assert [(one.key, one.mark) for one in course.areas[Area.CATEGORIES]] == [("Homework", "linked")]
    homework = item(Area.CATEGORIES, "Homework", {"name": "Homework", "weight": "25"})
    assert course.pushed == {Area.CATEGORIES: setup([homework])}
    first, second = course.sections
    assert (first.number, first.teacher, first.terms, first.source_id) == ("1", "Ito", (1, 2), "s-1")
    assert (first.uses, first.areas, first.pushed) == (None, {}, None)
    assert second.uses == {
        Use(Area.CATEGORIES, "Homework", 1): Counts(3, 40),
        Use(Area.GRADING_TASKS, "Final", 0): Counts(posted=20),
        Use(Area.STANDARDS, "RL.1", 2): Counts(comments=1),
        Use(Area.GRADING_TASKS, "Quarter", 1): Counts(posted=2),
    }
    marks = (("marks", ("A", "B", 3)), ("name", "4"), ("note", None), ("open", True), ("top", 4))
    assert found.lists == {"High": {"score_groups": setup([Item("Letters", marks)])}}


def test_what_is_left_out_says_nothing(tmp_path: Path):
    found = reads(tmp_path, "courses: [{calendar: N, number: A, name: Art, sections: [{number: B}]}]")
    (course,) = found.courses
    assert (course.areas, course.ignored, course.mapped, course.pushed) == ({}, None, None, None)
    assert found.source == str(tmp_path / "district.yaml")


def test_in_a_complete_file_what_is_left_out_is_not_there(tmp_path: Path):
    text = "complete: true\ncourses: [{calendar: N, number: A, name: Art, sections: [{number: B}]}]"
    (course,) = reads(tmp_path, text).courses
    assert course.areas == dict.fromkeys(Area, ()) == course.sections[0].areas
    assert (course.ignored, course.mapped) == (False, False)
    assert course.sections[0].uses is None


def test_no_uses_differ_from_uses_that_were_never_read(tmp_path: Path):
    rows = "{number: A, uses: []}, {number: B}, {number: C, uses: null}"
    (course,) = reads(
        tmp_path, f"courses: [{{calendar: N, number: A, name: Art, sections: [{rows}]}}]"
    ).courses
    assert [one.uses for one in course.sections] == [{}, None, None]


def test_a_byte_order_mark_is_no_matter(tmp_path: Path):
    assert reads(tmp_path, "\ufeffdistrict: X").source == "X"
    assert reads(tmp_path, '\ufeff{"district": "X"}', ".json").source == "X"


def test_json_says_the_same_and_equal_items_are_one_object(tmp_path: Path):
    lab = {"name": "Lab", "weight": 12.5, "tasks": ["Final"]}
    sections = [{"number": str(one), "setup": {"categories": [dict(lab)]}} for one in range(2)]
    data = {"courses": [{"calendar": "N", "number": "1", "name": "Art", "sections": sections}]}
    (course,) = reads(tmp_path, json.dumps(data), ".JSON").courses
    first, second = course.sections
    assert first.areas[Area.CATEGORIES] is second.areas[Area.CATEGORIES]
    assert first.areas[Area.CATEGORIES][0].fields["weight"] == "12.5"
    assert first.place == Place(str(tmp_path / "district.JSON"))


def test_true_is_not_taken_for_one(tmp_path: Path):
    text = '{"courses": [{"calendar": "N", "number": "1", "name": "A", "setup": {"categories": [%s]}}]}'
    rows = '{"name": "Lab", "drop_lowest": 1}, {"name": "Lab", "drop_lowest": true}'
    assert problems(tmp_path, text % rows, ".json") == [
        "district.json: courses[0] (1), categories: drop_lowest must be a whole number, not True"
    ]


def art(*sections: object) -> str:
    """A JSON file with one course that has these sections."""
    numbered = [{"number": str(place), **one} for place, one in enumerate(sections)]
    return json.dumps({"courses": [{"calendar": "N", "number": "1", "name": "Art", "sections": numbered}]})


def test_equal_setups_are_one_object(tmp_path: Path):
    lab = {"name": "Lab", "weight": 12.5}
    section = {"setup": {"categories": [lab]}, "pushed": {"categories": [lab], "grading_tasks": []}}
    other = {"setup": {"categories": [lab, {"name": "Quiz"}]}, "pushed": {"categories": [lab]}}
    (course,) = reads(tmp_path, art(section, section, other), ".json").courses
    first, second, third = course.sections
    assert first.areas is second.areas
    assert first.pushed is second.pushed
    assert third.pushed == {Area.CATEGORIES: first.pushed[Area.CATEGORIES]}
    assert third.pushed[Area.CATEGORIES] is first.pushed[Area.CATEGORIES]
    assert third.areas[Area.CATEGORIES][0] is first.areas[Area.CATEGORIES][0]
    assert [one.fields["name"] for one in third.areas[Area.CATEGORIES]] == ["Lab", "Quiz"]


def test_what_is_alike_in_places_of_another_meaning_is_read_for_each(tmp_path: Path):
    names = {"field": "x"}
    area = {"course_info": names, "cross_site": names}
    listed = {"course_info": [{"field": "custom.x"}], "cross_site": [{"field": "custom.x"}]}
    both = {"setup": area, "pushed": {}}
    (course,) = reads(tmp_path, art(both, {"setup": listed}), ".json").courses
    first, second = course.sections
    assert [one.key for one in first.areas[Area.COURSE_INFO]] == ["field"]
    assert [one.key for one in second.areas[Area.CROSS_SITE]] == ["custom.x"]
    row = {"name": "Lab"}
    twice = {"setup": {"categories": [row]}, "pushed": {"categories": [row]}}
    (course,) = reads(tmp_path, art(twice), ".json").courses
    (only,) = course.sections
    assert only.areas[Area.CATEGORIES][0].key is None
    assert only.pushed == {Area.CATEGORIES: setup([item(Area.CATEGORIES, "Lab", {"name": "Lab"})])}


def test_true_in_a_list_is_not_taken_for_one(tmp_path: Path):
    one, true = ({"setup": {"categories": [{"name": "Lab", "terms": [no]}]}} for no in (1, True))
    assert problems(tmp_path, art(one, true, true), ".json") == [
        "district.json: courses[0] (1): sections[1], categories: terms must be a whole number, not True"
    ]


def test_a_broken_setup_or_use_that_many_have_is_told_once(tmp_path: Path):
    wrong = {"pushed": {"categories": [{"name": "Lab", "wait": 1}]}, "uses": [{"term": 1}]}
    where = "district.json: courses[0] (1): sections[0]"
    assert problems(tmp_path, art(wrong, wrong), ".json") == [
        f'{where}, pushed categories: categories has no "wait" (did you mean "weight"?)',
        f"{where}, uses: needs either task or standard",
    ]


def test_equal_uses_of_one_section_still_stand_twice(tmp_path: Path):
    use = {"category": "Lab", "term": 1, "scores": 3}
    assert problems(tmp_path, art({"uses": [use]}, {"uses": [use, use]}), ".json") == [
        'district.json: courses[0] (1): sections[1], uses: "Lab" in term 1 stands twice'
    ]


def test_lists_in_lists_are_no_items(tmp_path: Path):
    nested = {"setup": {"categories": [[{"name": "Lab"}], [{"name": "Lab"}]]}}
    where = "district.json: courses[0] (1): sections[0], categories"
    told = [f"{where}: a table is needed here, not [{{'name': 'Lab'}}]"]
    assert problems(tmp_path, art(nested), ".json") == told


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ('{"a": 1, "a": 2}', 'the key "a" stands twice in one table'),
        ('{"courses": [{"number": "1", "number": "2"}]}', 'the key "number" stands twice in one table'),
        ('{"year": NaN}', "NaN is not a number"),
        ("[1]", "a native file is a table of keys, such as courses"),
        ("{", "Expecting property name enclosed in double quotes: line 1 column 2 (char 1)"),
        ("[" * 100_000, "nested too deeply"),
    ],
)
def test_broken_json_is_refused(tmp_path: Path, text: str, told: str):
    assert problems(tmp_path, text, ".json") == [told]


def test_json_that_is_not_text_or_not_there_is_refused(tmp_path: Path):
    path = tmp_path / "district.json"
    with pytest.raises(NativeBroken, match="No such file"):
        read(path)
    path.write_bytes(b"\xff")
    with pytest.raises(NativeBroken, match="not UTF-8"):
        read(path)


def test_broken_yaml_is_refused_with_its_place(tmp_path: Path):
    found = problems(tmp_path, "district: X\ndistrict: Y\n")
    assert len(found) == 1
    assert found[0].startswith("district.yaml:2:1: error: the key")
    assert len(problems(tmp_path, "courses: [")) == 1


WRONG = """
districts: X
complete: 1
schools: [{id: "1"}, North]
calendars:
  - {name: N, school: North, year: soon, terms: [{start: x, nam: Q}]}
courses:
  - number: ""
    name: Art
    master: {catalog: High}
    setup: {category: [], categories: [{name: Lab, wieght: 1}, 7], grading_tasks: {a: 1}}
    pushed: {categories: [{name: Lab}, {name: Lab}, {weight: 1}]}
    sections:
      - {terms: 1, uses: 3}
      - number: B
        uses: [{task: Final}, {task: Final}, {key: x}, {area: courses, key: x}, {category: L, scores: -1}]
  - 5
lists: {High: {score_group: [], rubrics: [{fields: {}}]}}
"""


def test_every_problem_is_told_with_its_place(tmp_path: Path):
    assert problems(tmp_path, WRONG) == [
        'district.yaml: "districts" is not known here (did you mean "district"?)',
        "district.yaml: complete must be true or false, not '1'",
        "district.yaml:4: name is missing",
        "district.yaml:4: a table is needed here, not 'North'",
        "district.yaml:6: year must be a whole number, not 'soon'",
        'district.yaml:6, term 1: "nam" is not known here (did you mean "name"?)',
        "district.yaml:6, term 1: name is missing",
        "district.yaml:8: number is missing",
        'district.yaml:8, setup: "category" is not known here (did you mean "categories"?)',
        'district.yaml:8, categories: categories has no "wieght" (did you mean "weight"?)',
        "district.yaml:8, categories: a table is needed here, not '7'",
        "district.yaml:8, grading_tasks: a list is needed here, not {'a': '1'}",
        'district.yaml:8, pushed categories: "Lab" stands twice',
        "district.yaml:8, pushed categories: a category needs a name, or a key",
        "district.yaml:8: calendar is missing",
        "district.yaml:14: terms must be a list of term positions, not '1'",
        "district.yaml:14: number is missing",
        "district.yaml:14, uses: a list is needed here, not '3'",
        'district.yaml:15, uses: "Final" in term 0 stands twice',
        "district.yaml:15, uses: needs either task or standard",
        "district.yaml:15, uses: needs an area (categories, grading_tasks or standards) and a key",
        "district.yaml:15, uses: scores must be a whole number, not '-1'",
        "district.yaml:8, master: number is missing",
        "district.yaml:17: a table is needed here, not '5'",
        'district.yaml: lists of High: "score_group" is not known here (did you mean "score_groups"?)',
        "district.yaml: lists of High, rubrics: key is missing",
    ]


def test_the_fiftieth_problem_is_the_last_that_is_shown(tmp_path: Path):
    rows = ", ".join("{}" for _ in range(60))
    found = problems(tmp_path, f"schools: [{rows}]")
    assert len(found) == 51
    assert found[-1] == "and 10 more"
