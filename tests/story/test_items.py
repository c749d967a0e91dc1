"""What an item's story says: what is there, what was pushed and is wanted, who decided, and what comes next."""

from __future__ import annotations

from dataclasses import replace

import pytest

from reconciler.course import Area, Counts, Holding, Lock, Locks, Origin, Part, Rename, Use, setup
from reconciler.errors import AddressUnknown
from reconciler.story.model import (
    ABSENT,
    AWAITING,
    DELETED,
    LINKED,
    LINKED_LOCKED,
    LINKED_UNLOCKED,
    LOCAL,
    RESIDUAL,
)
from tests.small import catalog, category, cell, from_courses, held, info, listed, locked, master, scope, task
from tests.story.telling import COURSE, HOMEWORK, SECTION, fields, reasons, tell

USED = Use(Area.CATEGORIES, "Homework", 1)
ORIGINS = {(Area.CATEGORIES, "Homework"): Origin("setup core", "shared.yaml", 7)}


def homework(weight: object = 20, **other):
    """A master with the category Homework, written in a setup that it uses."""
    made = master(categories=[category("Homework", weight)], **other)
    return replace(made, origins=ORIGINS, origin=Origin("master", "hs.yaml", 3))


def pushed(small, *masters, by=None):
    """A course and a section into which masters were pushed."""
    course = small.course()
    section = small.section(course)
    small.apply(catalog(*masters), by=by)
    return course, section


def changed(weight: object):
    """An edit of Homework below."""

    def change(holding: Holding) -> Holding:
        return holding.put({(Area.CATEGORIES, Part.LINKED): setup([category("Homework", weight)])})

    return change


def gone(holding: Holding) -> Holding:
    return holding.put({(Area.CATEGORIES, Part.LINKED): setup([])})


def test_what_was_pushed_is_linked_and_locked_and_a_setup_decided_it(small):
    pushed(small, homework())
    told = tell(small, COURSE + HOMEWORK, catalog(homework()))
    assert told.state == LINKED_LOCKED
    assert fields(told.now) == fields(told.pushed) == fields(told.desired.item)
    assert fields(told.now) == {"name": "Homework", "weight": "20"}
    assert (told.layer.name, told.layer.origin) == ("setup core", Origin("setup core", "shared.yaml", 7))
    assert (told.layer.through, told.layer.earlier) == (False, False)
    assert (told.lock.holds, told.lock.why) == (True, "catalog")
    assert reasons(told) == [("masters", "in_sync")]
    assert not told.drifted
    assert not told.awaiting


def test_at_a_section_it_came_by_its_course(small):
    pushed(small, homework())
    told = tell(small, SECTION + HOMEWORK, catalog(homework()))
    assert (told.layer.name, told.layer.through) == ("setup core", True)
    assert told.lock.holds
    assert told.on_section


def test_the_run_that_pushed_it_is_not_one_that_left_it_alone(small):
    pushed(small, homework())
    small.apply(catalog(homework(30)))
    third = small.apply(catalog(homework(30, grading_tasks=[task("Final")])))
    told = tell(small, COURSE + HOMEWORK, catalog(homework(30)))
    assert told.pushed_by.id == third.run - 1
    assert told.pushed_by.kind == "apply"
    assert tell(small, COURSE + "#grading_tasks/Final", catalog(homework(30))).pushed_by.id == third.run


def test_a_rename_is_followed_back_to_the_run_before_it(small):
    pushed(small, homework())
    named = category("Homework", 20, key="Practice")
    renamed = master(categories=[named], renames=[Rename(Area.CATEGORIES, "Homework", "Practice")])
    small.apply(catalog(renamed))
    told = tell(small, f"{COURSE}#categories/Practice", catalog(renamed))
    assert told.state == LINKED_LOCKED
    assert told.pushed_by.id == 1


