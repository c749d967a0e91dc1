"""The checks of domain.md 8 that need the state, and who is told before a push from one course (S4)."""

from __future__ import annotations

import json

import pytest

from tests.commands.small_district import BEFORE_SCHOOL, CATALOG, DISTRICT

GROUPS = "score_groups: {Letters: {A: 4, B: 3}, Numbers: {1: 1, 2: 2}}\n"
GRADED = CATALOG.replace("{task: Final, terms: [1, 2]}", "{task: Final, score_group: Letters, terms: [2]}")
FROM_COURSE = ("--source", "courses", "--calendar", "Harrison High 2026-27", "--course", "0401")


@pytest.fixture
def graded(district, reconcile):
    """The district after a push whose task is marked by Letters, in the second term."""
    (district / "catalog.yaml").write_text(GROUPS + GRADED, encoding="utf-8")
    assert reconcile("apply", *BEFORE_SCHOOL, "--to-sections", "--yes").code == 0
    return district


def test_a_score_group_can_not_go_while_a_course_uses_it(graded, reconcile):
    without = GROUPS.replace("Letters: {A: 4, B: 3}, ", "") + GRADED.replace("score_group: Letters, ", "")
    unticked = ("plan", *BEFORE_SCHOOL, "--skip-data", "grading_tasks_standards")
    (graded / "catalog.yaml").write_text(without, encoding="utf-8")
    told = reconcile(*unticked)
    assert told.code == 1
    assert 'no longer has the score group "Letters", but 1 course(s)' in told.err


def test_a_score_group_may_go_when_the_push_moves_its_courses(graded, reconcile):
    other = GROUPS.replace("Letters: {A: 4, B: 3}, ", "") + GRADED.replace("Letters", "Numbers")
    (graded / "catalog.yaml").write_text(other, encoding="utf-8")
    told = reconcile("plan", *BEFORE_SCHOOL)
    assert told.code == 0, told.err
    assert "Letters" in told.out


def test_a_task_that_is_graded_when_the_section_does_not_meet_is_warned_of(district, reconcile):
    meets = json.loads(json.dumps(DISTRICT))
    meets["courses"][0]["sections"][0]["terms"] = [1]
    meets["courses"][0]["sections"][1]["terms"] = [1, 2]
    (district / "district.json").write_text(json.dumps(meets), encoding="utf-8")
    assert reconcile("import", "district.json").code == 0
    assert "terms in which" not in reconcile("plan", *BEFORE_SCHOOL).out
    (district / "catalog.yaml").write_text(CATALOG.replace("terms: [1, 2]", "terms: [2]"), encoding="utf-8")
    told = reconcile("plan", *BEFORE_SCHOOL)
    assert "Final (grading task) is graded only in terms in which 1 section will not meet" in " ".join(
        told.out.split()
    )


def test_a_push_from_one_course_names_sections_and_teachers_and_asks(graded, reconcile):
    catalog = (GROUPS + GRADED).replace("weight: 80", "weight: 70").replace("weight: 20", "weight: 30")
    (graded / "catalog.yaml").write_text(catalog, encoding="utf-8")
    assert reconcile("apply", *BEFORE_SCHOOL, "--yes").code == 0
    told = reconcile("plan", *FROM_COURSE)
    assert "0401@Harrison High 2026-27/1 (Ada)" in told.out
    assert "0401@Harrison High 2026-27/2 (Ben)" in told.out
    assert reconcile("apply", *FROM_COURSE).code == 4
    assert reconcile("apply", *FROM_COURSE, "--yes").code == 0
