"""Several writers in one PostgreSQL state: who goes on beside whom, and who waits."""
# ruff: noqa: PT012 - what fails is what a transaction does

from __future__ import annotations

from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import closing
from typing import TYPE_CHECKING, TypeVar

import psycopg
import pytest

from reconciler.course import Area, Part
from reconciler.current import Batch, Store
from reconciler.errors import StoreBusy
from reconciler.stores import open_store
from tests.stores.store_rows import EXAM, HOMEWORK, ask, build_town, categories, held, holding, moves, some

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.stores.store_rows import Town

Told = TypeVar("Told")


@pytest.fixture
def town(postgres_state: str):
    """A town in PostgreSQL, whose writers wait for long."""
    with closing(open_store(postgres_state, wait=30)) as store:
        yield build_town(store)


@pytest.fixture
def hasty(postgres_state: str):
    """Another handle of it, which waits for nobody."""
    with closing(open_store(postgres_state, wait=0.05)) as store:
        yield store


@pytest.fixture
def teacher(postgres_state: str):
    """Somebody who writes to it with a program of her own."""
    with closing(psycopg.connect(postgres_state)) as connection:
        yield connection


def meanwhile(work: Callable[[], Told], town: Town) -> Future[Told]:
    """Begin some work in a thread, and return once it waits for a lock."""
    pool = ThreadPoolExecutor(1)
    begun = pool.submit(work)
    pool.shutdown(wait=False)
    with town.store.read() as snapshot:
        query = "SELECT count(*) FROM pg_stat_activity WHERE wait_event_type = 'Lock'"
        while ask(snapshot, query) == [(0,)] and not begun.done():
            ask(snapshot, "SELECT pg_stat_clear_snapshot(), pg_sleep(0.01)")
    return begun


def only(town: Town, place: int) -> Batch:
    """One course of the town, with its sections."""
    batch = moves(town, before=town.old, after=town.new)
    course = town.courses[place]
    return Batch(
        [one for one in batch.courses if one.id == course],
        [one for one in batch.sections if one.course_id == course],
    )


def carrying(town: Town, batch: Batch) -> Callable[[], frozenset[int]]:
    def work() -> frozenset[int]:
        with town.store.write(beside=True) as tx:
            return tx.carry(town.run, batch)

    return work


def test_two_push_different_courses_at_the_same_time(town: Town, hasty: Store):
    with town.store.write(beside=True) as one, hasty.write(beside=True) as two:
        assert one.carry(town.run, only(town, 0)) == frozenset()
        assert two.carry(town.run, only(town, 1)) == frozenset()
    assert held(town) == ([town.new, town.new, town.old], [town.new] * 4 + [town.old])


def test_who_writes_alone_waits_for_the_others_and_they_for_him(town: Town, hasty: Store):
    for first, second in ((True, False), (False, True), (False, False)):
        with town.store.write(beside=first) as tx:
            tx.put_setting("a", "b")
            with pytest.raises(StoreBusy), hasty.write(beside=second):
                pytest.fail("two writers at once")
    with hasty.write() as tx:
        tx.put_setting("a", "c")


def test_readers_wait_for_nobody(town: Town, hasty: Store):
    with town.store.write() as tx:
        tx.carry(town.run, only(town, 0))
        with hasty.read() as snapshot:
            assert {row.holding_id for row in snapshot.sections([town.fall])} == {town.old}


def test_two_bring_the_same_values_at_the_same_moment(town: Town):
    same = holding(categories(Homework=33, Exam=67))

    def work() -> tuple[int, int]:
        with town.store.write(beside=True) as other:
            return other.keep_holdings([same])[same], other.keep_used([frozenset({EXAM})])[frozenset({EXAM})]

    with town.store.write(beside=True) as tx:
        used = tx.keep_used([frozenset({EXAM})])[frozenset({EXAM})]
        place = tx.keep_holdings([same])[same]
        begun = meanwhile(work, town)
        assert not begun.done()
    assert begun.result(30) == (place, used)
    with closing(town.store.again()) as other, other.read() as snapshot:
        found = snapshot.holdings([place])[place]
    assert found.get(Area.CATEGORIES, Part.LINKED) == same.get(Area.CATEGORIES, Part.LINKED)


