"""What an edit may say and what it may not: values, names, references, what is used; and what it leaves behind."""

# ruff: noqa: ARG002 - fixtures that only set the scene
from __future__ import annotations

import json
from dataclasses import replace
from decimal import Decimal

import pytest

from reconciler.course import Area, Counts, Holding, Lock, Locks, Part, Use, item, setup
from reconciler.current import Batch, ResidualMark, SectionMove
from reconciler.district import CalendarIn, CourseIn, District, Incoming, SchoolIn, SectionIn
from reconciler.editing import Editor
from reconciler.editing.telling import edited
from reconciler.errors import AddressUnknown, AddressWrong, PushRefused
from reconciler.errors.editing import (
    AreaElsewhere,
    FieldUnknown,
    FieldUsed,
    ItemNamed,
    ItemThere,
    ItemUsed,
    MustStay,
    NameTaken,
    NoCalculation,
    ReferenceMissing,
    ValueWrong,
)
from reconciler.receipts import begin
from reconciler.refresh import refresh
from tests.small import catalog, category, cell, held, info, listed, master, row_key, task

COURSE = "0401@hill-27"
SECTION = "0401@hill-27/1"
CATEGORIES = Area.CATEGORIES
TASKS = [task("Final", terms=[2, 4]), task("Quarter", terms=[1, 2, 3, 4])]
OWN = listed(
    categories=[category("Homework", 20, tasks=["Quarter"]), category("Tests", 80)],
    grading_tasks=TASKS,
    standards=[item(Area.STANDARDS, "RL.1", {"terms": [1]})],
)


@pytest.fixture
def free(small):
    """A course that follows no master, with one section; and an editor of it."""
    course = small.course("0401", held(own=OWN), catalog=None, master=None)
    section = small.section(course, held(own=listed(categories=[category("Homework", 30)])))
    return course, section


@pytest.fixture
def editor(small, free):
    return Editor(small.store)


def here(small, area: Area = CATEGORIES, **host) -> dict:
    return {one.key: one for one in small.holding(**host).here(area)}


def runs(small):
    with small.store.read() as snapshot:
        return snapshot.runs()


@pytest.mark.parametrize(
    ("field", "value", "stored"),
    [
        ("weight", "12.50", "12.5"),
        ("weight", Decimal(0), "0"),
        ("drop_lowest", 2, 2),
        ("exclude_from_calculation", True, True),
        ("tasks", ["Quarter", "Final"], ("Final", "Quarter")),
        ("terms", [2, 1, 2], (1, 2)),
        ("weight", None, None),
        ("drop_lowest", 0, None),
    ],
)
def test_values_are_stored_in_their_normal_form(small, free, editor, field, value, stored):
    editor.set(f"{COURSE}#categories/Homework", {field: value})
    assert here(small, course=free[0])["Homework"].get(field) == stored


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("weight", 12.5),
        ("weight", "20%"),
        ("weight", "-1"),
        ("weight", "NaN"),
        ("weight", "1e999999"),
        ("weight", True),
        ("drop_lowest", -1),
        ("drop_lowest", True),
        ("drop_lowest", "2"),
        ("exclude_from_calculation", "yes"),
        ("tasks", "Final"),
        ("tasks", [1]),
        ("terms", ["1"]),
        ("terms", [5]),
        ("terms", [0]),
        ("name", " Homework"),
        ("name", ""),
        ("name", None),
        ("name", "x" * 51),
        ("name", "a\nb"),
    ],
)
def test_what_does_not_fit_is_refused_and_nothing_is_written(small, free, editor, field, value):
    before = small.state()
    with pytest.raises(ValueWrong) as refused:
        editor.set(f"{COURSE}#categories/Homework", {field: value})
    assert refused.value.exit_code == 64
    assert refused.value.way_out
    assert small.state() == before
    assert runs(small) == ()


