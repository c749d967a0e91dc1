"""What a summary is made of: any value survives JSON; reach is counted without double counting."""

from __future__ import annotations

import json
from array import array

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from reconciler.course import Area, Calendar, Holding, Term
from reconciler.keep.table import Hop
from reconciler.members import pack
from reconciler.plan.hosts import Hosts
from reconciler.plan.model import Cohort, Plan
from reconciler.plan.outcome import Outcome
from reconciler.plan.reach import Ground, in_session, some, values
from reconciler.plan.scope import Scope
from reconciler.plan.told import (
    MOST,
    Header,
    Line,
    Refused,
    Residual,
    Said,
    Some,
    Summary,
    Totals,
    Values,
    Warned,
    from_json,
    hear,
    tell,
    to_json,
)
from reconciler.plan.wanted import Wanted
from tests.reports.harrison import catalog, categories, master
from tests.strategies import CALM

PLACES = st.sets(st.integers(0, 500), max_size=20).map(lambda found: tuple(sorted(found)))
LINES = st.builds(Line, cohorts=PLACES)
SUMMARIES = st.builds(
    Summary,
    header=st.builds(Header),
    refused=st.lists(st.builds(Refused, cohorts=PLACES), max_size=2).map(tuple),
    refused_items=st.lists(LINES, max_size=1).map(tuple),
    changes=st.lists(LINES, max_size=2).map(tuple),
    stays=st.lists(LINES, max_size=1).map(tuple),
    residuals=st.lists(st.builds(Residual, cohorts=PLACES), max_size=2).map(tuple),
    totals=st.builds(Totals),
)


@settings(CALM, max_examples=60)
@given(SUMMARIES)
def test_any_summary_survives_json(summary: Summary) -> None:
    text = json.dumps(to_json(summary))
    assert from_json(json.loads(text)) == summary


@settings(CALM, max_examples=60)
@given(SUMMARIES)
def test_what_comes_back_is_of_the_same_kinds(summary: Summary) -> None:
    """Not a list where a tuple was, nor a bare tuple where a named one was."""
    back = from_json(json.loads(json.dumps(to_json(summary))))
    assert repr(back) == repr(summary)
    assert hash(back) == hash(summary)


def test_json_names_every_field() -> None:
    warned = Warned("W1", "watch out", refuses=True)
    assert tell(warned) == {"code": "W1", "message": "watch out", "refuses": True}
    assert hear(Warned, tell(warned)) == warned
    assert tell((Said("20", 3),)) == [{"text": "20", "times": 3}]


def test_places_of_cohorts_are_packed() -> None:
    residual = Residual("a", "b", True, "c", *range(8), Some(), (1, 2, 3, 9))
    assert tell(residual)["cohorts"] == pack((1, 2, 3, 9))
    assert hear(Residual, tell(residual)).cohorts == (1, 2, 3, 9)


def test_a_missing_part_is_no_summary() -> None:
    with pytest.raises(KeyError):
        from_json({"header": {}})


def test_a_short_list_is_told_whole_and_a_long_one_is_counted() -> None:
    assert some(["b", "a"]) == Some(("a", "b"), 2)
    assert some([str(number) for number in range(9)]) == Some(("0", "1", "2"), 9)
    assert some([]) == Some((), 0)


def test_equally_frequent_values_stand_in_the_order_of_words() -> None:
    times = {"d": 1, "a": 1, "c": 5, "b": 1}
    assert values(times) == Values((Said("c", 5), Said("a", 1), Said("b", 1)), 4)
    assert len(values(times).first) == MOST


def calendar(number: int, school: str, *terms: Term) -> Calendar:
    return Calendar(number, f"Calendar {number}", school, 2027, terms)


COURSES = Hosts(array("q", [10, 11, 12]), array("q", [1, 2, 3]), array("q", [0, 0, 0]))


def cohort(hop: Hop, *owners: int, hosts: Hosts = COURSES) -> Cohort:
    """Courses, or one section of each of these courses (places among the courses)."""
    places = array("q", owners)
    if hop is Hop.SECTION:
        places = array("q", range(len(hosts.sections), len(hosts.sections) + len(owners)))
        hosts.sections.extend(places)
        hosts.above.extend(owners)
    return Cohort(hop, 0, Outcome(Holding(), Holding()), hosts, places)


def plan(*cohorts: Cohort) -> Plan:
    calendars = (calendar(1, "A"), calendar(2, "A"), calendar(3, "B"))
    wants = (Wanted("Harrison High Schools", "0401", True, False, {}),)
    scope = Scope(2027, "2026-09-01", tuple(one.name for one in calendars))
    return Plan(scope, "s", "c", (), calendars, wants, cohorts, {}, {})


def test_courses_of_several_section_cohorts_count_once() -> None:
    ground = Ground(
        plan(
            cohort(Hop.SECTION, 0, 0),
            cohort(Hop.SECTION, 0, 1),
            cohort(Hop.SECTION, 2),
        )
    )
    assert ground.reach((0,)) == (2, 1, 1)
    assert ground.reach((0, 1)) == (4, 2, 1)
    assert ground.reach((0, 1, 2)) == (5, 3, 2)


def test_courses_themselves_are_never_in_two_cohorts() -> None:
    ground = Ground(plan(cohort(Hop.COURSE, 0, 1), cohort(Hop.COURSE, 2)))
    assert ground.reach((0, 1)) == (3, 3, 2)


def test_two_calendars_of_one_school_are_one_school() -> None:
    ground = Ground(plan(cohort(Hop.COURSE, 0, 1)))
    assert ground.reach((0,)).schools == 1


def test_an_unlinked_push_has_no_masters() -> None:
    unlinked = Hosts(array("q", [1]), array("q", [1]), array("q", [-1]))
    assert Ground(plan(cohort(Hop.SECTION, 0, hosts=unlinked))).numbers((0,)) == Some((), 0)


def test_where_a_thing_was_written() -> None:
    known = catalog(master("0401", categories(Homework=20), line=7))
    ground = Ground(plan(cohort(Hop.COURSE, 0)), (known,))
    spot = (0, Area.CATEGORIES, "Homework")
    assert ground.where({spot}, gone=False) == Some(("catalog.yaml:8",), 1)
    other = (0, Area.CATEGORIES, "Quiz")
    assert ground.where({other}, gone=False) == Some((), 0)
    assert ground.where({other}, gone=True) == Some(("catalog.yaml:7",), 1)
    assert ground.where({spot, other}, gone=True).total == 2


@pytest.mark.parametrize(
    ("terms", "day", "expected"),
    [
        ((Term("Q1", "2026-08-17", None), Term("Q2", None, "2027-01-20")), "2026-12-24", True),
        ((Term("Q1", "2026-08-17", None), Term("Q2", None, "2027-01-20")), "2027-01-21", False),
        ((Term("Q1", "2026-08-17"),), "2027-06-30", True),
        ((Term("Q1", "2026-08-17"),), "2026-08-16", False),
        ((Term("Q1", None, "2027-05-28"),), "2026-07-01", True),
        (
            (Term("Q2", "2027-01-04", "2027-05-28"), Term("Q1", "2026-08-17", "2026-12-18")),
            "2026-08-17",
            True,
        ),
        ((), "2026-07-01T08:00:00", True),
    ],
)
def test_a_school_year_runs_from_its_first_to_its_last_day(
    terms: tuple[Term, ...], day: str, expected: bool
) -> None:
    assert in_session(calendar(1, "A", *terms), day) is expected
