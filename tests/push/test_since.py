"""What happened between plan and apply: graded work protects, other changes refuse, the rest is let be."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from reconciler.course import Area, Counts, Part, Use, item, setup
from reconciler.errors import STALE, PlanOfOtherStore, PlanStale
from reconciler.keep.table import Hop
from reconciler.push import push
from tests.small import (
    BARE,
    Small,
    acting,
    catalog,
    category,
    cell,
    from_courses,
    held,
    listed,
    master,
    names_of,
    row_key,
    scope,
    task,
)

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from reconciler.course import Holding, Item
    from reconciler.push import Pushed

CAT, TASK, GCO, ROWS = Area.CATEGORIES, Area.GRADING_TASKS, Area.GRADE_CALC_OPTIONS, Area.COMPOSITE_GRADES
OLD = listed(categories=[category("Homework", 20), category("Exam", 80)], grading_tasks=[task("Final")])
BELOW = {CAT: OLD[CAT]}
NEW = master(categories=[category("Homework", 25), category("Quiz", 75)], grading_tasks=[task("Final")])
MODES = pytest.mark.parametrize("overwrite", [False, True])


def course_of(small: Small, sections: int = 2) -> tuple[int, list[int]]:
    """A course with its sections, as an older master pushed them."""
    course = small.course("0401", held(linked=OLD))
    return course, [small.section(course, held(linked=BELOW), number=str(n + 1)) for n in range(sections)]


def with_own(one: Item, area: Area = CAT) -> Callable[[Holding], Holding]:
    """Somebody adds an item of their own, or changes it."""
    return lambda old: old.put(
        {(area, Part.OWN): setup([*(i for i in old.get(area, Part.OWN) if i.key != one.key), one])}
    )


def with_linked(*items: Item, area: Area = CAT) -> Callable[[Holding], Holding]:
    """A script changes what was pushed."""
    return lambda old: old.put({(area, Part.LINKED): setup(items)})


def weaker(done: Pushed) -> set[tuple[str, int, str, str]]:
    """What is protected now: hop, host, area, key."""
    return {(one.hop.value, one.member, one.verdict.area.value, one.verdict.key) for one in done.weaker}


def refused(small: Small, plan, what: str, *args: object) -> str:
    """Apply; it must be refused with nothing written, naming the member."""
    before = small.state()
    with small.store.read() as snapshot:
        runs = len(snapshot.runs())
    with pytest.raises(PlanStale) as caught:
        push(plan, small.store)
    assert what in str(caught.value)
    assert caught.value.exit_code == STALE
    assert small.state() == before
    with small.store.read() as snapshot:
        assert len(snapshot.runs()) == runs
    return str(caught.value)


# --- weaker: evidence that came after the plan ------------------------------------------------------


@MODES
def test_a_score_recorded_since_protects_a_category_that_was_to_go(small: Small, *, overwrite: bool) -> None:
    _, sections = course_of(small)
    plan = small.saved(catalog(NEW), by=scope(overwrite=overwrite))
    small.grade(sections[0], CAT, "Exam", 2, Counts(scores=28))
    done = push(plan, small.store)
    # The course's own copy is the container of the section's residual (R1).
    assert weaker(done) >= {("section", sections[0], "categories", "Exam")}
    assert not any(one.hop is Hop.SECTION and one.member == sections[1] for one in done.weaker)
    exam = small.holding(section=sections[0]).get(CAT, Part.OWN).get("Exam")
    assert exam == category("Exam", 80).mark(left=True, kept=True)
    assert not small.holding(section=sections[1]).get(CAT, Part.OWN)
    assert small.counts() == {Use(CAT, "Exam", 2): Counts(scores=28)}
    assert (sections[0], CAT, "Exam") in small.state().residuals
    assert not acting(small.plan(catalog(NEW), by=scope(overwrite=overwrite)))


@MODES
def test_a_grade_posted_since_protects_a_task_with_what_hangs_on_it(small: Small, *, overwrite: bool) -> None:
    row = item(ROWS, row_key("Year", "Term"), {})
    tasks = setup([task("Final"), task("Year"), task("Term")])
    cells = setup([cell("Year", 1), cell("Final", 1)])
    course = small.course("0401", held(linked={TASK: tasks, ROWS: setup([row]), GCO: cells}))
    section = small.section(course, held(linked={ROWS: setup([row]), GCO: cells}))
    new = catalog(master(grading_tasks=[task("Final")], grade_calc_options=[cell("Final", 1)]))
    plan = small.saved(new, by=scope(overwrite=overwrite))
    small.grade(section, TASK, "Year", 1, Counts(posted=28))
    done = push(plan, small.store)
    here = small.holding(course=course)
    assert {one.key for one in here.get(TASK, Part.OWN) if one.kept} == {"Year", "Term"}
    assert [one.kept for one in here.here(ROWS)] == [True]
    assert [one.key for one in here.here(GCO)] == ["Final@1"]
    assert [one.key for one in small.holding(section=section).here(GCO)] == ["Final@1"]
    assert ("course", course, "grading_tasks", "Year") in weaker(done)
    assert small.counts() == {Use(TASK, "Year", 1): Counts(posted=28)}
    assert not acting(small.plan(new, by=scope(overwrite=overwrite)))


def test_a_grade_posted_since_holds_the_term_that_was_to_be_taken_away(small: Small) -> None:
    course = small.course("0401", held(linked={TASK: setup([task("Final", terms=(1, 2))])}))
    section = small.section(course)
    new = catalog(master(grading_tasks=[task("Final", terms=(2,), credit="1")]))
    plan = small.saved(new)
    small.grade(section, TASK, "Final", 1, Counts(posted=9))
    done = push(plan, small.store)
    final = small.holding(course=course).get(TASK, Part.LINKED).get("Final")
    assert final == task("Final", terms=(1, 2), credit="1")
    assert weaker(done) == {("course", course, "grading_tasks", "Final")}


def test_a_score_since_protects_what_an_overwrite_would_have_deleted(small: Small) -> None:
    course, sections = course_of(small)
    mine = category("Lab", 5, key="section/Lab")
    small.edit(with_own(mine), section=sections[0])
    plan = small.saved(catalog(NEW), by=scope(overwrite=True))
    small.grade(sections[0], CAT, "section/Lab")
    done = push(plan, small.store)
    assert weaker(done) == {("section", sections[0], "categories", "section/Lab")}
    assert small.holding(section=sections[0]).get(CAT, Part.OWN).get("section/Lab") == mine.mark(kept=True)
    assert course


def test_a_teachers_category_of_a_pushed_name_used_since_steps_aside(small: Small) -> None:
    _, sections = course_of(small)
    small.edit(with_own(category("Quiz", 5, key="section/Quiz")), section=sections[0])
    plan = small.saved(catalog(NEW), by=scope(overwrite=True))
    small.grade(sections[0], CAT, "section/Quiz")
    push(plan, small.store)
    own = small.holding(section=sections[0]).get(CAT, Part.OWN)
    assert names_of(own) == ["Quiz (1)"]
    assert small.holding(section=sections[0]).get(CAT, Part.LINKED).get("Quiz") == category("Quiz", 75)


def test_a_residual_whose_grades_came_back_is_not_released(small: Small) -> None:
    _, sections = course_of(small, 1)
    small.edit(with_own(category("Lab", 5, key="section/Lab").mark(kept=True)), section=sections[0])
    plan = small.saved(catalog(NEW))
    small.grade(sections[0], CAT, "section/Lab")
    done = push(plan, small.store)
    assert small.holding(section=sections[0]).get(CAT, Part.OWN).get("section/Lab").kept
    assert weaker(done) == {("section", sections[0], "categories", "section/Lab")}


def test_grades_that_went_since_change_nothing_of_what_the_plan_keeps(small: Small) -> None:
    """The plan said that it stays, so it does, and spoils nothing; the next plan says that it goes."""
    _, sections = course_of(small, 2)
    small.grade(sections[0], CAT, "Exam")
    plan = small.saved(catalog(NEW))
    with small.store.write() as tx:
        tx.put_counts([], sections)
    done = push(plan, small.store)
    assert done.status == "done"
    kept = small.holding(section=sections[0]).get(CAT, Part.OWN).get("Exam")
    assert (kept.left, kept.kept) == (True, True)
    assert small.holding(section=sections[1]).get(CAT, Part.OWN).get("Exam") is None
    assert push(small.saved(catalog(NEW)), small.store).sections == 1
    assert small.holding(section=sections[0]).get(CAT, Part.OWN).get("Exam") is None


# --- other: refused before any write, the member named --------------------------------------------------


def test_drift_of_a_course_since_the_plan_is_refused(small: Small) -> None:
    course, _ = course_of(small)
    plan = small.saved(catalog(NEW))
    small.edit(with_linked(category("Homework", 21), category("Exam", 79)), course=course)
    assert "0401@hill-27" in refused(small, plan, "desynced")


def test_drift_of_a_section_since_the_plan_is_refused(small: Small) -> None:
    _, sections = course_of(small)
    plan = small.saved(catalog(NEW))
    small.edit(with_linked(category("Homework", 21), category("Exam", 80)), section=sections[1])
    assert "0401@hill-27/2" in refused(small, plan, "categories/Homework")


def test_drift_of_an_item_that_the_plan_did_not_touch_is_refused_too(small: Small) -> None:
    """It would be put back, and nobody has seen that."""
    same = catalog(
        master(categories=[category("Homework", 20), category("Exam", 70)], grading_tasks=[task("Final")])
    )
    _, sections = course_of(small)
    plan = small.saved(same)
    small.edit(with_linked(category("Homework", 21), category("Exam", 80)), section=sections[0])
    refused(small, plan, "categories/Homework")


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"ignored": True}, "Ignore Master Push"),
        ({"catalog": None, "master": None}, "does not follow the master any more"),
        ({"master": "0999"}, "does not follow the master any more"),
        ({"master": "0402"}, "follows another master"),
    ],
)
def test_a_course_that_is_not_reached_any_more_is_refused(small: Small, change: dict, words: str) -> None:
    course, _ = course_of(small)
    other = small.course("0402")
    plan = small.saved(catalog(NEW, master("0402", categories=[category("Lab")])))
    rows, _ = small.records()
    with small.store.write() as tx:
        tx.put_courses([rows[course]._replace(**change)])
    refused(small, plan, words)
    assert other


def test_a_course_that_moved_to_another_calendar_is_refused(small: Small) -> None:
    course, _ = course_of(small)
    plan = small.saved(catalog(NEW))
    elsewhere = small.calendar("hill-su")
    rows, _ = small.records()
    with small.store.write() as tx:
        tx.put_courses([rows[course]._replace(calendar_id=elsewhere)])
    assert "0401@hill-su" in refused(small, plan, "another calendar")


def test_a_mapped_course_is_refused_in_a_push_from_courses(small: Small) -> None:
    course, _ = course_of(small)
    plan = small.saved(by=from_courses())
    small.section(course)
    plan = small.saved(by=from_courses())
    rows, _ = small.records()
    with small.store.write() as tx:
        tx.put_courses([rows[course]._replace(mapped=True)])
    refused(small, plan, "mapped")


def test_another_push_since_the_plan_is_refused(small: Small) -> None:
    course_of(small)
    plan = small.saved(catalog(NEW))
    small.apply(
        catalog(
            master(categories=[category("Homework", 30), category("Exam", 80)], grading_tasks=[task("Final")])
        )
    )
    refused(small, plan, "categories/Homework")


def test_the_message_says_how_many_differ(small: Small) -> None:
    first, _ = course_of(small)
    second, _ = course_of(small)
    plan = small.saved(catalog(NEW))
    for course in (first, second):
        small.edit(with_linked(category("Homework", 21)), course=course)
    refused(small, plan, "2 in all differ; nothing was written")


def test_an_own_item_edited_since_is_not_deleted_as_it_was(small: Small) -> None:
    """The plan names what it deletes by value; another value was never approved."""
    _, sections = course_of(small)
    small.edit(with_own(category("Lab", 5, key="section/Lab")), section=sections[0])
    plan = small.saved(catalog(NEW), by=scope(overwrite=True))
    small.edit(with_own(category("Lab", 9, key="section/Lab")), section=sections[0])
    refused(small, plan, "categories/section/Lab")


# --- done, and what spoils nothing ----------------------------------------------------------------------


def test_what_another_push_did_already_is_done(small: Small) -> None:
    _, sections = course_of(small)
    other = small.course("0401", held(linked=OLD))
    plan = small.saved(catalog(NEW))
    small.apply(catalog(NEW), by=scope(courses=("0401",)))
    before = small.state()
    done = push(plan, small.store)
    assert (done.courses, done.sections) == (0, 0)
    assert not done.weaker
    assert small.state() == before
    assert sections
    assert other


@MODES
@pytest.mark.parametrize("where", ["the other section", "the same list"])
def test_a_category_added_since_is_not_touched_and_spoils_nothing(
    small: Small, where: str, *, overwrite: bool
) -> None:
    _, sections = course_of(small)
    small.edit(with_own(category("Fun", 1, key="section/Fun")), section=sections[1])
    plan = small.saved(catalog(NEW), by=scope(overwrite=overwrite))
    mine = category("Lab", 5, key="section/Lab")
    host = sections[where == "the same list"]
    small.edit(with_own(mine), section=host)
    done = push(plan, small.store)
    assert done.status == "done"
    assert not done.weaker
    assert small.holding(section=host).get(CAT, Part.OWN).get(mine.key) == mine
    assert bool(small.holding(section=sections[1]).get(CAT, Part.OWN).get("section/Fun")) is not overwrite
    for section in sections:
        assert names_of(small.holding(section=section).get(CAT, Part.LINKED))[:2] == ["Homework", "Quiz"]
    assert not small.state().residuals


def test_a_category_added_to_a_course_since_stays_where_an_overwrite_would_take_it(small: Small) -> None:
    course, sections = course_of(small)
    plan = small.saved(catalog(NEW), by=scope(overwrite=True))
    mine = category("Lab", 5, key="course/Lab")
    small.edit(with_own(mine), course=course)
    assert push(plan, small.store).status == "done"
    assert list(small.holding(course=course).get(CAT, Part.OWN)) == [mine]
    assert not small.holding(section=sections[0]).get(CAT, Part.OWN)
    assert names_of(small.holding(section=sections[0]).get(CAT, Part.LINKED)) == ["Homework", "Quiz"]


def test_a_category_added_to_a_course_since_would_go_to_its_sections_and_is_refused(small: Small) -> None:
    """Not a teacher's list but one that is carried on (P8): nobody has seen that it would be."""
    course, _ = course_of(small)
    plan = small.saved(catalog(NEW))
    small.edit(with_own(category("Lab", 5, key="course/Lab")), course=course)
    refused(small, plan, "categories/course/Lab would now be created")


