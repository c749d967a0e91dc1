"""Change lines: what verdicts are told together, how far they reach, in which order, with which flags."""

from __future__ import annotations

from array import array
from collections import Counter, defaultdict
from dataclasses import replace
from typing import TYPE_CHECKING

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from reconciler.course import Area, Calendar, Lock, Locks, Origin, Rename, item, setup
from reconciler.keep.table import Action, Hop
from reconciler.plan.cohorts import judge_whole
from reconciler.plan.hosts import Hosts
from reconciler.plan.lines import RISK, affects, lines, tally
from reconciler.plan.model import Cohort, Plan, acts
from reconciler.plan.outcome import Outcome
from reconciler.plan.reach import Ground
from reconciler.plan.scope import Scope
from tests.reports.harrison import (
    HARRISON,
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
    own,
    said,
    tasks,
    unused,
    use,
)
from tests.strategies import CALM, Push, pushes

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from reconciler.course import Item
    from reconciler.keep.effect import Verdict


@pytest.fixture
def district(tmp_path: Path) -> Iterator[District]:
    made = found(tmp_path)
    yield made
    made.store.close()


ONLY_CATEGORIES = locked(Area.CATEGORIES)


def test_an_update_is_one_line_per_hop_and_new_value_over_all_cohorts(district: District) -> None:
    """Two courses at two schools, one section with another old value of a pushed weight."""
    was, other = categories(Homework=20), categories(Homework=22)
    district.add("0401", holding(was), unused(holding(was)), unused(holding(was)))
    district.add("0402", holding(other), unused(holding(other)), calendar=ROOSEVELT)
    new = categories(Homework=25)
    told = district.told(
        catalog(master("0401", new), master("0402", new, line=20), locks=ONLY_CATEGORIES)
    ).changes
    course = one_line(told, hop="course")
    section = one_line(told, hop="section")
    assert len(told) == 2
    assert (course.hosts, course.courses, course.schools) == (2, 2, 2)
    assert (section.hosts, section.courses, section.schools) == (3, 2, 2)
    assert (section.label, section.area, section.reason, section.field) == (
        "Homework", "categories", "updated", "weight",
    )  # fmt: skip
    assert said(section) == ({"20": 2, "22": 1}, {"25": 3})
    assert section.masters == (("0401", "0402"), 2)
    assert section.where == (("catalog.yaml:11", "catalog.yaml:21"), 2)


def test_each_new_value_and_each_field_has_a_line(district: District) -> None:
    was = categories(Homework={"weight": 20, "drop_lowest": 1})
    district.add("0401", holding(was))
    district.add("0402", holding(was))
    told = district.told(
        catalog(
            master("0401", categories(Homework={"weight": 25, "drop_lowest": 2})),
            master("0402", categories(Homework={"weight": 30, "drop_lowest": 2})),
            locks=ONLY_CATEGORIES,
        )
    ).changes
    assert [(one.field, said(one)[1], one.hosts) for one in told] == [
        ("drop_lowest", {"2": 2}, 2),
        ("weight", {"25": 1}, 1),
        ("weight", {"30": 1}, 1),
    ]


def test_a_default_is_told_where_a_field_is_left_out(district: District) -> None:
    district.add("0401", holding(categories(Homework=20)))
    desired = categories(Homework={"weight": 20, "drop_lowest": 1, "exclude_from_calculation": True})
    told = district.told(catalog(master("0401", desired), locks=ONLY_CATEGORIES)).changes
    assert [(one.field, said(one)) for one in told] == [
        ("drop_lowest", ({"0": 1}, {"1": 1})),
        ("exclude_from_calculation", ({"no": 1}, {"yes": 1})),
    ]


