"""The summary around the change lines: header, refusals, residuals, who is left out, lists, totals, JSON."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from reconciler.course import EMPTY, Area, DataType, Exemption, Item, ListKind, Locks, setup
from reconciler.plan.summary import from_json, member_names, summarise, to_json
from tests.reports.harrison import (
    HARRISON,
    NAME,
    ROOSEVELT,
    RUNNING,
    SUMMER,
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
    tasks,
    unused,
    use,
)

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from reconciler.plan.told import Summary


@pytest.fixture
def district(tmp_path: Path) -> Iterator[District]:
    made = found(tmp_path)
    yield made
    made.store.close()


HOMEWORK = categories(Homework=20)
BOTH = categories(Homework=20, Quiz=10)
ONLY_CATEGORIES = locked(Area.CATEGORIES)
LOCKED = catalog(master("0401", HOMEWORK), locks=ONLY_CATEGORIES)


def test_the_header_says_what_was_asked_for(district: District) -> None:
    head = district.told(
        LOCKED, today=RUNNING, masters=("04*",), schools=("Harrison*", "Roos*"), cross_site=True
    ).header
    assert (head.source, head.catalogs, head.year, head.mode) == ("masters", (NAME,), 2027, "locked")
    assert head.calendars == ((HARRISON, "Harrison High", True), (ROOSEVELT, "Roosevelt High", True))
    assert (head.to_sections, head.cross_site, head.today) == (True, True, RUNNING)
    assert (head.masters, head.courses, head.schools) == (("04*",), (), ("Harrison*", "Roos*"))
    assert len(head.data) == 7
    assert (head.lockless, head.idle) == ((), False)


def test_the_header_names_data_in_the_districts_words(district: District) -> None:
    some = frozenset({DataType.CATEGORIES, DataType.GRADING_TASKS_STANDARDS})
    assert district.told(LOCKED, data=some).header.data == ("grading tasks and standards", "categories")
    head = district.told(from_courses=True, calendars=(HARRISON,)).header
    assert head.data == ("advisory", "grade calc options", "composite grades and weights", "categories")
    assert (head.source, head.idle) == ("courses", False)


@pytest.mark.parametrize(
    ("day", "expected"),
    [("2026-08-16", False), ("2026-08-17", True), ("2027-05-28", True), ("2027-05-29", False)],
)
def test_a_calendar_is_in_session_between_its_terms(district: District, day: str, expected: bool) -> None:
    calendars = district.told(LOCKED, today=day).header.calendars
    assert [one.in_session for one in calendars] == [expected, expected]


@pytest.mark.parametrize(
    ("day", "expected"),
    [("2026-06-30", False), ("2026-07-01", True), ("2027-06-30", True), ("2027-07-01", False)],
)
def test_without_dates_a_school_year_runs_from_july(district: District, day: str, expected: bool) -> None:
    with district.store.write() as tx:
        tx.put_calendar(HARRISON, "Harrison High", 2027, ())
    (calendar,) = district.told(LOCKED, today=day, calendars=(HARRISON,)).header.calendars
    assert calendar.in_session is expected


def test_a_catalog_without_locks_says_so(district: District) -> None:
    """L6, and L1 where only what was not ticked is locked."""
    district.add("0401", holding())
    bare = district.told(catalog(master("0401", HOMEWORK), locks=Locks()))
    assert (bare.header.lockless, bare.header.idle, bare.pending) == ((NAME,), True, False)
    other = district.told(LOCKED, data=frozenset({DataType.ASSESSMENTS}))
    assert (other.header.lockless, other.header.idle, other.pending) == ((), True, False)


def drifted(district: District) -> Summary:
    """Three refused courses: a changed weight twice, a deleted item once."""
    for number in ("0401", "0402"):
        district.add(number, holding(categories(Homework=25), pushed=HOMEWORK), unused(holding(HOMEWORK)))
    district.add("0403", holding({}, pushed=HOMEWORK), calendar=ROOSEVELT)
    masters = [master(number, categories(Homework=30)) for number in ("0401", "0402", "0403")]
    return district.told(catalog(*masters, locks=ONLY_CATEGORIES))


def test_refused_courses_are_told_by_their_first_difference(district: District) -> None:
    told = drifted(district)
    changed, gone = told.refused
    assert (changed.reason, changed.cause, changed.courses, changed.schools) == (
        "desynced",
        "changed_below",
        2,
        1,
    )
    assert (changed.area, changed.label, changed.field) == ("categories", "Homework", "weight")
    assert (changed.olds.first, changed.news.first) == ((("25", 2),), (("30", 2),))
    assert changed.examples == ((f"0401@{HARRISON}", f"0402@{HARRISON}"), 2)
    assert (gone.cause, gone.field, gone.olds.first, gone.news.first) == (
        "gone_below", "", (("gone", 1),), (("weight 30", 1),),
    )  # fmt: skip
    assert told.totals.courses_refused == 3
    assert (told.pending, told.remains) == (False, True)


def test_the_likely_cause_of_a_refusal(district: District) -> None:
    """Rows 7 and 10: dropped by the master; made before the master had it."""
    district.add("0401", holding(categories(Homework=20, Quiz=99), pushed=BOTH))
    district.add("0402", holding(made=tasks(Final={"credit": 1})))
    known = catalog(
        master("0401", HOMEWORK, tasks()),
        master("0402", categories(), tasks(Final={"credit": 2})),
        locks=locked(Area.CATEGORIES, Area.GRADING_TASKS),
    )
    told = {one.label: (one.cause, one.field) for one in district.told(known).refused}
    assert told == {"Quiz": ("dropped", ""), "Final": ("made_below", "credit")}


def test_a_calendar_with_too_few_terms(district: District) -> None:
    district.add("0401", holding(), calendar=SUMMER)
    known = catalog(master("0401", tasks(Final={"terms": [4]})), locks=locked(Area.GRADING_TASKS))
    (one,) = district.told(known, calendars=(SUMMER,)).refused
    assert (one.reason, one.cause, one.field) == ("term_out_of_range", "terms", "terms")
    assert (one.olds.first, one.news.first, one.examples.first) == (
        (("1", 1),),
        (("4", 1),),
        (f"0401@{SUMMER}",),
    )


def test_a_residual_is_counted_at_its_sections(district: District) -> None:
    """R1: the course's row is the container, all terms add up, an unused copy goes."""
    district.add(
        "0401",
        holding(BOTH),
        SectionOf(
            holding(BOTH),
            use("Quiz", 1, assignments=2, scores=50) | use("Quiz", 2, assignments=1, posted=3, comments=4),
        ),
        SectionOf(holding(BOTH), use("Quiz", assignments=1)),
        SectionOf(holding(BOTH), use("Homework", assignments=9)),
    )
    told = district.told(LOCKED)
    (one,) = told.residuals
    assert (one.area, one.label, one.new, one.reason) == ("categories", "Quiz", True, "residual")
    assert (one.sections, one.courses, one.schools, one.unread) == (2, 1, 1, 0)
    assert (one.assignments, one.scores, one.posted, one.comments) == (4, 50, 3, 4)
    assert (told.totals.residuals_new, told.totals.residuals_before) == (2, 0)
    gone = one_line(told.changes, hop="section", label="Quiz")
    assert (gone.action, gone.hosts) == ("delete", 1)
    assert told.pending
    assert told.remains


