"""This room holds the figures against their bars: what each may cost, told by a limit of the same run."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

from benchmarks.figures import EVERY, FIGURES, LARGE

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence

Row = dict[str, Any]
XXL = frozenset({"XXL"})
GROWN_FROM = {"XXL": "XL"}
"""Growth is told from one size to the next."""
MEGA = 1_000_000
WAITING = "pg-"
"""Figures whose work is a server's begin so: a client's processor time says nothing of them."""


class Book:
    """The rows of all sizes that were measured; `clock`: `seconds` on the wall, or of the `processor`."""

    def __init__(self, sizes: Mapping[str, Sequence[Row]], clock: str = "seconds") -> None:
        """Know the rows by size and name."""
        self.rows = {(size, row["name"]): row for size, rows in sizes.items() for row in rows}
        self.sizes = tuple(sizes)
        self.clock = clock

    def took(self, size: str, name: str, other: str = "") -> float | None:
        """The seconds of a figure, by the clock that suits it and the figure that it is held against."""
        row = self.rows.get((size, name))
        if row is None or "skipped" in row:
            return None
        server = name.startswith(WAITING) or other.startswith(WAITING)
        return float(row["seconds" if server else self.clock])

    def times(self, size: str, name: str, limit: str) -> float | None:
        """How many times the seconds of another figure it takes."""
        mine, theirs = self.took(size, name, limit), self.took(size, limit, name)
        return None if mine is None or not theirs else mine / theirs

    def fact(self, size: str, name: str, fact: str) -> float | None:
        """A number that a figure came to."""
        told = self.rows.get((size, name), {}).get(fact)
        return None if told is None else float(told)


class Bar(NamedTuple):
    """One line of the bars: what a figure may be at most (`least`: must be at least), and at which sizes.

    `what` goes after the number that was measured: `x limit-read`, `MB peak`.
    """

    figure: str
    what: str
    bar: float
    measure: Callable[[Book, str], float | None]
    sizes: frozenset[str]
    least: bool = False

    def met(self, measured: float) -> bool:
        """Is this good enough?"""
        return measured >= self.bar if self.least else measured <= self.bar


class Held(NamedTuple):
    """A bar with what was measured."""

    size: str
    bar: Bar
    measured: float

    @property
    def verdict(self) -> str:
        """`2.5 ok`, or `2.5 MISSED`."""
        return f"{self.bar.bar:,g} {'ok' if self.bar.met(self.measured) else 'MISSED'}"


def _times(figure: str, limit: str, bar: float, sizes: frozenset[str]) -> Bar:
    return Bar(figure, f"x {limit}", bar, lambda book, size: book.times(size, figure, limit), sizes)


def _share(figure: str, limit: str, bar: float, sizes: frozenset[str] = XXL) -> Bar:
    def measure(book: Book, size: str) -> float | None:
        times = book.times(size, figure, limit)
        return None if times is None else 100 * times

    return Bar(figure, f"% of {limit}", bar, measure, sizes)


def _seconds(figure: str, bar: float, sizes: frozenset[str]) -> Bar:
    return Bar(figure, "s", bar, lambda book, size: book.took(size, figure), sizes)


def _fact(figure: str, fact: str, what: str, bar: float, sizes: frozenset[str]) -> Bar:
    scale = MEGA if fact.startswith("bytes") else 1

    def measure(book: Book, size: str) -> float | None:
        told = book.fact(size, figure, fact)
        return None if told is None else told / scale

    return Bar(figure, what, bar, measure, sizes)


def _growth(figure: str) -> Bar:
    def measure(book: Book, size: str) -> float | None:
        now, before = book.took(size, figure), book.took(GROWN_FROM[size], figure)
        return None if now is None or not before else now / before

    return Bar(figure, "x XL", 6, measure, XXL)


def _faster(figure: str, names: tuple[str, ...], bar: float, sizes: frozenset[str]) -> Bar:
    """How many times these figures together the figure takes."""

    def measure(book: Book, size: str) -> float | None:
        mine, theirs = book.took(size, figure), [book.took(size, name) for name in names]
        known = [one for one in theirs if one is not None]
        return None if mine is None or len(known) < len(names) or not sum(known) else mine / sum(known)

    return Bar(figure, f"x {' + '.join(names)}", bar, measure, sizes, least=True)


BARS = (
    _times("plan-nothing", "limit-read", 2.5, LARGE | XXL),
    _growth("plan-nothing"),
    _times("plan-master", "plan-one", 0.1, LARGE),
    _times("plan-all", "limit-read", 4, XXL),
    _fact("plan-all", "peak_mb", "MB peak", 600, XXL),
    _growth("plan-all"),
    _share("render-text", "plan-all", 25),
    _share("render-json", "plan-all", 25),
    _fact("save-plan", "bytes", "MB of file", 10, XXL),
    _share("load-plan", "plan-all", 10),
    _times("apply-all", "limit-write", 4, XXL),
    _growth("apply-all"),
    _fact("state-size", "bytes", "MB", 200, XXL),
    _fact("state-size", "bytes_without_uses", "MB without uses", 60, XXL),
    _times("catalog-cold", "limit-catalog", 1.3, LARGE),
    _seconds("catalog-warm", 0.3, LARGE),
    _seconds("process-warm", 2, LARGE),
    _fact("progress-plan", "percent", "% more with progress", 3, XXL),
    _fact("progress-apply", "percent", "% more with progress", 3, XXL),
    _faster("by-hand-plan", ("plan-all",), 1_000, LARGE),
    _faster("by-hand", ("plan-all", "apply-all"), 1_000, LARGE),
    _faster("octodns", ("process-cold",), 20, frozenset({"M"})),
    _times("import-roster", "limit-csv", 3, EVERY),
    _times("import-roster-zip", "limit-csv-zip", 3, EVERY),
    _times("pg-plan-nothing", "plan-nothing", 2, LARGE),
    _times("pg-plan-all", "plan-all", 2, LARGE),
    _times("pg-apply-all", "pg-limit-write", 3, LARGE),
)
"""The bars that were set (docs/speed.md), in the order of the figures."""


def held(book: Book) -> Iterator[Held]:
    """Every bar for which this run, or these runs, measured enough."""
    for bar in BARS:
        for size in book.sizes:
            measured = bar.measure(book, size) if size in bar.sizes else None
            if measured is not None:
                yield Held(size, bar, measured)


def limit_of(book: Book, size: str, name: str) -> float | None:
    """How many times its limit a figure takes, where it is told by one."""
    limit = FIGURES[name].limit
    return book.times(size, name, limit) if limit else None