def test_many_old_values_are_folded_to_the_most_frequent(district: District) -> None:
    for number, weight in enumerate((10, 11, 11, 12, 13, 13, 13)):
        district.add(f"{number}", holding(categories(Homework=weight)))
    masters = [master(f"{number}", categories(Homework=40)) for number in range(7)]
    (line,) = district.told(catalog(*masters, locks=ONLY_CATEGORIES)).changes
    assert line.olds.first == (("13", 3), ("11", 2), ("10", 1))
    assert line.olds.total == 4
    assert line.masters == (("0", "1", "2"), 7)


def test_creates_are_one_line_though_their_values_differ(district: District) -> None:
    district.add("0401", holding())
    district.add("0402", holding())
    (line,) = district.told(
        catalog(
            master("0401", categories(Homework={"weight": 20, "drop_lowest": 1})),
            master("0402", categories(Homework=30)),
            locks=ONLY_CATEGORIES,
        )
    ).changes
    assert (line.action, line.reason, line.hosts) == ("create", "created", 2)
    assert said(line) == ({}, {"weight 20; drop_lowest 1": 1, "weight 30": 1})


def test_a_delete_tells_what_goes_and_the_line_of_its_master(district: District) -> None:
    both = categories(Homework=20, Quiz=10)
    district.add("0401", holding(both), unused(holding(both)))
    told = district.told(catalog(master("0401", categories(Homework=20), line=41), locks=ONLY_CATEGORIES))
    line = one_line(told.changes, hop="section")
    assert (line.action, line.label, said(line)) == ("delete", "Quiz", ({"weight 10": 1}, {}))
    assert line.where == (("catalog.yaml:41",), 1)


def test_a_course_without_a_catalog_at_hand_has_no_places(district: District) -> None:
    district.add("0401", holding())
    known = catalog(master("0401", categories(Homework=20)), locks=ONLY_CATEGORIES)
    plan = district.plan(known)
    (line,) = lines(Ground(plan), tally(plan).changes)
    assert line.where == ((), 0)
    assert line.masters == (("0401",), 1)


def test_a_teachers_category_steps_aside(district: District) -> None:
    """C1: told by its old name, with the new one."""
    here = holding(made=own("Homework", weight=5))
    district.add("0401", holding(), unused(here), unused(here))
    told = district.told(catalog(master("0401", categories(Homework=20)), locks=ONLY_CATEGORIES)).changes
    line = one_line(told, action="rename")
    assert (line.label, line.reason, line.hosts) == ("Homework", "renamed", 2)
    assert said(line) == ({"Homework": 2}, {"Homework (1)": 2})
    assert line.flags == ()


def test_was_is_told_as_a_rename_of_the_course(district: District) -> None:
    """P12: where no field changes, the new key alone would not show."""
    district.add("0401", holding(tasks(Final={"terms": [4]})))
    new = master("0401", tasks(Exam={"terms": [4]}), renames=(Rename(Area.GRADING_TASKS, "Final", "Exam"),))
    told = district.told(catalog(new, locks=locked(Area.GRADING_TASKS)))
    (line,) = told.changes
    assert (line.action, line.reason, line.label, said(line)[1]) == (
        "rename",
        "renamed",
        "Final",
        {"Exam": 1},
    )
    assert told.totals.courses_changed == 1
    assert line.where == (("catalog.yaml:11",), 1)


def test_an_equal_item_is_linked_and_nothing_else_is_said(district: District) -> None:
    """Row 8; its new key is no rename of its own."""
    made = own("Homework", "course", weight=20)
    district.add("0401", holding(made=made))
    (line,) = district.told(catalog(master("0401", categories(Homework=20)), locks=ONLY_CATEGORIES)).changes
    assert (line.action, line.reason, said(line)) == ("link", "linked", ({}, {}))