def test_the_master_moved_on(small):
    pushed(small, homework())
    told = tell(small, COURSE + HOMEWORK, catalog(homework(35)))
    assert (told.awaiting, told.drifted) == (True, False)
    assert fields(told.desired.item)["weight"] == "35"
    assert told.layer.earlier
    assert reasons(told) == [("masters", "updated")]
    assert fields(told.steps[0].after)["weight"] == "35"


def test_a_section_desires_what_its_course_will_have(small):
    pushed(small, homework())
    told = tell(small, SECTION + HOMEWORK, catalog(homework(35)))
    assert fields(told.desired.item)["weight"] == "35"
    assert reasons(told) == [("masters", "updated")]


def test_a_change_below_is_drift_and_the_push_fails_for_the_course(small):
    course, _ = pushed(small, homework())
    small.carry(**{f"c{course}": changed(50)(small.holding(course=course))})
    told = tell(small, COURSE + HOMEWORK, catalog(homework()))
    assert told.drifted
    assert (fields(told.now)["weight"], fields(told.pushed)["weight"]) == ("50", "20")
    assert told.layer.name == "course"
    assert told.changed_by.kind == "other"
    assert told.pushed_by.kind == "apply"
    assert reasons(told) == [("masters", "desynced")]
    assert tell(small, SECTION + HOMEWORK, catalog(homework())).steps[0].reason == "desynced"


def test_a_change_that_no_run_made_has_none(small):
    course, _ = pushed(small, homework())
    small.edit(changed(50), course=course)
    told = tell(small, COURSE + HOMEWORK, catalog(homework()))
    assert told.drifted
    assert told.changed_by is None


def test_a_teachers_change_is_put_back(small):
    _, section = pushed(small, homework())
    small.edit(changed(50), section=section)
    told = tell(small, SECTION + HOMEWORK, catalog(homework()))
    assert (told.drifted, told.layer.name) == (True, "teacher")
    assert reasons(told) == [("masters", "put_back")]


def test_what_was_deleted_below_is_said_to_be_gone(small):
    _, section = pushed(small, homework())
    small.edit(gone, section=section)
    told = tell(small, SECTION + HOMEWORK, catalog(homework()))
    assert (told.state, told.now, told.drifted) == (DELETED, None, True)
    assert told.lock.holds


def test_what_is_wanted_and_not_there_awaits_a_push(small):
    small.section(small.course())
    told = tell(small, COURSE + HOMEWORK, catalog(homework()))
    assert (told.state, told.awaiting) == (AWAITING, True)
    assert told.layer.origin == Origin("setup core", "shared.yaml", 7)
    assert told.lock.why == "absent"
    assert reasons(told) == [("masters", "created")]
    assert told.pushed_by is None


def test_what_a_teacher_made_is_local_and_hers(small):
    own = category("Lab", key="section/Lab")
    small.section(small.course(), held(own=listed(categories=[own])))
    told = tell(small, f"{SECTION}#categories/Lab", catalog(homework()))
    assert (told.state, told.layer.name, told.lock.why) == (LOCAL, "teacher", "own")
    assert told.lock.holds is False
    assert reasons(told) == [("masters", "local")]
    assert not told.drifted


def test_what_the_school_made_is_the_courses_and_goes_to_its_sections(small):
    own = listed(categories=[category("Lab", key="course/Lab")])
    small.section(small.course(holding=held(own=own)))
    assert tell(small, f"{COURSE}#categories/Lab", catalog(homework())).layer.name == "course"
    small.apply(catalog(homework()))
    told = tell(small, f"{SECTION}#categories/Lab", catalog(homework()))
    assert (told.layer.name, told.state, told.lock.why) == ("course", LINKED_LOCKED, "course")