def test_a_category_added_to_a_course_since_stays_there_without_to_sections(small: Small) -> None:
    course, _ = course_of(small)
    plan = small.saved(catalog(NEW), by=scope(to_sections=False))
    mine = category("Lab", 5, key="course/Lab")
    small.edit(with_own(mine), course=course)
    assert push(plan, small.store).courses == 1
    assert list(small.holding(course=course).get(CAT, Part.OWN)) == [mine]


@MODES
def test_a_category_edited_since_keeps_the_edit(small: Small, *, overwrite: bool) -> None:
    _, sections = course_of(small)
    small.edit(with_own(category("Lab", 5, key="section/Lab")), section=sections[0])
    small.grade(sections[0], CAT, "section/Lab")
    plan = small.saved(catalog(NEW), by=scope(overwrite=overwrite))
    edited = category("Lab", 9, key="section/Lab")
    small.edit(with_own(edited), section=sections[0])
    done = push(plan, small.store)
    assert done.status == "done"
    assert small.holding(section=sections[0]).get(CAT, Part.OWN).get("section/Lab") == edited.mark(
        kept=overwrite
    )


@MODES
def test_a_category_added_since_under_a_pushed_name_steps_aside(small: Small, *, overwrite: bool) -> None:
    _, sections = course_of(small)
    plan = small.saved(catalog(NEW), by=scope(overwrite=overwrite))
    small.edit(with_own(category("Quiz", 5, key="section/Quiz")), section=sections[0])
    small.grade(sections[0], CAT, "section/Quiz", 1, Counts(scores=5))
    push(plan, small.store)
    own = small.holding(section=sections[0]).get(CAT, Part.OWN).get("section/Quiz")
    assert own == category("Quiz (1)", 5, key="section/Quiz")
    assert small.counts() == {Use(CAT, "section/Quiz", 1): Counts(scores=5)}