def test_drift_in_a_section_is_put_back_and_flagged(district: District) -> None:
    above, changed = categories(Homework=20), categories(Homework=99)
    district.add(
        "0401", holding(above), unused(holding(changed, pushed=above)), unused(holding({}, pushed=above))
    )
    told = district.told(catalog(master("0401", above), locks=ONLY_CATEGORIES)).changes
    assert [(one.action, one.field, said(one)) for one in told] == [
        ("put_back", "", ({"gone": 1}, {"weight 20": 1})),
        ("put_back", "weight", ({"99": 1}, {"20": 1})),
    ]
    assert all(one.flags == ("drift",) for one in told)


def test_a_cell_and_a_composite_are_called_by_task_and_term(district: District) -> None:
    listed = tasks(Final={"terms": [4]}, Quarter={"terms": [1]})
    district.add("0401", holding(listed))
    wanted = master("0401", listed, cells(Quarter="in_progress"), composites("Final", {"Quarter@1": 100}))
    told = district.told(catalog(wanted, locks=locked(*list(Area)[1:]))).changes
    assert [(one.area, one.label) for one in told] == [
        ("composite_grades", "Final T4 <- Quarter T1"),
        ("composite_weights", "Final T4 <- Quarter T1"),
        ("grade_calc_options", "Quarter, term 1"),
    ]


def test_a_replaced_cell_is_told_with_both_values(district: District) -> None:
    """Row 11 at a section: risky, so it comes before what is new."""
    listed = tasks(Quarter={"terms": [1]})
    wanted = cells(Quarter="in_progress")
    district.add("0401", holding({**listed, **wanted}), unused(holding(made=cells(Quarter="proficiency"))))
    told = district.told(
        catalog(master("0401", listed, wanted), locks=locked(Area.GRADE_CALC_OPTIONS))
    ).changes
    (line,) = told
    assert (line.action, line.reason, line.field) == ("replace", "replaced", "calculation")
    assert said(line) == ({"proficiency": 1}, {"in_progress": 1})


def test_a_field_is_taken_over_with_its_old_value(district: District) -> None:
    district.add("0401", holding(made=info(department="Math", credits=1)))
    told = district.told(
        catalog(master("0401", info(department="Mathematics", credits=1)), locks=locked(Area.COURSE_INFO))
    ).changes
    assert [(one.action, one.label, one.field, said(one)) for one in told] == [
        ("take_over", "department", "", ({"Math": 1}, {"Mathematics": 1})),
        ("link", "credits", "", ({}, {})),
    ]


def test_the_most_risky_lines_come_first(district: District) -> None:
    before = categories(Homework=20, Quiz=10, Lab={"weight": 5, "sequence": 1})
    after = categories(Homework=25, Lab={"weight": 5, "sequence": 2}, Exam=50)
    drifted = categories(Homework=20, Quiz=10, Lab={"weight": 6, "sequence": 1})
    district.add(
        "0401",
        holding(before),
        SectionOf(holding(before), use("Homework", assignments=1)),
        unused(holding(drifted, pushed=before)),
    )
    told = district.told(catalog(master("0401", after), locks=ONLY_CATEGORIES)).changes
    ranks = [
        RISK.index(
            "grade_affecting" if "grade_affecting" in one.flags and one.action == "update" else one.action
        )
        for one in told
    ]
    assert ranks == sorted(ranks)
    assert [one.action for one in told][:2] == ["delete", "delete"]
    assert {"put_back", "update", "create"} <= {one.action for one in told}


def test_only_what_is_in_use_is_grade_affecting(district: District) -> None:
    """P13: the unused course's section gets the same change without the flag being raised by it."""
    was, new = categories(Homework=20), categories(Homework=25)
    district.add(
        "0401", holding(was), SectionOf(holding(was), use("Homework", scores=3)), unused(holding(was))
    )
    used = district.told(catalog(master("0401", new), locks=ONLY_CATEGORIES)).changes
    assert [(one.hop, one.flags, one.affected) for one in used] == [
        ("course", ("grade_affecting",), 1),
        ("section", ("grade_affecting",), 1),
    ]