def test_a_course_alone_counts_the_sections_that_hold_its_residual(district: District) -> None:
    """Without to_sections, and for tasks, which sections read from their course."""
    district.add(
        "0401",
        holding({**BOTH, **tasks(Final={})}),
        SectionOf(holding(BOTH), use("Quiz", scores=5) | use("Final", 4, Area.GRADING_TASKS, posted=7)),
        unused(holding(BOTH)),
    )
    known = catalog(master("0401", HOMEWORK, tasks()), locks=locked(Area.CATEGORIES, Area.GRADING_TASKS))
    told = district.told(known, to_sections=False).residuals
    assert [(one.area, one.label, one.sections, one.scores, one.posted) for one in told] == [
        ("categories", "Quiz", 1, 5, 0),
        ("grading_tasks", "Final", 1, 0, 7),
    ]


def test_a_section_whose_uses_were_never_read_is_said_to_be(district: District) -> None:
    district.add("0401", holding(BOTH), SectionOf(holding(BOTH)), unused(holding(BOTH)))
    (one,) = district.told(LOCKED).residuals
    assert (one.sections, one.unread, one.assignments) == (1, 1, 0)


def test_a_residual_from_before_is_told_as_such(district: District) -> None:
    """Row 17: reported at every push, once."""
    left = kept(categories(Quiz=10))
    district.add(
        "0401",
        holding(HOMEWORK, made=left),
        SectionOf(holding(HOMEWORK, made=left), use("Quiz", assignments=2)),
    )
    told = district.told(LOCKED)
    assert [(one.label, one.new, one.sections, one.assignments) for one in told.residuals] == [
        ("Quiz", False, 1, 2)
    ]
    assert (told.pending, told.remains, told.totals.residuals_before) == (False, True, 1)


