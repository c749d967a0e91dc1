"""A batch does what a slow reader of the protocol would do, course by course and row by row."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from reconciler.course import Area, Counts
from reconciler.current import Alias, Batch, CourseMove, Rekey, ResidualMark, SectionMove
from tests.stores.store_rows import EXAM, categories, course, holding, run, section, some

if TYPE_CHECKING:
    from reconciler.current import Store

HOLDINGS = [holding(categories(Homework=weight)) for weight in (1, 2, 3)]
SETS = [None, frozenset(), frozenset({EXAM})]
KEYS = ("A", "B", "C")
COURSES = 3
INSIDE = [0, 0, 1, 1, 1]
"""The course of each section; the third course has none."""
USES = st.dictionaries(st.tuples(st.integers(0, 4), st.sampled_from(KEYS)), st.integers(1, 9), max_size=8)
HOLD = st.integers(0, 2)


@dataclass
class Paper:
    """A state on paper: holdings and used sets as places in HOLDINGS and SETS."""

    courses: list[int]
    sections: list[int]
    used: list[int]
    uses: dict[tuple[int, str], int]
    aliases: dict[tuple[bool, int], str] = field(default_factory=dict)
    residuals: set[tuple[int, str]] = field(default_factory=set)
    moved: set[tuple[bool, int, int, int]] = field(default_factory=set)


@dataclass
class Wish:
    """A batch on paper; a host that it does not name is None."""

    courses: list[tuple[int, int, int | None] | None]
    sections: list[tuple[int, int, int, int] | None]
    rekeys: dict[int, tuple[str, str]]
    aliases: dict[tuple[bool, int], str]
    residuals: dict[tuple[int, str], bool]


papers = st.builds(
    Paper,
    st.lists(HOLD, min_size=3, max_size=3),
    st.lists(HOLD, min_size=5, max_size=5),
    st.lists(HOLD, min_size=5, max_size=5),
    USES,
)
alias_hosts = st.tuples(st.just(False), st.integers(0, 2)) | st.tuples(st.just(True), st.integers(0, 4))
changes = st.tuples(
    st.lists(st.none() | st.tuples(HOLD, st.sampled_from([None, 0, 0, 1, -1])), min_size=3, max_size=3),
    st.lists(st.none() | st.tuples(HOLD, HOLD), min_size=5, max_size=5),
    st.dictionaries(st.integers(0, 4), st.permutations(KEYS).map(lambda keys: (keys[0], keys[1]))),
    st.dictionaries(alias_hosts, st.sampled_from(KEYS)),
    st.dictionaries(st.tuples(st.integers(0, 4), st.sampled_from(KEYS)), st.booleans(), max_size=4),
    st.lists(st.integers(0, 7), max_size=1),  # hosts that were something else before
)


def wish(paper: Paper, change: tuple) -> Wish:
    """A batch that tells the truth about what was before, but for the named hosts."""
    courses, sections, rekeys, aliases, residuals, wrong = change
    known = [INSIDE.count(one) for one in range(COURSES)]
    lies = [int(place in wrong) for place in range(8)]
    return Wish(
        [
            asked
            and (
                (paper.courses[one] + lies[one]) % 3,
                asked[0],
                None if asked[1] is None else known[one] + asked[1],
            )
            for one, asked in enumerate(courses)
        ],
        [
            asked and ((paper.sections[one] + lies[3 + one]) % 3, asked[0], paper.used[one], asked[1])
            for one, asked in enumerate(sections)
        ],
        rekeys,
        aliases,
        residuals,
    )


def stale(paper: Paper, asked: Wish) -> set[int]:
    """The courses of which anything is not as the batch says."""
    out = set()
    for one, move in enumerate(asked.courses):
        if move and (move[0] != paper.courses[one] or move[2] not in (None, INSIDE.count(one))):
            out.add(one)
    for one, move in enumerate(asked.sections):
        if move and (move[0], move[2]) != (paper.sections[one], paper.used[one]):
            out.add(INSIDE[one])
    return out


def carry_slowly(paper: Paper, asked: Wish) -> set[int]:
    """Do the batch on paper; the courses left out."""
    out = stale(paper, asked)
    for one, move in enumerate(asked.courses):
        if move and one not in out:
            paper.courses[one] = move[1]
            paper.moved |= {(False, one, move[0], move[1])} if move[0] != move[1] else set()
    for one, move in enumerate(asked.sections):
        if move and INSIDE[one] not in out:
            paper.sections[one], paper.used[one] = move[1], move[3]
            paper.moved |= {(True, one, move[0], move[1])} if move[0] != move[1] else set()
    note_slowly(paper, asked, out)
    return out


def note_slowly(paper: Paper, asked: Wish, out: set[int]) -> None:
    """Do what a batch says of keys, aliases and residuals, but for the courses left out."""
    for one, (was, key) in asked.rekeys.items():
        if INSIDE[one] not in out and (one, was) in paper.uses:
            paper.uses[one, key] = paper.uses.get((one, key), 0) + paper.uses.pop((one, was))
    for (on_section, one), key in asked.aliases.items():
        if (INSIDE[one] if on_section else one) not in out:
            paper.aliases[on_section, one] = key
    for (one, key), cleared in asked.residuals.items():
        if INSIDE[one] not in out:
            (paper.residuals.discard if cleared else paper.residuals.add)((one, key))


class Desk:
    """The same state in a store; places on paper against ids there."""

    def __init__(self, store: Store, paper: Paper, name: str) -> None:
        """Put the paper's state into a calendar of its own."""
        self.store = store
        with store.write() as tx:
            tx.put_school("S", None)
            calendar = tx.put_calendar(name, "S", 2026, ())
            self.holdings = list(tx.keep_holdings(HOLDINGS).values())
            self.used = [None, *tx.keep_used(SETS[1:]).values()]
            self.courses = tx.put_courses(
                course(calendar, str(one), self.holdings[place]) for one, place in enumerate(paper.courses)
            )
            self.sections = tx.put_sections(
                section(self.courses[INSIDE[one]], str(one), self.holdings[place])
                for one, place in enumerate(paper.sections)
            )
            rows = [
                (self.sections[one], EXAM._replace(key=key), some(much))
                for (one, key), much in paper.uses.items()
            ]
            tx.put_counts(rows, self.sections)
            records = list(tx.section_records(self.sections))
            tx.put_sections(
                row._replace(used_id=self.used[place]) for row, place in zip(records, paper.used, strict=True)
            )
            self.run = tx.begin_run(run())

    def batch(self, asked: Wish) -> Batch:
        """The wish in the store's ids."""
        hold, used, area = self.holdings, self.used, Area.CATEGORIES
        return Batch(
            [
                CourseMove(self.courses[one], hold[move[0]], hold[move[1]], None, None, move[2])
                for one, move in enumerate(asked.courses)
                if move
            ],
            [
                SectionMove(
                    self.sections[one], self.courses[INSIDE[one]],
                    hold[move[0]], hold[move[1]], used[move[2]], used[move[3]],
                )
                for one, move in enumerate(asked.sections)
                if move
            ],
            [Rekey(self.sections[one], area, was, key) for one, (was, key) in asked.rekeys.items()],
            [
                Alias(on, (self.sections if on else self.courses)[one], area, "source", key)
                for (on, one), key in asked.aliases.items()
            ],
            [
                ResidualMark(self.sections[one], area, key, gone)
                for (one, key), gone in asked.residuals.items()
            ],
        )  # fmt: skip

    def paper(self) -> Paper:
        """What the store has, on paper."""
        with self.store.read() as snapshot:
            courses = list(snapshot.course_records(self.courses))
            sections = list(snapshot.section_records(self.sections))
            assert {counts[1:] for _, _, counts in snapshot.counts()} <= {Counts()[1:]}
            return Paper(
                [self.holdings.index(row.holding_id) for row in courses],
                [self.holdings.index(row.holding_id) for row in sorted(sections)],
                [self.used.index(row.used_id) for row in sorted(sections)],
                {
                    (self.sections.index(one), use.key): counts.assignments
                    for one, use, counts in snapshot.counts(self.sections)
                },
                {
                    (one.on_section, (self.sections if one.on_section else self.courses).index(one.host_id)):
                    one.key
                    for one in snapshot.aliases()
                    if one.host_id in (self.sections if one.on_section else self.courses)
                },
                {
                    (self.sections.index(mark.section_id), mark.key)
                    for mark, since in snapshot.residuals()
                    if since == self.run
                },
                {
                    (
                        line.on_section, (self.sections if line.on_section else self.courses).index(one),
                        self.holdings.index(line.before), self.holdings.index(line.after),
                    )
                    for line in snapshot.moves(self.run)
                    for one in line.members
                },
            )  # fmt: skip


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(papers, st.lists(changes, min_size=1, max_size=3), st.uuids())
def test_a_batch_does_what_it_does_on_paper(store: Store, paper: Paper, asked: list[tuple], name: object):
    desk = Desk(store, paper, str(name))
    for change in asked:
        one = wish(paper, change)
        with store.write() as tx:
            left_out = tx.carry(desk.run, desk.batch(one))
        assert {desk.courses.index(place) for place in left_out} == carry_slowly(paper, one)
        assert desk.paper() == paper