def test_nothing_is_grade_affecting_where_nothing_is_used(district: District) -> None:
    was = categories(Homework=20)
    district.add("0401", holding(was), unused(holding(was)))
    told = district.told(catalog(master("0401", categories(Homework=25)), locks=ONLY_CATEGORIES)).changes
    assert [one.flags for one in told] == [(), ()]


@pytest.mark.parametrize(
    ("area", "action", "name", "expected"),
    [
        (Area.CATEGORIES, Action.UPDATE, "weight", True),
        (Area.CATEGORIES, Action.UPDATE, "sequence", False),
        (Area.CATEGORIES, Action.CREATE, "", True),
        (Area.CATEGORIES, Action.DELETE, "", True),
        (Area.CATEGORIES, Action.LINK, "", False),
        (Area.CATEGORIES, "rename", "name", False),
        (Area.GRADE_CALC_OPTIONS, Action.DELETE, "", True),
        (Area.COMPOSITE_GRADES, Action.CREATE, "", True),
        (Area.COMPOSITE_WEIGHTS, Action.UPDATE, "weight", True),
        (Area.GRADING_TASKS, Action.UPDATE, "terms", True),
        (Area.GRADING_TASKS, Action.UPDATE, "post_only", True),
        (Area.GRADING_TASKS, Action.UPDATE, "credit", False),
        (Area.GRADING_TASKS, Action.CREATE, "", False),
        (Area.COURSE_INFO, Action.UPDATE, "", False),
        (Area.ASSESSMENTS, Action.DELETE, "", False),
    ],
)
def test_which_changes_may_move_a_grade(area: Area, action: str, name: str, expected: bool) -> None:
    """P13, case by case."""
    assert affects(area, action, name) is expected


def test_a_line_is_in_session_where_one_of_its_calendars_is(district: District) -> None:
    for calendar in (HARRISON, SUMMER):
        district.add("0401", holding(), calendar=calendar)
    known = catalog(master("0401", categories(Homework=20)), locks=ONLY_CATEGORIES)
    both = {"calendars": (HARRISON, SUMMER)}
    assert district.told(known, today=RUNNING, **both).changes[0].flags == ("in_session",)
    assert district.told(known, today="2026-08-16", **both).changes[0].flags == ()
    assert district.told(known, today="2026-08-16", **both).changes[0].schools == 1


def test_what_is_edited_below_stays_and_is_told_with_the_masters_value(district: District) -> None:
    """L4: an edit of an editable item; the offered value is recorded as pushed."""
    was, edited = categories(Homework=20), categories(Homework=33)
    district.add("0401", holding(edited, pushed=was))
    locks = locked(categories=Lock.EDITABLE)
    told = district.told(catalog(master("0401", categories(Homework=25)), locks=locks))
    (line,) = told.stays
    assert (line.reason, line.field, said(line)) == ("edited_below", "weight", ({"33": 1}, {"25": 1}))
    assert told.changes == ()


def test_an_own_cell_that_may_be_edited_is_linked_and_stays(district: District) -> None:
    """Row 11, editable."""
    listed = tasks(Quarter={"terms": [1]})
    district.add("0401", holding(listed, made=cells(Quarter="proficiency")))
    locks = locked(Area.GRADING_TASKS, grade_calc_options=Lock.EDITABLE)
    told = district.told(catalog(master("0401", listed, cells(Quarter="in_progress")), locks=locks))
    (line,) = told.stays
    assert (line.reason, said(line)) == ("edited_below", ({"proficiency": 1}, {"in_progress": 1}))
    assert told.totals.items == (("link_edited", 1),)


def test_what_a_dropped_master_item_leaves_to_the_school(district: District) -> None:
    """Row 7, editable: it becomes the school's own."""
    district.add("0401", holding(categories(Homework=33), pushed=categories(Homework=20)))
    told = district.told(catalog(master("0401", categories(Exam=1)), locks=locked(categories=Lock.EDITABLE)))
    line = one_line(told.stays, reason="kept_as_own")
    assert (line.label, said(line)) == ("Homework", ({"weight 33": 1}, {}))