def test_a_cell_that_the_school_made_where_the_master_has_one_is_locked_at_once(small):
    own = held(own=listed(grade_calc_options=[cell("Final", 1, use_percent=True)]))
    small.course(holding=own)
    wish = catalog(master(grading_tasks=[task("Final")], grade_calc_options=[cell("Final", 1)]))
    told = tell(small, f"{COURSE}#grade_calc_options/Final@1", wish)
    assert (told.state, told.lock.holds) == (LOCAL, True)


def test_a_residual_says_since_when_and_what_uses_it(small):
    _, section = pushed(small, homework())
    small.grade(section, Area.CATEGORIES, "Homework", counts=Counts(3, 40))
    run = small.apply(catalog(master())).run
    small.apply(catalog(master(grading_tasks=[task("Final")])))
    for address in (SECTION, COURSE):
        told = tell(small, address + HOMEWORK, catalog(master()))
        assert (told.state, told.lock.why) == (RESIDUAL, "residual")
        assert told.since.id == run
        assert [(one.term, one.counts) for one in told.uses] == [(1, Counts(3, 40))]
        assert told.layer.earlier
        assert not told.drifted
    assert reasons(told) == [("masters", "residual")]


def test_uses_are_summed_over_sections_by_term_and_unread_sections_are_counted(small):
    course, section = pushed(small, homework())
    for term in (1, 2):
        small.grade(section, Area.CATEGORIES, "Homework", term, Counts(1, 2, 3, 4))
    small.section(course, uses={USED: Counts(5)}, number="2")
    small.section(course, number="3", unread=True)
    told = tell(small, COURSE + HOMEWORK, catalog(homework()))
    assert [(one.term, one.counts, one.sections) for one in told.uses] == [
        (1, Counts(6, 2, 3, 4), 2),
        (2, Counts(1, 2, 3, 4), 1),
    ]
    assert told.total == Counts(7, 4, 6, 8)
    assert told.unread == 1
    assert tell(small, SECTION + HOMEWORK, catalog(homework())).unread == 0


@pytest.mark.parametrize(
    ("other", "state", "why"),
    [
        ({"locks": locked(Area.GRADING_TASKS)}, LINKED_UNLOCKED, "unlocked"),
        ({"locks": Locks({Area.CATEGORIES: Lock.EDITABLE})}, LINKED_UNLOCKED, "editable"),
        ({"school_years": (2030,)}, LINKED_LOCKED, "catalog"),
        ({"masters": {}}, LINKED_LOCKED, "catalog"),
        ({"name": "other"}, LINKED, "catalog_unknown"),
    ],
)
def test_the_lock_is_the_catalogs(small, other, state, why):
    pushed(small, homework())
    told = tell(small, COURSE + HOMEWORK, catalog(homework(), **other))
    assert (told.state, told.lock.why) == (state, why)


@pytest.mark.parametrize(
    ("other", "why"),
    [
        ({"exempt": "hill*"}, "exempt"),
        ({"ignored": "0401@hill-27"}, "ignored"),
        ({"ignored": "04*"}, "ignored"),
    ],
)
def test_no_lock_holds_where_the_school_manages_the_course(small, other, why):
    from reconciler.course import Exemption

    pushed(small, homework())
    marks = {name: (Exemption(glob, "pilot"),) for name, glob in other.items()}
    for address in (COURSE, SECTION):
        told = tell(small, address + HOMEWORK, catalog(homework(30), **marks))
        assert (told.lock.holds, told.lock.why) == (False, why)
    assert tell(small, COURSE + HOMEWORK, catalog(homework(30), **marks)).desired.why == why


def test_an_ignored_course_is_free_and_no_push_from_masters_comes(small):
    course = small.course(holding=held(linked=listed(categories=[category("Homework", 20)])), ignored=True)
    small.section(course)
    told = tell(small, COURSE + HOMEWORK, catalog(homework()))
    assert (told.lock.why, told.desired.why, told.steps) == ("ignored", "ignored", ())