def test_words_of_a_list_are_checked_with_what_is_close(small, free, editor):
    with pytest.raises(ValueWrong, match='did you mean "in_progress"'):
        editor.add(f"{COURSE}#grade_calc_options/Final@2", {"calculation": "in-progress"})


def test_unknown_names_get_close_matches(small, free, editor):
    with pytest.raises(FieldUnknown, match='did you mean "weight"'):
        editor.set(f"{COURSE}#categories/Homework", {"wieght": 20})
    with pytest.raises(FieldUnknown, match='did you mean "department"'):
        editor.set(f"{COURSE}#course_info/departmant", {"value": "Arts"})
    with pytest.raises(FieldUnknown, match='no field "weight"'):
        editor.set(f"{COURSE}#course_info/department", {"weight": "Arts"})
    with pytest.raises(AddressUnknown, match='did you mean "Homework"'):
        editor.remove(f"{SECTION}#categories/Homwork")
    with pytest.raises(AddressUnknown, match='did you mean "categories"'):
        editor.remove(f"{SECTION}#categoris/Homework")
    with pytest.raises(AddressWrong):
        editor.set(SECTION, {"weight": 1})
    with pytest.raises(AddressWrong):
        editor.add("#categories/Lab")


def test_a_name_that_is_taken_is_refused_wherever_it_would_come_from(small, free, editor):
    for edit in (
        lambda: editor.add(f"{COURSE}#categories/Tests"),
        lambda: editor.rename(f"{COURSE}#categories/Homework", "Tests"),
        lambda: editor.set(f"{COURSE}#categories/Homework", {"name": "Tests"}),
    ):
        with pytest.raises(NameTaken, match='the name "Tests" is taken'):
            edit()
    editor.rename(f"{COURSE}#categories/Homework", "Homework")


def test_a_new_category_says_who_made_it_and_keeps_its_key_when_renamed(small, free, editor):
    editor.add(f"{SECTION}#categories/Lab", {"weight": 10})
    editor.rename(f"{SECTION}#categories/Lab", "Labs")
    editor.add(f"{SECTION}#categories/Lab")
    names = {key: one.get("name") for key, one in here(small, section=free[1]).items()}
    assert names == {"Homework": "Homework", "section/Lab": "Labs", "section/Lab/2": "Lab"}


def test_a_key_is_not_given_again_while_uses_stand_under_it(small, free, editor):
    small.grade(free[1], CATEGORIES, "section/Lab")
    assert editor.add(f"{SECTION}#categories/Lab").steps[0].key == "section/Lab/2"


def test_other_items_are_known_by_their_key_and_are_not_renamed(small, free, editor):
    with pytest.raises(ValueWrong, match="only a category") as refused:
        editor.rename(f"{COURSE}#grading_tasks/Final", "Finale")
    assert "--realign" in refused.value.way_out
    with pytest.raises(ItemThere):
        editor.add(f"{COURSE}#grading_tasks/Final")
    for key in ("a<b", " Final", "a%0Ab"):
        with pytest.raises(ValueWrong):
            editor.add(f"{COURSE}#grading_tasks/{key}")


@pytest.mark.parametrize("area", ["grading_tasks", "standards", "assessments"])
def test_what_lives_at_courses_is_not_set_up_at_sections(small, free, editor, area):
    for edit in (editor.add, editor.remove, lambda address: editor.set(address, {})):
        with pytest.raises(AreaElsewhere, match="at the course"):
            edit(f"{SECTION}#{area}/Final")


def test_whatever_an_item_names_must_be_there(small, free, editor):
    with pytest.raises(ReferenceMissing, match=r'the grading task "Finale".*did you mean "Final"'):
        editor.add(f"{SECTION}#categories/Lab", {"tasks": ["Finale"]})
    with pytest.raises(ReferenceMissing):
        editor.add(f"{SECTION}#grade_calc_options/standard:RL.2@1")
    with pytest.raises(ReferenceMissing):
        editor.add(f"{COURSE}#assessments/MAP<RL.2")
    with pytest.raises(ReferenceMissing, match="composite row"):
        editor.add(f"{COURSE}#composite_weights/Final@4<Quarter@1", {"weight": 20})
    editor.add(f"{COURSE}#assessments/MAP<RL.1", {"scoring": "read_only"})
    editor.add(f"{SECTION}#grade_calc_options/standard:RL.1@1", {"calculation": "proficiency"})
    editor.add(f"{COURSE}#composite_grades/Final@4<Quarter@1")
    editor.add(f"{COURSE}#composite_weights/Final@4<Quarter@1", {"weight": 20})


