"""Which lock keeps which item from being edited below: L2-L4, P2, S2, S3, R5."""

# ruff: noqa: ARG002 - fixtures that only set the scene
from __future__ import annotations

from dataclasses import replace

import pytest

from reconciler.course import Area, Exemption, Lock, Locks, Part, item
from reconciler.editing import Editor
from reconciler.errors.editing import ItemLocked, LocksUnknown
from tests.small import catalog, category, cell, from_courses, held, info, listed, locked, master, scope, task

COURSE = "0401@hill-27"
SECTION = "0401@hill-27/1"
CATEGORIES = Area.CATEGORIES
HOMEWORK = listed(categories=[category("Homework", 20)])


def states(**areas: Lock) -> Locks:
    """Locks by area, the others unlocked."""
    return Locks({Area(name): state for name, state in areas.items()})


def hs(lock: Lock = Lock.LOCKED, **other):
    """A catalog with one master that has Homework, and one state for its categories."""
    return catalog(master(categories=[category("Homework", 20)]), locks=states(categories=lock), **other)


@pytest.fixture
def pushed(small):
    """A course and its section, both with Homework as the master pushed it."""
    course = small.course("0401", held(linked=HOMEWORK))
    section = small.section(course, held(linked=HOMEWORK))
    return course, section


def weight(small, *, part: Part = Part.LINKED, **host) -> object:
    return small.holding(**host).get(CATEGORIES, part).by_key["Homework"].get("weight")


@pytest.mark.parametrize("address", [COURSE, SECTION])
def test_a_locked_item_is_edited_by_nobody_and_the_lock_is_named(small, pushed, address):
    before = small.state()
    editor = Editor(small.store, [hs()])
    for edit in (
        lambda: editor.set(f"{address}#categories/Homework", {"weight": 30}),
        lambda: editor.rename(f"{address}#categories/Homework", "Exercises"),
        lambda: editor.remove(f"{address}#categories/Homework"),
    ):
        with pytest.raises(ItemLocked, match='the catalog "hs" locks categories') as refused:
            edit()
        assert refused.value.exit_code == 4
        assert "added beside it" in refused.value.way_out
    assert small.state() == before


@pytest.mark.parametrize("address", [COURSE, SECTION])
def test_adding_beside_what_is_locked_is_allowed(small, pushed, address):
    done = Editor(small.store, [hs()]).add(f"{address}#categories/Lab", {"weight": 10})
    stem = "section" if address == SECTION else "course"
    assert done.steps[0].key == f"{stem}/Lab"
    host = {"section": pushed[1]} if address == SECTION else {"course": pushed[0]}
    (own,) = small.holding(**host).get(CATEGORIES, Part.OWN)
    assert (own.key, own.get("name"), own.get("weight")) == (f"{stem}/Lab", "Lab", "10")


@pytest.mark.parametrize("address", [COURSE, SECTION])
@pytest.mark.parametrize("lock", [Lock.UNLOCKED, Lock.EDITABLE])
def test_unlocked_and_editable_items_change_as_linked_ones_and_pushed_stays(small, pushed, address, lock):
    host = {"section": pushed[1]} if address == SECTION else {"course": pushed[0]}
    done = Editor(small.store, [hs(lock)]).set(f"{address}#categories/Homework", {"weight": "30.0"})
    assert done.linked
    assert weight(small, **host) == "30"
    assert weight(small, part=Part.PUSHED, **host) == "20"


def test_an_edit_of_an_editable_item_is_kept_by_the_next_push(small):
    course = small.course()
    section = small.section(course)
    told = hs(Lock.EDITABLE)
    small.apply(told)
    Editor(small.store, [told]).set(f"{SECTION}#categories/Homework", {"weight": 30})
    small.apply(told)
    assert weight(small, section=section) == "30"


def test_an_edit_undone_by_hand_is_no_drift(small, pushed):
    editor = Editor(small.store, [hs(Lock.UNLOCKED)])
    before = small.holding(course=pushed[0])
    editor.set(f"{COURSE}#categories/Homework", {"weight": 30})
    editor.set(f"{COURSE}#categories/Homework", {"weight": 20})
    assert small.holding(course=pushed[0]) == before