def test_a_field_that_a_section_filled_stays(district: District) -> None:
    """S2, in cross-site data."""
    area = Area.CROSS_SITE
    above = {area: setup([_field("room", "12")])}
    filled = {area: setup([_field("room", "99")])}
    district.add("0401", holding(above), unused(holding(made=filled)))
    told = district.told(catalog(master("0401", above), locks=locked(area)), cross_site=True)
    (line,) = told.stays
    assert (line.hop, line.label, line.reason, said(line)) == (
        "section", "room", "filled_below", ({"99": 1}, {"12": 1}),
    )  # fmt: skip


def _field(key: str, value: str) -> Item:
    return item(Area.CROSS_SITE, key, {"value": value})


def test_a_held_field_stays_though_the_rest_is_updated(district: District) -> None:
    """P10: a term in which the task is used is not taken away; the credit changes."""
    was = tasks(Final={"terms": [1, 2], "credit": 1})
    district.add("0401", holding(was), SectionOf(holding(), use("Final", 2, Area.GRADING_TASKS, posted=9)))
    told = district.told(
        catalog(master("0401", tasks(Final={"terms": [1], "credit": 2})), locks=locked(Area.GRADING_TASKS))
    )
    (line,) = told.stays
    assert (line.reason, line.field, said(line)) == ("used", "terms", ({"1, 2": 1}, {"1": 1}))
    (change,) = told.changes
    assert (change.reason, change.field, said(change)) == ("updated", "credit", ({"1": 1}, {"2": 1}))


def test_a_held_field_alone_changes_nothing(district: District) -> None:
    was = tasks(Final={"score_group": "Letters"})
    district.add("0401", holding(was), SectionOf(holding(), use("Final", 2, Area.GRADING_TASKS, posted=9)))
    told = district.told(
        catalog(master("0401", tasks(Final={"score_group": "Points"})), locks=locked(Area.GRADING_TASKS))
    )
    assert told.changes == ()
    assert [(one.reason, one.field, said(one)) for one in told.stays] == [
        ("used", "score_group", ({"Letters": 1}, {"Points": 1}))
    ]


def test_a_cell_of_a_residual_is_pending_where_the_push_does_not_write_it(district: District) -> None:
    """R2."""
    listed = {**tasks(Final={}), **cells(Final="in_progress")}
    district.add("0401", holding(listed), SectionOf(holding(), use("Final", 1, Area.GRADING_TASKS, posted=1)))
    told = district.told(catalog(master("0401", tasks()), locks=locked(Area.GRADING_TASKS)))
    (line,) = told.stays
    assert (line.reason, line.label) == ("no_calculation_pending", "Final, term 1")


def test_a_cell_of_a_residual_goes_with_its_own_reason(district: District) -> None:
    listed = {**tasks(Final={}), **cells(Final="in_progress")}
    district.add("0401", holding(listed), SectionOf(holding(), use("Final", 1, Area.GRADING_TASKS, posted=1)))
    locks = locked(Area.GRADING_TASKS, Area.GRADE_CALC_OPTIONS)
    told = district.told(
        catalog(master("0401", {**tasks(), Area.GRADE_CALC_OPTIONS: setup(())}), locks=locks)
    )
    (line,) = told.changes
    assert (line.action, line.reason, line.label) == ("delete", "no_calculation", "Final, term 1")


