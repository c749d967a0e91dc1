"""What counts as drift, and how each change stands."""

from __future__ import annotations

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from reconciler.course import Area, Exemption, Holding, Lock, Locks, Part, setup
from reconciler.drift import lines
from reconciler.errors.reports import FilterUnmet
from reconciler.policy import Waiver
from tests.drift.drifting import CATALOG, MASTER, codes, drifted, pushed, to, without
from tests.small import catalog, category, from_courses, held, info, listed, locked, master, scope, task

HOMEWORK = "0401@hill-27#categories/Homework"


def told(drift) -> list[tuple[str, str, str, str, int]]:
    """The lines: where, item, field, change, hosts."""
    return [
        (
            "section" if one.on_section else "course",
            one.label,
            one.field,
            f"{one.old} -> {one.new}",
            len(one.hosts),
        )
        for one in lines(drift)
    ]


def test_nothing_has_drifted_right_after_a_push(small):
    pushed(small)
    assert drifted(small, CATALOG).groups == ()


def test_what_the_catalog_wants_now_is_no_drift(small):
    pushed(small)
    moved_on = catalog(master(categories=[category("Homework", 60)]))
    assert drifted(small, moved_on).groups == ()


def test_own_items_are_no_drift(small):
    course, _ = pushed(small)
    own = {(Area.CATEGORIES, Part.OWN): setup([category("Lab", key="course/Lab")])}
    small.edit(lambda holding: holding.put(own), course=course)
    assert drifted(small, CATALOG).groups == ()


def test_an_edit_that_was_undone_by_hand_is_no_drift(small):
    course, _ = pushed(small)
    small.edit(to(50), course=course)
    assert told(drifted(small, CATALOG))
    small.edit(to(20), course=course)
    assert drifted(small, CATALOG).groups == ()


def test_a_change_and_a_deletion_are_drift_at_courses_and_sections(small):
    course, section = pushed(small)
    small.edit(to(50), course=course)
    small.edit(without("Tests"), section=section)
    found = drifted(small, CATALOG)
    assert told(found) == [
        ("course", "Homework", "weight", "20 -> 50", 1),
        ("section", "Tests", "", "weight 80 -> gone", 1),
    ]
    assert codes(found) == [("open", "catalog"), ("open", "catalog")]
    assert [found.address(one.hosts[0], on_section=one.on_section) for one in lines(found)] == [
        "0401@hill-27",
        "0401@hill-27/1",
    ]


def test_equal_changes_are_one_line_over_all_hosts_and_masters(small):
    both = catalog(MASTER, master("0402", categories=[category("Homework", 20)]))
    small.calendar("lake-27", "Lake High")
    courses = [
        small.course("0401"),
        small.course("0402", master="0402"),
        small.course("0401", calendar="lake-27"),
    ]
    for course in courses:
        small.section(course)
    small.apply(both, by=scope("hill-27", "lake-27"))
    for course in courses[:2]:
        small.edit(to(50), course=course)
    small.edit(to(40), course=courses[2])
    assert told(drifted(small, both)) == [
        ("course", "Homework", "weight", "20 -> 50", 2),
        ("course", "Homework", "weight", "20 -> 40", 1),
    ]
    (first, _) = lines(drifted(small, both))
    assert first.masters == ("0401", "0402")


def test_every_field_of_an_item_has_a_line(small):
    course, _ = pushed(small)
    changed = category("Homework", 50, drop_lowest=1)
    small.edit(
        lambda holding: holding.put(
            {(Area.CATEGORIES, Part.LINKED): setup([changed, category("Tests", 80)])}
        ),
        course=course,
    )
    assert [(one.field, one.old, one.new) for one in lines(drifted(small, CATALOG))] == [
        ("drop_lowest", "0", "1"),
        ("weight", "20", "50"),
    ]