def test_removing_a_linked_item_leaves_what_was_pushed_on_record(small, pushed):
    Editor(small.store, [hs(Lock.UNLOCKED)]).remove(f"{SECTION}#categories/Homework")
    holding = small.holding(section=pushed[1])
    assert not holding.here(CATEGORIES)
    assert holding.get(CATEGORIES, Part.PUSHED).by_key.keys() == {"Homework"}


@pytest.mark.parametrize("why", ["mark", "yaml", "exempt"])
@pytest.mark.parametrize("address", [COURSE, SECTION])
def test_no_lock_of_a_catalog_holds_on_an_ignored_or_exempt_course_and_below(small, pushed, address, why):
    told = hs()
    editor = Editor(small.store, [told])
    if why == "mark":
        editor.ignore(COURSE, True)
    elif why == "yaml":
        editor = replace(editor, catalogs=[replace(told, ignored=(Exemption("0401@hill*", "pilot"),))])
    else:
        editor = replace(editor, catalogs=[replace(told, exempt=(Exemption("hill-*", "summer"),))])
    editor.set(f"{address}#categories/Homework", {"weight": 30})
    host = {"section": pushed[1]} if address == SECTION else {"course": pushed[0]}
    assert weight(small, **host) == "30"
    if why == "mark":
        editor.ignore(COURSE, False)
        with pytest.raises(ItemLocked):
            editor.set(f"{address}#categories/Homework", {"weight": 40})


def test_a_course_that_follows_a_master_is_not_edited_without_its_catalog(small, pushed):
    for told in ([], [catalog(name="ms")]):
        with pytest.raises(LocksUnknown, match="0401@hill-27 follows hs/0401") as refused:
            Editor(small.store, told).set(f"{COURSE}#categories/Homework", {"weight": 30})
        assert refused.value.exit_code == 64


def test_a_course_that_follows_no_master_needs_no_catalog(small):
    course = small.course("0402", held(own=HOMEWORK), catalog=None, master=None)
    Editor(small.store).set("0402@hill-27#categories/Homework", {"weight": 30})
    assert weight(small, part=Part.OWN, course=course) == "30"


def test_a_lock_holds_at_once_on_what_the_master_lists_and_has_not_pushed_yet(small):
    told = catalog(master(grading_tasks=[task("Final", terms=[1])]), locks=states(grading_tasks=Lock.LOCKED))
    small.course("0401", held(own=listed(grading_tasks=[task("Final", terms=[2]), task("Own")])))
    editor = Editor(small.store, [told])
    with pytest.raises(ItemLocked):
        editor.set(f"{COURSE}#grading_tasks/Final", {"terms": [1, 2]})
    editor.set(f"{COURSE}#grading_tasks/Own", {"terms": [1, 2]})
    editor.remove(f"{COURSE}#grading_tasks/Own")
    editor.add(f"{COURSE}#grading_tasks/Own")


def test_nothing_is_added_in_the_place_of_what_a_locked_area_brings(small):
    told = catalog(master(grading_tasks=[task("Final")]), locks=states(grading_tasks=Lock.LOCKED))
    small.course()
    with pytest.raises(ItemLocked):
        Editor(small.store, [told]).add(f"{COURSE}#grading_tasks/Final", {"terms": [1]})


def test_a_categorys_name_may_be_taken_before_the_push_which_lets_it_step_aside(small):
    course = small.course()
    section = small.section(course)
    told = hs()
    Editor(small.store, [told]).add(f"{SECTION}#categories/Homework", {"weight": 5})
    small.apply(told)
    names = {one.get("name"): one.get("weight") for one in small.holding(section=section).here(CATEGORIES)}
    assert names == {"Homework": "20", "Homework (1)": "5"}


