"""The three ways out: commands that put back, changes that masters adopt, and waivers."""

from __future__ import annotations

import shlex
from dataclasses import replace

import pytest
import yaml

from reconciler.course import Area
from reconciler.drift import adoption, put_back, snippet
from reconciler.errors.drift import NothingToWaive
from reconciler.policy import Waiver
from tests.drift.drifting import CATALOG, MASTER, drifted, pushed, to, without
from tests.small import catalog, category, held, info, listed, locked, scope

ADA = "Ada"


def words(command: str) -> list[str]:
    """A command as a shell reads it."""
    return shlex.split(command.replace("\\\n", " "))


def adopted(small, *catalogs, **filters):
    with small.store.read() as snapshot:
        return adoption(drifted(small, *catalogs, **filters), catalogs, snapshot)


def test_nothing_drifted_needs_no_command(small):
    pushed(small)
    assert put_back(drifted(small, CATALOG)) == ()


def test_a_course_is_relinked(small):
    course, _ = pushed(small)
    small.edit(to(50), course=course)
    (command,) = put_back(drifted(small, CATALOG), ["hs.yaml"])
    assert words(command) == ["reconcile", "relink", "0401@hill-27", "--catalog", "hs.yaml"]


def test_a_course_that_drifted_with_its_section_is_relinked_with_its_sections(small):
    course, section = pushed(small)
    small.edit(to(50), course=course)
    small.edit(to(50), section=section)
    (command,) = put_back(drifted(small, CATALOG))
    assert words(command) == ["reconcile", "relink", "0401@hill-27", "--to-sections"]


def test_a_section_is_put_back_by_the_next_push(small):
    _, section = pushed(small)
    small.edit(to(50), section=section)
    (command,) = put_back(drifted(small, CATALOG), ["my catalogs"])
    assert words(command) == [
        "reconcile", "apply", "my catalogs", "--to-sections", "--year", "2027", "--course", "0401@hill-27",
    ]  # fmt: skip


def test_the_section_of_an_unlinked_course_is_put_back_by_its_course(small):
    linked = listed(categories=[category("Lab", key="course/Lab")])
    course = small.course(holding=held(own=linked), catalog=None, master=None)
    changed = listed(categories=[category("Lab", 1, key="course/Lab")])
    small.section(course, held(linked=changed, pushed=linked))
    (command,) = put_back(drifted(small))
    assert words(command) == [
        "reconcile", "apply", "--source", "courses", "--calendar", "hill-27", "--school", "Hill High", "--course",
        "0401@hill-27",
    ]  # fmt: skip


def test_every_school_year_has_a_command_of_its_own(small):
    small.calendar("hill-28", year=2028)
    courses = [small.course(), small.course(calendar="hill-28")]
    both = catalog(MASTER, school_years=(2027, 2028))
    for course, by in zip(courses, (scope(), scope("hill-28")), strict=True):
        year = 2028 if by.calendars == ("hill-28",) else 2027

        small.apply(both, by=replace(by, year=year))
        small.edit(to(50), course=course)
    assert [words(one)[2:] for one in put_back(drifted(small, both))] == [["0401@hill-27"], ["0401@hill-28"]]


def test_a_calendar_name_of_two_schools_is_told_with_its_school(small):
    small.calendar("2027", "Lake High")
    small.places["lake"] = small.places.pop("2027")
    small.calendar("2027", "Hill High")
    course = small.course(calendar="2027")
    small.apply(CATALOG, by=scope("2027"))
    small.edit(to(50), course=course)
    (command,) = put_back(drifted(small, CATALOG))
    assert words(command)[2:] == ["0401@Hill High%2F2027"]


def test_signs_of_globs_are_meant_as_they_are(small):
    small.calendar("hill [27]*")
    section = small.section(small.course(calendar="hill [27]*"))
    small.apply(CATALOG, by=scope("hill [27]*"))
    small.edit(to(50), section=section)
    (command,) = put_back(drifted(small, CATALOG))
    assert words(command)[-1] == "0401@hill [[]27][*]"


def test_sections_below_a_waived_course_wait(small):
    course, section = pushed(small)
    small.edit(to(50), course=course)
    small.edit(to(60), section=section)
    waiver = Waiver("0401@hill-27#*", "pilot", ADA, "2026-12-31")
    found = drifted(small, CATALOG, waivers=(waiver,))
    assert [one.standing.code for one in found.groups] == ["waived", "open"]
    assert put_back(found) == ()


def test_what_may_stay_is_not_put_back(small):
    course, _ = pushed(small)
    small.edit(to(50), course=course)
    assert put_back(drifted(small, catalog(MASTER, locks=locked(Area.GRADING_TASKS)))) == ()


def test_a_change_of_a_course_becomes_a_change_of_its_master(small):
    course, section = pushed(small)
    small.edit(to(50), course=course)
    small.edit(to(60, "Tests"), section=section)
    told = adopted(small, CATALOG)
    assert list(told.changes) == ["hs"]
    (change,) = told.changes["hs"]
    assert (change.number, change.area, change.key) == ("0401", Area.CATEGORIES, "Homework")
    assert change.item.get("weight") == "50"
    assert told.left_out == ()


def test_what_was_deleted_leaves_the_master(small):
    course, _ = pushed(small)
    small.edit(without(), course=course)
    (change,) = adopted(small, CATALOG).changes["hs"]
    assert (change.key, change.item) == ("Homework", None)


