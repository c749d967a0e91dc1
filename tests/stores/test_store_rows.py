"""Schools, calendars, courses, sections, uses, aliases, lists and runs: written, read, dropped."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import text

from reconciler.course import Area, ListKind, Setup, Term
from reconciler.current import Alias, Batch, CourseRow, ResidualMark, SectionRow, Store
from reconciler.errors import StoreBusy
from tests.stores.store_rows import (
    EXAM,
    FINAL,
    HOMEWORK,
    NEW,
    Town,
    ask,
    categories,
    course,
    moves,
    run,
    section,
    some,
)


def used_of(town: Town):
    with town.store.read() as snapshot:
        ids = {row.id: row.used_id for row in snapshot.sections([town.fall, town.summer])}
        sets = snapshot.used({place for place in ids.values() if place is not None})
        return [sets.get(ids[one]) for one in town.sections]


def test_schools_and_calendars_are_read_by_name_and_set_again(town: Town):
    with town.store.write() as tx:
        tx.put_school("Hill High", None)
        tx.put_school("Bay High", "b")
        assert tx.put_calendar("hill-26", "Hill High", 2027, (Term("YR", None, "2027-06-01"),)) == town.fall
        bay = tx.put_calendar("hill-26", "Bay High", 2026, ())
    with town.store.read() as snapshot:
        assert snapshot.schools() == (("Bay High", "b"), ("Hill High", None))
        fall, other, summer = snapshot.calendars()
    assert (fall.id, fall.name, fall.school, fall.year) == (town.fall, "hill-26", "Hill High", 2027)
    assert fall.terms == (Term("YR", None, "2027-06-01"),)
    assert (other.id, other.terms) == (bay, ())
    assert summer.terms == (Term("Su"),)


def test_courses_of_some_calendars_come_by_id(town: Town):
    with town.store.write() as tx:
        late = tx.put_courses([course(town.fall, "0403", town.new, master=None, catalog=None, ignored=True)])
    with town.store.read() as snapshot:
        fall = list(snapshot.courses([town.fall]))
        every = list(snapshot.courses({town.summer, town.fall}))
        none = list(snapshot.courses([]))
    assert [row.id for row in fall] == [*town.courses[:2], *late]
    assert [row.id for row in every] == [*town.courses, *late]
    assert fall[0] == CourseRow(town.courses[0], town.fall, "hs", "0401", False, False, town.old)
    assert fall[2] == CourseRow(late[0], town.fall, None, None, True, False, town.new)
    assert fall[2].ignored is True
    assert fall[2].mapped is False
    assert none == []


def test_sections_tell_when_they_meet_where_anybody_knows(town: Town):
    first, _, _ = town.courses
    told = [(1,), (1,), (1, 2), ()]
    with town.store.write() as tx:
        new = tx.put_sections(
            section(first, f"m{number}", town.new)._replace(terms=terms) for number, terms in enumerate(told)
        )
    with town.store.read() as snapshot:
        meets = {one.id: one.meeting_id for one in snapshot.sections([town.fall])}
        meetings = snapshot.meetings()
    assert [meetings[meets[one]] for one in new[:3]] == told[:3]
    assert meets[new[0]] == meets[new[1]] != meets[new[2]]
    assert meets[new[3]] is None


def test_sections_of_some_calendars_come_by_course_and_id(town: Town):
    first, second, third = town.courses
    with town.store.write() as tx:
        (late,) = tx.put_sections([section(first, "9", town.new)])
    one, two, three, four, five = town.sections
    with town.store.read() as snapshot:
        fall = list(snapshot.sections([town.fall]))
        every = list(snapshot.sections([town.summer, town.fall]))
        none = list(snapshot.sections([]))
    assert [(row.course_id, row.id) for row in fall] == [
        (first, one), (first, two), (first, late), (second, three), (second, four)
    ]  # fmt: skip
    assert every == [*fall, SectionRow(five, third, town.old, None, every[-1].meeting_id)]
    assert none == []


def test_whole_rows_come_back_as_they_were_put(town: Town):
    with town.store.write() as tx:
        odd = course(
            town.summer, "0401/a", town.new, name="Ä \u2028 'x'", catalog=None, master=None,
            dormant="hs/0401", ignored=True, mapped=True, source_id="c-9",
        )  # fmt: skip
        (place,) = tx.put_courses([odd])
        used = tx.keep_used([frozenset({EXAM})])[frozenset({EXAM})]
        part = section(place, "03", town.new, teacher=None, terms=(), source_id="s-9", used_id=used)
        (inside,) = tx.put_sections([part])
    with town.store.read() as snapshot:
        found = list(snapshot.course_records([place]))
        within = list(snapshot.section_records({inside}))
        assert [one.id for one in snapshot.course_records()] == [*town.courses, place]
        assert [one.id for one in snapshot.section_records()] == [*town.sections, inside]
        assert list(snapshot.course_records([])) == []
    assert found == [odd._replace(id=place)]
    assert found[0].mapped is True
    assert within == [part._replace(id=inside)]


def test_overwriting_keeps_ids_and_new_rows_may_stand_between(town: Town):
    first, second, _ = town.courses
    with town.store.read() as snapshot:
        (was,) = snapshot.course_records([second])
    with town.store.write() as tx:
        ids = tx.put_courses(
            [course(town.fall, "1", town.old), was._replace(name="Renamed"), course(town.fall, "2", town.old)]
        )
        old = section(first, "1", town.new, id=town.sections[0], terms=(2,))
        assert tx.put_sections([old]) == [town.sections[0]]
    assert ids[1] == second
    assert len({*ids, *town.courses}) == 5
    with town.store.read() as snapshot:
        assert next(snapshot.course_records([second])).name == "Renamed"
        assert list(snapshot.section_records([town.sections[0]])) == [old]


def test_ids_of_dropped_rows_are_never_given_again(town: Town):
    with town.store.write() as tx:
        tx.drop_courses(town.courses)
    with town.store.write() as tx:
        again = tx.put_courses([course(town.fall, "0401", town.old)])
        within = tx.put_sections([section(again[0], "1", town.old)])
    assert min(again) > max(town.courses)
    assert min(within) > max(town.sections)


def test_dropping_takes_sections_uses_and_aliases_along(town: Town):
    _, second, third = town.courses
    lab = ResidualMark(town.sections[4], Area.CATEGORIES, "Lab", cleared=False)
    aliases = [
        Alias(on_section, host, Area.CATEGORIES, "x", "Homework")
        for on_section, host in ((False, third), (False, second), (True, town.sections[4]), (True, third))
    ]
    with town.store.write() as tx:
        tx.put_aliases(aliases)
        tx.put_counts([(one, HOMEWORK, some()) for one in town.sections], town.sections)
        tx.carry(town.run, Batch([], [], residuals=[lab]))
        tx.drop_courses([third])
        tx.drop_sections([town.sections[3]])
    with town.store.read() as snapshot:
        assert [one.id for one in snapshot.course_records()] == town.courses[:2]
        left = town.sections[:3]
        assert [one.id for one in snapshot.section_records()] == left
        assert [place for place, _, _ in snapshot.counts()] == left
        # A section that has the id of a course is another host.
        assert {(one.on_section, one.host_id) for one in snapshot.aliases()} == {
            (False, second),
            (True, third),
        }
        assert list(snapshot.residuals()) == []


def test_a_section_is_not_the_course_of_its_id(town: Town):
    both = town.sections[1]
    assert both in town.courses
    aliases = {Alias(on_section, both, Area.CATEGORIES, "x", "Lab") for on_section in (False, True)}
    with town.store.write() as tx:
        tx.put_aliases(aliases)
        tx.drop_sections([both])
        assert [one.on_section for one in tx.aliases()] == [False]


def test_evidence_was_read_when_its_used_set_was_put(town: Town):
    one, two, three, *_ = town.sections
    query = "SELECT uses_at FROM section WHERE id <= :three ORDER BY id"
    with town.store.write() as tx:
        tx.put_counts([], [one, two, three])
        tx._connection.execute(text("UPDATE section SET uses_at = 7 WHERE used_id IS NOT NULL"))
        rows = list(tx.section_records([one, two, three]))
        other = tx.keep_used([frozenset({EXAM})])[frozenset({EXAM})]
        tx.put_sections(
            [rows[0]._replace(number="9"), rows[1]._replace(used_id=other), rows[2]._replace(used_id=None)]
        )
        same, new, none = (value for (value,) in ask(tx, query, three=three))
        tx.put_counts([], [one])
        ((again,), *_) = ask(tx, query, three=three)
    assert (same, none) == (7, None)
    for read in (new, again):
        assert abs(datetime.now(UTC) - datetime.fromtimestamp(read, UTC)) < timedelta(hours=1)


def test_counts_make_used_sets(town: Town):
    one, two, three, four, _ = town.sections
    with town.store.write() as tx:
        tx.put_counts(
            [
                (two, FINAL, some(0, posted=1)),
                (one, HOMEWORK, some(3, scores=20)),
                (one, EXAM, some(0)),
                (two, EXAM, some(0, comments=1)),
                (four, EXAM, some(0, scores=1)),
            ],
            [one, two, three, four],
        )
    assert used_of(town) == [{HOMEWORK}, {EXAM, FINAL}, frozenset(), {EXAM}, None]
    with town.store.read() as snapshot:
        assert list(snapshot.counts([two, one])) == [
            (one, EXAM, some(0)),
            (one, HOMEWORK, some(3, scores=20)),
            (two, EXAM, some(0, comments=1)),
            (two, FINAL, some(0, posted=1)),
        ]
        assert [place for place, _, _ in snapshot.counts()] == [one, one, two, two, four]
        assert list(snapshot.counts([])) == []


def test_counts_replace_those_of_the_named_sections_only(town: Town):
    one, two, *_ = town.sections
    with town.store.write() as tx:
        tx.put_counts([(one, HOMEWORK, some()), (two, HOMEWORK, some())], [one, two])
    with town.store.write() as tx:
        tx.put_counts([(one, EXAM, some())], [one])
    assert used_of(town)[:2] == [{EXAM}, {HOMEWORK}]
    with town.store.write() as tx:
        tx.put_counts([], [one])
    assert used_of(town)[:2] == [frozenset(), {HOMEWORK}]


def test_counts_of_the_same_use_add_up(town: Town):
    (one, *_) = town.sections
    with town.store.write() as tx:
        tx.put_counts([(one, EXAM, some(1, 2, 3, 4)), (one, EXAM, some(10, 20, 30, 40))], [one])
    with town.store.read() as snapshot:
        assert list(snapshot.counts()) == [(one, EXAM, some(11, 22, 33, 44))]


def test_counts_of_a_section_that_was_not_named_are_a_mistake(town: Town):
    one, two, *_ = town.sections
    with pytest.raises(ValueError, match=str(two)), town.store.write() as tx:
        tx.put_counts([(one, EXAM, some()), (two, EXAM, some())], [one])
    assert used_of(town) == [None] * 5


def test_a_counted_set_is_the_one_that_is_kept_by_value(town: Town):
    with town.store.write() as tx:
        tx.put_counts(
            [(town.sections[0], EXAM, some()), (town.sections[0], FINAL, some())], town.sections[:1]
        )
        kept = tx.keep_used([frozenset({FINAL, EXAM})])
        row = next(tx.section_records([town.sections[0]]))
    assert row.used_id == kept[frozenset({FINAL, EXAM})]


def test_aliases_point_at_another_key_when_put_again(town: Town):
    one = Alias(True, town.sections[0], Area.CATEGORIES, "src-1", "Homework")
    with town.store.write() as tx:
        tx.put_aliases([one, one._replace(on_section=False), one._replace(area=Area.STANDARDS)])
        tx.put_aliases([one._replace(key="section/Lab")])
    with town.store.read() as snapshot:
        found = set(snapshot.aliases())
    assert found == {
        one._replace(key="section/Lab"), one._replace(on_section=False), one._replace(area=Area.STANDARDS)
    }  # fmt: skip
    assert all(type(alias.on_section) is bool for alias in found)


def test_lists_are_kept_by_catalog_and_kind(store: Store):
    marks = categories(A=1, B=2)
    with store.write() as tx:
        tx.put_lists("hs", {ListKind.TASKS: marks, ListKind.TESTS: Setup()})
        tx.put_lists("ms", {ListKind.TASKS: categories(Other=1)})
        tx.put_lists("hs", {ListKind.TASKS: categories(A=1)})
    with store.read() as snapshot:
        assert snapshot.lists("hs") == {ListKind.TASKS: categories(A=1), ListKind.TESTS: Setup()}
        assert snapshot.lists("ms") == {ListKind.TASKS: categories(Other=1)}
        assert snapshot.lists("none") == {}


def test_runs_are_begun_ended_and_listed_newest_first(store: Store):
    with store.write() as tx:
        ids = [tx.begin_run(run(who=who, id=99)) for who in ("ada", "bo", "cy")]
        tx.end_run(ids[1], "2026-08-01T06:05:00+00:00", "in_part", '{"lines": []}')
    with store.read() as snapshot:
        assert [one.who for one in snapshot.runs()] == ["cy", "bo", "ada"]
        assert [one.id for one in snapshot.runs(limit=2)] == [ids[2], ids[1]]
        assert snapshot.run(ids[0]) == run(id=ids[0])
        assert snapshot.run(ids[1]) == run(
            id=ids[1], who="bo", ended="2026-08-01T06:05:00+00:00", status="in_part", report='{"lines": []}'
        )
        assert snapshot.run(max(ids) + 1) is None


def write_and_fail(town: Town) -> None:
    with town.store.write() as tx:
        tx.put_school("Bay High", None)
        place = tx.keep_holdings([NEW])[NEW]
        tx.put_courses([course(town.fall, "0500", place)])
        assert len(list(tx.courses([town.fall]))) == 3
        assert [name for name, _ in tx.schools()] == ["Bay High", "Hill High"]
        raise KeyError


def test_a_transaction_reads_what_it_wrote_and_leaves_nothing_when_it_fails(town: Town):
    with pytest.raises(KeyError):
        write_and_fail(town)
    with town.store.read() as snapshot:
        assert len(list(snapshot.courses([town.fall]))) == 2
        assert [name for name, _ in snapshot.schools()] == ["Hill High"]


def test_a_reading_stays_as_it_was_while_another_writes(town: Town):
    with town.store.read() as before:
        with town.store.write() as tx:
            assert tx.carry(town.run, moves(town, before=town.old, after=town.new)) == frozenset()
        with town.store.read() as after:
            assert {row.holding_id for row in after.sections([town.fall])} == {town.new}
        assert {row.holding_id for row in before.sections([town.fall])} == {town.old}
        assert before.moves(town.run) == ()


def test_rows_that_nobody_read_to_the_end_hold_nothing_up(town: Town):
    with town.store.read() as snapshot:
        courses = snapshot.courses([town.fall])
        sections = snapshot.sections([town.fall])
        late = snapshot.course_records()
        next(courses)
        next(sections)
    for name in ("Bay High", "Lake High", "Old High"):
        with town.store.write() as tx:
            tx.put_school(name, None)
            begun = tx.section_records()
            next(begun)
    for rows in (courses, sections, begun):
        with pytest.raises(Exception, match="closed"):
            next(rows)
    with pytest.raises(ValueError, match="had ended"):
        next(late)


def test_one_writer_at_a_time_and_the_other_is_told(town: Town):
    with town.store.write() as tx:
        tx.put_school("Bay High", None)
        with pytest.raises(StoreBusy) as told, town.store.write():
            pytest.fail("two writers at once")
    assert told.value.exit_code == 6
    assert "Wait" in told.value.way_out
    with town.store.write() as tx:
        assert len(tx.schools()) == 2


def test_sums_take_all_terms_of_an_item_together(town: Town):
    one, two, three, *_ = town.sections
    again = HOMEWORK._replace(term=2)
    numbers = [
        (two, FINAL, some(1, posted=3)),
        (one, again, some(2, scores=5, comments=1)),
        (one, HOMEWORK, some(3, scores=20)),
        (one, EXAM, some(0)),
        (three, HOMEWORK, some(9)),
    ]
    with town.store.write() as tx:
        tx.put_counts(numbers, [one, two, three])
    with town.store.read() as snapshot:
        assert list(snapshot.use_sums([two, one])) == [
            (one, Area.CATEGORIES, "Exam", some(0)),
            (one, Area.CATEGORIES, "Homework", some(5, 25, 0, 1)),
            (two, Area.GRADING_TASKS, "Final", some(1, posted=3)),
        ]
        assert list(snapshot.use_sums([])) == []
