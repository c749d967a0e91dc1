"""Relinking chosen courses: what was changed below is put back, what is their own stays (domain.md 7)."""

from __future__ import annotations

from pathlib import Path

import pytest

from reconciler.course import Area, Part, setup
from reconciler.stores import open_store
from tests.commands.small_district import BEFORE_SCHOOL, CATALOG
from tests.small import category

PUSH = ("--to-sections", *BEFORE_SCHOOL)
COURSE = "0401@Harrison High 2026-27"


@pytest.fixture
def desynced(district, reconcile):
    """The course was pushed to; then somebody changed a linked category and a task, and added one."""
    assert reconcile("apply", *PUSH, "--yes").code == 0
    edit(weight="99", add="Extra")
    return district


def edit(*, weight: str = "", add: str = "", ignored: bool | None = None) -> None:
    store = open_store("reconcile.db")
    with store.write() as tx:
        (course,) = tx.course_records()
        held = tx.holdings([course.holding_id])[course.holding_id]
        linked = held.get(Area.CATEGORIES, Part.LINKED)
        tasks = held.get(Area.GRADING_TASKS, Part.LINKED)
        own = held.get(Area.CATEGORIES, Part.OWN)
        if weight:
            linked = setup(one.with_fields(weight=weight) if one.key == "Tests" else one for one in linked)
            tasks = setup(one.with_fields(terms=(1,)) for one in tasks)
        if add:
            own = setup([*own, category(add, 5, key=f"course/{add}")])
        after = held.put(
            {
                (Area.CATEGORIES, Part.LINKED): linked,
                (Area.CATEGORIES, Part.OWN): own,
                (Area.GRADING_TASKS, Part.LINKED): tasks,
            }
        )
        flag = course.ignored if ignored is None else ignored
        tx.put_courses([course._replace(holding_id=tx.keep_holdings([after])[after], ignored=flag)])
    store.close()


def course_items() -> dict[str, object]:
    store = open_store("reconcile.db")
    with store.read() as snapshot:
        (course,) = snapshot.course_records()
        held = snapshot.holdings([course.holding_id])[course.holding_id]
    store.close()
    found = {one.key: one.get("weight") for one in held.here(Area.CATEGORIES)}
    return found | {one.key: one.get("terms") for one in held.here(Area.GRADING_TASKS)}


def test_a_desynced_course_is_refused_by_a_push_and_repaired_by_a_relink(desynced, reconcile):
    told = reconcile("plan", *PUSH)
    assert "1 course refused, desynced" in told.out
    assert f'reconcile relink "{COURSE}" --to-sections' in " ".join(told.out.split())
    told = reconcile("relink", COURSE, "--to-sections", "--yes", *BEFORE_SCHOOL)
    assert told.code == 0, told.err
    assert "Plan: Relink to course masters" in told.out
    assert course_items() == {"Homework": "20", "Tests": "80", "course/Extra": "5", "Final": (1, 2)}
    assert reconcile("plan", *PUSH, "--detailed-exitcode").code == 0
    rows = reconcile("history", "--format", "json").json["rows"]
    assert rows[0]["kind"] == "relink"


def test_only_the_chosen_areas_are_relinked(desynced, reconcile):
    told = reconcile("relink", COURSE, "--skip-area", "categories", "--yes", *BEFORE_SCHOOL)
    assert told.code == 0, told.err
    assert course_items()["Tests"] == "99"
    assert course_items()["Final"] == (1, 2)
    assert reconcile("relink", "0401", "--area", "categories", "--yes", *BEFORE_SCHOOL).code == 0
    assert course_items()["Tests"] == "80"


def test_a_relink_is_saved_and_done_by_apply(desynced, reconcile):
    assert reconcile("relink", COURSE, "--out", "relink.json", *BEFORE_SCHOOL).code == 0
    assert course_items()["Tests"] == "99"
    assert reconcile("apply", "relink.json", "--yes").code == 0
    assert course_items()["Tests"] == "80"
    assert reconcile("undo", "4", "--yes", *BEFORE_SCHOOL).code == 0
    assert course_items()["Tests"] == "99"


def test_an_editable_edit_is_put_back_too(district, reconcile):
    Path("catalog.yaml").write_text(
        CATALOG.replace("categories: locked", "categories: editable"), encoding="utf-8"
    )
    assert reconcile("apply", *PUSH, "--yes").code == 0
    edit(weight="99")
    assert reconcile("apply", *PUSH, "--yes").code == 0
    assert course_items()["Tests"] == "99"
    assert reconcile("relink", "0401", "--area", "categories", "--yes", *BEFORE_SCHOOL).code == 0
    assert course_items()["Tests"] == "80"


@pytest.mark.parametrize(
    ("change", "why", "how"),
    [
        ("flag", "it is marked Ignore Master Push (P2)", "Clear the mark first."),
        ("ignored_courses: [{course: '0401@*', reason: own}]", "the catalog ignores it", "ignored_courses:"),
        ("exempt_calendars: [{calendar: 'Harr*', reason: summer}]", "its calendar is exempt", "exempt"),
        ("school_years: [2028]", "is not for Harrison High in 2027", "school_years:"),
        ("catalog: Middle School", 'its catalog "High School" is not here', "--catalog"),
        ('number: "0402"', 'the catalog has no master "0401"', "link the course anew"),
    ],
)
def test_a_course_that_no_push_reaches_is_not_relinked(desynced, reconcile, change, why, how):
    if change == "flag":
        edit(ignored=True)
    else:
        key = change.partition(":")[0]
        lines = CATALOG.splitlines()
        kept = [line for line in lines if not line.lstrip(" -").startswith(f"{key}:")]
        if key == "number":
            kept = [line.replace('number: "0401"', change) for line in lines]
            change = ""
        Path("catalog.yaml").write_text("\n".join([change, *kept]) + "\n", encoding="utf-8")
    told = reconcile("relink", COURSE, "--yes", *BEFORE_SCHOOL)
    assert told.code == 4
    assert why in told.err
    assert how in told.err
    assert course_items()["Tests"] == "99"


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (["0410"], 'there is no course "0410" (did you mean "0401"?)'),
        (["0401", "--area", "category"], 'no area "category" (did you mean "categories"?)'),
        (["0401", "--area", "categories", "--skip-area", "standards"], "can't be asked for together"),
        (["0401/1"], "there is no course"),
        (["0401@Harrison High 2026-27/1"], "a course is meant"),
    ],
)
def test_what_is_asked_wrongly_says_so(desynced, reconcile, words, message):
    told = reconcile("relink", *words, "--yes")
    assert told.code == 64
    assert message in told.err


def test_an_unlinked_course_has_nothing_to_be_put_back_to(desynced, reconcile):
    assert reconcile("unlink", "--all").code == 0
    told = reconcile("relink", "0401", "--yes")
    assert told.code == 4
    assert "it follows no master" in told.err
