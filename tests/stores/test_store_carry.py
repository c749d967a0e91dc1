"""Whole courses are moved, journaled, or left out whole (P7)."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

import pytest
from sqlalchemy import text

from reconciler.course import Area
from reconciler.current import Alias, Batch, CourseMove, Moved, Rekey, ResidualMark, SectionMove, Transaction
from reconciler.stores import open_store
from tests.stores.store_rows import EXAM, FINAL, HOMEWORK, Town, ask, held, moves, run, section, some

if TYPE_CHECKING:
    from collections.abc import Callable


def carry(town: Town, batch: Batch) -> frozenset[int]:
    with town.store.write() as tx:
        return tx.carry(town.run, batch)


def counted(town: Town) -> dict:
    with town.store.read() as snapshot:
        return {(place, use.key, use.term): numbers for place, use, numbers in snapshot.counts()}


def test_courses_and_sections_move_and_the_journal_says_so(town: Town):
    assert carry(town, moves(town, before=town.old, after=town.new)) == frozenset()
    assert held(town) == ([town.new] * 3, [town.new] * 5)
    with town.store.read() as snapshot:
        assert set(snapshot.moves(town.run)) == {
            Moved(town.run, False, town.old, town.new, tuple(town.courses)),
            Moved(town.run, True, town.old, town.new, tuple(town.sections)),
        }
        assert snapshot.moves(town.run + 1) == ()


def test_moving_back_is_the_same_move(town: Town):
    carry(town, moves(town, before=town.old, after=town.new))
    carry(town, moves(town, before=town.new, after=town.old))
    assert held(town) == ([town.old] * 3, [town.old] * 5)
    with town.store.read() as snapshot:
        assert [(one.before, one.after) for one in snapshot.moves(town.run)] == [
            (town.old, town.new), (town.old, town.new), (town.new, town.old), (town.new, town.old)
        ]  # fmt: skip


def test_the_same_batch_twice_moves_nothing_the_second_time(town: Town):
    batch = moves(town, before=town.old, after=town.new)
    carry(town, batch)
    assert carry(town, batch) == frozenset(town.courses)
    with town.store.read() as snapshot:
        assert len(snapshot.moves(town.run)) == 2


def test_number_and_name_follow_the_course_info(town: Town):
    first, second, _ = town.courses
    batch = Batch(
        [
            CourseMove(first, town.old, town.new, "0499", None, None),
            CourseMove(second, town.old, town.new, None, "Algebra", None),
        ],
        [],
    )
    assert carry(town, batch) == frozenset()
    with town.store.read() as snapshot:
        rows = [(one.number, one.name) for one in snapshot.course_records()]
    assert rows == [("0499", "Course 0401"), ("0402", "Algebra"), ("0401", "Course 0401")]


def test_a_renamed_master_is_followed_even_by_a_course_that_stays(town: Town):
    first, second, _ = town.courses
    batch = Batch(
        [
            CourseMove(first, town.old, town.old, None, None, None, "0411"),
            CourseMove(second, town.old, town.new, None, None, None, None),
        ],
        [],
    )
    assert carry(town, batch) == frozenset()
    with town.store.read() as snapshot:
        assert [one.master for one in snapshot.courses([town.fall, town.summer])] == ["0411", "0402", "0401"]
        assert [one.members for one in snapshot.moves(town.run)] == [(second,)]


def test_watched_hosts_are_not_touched(town: Town):
    batch = moves(town, before=town.old, after=town.old)
    assert carry(town, batch) == frozenset()
    with town.store.read() as snapshot:
        assert snapshot.moves(town.run) == ()
        assert ask(snapshot, "SELECT id FROM section WHERE run_id IS NOT NULL") == []


def test_moved_hosts_name_the_run_that_moved_them(town: Town):
    carry(town, moves(town, before=town.old, after=town.new, courses=1))
    with town.store.read() as snapshot:
        courses = ask(snapshot, "SELECT id FROM course WHERE run_id = :run", run=town.run)
        sections = ask(snapshot, "SELECT id FROM section WHERE run_id = :run ORDER BY id", run=town.run)
    assert courses == [(town.courses[0],)]
    assert sections == [(town.sections[0],), (town.sections[1],)]


def disturb_section(town: Town, tx: Transaction):
    row = next(tx.section_records([town.sections[1]]))
    tx.put_sections([row._replace(holding_id=town.new)])


def disturb_course(town: Town, tx: Transaction):
    row = next(tx.course_records([town.courses[0]]))
    tx.put_courses([row._replace(holding_id=town.new)])


def disturb_uses(town: Town, tx: Transaction):
    tx.put_counts([(town.sections[0], EXAM, some())], [town.sections[0]])


def disturb_by_reading_no_uses(town: Town, tx: Transaction):
    tx.put_counts([], [town.sections[0]])


def disturb_by_dropping(town: Town, tx: Transaction):
    tx.drop_sections([town.sections[1]])


def disturb_by_adding(town: Town, tx: Transaction):
    tx.put_sections([section(town.courses[0], "77", town.old)])


def disturb_by_moving_house(town: Town, tx: Transaction):
    row = next(tx.section_records([town.sections[0]]))
    tx.put_sections([row._replace(course_id=town.courses[1])])


def disturb_by_removing(town: Town, tx: Transaction):
    tx.drop_courses([town.courses[0]])


DISTURBANCES = [
    disturb_section, disturb_course, disturb_uses, disturb_by_reading_no_uses, disturb_by_dropping,
    disturb_by_adding, disturb_by_removing,
]  # fmt: skip


@pytest.mark.parametrize("disturb", DISTURBANCES)
def test_a_course_that_is_not_as_it_was_is_left_out_with_all_its_rows(
    town: Town, disturb: Callable[[Town, Transaction], object]
):
    lab = ResidualMark(town.sections[0], Area.CATEGORIES, "Lab", cleared=False)
    batch = moves(town, before=town.old, after=town.new)._replace(
        rekeys=[Rekey(one, Area.CATEGORIES, "Homework", "HW") for one in town.sections[:3]],
        aliases=[
            Alias(True, town.sections[0], Area.CATEGORIES, "src", "Homework"),
            Alias(True, town.sections[2], Area.CATEGORIES, "src", "Homework"),
            Alias(False, town.courses[0], Area.CATEGORIES, "src", "Homework"),
            Alias(False, town.courses[1], Area.CATEGORIES, "src", "Homework"),
        ],
        residuals=[lab, lab._replace(section_id=town.sections[2])],
    )
    with town.store.write() as tx:
        disturb(town, tx)
    with town.store.read() as snapshot:
        before = (
            list(snapshot.course_records([town.courses[0]])),
            [one for one in snapshot.section_records() if one.course_id == town.courses[0]],
            list(snapshot.counts(town.sections[:2])),
        )
    assert carry(town, batch) == {town.courses[0]}
    with town.store.read() as snapshot:
        assert before == (
            list(snapshot.course_records([town.courses[0]])),
            [one for one in snapshot.section_records() if one.course_id == town.courses[0]],
            list(snapshot.counts(town.sections[:2])),
        )
        others = snapshot.section_records(town.sections[2:])
        assert {one.holding_id for one in others} == {town.new}
        assert {(one.on_section, one.host_id) for one in snapshot.aliases()} == {
            (True, town.sections[2]), (False, town.courses[1])
        }  # fmt: skip
        assert [mark.section_id for mark, _ in snapshot.residuals()] == [town.sections[2]]
        assert {one.members for one in snapshot.moves(town.run)} == {
            tuple(town.courses[1:]), tuple(town.sections[2:])
        }  # fmt: skip


def test_a_section_that_changed_its_course_stales_both(town: Town):
    batch = moves(town, before=town.old, after=town.new)
    with town.store.write() as tx:
        disturb_by_moving_house(town, tx)
    assert carry(town, batch) == set(town.courses[:2])


def test_a_section_that_left_is_missed_even_where_nobody_counts(town: Town):
    batch = moves(town, before=town.old, after=town.new)
    uncounted = batch._replace(courses=[one._replace(sections=None) for one in batch.courses])
    with town.store.write() as tx:
        disturb_by_moving_house(town, tx)
    assert carry(town, uncounted) == {town.courses[0]}


def test_where_the_number_of_sections_does_not_matter_a_new_one_disturbs_nothing(town: Town):
    batch = Batch([CourseMove(town.courses[0], town.old, town.new, None, None, None)], [])
    with town.store.write() as tx:
        disturb_by_adding(town, tx)
    assert carry(town, batch) == frozenset()
    assert held(town)[0] == [town.new, town.old, town.old]


def test_a_course_with_no_sections_is_moved_when_it_still_has_none(town: Town):
    with town.store.write() as tx:
        tx.drop_sections(town.sections[4:])
    batch = Batch([CourseMove(town.courses[2], town.old, town.new, None, None, 0)], [])
    assert carry(town, batch) == frozenset()


@pytest.mark.parametrize(
    "change", [{"catalog": "other"}, {"master": "0999"}, {"ignored": True}, {"master": None}]
)
def test_a_course_that_was_linked_otherwise_or_ignored_meanwhile_is_left_out(town: Town, change):
    first = town.courses[0]
    with town.store.read() as snapshot:
        (record,) = snapshot.course_records([first])
    move = CourseMove(first, town.old, town.new, None, None, None, None, ("hs", "0401", False))
    assert (record.catalog, record.master, record.ignored) == ("hs", "0401", False)
    with town.store.write() as tx:
        number = tx.begin_run(run())
        tx.put_courses([record._replace(**change)])
        assert tx.carry(number, Batch([move], [])) == {first}
        tx.put_courses([record])
        assert tx.carry(number, Batch([move], [])) == frozenset()


def test_used_sets_are_watched_by_value_and_replaced(town: Town):
    one = town.sections[0]
    with town.store.write() as tx:
        tx.put_counts([(one, HOMEWORK, some())], [one])
        was = next(tx.section_records([one])).used_id
        after = tx.keep_used([frozenset({EXAM})])[frozenset({EXAM})]
    course = CourseMove(town.courses[0], town.old, town.old, None, None, 2)
    move = SectionMove(one, town.courses[0], town.old, town.old, was, after)
    assert carry(town, Batch([course], [move._replace(used_before=after)])) == {town.courses[0]}
    assert carry(town, Batch([course], [move])) == frozenset()
    with town.store.read() as snapshot:
        assert next(snapshot.section_records([one])).used_id == after
        assert snapshot.moves(town.run) == ()


def test_a_carried_used_set_was_read_when_its_section_was(town: Town):
    one, two, *_ = town.sections
    with town.store.write() as tx:
        tx.put_counts([], [one])
        tx._connection.execute(text("UPDATE section SET uses_at = 7 WHERE used_id IS NOT NULL"))
        empty = next(tx.section_records([one])).used_id
        other = tx.keep_used([frozenset({EXAM})])[frozenset({EXAM})]
    course = town.courses[0]
    first = [
        SectionMove(one, course, town.old, town.old, empty, other),
        SectionMove(two, course, town.old, town.old, None, other),
    ]
    carry(town, Batch([], first))
    with town.store.read() as snapshot:
        known, new = ask(snapshot, "SELECT uses_at FROM section WHERE used_id IS NOT NULL ORDER BY id")
    assert known == (7,)
    assert abs(datetime.now(UTC) - datetime.fromtimestamp(new[0], UTC)) < timedelta(hours=1)
    carry(town, Batch([], [SectionMove(one, course, town.old, town.old, other, None)]))
    with town.store.read() as snapshot:
        assert ask(snapshot, "SELECT uses_at FROM section WHERE id = :one", one=one) == [(None,)]


def test_uses_follow_their_key_and_add_up_where_it_is_taken(town: Town):
    one, two, *_ = town.sections
    with town.store.write() as tx:
        tx.put_counts(
            [
                (one, HOMEWORK, some(1, 2, 3, 4)),
                (one, HOMEWORK._replace(term=2), some(5)),
                (one, HOMEWORK._replace(key="HW"), some(10, 20, 30, 40)),
                (two, HOMEWORK, some(7)),
                (one, FINAL._replace(key="Homework"), some(9)),
            ],
            [one, two],
        )
    carry(town, Batch([], [], rekeys=[Rekey(one, Area.CATEGORIES, "Homework", "HW")]))
    assert counted(town) == {
        (one, "HW", 1): some(11, 22, 33, 44),
        (one, "HW", 2): some(5),
        (one, "Homework", 2): some(9),
        (two, "Homework", 1): some(7),
    }


def test_two_keys_may_change_places(town: Town):
    one = town.sections[0]
    with town.store.write() as tx:
        tx.put_counts([(one, HOMEWORK, some(1)), (one, HOMEWORK._replace(key="Exam"), some(2))], [one])
    rekeys = [
        Rekey(one, Area.CATEGORIES, "Homework", "Exam"),
        Rekey(one, Area.CATEGORIES, "Exam", "Homework"),
    ]
    carry(town, Batch([], [], rekeys=rekeys))
    assert counted(town) == {(one, "Homework", 1): some(2), (one, "Exam", 1): some(1)}


def test_a_residual_is_since_its_first_run_until_it_is_cleared(town: Town):
    mark = ResidualMark(town.sections[0], Area.CATEGORIES, "Exam", cleared=False)
    with town.store.write() as tx:
        second = tx.begin_run(run())
        tx.carry(town.run, Batch([], [], residuals=[mark, mark._replace(section_id=town.sections[2])]))
    with town.store.write() as tx:
        tx.carry(second, Batch([], [], residuals=[mark]))
        assert [since for _, since in tx.residuals()] == [town.run, town.run]
        tx.carry(second, Batch([], [], residuals=[mark._replace(cleared=True)]))
        assert [one.section_id for one, _ in tx.residuals()] == [town.sections[2]]
        tx.carry(second, Batch([], [], residuals=[mark]))
    with town.store.read() as snapshot:
        assert list(snapshot.residuals()) == [
            (mark, second),
            (mark._replace(section_id=town.sections[2]), town.run),
        ]


def test_a_residual_may_be_cleared_and_left_behind_again_in_one_batch(town: Town):
    mark = ResidualMark(town.sections[0], Area.CATEGORIES, "Exam", cleared=False)
    carry(town, Batch([], [], residuals=[mark]))
    with town.store.write() as tx:
        second = tx.begin_run(run())
        tx.carry(second, Batch([], [], residuals=[mark, mark._replace(cleared=True)]))
        assert list(tx.residuals()) == [(mark, second)]
        tx.carry(second, Batch([], [], residuals=[mark._replace(cleared=True)]))
        assert list(tx.residuals()) == []


def test_the_journal_groups_by_move(town: Town):
    one, two, three, *_ = town.sections
    first, second, _ = town.courses
    with town.store.write() as tx:
        row = next(tx.section_records([two]))
        tx.put_sections([row._replace(holding_id=town.new)])
    batch = Batch(
        [],
        [
            SectionMove(three, second, town.old, town.new, None, None),
            SectionMove(two, first, town.new, town.old, None, None),
            SectionMove(one, first, town.old, town.new, None, None),
        ],
    )
    assert carry(town, batch) == frozenset()
    with town.store.read() as snapshot:
        assert set(snapshot.moves(town.run)) == {
            Moved(town.run, True, town.old, town.new, (one, three)),
            Moved(town.run, True, town.new, town.old, (two,)),
        }


def test_an_empty_batch_is_nothing(town: Town):
    assert carry(town, Batch([], [])) == frozenset()
    assert held(town) == ([town.old] * 3, [town.old] * 5)


def test_what_was_carried_is_there_for_another_handle(town: Town):
    carry(town, moves(town, before=town.old, after=town.new))
    other = open_store(town.store.url)
    assert held(town._replace(store=other)) == ([town.new] * 3, [town.new] * 5)
    other.close()