def test_locked_fields_that_the_master_names_are_locked_even_before_a_push(small):
    course = small.course("0401", held(own=listed(course_info=info(department="Math", credits="1"))))
    told = catalog(
        master(course_info=info(department="Mathematics")),
        locks=locked(Area.CATEGORIES, department=Lock.LOCKED, credits=Lock.LOCKED),
    )
    editor = Editor(small.store, [told])
    with pytest.raises(ItemLocked, match="course info department"):
        editor.set(f"{COURSE}#course_info/department", {"value": "Arts"})
    with pytest.raises(ItemLocked):
        editor.set(f"{COURSE}#course_info", {"state_code": "1", "department": "Arts"})
    # A locked field that a master does not name is neither compared nor written (domain.md 1).
    editor.set(f"{COURSE}#course_info/credits", {"value": "0.5"})
    fields = small.holding(course=course).get(Area.COURSE_INFO, Part.OWN).by_key
    assert (fields["credits"].get("value"), fields["department"].get("value")) == ("0.5", "Math")
    assert "state_code" not in fields


def test_terms_schedules_and_periods_are_editable_when_locked(small):
    told = catalog(master(course_info=info(terms=4)), locks=locked(Area.CATEGORIES, terms=Lock.LOCKED))
    course = small.course("0401", held(linked=listed(course_info=info(terms=4))))
    Editor(small.store, [told]).set(f"{COURSE}#course_info/terms", {"value": 2})
    assert small.holding(course=course).get(Area.COURSE_INFO, Part.LINKED).by_key["terms"].get("value") == 2


def test_fields_that_a_section_fills_by_hand_are_its_own_whatever_is_locked(small):
    room = item(Area.CROSS_SITE, "room", {"value": "1"})
    above = held(linked=listed(cross_site=[room]))
    course = small.course("0401", above)
    section = small.section(course, above)
    told = catalog(master(cross_site=[room]), locks=states(cross_site=Lock.LOCKED))
    editor = Editor(small.store, [told])
    editor.set(f"{SECTION}#cross_site/room", {"value": "2"})
    with pytest.raises(ItemLocked):
        editor.set(f"{COURSE}#cross_site/room", {"value": "2"})
    small.apply(told, by=scope(cross_site=True))
    assert small.holding(section=section).here(Area.CROSS_SITE)[0].get("value") == "2"


class TestPushedFromCourses:
    """S3: locked for teachers, whatever a catalog says, until the course drops it."""

    @pytest.fixture
    def carried(self, small):
        course = small.course("0401", held(own=listed(categories=[category("Lab", key="course/Lab")])))
        section = small.section(course)
        small.apply(by=from_courses())
        return course, section

    @pytest.mark.parametrize("lock", list(Lock))
    def test_what_the_course_made_is_locked(self, small, carried, lock):
        editor = Editor(small.store, [hs(lock)])
        with pytest.raises(ItemLocked, match="the course 0401@hill-27 pushed it") as refused:
            editor.set(f"{SECTION}#categories/Lab", {"weight": 30})
        assert "Change it at 0401@hill-27" in refused.value.way_out
        with pytest.raises(ItemLocked):
            editor.remove(f"{SECTION}#categories/Lab")

    def test_it_is_locked_where_locks_are_lifted_too_and_without_any_catalog(self, small, carried):
        editor = Editor(small.store, [hs()])
        editor.ignore(COURSE, True)
        with pytest.raises(ItemLocked):
            editor.set(f"{SECTION}#categories/Lab", {"weight": 30})
        course = small.course("0402", held(own=HOMEWORK), catalog=None, master=None)
        small.section(course)
        small.apply(by=from_courses())
        with pytest.raises(ItemLocked):
            Editor(small.store).remove("0402@hill-27/1#categories/Homework")

    def test_it_is_free_once_the_course_has_dropped_it(self, small, carried):
        editor = Editor(small.store, [hs(Lock.UNLOCKED)])
        editor.remove(f"{COURSE}#categories/Lab")
        editor.set(f"{SECTION}#categories/Lab", {"weight": 30})
        found = small.holding(section=carried[1]).get(CATEGORIES, Part.LINKED).by_key["course/Lab"]
        assert found.get("weight") == "30"

    def test_what_a_master_made_and_the_course_pushed_is_locked_though_editable(self, small):
        """The journal knows which push brought it."""
        course = small.course()
        small.section(course)
        told = hs(Lock.EDITABLE)
        small.apply(told, by=scope(to_sections=False))
        small.apply(by=from_courses())
        editor = Editor(small.store, [told])
        with pytest.raises(ItemLocked, match="pushed it"):
            editor.set(f"{SECTION}#categories/Homework", {"weight": 30})
        editor.set(f"{COURSE}#categories/Homework", {"weight": 30})

    def test_what_a_master_push_carried_down_is_judged_by_the_catalog(self, small):
        course = small.course("0401", held(own=listed(categories=[category("Lab", key="course/Lab")])))
        small.section(course)
        told = hs(Lock.EDITABLE)
        small.apply(told)
        Editor(small.store, [told]).set(f"{SECTION}#categories/Lab", {"weight": 30})
        with pytest.raises(ItemLocked, match="the catalog"):
            Editor(small.store, [hs()]).set(f"{SECTION}#categories/Lab", {"weight": 40})


