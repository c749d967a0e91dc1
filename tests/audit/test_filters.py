"""Filters narrow what a report is about; an unknown name is an error with what is close."""

from __future__ import annotations

import pytest

from reconciler.course import Area
from reconciler.errors import USAGE
from reconciler.errors.reports import FilterUnmet
from tests.small import catalog, master


@pytest.fixture
def courses(small):
    """Number@calendar of each course, by id."""
    small.calendar("dale-27", school="Dale High")
    small.calendar("dale-26", school="Dale High", year=2026)
    made = {}
    for number, calendar in (
        ("0401", "hill-27"),
        ("0402", "hill-27"),
        ("0401", "dale-27"),
        ("0401", "dale-26"),
    ):
        place = small.course(number, calendar=calendar)
        small.section(place)
        made[place] = f"{number}@{calendar}"
    return made


def chosen(small, courses, **filters):
    found = small.ask(lambda _snapshot, _catalogs, them: them, **filters)
    return {courses[place] for place in found.courses}


@pytest.mark.parametrize(
    ("filters", "left"),
    [
        ({}, {"0401@hill-27", "0402@hill-27", "0401@dale-27", "0401@dale-26"}),
        ({"calendar": "hill-27"}, {"0401@hill-27", "0402@hill-27"}),
        ({"calendar": "dale*"}, {"0401@dale-27", "0401@dale-26"}),
        ({"school": "Dale*"}, {"0401@dale-27", "0401@dale-26"}),
        ({"school": "Dale High", "calendar": "*-27"}, {"0401@dale-27"}),
        ({"course": "0402"}, {"0402@hill-27"}),
        ({"course": "*@dale-2?"}, {"0401@dale-27", "0401@dale-26"}),
        ({"course": ("0402", "0401@dale-27")}, {"0402@hill-27", "0401@dale-27"}),
        ({"master": "0402"}, {"0402@hill-27"}),
        ({"teacher": "Ms. B*"}, {"0401@hill-27", "0402@hill-27", "0401@dale-27", "0401@dale-26"}),
        ({"school": "Hill High", "course": "0401"}, {"0401@hill-27"}),
        ({"calendar": "hill-27", "course": "0401@dale-27"}, set()),
    ],
)
def test_filters_narrow_together(small, courses, filters, left):
    assert chosen(small, courses, **filters) == left


@pytest.mark.parametrize(
    ("filters", "said"),
    [
        ({"calendar": "hil-27"}, '`--calendar hil-27`: there is no such calendar in the state (did you mean "hill-27"?)'),
        ({"school": "Dale Hgh"}, '(did you mean "Dale High"?)'),
        ({"course": "04011"}, '(did you mean "0401"?)'),
        ({"course": "0401@hill-72"}, '(did you mean "hill-27"?)'),
        ({"master": "04011"}, '(did you mean "0401"?)'),
        ({"teacher": "Ms. Ball"}, '(did you mean "Ms. Bell"?)'),
        ({"area": "categorys"}, '(did you mean "categories"?)'),
        ({"area": ""}, "there is no such area"),
        ({"course": "zzz*"}, "`--course zzz*`: there is no such course in the state."),
    ],
)  # fmt: skip
def test_an_unknown_name_is_an_error_with_what_is_close(small, courses, filters, said):
    with pytest.raises(FilterUnmet) as caught:
        chosen(small, courses, **filters)
    assert said in str(caught.value) and caught.value.exit_code == USAGE
    assert "globs" in caught.value.way_out


def test_a_master_may_be_known_to_the_catalog_alone(small, courses):
    hs = catalog(master("0777"))
    found = small.ask(lambda _snapshot, _catalogs, them: them, hs, master="0777")
    assert found.courses == {}
    with pytest.raises(FilterUnmet):
        chosen(small, courses, master="0777")


def test_areas_are_globs_over_the_nine(small):
    found = small.ask(lambda _snapshot, _catalogs, them: them, area=("composite*", "standards"))
    assert found.areas == {Area.COMPOSITE_GRADES, Area.COMPOSITE_WEIGHTS, Area.STANDARDS}
    assert small.ask(lambda _snapshot, _catalogs, them: them).areas == set(Area)


def test_a_teacher_filter_names_the_sections_that_are_meant(small, courses):
    assert small.ask(lambda _s, _c, them: them).sections is None
    taught = small.ask(lambda _s, _c, them: them, teacher="Ms. Bell", calendar="hill-27").sections
    assert {one.teacher for one in taught.values()} == {"Ms. Bell"} and len(taught) == 2


def test_filters_are_told_as_facts(small):
    found = small.ask(lambda _s, _c, them: them, calendar=("hill-27", "hill*"))
    told = {name: value for name, _, value in found.filters.facts()}
    assert told == {
        "calendar": ("hill-27", "hill*"), "school": (), "master": (), "course": (), "teacher": (), "area": (),
    }  # fmt: skip