def test_an_own_calculation_added_since_is_not_touched_by_an_overwrite(small: Small) -> None:
    course, sections = course_of(small)
    plan = small.saved(catalog(NEW), by=scope(overwrite=True))
    mine = cell("Final", 3, use_percent=True)
    small.edit(with_own(mine, GCO), section=sections[0])
    small.edit(with_own(cell("Final", 4), GCO), course=course)
    done = push(plan, small.store)
    assert done.status == "done"
    assert small.holding(section=sections[0]).get(GCO, Part.OWN).get("Final@3") == mine
    assert small.holding(course=course).get(GCO, Part.OWN).get("Final@4") == cell("Final", 4)
    assert not small.holding(section=sections[0]).get(GCO, Part.LINKED)


def test_what_an_added_category_names_in_an_overwrite_is_not_lost_to_it(small: Small) -> None:
    """A course's task that a category of a section feeds, and that category is younger than the plan."""
    tasks = setup([task("Final"), task("Old")])
    course = small.course("0401", held(linked={CAT: OLD[CAT], TASK: tasks}))
    section = small.section(course, held(linked=BELOW))
    plan = small.saved(catalog(NEW), by=scope(overwrite=True))
    mine = category("Lab", 5, key="section/Lab", tasks=["Old"])
    small.edit(with_own(mine), section=section)
    small.grade(section, CAT, "section/Lab")
    small.edit(with_own(category("Fun", 1, key="course/Fun")), course=course)
    push(plan, small.store)
    assert small.holding(section=section).get(CAT, Part.OWN).get("section/Lab") == mine
    old = small.holding(course=course).get(TASK, Part.OWN).get("Old")
    assert old is not None
    assert old.kept


