"""What teachers record, realign and delete: counts that are never negative and never get lost."""

from __future__ import annotations

import pytest

from reconciler.course import Area, Counts, Use, item
from reconciler.editing import Editor
from reconciler.errors import AddressUnknown, AddressWrong
from reconciler.errors.editing import CountsShort, NothingRecorded, UsesUnread, ValueWrong
from tests.small import category, held, listed, task

SECTION = "0401@hill-27/1"
HOMEWORK = f"{SECTION}#categories/Homework"
CATEGORIES, TASKS, STANDARDS = Area.CATEGORIES, Area.GRADING_TASKS, Area.STANDARDS


@pytest.fixture
def section(small):
    """A section with two categories, in a course with two tasks and a standard that follows a master."""
    above = listed(grading_tasks=[task("Final"), task("Quarter")], standards=[item(STANDARDS, "RL.1", {})])
    course = small.course("0401", held(own=above))
    mine = [category("Homework"), category("Lab", key="section/Lab")]
    return small.section(course, held(own=listed(categories=mine)))


@pytest.fixture
def editor(small, section):
    """Without any catalog: no lock keeps a teacher from grading."""
    return Editor(small.store, who="Ms. Bell")


def test_recording_adds_to_the_category_and_to_what_it_is_aligned_to(small, section, editor):
    editor.record(HOMEWORK, Counts(2, 40), term=1, tasks=["Quarter", "standard:RL.1"])
    done = editor.record(HOMEWORK, Counts(1, 5), term=1)
    assert small.counts(section) == {
        Use(CATEGORIES, "Homework", 1): Counts(3, 45),
        Use(TASKS, "Quarter", 1): Counts(2, 40),
        Use(STANDARDS, "RL.1", 1): Counts(2, 40),
    }
    assert done.changed == ((Use(CATEGORIES, "Homework", 1), Counts(2, 40), Counts(3, 45)),)


def test_the_used_set_follows_so_that_pushes_see_it(small, section, editor):
    editor.record(f"{SECTION}#grading_tasks/Final", Counts(posted=25), term=4)
    with small.store.read() as snapshot:
        (row,) = snapshot.section_records([section])
        assert snapshot.used([row.used_id])[row.used_id] == {Use(TASKS, "Final", 4)}


def test_a_category_may_be_called_by_its_name(small, section, editor):
    done = editor.record(f"{SECTION}#categories/Lab", Counts(1))
    assert done.names == ("Lab",)
    assert small.counts(section) == {Use(CATEGORIES, "section/Lab", 0): Counts(1)}


@pytest.mark.parametrize(
    ("counts", "term", "tasks", "error"),
    [
        (Counts(), 1, [], ValueWrong),
        (Counts(-1, 5), 1, [], ValueWrong),
        (Counts(1), 5, [], ValueWrong),
        (Counts(1), -1, [], ValueWrong),
        (Counts(1), 1, ["Finale"], AddressUnknown),
        (Counts(1), 1, ["standard:RL.9"], AddressUnknown),
    ],
)
def test_what_can_not_be_recorded_leaves_nothing(small, section, editor, counts, term, tasks, error):
    with pytest.raises(error):
        editor.record(HOMEWORK, counts, term=term, tasks=tasks)
    assert small.counts(section) == {}
    with small.store.read() as snapshot:
        assert snapshot.runs() == ()


@pytest.mark.parametrize(
    "address", ["0401@hill-27#categories/Homework", SECTION, f"{SECTION}#composite_grades/a@1<b@1"]
)
def test_uses_are_of_items_of_a_section_that_grades_hang_on(section, editor, address):
    with pytest.raises(AddressWrong):
        editor.record(address, Counts(1))


def test_unknown_items_get_close_matches(section, editor):
    with pytest.raises(AddressUnknown, match='did you mean "Homework"'):
        editor.record(f"{SECTION}#categories/Homwork", Counts(1))


def test_nothing_is_recorded_on_top_of_uses_that_were_never_read(small, section, editor):
    """One count would make the rest look unused (domain.md 6)."""
    course = small.records()[1][section].course_id
    small.section(course, held(own=listed(categories=[category("Homework")])), number="2", unread=True)
    with pytest.raises(UsesUnread, match="0401@hill-27/2") as refused:
        editor.record("0401@hill-27/2#categories/Homework", Counts(1))
    assert refused.value.exit_code == 4
    _, sections = small.records()
    assert [one.used_id for one in sections.values() if one.number == "2"] == [None]


