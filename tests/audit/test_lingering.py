"""Residuals one by one: their identity over runs, what keeps them, what there is to do."""

from __future__ import annotations

import pytest

from reconciler.audit.lingering import lingering, task_of
from reconciler.course import Area, Counts, DataType, Part, Use, item, setup
from reconciler.current import ResidualRow
from tests.small import ONE, catalog, category, cell, master, row_key, scope, task

TWO = catalog(master(categories=[category("Homework", 40), category("Tests", 60)]))
ONE_LEFT = catalog(master(categories=[category("Homework", 40)]))


def found(small, *, cleared=False, **filters):
    return small.ask(
        lambda snapshot, _catalogs, chosen: list(lingering(snapshot, chosen, cleared=cleared)), **filters
    )


@pytest.fixture
def section(small):
    """A section in which the category Tests is used."""
    place = small.section(small.course())
    small.apply(TWO)
    small.grade(place, Area.CATEGORIES, "Tests", counts=Counts(2, 30, 0, 1))
    return place


def test_none_at_first(small, section):
    assert found(small) == []


def test_a_used_category_that_its_master_dropped(small, section):
    run = small.apply(ONE_LEFT).run
    (one,) = found(small)
    assert one.row == ResidualRow(section, Area.CATEGORIES, "Tests", run, None)
    assert (one.label, one.kind, one.counts) == ("Tests", "category_used", Counts(2, 30, 0, 1))
    assert one.section.teacher == "Ms. Bell" and one.since.id == run and one.cleared is None


def test_counts_of_all_terms_are_summed(small, section):
    small.grade(section, Area.CATEGORIES, "Tests", 2, Counts(1, 5, 0, 0))
    small.apply(ONE_LEFT)
    assert found(small)[0].counts == Counts(3, 35, 0, 1)


def test_it_keeps_its_identity_over_later_runs(small, section):
    first = small.apply(ONE_LEFT).run
    small.apply(catalog(master(categories=[category("Homework", 45)])))
    (one,) = found(small)
    assert one.row.since_run == first


def test_it_is_cleared_by_the_run_that_removes_it(small, section):
    left = small.apply(ONE_LEFT).run
    with small.store.write() as tx:
        tx.put_counts([], [section])
    assert [one.kind for one in found(small)] == ["unused"]
    gone = small.apply(ONE_LEFT).run
    assert found(small) == []
    (one,) = found(small, cleared=True)
    assert one.row == ResidualRow(section, Area.CATEGORIES, "Tests", left, gone)
    assert (one.kind, one.counts, one.cleared.id) == ("cleared", Counts(), gone)


def test_one_that_is_declared_again_is_cleared_and_its_work_is_not_told_of(small, section):
    small.apply(ONE_LEFT)
    small.apply(TWO)
    assert found(small) == []
    (one,) = found(small, cleared=True)
    assert one.kind == "cleared" and one.counts == Counts()


def test_one_that_comes_back_is_a_new_one(small, section):
    for hs in (ONE_LEFT, TWO, ONE_LEFT):
        small.apply(hs)
    both = found(small, cleared=True)
    assert [one.kind for one in both] == ["cleared", "category_used"]
    assert both[0].row.since_run < both[1].row.since_run


def test_a_used_task(small):
    place = small.section(small.course())
    two = catalog(master(grading_tasks=[task("Final", terms=(1,)), task("Exam", terms=(1,))]))
    small.apply(two)
    small.grade(place, Area.GRADING_TASKS, "Exam", counts=Counts(posted=12))
    small.apply(catalog(master(grading_tasks=[task("Final", terms=(1,))])))
    (one,) = found(small)
    assert (one.label, one.kind, one.counts.posted) == ("Exam", "task_used", 12)


def test_uses_that_were_never_read(small):
    place = small.section(small.course(), unread=True)
    small.apply(TWO)
    small.apply(ONE_LEFT)
    (one,) = found(small)
    assert one.row.section_id == place and one.kind == "uses_unknown" and one.counts == Counts()