def test_a_name_that_was_missing_before_does_not_stop_other_edits(small, free, editor):
    small.edit(
        lambda holding: holding.put(
            {(CATEGORIES, Part.OWN): setup([category("Homework", 20, tasks=["Gone"])])}
        ),
        section=free[1],
    )
    editor.set(f"{SECTION}#categories/Homework", {"weight": 25})
    assert here(small, section=free[1])["Homework"].get("tasks") == ("Gone",)


@pytest.mark.parametrize(
    ("area", "key"),
    [
        ("grade_calc_options", "Final"),
        ("grade_calc_options", "Final@two"),
        ("grade_calc_options", "Final@9"),
        ("composite_grades", "Final@4"),
        ("composite_grades", "Final@4<Quarter@7"),
        ("composite_grades", "Final@4<Final@4"),
    ],
)
def test_keys_that_can_not_be_read_or_name_no_term_are_refused(small, free, editor, area, key):
    before = small.state()
    with pytest.raises(ValueWrong):
        editor.add(f"{COURSE}#{area}/{key}")
    assert small.state() == before


def test_no_grade_is_computed_from_itself_over_some_steps(small, free, editor):
    editor.add(f"{COURSE}#composite_grades/Final@4<Final@2")
    editor.add(f"{COURSE}#composite_grades/Final@2<Quarter@1")
    with pytest.raises(ValueWrong, match="computed from itself"):
        editor.add(f"{COURSE}#composite_grades/Quarter@1<Final@4")


def test_named_lists_of_the_catalog_are_looked_up(small):
    from reconciler.course import Item, ListKind

    told = replace(
        catalog(master(), locks=Locks()),
        lists={ListKind.SCORE_GROUPS: setup([Item("Letter Grades")])},
    )
    small.course()
    editor = Editor(small.store, [told])
    with pytest.raises(ReferenceMissing, match=r'score group "Letter Grade".*did you mean'):
        editor.add(f"{COURSE}#grading_tasks/Final", {"score_group": "Letter Grade"})
    editor.add(f"{COURSE}#grading_tasks/Final", {"score_group": "Letter Grades"})