def test_scores_in_what_goes_on_do_not_matter(small: Small) -> None:
    _, sections = course_of(small)
    plan = small.saved(catalog(NEW))
    small.grade(sections[0], CAT, "Homework", 1, Counts(9, 200))
    done = push(plan, small.store)
    assert (done.courses, done.sections) == (1, 2)
    assert not done.weaker
    assert small.counts() == {Use(CAT, "Homework", 1): Counts(9, 200)}


def test_a_section_that_is_younger_than_the_plan_is_left_alone_and_reported(small: Small) -> None:
    course, sections = course_of(small)
    plan = small.saved(catalog(NEW))
    new = small.section(course, held(linked=BELOW), number="9")
    done = push(plan, small.store)
    assert done.unplanned == [new]
    assert small.holding(section=new) == held(linked=BELOW)
    assert done.sections == 2
    assert names_of(small.holding(section=sections[0]).get(CAT, Part.LINKED)) == ["Homework", "Quiz"]


def test_grades_in_a_younger_section_protect_the_courses_tasks(small: Small) -> None:
    course = small.course("0401", held(linked={TASK: setup([task("Final"), task("Old")])}))
    small.section(course)
    plan = small.saved(catalog(master(grading_tasks=[task("Final")])))
    new = small.section(course, uses={Use(TASK, "Old", 1): Counts(posted=3)}, number="2")
    done = push(plan, small.store)
    assert small.holding(course=course).get(TASK, Part.OWN).get("Old").kept
    assert weaker(done) == {("course", course, "grading_tasks", "Old")}
    assert small.counts(new) == {Use(TASK, "Old", 1): Counts(posted=3)}


