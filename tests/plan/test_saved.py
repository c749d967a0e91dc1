"""A plan on disk: it comes back as it was, and a file that is not such a plan is refused in its own words."""

from __future__ import annotations

import json
import os
from dataclasses import replace
from typing import TYPE_CHECKING

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from jsonschema import Draft202012Validator

from reconciler import schemas
from reconciler.course import Area, Counts, DataType, ListKind, Lock, Rename, digest, item, setup
from reconciler.errors import (
    STALE,
    PlanBroken,
    PlanForeign,
    PlanNewer,
    PlanTampered,
    ReconcilerError,
)
from reconciler.errors.plans import PlanOlder
from reconciler.keep.table import Hop
from reconciler.plan import saved
from reconciler.plan.outcome import loud
from tests.small import (
    Small,
    catalog,
    category,
    cell,
    document,
    from_courses,
    held,
    info,
    listed,
    locked,
    master,
    row_key,
    scope,
    task,
    write_down,
)

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from reconciler.keep.effect import Verdict
    from reconciler.plan.model import Plan
    from reconciler.plan.saved import Json, SavedPlan

OLD = listed(
    categories=[category("Homework", "20.5"), category("Exam", 80)],
    grading_tasks=[task("Final", terms=[1, 2])],
)
ROW = item(Area.COMPOSITE_GRADES, row_key("Final", "Quarter"), {})
RICH = master(
    "0402",
    was="0401",
    categories=[category("Übung", 25, tasks=["Final"]), category("Quiz", 75)],
    grading_tasks=[task("Final", terms=[2], score_group="A-F"), task("Quarter")],
    grade_calc_options=[cell("Final", 1, weight_categories=True, limit_to_last=3)],
    composite_grades=[ROW],
    composite_weights=[item(Area.COMPOSITE_WEIGHTS, ROW.key, {"weight": 100})],
    course_info=info(honors=True),
    renames=[Rename(Area.CATEGORIES, "Homework", "Übung")],
)
LISTS = {ListKind.SCORE_GROUPS: setup([item(Area.GRADING_TASKS, "A-F", {})])}
LOCKS = locked(
    *(set(Area) - {Area.COMPOSITE_WEIGHTS, Area.COURSE_INFO, Area.CROSS_SITE}), honors=Lock.EDITABLE
)


def rich_plan(small: Small, **other: object) -> Plan:
    """A plan with residuals, refusals, skipped courses, renames, held fields, drift and lists."""
    course = small.course("0401", held(linked=OLD))
    below = {Area.CATEGORIES: OLD[Area.CATEGORIES]}
    first = small.section(course, held(linked=below))
    drifted = setup([category("Homework", 1), category("Exam", 80)])
    small.section(course, held(linked={Area.CATEGORIES: drifted}, pushed=below), number="2")
    for area, key in ((Area.CATEGORIES, "Exam"), (Area.GRADING_TASKS, "Final")):
        small.grade(first, area, key, 1, Counts(1, 2, 3, 4))
    small.course("0401", held(linked={Area.CATEGORIES: drifted}, pushed=below))
    small.course("0401", ignored=True)
    made = catalog(RICH, lists=LISTS, locks=LOCKS)
    return small.plan(made, by=scope(**other))


@pytest.fixture
def plan(small: Small) -> Plan:
    """A rich plan."""
    return rich_plan(small)


@pytest.fixture
def file(plan: Plan, tmp_path: Path) -> Path:
    """The same on disk."""
    path = tmp_path / "plan.json"
    path.write_text(json.dumps(document(plan, {"lines": []})), encoding="utf-8")
    return path


def changed(file: Path, change: Callable[[Json], object], *, sealed: bool = False) -> Path:
    """The file with something changed in it; `sealed`: under a digest that fits."""
    told = json.loads(file.read_text(encoding="utf-8"))
    change(told)
    if sealed:
        told["digest"] = digest(saved.canonical(told["body"]))
    file.write_text(json.dumps(told), encoding="utf-8")
    return file


