"""Reasons, told as people meet them: each kind of residual and each relinking in a real store."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from reconciler.course import EMPTY, Area, Rename, setup
from reconciler.reports.text import render
from tests.reports.harrison import (
    HARRISON,
    ROOSEVELT,
    District,
    SectionOf,
    catalog,
    categories,
    cells,
    composites,
    found,
    holding,
    info,
    kept,
    locked,
    master,
    one_line,
    own,
    said,
    tasks,
    unused,
    use,
)

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path


@pytest.fixture
def district(tmp_path: Path) -> Iterator[District]:
    made = found(tmp_path)
    yield made
    made.store.close()


ONLY_CATEGORIES = locked(Area.CATEGORIES)


def test_residuals_of_one_name_at_two_schools_are_one_line(district: District) -> None:
    both = categories(Homework=20, Quiz=10)
    for number, calendar in (("0401", HARRISON), ("0402", ROOSEVELT)):
        district.add(
            number, holding(both), SectionOf(holding(both), use("Quiz", assignments=3)), calendar=calendar
        )
    wanted = categories(Homework=20)
    known = catalog(master("0401", wanted), master("0402", wanted), locks=ONLY_CATEGORIES)
    (one,) = district.told(known).residuals
    assert (one.sections, one.courses, one.schools, one.assignments) == (2, 2, 2, 6)


def test_new_residuals_stand_before_those_from_before(district: District) -> None:
    both = categories(Homework=20, Quiz=10)
    left = kept(categories(Alpha=1))
    here = holding(both, made=left)
    district.add("0401", here, SectionOf(here, use("Quiz", scores=1) | use("Alpha", scores=2)))
    known = catalog(master("0401", categories(Homework=20)), locks=ONLY_CATEGORIES)
    told = district.told(known).residuals
    assert [(one.label, one.new, one.scores) for one in told] == [("Quiz", True, 1), ("Alpha", False, 2)]


def test_a_teachers_used_category_is_residual_in_an_overwrite(district: District) -> None:
    """Row 12, then C1: it keeps its evidence under the name it has now."""
    district.add(
        "0401",
        holding(categories(Homework=20)),
        SectionOf(holding(made=own("Homework", weight=5)), use("section/Homework", scores=8)),
    )
    known = catalog(master("0401", categories(Homework=20)), locks=ONLY_CATEGORIES)
    told = district.told(known, overwrite=True)
    (one,) = told.residuals
    assert (one.label, one.scores, one.sections, one.new) == ("Homework (1)", 8, 1, True)
    assert one_line(told.changes, action="rename").label == "Homework"


def test_a_renamed_category_is_found_under_its_old_uses(district: District) -> None:
    """P12: the store still has the uses under the old key while the plan is made."""
    was = categories(Homework=20)
    district.add("0401", holding(was), SectionOf(holding(was), use("Homework", scores=8)))
    new = master(
        "0401",
        categories(Practice=20),
        renames=(Rename(Area.CATEGORIES, "Homework", "Practice"),),
    )
    told = district.told(catalog(new, locks=ONLY_CATEGORIES))
    assert told.residuals == ()
    assert not [one for one in told.changes if one.action in ("create", "delete")]
    name = one_line(told.changes, field="name", hop="section")
    assert said(name) == ({"Homework": 1}, {"Practice": 1})
    assert name.flags == ("grade_affecting",)


def test_a_reference_that_goes_is_told_at_its_category(district: District) -> None:
    """R7: the category stays, and loses the task."""
    made = own("Lab", "course", weight=1, tasks=["Final", "Quarter"])
    district.add("0401", holding(tasks(Final={}, Quarter={}), made=made))
    known = catalog(
        master("0401", tasks(Quarter={}), categories()), locks=locked(Area.GRADING_TASKS, Area.CATEGORIES)
    )
    told = district.told(known).changes
    line = one_line(told, reason="reference_gone")
    assert (line.action, line.label, line.field) == ("update", "Lab", "tasks")
    assert said(line) == ({"Final, Quarter": 1}, {"Quarter": 1})
    assert one_line(told, action="delete").label == "Final"


def test_an_own_cell_goes_with_its_task(district: District) -> None:
    district.add("0401", holding(tasks(Final={}), made=cells(Final="in_progress")))
    empty = {Area.GRADE_CALC_OPTIONS: EMPTY}
    known = catalog(master("0401", tasks(), empty), locks=locked(Area.GRADING_TASKS, Area.GRADE_CALC_OPTIONS))
    told = district.told(known).changes
    assert [(one.area, one.action, one.reason) for one in told] == [
        ("grading_tasks", "delete", "deleted"),
        ("grade_calc_options", "delete", "reference_gone"),
    ]


def test_a_task_that_differs_is_linked_again_by_an_overwrite(district: District) -> None:
    """Row 10: same row, same grades, the master's attributes; what grades need stays."""
    district.add(
        "0401",
        holding(made=tasks(Final={"credit": 1, "score_group": "Letters"})),
        SectionOf(holding(), use("Final", 1, Area.GRADING_TASKS, posted=4)),
    )
    known = catalog(
        master("0401", tasks(Final={"credit": 2, "score_group": "Points"})), locks=locked(Area.GRADING_TASKS)
    )
    told = district.told(known, overwrite=True)
    (line,) = told.changes
    assert (line.action, line.reason, line.field, said(line)) == (
        "relink", "relinked", "credit", ({"1": 1}, {"2": 1}),
    )  # fmt: skip
    (stay,) = told.stays
    assert (stay.reason, stay.field, said(stay)) == ("used", "score_group", ({"Letters": 1}, {"Points": 1}))