def test_a_residual_may_be_edited_and_deleted_though_its_area_is_locked(small):
    kept = category("Old", 10)._replace(left=True, kept=True)
    course = small.course("0401", held(linked=HOMEWORK))
    section = small.section(course, held(linked=HOMEWORK, own=listed(categories=[kept])))
    editor = Editor(small.store, [hs()])
    editor.set(f"{SECTION}#categories/Old", {"weight": 12})
    (now,) = small.holding(section=section).get(CATEGORIES, Part.OWN)
    assert (now.get("weight"), now.left, now.kept) == ("12", True, True)
    done = editor.remove(f"{SECTION}#categories/Old")
    assert done.cleared
    assert not small.holding(section=section).get(CATEGORIES, Part.OWN)


def test_weights_and_rows_of_composites_have_locks_of_their_own(small):
    tasks = [task("Final"), task("Quarter")]
    row = "Final@1<Quarter@1"
    rows = [item(Area.COMPOSITE_GRADES, row, {})]
    weights = [item(Area.COMPOSITE_WEIGHTS, row, {"weight": 100})]
    above = listed(grading_tasks=tasks, composite_grades=rows, composite_weights=weights)
    course = small.course("0401", held(linked=above))
    told = master(grading_tasks=tasks, composite_grades=rows, composite_weights=weights)
    structure = Editor(small.store, [catalog(told, locks=states(composite_grades=Lock.LOCKED))])
    structure.set(f"{COURSE}#composite_weights/{row}", {"weight": 90})
    with pytest.raises(ItemLocked, match="composite grades"):
        structure.remove(f"{COURSE}#composite_grades/{row}")
    only_weights = Editor(small.store, [catalog(told, locks=states(composite_weights=Lock.LOCKED))])
    with pytest.raises(ItemLocked, match="composite weights"):
        only_weights.remove(f"{COURSE}#composite_grades/{row}")
    Editor(small.store, [catalog(told, locks=states())]).remove(f"{COURSE}#composite_grades/{row}")
    assert not small.holding(course=course).here(Area.COMPOSITE_WEIGHTS)


def test_a_locked_grade_calc_option_stands_at_sections_before_it_has_arrived(small):
    told = catalog(
        master(grading_tasks=[task("Final")], grade_calc_options=[cell("Final", 1)]),
        locks=states(grade_calc_options=Lock.LOCKED),
    )
    course = small.course("0401", held(linked=listed(grading_tasks=[task("Final")])))
    small.section(course)
    editor = Editor(small.store, [told])
    with pytest.raises(ItemLocked):
        editor.add(f"{SECTION}#grade_calc_options/Final@1", {"calculation": "in_progress"})
    editor.add(f"{SECTION}#grade_calc_options/Final@2", {"calculation": "in_progress"})
