"""Which push repairs chosen courses, and which courses no relink reaches."""

from __future__ import annotations

import pytest

from reconciler.course import Area, Exemption
from reconciler.errors import AddressUnknown, AddressWrong
from reconciler.errors.relink import RelinkRefused, RelinkSchools, RelinkYears
from reconciler.relinking import relink_scope
from tests.small import catalog, category, held, listed, master

HS = catalog(master(categories=[category("Homework", 20)]))


def relinked(small, *courses: str, catalogs=(HS,), **options):
    """The scope of a relink of these courses."""
    with small.store.read() as snapshot:
        return relink_scope(snapshot, catalogs, courses, today="2026-08-01", **options)


def test_a_course_is_named_with_its_calendar_school_and_year(small):
    small.course()
    made = relinked(small, "0401")
    assert (made.year, made.calendars, made.schools) == (2027, ("hill-27",), ("Hill High",))
    assert (made.courses, made.relink, made.to_sections) == (("0401@hill-27",), True, False)


def test_courses_are_named_once_and_in_order(small):
    small.calendar("lake-27", "Lake High")
    small.course()
    small.course(calendar="lake-27")
    made = relinked(small, "0401@lake-27", "0401@hill-27", "0401@lake-27", to_sections=True)
    assert made.courses == ("0401@hill-27", "0401@lake-27")
    assert made.schools == ("Hill High", "Lake High")
    assert made.to_sections


def test_signs_of_globs_mean_themselves(small):
    small.calendar("a[1]*", "What? High")
    small.course(calendar="a[1]*")
    made = relinked(small, "0401@a[1]*")
    assert made.courses == ("0401@a[[]1][*]",)
    assert made.schools == ("What[?] High",)


@pytest.mark.parametrize(
    ("areas", "cross_site"), [((), True), (("categories",), False), (("cross_site",), True)]
)
def test_cross_site_data_go_with_everything_or_where_they_are_named(small, areas, cross_site):
    small.course()
    made = relinked(small, "0401", areas=areas)
    assert (made.areas, made.cross_site) == (areas, cross_site)


@pytest.mark.parametrize(
    ("row", "other", "why", "how"),
    [
        ({"catalog": None, "master": None}, {}, "it follows no master", "reconcile link"),
        ({"catalog": "ms"}, {}, 'its catalog "ms" is not here', "--catalog"),
        ({"master": "0499"}, {}, 'has no master "0499" (P1)', "link the course anew"),
        ({"ignored": True}, {}, "Ignore Master Push (P2)", "Clear the mark"),
        ({}, {"school_years": (2030,)}, "is not for Hill High in 2027", "school_years:"),
        ({}, {"schools": ("Lake High",)}, "is not for Hill High in 2027", "schools:"),
        ({}, {"ignored": (Exemption("0401@hill*", "pilot"),)}, "the catalog ignores it", "ignored_courses:"),
        ({}, {"ignored": (Exemption("04*", "pilot"),)}, "the catalog ignores it", "ignored_courses:"),
        ({}, {"exempt": (Exemption("hill*", "summer"),)}, "its calendar is exempt", "exempt_calendars:"),
    ],
)
def test_a_course_that_no_push_reaches_is_refused_with_what_to_do(small, row, other, why, how):
    small.course(**row)
    made = catalog(master(), **other)
    with pytest.raises(RelinkRefused) as error:
        relinked(small, "0401", catalogs=(made,))
    assert error.value.exit_code == 4
    assert "0401@hill-27" in str(error.value)
    assert why in str(error.value)
    assert how in error.value.way_out


def test_one_course_that_is_refused_refuses_all(small):
    small.course()
    small.course("0402", ignored=True)
    with pytest.raises(RelinkRefused, match="0402@hill-27"):
        relinked(small, "0401", "0402", catalogs=(catalog(master(), master("0402")),))


def test_a_masters_former_number_is_reached(small):
    small.course(master="0400")
    assert relinked(small, "0401", catalogs=(catalog(master(was="0400")),)).courses == ("0401@hill-27",)


def test_courses_of_two_years_are_refused(small):
    small.calendar("hill-28", year=2028)
    small.course()
    small.course(calendar="hill-28")
    both = catalog(master(), school_years=(2027, 2028))
    with pytest.raises(RelinkYears, match="2027, 2028") as error:
        relinked(small, "0401@hill-27", "0401@hill-28", catalogs=(both,))
    assert error.value.exit_code == 64


@pytest.mark.parametrize(
    ("address", "error", "message"),
    [
        ("0402", AddressUnknown, r'no course "0402" \(did you mean "0401"\?\)'),
        ("0401@hill-27/1", AddressWrong, "a course is meant"),
        ("0401@hill-27#categories", AddressWrong, "a course is meant"),
        ("", AddressWrong, "names no course"),
    ],
)
def test_what_is_no_course_is_an_error(small, address, error, message):
    small.course()
    with pytest.raises(error, match=message):
        relinked(small, address)


def test_the_scope_relinks_when_it_is_applied(small):
    weights = [listed(categories=[category("Homework", one)]) for one in (50, 20)]
    course = small.course(holding=held(linked=weights[0], pushed=weights[1]))
    small.apply(HS, by=relinked(small, "0401"))
    (now,) = small.holding(course=course).here(Area.CATEGORIES)
    assert now.get("weight") == "20"


def two_schools(small) -> None:
    """Two schools whose calendars have one name, each with 0401 and 0402."""
    for school in ("Hill High", "Lake High"):
        small.calendar("2027", school)
        for number in ("0401", "0402"):
            small.course(number, calendar="2027")


BOTH = catalog(master(), master("0402"))


def test_calendars_of_one_name_must_not_bring_in_a_course_that_was_not_named(small):
    two_schools(small)
    with pytest.raises(RelinkSchools, match="0402@2027 at Hill High was not named") as error:
        relinked(
            small, "0401@Hill High%2F2027", "0402@Lake High%2F2027", "0401@Lake High%2F2027", catalogs=(BOTH,)
        )
    assert error.value.exit_code == 64


def test_all_of_them_may_be_named(small):
    two_schools(small)
    named = [
        f"{number}@{school}%2F2027" for number in ("0401", "0402") for school in ("Hill High", "Lake High")
    ]
    made = relinked(small, *named, catalogs=(BOTH,))
    assert made.courses == ("0401@2027", "0402@2027")
    assert made.schools == ("Hill High", "Lake High")