def test_a_section_that_is_gone_changes_nothing_for_the_others(small: Small) -> None:
    _, sections = course_of(small)
    plan = small.saved(catalog(NEW))
    with small.store.write() as tx:
        tx.drop_sections([sections[0]])
    done = push(plan, small.store)
    assert (done.courses, done.sections, done.status) == (1, 1, "done")


def test_a_course_that_is_gone_is_reported(small: Small) -> None:
    gone, _ = course_of(small)
    stays, _ = course_of(small)
    plan = small.saved(catalog(NEW))
    with small.store.write() as tx:
        tx.drop_courses([gone])
    done = push(plan, small.store)
    assert done.gone == [gone]
    assert done.courses == 1
    assert names_of(small.holding(course=stays).get(CAT, Part.LINKED)) == ["Homework", "Quiz"]


def test_a_course_that_was_refused_stays_untouched_though_it_was_mended_since(small: Small) -> None:
    course, sections = course_of(small)
    small.edit(with_linked(category("Homework", 21), category("Exam", 80)), course=course)
    plan = small.saved(catalog(NEW))
    small.edit(with_linked(*OLD[CAT]), course=course)
    done = push(plan, small.store)
    assert (done.courses, done.sections) == (0, 0)
    assert small.holding(course=course) == held(linked=OLD)
    assert small.holding(section=sections[0]) == held(linked=BELOW)