class TestUsed:
    """R1, C4: nothing that is used is removed, by anybody but the teacher who made the records."""

    def test_a_used_item_is_not_removed_and_the_counts_are_told(self, small, free, editor):
        small.grade(free[1], CATEGORIES, "Homework", counts=Counts(3, 40, 0, 1))
        with pytest.raises(ItemUsed, match="3 assignments, 40 scores, 1 comment") as refused:
            editor.remove(f"{SECTION}#categories/Homework")
        assert refused.value.exit_code == 4
        with pytest.raises(ItemUsed):
            editor.remove(f"{COURSE}#categories/Homework")

    def test_at_a_course_every_section_below_counts(self, small, free, editor):
        other = small.section(free[0], number="2")
        small.grade(other, Area.GRADING_TASKS, "Final", 4, Counts(posted=25))
        small.grade(free[1], Area.GRADING_TASKS, "Final", 2, Counts(posted=1))
        with pytest.raises(ItemUsed, match="26 posted grades"):
            editor.remove(f"{COURSE}#grading_tasks/Final")

    def test_a_section_that_was_never_read_counts_as_used(self, small, free, editor):
        small.section(free[0], number="2", unread=True)
        with pytest.raises(ItemUsed, match="1 section whose uses were never read"):
            editor.remove(f"{COURSE}#grading_tasks/Final")
        editor.remove(f"{COURSE}#categories/Tests")  # no section has it

    def test_what_something_names_is_not_removed(self, small, free, editor):
        with pytest.raises(ItemNamed, match="the category Homework"):
            editor.remove(f"{COURSE}#grading_tasks/Quarter")
        editor.add(f"{SECTION}#grade_calc_options/Final@2")
        with pytest.raises(ItemNamed, match="Final, term 2"):
            editor.remove(f"{COURSE}#grading_tasks/Final")
        editor.remove(f"{SECTION}#grade_calc_options/Final@2")
        editor.remove(f"{COURSE}#grading_tasks/Final")

    def test_a_change_that_would_strand_evidence_is_refused(self, small, free, editor):
        editor.set(f"{COURSE}#grading_tasks/Final", {"score_group": "Letters"})
        small.grade(free[1], Area.GRADING_TASKS, "Final", 4, Counts(posted=25))
        with pytest.raises(FieldUsed, match="terms can't change so: 25 posted grades"):
            editor.set(f"{COURSE}#grading_tasks/Final", {"terms": [2]})
        with pytest.raises(FieldUsed, match="score_group"):
            editor.set(f"{COURSE}#grading_tasks/Final", {"score_group": "Points"})
        editor.set(f"{COURSE}#grading_tasks/Final", {"terms": [1, 4], "post_only": True})

    def test_an_unread_section_strands_too(self, small, free, editor):
        small.section(free[0], number="2", unread=True)
        with pytest.raises(FieldUsed, match="1 section never read"):
            editor.set(f"{COURSE}#grading_tasks/Final", {"terms": [2]})


class TestNoCalculation:
    """R2: teachers can't set a calculation for a residual, or for a term that only grades hold."""

    @pytest.fixture
    def residual(self, small):
        kept = task("Old", terms=[1])._replace(left=True, kept=True)
        above = held(own=listed(grading_tasks=[kept]))
        course = small.course("0402", above, catalog=None, master=None)
        return course, small.section(course)

    def test_a_residual_task_gets_no_calculation_at_a_section(self, small, residual):
        editor = Editor(small.store)
        with pytest.raises(NoCalculation, match='the grading task "Old" is a residual') as refused:
            editor.add("0402@hill-27/1#grade_calc_options/Old@1", {"calculation": "in_progress"})
        assert "at the course" in refused.value.way_out
        small.edit(
            lambda holding: holding.put({(Area.GRADE_CALC_OPTIONS, Part.OWN): setup([cell("Old", 1)])}),
            section=residual[1],
        )
        with pytest.raises(NoCalculation):
            editor.set("0402@hill-27/1#grade_calc_options/Old@1", {"use_percent": True})
        editor.remove("0402@hill-27/1#grade_calc_options/Old@1")

    def test_the_course_may_define_it_which_is_a_way_out(self, small, residual):
        Editor(small.store).add("0402@hill-27#grade_calc_options/Old@1", {"calculation": "in_progress"})
        assert "Old@1" in here(small, Area.GRADE_CALC_OPTIONS, course=residual[0])

    def test_a_term_that_only_grades_hold_counts_as_residual(self, small):
        course = small.course("0403", held(linked=listed(grading_tasks=[task("Final", terms=[1, 2])])))
        small.section(course)
        told = catalog(
            master("0403", grading_tasks=[task("Final", terms=[2])]),
            locks=Locks({Area.GRADING_TASKS: Lock.LOCKED}),
        )
        editor = Editor(small.store, [told])
        with pytest.raises(NoCalculation, match="keeps term 1"):
            editor.add("0403@hill-27/1#grade_calc_options/Final@1", {"calculation": "in_progress"})
        editor.add("0403@hill-27/1#grade_calc_options/Final@2", {"calculation": "in_progress"})


