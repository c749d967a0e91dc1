"""This room reads CSV files row by row, in constant memory, and gathers what could not be used.

A file that is no UTF-8, no CSV, or lacks a column without which nothing can be told is an error. A row
that can't be used is a complaint with its line; it never quotes a cell of a person's row.
"""

from __future__ import annotations

import csv
from collections import Counter
from contextlib import contextmanager
from io import TextIOWrapper
from operator import itemgetter
from typing import IO, TYPE_CHECKING, NamedTuple, Protocol

from reconciler.district import Complaint, Place
from reconciler.errors import SourceBroken, suggestion

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterator, Mapping

    from reconciler.formats.package import Package

SHOWN = 100
"""How many complaints of one kind in one file are listed; the rest is a number."""
BOM = b"\xef\xbb\xbf"


class Complaints:
    """What readers could not use, in the order in which they met it."""

    def __init__(self) -> None:
        """Begin with none."""
        self._kept: list[Complaint] = []
        self._seen: Counter[tuple[str, str]] = Counter()

    def add(self, file: str, line: int, reason: str, *words: object) -> None:
        """Add one; `words` fill the `{}` places of `reason`, which names the kind."""
        self._seen[file, reason] += 1
        if self._seen[file, reason] <= SHOWN:
            self._kept.append(Complaint(Place(file, line), reason.format(*words)))

    def all(self) -> tuple[Complaint, ...]:
        """Every complaint; beyond the first hundred of a kind they are counted only."""
        folded = (
            Complaint(
                Place(file), f"{count - SHOWN} more rows: {reason.format(*['...'] * reason.count('{}'))}"
            )
            for (file, reason), count in self._seen.items()
            if count > SHOWN
        )
        return (*self._kept, *folded)


class Table:
    """An open CSV file: the names of its columns, and its rows, read once and as a stream.

    Where a tuple for each row would cost more than the file is worth, take the `records` as `csv.reader`
    gives them, and only what is unusual by `cells`. `read`: how many rows were used so far.
    """

    def __init__(self, name: str, layout: Layout, reader: Reader, above: int, complaints: Complaints) -> None:
        """`reader` stands behind the header; `above`: the lines that it takes."""
        self.records, self.layout, self.read = reader, layout, 0
        self.columns = frozenset(layout.columns)
        self._name, self._above, self._complaints = name, above, complaints

    @property
    def rows(self) -> Iterator[tuple[int, tuple[str, ...]]]:
        """Each row that can be used: the line on which it begins, and its cells in the order asked for."""
        before = self.records.line_num
        for record in self.records:
            cells = self.cells(record)
            if cells is not None:
                yield self._above + before + 1, cells
            before = self.records.line_num

    def cells(self, record: list[str]) -> tuple[str, ...] | None:
        """The cells of a record without edge spaces; None, and a complaint, where it is no row."""
        width, pick, needed = self.layout[1:]
        if len(record) > width:
            self._complaints.add(self._name, self.line(record), "has more cells than the header")
        elif record:
            record.extend([""] * (width + 1 - len(record)))
            cells = tuple(map(str.strip, pick(record)))
            for column, place in needed:
                if not cells[place]:
                    self._complaints.add(self._name, self.line(record), "has no {}", column)
                    return None
            self.read += 1
            return cells
        return None

    def line(self, record: list[str]) -> int:
        """The line on which the record that was read last begins."""
        return self._above + self.records.line_num - sum(cell.count("\n") for cell in record)


class Reader(Protocol):
    """What `csv.reader` gives."""

    @property
    def line_num(self) -> int:
        """How many lines were read so far."""

    def __iter__(self) -> Reader:
        """Itself."""

    def __next__(self) -> list[str]:
        """The next record; a blank line is an empty one."""


class Layout(NamedTuple):
    """Where the columns of a file are; `width`: how many cells a record may have.

    `pick` takes the cells that are asked for, in their order, from a record with a blank cell after its last;
    `needed`: the columns that no row may leave blank, and their places in what `pick` gives.
    """

    columns: Mapping[str, int]
    width: int
    pick: Callable[[list[str]], tuple[str, ...]]
    needed: tuple[tuple[str, int], ...]


@contextmanager
def open_table(
    package: Package, name: str, wanted: tuple[str, ...], needed: Collection[str], complaints: Complaints
) -> Iterator[Table]:
    """Open one CSV file. `needed`: columns without which it is no use, and cells without which a row is none.

    Cells come without edge spaces; a column that is not there gives empty cells. Raises SourceBroken.
    """
    with package.open(name) as stream:
        above = csv.reader(_lines(name, stream), strict=True)
        layout = _layout(name, next(_records(name, above), (1, []))[1], wanted, needed)
        # The lines of the header were read one by one, so that the stream stands right behind it.
        text = TextIOWrapper(stream, encoding="utf-8", newline="\n")
        try:
            yield Table(name, layout, csv.reader(text, strict=True), above.line_num, complaints)
        except (UnicodeDecodeError, csv.Error):
            raise _trouble(package, name) from None


def _layout(name: str, header: list[str], wanted: tuple[str, ...], needed: Collection[str]) -> Layout:
    columns = {column.strip(): index for index, column in reversed(list(enumerate(header)))}
    for column in needed:
        if column not in columns:
            hint = suggestion(column, columns)
            raise SourceBroken(place=Place(name, 1), why=f"it has no column {column}{hint}")
    width = max(columns.values(), default=0) + 1
    pick = itemgetter(*(columns.get(column, -1) for column in wanted))
    return Layout(columns, width, pick, tuple((column, wanted.index(column)) for column in needed))


def _trouble(package: Package, name: str) -> SourceBroken:
    """The same trouble once more, line by line, to tell its place: whole pieces of text have none."""
    try:
        with package.open(name) as stream:
            for _ in _records(name, csv.reader(_lines(name, stream), strict=True)):
                pass
    except SourceBroken as found:
        return found
    return SourceBroken(place=name, why="it changed while it was read")


def _lines(name: str, stream: IO[bytes]) -> Iterator[str]:
    for number, raw in enumerate(stream, 1):
        try:
            yield (raw.removeprefix(BOM) if number == 1 else raw).decode()
        except UnicodeDecodeError:
            raise SourceBroken(place=Place(name, number), why="it is not UTF-8") from None


def _records(name: str, reader: Reader) -> Iterator[tuple[int, list[str]]]:
    """Each record with the line on which it begins; blank lines left out."""
    while True:
        line = reader.line_num + 1
        try:
            record = next(reader)
        except StopIteration:
            return
        except csv.Error as error:
            raise SourceBroken(place=Place(name, line), why=f"it is no CSV ({error})") from None
        if record:
            yield line, record
