"""This room reads CSV files row by row, in constant memory, and gathers what could not be used.

A file that is no UTF-8, no CSV, or lacks a column without which nothing can be told is an error. A row
that can't be used is a complaint with its line; it never quotes a cell of a person's row.
"""

from __future__ import annotations

import csv
from collections import Counter
from contextlib import contextmanager
from operator import itemgetter
from typing import IO, TYPE_CHECKING, NamedTuple

from reconciler.district import Complaint, Place
from reconciler.errors import SourceBroken, suggestion

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator

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


class Table(NamedTuple):
    """An open CSV file: its column names, and (line, cells in the order that was asked for)."""

    columns: frozenset[str]
    rows: Iterator[tuple[int, tuple[str, ...]]]


@contextmanager
def open_table(
    package: Package, name: str, wanted: tuple[str, ...], needed: Collection[str], complaints: Complaints
) -> Iterator[Table]:
    """Open one CSV file. `needed`: columns without which it is no use, and cells without which a row is none.

    Cells come without edge spaces; a column that is not there gives empty cells. Raises SourceBroken.
    """
    with package.open(name) as stream:
        reader = csv.reader(_lines(name, stream), strict=True)
        header = next(_records(name, reader), (1, []))[1]
        columns = {column.strip(): index for index, column in reversed(list(enumerate(header)))}
        for column in needed:
            if column not in columns:
                hint = suggestion(column, columns)
                raise SourceBroken(place=Place(name, 1), why=f"it has no column {column}{hint}")
        yield Table(
            frozenset(columns),
            _rows(name, reader, columns, wanted=wanted, needed=needed, complaints=complaints),
        )


def _lines(name: str, stream: IO[bytes]) -> Iterator[str]:
    for number, raw in enumerate(stream, 1):
        try:
            yield (raw.removeprefix(BOM) if number == 1 else raw).decode()
        except UnicodeDecodeError:
            raise SourceBroken(place=Place(name, number), why="it is not UTF-8") from None


def _records(name: str, reader: Iterator[list[str]]) -> Iterator[tuple[int, list[str]]]:
    """Each record with the line on which it begins; blank lines left out."""
    while True:
        line: int = reader.line_num + 1  # type: ignore[attr-defined]
        try:
            record = next(reader)
        except StopIteration:
            return
        except csv.Error as error:
            raise SourceBroken(place=Place(name, line), why=f"it is no CSV ({error})") from None
        if record:
            yield line, record


def _rows(
    name: str,
    reader: Iterator[list[str]],
    columns: dict[str, int],
    *,
    wanted: tuple[str, ...],
    needed: Collection[str],
    complaints: Complaints,
) -> Iterator[tuple[int, tuple[str, ...]]]:
    width = max(columns.values(), default=0) + 1
    pick = itemgetter(*(columns.get(column, -1) for column in wanted))
    places = {column: wanted.index(column) for column in needed}
    for line, record in _records(name, reader):
        if len(record) > width:
            complaints.add(name, line, "has more cells than the header")
            continue
        record.extend([""] * (width + 1 - len(record)))
        cells = tuple(map(str.strip, pick(record)))
        blank = [column for column, place in places.items() if not cells[place]]
        if blank:
            complaints.add(name, line, "has no {}", blank[0])
        else:
            yield line, cells