class TestCourseInfo:
    """Number and name are columns of the course too; the other fields come by being set."""

    def test_number_and_name_are_mirrored(self, small, free, editor):
        editor.set(f"{COURSE}#course_info", {"number": "0451", "name": "Algebra One"})
        courses, _ = small.records()
        assert (courses[free[0]].number, courses[free[0]].name) == ("0451", "Algebra One")
        assert editor.set("0451@hill-27#course_info/department", {"value": "Math"}).run

    @pytest.mark.parametrize(
        ("field", "value", "error"),
        [
            ("number", "0402", NameTaken),
            ("number", " 0402", ValueWrong),
            ("name", None, MustStay),
            ("name", "a\tb", ValueWrong),
            ("credits", "one", ValueWrong),
            ("honors", "true", ValueWrong),
        ],
    )
    def test_what_a_course_must_have_can_not_be_spoiled(self, small, free, editor, field, value, error):
        small.course("0402")
        before = small.state()
        with pytest.raises(error):
            editor.set(f"{COURSE}#course_info/{field}", {"value": value})
        assert small.state() == before

    def test_number_name_and_active_stay_and_others_may_go(self, small, free, editor):
        editor.set(f"{COURSE}#course_info", {"active": True, "custom.Pathway": "Arts"})
        with pytest.raises(MustStay):
            editor.remove(f"{COURSE}#course_info/active")
        with pytest.raises(ItemThere):
            editor.add(f"{COURSE}#course_info/active", {"value": False})
        editor.remove(f"{COURSE}#course_info/custom.Pathway")
        assert "custom.Pathway" not in here(small, Area.COURSE_INFO, course=free[0])

    def test_a_field_of_a_section_is_no_field_of_its_course(self, small, free, editor):
        editor.set(f"{SECTION}#course_info/name", {"value": "Algebra for all"})
        courses, _ = small.records()
        assert courses[free[0]].name == "Course 0401"
        editor.remove(f"{SECTION}#course_info/name")
        assert small.holding(section=free[1]).get(Area.COURSE_INFO, Part.OWN) == Holding().get(
            Area.COURSE_INFO, Part.OWN
        )


class TestJournal:
    """Every edit is a run, and its move is in the journal like that of a push."""

    def test_an_edit_is_a_run_with_its_move_and_its_reason(self, small, free):
        before = small.holding(section=free[1])
        editor = Editor(small.store, who="ada", message="harder tests", revision="abc")
        done = editor.set(f"{SECTION}#categories/Homework", {"weight": 35})
        with small.store.read() as snapshot:
            run = snapshot.run(done.run)
            (moved,) = snapshot.moves(done.run)
            held_then = snapshot.holdings([moved.before, moved.after])
        assert (run.kind, run.who, run.message, run.revision, run.status) == (
            "edit", "ada", "harder tests", "abc", "done",
        )  # fmt: skip
        assert (moved.on_section, moved.members) == (True, (free[1],))
        assert held_then[moved.before] == before
        assert held_then[moved.after] == small.holding(section=free[1])
        assert json.loads(run.report) == done.as_json()
        assert json.loads(run.options)["edit"] == "set"

    def test_an_edit_that_changes_nothing_is_no_run(self, small, free, editor):
        before = small.state()
        done = editor.set(f"{SECTION}#categories/Homework", {"weight": "30.00"})
        assert (done.run, done.steps) == (0, ())
        assert small.state() == before
        assert runs(small) == ()

    def test_the_mark_of_a_course_is_a_run_and_the_same_mark_is_none(self, small, free, editor):
        assert editor.ignore(COURSE, True).run
        assert editor.ignore(COURSE, True).run == 0
        assert small.records()[0][free[0]].ignored
        with pytest.raises(AddressWrong):
            editor.ignore(SECTION, True)

    def test_whoever_may_not_edit_there_writes_nothing(self, small, free):
        def never(calendar):
            raise PushRefused(what=f"nobody edits {calendar.name}", how="ask")

        editor = Editor(small.store, permit=never)
        before = small.state()
        for edit in (
            lambda: editor.set(f"{COURSE}#categories/Homework", {"weight": 1}),
            lambda: editor.ignore(COURSE, True),
            lambda: editor.record(f"{SECTION}#categories/Homework", Counts(1)),
        ):
            with pytest.raises(PushRefused, match="nobody edits hill-27"):
                edit()
        assert small.state() == before


