"""Setups, holdings and used sets are stored once, whoever stores them."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import text

from reconciler.course import Area, Holding, Item, Part, Setup, Use, Used, setup
from reconciler.errors import StoreDamaged
from reconciler.stores import open_store
from tests.stores.store_rows import BARE, EXAM, FINAL, HOMEWORK, NEW, OLD, Town, categories, course, holding

if TYPE_CHECKING:
    from reconciler.current import Store

HERE = (Area.CATEGORIES, Part.LINKED)
PROJECT, QUIZ = (Item(key, (("weight", "50"),)) for key in ("Project", "Quiz"))
words = st.text(st.characters(codec="utf-8", exclude_categories=["Cs", "Cc"]), min_size=1, max_size=6)
fields = st.dictionaries(
    words, words | st.integers(-9, 9) | st.booleans() | st.tuples(st.integers(1, 4)), max_size=3
).map(lambda found: tuple(sorted(found.items())))
items = st.builds(Item, words, fields, left=st.booleans(), kept=st.booleans())
setups = st.lists(items, max_size=3, unique_by=lambda one: one.key).map(setup)
places = st.tuples(st.sampled_from(Area), st.sampled_from(Part))
holdings = st.dictionaries(places, setups, max_size=3).map(lambda parts: Holding().put(parts))
uses = st.frozensets(st.builds(Use, st.sampled_from(Area), words, st.integers(0, 4)), max_size=4)
once = settings(max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture])


@once
@given(st.lists(holdings, max_size=3))
def test_every_holding_comes_back_as_it_was(store: Store, some: list[Holding]):
    with store.write() as tx:
        kept = tx.keep_holdings(some)
    other = open_store(store.url)
    with other.read() as snapshot:
        assert {one: snapshot.holdings([place])[place] for one, place in kept.items()} == {
            one: one for one in some
        }
    other.close()


@once
@given(st.lists(uses, max_size=3))
def test_every_used_set_comes_back_as_it_was(store: Store, some: list[Used]):
    with store.write() as tx:
        kept = tx.keep_used(some)
    other = open_store(store.url)
    with other.read() as snapshot:
        found = snapshot.used(kept.values())
    other.close()
    assert {one: found[place] for one, place in kept.items()} == {one: one for one in some}


def test_equal_holdings_have_one_id_in_one_call_and_over_transactions_and_handles(store: Store):
    again = holding(categories(Exam=80, Homework=20))
    with store.write() as tx:
        first = tx.keep_holdings([OLD, again, NEW, OLD])
        second = tx.keep_holdings([again])
    other = open_store(store.url)
    with other.write() as tx:
        third = tx.keep_holdings([BARE, holding(categories(Homework="20.0", Exam="80"))])
    other.close()
    assert len(first) == 2
    assert first[OLD] == second[OLD] == third[OLD]
    assert len({first[OLD], first[NEW], third[BARE]}) == 3


def test_holdings_that_differ_only_in_the_part_are_two(store: Store):
    linked = categories(Lab=5)
    with store.write() as tx:
        kept = tx.keep_holdings([holding(linked, pushed=categories()), holding(own=linked), holding(linked)])
    assert len(set(kept.values())) == 3


def test_equal_setups_come_as_one_object(store: Store):
    with store.write() as tx:
        kept = tx.keep_holdings([OLD, holding(own=categories(Exam=80, Homework=20))])
    other = open_store(store.url)
    with other.read() as snapshot:
        found = snapshot.holdings(kept.values())
        later = snapshot.holdings(kept.values())
    with other.read() as snapshot:
        again = snapshot.holdings(kept.values())
    other.close()
    one, two = (found[place] for place in kept.values())
    assert one.get(Area.CATEGORIES, Part.LINKED) is two.get(Area.CATEGORIES, Part.OWN)
    assert all(found[place] is later[place] is again[place] for place in kept.values())


def test_equal_setups_stay_one_object_however_late_they_come(store: Store):
    with store.write() as tx:
        first = tx.holdings(tx.keep_holdings([OLD]).values())
    with store.write() as tx:
        second = tx.holdings(tx.keep_holdings([holding(own=categories(Exam=80, Homework=20))]).values())
    (one,), (two,) = first.values(), second.values()
    assert one.get(Area.CATEGORIES, Part.LINKED) is two.get(Area.CATEGORIES, Part.OWN)


def test_thousands_of_ids_are_read_at_once(store: Store):
    many = [holding(categories(Homework=number)) for number in range(2500)]
    sets = [frozenset({Use(Area.CATEGORIES, f"c{number}", 1)}) for number in range(2500)]
    with store.write() as tx:
        kept, used = tx.keep_holdings(many), tx.keep_used(sets)
    other = open_store(store.url)
    with other.read() as snapshot:
        assert len(snapshot.holdings(kept.values())) == 2500
        assert set(snapshot.used(used.values()).values()) == set(sets)
    other.close()


def test_a_used_set_is_one_whatever_its_order(store: Store):
    with store.write() as tx:
        kept = tx.keep_used([frozenset({HOMEWORK, EXAM, FINAL}), frozenset([FINAL, HOMEWORK, EXAM])])
        again = tx.keep_used([frozenset({EXAM}), frozenset({EXAM, FINAL, HOMEWORK})])
    assert len(kept) == 1
    assert len(set(again.values())) == 2
    assert set(kept.values()) < set(again.values())


def keep_and_fail(store: Store) -> None:
    with store.write() as tx:
        tx.holdings(tx.keep_holdings([OLD]).values())
        tx.used(tx.keep_used([frozenset({EXAM})]).values())
        raise RuntimeError("no")


def test_what_was_rolled_back_is_not_remembered(store: Store):
    with pytest.raises(RuntimeError, match="no"):
        keep_and_fail(store)
    with store.read() as snapshot, pytest.raises(StoreDamaged, match="gone"):
        snapshot.holdings([1])
    with store.write() as tx:
        place = tx.keep_holdings([NEW])[NEW]
        used = tx.keep_used([frozenset({FINAL})])[frozenset({FINAL})]
    with store.read() as snapshot:
        assert snapshot.holdings([place]) == {place: NEW}
        assert snapshot.used([used]) == {used: frozenset({FINAL})}


def test_values_that_nobody_stored_are_damage_not_a_surprise(store: Store):
    with store.read() as snapshot:
        with pytest.raises(StoreDamaged, match="holding 7 is gone"):
            snapshot.holdings([9, 7])
        with pytest.raises(StoreDamaged, match="used 3 is gone"):
            snapshot.used([3])


def test_nothing_asked_is_nothing_given(store: Store):
    with store.write() as tx:
        assert tx.keep_holdings([]) == {}
        assert tx.keep_used([]) == {}
        assert tx.holdings([]) == {}
        assert tx.used([]) == {}


def test_a_setup_swept_by_another_is_stored_again(town: Town):
    """A later vacuum may take what nobody refers to, while a handle still remembers it."""
    with town.store.write() as tx:
        lone = holding(categories(Lone=1))
        place = tx.keep_holdings([lone])[lone]
    with town.store.write() as tx:
        tx._connection.execute(text("DELETE FROM holding WHERE id = :place"), {"place": place})
        tx._connection.execute(text("DELETE FROM setup WHERE id = (SELECT max(id) FROM setup)"))
    with town.store.write() as tx:
        again = tx.keep_holdings([lone])[lone]
        tx.put_courses([course(town.fall, "0900", again)])
    assert again != place
    other = open_store(town.store.url)
    with other.read() as snapshot:
        assert snapshot.holdings([again])[again] == lone
    other.close()


def test_the_empty_setup_is_a_value_like_others(store: Store):
    with store.write() as tx:
        kept = tx.keep_holdings([Holding(), Holding((Setup(),) * 27)])
    assert len(kept) == 1
    with store.read() as snapshot:
        assert snapshot.holdings(kept.values()) == {place: Holding() for place in kept.values()}


def test_items_that_are_equal_in_python_alone_stay_apart(store: Store):
    """1 and True are two values, in whichever areas they stand."""
    count, flag = (setup([Item("terms", (("value", value),))]) for value in (1, True))
    both = Holding().put({(Area.COURSE_INFO, Part.OWN): count, (Area.CROSS_SITE, Part.OWN): flag})
    with store.write() as tx:
        (place,) = tx.keep_holdings([both]).values()
    other = open_store(store.url)
    with other.read() as snapshot:
        found = snapshot.holdings([place])[place]
    other.close()
    told = [one.get("value") for area in (Area.COURSE_INFO, Area.CROSS_SITE) for one in found.here(area)]
    assert (told[0], told[1]) == (1, True)
    assert [type(one) for one in told] == [int, bool]


def test_an_item_of_many_setups_is_one_object(store: Store):
    alone, pair = (Holding().put({HERE: setup(some)}) for some in ([PROJECT], [PROJECT, QUIZ]))
    with store.write() as tx:
        places = tx.keep_holdings([alone, pair])
    other = open_store(store.url)
    with other.read() as snapshot:
        found = snapshot.holdings(places.values())
        one, two = (found[places[held]].get(*HERE).get(PROJECT.key) for held in (alone, pair))
    other.close()
    assert one is two


def test_what_was_read_stays_readable_after_a_writing_that_failed(store: Store):
    with store.write() as tx:
        places = tx.keep_holdings([OLD, NEW])
    other = open_store(store.url)
    with other.read() as snapshot:
        found = snapshot.holdings(places.values())
    with pytest.raises(RuntimeError):
        _fail(other)
    assert found[places[OLD]] == OLD
    assert [one.key for one in found[places[NEW]].here(Area.CATEGORIES)] == [
        one.key for one in NEW.here(Area.CATEGORIES)
    ]
    other.close()


def test_damage_that_was_met_once_spoils_no_later_reading(store: Store):
    """The same handle reads on, as a worker's does."""
    whole, broken = (Holding().put({HERE: setup([one])}) for one in (QUIZ, PROJECT))
    with store.write() as tx:
        places = tx.keep_holdings([whole, broken])
        tx._connection.execute(text("DELETE FROM item WHERE body LIKE '%Project%'"))
    other = open_store(store.url)
    with other.read() as snapshot:
        for _ in range(2):
            with pytest.raises(StoreDamaged, match=r"item \d+ is gone"):
                snapshot.holdings(places.values())
        found = snapshot.holdings([places[whole]])[places[whole]]
        assert found.here(Area.CATEGORIES) == (QUIZ,)
    other.close()


def _fail(store: Store) -> None:
    """Begin to write, and break off."""
    with store.write() as tx:
        tx.keep_holdings([Holding().put({HERE: setup([PROJECT])})])
        raise RuntimeError