def test_realigning_moves_every_term_and_adds_up(small, section, editor):
    editor.record(HOMEWORK, Counts(1, 10), term=1)
    editor.record(HOMEWORK, Counts(2, 20), term=2)
    editor.record(f"{SECTION}#categories/Lab", Counts(5), term=1)
    editor.realign(HOMEWORK, "Lab")
    assert small.counts(section) == {
        Use(CATEGORIES, "section/Lab", 1): Counts(6, 10),
        Use(CATEGORIES, "section/Lab", 2): Counts(2, 20),
    }


def test_realigning_one_term_leaves_the_others(small, section, editor):
    editor.record(HOMEWORK, Counts(1), term=1)
    editor.record(HOMEWORK, Counts(2), term=2)
    editor.realign(HOMEWORK, "Lab", term=2)
    assert small.counts(section) == {
        Use(CATEGORIES, "Homework", 1): Counts(1),
        Use(CATEGORIES, "section/Lab", 2): Counts(2),
    }


def test_grades_are_realigned_to_another_task_of_the_course(small, section, editor):
    editor.record(f"{SECTION}#grading_tasks/Quarter", Counts(posted=20), term=1)
    editor.realign(f"{SECTION}#grading_tasks/Quarter", "Final")
    assert small.counts(section) == {Use(TASKS, "Final", 1): Counts(posted=20)}


def test_a_realignment_needs_something_to_move_and_somewhere_to_go(small, section, editor):
    with pytest.raises(NothingRecorded):
        editor.realign(HOMEWORK, "Lab")
    editor.record(HOMEWORK, Counts(1), term=1)
    with pytest.raises(NothingRecorded, match="in term 2"):
        editor.realign(HOMEWORK, "Lab", term=2)
    with pytest.raises(AddressUnknown, match='did you mean "Lab"'):
        editor.realign(HOMEWORK, "Labs")
    with pytest.raises(ValueWrong):
        editor.realign(HOMEWORK, "Homework")
    assert small.counts(section) == {Use(CATEGORIES, "Homework", 1): Counts(1)}


def test_uses_of_what_is_gone_can_still_be_realigned(small, section, editor):
    small.grade(section, CATEGORIES, "Gone", counts=Counts(3))
    editor.realign(f"{SECTION}#categories/Gone", "Homework")
    assert small.counts(section) == {Use(CATEGORIES, "Homework", 1): Counts(3)}


def test_a_teacher_may_delete_their_own_records(small, section, editor):
    editor.record(HOMEWORK, Counts(3, 40), term=1, tasks=["Quarter"])
    editor.forget(HOMEWORK, Counts(1, 10), tasks=["Quarter"])
    assert set(small.counts(section).values()) == {Counts(2, 30)}
    editor.forget(HOMEWORK)
    assert small.counts(section) == {Use(TASKS, "Quarter", 1): Counts(2, 30)}


def test_counts_are_never_negative(small, section, editor):
    editor.record(HOMEWORK, Counts(3, 40), term=1)
    with pytest.raises(CountsShort, match="3 assignments, 40 scores in term 1; 4 assignments"):
        editor.forget(HOMEWORK, Counts(4))
    with pytest.raises(CountsShort):
        editor.forget(HOMEWORK, Counts(-4))
    assert small.counts(section) == {Use(CATEGORIES, "Homework", 1): Counts(3, 40)}


def test_where_several_terms_have_uses_the_term_must_be_said(small, section, editor):
    editor.record(HOMEWORK, Counts(3), term=1)
    editor.record(HOMEWORK, Counts(3), term=2)
    with pytest.raises(ValueWrong, match="terms 1, 2"):
        editor.forget(HOMEWORK, Counts(1))
    editor.forget(HOMEWORK, Counts(1), term=2)
    assert small.counts(section)[Use(CATEGORIES, "Homework", 2)] == Counts(2)
    editor.forget(HOMEWORK)
    assert small.counts(section) == {}


def test_a_record_is_a_run_that_says_what_it_did(small, section, editor):
    done = editor.record(HOMEWORK, Counts(2, 40), term=1)
    with small.store.read() as snapshot:
        run = snapshot.run(done.run)
        moves = snapshot.moves(done.run)
    assert (run.kind, run.who, run.status, moves) == ("use", "Ms. Bell", "done", ())
    assert '"scores": 40' in run.report
