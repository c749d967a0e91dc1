"""A plan carried out: hosts end as the plan said, graded work stays, a second time writes nothing."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from reconciler.course import Area, Counts, ListKind, Lock, Part, Rename, Use, item, setup
from reconciler.plan.summary import summarise, to_json
from reconciler.push import push
from reconciler.push.result import result
from tests.small import (
    BARE,
    ONE,
    acting,
    catalog,
    category,
    cell,
    from_courses,
    held,
    info,
    listed,
    locked,
    master,
    moving,
    names_of,
    row_key,
    scope,
    task,
    write_down,
)

if TYPE_CHECKING:
    from reconciler.course import Holding
    from tests.small import Small

CAT, TASK, GCO = Area.CATEGORIES, Area.GRADING_TASKS, Area.GRADE_CALC_OPTIONS
OLD = listed(categories=[category("Homework", 20), category("Exam", 80)], grading_tasks=[task("Final")])
NEW = master(
    categories=[category("Homework", 25), category("Quiz", 75)],
    grading_tasks=[task("Final"), task("Quarter")],
    grade_calc_options=[cell("Final", 1)],
)


def below(parts: dict) -> dict:
    """What sections have of these areas."""
    return {area: one for area, one in parts.items() if area is not TASK}


def pushed_before(small: Small, sections: int = 2, number: str = "0401", **other) -> tuple[int, list[int]]:
    """A course that has what an older master pushed, with its sections."""
    course = small.course(number, held(linked=OLD), **other)
    return course, [
        small.section(course, held(linked=below(OLD)), number=str(one + 1)) for one in range(sections)
    ]


def test_hosts_end_in_the_holdings_that_the_plan_said_and_a_second_plan_is_empty(small: Small) -> None:
    old, olds = pushed_before(small)
    fresh = small.course("0401")
    small.section(fresh)
    small.grade(olds[0], CAT, "Exam")
    plan = small.plan(catalog(NEW))
    wanted = small.outcomes(plan)
    assert len(wanted) == 5
    done = push(write_down(plan), small.store)
    assert (done.courses, done.sections, done.status) == (2, 3, "done")
    assert not (done.weaker or done.left_out or done.unplanned or done.gone)
    for (hop, place), after in wanted.items():
        assert small.holding(**{hop: place}) == after
    assert names_of(small.holding(section=olds[0]).get(CAT, Part.LINKED)) == ["Homework", "Quiz"]
    exam = small.holding(section=olds[0]).get(CAT, Part.OWN).get("Exam")
    assert exam is not None
    assert (exam.kept, exam.left, exam.get("weight")) == (True, True, "80")
    assert not small.holding(section=olds[1]).get(CAT, Part.OWN)
    again = small.plan(catalog(NEW))
    assert not acting(again)
    assert not moving(again)
    assert old


def test_applying_the_same_plan_twice_writes_nothing_the_second_time_but_records_a_run(small: Small) -> None:
    _, sections = pushed_before(small)
    small.grade(sections[1], CAT, "Exam")
    plan = small.saved(catalog(NEW))
    first = push(plan, small.store)
    state = small.state()
    assert small.moves(first.run) == 3
    second = push(plan, small.store)
    assert (second.courses, second.sections, second.status) == (0, 0, "done")
    assert not (second.weaker or second.left_out)
    assert small.moves(second.run) == 0
    assert small.state() == state
    with small.store.read() as snapshot:
        assert [(one.kind, one.plan) for one in snapshot.runs()] == [("apply", plan.digest)] * 2


def test_the_journal_names_what_moved_from_where_to_where(small: Small) -> None:
    course, sections = pushed_before(small)
    before, _ = small.records()
    done = small.apply(catalog(NEW))
    after, _ = small.records()
    with small.store.read() as snapshot:
        moves = snapshot.moves(done.run)
    (of_course,) = [one for one in moves if not one.on_section]
    assert of_course.members == (course,)
    assert (of_course.before, of_course.after) == (before[course].holding_id, after[course].holding_id)
    (of_sections,) = [one for one in moves if one.on_section]
    assert of_sections.members == tuple(sections)


def test_the_named_lists_of_the_catalogs_take_effect(small: Small) -> None:
    pushed_before(small)
    lists = {ListKind.TASKS: setup([task("Final")])}
    small.apply(catalog(NEW, lists=lists))
    with small.store.read() as snapshot:
        assert snapshot.lists("hs") == lists
    assert not small.plan(catalog(NEW, lists=lists)).list_changes


def test_a_residual_is_written_down_and_cleared_when_its_last_use_goes(small: Small) -> None:
    _, sections = pushed_before(small)
    small.grade(sections[0], CAT, "Exam", counts=Counts(scores=3))
    first = small.apply(catalog(NEW))
    with small.store.read() as snapshot:
        ((mark, since),) = snapshot.residuals()
    assert (mark.section_id, mark.area, mark.key, since) == (sections[0], CAT, "Exam", first.run)
    with small.store.write() as tx:
        tx.put_counts([], [sections[0]])
    done = small.apply(catalog(NEW))
    assert small.state().residuals == frozenset()
    assert not small.holding(section=sections[0]).get(CAT, Part.OWN)
    assert done.sections == 1


def test_a_renamed_category_takes_its_uses_along(small: Small) -> None:
    _, sections = pushed_before(small)
    small.grade(sections[0], CAT, "Exam", 2, Counts(2, 40, 0, 1))
    small.grade(sections[0], CAT, "Homework", 1, Counts(9, 200, 0, 0))
    renamed = master(
        categories=[category("Homework", 20), category("Tests", 80)],
        grading_tasks=[task("Final")],
        renames=[Rename(CAT, "Exam", "Tests")],
    )
    small.apply(catalog(renamed))
    assert small.counts() == {
        Use(CAT, "Tests", 2): Counts(2, 40, 0, 1),
        Use(CAT, "Homework", 1): Counts(9, 200, 0, 0),
    }
    holding = small.holding(section=sections[0])
    assert names_of(holding.get(CAT, Part.LINKED)) == ["Homework", "Tests"]
    assert not holding.get(CAT, Part.OWN)
    _, rows = small.records()
    with small.store.read() as snapshot:
        used = snapshot.used([rows[sections[0]].used_id])[rows[sections[0]].used_id]
    assert used == {Use(CAT, "Tests", 2), Use(CAT, "Homework", 1)}
    assert not acting(small.plan(catalog(renamed)))


def test_two_categories_that_change_places_by_renames_keep_their_own_uses(small: Small) -> None:
    _, sections = pushed_before(small, 1)
    small.grade(sections[0], CAT, "Homework", 1, Counts(1))
    small.grade(sections[0], CAT, "Exam", 1, Counts(7))
    chained = master(
        categories=[category("Exam", 20), category("Finals", 80)],
        grading_tasks=[task("Final")],
        renames=[Rename(CAT, "Exam", "Finals")],
    )
    small.apply(catalog(chained))
    assert small.counts()[Use(CAT, "Finals", 1)] == Counts(7)
    assert small.counts()[Use(CAT, "Homework", 1)] == Counts(1)


def test_an_own_category_that_equals_the_masters_is_linked_with_its_uses(small: Small) -> None:
    own = category("Quiz", 75, key="course/Quiz")
    copy = category("Quiz", 75, key="section/Quiz")
    course = small.course("0401", held(linked={TASK: OLD[TASK]}, own={CAT: setup([own])}))
    with_copy = small.section(course, held(linked={CAT: setup([own])}))
    with_own = small.section(course, held(own={CAT: setup([copy])}), number="2")
    small.grade(with_copy, CAT, "course/Quiz", 1, Counts(4, 80))
    small.grade(with_own, CAT, "section/Quiz", 3, Counts(2, 10))
    small.apply(catalog(NEW))
    for section in (with_copy, with_own):
        assert small.holding(section=section).get(CAT, Part.LINKED).get("Quiz") == category("Quiz", 75)
        assert not small.holding(section=section).get(CAT, Part.OWN)
    assert small.counts(with_copy) == {Use(CAT, "Quiz", 1): Counts(4, 80)}
    assert small.counts(with_own) == {Use(CAT, "Quiz", 3): Counts(2, 10)}


def test_a_teachers_category_steps_aside_with_its_uses_and_the_source_still_finds_it(small: Small) -> None:
    mine = category("Quiz", 10, key="section/Quiz")
    course = small.course("0401", held(linked=OLD))
    section = small.section(course, held(linked=below(OLD), own={CAT: setup([mine])}))
    small.grade(section, CAT, "section/Quiz", 1, Counts(3, 60))
    small.apply(catalog(NEW))
    holding = small.holding(section=section)
    assert holding.get(CAT, Part.OWN).get("section/Quiz") == category("Quiz (1)", 10, key="section/Quiz")
    assert holding.get(CAT, Part.LINKED).get("Quiz") == category("Quiz", 75)
    assert small.counts() == {Use(CAT, "section/Quiz", 1): Counts(3, 60)}
    assert [tuple(one) for one in small.state().aliases] == [(True, section, CAT, "Quiz", "section/Quiz")]
    assert not acting(small.plan(catalog(NEW)))


def test_the_aliases_of_a_courses_renamed_category_are_written_for_it_and_its_copies(small: Small) -> None:
    mine = category("Quiz", 10, key="course/Quiz")
    course = small.course("0401", held(linked=OLD, own={CAT: setup([mine])}))
    section = small.section(course, held(linked={CAT: setup([*OLD[CAT], mine])}))
    small.apply(catalog(NEW))
    for holding, part in (
        (small.holding(course=course), Part.OWN),
        (small.holding(section=section), Part.LINKED),
    ):
        assert holding.get(CAT, part).get("course/Quiz") == category("Quiz (1)", 10, key="course/Quiz")
    assert {tuple(one) for one in small.state().aliases} == {
        (False, course, CAT, "Quiz", "course/Quiz"),
        (True, section, CAT, "Quiz", "course/Quiz"),
    }


def test_number_and_name_of_a_course_follow_its_info(small: Small) -> None:
    course = small.course("0401", held(own={Area.COURSE_INFO: setup(info(number="0401", name="Algebra"))}))
    locks = locked(Area.COURSE_INFO, number=Lock.LOCKED, name=Lock.LOCKED)
    small.apply(catalog(master(), locks=locks))
    assert small.records()[0][course].name == "Course 0401"
    assert small.records()[0][course].number == "0401"
    only_name = locked(Area.CATEGORIES, name=Lock.LOCKED)
    small.edit(
        lambda old: old.put({(Area.COURSE_INFO, Part.LINKED): setup(info(number="0401", name="X"))}),
        course=course,
    )
    small.apply(catalog(master(), locks=only_name))
    assert small.records()[0][course].name == "Course 0401"


def test_a_master_that_got_another_number_takes_its_courses_along(small: Small) -> None:
    course, _ = pushed_before(small)
    bare = small.course("0401")
    new = master("0402", was="0401", categories=list(OLD[CAT]), grading_tasks=list(OLD[TASK]))
    done = small.apply(catalog(new))
    rows, _ = small.records()
    assert {rows[one].master for one in (course, bare)} == {"0402"}
    assert done.courses == 2
    assert not acting(small.plan(catalog(new)))
    again = small.apply(catalog(new))
    assert (again.courses, small.moves(again.run)) == (0, 0)


def test_what_an_old_number_now_belongs_to_another_master_is_not_taken_over(small: Small) -> None:
    course, _ = pushed_before(small)
    both = catalog(
        master("0402", was="0401"), master("0401", categories=list(OLD[CAT]), grading_tasks=list(OLD[TASK]))
    )
    small.apply(both)
    assert small.records()[0][course].master == "0401"


def test_tasks_with_posted_grades_stay_as_residuals_without_a_calculation(small: Small) -> None:
    cells = setup([cell("Final", 1), cell("Old", 1)])
    tasks = setup([task("Final"), task("Old")])
    course = small.course("0401", held(linked={TASK: tasks, GCO: cells}))
    sections = [small.section(course, held(linked={GCO: cells}), number=str(n)) for n in (1, 2)]
    small.grade(sections[0], TASK, "Old", 1, Counts(posted=28))
    new = catalog(master(grading_tasks=[task("Final")], grade_calc_options=[cell("Final", 1)]))
    small.apply(new)
    old = small.holding(course=course).get(TASK, Part.OWN).get("Old")
    assert old is not None
    assert old.kept
    for section in sections:
        assert [one.key for one in small.holding(section=section).here(GCO)] == ["Final@1"]
    assert small.counts() == {Use(TASK, "Old", 1): Counts(posted=28)}
    assert not acting(small.plan(new))


def test_overwrite_takes_unused_work_and_keeps_used_work(small: Small) -> None:
    used, spare = category("Lab", 5, key="section/Lab"), category("Fun", 5, key="section/Fun")
    course = small.course(
        "0401", held(linked=OLD, own={CAT: setup([category("Mine", 1, key="course/Mine")])})
    )
    section = small.section(course, held(linked=below(OLD), own={CAT: setup([used, spare])}))
    small.grade(section, CAT, "section/Lab")
    small.apply(catalog(NEW), by=scope(overwrite=True))
    own = small.holding(section=section).get(CAT, Part.OWN)
    assert [(one.key, one.kept, one.left) for one in own] == [("section/Lab", True, False)]
    assert not small.holding(course=course).get(CAT, Part.OWN)
    assert not acting(small.plan(catalog(NEW), by=scope(overwrite=True)))


def test_a_push_from_courses_brings_the_courses_setup_to_their_sections(small: Small) -> None:
    course = small.course("0401", held(own=OLD), catalog=None, master=None)
    section = small.section(
        course, held(own={CAT: setup([category("Homework", 99, key="section/Homework")])})
    )
    mapped = small.course("0402", held(own=OLD), mapped=True)
    left = small.section(mapped)
    small.grade(section, CAT, "section/Homework")
    before = small.holding(course=course)
    plan = small.plan(by=from_courses())
    assert {reason: list(ids) for reason, ids in plan.skipped.items()} == {"mapped": [mapped]}
    done = push(write_down(plan), small.store)
    assert (done.courses, done.sections) == (1, 1)
    holding = small.holding(section=section)
    assert names_of(holding.get(CAT, Part.LINKED)) == ["Exam", "Homework"]
    assert names_of(holding.get(CAT, Part.OWN)) == ["Homework (1)"]
    assert small.holding(course=course) == before
    assert small.holding(section=left) == BARE
    assert small.counts() == {Use(CAT, "section/Homework", 1): ONE}
    assert not acting(small.plan(by=from_courses()))


def test_courses_that_the_push_does_not_mean_stay_as_they_are(small: Small) -> None:
    pushed_before(small)
    unlinked, _ = pushed_before(small, catalog=None, master=None)
    ignored, below_ignored = pushed_before(small, ignored=True)
    small.calendar("hill-26", year=2026)
    past, _ = pushed_before(small, calendar="hill-26")
    before = {place: small.holding(course=place) for place in (unlinked, ignored, past)}
    done = small.apply(catalog(NEW))
    assert done.courses == 1
    assert {place: small.holding(course=place) for place in before} == before
    assert small.holding(section=below_ignored[0]) == held(linked=below(OLD))


@pytest.mark.parametrize("overwrite", [False, True])
def test_composites_follow_their_master_and_go_with_it(small: Small, *, overwrite: bool) -> None:
    row = item(Area.COMPOSITE_GRADES, row_key("Final", "Quarter"), {})
    weight = item(Area.COMPOSITE_WEIGHTS, row.key, {"weight": 100})
    full = catalog(
        master(
            grading_tasks=[task("Final"), task("Quarter")], composite_grades=[row], composite_weights=[weight]
        )
    )
    course = small.course("0401")
    section = small.section(course)
    small.apply(full, by=scope(overwrite=overwrite))
    assert small.holding(section=section).get(Area.COMPOSITE_GRADES, Part.LINKED).get(row.key) == row
    assert small.holding(section=section).get(Area.COMPOSITE_WEIGHTS, Part.LINKED).get(row.key) == weight
    small.apply(catalog(master(grading_tasks=[task("Final")])), by=scope(overwrite=overwrite))
    assert not small.holding(section=section).here(Area.COMPOSITE_GRADES)
    assert not small.holding(section=section).here(Area.COMPOSITE_WEIGHTS)


def test_what_was_refused_in_the_plan_is_not_touched_and_the_others_go_on(small: Small) -> None:
    good, _ = pushed_before(small)
    bad, bads = pushed_before(small)
    drifted = setup([category("Homework", 21), category("Exam", 79)])
    small.edit(lambda old: old.put({(CAT, Part.LINKED): drifted}), course=bad)
    before: Holding = small.holding(course=bad)
    done = small.apply(catalog(NEW))
    assert done.courses == 1
    assert small.holding(course=bad) == before
    assert small.holding(section=bads[0]) == held(linked=below(OLD))
    assert small.holding(course=good) != before


def test_a_residual_task_is_marked_at_the_sections_that_use_it_and_cleared_with_it(small: Small) -> None:
    course = small.course("0401", held(linked={TASK: setup([task("Final"), task("Old")])}))
    sections = [small.section(course, number=str(n)) for n in range(3)]
    small.grade(sections[1], TASK, "Old", 2, Counts(posted=1))
    new = catalog(master(grading_tasks=[task("Final")]))
    done = small.apply(new)
    with small.store.read() as snapshot:
        assert [(mark[:3], since) for mark, since in snapshot.residuals()] == [
            ((sections[1], TASK, "Old"), done.run)
        ]
    small.apply(new)
    assert len(small.state().residuals) == 1
    with small.store.write() as tx:
        tx.put_counts([], [sections[1]])
    small.apply(new)
    assert small.state().residuals == frozenset()
    assert [one.key for one in small.holding(course=course).here(TASK)] == ["Final"]


def test_a_residual_that_comes_back_under_another_key_is_cleared(small: Small) -> None:
    _, sections = pushed_before(small, 1)
    small.grade(sections[0], CAT, "Exam")
    small.apply(catalog(NEW))
    assert small.state().residuals == {(sections[0], CAT, "Exam")}
    back = master(
        categories=[category("Homework", 25), category("Tests", 75)],
        grading_tasks=[task("Final")],
        renames=[Rename(CAT, "Exam", "Tests")],
    )
    small.apply(catalog(back))
    assert small.counts() in ({Use(CAT, "Tests", 1): ONE}, {Use(CAT, "Exam", 1): ONE})
    assert len(small.state().residuals) == sum(
        one.kept for one in small.holding(section=sections[0]).get(CAT, Part.OWN)
    )
    assert not acting(small.plan(catalog(back)))


def test_an_item_that_is_updated_and_loses_a_reference_is_done_the_second_time(small: Small) -> None:
    feeds = category("Homework", 20, tasks=["Final", "Old"])
    mine = category("Lab", 5, key="course/Lab", tasks=["Final", "Old"])
    tasks = setup([task("Final"), task("Old")])
    course = small.course("0401", held(linked={CAT: setup([feeds]), TASK: tasks}, own={CAT: setup([mine])}))
    copy = mine.with_fields(weight="9")
    section = small.section(
        course, held(linked={CAT: setup([feeds, copy])}, pushed={CAT: setup([feeds, mine])})
    )
    new = catalog(
        master(categories=[category("Homework", 30, tasks=["Final"])], grading_tasks=[task("Final")])
    )
    plan = small.saved(new)
    push(plan, small.store)
    for holding in (small.holding(course=course), small.holding(section=section)):
        assert all("Old" not in one.get("tasks", ()) for one in holding.here(CAT))
    state = small.state()
    again = push(plan, small.store)
    assert (again.courses, again.sections) == (0, 0)
    assert small.state() == state


def test_the_progress_counts_courses(small: Small) -> None:
    for _ in range(3):
        pushed_before(small)
    told = []
    push(small.saved(catalog(NEW)), small.store, progress=lambda done, total: told.append((done, total)))
    assert told == [(3, 3)]


def test_the_result_is_stored_with_the_run_and_tells_what_differed_from_the_plan(small: Small) -> None:
    import json

    course, sections = pushed_before(small)
    gone, _ = pushed_before(small)
    plan = small.plan(catalog(NEW))
    with small.store.read() as snapshot:
        saved = write_down(plan, to_json(summarise(plan, snapshot, (catalog(NEW),))))
    small.grade(sections[0], CAT, "Exam")
    new = small.section(course, held(linked=below(OLD)), number="9")
    with small.store.write() as tx:
        tx.drop_courses([gone])
    done = push(saved, small.store, message="why")
    told = result(saved, small.store, done)
    assert {(one.code, one.address) for one in told.notes} >= {
        ("now_used", "0401@hill-27/1"),
        ("not_in_plan", "0401@hill-27/9"),
        ("gone", f"course {gone}"),
    }
    with small.store.read() as snapshot:
        run = snapshot.run(done.run)
    assert run is not None
    assert (run.status, run.message) == ("done", "why")
    assert json.loads(run.report)["run"] == done.run
    assert done.unplanned == [new]
