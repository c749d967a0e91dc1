"""A year change on a small state: what is made, what is refused, and when its plan is stale."""

from __future__ import annotations

import json

import pytest

from reconciler.course import Area, Counts, Term, Use, setup
from reconciler.current import Alias
from reconciler.errors import CalendarOfOtherYear, CalendarUnknown, PlanOfOtherStore, PlanStale
from reconciler.errors.rolling import NameWrong, YearEmpty, YearsWrong
from reconciler.rolling import Wish, plan_roll, roll
from tests.small import Small, catalog, category, held, master

CATS = Area.CATEGORIES
HOMEWORK = held(linked={CATS: setup([category("Homework", 20)])})
TODAY = "2027-07-01"


@pytest.fixture
def small(tmp_path):
    made = Small(tmp_path / "state.db")
    made.calendar()
    return made


def planned(small, *calendars, today=TODAY, start=2027, end=2028, catalogs=(), **more):
    with small.store.read() as snapshot:
        wish = Wish(start, end, calendars, **more)
        return plan_roll(wish, snapshot, store=small.store.id, today=today, catalogs=catalogs)


def rows(small, name):
    """The courses and sections of a calendar."""
    courses, sections = small.records()
    with small.store.read() as snapshot:
        (place,) = (one.id for one in snapshot.calendars() if one.name == name)
    found = [one for one in courses.values() if one.calendar_id == place]
    return found, [one for one in sections.values() if one.course_id in {each.id for each in found}]


def test_courses_go_along_with_links_and_marks_but_without_source_ids(small):
    first = small.course("0401", HOMEWORK, source_id="abc", mapped=True)
    small.course("0402", HOMEWORK, ignored=True)
    small.course("0403", HOMEWORK, catalog=None, master=None, dormant="hs/0403")
    with small.store.write() as tx:
        tx.put_aliases(
            [Alias(False, first, CATS, "HW", "Homework"), Alias(False, first, CATS, "Old", "Gone")]
        )
    plan = planned(small)
    (told,) = plan.calendars
    assert (told.name, told.new, told.courses, told.linked, told.ignored) == ("hill-27", "hill-28", 3, 2, 1)

    done = roll(plan, small.store, message="next year")

    assert (done.calendars, done.courses, done.sections) == (1, 3, 0)
    made, sections = rows(small, "hill-28")
    old, _ = rows(small, "hill-27")
    plain = [one._replace(id=0, calendar_id=0, source_id=None) for one in old]
    assert [one._replace(id=0, calendar_id=0) for one in made] == plain
    assert sections == []
    with small.store.read() as snapshot:
        (calendar,) = (one for one in snapshot.calendars() if one.name == "hill-28")
        assert (calendar.school, calendar.year, len(calendar.terms)) == ("Hill High", 2028, 4)
        new = [one for one in snapshot.aliases() if one.host_id == made[0].id]
        assert [(one.source_key, one.key) for one in new] == [("HW", "Homework")]
        run = snapshot.run(done.run)
        assert (run.kind, run.status, run.message) == ("roll-forward", "done", "next year")
        assert json.loads(run.report)["courses"] == 3


def test_sections_go_along_without_grades_and_with_uses_that_were_read(small):
    course = small.course("0401", HOMEWORK)
    small.section(course, HOMEWORK, {Use(CATS, "Homework", 1): Counts(3, 40)})
    small.section(course, HOMEWORK, number="2", unread=True)
    roll(planned(small, with_sections=True), small.store)

    _, sections = rows(small, "hill-28")
    assert [(one.number, one.teacher, one.terms) for one in sections] == [
        ("1", "Ms. Bell", (1, 2)),
        ("2", "Ms. Bell", (1, 2)),
    ]
    assert all(one.used_id is not None for one in sections)
    assert small.counts(*(one.id for one in sections)) == {}
    assert small.counts() == {Use(CATS, "Homework", 1): Counts(3, 40)}