@pytest.mark.parametrize("change", [{"ignored": True}, {"catalog": None, "master": None}])
def test_a_refused_course_that_left_the_push_does_not_stop_the_others(small: Small, change: dict) -> None:
    bad, _ = course_of(small)
    good, _ = course_of(small)
    small.edit(with_linked(category("Homework", 21), category("Exam", 80)), course=bad)
    plan = small.saved(catalog(NEW))
    rows, _ = small.records()
    with small.store.write() as tx:
        tx.put_courses([rows[bad]._replace(**change)])
    assert push(plan, small.store).courses == 1
    assert names_of(small.holding(course=good).get(CAT, Part.LINKED)) == ["Homework", "Quiz"]


def test_a_course_that_is_new_since_the_plan_is_not_in_it(small: Small) -> None:
    course_of(small)
    plan = small.saved(catalog(NEW))
    new, below = course_of(small)
    push(plan, small.store)
    assert small.holding(course=new) == held(linked=OLD)
    assert small.holding(section=below[0]) == held(linked=BELOW)


def test_a_plan_of_another_state_is_refused(small: Small, tmp_path: Path) -> None:
    course_of(small)
    plan = small.saved(catalog(NEW))
    other = Small(tmp_path / "other.db")
    other.calendar()
    course = other.course("0401", held(linked=OLD))
    with pytest.raises(PlanOfOtherStore) as caught:
        push(plan, other.store)
    assert str(other.path) in str(caught.value)
    assert caught.value.exit_code == STALE
    assert other.holding(course=course) == held(linked=OLD)
    with other.store.read() as snapshot:
        assert not snapshot.runs()
    other.store.close()


def test_nothing_to_do_is_a_run_without_moves(small: Small) -> None:
    small.course("0401", BARE)
    done = small.apply(catalog(master()))
    assert done.run
    assert small.moves(done.run) == 0


def test_a_field_that_is_held_since_for_one_section_goes_on_to_the_others(small: Small) -> None:
    """The course keeps the category's terms for the grade of one section; its sections have what it has."""
    was = held(linked={CAT: setup([category("Homework", 20, terms=(1, 2))])})
    course = small.course("0401", was)
    sections = [small.section(course, was, number=str(n)) for n in (1, 2)]
    plan = small.saved(catalog(master(categories=[category("Homework", 25, terms=(2,))])))
    small.grade(sections[0], CAT, "Homework", 1, Counts(scores=9))
    done = push(plan, small.store)
    stays = category("Homework", 25, terms=(1, 2))
    for holding in (small.holding(course=course), *(small.holding(section=one) for one in sections)):
        assert list(holding.here(CAT)) == [stays]
    assert {(hop, place) for hop, place, *_ in weaker(done)} == {
        ("course", course), ("section", sections[0]), ("section", sections[1])
    }  # fmt: skip