def test_refused_items_are_apart_with_what_was_wanted(district: District) -> None:
    """L7 and L5: the rest of the course goes on."""
    district.add("0401", holding())
    wanted = master(
        "0401", cells(Final="in_progress"), composites("Final", {"Quarter@1": 100}), info(name="A")
    )
    locks = locked(Area.GRADE_CALC_OPTIONS, Area.COMPOSITE_WEIGHTS, Area.COURSE_INFO)
    told = district.told(catalog(wanted, locks=locks))
    assert [(one.reason, one.label, said(one)[1]) for one in told.refused_items] == [
        ("missing_composite_row", "Final T4 <- Quarter T1", {"weight 100": 1}),
        ("missing_task", "Final, term 1", {"calculation in_progress": 1}),
    ]
    assert [one.label for one in told.changes] == ["name"]
    assert told.totals.items_refused == 2


def test_a_residual_that_is_declared_again_relinks(district: District) -> None:
    """Row 15, with the values that change."""
    here = holding(made=kept(categories(Homework=20)))
    district.add("0401", here)
    told = district.told(catalog(master("0401", categories(Homework=25)), locks=ONLY_CATEGORIES)).changes
    assert [(one.action, one.reason, one.field, said(one)) for one in told] == [
        ("relink", "relinked", "weight", ({"20": 1}, {"25": 1}))
    ]


def test_a_residual_that_lost_its_uses_is_released_or_goes(district: District) -> None:
    """Row 18."""
    district.add("0401", holding(made=kept(categories(Homework=20))))
    district.add("0402", holding(made=kept(own("Lab", "course"), left=False)))
    told = district.told(
        catalog(*(master(number, categories(Exam=1)) for number in ("0401", "0402")), locks=ONLY_CATEGORIES)
    ).changes
    assert [(one.action, one.label) for one in told if one.label != "Exam"] == [
        ("delete", "Homework"),
        ("release", "Lab"),
    ]


def test_a_refused_course_has_no_change_lines(district: District) -> None:
    district.add("0401", holding(categories(Homework=99, Quiz=1), pushed=categories(Homework=20, Quiz=1)))
    told = district.told(catalog(master("0401", categories(Homework=25)), locks=ONLY_CATEGORIES))
    assert (told.changes, told.stays) == ((), ())
    assert told.totals.courses_changed == 0


def test_places_are_those_of_the_layer_that_says_it(district: District) -> None:
    district.add("0401", holding())
    one = master("0401", categories(Homework=20))
    origins = {(Area.CATEGORIES, "Homework"): Origin("setup semester", "shared.yaml", 7)}
    told = district.told(catalog(replace(one, origins=origins), locks=ONLY_CATEGORIES)).changes
    assert told[0].where == (("shared.yaml:7",), 1)


def test_nothing_is_said_of_what_is_in_sync_or_local(district: District) -> None:
    was = categories(Homework=20)
    district.add("0401", holding(was), unused(holding(was, made=own("Quiz"))), unused(holding(was)))
    told = district.told(catalog(master("0401", was), locks=ONLY_CATEGORIES))
    assert (told.changes, told.stays, told.refused_items) == ((), (), ())
    assert (told.totals.items_unchanged, told.totals.items_local) == (3, 1)


def test_what_a_course_made_itself_comes_from_no_line_of_yaml(district: District) -> None:
    """P8: local items go on to sections too."""
    was = categories(Homework=20)
    district.add("0401", holding(was, made=own("Lab", "course", weight=5)), unused(holding(was)))
    (line,) = district.told(catalog(master("0401", was), locks=ONLY_CATEGORIES)).changes
    assert (line.label, line.action, line.hop) == ("Lab", "create", "section")
    assert line.where == ((), 0)


def test_unlocked_areas_are_not_told(district: District) -> None:
    district.add("0401", holding())
    told = district.told(catalog(master("0401", categories(Homework=20)), locks=Locks()))
    assert told.changes == ()
    assert {cohort.hop for cohort in district.plan(catalog(master("0401"))).cohorts} == {Hop.COURSE}