def test_a_calendar_that_is_there_already_is_refused_and_the_others_go_on(small):
    small.calendar("lake-27", "Lake High")
    small.calendar("lake-28", "Lake High", 2028)
    small.calendar("Evening", "Lake High")
    small.course("0401", calendar="lake-27")
    small.course("0401", calendar="lake-28")
    small.course("0401")
    plan = planned(small)
    assert [one.new for one in plan.calendars] == ["hill-28"]
    assert {(one.name, one.reason) for one in plan.refused} == {
        ("lake-27", "there_already"),
        ("Evening", "no_name"),
    }
    roll(plan, small.store)
    assert len(rows(small, "hill-28")[0]) == 1
    assert len(rows(small, "lake-28")[0]) == 1


def test_names_can_be_given_and_must_be_free(small):
    small.calendar("Hill 2026-27")
    small.calendar("Old")
    names = {"hill-27": "Hill 2027-28"}
    plan = planned(small, names=names)
    assert [(one.name, one.new) for one in plan.calendars] == [("Hill 2026-27", "Hill 2027-28")]
    assert {(one.name, one.reason) for one in plan.refused} == {("hill-27", "same_name"), ("Old", "no_name")}
    other = planned(small, names={"hill-27": "Old"}, start=2027)
    assert ("hill-27", "other_year") in {(one.name, one.reason) for one in other.refused}
    with pytest.raises(NameWrong, match=r'called "hil-27" \(did you mean "hill-27"\?\)'):
        planned(small, names={"hil-27": "x"})


def test_an_empty_calendar_that_was_imported_is_filled_and_keeps_its_terms(small):
    small.calendar("hill-28", year=2028, terms=1)
    course = small.course("0401", HOMEWORK)
    small.section(course, HOMEWORK)
    plan = planned(small, with_sections=True)
    assert plan.calendars[0].there
    roll(plan, small.store)
    _, (section,) = rows(small, "hill-28")
    assert section.terms == (1,)
    with small.store.read() as snapshot:
        assert [one.terms for one in snapshot.calendars() if one.name == "hill-28"] == [(Term("Q1"),)]


@pytest.mark.parametrize("change", ["edit", "course", "section", "made"])
def test_a_plan_is_stale_where_the_old_year_has_moved_or_the_new_one_is_there(small, change):
    course = small.course("0401", HOMEWORK)
    section = small.section(course, HOMEWORK)
    plan = planned(small, with_sections=True)
    if change == "edit":
        small.edit(lambda old: old.put({}) and held(), section=section)
    elif change == "course":
        small.course("0402")
    elif change == "section":
        small.section(course, number="2")
    else:
        small.calendar("hill-28", year=2028)
    before = small.state()
    with pytest.raises(PlanStale):
        roll(plan, small.store)
    assert small.state() == before
    with small.store.read() as snapshot:
        assert snapshot.runs() == ()


def test_a_grade_that_is_posted_meanwhile_does_not_spoil_the_plan(small):
    course = small.course("0401", HOMEWORK)
    section = small.section(course, HOMEWORK)
    plan = planned(small, with_sections=True)
    small.grade(section, CATS, "Homework")
    assert roll(plan, small.store).sections == 1


def test_a_plan_of_another_state_is_refused(small):
    from dataclasses import replace

    with pytest.raises(PlanOfOtherStore):
        roll(replace(planned(small), store="other"), small.store)


def test_years_that_make_no_sense_are_refused(small):
    with pytest.raises(YearsWrong, match="must come after"):
        planned(small, end=2027)
    with pytest.raises(YearsWrong, match="2027-28 is over"):
        planned(small, today="2028-07-01")
    assert planned(small, today="2028-06-30").calendars
    with pytest.raises(YearEmpty, match="has these years: 2027"):
        planned(small, start=2026)
    with pytest.raises(CalendarUnknown):
        planned(small, "hil-27")
    small.calendar("hill-26", year=2026)
    with pytest.raises(CalendarOfOtherYear):
        planned(small, "hill-26")


def test_the_plan_names_the_catalogs_that_lack_the_new_year(small):
    small.course("0401")
    small.course("0402")
    (note,) = planned(small).notes
    assert note.startswith('"hs" (2 courses here)')
    assert "2028" in note
    known = catalog(master("0401"))
    (note,) = planned(small, catalogs=[known]).notes
    assert note.startswith('"hs" does not name 2028 under school_years yet')
    later = catalog(master("0401"), school_years=(2027, 2028))
    assert planned(small, catalogs=[later]).notes == ()