def refusal(file: Path, kind: type[ReconcilerError], *words: str) -> ReconcilerError:
    """The error of reading this file: of this very kind, exit code 5, with a remedy that names a way out."""
    with pytest.raises(ReconcilerError) as caught:
        saved.load(file)
    assert type(caught.value) is kind
    assert caught.value.exit_code == STALE
    assert str(file) in str(caught.value)
    assert caught.value.way_out
    for word in words:
        assert word in str(caught.value)
    return caught.value


def test_a_plan_comes_back_from_its_file_as_it_was(plan: Plan, file: Path) -> None:
    assert saved.load(file) == write_down(plan, {"lines": []})


def decided(told: SavedPlan) -> dict[tuple[Hop, int], tuple[str, tuple[Verdict, ...]]]:
    """What a saved plan decides of every host; none is in two cohorts."""
    found = [
        ((one.hop, member), (one.refused, one.verdicts)) for one in told.cohorts for member in one.members
    ]
    assert len(found) == len(dict(found))
    return dict(found)


def test_what_comes_back_is_what_was_planned(plan: Plan, file: Path) -> None:
    told = saved.load(file)
    assert told.scope == plan.scope
    assert told.wants == plan.wants
    assert told.lists == plan.lists
    assert (told.store, told.catalog, told.catalogs) == (plan.store, plan.catalog, plan.catalogs)
    assert decided(told) == {
        (one.hop, member): (one.outcome.refused, loud(one.outcome.verdicts))
        for one in plan.cohorts
        for member in one.members
    }
    assert {one.hop for one in told.cohorts} == set(Hop)
    assert any(one.refused for one in told.cohorts)
    said = {
        flag for one in told.cohorts for v in one.verdicts for flag in ("held", "drift") if getattr(v, flag)
    }
    assert said == {"held", "drift"}
    assert told.courses == {1, 2}
    assert told.wishes == {1: 0, 2: 0}


def test_a_document_keeps_to_the_schema(plan: Plan, file: Path) -> None:
    schema = schemas.load("plan")
    Draft202012Validator.check_schema(schema)
    assert not list(Draft202012Validator(schema).iter_errors(json.loads(file.read_text(encoding="utf-8"))))
    assert document(plan)["body"]["skipped"] == {"ignored": "3"}


@pytest.mark.parametrize(
    "other", [{"overwrite": True}, {"to_sections": False}, {"data": frozenset({DataType.CATEGORIES})}]
)
def test_plans_of_other_pushes_keep_to_the_schema_too(small: Small, tmp_path: Path, other: dict) -> None:
    made = rich_plan(small, **other)
    path = tmp_path / "plan.json"
    path.write_text(json.dumps(document(made)), encoding="utf-8")
    assert saved.load(path) == write_down(made)
    assert saved.load(path).scope == made.scope


def test_a_plan_of_a_push_from_courses_comes_back(small: Small, tmp_path: Path) -> None:
    course = small.course("0401", held(own=OLD))
    small.section(course)
    made = small.plan(by=from_courses())
    path = tmp_path / "plan.json"
    path.write_text(json.dumps(document(made)), encoding="utf-8")
    told = saved.load(path)
    assert told == write_down(made)
    assert told.wishes == {course: -1}
    assert told.courses == {course}


def test_an_empty_plan_comes_back(small: Small, tmp_path: Path) -> None:
    path = tmp_path / "plan.json"
    path.write_text(json.dumps(document(small.plan(catalog()))), encoding="utf-8")
    assert saved.load(path).cohorts == ()


def test_setups_items_and_verdicts_stand_once(small: Small) -> None:
    for _ in range(3):
        course = small.course("0401", held(linked=OLD))
        small.section(course, held(linked={Area.CATEGORIES: OLD[Area.CATEGORIES]}))
    body = document(small.plan(catalog(RICH)))["body"]
    for name in ("setups", "items", "verdicts", "kinds", "rulings"):
        texts = [json.dumps(one, sort_keys=True) for one in body[name]]
        assert texts
        assert len(texts) == len(set(texts))
    assert [one["members"] for one in body["cohorts"]] == ["1,1*2", "1,1*2"]