def test_removing_a_residual_clears_its_mark_at_the_section(small):
    kept = category("Old", 10)._replace(left=True, kept=True)
    course = small.course("0401", catalog=None, master=None)
    section = small.section(course, held(own=listed(categories=[kept])))
    mark(small, section, CATEGORIES, "Old")
    done = Editor(small.store).remove(f"{SECTION}#categories/Old")
    assert cleared(small) == {(section, "Old", done.run)}


def test_removing_a_residual_task_clears_the_marks_of_all_sections(small):
    kept = task("Old")._replace(left=True, kept=True)
    course = small.course("0401", held(own=listed(grading_tasks=[kept])), catalog=None, master=None)
    sections = [small.section(course, number=str(number)) for number in (1, 2)]
    for one in sections:
        mark(small, one, Area.GRADING_TASKS, "Old")
    done = Editor(small.store).remove(f"{COURSE}#grading_tasks/Old")
    assert cleared(small) == {(one, "Old", done.run) for one in sections}


def test_other_residuals_keep_their_marks(small):
    """The one of another key, that of another area, and that of another course's section."""
    kept = [category(name, 10)._replace(left=True, kept=True) for name in ("Old", "Older")]
    course = small.course("0401", catalog=None, master=None)
    other = small.course("0402", catalog=None, master=None)
    first, second = (small.section(one, held(own=listed(categories=kept))) for one in (course, other))
    for section, area, key in (
        (first, CATEGORIES, "Old"), (first, CATEGORIES, "Older"), (first, Area.GRADING_TASKS, "Old"),
        (second, CATEGORIES, "Old"),
    ):  # fmt: skip
        mark(small, section, area, key)
    done = Editor(small.store).remove(f"{SECTION}#categories/Old")
    with small.store.read() as snapshot:
        marks = {(one.section_id, one.area, one.key, one.cleared_run) for one in snapshot.residual_rows()}
    assert marks == {
        (first, CATEGORIES, "Old", done.run), (first, CATEGORIES, "Older", None),
        (first, Area.GRADING_TASKS, "Old", None), (second, CATEGORIES, "Old", None),
    }  # fmt: skip


@pytest.mark.parametrize("address", [COURSE, SECTION])
def test_a_field_that_is_there_is_set_and_not_added(small, address):
    fields = listed(course_info=info(department="Mathematics"))
    course = small.course("0401", held(own=fields), catalog=None, master=None)
    small.section(course, held(own=fields))
    with pytest.raises(ItemThere):
        Editor(small.store).add(f"{address}#course_info/department", {"value": "Science"})
    assert runs(small) == ()


@pytest.mark.parametrize(("child", "far"), [("Quarter@1", "Quarter@2"), ("Quarter@2", "Quarter@1")])
def test_children_that_two_parents_share_are_no_circle(small, free, editor, child, far):
    """A child that is reached twice on the way down is looked at once."""
    for row in ("Quarter@3<Quarter@1", "Quarter@3<Quarter@2", f"{child}<Quarter@4", f"{far}<Quarter@4"):
        editor.add(f"{COURSE}#composite_grades/{row}")
    editor.add(f"{COURSE}#composite_grades/Final@2<Quarter@3")
    assert len(here(small, Area.COMPOSITE_GRADES, course=free[0])) == 5


def test_an_option_of_a_task_that_the_course_lacks_is_refused_at_a_section(small, free, editor):
    with pytest.raises(ReferenceMissing, match="Midterm"):
        editor.add(f"{SECTION}#grade_calc_options/Midterm@2", {"calculation": "in_progress"})