def test_what_was_made_anew_with_other_values_counts_as_changed(small):
    course, _ = pushed(small)
    own = {(Area.GRADING_TASKS, Part.OWN): setup([task("Final", credit="2")])}
    gone = {(Area.GRADING_TASKS, Part.LINKED): setup([])}
    small.edit(lambda holding: holding.put({**own, **gone}), course=course)
    assert told(drifted(small, CATALOG)) == [("course", "Final", "credit", "not set -> 2", 1)]
    same = {(Area.GRADING_TASKS, Part.OWN): setup([task("Final")])}
    small.edit(lambda holding: holding.put({**same, **gone}), course=course)
    assert drifted(small, CATALOG).groups == ()


@pytest.mark.parametrize(
    ("other", "expected"),
    [
        ({"locks": Locks({Area.CATEGORIES: Lock.EDITABLE})}, ("editable", "editable")),
        ({"locks": Locks()}, ("free", "unlocked")),
        ({"exempt": (Exemption("hill*", "summer"),)}, ("free", "exempt")),
        ({"ignored": (Exemption("0401@*", "pilot"),)}, ("free", "ignored")),
        ({"name": "another"}, ("open", "catalog_unknown")),
        ({"masters": {}}, ("open", "catalog")),
        ({}, ("open", "catalog")),
    ],
)
def test_a_change_stands_as_its_lock_does(small, other, expected):
    course, section = pushed(small)
    small.edit(to(50), course=course)
    small.edit(to(50), section=section)
    assert codes(drifted(small, catalog(MASTER, **other))) == [expected, expected]


def test_without_any_catalog_a_linked_course_still_shows_its_drift(small):
    course, _ = pushed(small)
    small.edit(to(50), course=course)
    assert codes(drifted(small)) == [("open", "catalog_unknown")]


def test_what_the_catalog_wants_by_now_is_told_apart(small):
    course, section = pushed(small)
    small.edit(to(50), course=course)
    small.edit(to(50), section=section)
    wish = catalog(master(categories=[category("Homework", 50), category("Tests", 80)]))
    assert codes(drifted(small, wish)) == [("wanted", "catalog"), ("wanted", "catalog")]
    dropped = catalog(master(categories=[category("Tests", 80)]))
    assert [code for code, _ in codes(drifted(small, dropped))] == ["open", "open"]


def test_what_was_deleted_below_and_dropped_above_is_wanted(small):
    course, _ = pushed(small)
    small.edit(without(), course=course)
    assert codes(drifted(small, catalog(master(categories=[category("Tests", 80)])))) == [
        ("wanted", "catalog")
    ]


def test_a_field_that_a_section_fills_in_is_its_own(small):
    linked = listed(course_info=info(advisory=True))
    course = small.course(holding=held(linked=linked), catalog=None, master=None)
    below = held(linked=listed(course_info=info(advisory=False)), pushed=linked)
    small.section(course, below)
    assert codes(drifted(small)) == [("free", "filled")]


def test_an_unlinked_course_holds_what_it_pushed_to_its_sections(small):
    own = held(own=listed(categories=[category("Lab", key="course/Lab")]))
    course = small.course(holding=own, catalog=None, master=None)
    section = small.section(course)
    small.apply(by=from_courses())
    changed = {(Area.CATEGORIES, Part.LINKED): setup([category("Lab", 5, key="course/Lab")])}
    small.edit(lambda holding: holding.put(changed), section=section)
    assert codes(drifted(small)) == [("open", "course")]
    small.edit(lambda _: Holding(), course=course)
    assert codes(drifted(small)) == [("free", "dropped")]


def test_a_push_from_courses_locks_what_the_catalog_leaves_open(small):
    open_ = catalog(MASTER, locks=locked(Area.GRADING_TASKS))
    course, section = pushed(small, open_)
    own = {(Area.CATEGORIES, Part.OWN): setup([category("Homework", 20)])}
    small.edit(lambda holding: holding.put(own), course=course)
    small.apply(by=from_courses())
    small.edit(to(50), section=section)
    assert codes(drifted(small, open_)) == [("open", "course")]