def test_the_digest_says_nothing_of_when_and_by_whom(plan: Plan) -> None:
    one = saved.document(plan, {}, made="2026-08-01T06:00:00+00:00", by="ada", tool="a")
    other = saved.document(plan, {}, made="2026-09-01T06:00:00+00:00", by="bob", tool="b")
    assert one["digest"] == other["digest"]
    assert saved.document(plan, {"x": 1}, made="", by="", tool="")["digest"] != one["digest"]


def test_the_text_of_a_file_is_the_document(plan: Plan, tmp_path: Path) -> None:
    told = saved.text(plan, {"lines": []}, made="2026-08-01T06:00:00+00:00", by='a "body":{} b', tool="test")
    path = tmp_path / "plan.json"
    path.write_text(told, encoding="utf-8")
    assert saved.canonical(json.loads(told)["body"]) == saved.canonical(document(plan, {"lines": []})["body"])
    assert replace(saved.load(path), by="ada") == write_down(plan, {"lines": []})


@pytest.mark.parametrize("layout", [{"indent": 2}, {"sort_keys": True}, {"ensure_ascii": True}])
def test_a_plan_that_was_laid_out_anew_is_the_same_plan(file: Path, layout: dict) -> None:
    before, told = saved.load(file), json.loads(file.read_text(encoding="utf-8"))
    file.write_text(json.dumps(told, **layout), encoding="utf-8")
    assert saved.load(file) == before


@settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.data())
def test_no_sign_of_a_body_changes_unnoticed(plan: Plan, tmp_path: Path, data: st.DataObject) -> None:
    told = saved.text(plan, {"lines": []}, made="m", by="b", tool="t")
    place = data.draw(st.integers(told.index(saved.BODY) + len(saved.BODY), len(told) - 4))
    other = data.draw(st.characters(exclude_characters=told[place], exclude_categories=["Cs"]))
    path = tmp_path / "plan.json"
    path.write_text(told[:place] + other + told[place + 1 :], encoding="utf-8", newline="")
    with pytest.raises((PlanTampered, PlanBroken, PlanForeign)):
        saved.load(path)


def test_a_second_body_does_not_count(plan: Plan, tmp_path: Path) -> None:
    told = saved.text(plan, {}, made="m", by="b", tool="t")
    twice = told.replace(saved.BODY, f'{saved.BODY}{{"store":"other"}},{saved.BODY}')
    path = tmp_path / "plan.json"
    path.write_text(twice, encoding="utf-8")
    assert saved.load(path).store == plan.store
    path.write_text(told.rstrip()[:-1] + f',{saved.BODY}{{"store":"other"}}}}', encoding="utf-8")
    refusal(path, PlanTampered)


# --- files that are no such plan ------------------------------------------------------------------------


def test_a_body_that_was_edited(file: Path) -> None:
    error = refusal(changed(file, lambda told: told["body"].update(store="another")), PlanTampered, "digest")
    assert "plan again" in error.way_out


def test_a_digest_that_was_edited(file: Path) -> None:
    refusal(changed(file, lambda told: told.update(digest="0" * 64)), PlanTampered)


def test_members_that_would_fill_the_memory_are_not_even_counted(file: Path) -> None:
    """A step many times over is read only where the digest says that we wrote it."""

    def many(told: Json) -> None:
        told["body"]["cohorts"][0]["members"] = "1,1*999999999999"

    refusal(changed(file, many), PlanTampered)


@pytest.mark.parametrize("part", [0.1, 0.5, 0.99])
def test_a_file_that_breaks_off(file: Path, part: float) -> None:
    text = file.read_text(encoding="utf-8")
    file.write_text(text[: int(len(text) * part)], encoding="utf-8")
    error = refusal(file, PlanBroken, "line 1, column ")
    assert "Copy it again" in error.way_out


def test_an_empty_file(file: Path) -> None:
    file.write_text("", encoding="utf-8")
    refusal(file, PlanBroken, "line 1, column 1")


def test_a_file_of_a_newer_version(file: Path) -> None:
    error = refusal(changed(file, lambda told: told.update(format=saved.FORMAT + 1)), PlanNewer)
    assert "Update" in error.way_out


