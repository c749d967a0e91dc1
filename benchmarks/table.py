"""This room writes figures and bars as tables: for a terminal, and as Markdown."""

from __future__ import annotations

from typing import TYPE_CHECKING

from benchmarks.bars import Book, held, limit_of
from benchmarks.figures import FIGURES
from benchmarks.sizes import SIZES

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from benchmarks.bars import Held, Row

HEAD = f"{'figure':18}{'seconds':>10}{'processor':>11}{'peak MB':>9}{'x limit':>9}  {'bar':12}facts"
_COLUMNS = frozenset({"name", "seconds", "processor", "peak_mb", "runs", "skipped"})


def size_line(size: str) -> str:
    """What a size is."""
    one = SIZES[size]
    return (
        f"{size}: {one.calendars:,} calendars, {one.masters:,} masters, {one.courses:,} courses,"
        f" {one.sections:,} sections"
    )


def line(row: Row, book: Book, size: str) -> str:
    """One figure; its limit is told once both were measured."""
    name = row["name"]
    if "skipped" in row:
        return f"{name:18}left out: {row['skipped']}"
    times = limit_of(book, size, name)
    mine = [one for one in held(book) if one.size == size and one.bar.figure == name]
    verdict = mine[0].verdict if mine else ""
    told = "" if times is None else f"{times:,.2f}" if times < 1 else f"{times:,.1f}"
    return (
        f"{name:18}{row['seconds']:10,.2f}{row['processor']:11,.2f}{row['peak_mb']:9,}{told:>9}"
        f"  {verdict:12}{facts(row)}"
    ).rstrip()


def facts(row: Row) -> str:
    """What a figure came to, in words."""
    return ", ".join(_fact(name, value) for name, value in row.items() if name not in _COLUMNS)


def _fact(name: str, value: float | str) -> str:
    words = name.replace("_", " ")
    if name == "extrapolated":
        return f"EXTRAPOLATED from 1/{value:g} of it"
    return f"{value:,} {words}" if isinstance(value, int) else f"{words} {value}"


def bars(book: Book) -> Iterator[str]:
    """Every bar that was held against something."""
    for one in held(book):
        sign = "at least" if one.bar.least else "at most"
        name = f"{one.bar.figure} {one.size}"
        yield f"{name:22}{_measured(one):>9} {one.bar.what:26}{sign} {one.verdict}"


def _measured(one: Held) -> str:
    digits = 0 if one.measured >= 100 else 2 if one.measured < 1 else 1  # noqa: PLR2004 - short numbers
    return f"{one.measured:,.{digits}f}"


def markdown(book: Book) -> Iterator[str]:
    """Figures and bars as two Markdown tables."""
    sizes = [size for size in SIZES if size in book.sizes]
    yield _cells(["figure", "what", *sizes])
    yield _cells(["---"] * (len(sizes) + 2))
    for name, figure in FIGURES.items():
        rows = [book.rows.get((size, name)) for size in sizes]
        if any(rows):
            cells = [_cell(row, book, size) for row, size in zip(rows, sizes, strict=True)]
            yield _cells([f"`{name}`", figure.about, *cells])
    yield ""
    yield _cells(["figure", "size", "measured", "bar", ""])
    yield _cells(["---"] * 5)
    for one in held(book):
        sign = "at least" if one.bar.least else "at most"
        verdict = "ok" if one.bar.met(one.measured) else "**missed**"
        measured = f"{_measured(one)} {one.bar.what}"
        yield _cells([f"`{one.bar.figure}`", one.size, measured, f"{sign} {one.bar.bar:,g}", verdict])


def _cell(row: Row | None, book: Book, size: str) -> str:
    if row is None:
        return "-"
    if "skipped" in row:
        return "left out"
    times = limit_of(book, size, row["name"])
    told = f"{row['seconds']:,.2f} / {row['processor']:,.2f} / {row['peak_mb']:,}"
    told += "" if times is None else f" / {times:,.2f} x" if times < 1 else f" / {times:,.1f} x"
    return told + (" *" if "extrapolated" in row else "")


def _cells(cells: Sequence[str]) -> str:
    return f"| {' | '.join(cells)} |"
