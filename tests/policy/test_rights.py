"""Who may do what, where (domain.md 11): what is missing refuses the whole plan, with the numbers."""

from __future__ import annotations

import pytest

from reconciler import policy
from reconciler.course import Calendar, Term
from reconciler.policy.rights import needed, over
from reconciler.push import push
from tests.policy.conftest import codes
from tests.small import YEAR, catalog, category, from_courses, master, scope

HILL = Calendar(1, "hill-27", "Hill High", YEAR, ())
LAKE = Calendar(2, "lake-27", "Lake High", YEAR, ())
BOTH = scope("hill-27", "lake-27")
OFFICE = """\
    groups: {office: [ada, ben]}
    rights:
      - {groups: [office], may: [push, to_sections], schools: ["Hill*"]}
      - {people: [cy], may: [push, to_sections, overwrite]}
      - {people: ["*"], may: [report]}
      - {people: [dee], may: [edit], years: [2026]}
    """


@pytest.fixture
def pushed(small):
    """A course with a section in each of two calendars, and their master."""
    small.calendar("lake-27", "Lake High")
    for calendar in ("hill-27", "lake-27"):
        small.section(small.course(calendar=calendar))
    return catalog(master(categories=[category("Tests", 100)]))


def test_without_rights_everybody_may_everything(judged, pushed):
    assert judged("past_years: writable", pushed, by=BOTH, who="nobody") == ()
    assert policy.may(policy.Policy(), "nobody", "edit", HILL, "2026-09-01") == ""


def test_who_lacks_a_right_in_one_calendar_is_refused_all_of_it(judged, pushed):
    found = judged(OFFICE, pushed, by=BOTH)
    assert codes(found) == ["right", "right"]
    assert found[0].message == "ada has no right `push` in lake-27"
    assert found[1].message == "ada has no right `to_sections` in lake-27"
    assert "`may: [push]`, for ada, `schools: [Lake High]`" in found[0].how
    assert not found[0].early, "planning needs reading only"


def test_within_the_own_school_nothing_is_refused(judged, pushed):
    assert judged(OFFICE, pushed, by=scope("hill-27")) == ()
    assert judged(OFFICE, pushed, by=scope("hill-27"), who="ben") == ()
    assert judged(OFFICE, pushed, by=BOTH, who="cy") == ()


def test_a_calendar_without_a_course_of_the_plan_takes_no_right(judged, small, pushed):
    small.calendar("moor-27", "Moor High")
    assert judged(OFFICE, pushed, by=scope("hill-27", "moor-27")) == ()


def test_a_stranger_has_no_right(judged, pushed):
    found = judged(OFFICE, pushed, by=BOTH, who="eve")
    assert found[0].message == "eve has no right `push` in 2 calendars (hill-27, lake-27)"


def test_names_count_letter_by_letter(judged, pushed):
    assert codes(judged(OFFICE, pushed, by=scope("hill-27"), who="Ada")) == ["right", "right"]


@pytest.mark.parametrize(
    ("by", "rights"),
    [
        (scope(to_sections=False), ("push",)),
        (scope(), ("push", "to_sections")),
        (scope(overwrite=True), ("push", "to_sections", "overwrite")),
        (scope(relink=True, to_sections=False), ("push",)),
        (from_courses(), ("to_sections",)),
        (from_courses(overwrite_categories=True), ("to_sections", "overwrite")),
        (scope(undoes=3, overwrite=True), ("push",)),
    ],
)
def test_what_a_push_needs(by, rights):
    assert needed(by) == rights


def test_an_overwrite_takes_a_right_of_its_own(judged, pushed):
    by = scope("hill-27", overwrite=True)
    assert codes(judged(OFFICE, pushed, by=by, allowed_in_session=True)) == ["right"]
    assert judged(OFFICE, pushed, by=by, allowed_in_session=True, who="cy") == ()