def test_a_relinked_task_whose_only_difference_is_held_is_still_told(district: District) -> None:
    district.add(
        "0401",
        holding(made=kept(tasks(Final={"score_group": "Letters"}))),
        SectionOf(holding(), use("Final", 1, Area.GRADING_TASKS, posted=4)),
    )
    known = catalog(master("0401", tasks(Final={"score_group": "Points"})), locks=locked(Area.GRADING_TASKS))
    told = district.told(known)
    (line,) = told.changes
    assert (line.action, line.reason, line.field) == ("relink", "relinked", "")
    assert [(one.reason, one.field) for one in told.stays] == [("used", "score_group")]


def test_a_course_info_field_that_drifted_is_put_back_not_refused(district: District) -> None:
    """Row 4 in course info."""
    district.add("0401", holding(info(credits=2), pushed=info(credits=1)))
    told = district.told(catalog(master("0401", info(credits=1)), locks=locked(Area.COURSE_INFO)))
    (line,) = told.changes
    assert (line.action, line.label, said(line), line.flags) == (
        "put_back", "credits", ({"2": 1}, {"1": 1}), ("drift",),
    )  # fmt: skip
    assert told.refused == ()


def test_a_composite_that_goes_takes_its_weight_along(district: District) -> None:
    """L5."""
    before = composites("Final", {"Quarter@1": 50, "Quarter@2": 50})
    district.add("0401", holding(tasks(Final={}, Quarter={}) | before))
    known = catalog(
        master("0401", tasks(Final={}, Quarter={}), composites("Final", {"Quarter@1": 50})),
        locks=locked(Area.GRADING_TASKS, Area.COMPOSITE_GRADES),
    )
    told = district.told(known)
    assert [(one.area, one.action, said(one)[0]) for one in told.changes] == [
        ("composite_grades", "delete", {"": 1}),
        ("composite_weights", "delete", {"weight 50": 1}),
    ]
    assert [one.code for one in told.warnings] == ["L5"]


def test_courses_of_equal_holdings_and_masters_apart_share_a_line(district: District) -> None:
    for number in ("0401", "0402", "0403", "0404"):
        district.add(number, holding(), *[unused(holding())] * 2)
    wanted = categories(Homework=20)
    masters = [master(number, wanted, line=int(number)) for number in ("0401", "0402", "0403", "0404")]
    told = district.told(catalog(*masters, locks=ONLY_CATEGORIES)).changes
    assert [(one.hop, one.hosts, one.courses, len(one.cohorts)) for one in told] == [
        ("course", 4, 4, 4),
        ("section", 8, 4, 1),
    ]
    assert told[0].masters == (("0401", "0402", "0403"), 4)
    assert told[0].where.total == 4


def test_a_standard_is_called_by_its_code(district: District) -> None:
    from reconciler.course import item

    area = Area.STANDARDS
    listed = {area: setup([item(area, "RL.1", {"name": "Reads closely", "terms": [1]})])}
    district.add("0401", holding())
    (line,) = district.told(catalog(master("0401", listed), locks=locked(area))).changes
    assert (line.label, said(line)[1]) == ("RL.1", {"name Reads closely; terms 1": 1})


BOTH = categories(Homework=20, Quiz=10)
HOMEWORK_ALONE = catalog(master("0401", categories(Homework=20)), locks=ONLY_CATEGORIES)


def test_a_residual_whose_uses_were_never_read_says_so(district: District) -> None:
    district.add("0401", holding(BOTH), SectionOf(holding(BOTH)), SectionOf(holding(BOTH)))
    told = district.told(HOMEWORK_ALONE)
    (one,) = told.residuals
    assert (one.reason, one.sections, one.courses, one.unread) == ("uses_unknown", 2, 1, 2)
    text = " ".join(render(told).split())
    assert "uses of 2 sections were never read" in text
    assert "uses_unknown: " in text
    assert "Import the uses, then plan again." in text
    assert "because it is used (R1)" not in text


def test_sections_with_evidence_are_told_apart_from_those_never_read(district: District) -> None:
    district.add(
        "0401", holding(BOTH), SectionOf(holding(BOTH)), SectionOf(holding(BOTH), use("Quiz", scores=4))
    )
    district.add("0401", holding(BOTH), SectionOf(holding(BOTH), use("Quiz", scores=1)), calendar=ROOSEVELT)
    told = district.told(HOMEWORK_ALONE)
    assert [
        (one.reason, one.sections, one.courses, one.schools, one.scores, one.unread) for one in told.residuals
    ] == [("residual", 2, 2, 2, 5, 0), ("uses_unknown", 1, 1, 1, 0, 1)]
    assert told.totals.residuals_new == 3