def test_a_cleared_residual_is_said(small):
    kept = category("Old", 10)._replace(left=True, kept=True)
    course = small.course("0401", held(own=listed(categories=[kept])), catalog=None, master=None)
    told = edited(Editor(small.store).remove(f"{COURSE}#categories/Old"))
    assert told.splitlines()[1:] == [
        "  category Old: removed", "It was a residual; it is cleared.", "Run 1.",
    ]  # fmt: skip
    assert here(small, course=course) == {}


def test_an_option_whose_task_went_may_still_be_changed(small):
    """It names nothing new; what is wrong with it was wrong before."""
    course = small.course("0401", catalog=None, master=None)
    section = small.section(course, held(own=listed(grade_calc_options=[cell("Gone", 1)])))
    Editor(small.store).set(f"{SECTION}#grade_calc_options/Gone@1", {"calculation": "none"})
    (one,) = here(small, Area.GRADE_CALC_OPTIONS, section=section).values()
    assert one.get("calculation") in (None, "none")


@pytest.mark.parametrize("area", ["grading_tasks/Final", "standards/RL.1"])
def test_what_is_there_is_not_added_again(small, free, editor, area):
    with pytest.raises(ItemThere):
        editor.add(f"{COURSE}#{area}", {"terms": [1]})
    assert runs(small) == ()


def mark(small, section: int, area: Area, key: str) -> None:
    """As a push leaves it."""
    row = small.records()[1][section]
    with small.store.write() as tx:
        run = begin(tx, "apply")
        move = SectionMove(section, row.course_id, row.holding_id, row.holding_id, row.used_id, row.used_id)
        tx.carry(run, Batch([], [move], residuals=[ResidualMark(section, area, key, cleared=False)]))


def cleared(small) -> set:
    with small.store.read() as snapshot:
        return {(one.section_id, one.key, one.cleared_run) for one in snapshot.residual_rows()}


def test_the_source_finds_a_renamed_category_by_the_name_that_it_still_has(small, free, editor):
    editor.set(f"{SECTION}#categories/Homework", {"name": "Exercises"})
    small.grade(free[1], CATEGORIES, "Homework")
    source = District(
        "test",
        schools=(SchoolIn("Hill High"),),
        calendars=(CalendarIn("hill-27", "Hill High", 2027),),
        courses=(
            CourseIn(
                "hill-27",
                "0401",
                "Course 0401",
                sections=(
                    SectionIn(
                        "1",
                        areas={CATEGORIES: (Incoming(None, {"name": "Homework", "weight": "40"}),)},
                        uses={Use(CATEGORIES, "Homework", 1): Counts(2)},
                    ),
                ),
            ),
        ),
        section_areas=frozenset({CATEGORIES}),
        evidence=frozenset(Counts._fields),
    )
    refresh(small.store, source)
    found = here(small, section=free[1])
    assert {key: one.get("name") for key, one in found.items()} == {"Homework": "Exercises"}
    assert small.counts(free[1]) == {Use(CATEGORIES, "Homework", 1): Counts(2)}


def test_a_composite_row_goes_with_its_weight(small, free, editor):
    row = row_key("Final", "Quarter", 4, 1)
    editor.add(f"{SECTION}#composite_grades/{row}")
    editor.add(f"{SECTION}#composite_weights/{row}", {"weight": 50})
    done = editor.remove(f"{SECTION}#composite_grades/{row}")
    assert [one.area for one in done.steps] == [Area.COMPOSITE_GRADES, Area.COMPOSITE_WEIGHTS]
    assert not here(small, Area.COMPOSITE_WEIGHTS, section=free[1])


def test_calendars_without_terms_take_any_term(small):
    small.calendar("bare-27", terms=0)
    small.course("0401", held(own=listed(grading_tasks=[task("Final")], course_info=info(name="A"))),
                 calendar="bare-27", catalog=None, master=None)  # fmt: skip
    Editor(small.store).add("0401@bare-27#grade_calc_options/Final@7")