def test_the_newest_push_says_who_holds_an_item(small):
    _, section = pushed(small)
    small.edit(to(21), section=section)
    small.apply(by=from_courses())
    open_ = catalog(MASTER, locks=Locks())
    small.edit(to(50), section=section)
    assert codes(drifted(small, open_)) == [("free", "unlocked")]


@pytest.mark.parametrize(
    ("address", "expires", "code"),
    [
        (HOMEWORK, "2026-08-01", "waived"),
        ("0401@*#categories/*", "2026-12-31", "waived"),
        (HOMEWORK, "2026-07-31", "open"),
        ("0401@hill-27/1#categories/Homework", "2026-12-31", "open"),
        ("0402@*", "2026-12-31", "open"),
    ],
)
def test_a_waiver_holds_for_its_addresses_until_its_day(small, address, expires, code):
    course, _ = pushed(small)
    small.edit(to(50), course=course)
    waiver = Waiver(address, "pilot", "Ada", expires)
    found = drifted(small, CATALOG, waivers=(waiver,))
    assert [one.standing.code for one in found.groups] == [code]
    assert [one.standing.waiver for one in found.groups] == [waiver if code == "waived" else None]


def test_a_waiver_splits_a_line_into_the_waived_and_the_rest(small):
    course, section = pushed(small)
    other = small.section(course, small.holding(section=section), number="2")
    for one in (section, other):
        small.edit(to(50), section=one)
    waiver = Waiver("0401@hill-27/2#*", "pilot", "Ada", "2026-12-31")
    found = lines(drifted(small, CATALOG, waivers=(waiver,)))
    assert [(one.standing.code, one.hosts) for one in found] == [("open", (section,)), ("waived", (other,))]


@pytest.mark.parametrize(
    ("filters", "count"),
    [
        ({}, 2),
        ({"calendar": ("hill*",)}, 1),
        ({"school": ("Lake High",)}, 1),
        ({"master": ("0402",)}, 0),
        ({"course": ("0401@lake-27",)}, 1),
        ({"area": ("grading_*",)}, 0),
        ({"area": ("categories",)}, 2),
    ],
)
def test_filters_narrow_what_is_looked_at(small, filters, count):
    small.calendar("lake-27", "Lake High")
    courses = [small.course(), small.course(calendar="lake-27")]
    small.course("0402", master="0402")
    small.apply(CATALOG, by=scope("hill-27", "lake-27"))
    for course in courses:
        small.edit(to(50), course=course)
    found = lines(drifted(small, CATALOG, **filters))
    assert sum(len(one.hosts) for one in found) == count


@pytest.mark.parametrize("filters", [{"course": ("0444",)}, {"area": ("categorys",)}, {"school": ("Hil",)}])
def test_a_filter_that_means_nothing_is_an_error(small, filters):
    pushed(small)
    with pytest.raises(FilterUnmet) as error:
        drifted(small, CATALOG, **filters)
    assert error.value.exit_code == 64


weights = st.lists(st.sampled_from([20, 30, 50, None]), min_size=1, max_size=6)


@given(courses=weights, sections=weights)
@settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_lines_add_up_to_what_a_look_at_every_host_finds(tmp_path_factory, courses, sections):
    from tests.small import Small

    small = Small(tmp_path_factory.mktemp("drift") / "state.db")
    small.calendar()
    was = listed(categories=[category("Homework", 20), category("Tests", 80)])

    def after(weight) -> Holding:
        left = [category("Tests", 80)] + ([category("Homework", weight)] if weight is not None else [])
        return held(linked=listed(categories=left), pushed=was)

    first = 0
    for index, weight in enumerate(courses):
        first = small.course(f"{index}", after(weight), master="0401")
    for index, weight in enumerate(sections):
        small.section(first, after(weight), number=f"{index}")
    found = lines(drifted(small, CATALOG))
    small.store.close()
    for on_section, told_ in ((False, courses), (True, sections)):
        mine = {one.new: len(one.hosts) for one in found if one.on_section == on_section}
        words = ["gone" if one is None else str(one) for one in told_ if one != 20]
        assert mine == {word: words.count(word) for word in set(words)}