def test_a_file_of_an_older_version(file: Path) -> None:
    error = refusal(changed(file, lambda told: told.update(format=1)), PlanOlder, "older version")
    assert "Plan again" in error.way_out


@pytest.mark.parametrize(
    "text", ["[]", "{}", "null", '"plan"', "7", '{"$schema": "https://json-schema.org"}']
)
def test_json_that_is_no_plan(file: Path, text: str) -> None:
    file.write_text(text, encoding="utf-8")
    refusal(file, PlanForeign, "does not say that it is a plan")


def test_a_file_that_is_no_text(file: Path) -> None:
    file.write_bytes(b"\xff\xfe\x00SQLite")
    refusal(file, PlanForeign, "UTF-8")


@pytest.mark.parametrize("text", ["not json", "lists:\n  - yaml\n", '{"$schema": NAN}'])
def test_a_file_that_is_no_json(file: Path, text: str) -> None:
    file.write_text(text, encoding="utf-8")
    refusal(file, PlanBroken)


def test_a_file_that_is_not_there(tmp_path: Path) -> None:
    error = refusal(tmp_path / "none.json", PlanForeign, "No such file")
    assert "plan --out" in error.way_out


def test_a_folder(tmp_path: Path) -> None:
    refusal(tmp_path, PlanForeign, "directory")


@pytest.mark.skipif(os.geteuid() == 0, reason="root may read everything")
def test_a_file_that_may_not_be_read(file: Path) -> None:
    file.chmod(0)
    refusal(file, PlanForeign, "Permission denied")


@pytest.mark.parametrize(
    "text", ["[" * 100_000, '{"format": ' + "1" * 5_000 + "}"], ids=["nested", "a long number"]
)
def test_json_that_no_reader_can_take(file: Path, text: str) -> None:
    file.write_text(text, encoding="utf-8")
    refusal(file, PlanForeign, "no plan has")


def test_text_that_no_writer_could_have_written(file: Path) -> None:
    refusal(changed(file, lambda told: told["body"].update(store="\ud800")), PlanTampered)


@pytest.mark.parametrize(
    ("change", "place"),
    [
        (lambda told: told["body"].pop("cohorts"), "body"),
        (lambda told: told["body"]["scope"].update(wishes=1), "body/scope"),
        (lambda told: told["body"]["cohorts"][0].update(members="1,-3"), "body/cohorts/0/members"),
        (lambda told: told["body"]["cohorts"][0].update(hop="school"), "body/cohorts/0/hop"),
        (lambda told: told.pop("made"), "the top"),
        (lambda told: told.update(format="1"), "format"),
        (lambda told: told.update(format=0), "format"),
    ],
)
def test_a_plan_of_another_form_says_where(file: Path, change: Callable[[Json], object], place: str) -> None:
    refusal(changed(file, change, sealed=True), PlanForeign, f"at {place}")


@pytest.mark.parametrize(
    "change",
    [
        lambda told: told["body"]["cohorts"][0].update(verdicts=[999]),
        lambda told: told["body"]["verdicts"][0].__setitem__(2, 999),
        lambda told: told["body"]["verdicts"][0].__setitem__(0, 999),
        lambda told: told["body"]["rulings"][0].update(action="explode"),
        lambda told: told["body"]["wants"][0].__setitem__(0, 999),
        lambda told: told["body"]["wants"][0][2].append(0),
        lambda told: told["body"]["wants"][0].__setitem__(2, [0, 999]),
        lambda told: told["body"]["setups"][0].append(999),
        lambda told: told["body"].update(wishes="0"),
        lambda told: told["body"]["cohorts"][0].update(members="1,1*999999999999"),
        lambda told: told["body"]["scope"].update(data=["magic"]),
    ],
)
def test_a_plan_that_refers_to_nothing_contradicts_itself(
    file: Path, change: Callable[[Json], object]
) -> None:
    refusal(changed(file, change, sealed=True), PlanForeign, "contradicts itself")


def test_a_body_that_is_missing(file: Path) -> None:
    refusal(changed(file, lambda told: told.pop("body")), PlanTampered)
