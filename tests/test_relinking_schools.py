"""Two schools may have a calendar of one name: only the courses that were named are relinked."""

from __future__ import annotations

import pytest

from reconciler.errors.relink import RelinkSchools
from reconciler.relinking import relink_scope
from tests.small import Small, catalog, category, held, listed, master

WANTED = listed(categories=[category("HW", 20)])
DRIFTED = held(linked=listed(categories=[category("HW", 99)]), pushed=WANTED)
MASTERS = catalog(*(master(number, categories=[category("HW", 20)]) for number in ("0401", "0402")))


@pytest.fixture
def small(tmp_path):
    """Two schools with a calendar `2027` each, and the same two desynced courses in each."""
    one = Small(tmp_path / "state.db")
    for school in ("Hill", "Oak"):
        one.calendar("2027", school)
        for number in ("0401", "0402"):
            one.course(number, DRIFTED, calendar="2027")
    yield one
    one.store.close()


def asked(small: Small, *courses: str):
    with small.store.read() as snapshot:
        return relink_scope(snapshot, [MASTERS], courses, today="2026-08-01")


@pytest.mark.parametrize(
    ("courses", "reached"),
    [
        (("0401@Hill%2F2027",), {1}),
        (("0402@Oak%2F2027",), {4}),
        (("0401@Hill%2F2027", "0402@Hill%2F2027"), {1, 2}),
        (("0401@Hill%2F2027", "0401@Oak%2F2027"), {1, 3}),
    ],
)
def test_only_the_courses_that_were_named_are_reached(small, courses, reached):
    plan = small.plan(MASTERS, by=asked(small, *courses))
    assert {one for cohort in plan.cohorts for one in cohort.members} == reached


def test_what_would_reach_a_course_that_nobody_named_is_refused(small):
    with pytest.raises(RelinkSchools, match="0402@2027 at Hill was not named") as told:
        asked(small, "0401@Hill%2F2027", "0402@Oak%2F2027")
    assert told.value.exit_code == 64
    assert "one school at a time" in told.value.way_out