def test_a_refused_course_still_tells_its_residuals(district: District) -> None:
    left = kept(categories(Quiz=10))
    district.add(
        "0401",
        holding(categories(Homework=99), pushed=HOMEWORK, made=left),
        SectionOf(holding(made=left), use("Quiz", assignments=2)),
    )
    told = district.told(LOCKED)
    assert len(told.refused) == 1
    assert [(one.label, one.new, one.sections, one.assignments) for one in told.residuals] == [
        ("Quiz", False, 1, 2)
    ]


def test_what_refers_to_a_kept_task_is_named(district: District) -> None:
    """R7: nothing uses the task, but a category in use feeds it."""
    feeding = categories(Lab={"weight": 5, "tasks": ["Final"]})
    district.add(
        "0401", holding({**tasks(Final={}), **feeding}), SectionOf(holding(feeding), use("Lab", scores=1))
    )
    known = catalog(master("0401", tasks()), locks=locked(Area.GRADING_TASKS))
    (one,) = district.told(known).residuals
    assert (one.label, one.reason, one.sections, one.courses) == ("Final", "referred_to", 0, 1)
    assert one.by == (("category Lab",), 1)
    assert one.cohorts


def test_the_weight_of_a_residual_row_is_told_with_the_row(district: District) -> None:
    rows = {**tasks(Final={}, Quarter={}), **composites("Final", {"Quarter@1": 100})}
    district.add("0401", holding(rows), SectionOf(holding(), use("Final", 4, Area.GRADING_TASKS, posted=1)))
    empty = {Area.COMPOSITE_GRADES: EMPTY, Area.COMPOSITE_WEIGHTS: EMPTY}
    known = catalog(
        master("0401", tasks(), empty),
        locks=locked(Area.GRADING_TASKS, Area.COMPOSITE_GRADES, Area.COMPOSITE_WEIGHTS),
    )
    areas = {one.area for one in district.told(known, to_sections=False).residuals}
    assert areas == {"grading_tasks", "composite_grades"}


def test_who_is_left_out_and_why(district: District) -> None:
    district.add("0401", holding(), ignored=True)
    district.add("0402", holding(), calendar=ROOSEVELT)
    district.add("0403", holding())
    district.add("0404", holding(made=info(active=True)))
    known = catalog(
        master("0401"),
        master("0402"),
        master("0404", info(active=False), active=False),
        locks=locked(Area.COURSE_INFO),
        exempt=(Exemption(ROOSEVELT, "a pilot"),),
    )
    told = district.told(known)
    assert [(one.reason, one.courses, one.examples.first) for one in told.skipped] == [
        ("exempt", 1, (f"0402@{ROOSEVELT}",)),
        ("ignored", 1, (f"0401@{HARRISON}",)),
        ("master_missing", 1, (f"0403@{HARRISON}",)),
        ("inactive", 1, (f"0404@{HARRISON}",)),
    ]
    assert told.totals.courses_skipped == 3
    assert [one.label for one in told.changes] == ["active"]


def test_a_mapped_course_is_left_out_of_a_push_from_courses(district: District) -> None:
    district.add("0401", holding(HOMEWORK), unused(holding()), mapped=True)
    told = district.told(from_courses=True, calendars=(HARRISON,))
    assert [(one.reason, one.courses) for one in told.skipped] == [("mapped", 1)]


def test_a_push_from_courses_tells_of_sections_only(district: District) -> None:
    district.add("0401", holding(HOMEWORK), unused(holding()))
    told = district.told(from_courses=True, calendars=(HARRISON,))
    (line,) = told.changes
    assert (line.hop, line.label, line.masters, line.where) == ("section", "Homework", ((), 0), ((), 0))
    assert (told.totals.courses, told.totals.sections, told.totals.sections_changed) == (0, 1, 1)


LETTERS = Item("Letters", (("A", "90"), ("B", "80"), ("F", "0")))


def listed(*items: Item) -> dict[ListKind, object]:
    return {ListKind.SCORE_GROUPS: setup(items)}


def test_list_changes_say_what_differs_and_who_uses_it(district: District) -> None:
    with district.store.write() as tx:
        tx.put_lists(NAME, listed(LETTERS, Item("Old")))
    task = tasks(Final={"score_group": "Letters"})
    district.add("0401", holding(task), SectionOf(holding(), use("Final", 4, Area.GRADING_TASKS, posted=1)))
    changed = Item("Letters", (("A", "93"), ("C", "70"), ("F", "0")))
    known = catalog(
        master("0401", task), locks=locked(Area.GRADING_TASKS), lists=listed(changed, Item("New"))
    )
    told = district.told(known)
    assert [(one.name, one.change, one.used_by, one.flags) for one in told.lists] == [
        ("Letters", "A 90 -> 93; B removed; C added", 1, ("grade_affecting",)),
        ("New", "new", 0, ()),
        ("Old", "removed", 0, ()),
    ]
    assert told.pending