def test_a_value_that_another_took_back_is_stored_by_who_waited(town: Town):
    same = holding(categories(Homework=34))

    def work() -> int:
        with closing(town.store.again()) as store, store.write(beside=True) as other:
            return other.keep_holdings([same])[same]

    with pytest.raises(KeyError), town.store.write(beside=True) as tx:
        tx.keep_holdings([same])
        begun = meanwhile(work, town)
        raise KeyError
    place = begun.result(30)
    with closing(town.store.again()) as other, other.read() as snapshot:
        assert snapshot.holdings([place]) == {place: same}


@pytest.mark.parametrize(
    ("change", "left_out"),
    [
        ("UPDATE section SET teacher = 'Mr. Low' WHERE id = %(section)s", False),
        ("UPDATE section SET holding_id = %(new)s WHERE id = %(section)s", True),
        ("UPDATE section SET used_id = 1, uses_at = 1 WHERE id = %(section)s", True),
        ("UPDATE course SET master = 'other' WHERE id = %(course)s", True),
        ("DELETE FROM section WHERE id = %(section)s", True),
        (
            "INSERT INTO section (course_id, number, holding_id) VALUES (%(course)s, '9', %(new)s)",
            True,
        ),
    ],
)
def test_what_a_teacher_commits_while_a_push_waits_is_seen(town: Town, teacher, change: str, left_out: bool):
    course = town.courses[0]
    batch = only(town, 0)
    batch = batch._replace(courses=[batch.courses[0]._replace(follows=("hs", "0401", False))])
    teacher.execute(change, {"section": town.sections[0], "course": course, "new": town.new})
    begun = meanwhile(carrying(town, batch), town)
    assert not begun.done()
    teacher.commit()
    assert begun.result(30) == ({course} if left_out else frozenset())
    assert held(town)[0][0] == (town.old if left_out else town.new)


def test_a_section_that_comes_while_a_batch_is_written_waits(town: Town, teacher):
    add = "INSERT INTO section (course_id, number, holding_id) VALUES (%s, '9', %s)"
    with town.store.write(beside=True) as tx:
        tx.carry(town.run, only(town, 0))
        begun = meanwhile(lambda: teacher.execute(add, (town.courses[0], town.old)), town)
        assert not begun.done()
        teacher.cancel_safe()
        with pytest.raises(psycopg.errors.QueryCanceled):
            begun.result(30)


def test_evidence_that_is_recorded_waits_for_no_push(town: Town, teacher):
    """Its row refers to a section that a batch holds; what counts as used is written after the batch."""
    with town.store.write() as tx:
        tx.put_counts([(town.sections[0], HOMEWORK, some())], town.sections[:1])
    with town.store.write(beside=True) as tx:
        tx.carry(town.run, only(town, 1))
        teacher.execute("SET lock_timeout = 50")
        teacher.execute("UPDATE evidence SET scores = scores + 1")
        teacher.execute("INSERT INTO evidence VALUES (%s, 1, 1, 1, 0, 0)", (town.sections[2],))
        teacher.commit()
    with town.store.read() as snapshot:
        assert [(one, numbers.scores) for one, _, numbers in snapshot.counts()] == [
            (town.sections[0], 1),
            (town.sections[2], 1),
        ]


def test_ids_of_a_transaction_that_was_taken_back_are_never_given_again(town: Town):
    given: list[int] = []
    with pytest.raises(KeyError), town.store.write() as tx:
        (row,) = tx.section_records(town.sections[:1])
        given += tx.put_sections([row._replace(id=0)])
        raise KeyError
    with town.store.write() as tx:
        assert tx.put_sections([row._replace(id=0)])[0] > given[0]


def test_many_courses_come_through_the_servers_cursor(town: Town):
    with town.store.read() as snapshot:
        (row,) = snapshot.section_records(town.sections[:1])
    with town.store.write() as tx:
        ids = tx.put_sections(row._replace(id=0, number=str(number)) for number in range(5000))
    with town.store.read() as snapshot:
        rows = [one.id for one in snapshot.sections([town.fall, town.summer])]
        again = [one.id for one in snapshot.section_records(ids)]
        assert snapshot._streams == {}
    assert len(rows) == 5005
    assert again == ids
