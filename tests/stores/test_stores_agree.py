"""Both databases do the same with the same batches, and give out the same rows."""

from __future__ import annotations

from itertools import count
from typing import TYPE_CHECKING

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from reconciler.course import Area, Counts, Part, Use, item, setup
from reconciler.current import Alias, Batch, CourseMove, Rekey, Rekeyed, ResidualMark, SectionMove, Store
from reconciler.stores import open_store
from tests.stores.store_rows import course, holding, run, section
from tests.stores.test_store_values import holdings, uses

if TYPE_CHECKING:
    from pathlib import Path

COURSES, SECTIONS = 3, 6
CALENDARS = count()
spot = st.integers(0, 9)
one_course, one_section = st.integers(0, COURSES - 1), st.integers(0, SECTIONS - 1)
keys = st.sampled_from(["A", "B", "Ä", "a"])
counts = st.lists(
    st.tuples(one_section, st.builds(Use, st.sampled_from(Area), keys, st.integers(0, 2)), st.integers(0, 3)),
    max_size=8,
)
batches = st.tuples(
    st.dictionaries(
        one_course, st.tuples(spot, spot, st.sampled_from([None, 2, 3]), st.booleans()), max_size=3
    ),
    st.dictionaries(one_section, st.tuples(spot, spot, spot, spot), max_size=6),
    st.lists(st.tuples(one_section, keys, keys), max_size=3, unique_by=lambda one: one[:2]),
    st.lists(st.tuples(st.booleans(), one_course, keys, keys), max_size=4),
    st.lists(st.tuples(one_section, keys, st.booleans()), max_size=4),
    st.booleans(),
)


@pytest.fixture
def both(tmp_path: Path, postgres_state: str):
    """A store in each database."""
    stores = [open_store(url, create=True) for url in (f"sqlite:///{tmp_path}/state.db", postgres_state)]
    yield stores
    for store in stores:
        store.close()


class Side:
    """One of two stores in which the same is done."""

    def __init__(self, store: Store, values: list, sets: list, told: list) -> None:
        """Put the same rows into a calendar of their own."""
        self.store = store
        with store.write() as tx:
            tx.put_school("S", None)
            self.calendar = tx.put_calendar(f"c{next(CALENDARS) // 2}", "S", 2026, ())
            places = tx.keep_holdings(values)
            self.values = [places[one] for one in values]
            used = tx.keep_used(sets)
            self.sets = [None, *(used[one] for one in sets)]
            self.courses = tx.put_courses(
                course(self.calendar, str(one), self.value(one)) for one in range(COURSES)
            )
            self.sections = tx.put_sections(
                section(self.courses[one % COURSES], str(one), self.value(one)) for one in range(SECTIONS)
            )
            chosen = sorted({self.sections[one] for one, _, _ in told})
            tx.put_counts([(self.sections[one], use, Counts(much)) for one, use, much in told], chosen)
            self.run = tx.begin_run(run())

    def value(self, place: int) -> int:
        """The holding of a number."""
        return self.values[place % len(self.values)]

    def used(self, place: int) -> int | None:
        """The used set of a number."""
        return self.sets[place % len(self.sets)]

    def batch(self, wish: tuple) -> Batch:
        """The batch in this store's ids."""
        courses, sections, rekeys, aliases, marks, _ = wish
        area = Area.CATEGORIES
        return Batch(
            [
                CourseMove(
                    self.courses[one], self.value(was), self.value(now), f"n{now}", None, many,
                    "M" if linked else None, ("hs", str(one), False) if linked else None,
                )
                for one, (was, now, many, linked) in courses.items()
            ],
            [
                SectionMove(
                    self.sections[one], self.courses[one % COURSES], self.value(was), self.value(now),
                    self.used(before), self.used(after),
                )
                for one, (was, now, before, after) in sections.items()
            ],
            [Rekey(self.sections[one], area, was, key) for one, was, key in rekeys],
            [
                Alias(on, (self.sections if on else self.courses)[one], area, source, key)
                for on, one, source, key in aliases
            ],
            [ResidualMark(self.sections[one], area, key, gone) for one, key, gone in marks],
            [Rekeyed(True, self.sections[one], area, was, key) for one, was, key in rekeys],
        )  # fmt: skip

    def carry(self, wish: tuple) -> set[int]:
        """Carry a batch; the courses left out, by number."""
        with self.store.write(beside=wish[-1]) as tx:
            return {self.courses.index(one) for one in tx.carry(self.run, self.batch(wish))}

    def told(self) -> list[object]:
        """All that the store says of these rows, without its ids."""
        with self.store.read() as snapshot:
            courses = list(snapshot.course_records(self.courses))
            sections = sorted(snapshot.section_records(self.sections))
            values = snapshot.holdings({row.holding_id for row in (*courses, *sections)})
            sets = snapshot.used({row.used_id for row in sections} - {None})
            hosts = {True: self.sections, False: self.courses}
            return [
                [(one[2:-1], values[one.holding_id]) for one in courses],
                [(one[2:-2], values[one.holding_id], sets.get(one.used_id)) for one in sections],
                [(self.sections.index(one), *more) for one, *more in snapshot.counts(self.sections)],
                [(self.sections.index(one), *more) for one, *more in snapshot.use_sums(self.sections)],
                sorted(
                    (one.on_section, hosts[one.on_section].index(one.host_id), one[2:])
                    for one in snapshot.aliases()
                    if one.host_id in hosts[one.on_section]
                ),
                [
                    (self.sections.index(one.section_id), one.area, one.key, one.cleared_run is None)
                    for one in snapshot.residual_rows()
                    if one.section_id in self.sections
                ],
                sorted(
                    (one.on_section, self.values.index(one.before), self.values.index(one.after),
                     [hosts[one.on_section].index(host) for host in one.members])
                    for one in snapshot.moves(self.run)
                ),
                [
                    (one[:-1], [hosts[one.on_section].index(host) for host in one.members])
                    for one in snapshot.key_moves(self.run)
                ],
                [(one[:-1], [self.courses.index(host) for host in one.courses])
                 for one in snapshot.followed(self.run)],
            ]  # fmt: skip


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    st.lists(holdings, min_size=1, max_size=4, unique=True),
    st.lists(uses, max_size=2, unique=True),
    counts,
    st.lists(batches, min_size=1, max_size=4),
)
def test_the_same_batches_do_the_same(both: list[Store], values: list, sets: list, told: list, wishes: list):
    sides = [Side(store, values, sets, told) for store in both]
    for wish in wishes:
        first, second = (side.carry(wish) for side in sides)
        assert first == second
        assert sides[0].told() == sides[1].told()


def test_a_value_has_the_same_bytes_in_both(both: list[Store]):
    odd = setup(
        [item(Area.CATEGORIES, "Ä\u2028'x\"\\", {"name": "Ä\u2028", "weight": "2.50", "drop_lowest": 1})]
    )
    found = []
    for store in both:
        with store.write() as tx:
            place = tx.keep_holdings([holding(odd)])[holding(odd)]
            tx.put_lists("hs", {})
            bodies = tx._driver.execute("SELECT digest, body FROM item").fetchall()
            held = tx._driver.execute("SELECT digest FROM holding").fetchall()
            found.append(([tuple(row) for row in bodies], [tuple(row) for row in held]))
        with store.read() as snapshot:
            assert snapshot.holdings([place])[place].get(Area.CATEGORIES, Part.LINKED) == odd
    assert found[0] == found[1]