def test_a_list_that_nobody_in_use_names_affects_no_grades(district: District) -> None:
    with district.store.write() as tx:
        tx.put_lists(NAME, listed(LETTERS))
    task = tasks(Final={"score_group": "Letters"})
    district.add("0401", holding(task), unused(holding()))
    known = catalog(master("0401", task), locks=locked(Area.GRADING_TASKS), lists=listed(Item("Letters")))
    assert [(one.used_by, one.flags) for one in district.told(known).lists] == [(1, ())]


def test_totals_tell_what_changes_from_what_is_only_noted(district: District) -> None:
    """Row 2: D = L, whatever P; that only brings pushed up to date."""
    district.add("0401", holding(HOMEWORK), unused(holding(HOMEWORK)), unused(holding()))
    district.add("0402", holding(HOMEWORK, pushed={}))
    told = district.told(catalog(master("0401", HOMEWORK), master("0402", HOMEWORK), locks=ONLY_CATEGORIES))
    sums = told.totals
    assert (sums.courses, sums.courses_changed, sums.courses_noted) == (2, 0, 1)
    assert (sums.sections, sums.sections_changed, sums.sections_noted) == (2, 1, 0)
    assert sums.items == (("create", 1),)
    assert sums.items_unchanged == 3


def everything(district: District) -> Summary:
    """A plan in which every part of a summary has something."""
    drift = holding(categories(Homework=25), pushed=HOMEWORK)
    district.add("0401", drift)
    district.add("0402", holding(BOTH), SectionOf(holding(BOTH), use("Quiz", scores=2)), unused(holding()))
    district.add("0403", holding(), ignored=True)
    held = tasks(Final={"terms": [1, 2]})
    district.add("0404", holding(held), SectionOf(holding(), use("Final", 2, Area.GRADING_TASKS, posted=1)))
    known = catalog(
        master("0401", HOMEWORK | categories(Homework=30), tasks(), cells()),
        master("0402", categories(Homework=25), tasks(), cells()),
        master("0403", HOMEWORK),
        master("0404", categories(), tasks(Final={"terms": [1]}), cells(Exam="in_progress")),
        locks=locked(Area.CATEGORIES, Area.GRADING_TASKS, Area.GRADE_CALC_OPTIONS),
        lists=listed(LETTERS),
    )
    return district.told(known, today=RUNNING)


def test_a_summary_survives_json_without_loss(district: District) -> None:
    told = replace(everything(district), touched=(f"0401@{HARRISON}/1 (Ada)",))
    parts = {name: bool(getattr(told, name)) for name in told.__dataclass_fields__}
    assert all(parts.values()), parts
    text = json.dumps(to_json(told), ensure_ascii=False)
    assert from_json(json.loads(text)) == told


def test_cohorts_stand_in_json_as_one_short_text(district: District) -> None:
    change = to_json(everything(district))["changes"][0]
    assert isinstance(change["cohorts"], str)


def test_the_same_state_is_summed_up_to_the_same_bytes(tmp_path: Path) -> None:
    texts = []
    for name in ("one", "two"):
        (tmp_path / name).mkdir()
        district = found(tmp_path / name)
        texts.append(json.dumps(to_json(everything(district))))
        district.store.close()
    assert texts[0] == texts[1]


def test_members_are_named_by_address_and_only_when_asked(district: District) -> None:
    district.add("0401", holding(), unused(holding()), unused(holding()))
    district.add("04/02", holding(), unused(holding()), calendar=ROOSEVELT)
    known = catalog(master("0401", HOMEWORK), master("04/02", HOMEWORK), locks=ONLY_CATEGORIES)
    plan = district.plan(known)
    with district.store.read() as snapshot:
        names = member_names(plan, snapshot)
        told = summarise(plan, snapshot, (known,)).changes
        assert [names(line) for line in told] == [
            [f"0401@{HARRISON}", f"04%2F02@{ROOSEVELT}"],
            [f"0401@{HARRISON}/1", f"0401@{HARRISON}/2", f"04%2F02@{ROOSEVELT}/1"],
        ]


def test_a_saved_place_of_a_line_is_no_part_of_its_value(district: District) -> None:
    """The order of catalogs does not matter to what is told."""
    district.add("0401", holding())
    other = replace(catalog(master("9", HOMEWORK)), name="Another")
    plan = district.plan(LOCKED, other)
    with district.store.read() as snapshot:
        one = summarise(plan, snapshot, (LOCKED, other))
        two = summarise(plan, snapshot, (other, LOCKED))
    assert one.changes == two.changes