def test_every_hop_has_its_reach(district: District) -> None:
    """Sections of which the same is decided are one cohort, whatever their teachers made beside it."""
    was = categories(Homework=20)
    district.add("0401", holding(was), unused(holding(was)), unused(holding(was, made=own("Lab"))))
    told = district.told(catalog(master("0401", categories(Homework=25)), locks=ONLY_CATEGORIES)).changes
    section = one_line(told, hop="section")
    assert (section.hosts, section.courses, len(section.cohorts)) == (2, 1, 1)


@settings(CALM, max_examples=60)
@given(st.lists(pushes(), min_size=1, max_size=3))
def test_every_verdict_of_every_host_is_counted_once(cases: list[Push]) -> None:
    """Against a count that walks members one by one."""
    plan = plan_of(cases)
    sums = tally(plan)
    told = lines(Ground(plan), sums.changes)
    items, hosts = by_hand(plan)
    assert dict(sums.items) == items
    for line in told:
        members = {(place, member) for place in line.cohorts for member in plan.cohorts[place].members}
        courses = {one for place in line.cohorts for one in plan.cohorts[place].owners}
        assert (line.hosts, line.courses) == (len(members), len(courses))
        if line.action != "rename":
            assert members <= hosts[line.hop, line.area, line.action]
        assert sum(one.times for one in line.olds.first) <= line.hosts or line.field == ""
    lined = {(line.hop, line.area, line.action) for line in told}
    assert set(hosts) <= lined


def judged(hop: Hop, want: int, outcome: Outcome, hosts: Hosts, places: array[int]) -> Cohort:
    times = len(places)
    return Cohort(hop, want, outcome, hosts, places, outcome.unchanged * times, outcome.local * times)


def plan_of(cases: list[Push]) -> Plan:
    """A plan of hosts that were judged one case at a time; case n has n + 1 equal courses."""
    cohorts, hosts = [], Hosts()
    for want, case in enumerate(cases):
        outcome, below = judge_whole(case.want, case.course, case.sections, case.terms)
        courses = array("q", range(len(hosts.courses), len(hosts.courses) + want + 1))
        hosts.courses.extend(courses)
        hosts.calendars.extend([1] * len(courses))
        hosts.wants.extend([want] * len(courses))
        cohorts.append(judged(Hop.COURSE, want, outcome, hosts, courses))
        for one in below:
            if one is not None:
                places = array("q", range(len(hosts.sections), len(hosts.sections) + len(courses)))
                hosts.sections.extend(places)
                hosts.above.extend(courses)
                hosts.used.extend([0] * len(courses))
                cohorts.append(judged(Hop.SECTION, want, one, hosts, places))
    calendar = Calendar(1, "A", "School", 2027, ())
    wants = tuple(case.want for case in cases)
    return Plan(Scope(2027, RUNNING, ("A",)), "s", "c", (), (calendar,), wants, tuple(cohorts), {}, {})


def by_hand(plan: Plan) -> tuple[dict[str, int], dict[tuple[str, str, str], set[tuple[int, int]]]]:
    """How many items come to which action, and which hosts have such a change line, member by member."""
    items: Counter[str] = Counter()
    hosts: dict[tuple[str, str, str], set[tuple[int, int]]] = defaultdict(set)
    for place, cohort in enumerate(plan.cohorts):
        done = [one for one in cohort.outcome.verdicts if acts(one) and not cohort.outcome.refused]
        links = {(one.area, one.key) for one in done if one.action is Action.LINK}
        renames = [one for one in cohort.outcome.rekeys if (one.area, one.key) not in links]
        for member in cohort.members:
            items.update(_named(one) for one in done)
            if cohort.hop is Hop.COURSE and renames:
                items["rename"] += len(renames)
            for one in done:
                if _named(one) in RISK and _named(one) != "rename":
                    hosts[cohort.hop.value, one.area.value, _named(one)].add((place, member))
    return dict(items), hosts


def _named(verdict: Verdict) -> str:
    if verdict.action is not Action.KEEP:
        return str(verdict.action)
    return "rename" if verdict.reason == "renamed" else "update"