def test_years_narrow_a_right(says):
    told, before = says(OFFICE), Calendar(1, "hill-26", "Hill High", 2026, ())
    assert policy.may(told, "dee", "edit", before, "2026-05-01") == ""
    assert policy.may(told, "dee", "edit", HILL, "2026-09-01") == "dee has no right `edit` in hill-27"
    found = policy.asked(told, "dee", "edit", [HILL, LAKE], today="2026-09-01")
    assert found is not None
    assert found.message == "dee has no right `edit` in 2 calendars (hill-27, lake-27)"
    assert "`may: [edit]`, for dee, `schools: [Hill High, Lake High]`" in found.how


def test_everybody_is_a_star(says):
    told = says(OFFICE)
    assert policy.may(told, "whoever", "report", LAKE, "2026-09-01") == ""
    assert policy.may(told, "whoever", "push", LAKE, "2026-09-01") != ""


def test_a_star_within_a_group_is_everybody(says):
    told = says("groups: {all: ['*']}\nrights: [{groups: [all], may: [edit]}]")
    assert policy.may(told, "whoever", "edit", LAKE, "2026-09-01") == ""


def test_a_school_that_is_not_there_is_warned_of(judged, pushed):
    text = OFFICE.replace('"Hill*"', '"Hill*", "Hil High"')
    (found,) = judged(text, pushed, by=scope("hill-27"))
    assert (found.code, found.refuses) == ("school", False)
    assert 'the school "Hil High"' in found.message


# --- school years that are over ---------------------------------------------------------------------------


def test_a_year_is_over_behind_its_last_term():
    dated = Calendar(
        1, "a", "A", 2027, (Term("S1", "2026-08-17", "2026-12-18"), Term("S2", None, "2027-05-28"))
    )
    assert not over(dated, "2027-05-28")
    assert over(dated, "2027-05-29")


def test_a_year_without_dates_is_over_behind_june():
    assert not over(HILL, "2027-06-30")
    assert over(HILL, "2027-07-01")


def test_past_years_are_read_only(judged, pushed):
    found = judged("{}", pushed, by=BOTH, today="2027-07-01")
    assert codes(found) == ["past_year"]
    assert "over in 2 calendars (hill-27, lake-27), and past years are read-only" in found[0].message
    assert "past_years: writable" in found[0].how
    assert judged("past_years: writable", pushed, by=BOTH, today="2027-07-01") == ()


def test_a_past_calendar_without_a_course_of_the_plan_refuses_nothing(judged, small, pushed):
    small.calendar("moor-27", "Moor High")
    assert codes(judged("{}", pushed, by=scope("moor-27"), today="2027-07-01")) == []


def test_another_day_does_not_open_what_the_file_closes_in_so_many_words(judged, pushed):
    late = {"now": "2027-08-01T06:00:00+00:00", "today": "2027-06-01", "by": BOTH}
    assert judged("{}", pushed, **late) == ()
    assert codes(judged("past_years: read_only", pushed, **late)) == ["past_year"]


def test_past_years_may_be_read_and_not_edited():
    told = policy.Policy()
    assert policy.may(told, "ada", "report", HILL, "2028-01-01") == ""
    assert policy.may(told, "ada", "edit", HILL, "2028-01-01").endswith(
        "over in hill-27, and past years are read-only"
    )
    assert policy.may(told, "ada", "edit", HILL, "2027-01-01") == ""
    assert policy.asked(told, "ada", "edit", [HILL], today="2028-01-01", past=False) is None
    found = policy.asked(told, "ada", "edit", [HILL], today="2028-01-01")
    assert found is not None
    assert "past_years: writable" in found.how


def test_undo_is_judged_by_the_calendars_that_it_touches(small, pushed, says):
    from reconciler.undo import plan_undo
    from tests.small import write_down

    done = push(small.saved(pushed, by=scope("lake-27")), small.store)
    with small.store.read() as snapshot:
        plan = write_down(plan_undo(done.run, snapshot, store=small.store.id, today="2027-07-02"))
        found = policy.judge(
            says(OFFICE), plan, snapshot, who="ada", today="2027-07-02", now="2027-07-02T00:00:00+00:00",
            allowed_in_session=False, message="", forced=False,
        )  # fmt: skip
    assert [one.message for one in found] == [
        "ada has no right `push` in lake-27",
        "the school year is over in lake-27, and past years are read-only",
    ]
