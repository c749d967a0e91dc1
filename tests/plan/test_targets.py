"""Which calendars, masters and courses a push means, and why it leaves a course out (P1-P3, S1, S3)."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from reconciler.course import Area, Calendar, Exemption, Term
from reconciler.errors import (
    USAGE,
    CalendarOfOtherYear,
    CalendarUnknown,
    CalendarUnsaid,
    CatalogUnknownMaster,
    CourseUnknown,
    LeftOut,
    NothingChosen,
    SchoolUnknown,
    YearUnsaid,
)
from reconciler.keep.table import Hop
from reconciler.plan.targets import Targets, choose_calendars, choose_year, matches, meant, serves, year_of
from reconciler.push import push
from tests.small import (
    YEAR,
    Small,
    catalog,
    category,
    cell,
    from_courses,
    held,
    listed,
    master,
    scope,
    task,
    write_down,
)

if TYPE_CHECKING:
    from reconciler.plan.model import Plan
    from reconciler.plan.scope import Scope

ONE = master(categories=[category("Homework")])
CATALOGS = (catalog(ONE),)
TERMS = (Term("Q1"), Term("Q2"))
CALENDARS = (
    Calendar(1, "hill-26", "Hill High", 2026, TERMS),
    Calendar(2, "hill-27", "Hill High", YEAR, TERMS),
    Calendar(3, "hill-27-su", "Hill High", YEAR, TERMS),
    Calendar(4, "lake-27", "Lake High", YEAR, TERMS),
)


def asked(**other: object) -> Scope:
    """A push whose calendars are still to be chosen."""
    return replace(scope(), calendars=(), **other)


def chosen(*globs: str, catalogs=CATALOGS, **other: object) -> tuple[str, ...]:
    return choose_calendars(globs, asked(**other), catalogs, CALENDARS)


# --- the year -------------------------------------------------------------------------------------------


def test_the_only_year_of_the_catalogs_need_not_be_said() -> None:
    assert choose_year(None, [catalog(), catalog(name="ms")]) == YEAR


def test_a_year_that_is_said_is_taken() -> None:
    assert choose_year(2030, [catalog()]) == 2030


@pytest.mark.parametrize(
    ("catalogs", "words"), [([catalog(school_years=(2026, 2027))], "2026, 2027"), ([], "none")]
)
def test_a_year_that_could_be_several_must_be_said(catalogs: list, words: str) -> None:
    with pytest.raises(YearUnsaid) as caught:
        choose_year(None, catalogs)
    assert words in str(caught.value)
    assert "--year" in caught.value.way_out
    assert caught.value.exit_code == USAGE


# --- the calendars --------------------------------------------------------------------------------------


def test_none_named_are_all_of_the_year_whose_school_has_the_catalog() -> None:
    assert chosen() == ("hill-27", "hill-27-su", "lake-27")
    assert chosen(catalogs=[catalog(ONE, schools=("Lake High",))]) == ("lake-27",)


@pytest.mark.parametrize(
    ("globs", "names"),
    [
        (["hill-27"], ("hill-27",)),
        (["hill*"], ("hill-27", "hill-27-su")),
        (["lake-27", "hill-27"], ("hill-27", "lake-27")),
        (["*"], ("hill-27", "hill-27-su", "lake-27")),
        (["all"], ("hill-27", "hill-27-su", "lake-27")),
        (["????-27"], ("hill-27", "lake-27")),
    ],
)
def test_calendars_may_be_named_by_globs(globs: list[str], names: tuple[str, ...]) -> None:
    assert chosen(*globs) == names


def test_schools_narrow_the_calendars() -> None:
    assert chosen(schools=("Hill*",)) == ("hill-27", "hill-27-su")
    assert chosen("*", schools=("Lake High",)) == ("lake-27",)


def test_an_unknown_calendar_brings_a_close_match() -> None:
    with pytest.raises(CalendarUnknown) as caught:
        chosen("hil-27")
    assert str(caught.value) == 'There is no calendar "hil-27" in the state (did you mean "hill-27"?).'
    assert caught.value.exit_code == USAGE


def test_an_unknown_calendar_that_nothing_is_like() -> None:
    with pytest.raises(CalendarUnknown) as caught:
        chosen("hill-27", "Oz")
    assert str(caught.value) == 'There is no calendar "Oz" in the state.'


def test_case_counts_in_names() -> None:
    with pytest.raises(CalendarUnknown):
        chosen("HILL-27")


def test_a_calendar_of_another_year() -> None:
    with pytest.raises(CalendarOfOtherYear) as caught:
        chosen("hill-26")
    assert str(caught.value) == 'The calendar "hill-26" is of the school year 2026, not of 2027.'
    assert caught.value.exit_code == USAGE


def test_an_overwrite_needs_its_calendars_named_or_all_said() -> None:
    with pytest.raises(CalendarUnsaid) as caught:
        chosen(overwrite=True)
    assert "an overwrite" in str(caught.value)
    assert "--calendar all" in caught.value.way_out
    assert chosen("all", overwrite=True) == ("hill-27", "hill-27-su", "lake-27")
    assert chosen("hill-27", overwrite=True) == ("hill-27",)


def test_a_push_from_courses_needs_exactly_one_calendar() -> None:
    for globs in ([], ["hill*"], ["all"]):
        with pytest.raises(CalendarUnsaid) as caught:
            chosen(*globs, from_courses=True, catalogs=[])
        assert "a push from courses" in str(caught.value)
    assert chosen("lake-27", from_courses=True, catalogs=[]) == ("lake-27",)


def test_a_catalog_that_no_school_has_is_told() -> None:
    with pytest.raises(NothingChosen) as caught:
        chosen(catalogs=[catalog(ONE, schools=())])
    assert "2027" in str(caught.value)


@pytest.mark.parametrize("schools", [("Hil High",), ("Lake High", "Hil High"), ("Hil High", "*")])
def test_every_school_that_is_named_must_be_there(schools: tuple[str, ...]) -> None:
    with pytest.raises(SchoolUnknown) as caught:
        chosen(schools=schools)
    assert str(caught.value) == (
        'No calendar in the state is of a school "Hil High" (did you mean "Hill High"?).'
    )
    assert caught.value.exit_code == USAGE


LAKE_ALONE = [catalog(ONE, schools=("Lake High",))]
UNSERVED = "no catalog here is for that school in 2027"


@pytest.mark.parametrize(
    ("globs", "other", "what", "why"),
    [
        (("hill-27",), {"catalogs": LAKE_ALONE}, "calendar", UNSERVED),
        (("lake-27", "hill*"), {"catalogs": LAKE_ALONE}, "calendar", UNSERVED),
        (("hill-27",), {"catalogs": [catalog(ONE, school_years=(2026,))]}, "calendar", UNSERVED),
        (
            ("lake-27", "hill-27"),
            {"schools": ("Lake High",)},
            "calendar",
            "it is at Hill High, which --school does not name",
        ),
        ((), {"catalogs": LAKE_ALONE, "schools": ("Lake High", "Hill*")}, "school", UNSERVED),
        (("lake-27",), {"schools": ("*", "Hill*")}, "school", "--calendar names none of its calendars"),
    ],
)
def test_nothing_that_is_named_is_dropped_silently(globs: tuple, other: dict, what: str, why: str) -> None:
    with pytest.raises(LeftOut) as caught:
        chosen(*globs, **other)
    name = "Hill*" if what == "school" else next(one for one in globs if one.startswith("hill"))
    assert str(caught.value) == f'The {what} "{name}" is asked for and would be left out: {why}.'
    assert caught.value.exit_code == USAGE


def test_a_school_without_a_calendar_of_the_year_is_told() -> None:
    old = (*CALENDARS, Calendar(5, "pond-26", "Pond High", 2026, TERMS))
    with pytest.raises(LeftOut) as caught:
        choose_calendars((), asked(schools=("Pond High", "Lake High")), CATALOGS, old)
    assert "it has no calendar of the school year 2027" in str(caught.value)


def test_a_glob_may_match_calendars_that_no_catalog_serves_beside_others() -> None:
    assert chosen("*", catalogs=LAKE_ALONE) == ("lake-27",)
    assert chosen("all", catalogs=LAKE_ALONE) == ("lake-27",)


def test_the_year_of_a_push_from_courses_is_that_of_its_calendar() -> None:
    assert year_of(("lake*",), CALENDARS) == YEAR
    assert year_of(("hill-26",), CALENDARS) == 2026
    with pytest.raises(YearUnsaid) as caught:
        year_of(("hill*",), CALENDARS)
    assert "2026, 2027" in str(caught.value)
    for globs in ((), ("all",)):
        with pytest.raises(CalendarUnsaid):
            year_of(globs, CALENDARS)
    with pytest.raises(CalendarUnknown) as unknown:
        year_of(("lak-27",), CALENDARS)
    assert 'did you mean "lake-27"?' in str(unknown.value)


def test_a_catalog_serves_its_years_and_schools() -> None:
    assert serves(catalog(), CALENDARS[1])
    assert not serves(catalog(), CALENDARS[0])
    assert serves(catalog(schools=("Hill High",)), CALENDARS[1])
    assert not serves(catalog(schools=("Hill High",)), CALENDARS[3])


def test_globs_match_whole_names_and_names_with_signs_match_themselves() -> None:
    assert matches("0401", ["04*"])
    assert not matches("10401", ["04*"])
    assert matches("a[1]", ["a[1]"])
    assert not matches("b", [])


# --- masters --------------------------------------------------------------------------------------------


def test_masters_may_be_chosen_by_globs() -> None:
    made = catalog(ONE, master("0402"), master("0501"))
    assert [one.number for one in Targets([made], scope(masters=("04*",)), CALENDARS).wants] == [
        "0401",
        "0402",
    ]
    assert [one.number for one in Targets([made], scope(), CALENDARS).wants] == ["0401", "0402", "0501"]


def test_an_unknown_master_brings_a_close_match() -> None:
    with pytest.raises(CatalogUnknownMaster) as caught:
        Targets([catalog(ONE)], scope(masters=("041",)), CALENDARS)
    assert str(caught.value) == 'No catalog here has a master "041" (did you mean "0401"?).'
    assert caught.value.exit_code == USAGE


def test_every_master_that_is_named_must_be_there() -> None:
    made = catalog(ONE, master("0402"))
    with pytest.raises(CatalogUnknownMaster) as caught:
        Targets([made], scope(masters=("0401", "9999", "04*")), CALENDARS)
    assert str(caught.value) == 'No catalog here has a master "9999".'
    beside = catalog(master("9999"), name="ms")
    assert len(Targets([made, beside], scope(masters=("0401", "9999")), CALENDARS).wants) == 2


def test_only_courses_of_the_chosen_masters_are_meant(small: Small) -> None:
    one, other = small.course("0401"), small.course("0402")
    both = catalog(ONE, master("0402", categories=[category("Lab")]))
    assert courses_of(small.plan(both, by=scope(masters=("0402",)))) == {other}
    assert courses_of(small.plan(both)) == {one, other}


# --- courses --------------------------------------------------------------------------------------------


def courses_of(plan: Plan) -> set[int]:
    """The courses that were judged."""
    return {place for one in plan.cohorts if one.hop is Hop.COURSE for place in one.members}


def left_out(plan: Plan) -> dict[str, list[int]]:
    """Reason -> the courses that were left out."""
    return {reason: list(ids) for reason, ids in plan.skipped.items()}


def test_linked_courses_of_the_calendars_are_meant_and_no_others(small: Small) -> None:
    small.calendar("lake-27", "Lake High")
    small.calendar("hill-26", year=2026)
    mine = small.course("0401")
    small.course("0401", catalog=None, master=None)
    small.course("0401", catalog="ms")
    small.course("0401", calendar="hill-26")
    there = small.course("0401", calendar="lake-27")
    plan = small.plan(catalog(ONE))
    assert courses_of(plan) == {mine}
    assert left_out(plan) == {}
    assert [one.name for one in plan.calendars] == ["hill-27"]
    assert courses_of(small.plan(catalog(ONE), by=scope("hill-27", "lake-27"))) == {mine, there}


def test_a_calendar_of_the_same_name_at_another_school_or_year_is_not_meant(small: Small) -> None:
    mine = small.course("0401")
    small.calendar("hill-27", "Lake High", 2026)
    past = small.course("0401")
    small.calendar("hill-27", "River High")
    river = small.course("0401")
    both_years = catalog(ONE, school_years=(2026, YEAR))
    assert courses_of(small.plan(both_years)) == {mine, river}
    narrow = scope(schools=("River*",))
    plan = small.plan(both_years, by=narrow)
    assert courses_of(plan) == {river}
    push(write_down(plan), small.store)
    assert small.holding(course=past) == small.holding(course=mine) != small.holding(course=river)
    assert meant(narrow, plan.calendars[0])


def test_courses_may_be_chosen_by_number_or_address(small: Small) -> None:
    small.calendar("lake-27", "Lake High")
    one, other = small.course("0401"), small.course("0401", calendar="lake-27")
    both = ("hill-27", "lake-27")
    small.course("0402")
    made = catalog(ONE, master("0402"))
    for told, meant_ones in (
        ("0401", {one, other}),
        ("0401@lake-27", {other}),
        ("*@hill*", {one, 3}),
    ):
        assert courses_of(small.plan(made, by=scope(*both, courses=(told,)))) == meant_ones


@pytest.mark.parametrize(
    ("courses", "says"),
    [
        (("9999",), '"9999".'),
        (("0401", "09*"), '"09*".'),
        (("0401", "041"), '"041" (did you mean "0401"?).'),
        (("0401@lake-27",), '"0401@lake-27".'),
        (("0401@hill-27",), '"0401@hill-27" (did you mean "hill-27-su"?).'),
        (("041@hill-27", "0401"), '"041@hill-27" (did you mean "0401"?).'),
    ],
)
@pytest.mark.parametrize("upward", [True, False])
def test_every_course_that_is_named_must_be_there(small: Small, courses, says, upward: bool) -> None:
    """In a push from masters and in one from courses; the closest calendar is one of the push."""
    small.calendar("hill-27-su")
    small.calendar("lake-27", "Lake High")
    small.course("0401")
    small.course("0401", calendar="hill-27-su")
    small.course("0401", calendar="lake-27")
    by = scope("hill-27-su", courses=courses) if upward else from_courses("hill-27-su", courses=courses)
    with pytest.raises(CourseUnknown) as caught:
        small.plan(*([catalog(ONE)] if upward else []), by=by)
    assert str(caught.value) == f"No course in the calendars of this push is {says}"
    assert caught.value.exit_code == USAGE


def test_a_course_that_is_left_out_was_met_all_the_same(small: Small) -> None:
    course = small.course("0401", ignored=True)
    small.course("0402", catalog=None, master=None)
    plan = small.plan(catalog(ONE), by=scope(courses=("0401", "0402")))
    assert left_out(plan) == {"ignored": [course]}
    assert courses_of(plan) == set()


def test_a_course_that_is_marked_is_left_out_as_ignored(small: Small) -> None:
    course = small.course("0401", ignored=True)
    plan = small.plan(catalog(ONE))
    assert left_out(plan) == {"ignored": [course]}
    assert courses_of(plan) == set()


@pytest.mark.parametrize("pattern", ["0401@hill-27", "0401", "04*@hill*"])
def test_the_yaml_may_say_that_a_course_is_ignored(small: Small, pattern: str) -> None:
    small.calendar("lake-27", "Lake High")
    course, other = small.course("0401"), small.course("0402")
    made = catalog(ONE, master("0402"), ignored=(Exemption(pattern, "its own setup"),))
    plan = small.plan(made)
    assert course in left_out(plan)["ignored"]
    assert (other in courses_of(plan)) == (pattern != "04*@hill*")


def test_a_calendar_may_be_exempt(small: Small) -> None:
    small.calendar("hill-27-su")
    summer, fall = small.course("0401", calendar="hill-27-su"), small.course("0401")
    marked = small.course("0401", calendar="hill-27-su", ignored=True)
    made = catalog(ONE, exempt=(Exemption("*-su", "summer school"),))
    plan = small.plan(made, by=scope("hill-27", "hill-27-su"))
    assert left_out(plan) == {"exempt": [summer, marked]}
    assert courses_of(plan) == {fall}


def test_a_course_whose_master_left_the_catalog_is_left_out_and_untouched(small: Small) -> None:
    before = held(linked=listed(categories=[category("Homework", 9)]))
    course = small.course("0999", before)
    plan = small.plan(catalog(ONE))
    assert left_out(plan) == {"master_missing": [course]}
    push(write_down(plan), small.store)
    assert small.holding(course=course) == before
    assert left_out(small.plan(catalog(ONE), by=scope(masters=("0401",)))) == {}


def test_an_inactive_master_pushes_its_active_field_alone(small: Small) -> None:
    before = held(linked=listed(categories=[category("Homework", 9)]))
    course = small.course("0401", before)
    section = small.section(course, before)
    locks = replace(
        catalog().locks, fields={(Area.COURSE_INFO, "active"): "locked", (Area.COURSE_INFO, "name"): "locked"}
    )
    small.apply(catalog(master(active=False, categories=[category("Homework", 10)]), locks=locks))
    after = small.holding(course=course)
    assert [(one.key, one.get("value")) for one in after.here(Area.COURSE_INFO)] == [("active", False)]
    assert after.here(Area.CATEGORIES) == before.here(Area.CATEGORIES)
    assert small.holding(section=section) == before


def test_a_mapped_course_is_left_out_of_a_push_from_courses_alone(small: Small) -> None:
    course = small.course("0401", mapped=True)
    assert left_out(small.plan(by=from_courses())) == {"mapped": [course]}
    assert courses_of(small.plan(catalog(ONE))) == {course}


def test_a_push_from_courses_reaches_ignored_and_unlinked_courses(small: Small) -> None:
    own = held(own=listed(categories=[category("Homework")]))
    sections = {
        small.section(small.course("0401", own, ignored=True)),
        small.section(small.course("0402", own, catalog=None, master=None)),
    }
    small.section(small.course("0403", own))
    plan = small.plan(by=from_courses(courses=("0401", "0402")))
    assert {place for one in plan.cohorts for place in one.members} == sections


def test_a_term_beyond_those_of_the_calendar_refuses_that_course_alone(small: Small) -> None:
    small.calendar("hill-27-su", terms=1)
    short, full = small.course("0401", calendar="hill-27-su"), small.course("0401")
    section = small.section(short)
    made = catalog(master(grading_tasks=[task("Final", terms=[1, 2])], grade_calc_options=[cell("Final", 2)]))
    plan = small.plan(made, by=scope("hill-27", "hill-27-su"))
    refused = {
        cohort.outcome.refused: list(cohort.members) for cohort in plan.cohorts if cohort.hop is Hop.COURSE
    }
    assert refused == {"term_out_of_range": [short], "": [full]}
    push(write_down(plan), small.store)
    assert small.holding(course=short) == small.holding(section=section) == held()
    assert small.holding(course=full).here(Area.GRADING_TASKS)


def test_two_catalogs_are_pushed_in_one_go(small: Small) -> None:
    high, middle = small.course("0401"), small.course("0401", catalog="ms")
    other = replace(catalog(master(categories=[category("Lab")])), name="ms")
    small.apply(catalog(ONE), other)
    assert [one.key for one in small.holding(course=high).here(Area.CATEGORIES)] == ["Homework"]
    assert [one.key for one in small.holding(course=middle).here(Area.CATEGORIES)] == ["Lab"]