def test_what_refers_to_a_task_is_named(small):
    """R7: the task that a kept category feeds is kept, too."""
    place = small.section(small.course())
    with_exam = catalog(
        master(
            grading_tasks=[task("Final", terms=(1,)), task("Exam", terms=(1,))],
            categories=[category("Homework", 40), category("Tests", 60, tasks=("Exam",))],
        )
    )
    small.apply(with_exam)
    small.grade(place, Area.CATEGORIES, "Tests")
    small.apply(
        catalog(master(grading_tasks=[task("Final", terms=(1,))], categories=[category("Homework", 40)]))
    )
    told = {(one.row.area, one.label): one for one in found(small)}
    exam = told[Area.GRADING_TASKS, "Exam"]
    assert exam.kind == "referred_to" and exam.by == ("category Tests",)
    assert told[Area.CATEGORIES, "Tests"].kind == "category_used"


def test_a_residual_of_the_course_that_has_not_reached_its_sections_is_not_silent(small, section):
    small.apply(ONE_LEFT, by=scope(to_sections=False))
    (one,) = found(small)
    assert one.row == ResidualRow(section, Area.CATEGORIES, "Tests", 0, None)
    assert (one.kind, one.counts, one.since) == ("category_used", Counts(2, 30, 0, 1), None)
    small.apply(ONE_LEFT)
    assert [line.row.since_run > 0 for line in found(small)] == [True]


def test_only_the_sections_that_use_it_are_told(small, section):
    course = next(iter(small.records()[0]))
    small.section(course, number="2")
    small.apply(ONE_LEFT, by=scope(to_sections=False))
    assert [one.section.number for one in found(small)] == ["1"]


def test_it_is_counted_once(small, section):
    small.apply(ONE_LEFT)
    assert len(found(small)) == 1, "the course, too, keeps Tests"


@pytest.mark.parametrize(
    ("filters", "many"),
    [
        ({"teacher": "Ms. Bell"}, 1), ({"area": "categories"}, 1), ({"area": "standards"}, 0),
        ({"course": "0401@hill-27"}, 1), ({"master": "0401"}, 1), ({"school": "Hill*", "calendar": "hill*"}, 1),
    ],
)  # fmt: skip
def test_filters(small, section, filters, many):
    small.apply(ONE_LEFT)
    assert len(found(small, **filters)) == many


def test_another_teachers_residuals_are_not_mine(small, section):
    small.apply(ONE_LEFT)
    course = small.course("0402", catalog=None, master=None)
    other = small.section(course)
    with small.store.write() as tx:
        (row,) = tx.section_records([other])
        tx.put_sections([row._replace(teacher="Mr. Ash")])
    assert found(small, teacher="Mr. Ash") == []


def test_what_a_residual_calculation_belongs_to():
    assert (
        task_of(ResidualRow(1, Area.GRADE_CALC_OPTIONS, cell("Exam", 1).key, 1, None)) == "grading task Exam"
    )
    row = ResidualRow(1, Area.COMPOSITE_GRADES, row_key("Exam", "Quarter"), 1, None)
    assert task_of(row) == "grading task Exam"


def test_evidence_of_other_items_does_not_count(small, section):
    small.grade(section, *Use(Area.CATEGORIES, "Homework", 1), counts=ONE)
    small.apply(ONE_LEFT)
    assert found(small)[0].counts == Counts(2, 30, 0, 1)


def test_a_composite_that_names_a_residual_task_is_told(small):
    """R7: the composite row of the course's own keeps the task that its master dropped."""
    final, exam = task("Final", terms=(1,)), task("Exam", terms=(1,))
    course = small.course()
    place = small.section(course)
    small.apply(catalog(master(grading_tasks=[final, exam])))
    row = item(Area.COMPOSITE_GRADES, row_key("Final", "Exam"), {})
    small.edit(lambda held: held.put({(Area.COMPOSITE_GRADES, Part.OWN): setup([row])}), course=course)
    small.grade(place, Area.GRADING_TASKS, "Exam")
    small.apply(
        catalog(master(grading_tasks=[final])), by=scope(data=frozenset({DataType.GRADING_TASKS_STANDARDS}))
    )
    told = {one.label: one for one in found(small)}
    assert told["Exam"].by == ("composite grading task Final <- grading task Exam",)