def two_courses(small, *weights: int) -> None:
    """Courses of one master in calendars of their own, each with its own change."""
    names = [f"school-{index}" for index in range(len(weights))]
    courses = []
    for name in names:
        small.calendar(name, f"School {name}")
        courses.append(small.course(calendar=name))
    small.apply(CATALOG, by=scope(*names))
    for course, weight in zip(courses, weights, strict=True):
        small.edit(to(weight), course=course)


def test_courses_that_differ_are_told_and_none_is_taken(small):
    two_courses(small, 50, 60)
    told = adopted(small, CATALOG)
    assert told.changes == {}
    (left,) = told.left_out
    assert left.startswith(
        "category Homework of master 0401: its courses differ (weight 50 in 1 course; weight 60"
    )
    assert "--course" in left


def test_course_narrows_what_is_adopted_and_the_others_are_told(small):
    two_courses(small, 50, 60)
    told = adopted(small, CATALOG, course=("0401@school-1",))
    assert [one.item.get("weight") for one in told.changes["hs"]] == ["60"]
    assert told.notes == (
        "category Homework of master 0401: 1 other course of the master will get it with the next push",
    )


def test_courses_that_agree_are_one_change(small):
    two_courses(small, 50, 50)
    told = adopted(small, CATALOG)
    assert len(told.changes["hs"]) == 1
    assert told.notes == ()


def test_the_number_of_a_master_is_not_adopted(small):
    wish = catalog(MASTER, locks=locked(Area.CATEGORIES, number=locked().of(Area.CATEGORIES)))
    was = listed(course_info=info(number="0401"))
    now = listed(course_info=info(number="0499"))
    small.course(holding=held(linked=now, pushed=was))
    told = adopted(small, wish)
    assert told.changes == {}
    assert "renumber the master by hand" in told.left_out[0]


@pytest.mark.parametrize(
    ("other", "why"), [({"name": "lost"}, "was not read"), ({"masters": {}}, "no such master")]
)
def test_a_master_that_is_not_there_adopts_nothing(small, other, why):
    course, _ = pushed(small)
    small.edit(to(50), course=course)
    told = adopted(small, catalog(MASTER, **other))
    assert told.changes == {}
    assert why in told.left_out[0]


def test_a_waiver_is_an_entry_of_yaml_that_waives(small):
    course, _ = pushed(small)
    small.edit(to(50), course=course)
    address = "0401@hill-27#categories/Homework"
    text = snippet(drifted(small, CATALOG), address, reason='the "pilot"', owner=ADA, expires="2026-12-31")
    (entry,) = yaml.safe_load(text)["waivers"]
    assert entry == {"address": address, "reason": 'the "pilot"', "owner": ADA, "expires": "2026-12-31"}
    found = drifted(small, CATALOG, waivers=(Waiver(**entry),))
    assert [one.standing.code for one in found.groups] == ["waived"]


def test_a_waiver_of_nothing_is_refused_with_what_is_close(small):
    course, _ = pushed(small)
    small.edit(to(50), course=course)
    with pytest.raises(NothingToWaive, match=r"did you mean .0401@hill-27#categories/Homework.") as error:
        snippet(drifted(small, CATALOG), "0401@hill-27#categories/Homewrk", reason="", owner=ADA, expires="")
    assert error.value.exit_code == 64


def test_a_course_that_follows_no_master_is_not_among_the_others(small):
    small.course("0402", catalog=None, master=None)
    course, _ = pushed(small)
    small.edit(to(50), course=course)
    assert adopted(small, CATALOG).notes == ()


@pytest.mark.parametrize(
    "address", ["", "0401", "0401@hill-27", "0401@hill-27#categories", "#categories/Homework", "@x#y/z"]
)
def test_only_items_are_waived(small, address):
    from reconciler.errors import AddressWrong

    course, _ = pushed(small)
    small.edit(to(50), course=course)
    with pytest.raises(AddressWrong, match="a waiver names items"):
        snippet(drifted(small, CATALOG), address, reason="", owner=ADA, expires="2026-12-31")


def test_a_waiver_without_a_reason_asks_for_one(small):
    course, _ = pushed(small)
    small.edit(to(50), course=course)
    text = snippet(drifted(small, CATALOG), "0401@*#*/*", reason="", owner=ADA, expires="2026-12-31")
    assert 'reason: "WHY IT MAY STAY"' in text


def test_what_needs_no_mending_needs_no_waiver(small):
    course, _ = pushed(small)
    small.edit(to(50), course=course)
    wish = catalog(MASTER, locks=locked(Area.GRADING_TASKS))
    with pytest.raises(NothingToWaive):
        snippet(drifted(small, wish), "0401@hill-27#categories/Homework", reason="", owner=ADA, expires="")


def test_courses_of_schools_with_calendars_of_one_name_are_relinked_apart(small):
    from reconciler.relinking import relink_scope

    both = catalog(MASTER, replace(MASTER, number="0402"))
    for school in ("Hill High", "Lake High"):
        small.calendar("2027", school)
        for number in ("0401", "0402"):
            small.course(number, calendar="2027", master=number)
    small.course("0401")
    small.apply(both, by=scope("2027", "hill-27"))
    for course in (1, 4, 5):
        small.edit(to(50), course=course)
    commands = put_back(drifted(small, both))
    assert [words(one)[2:] for one in commands] == [
        ["0401@hill-27"], ["0401@Hill High%2F2027"], ["0402@Lake High%2F2027"],
    ]  # fmt: skip
    for command in commands:
        with small.store.read() as snapshot:
            by = relink_scope(snapshot, (both,), words(command)[2:], today="2026-08-01")
        small.apply(both, by=by)
    assert drifted(small, both).groups == ()
