"""Schools, calendars, courses and sections: matched, moved, absent, pruned; the report; one transaction."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest

from reconciler.course import Area, ListKind, Term, item, setup
from reconciler.district import CalendarIn, Complaint, CourseIn, District, Place, SchoolIn, SectionIn
from reconciler.refresh import Refreshed, Tally, refresh
from tests.refresh.district_rows import NORTH, PLACE, cat, course, district, picture, section, used

if TYPE_CHECKING:
    from pathlib import Path

    from reconciler.current import Store


def records(store: Store):
    with store.read() as snapshot:
        return list(snapshot.course_records()), list(snapshot.section_records())


def test_the_same_source_twice_changes_nothing(store: Store):
    town = district(
        course(section("1", [cat("Lab", source_id="c")], uses=used("Lab")), source_id="a"),
        course(section("1", uses={}), section("2"), number="0402", name="Geometry"),
    )
    first = refresh(store, town)
    before = records(store)
    second = refresh(store, town)
    assert (first.courses, first.sections) == (Tally(added=2), Tally(added=3))
    assert (second.courses, second.sections) == (Tally(unchanged=2), Tally(unchanged=3))
    assert (second.calendars, second.changed) == (Tally(unchanged=1), False)
    assert records(store) == before


def test_a_course_is_known_by_its_source_id_when_its_number_changed(store: Store):
    refresh(store, district(course(section("1", uses={}), source_id="a")))
    refresh(store, district(course(section("1"), source_id="a", number="0499", name="Algebra")))
    (one,), (below,) = records(store)
    assert (one.number, one.name, one.source_id) == ("0499", "Algebra", "a")
    assert below.course_id == one.id


def test_a_course_without_an_id_is_known_by_its_number(store: Store):
    refresh(store, district(course()))
    report = refresh(store, district(course(source_id="a", name="Algebra 1")))
    (one,), _ = records(store)
    assert (one.name, one.source_id) == ("Algebra 1", "a")
    assert report.courses == Tally(updated=1)


def test_two_courses_may_change_numbers(store: Store):
    refresh(store, district(course(source_id="a"), course(source_id="b", number="0402", name="Geometry")))
    first = {one.source_id: one.id for one in records(store)[0]}
    refresh(store, district(course(source_id="b", name="Geometry"), course(source_id="a", number="0402")))
    second = {one.source_id: (one.id, one.number) for one in records(store)[0]}
    assert second == {"a": (first["a"], "0402"), "b": (first["b"], "0401")}


def test_a_section_is_known_by_its_source_id_then_by_its_number(store: Store):
    refresh(store, district(course(section("1", source_id="s1"), section("2", teacher="Ito", terms=(1, 2)))))
    refresh(
        store, district(course(section("7", source_id="s1"), section("2", source_id="s2", teacher="Kim")))
    )
    sections = {one.number: one for one in records(store)[1]}
    assert set(sections) == {"7", "2"}
    assert sections["2"][3:6] == ("Kim", (1, 2), "s2")


def test_a_section_that_moved_to_another_course_keeps_its_uses(store: Store):
    refresh(store, district(course(section("1", [cat("Lab")], uses=used("Lab"), source_id="s"))))
    refresh(store, district(course(), course(section("1", source_id="s"), number="0402", name="Geometry")))
    found = picture(store)
    assert found["0402/1"]["uses"] == {("section/Lab", 1): (3, 0, 0, 0)}
    assert "0401/1" not in found


def test_what_a_source_leaves_out_of_a_row_stays(store: Store):
    refresh(
        store,
        district(course(section("1", teacher="Ito", terms=(1,), source_id="s"), ignored=True, mapped=True)),
    )
    refresh(store, district(course(section("1"))))
    (one,), (below,) = records(store)
    assert (one.ignored, one.mapped) == (True, True)
    assert below[3:6] == ("Ito", (1,), "s")
    refresh(store, district(course(section("1"), ignored=False, mapped=False)))
    assert records(store)[0][0][7:9] == (False, False)


def test_a_calendar_keeps_its_terms_where_the_source_has_none(store: Store):
    refresh(store, district())
    bare = (CalendarIn(NORTH, "North", 2027),)
    assert refresh(store, district(calendars=bare)).calendars == Tally(unchanged=1)
    other = (CalendarIn(NORTH, "North", 2028, (Term("S1", "2027-08-01"),)),)
    assert refresh(store, district(calendars=other)).calendars == Tally(updated=1)
    with store.read() as snapshot:
        (calendar,) = snapshot.calendars()
    assert (calendar.year, calendar.terms) == (2028, (Term("S1", "2027-08-01"),))


def test_a_school_keeps_its_id_where_the_source_gives_none(store: Store):
    refresh(store, district(schools=(SchoolIn("North", "77"),)))
    refresh(store, district(schools=()))
    with store.read() as snapshot:
        assert snapshot.schools() == (("North", "77"),)
    refresh(store, district(schools=(SchoolIn("North", "78"),)))
    with store.read() as snapshot:
        assert snapshot.schools() == (("North", "78"),)


def test_calendars_of_the_same_name_are_told_apart_by_their_school(store: Store):
    calendars = tuple(CalendarIn("2026-27", school, 2027) for school in ("North", "South"))
    courses = (course(calendar="North/2026-27"), course(calendar="South/2026-27", name="Algebra 1"))
    report = refresh(store, district(*courses, course(calendar="2026-27"), calendars=calendars))
    with store.read() as snapshot:
        schools = {one.id: one.school for one in snapshot.calendars()}
        found = {schools[one.calendar_id]: one.name for one in snapshot.course_records()}
    assert found == {"North": "Algebra I", "South": "Algebra 1"}
    assert report.complaints == (Complaint(PLACE, 'course 0401: there is no calendar "2026-27"'),)


def test_a_course_may_name_a_calendar_that_only_the_store_has(store: Store):
    refresh(store, district(course()))
    refresh(store, district(course(number="0402", name="Geometry"), calendars=(), schools=()))
    assert {one.number for one in records(store)[0]} == {"0401", "0402"}


def test_a_number_that_stands_twice_is_told_and_counts_once(store: Store):
    twice = district(
        course(section("1", teacher="Ito"), section("1", teacher="Kim")),
        course(name="Another"),
        course(number="1"),
    )
    report = refresh(store, twice)
    found, below = records(store)
    assert [(one.number, one.name) for one in found] == [("0401", "Algebra I"), ("1", "Algebra I")]
    assert [one.teacher for one in below] == ["Ito"]
    assert [one.reason for one in report.complaints] == [
        "0401@North 2026-27: this number stands twice, first at source.csv:7; the first one counts",
        "0401@North 2026-27/1: this number stands twice, first at source.csv:7; the first one counts",
    ]
    silent = District(
        "x", calendars=twice.calendars, courses=(CourseIn(NORTH, "9", "A"), CourseIn(NORTH, "9", "B"))
    )
    assert "this number stands twice; the first" in refresh(store, silent).complaints[0].reason


GONE = (
    section("used", [cat("Lab")], uses=used("Lab")),
    section("unused", [cat("Lab")], uses={}),
    section("unread", [cat("Lab")]),
)


def test_without_prune_what_is_absent_is_left_and_counted(store: Store):
    refresh(store, district(course(*GONE), course(section("1", uses={}), number="0402", name="Geometry")))
    report = refresh(store, district(course()))
    assert (report.courses, report.sections) == (Tally(unchanged=1, absent=1), Tally(absent=4))
    assert len(records(store)[1]) == 4
    assert report.changed is False


def test_prune_removes_sections_without_grades_and_keeps_the_others(store: Store):
    refresh(store, district(course(*GONE)))
    report = refresh(store, district(course()), prune=True)
    assert report.sections == Tally(removed=1, kept=2)
    assert {one.number for one in records(store)[1]} == {"used", "unread"}
    assert {str(one.place) for one in report.complaints} == {"source.csv"}
    why = "is not in the source any more; it was kept, as"
    assert [one.reason for one in report.complaints] == [
        f"0401@North 2026-27/used: {why} it has graded work",
        f"0401@North 2026-27/unread: {why} its uses were never read",
    ]


def test_prune_removes_a_course_only_with_all_its_sections(store: Store):
    empty = course(section("1", uses={}), number="0402", name="Geometry")
    none = course(number="0403", name="Calculus")
    refresh(store, district(course(*GONE), empty, none, course(number="0404", name="Art")))
    report = refresh(store, district(course(number="0404", name="Art")), prune=True)
    assert report.courses == Tally(unchanged=1, removed=2, kept=1)
    assert report.sections == Tally(removed=2, kept=2)
    assert set(picture(store)) == {"0401", "0401/used", "0401/unread", "0404"}


def test_prune_leaves_calendars_of_which_the_source_does_not_speak(store: Store):
    south = CalendarIn("South 2026-27", "South", 2027)
    refresh(store, district(course(), calendars=(*district().calendars, south)))
    refresh(store, district(calendars=(south,)), prune=True)
    assert set(picture(store)) == {"0401"}
    report = refresh(store, district(course(number="1", name="Art"), calendars=()), prune=True)
    assert report.courses == Tally(added=1, absent=1)


def test_prune_keeps_a_course_that_another_course_gave_its_section(store: Store):
    refresh(store, district(course(section("1", uses=used("Lab"), source_id="s"))))
    moved = course(section("1", uses=used("Lab"), source_id="s"), number="0402", name="Geometry")
    refresh(store, district(moved), prune=True)
    assert set(picture(store)) == {"0402", "0402/1"}


LISTS = {"High": {"score_groups": setup([item(Area.CATEGORIES, "Letters", {"name": "x"})])}}


def test_lists_are_taken_for_catalogs_that_the_store_does_not_know(store: Store):
    refresh(store, district(lists=LISTS))
    other = {"High": {"score_groups": setup([])}, "Middle": LISTS["High"]}
    refresh(store, district(lists=other))
    with store.read() as snapshot:
        assert snapshot.lists("High") == {ListKind.SCORE_GROUPS: LISTS["High"]["score_groups"]}
        assert snapshot.lists("Middle") == {ListKind.SCORE_GROUPS: LISTS["High"]["score_groups"]}


def test_a_source_that_breaks_half_way_changes_nothing(store: Store):
    refresh(store, district(course(section("1", [cat("Lab", 1)], uses={}))))
    before = picture(store)
    broken = (course(name="Other"), course(SectionIn(7), number="0402", name="Geometry"))
    with pytest.raises(Exception):  # noqa: B017, PT011 - whatever a broken reader brings about
        refresh(store, district(*broken, lists={"High": {"no such kind": setup([])}}))
    assert picture(store) == before
    with store.read() as snapshot:
        assert len(snapshot.runs()) == 1


def test_a_refresh_is_a_run_with_its_report(store: Store):
    report = refresh(store, district(course()), who="ito", message="nightly", prune=True)
    with store.read() as snapshot:
        run = snapshot.run(report.run)
    assert (run.kind, run.who, run.message, run.status) == ("import", "ito", "nightly", "done")
    assert json.loads(run.options) == {"source": "source.csv", "prune": True}
    assert json.loads(run.report) == json.loads(report.as_json())
    assert run.ended >= run.started


def test_the_order_of_a_source_does_not_matter(store: Store, tmp_path: Path):
    from reconciler.stores import open_store

    rows = (
        course(section("2", [cat("Lab", 1), cat("Quiz", 2)], uses=used("Quiz")), section("1", uses={})),
        course(number="0402", name="Geometry"),
    )
    refresh(store, district(*rows))
    other = open_store(str(tmp_path / "other.db"), create=True)
    turned = section("2", [cat("Quiz", 2), cat("Lab", 1)], uses=used("Quiz"))
    refresh(other, district(rows[1], course(section("1", uses={}), turned)))
    assert picture(other) == picture(store)
    other.close()


def test_the_report_leaves_out_what_is_nothing_and_folds_long_lists():
    complaints = tuple(Complaint(Place("a.csv", line), "is odd") for line in range(1, 24))
    report = Refreshed(
        "a.csv", 3, {"classes": 1200, "orgs": 0}, courses=Tally(added=1000), complaints=complaints
    )
    lines = report.as_text().splitlines()
    assert lines[:3] == [
        "Read a.csv: 1,200 classes",
        "Courses: 1,000 added",
        "23 could not be used as they are:",
    ]
    assert lines[3] == "  a.csv:1: is odd"
    assert lines[-1] == "  and 3 more (-v lists them all)"
    assert len(report.as_text(verbose=True).splitlines()) == 26


def test_the_report_says_what_prune_would_do():
    text = Refreshed("a.csv", read={"classes": 0}, sections=Tally(absent=2)).as_text()
    assert text.splitlines() == [
        "Read a.csv: nothing",
        "Sections: 2 absent",
        "Nothing has changed.",
        "What the source does not have was left; `--prune` removes it, unless it has grades.",
    ]


def test_the_report_for_machines_is_in_a_fixed_order():
    report = json.loads(Refreshed("a", 1, {"x": 1}, complaints=(Complaint(Place("f"), "r"),)).as_json())
    assert list(report) == [
        "source",
        "run",
        "read",
        "calendars",
        "courses",
        "sections",
        "items",
        "not_taken",
        "taken",
        "complaints",
    ]
    assert report["complaints"] == [{"place": "f", "reason": "r"}]
    assert list(report["courses"]) == ["added", "updated", "unchanged", "absent", "removed", "kept"]