def test_what_a_push_from_courses_brought_is_locked_until_the_course_drops_it(small):
    linked = held(own=listed(categories=[category("Lab", key="course/Lab")]))
    course = small.course(holding=linked, catalog=None, master=None)
    small.section(course)
    small.apply(by=from_courses())
    told = tell(small, f"{SECTION}#categories/Lab")
    assert (told.state, told.lock.why, told.layer.name) == (LINKED_LOCKED, "course", "course")
    assert reasons(told) == [("courses", "in_sync")]
    small.edit(lambda _: Holding(), course=course)
    told = tell(small, f"{SECTION}#categories/Lab")
    assert (told.state, told.lock.why) == (LINKED_UNLOCKED, "dropped")
    assert reasons(told) == [("courses", "deleted")]


def test_a_push_from_courses_locks_what_the_catalog_does_not(small):
    pushed(small, homework(), by=scope(to_sections=False))
    small.apply(by=from_courses())
    told = tell(small, SECTION + HOMEWORK, catalog(homework(), locks=Locks()))
    assert (told.lock.why, told.lock.holds) == ("course", True)
    assert tell(small, COURSE + HOMEWORK, catalog(homework(), locks=Locks())).lock.why == "unlocked"


def test_without_catalogs_desired_and_lock_are_unknown(small):
    pushed(small, homework())
    told = tell(small, COURSE + HOMEWORK)
    assert (told.state, told.desired.known, told.lock.holds) == (LINKED, False, None)
    assert (told.layer.name, told.layer.origin) == ("master", None)
    assert not told.awaiting
    assert tell(small, SECTION + HOMEWORK).desired.known is False


def test_a_field_that_the_master_does_not_name_or_the_catalog_not_lock_is_not_wanted(small):
    small.course(holding=held(own=listed(course_info=info(credits="1", department="Math"))))
    wish = catalog(master(), locks=locked(Area.CATEGORIES, credits=Lock.LOCKED))
    assert tell(small, f"{COURSE}#course_info/credits", wish).desired.why == "not_named"
    assert tell(small, f"{COURSE}#course_info/department", wish).desired.why == "unlocked"


def test_an_inactive_master_wants_its_field_active_alone(small):
    pushed(small, homework())
    wish = catalog(homework(40, active=False), locks=locked(Area.CATEGORIES, active=Lock.LOCKED))
    told = tell(small, COURSE + HOMEWORK, wish)
    assert (told.desired.why, told.steps) == ("inactive", ())
    assert tell(small, f"{COURSE}#course_info/active", wish).desired.item is not None


def test_a_section_takes_what_the_course_has_where_it_has_nothing(small):
    wish = catalog(master(grading_tasks=[task("Final", credit="1")]))
    small.section(small.course())
    small.apply(wish)
    told = tell(small, f"{SECTION}#grading_tasks/Final", wish)
    assert (told.state, told.now, fields(told.inherited)) == (ABSENT, None, {"credit": "1"})
    assert (told.layer.name, told.desired.why, told.lock.holds) == ("course", "inherits", True)


def test_a_course_with_too_few_terms_fails(small):
    pushed(small, homework())
    told = tell(small, COURSE + HOMEWORK, catalog(homework(30, grading_tasks=[task("Final", terms=[9])])))
    assert reasons(told) == [("masters", "term_out_of_range")]


def test_what_is_nowhere_is_told_with_what_is_close(small):
    small.course()
    with pytest.raises(AddressUnknown, match=r'no categories "Homewrk" \(did you mean "Homework"\?\)'):
        tell(small, f"{COURSE}#categories/Homewrk", catalog(homework()))
    with pytest.raises(AddressUnknown, match=r'no categories "Homework"'):
        tell(small, COURSE + HOMEWORK)


def test_a_category_is_found_by_the_name_that_the_master_gives_it(small):
    small.course()
    wish = catalog(master(categories=[category("Home Practice", key="hp")]))
    assert tell(small, f"{COURSE}#categories/Home Practice", wish).key == "hp"
