"""CSV tables: every row comes with its line, and trouble is told by its line, however large the pieces read."""

from __future__ import annotations

import csv
import io
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reconciler.errors import SourceBroken
from reconciler.formats.package import Package, open_package
from reconciler.formats.tabular import SHOWN, Complaints, open_table

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

LONG = 20_000
"""So many rows are more than one piece of text."""


@dataclass(frozen=True, slots=True)
class Given(Package):
    """A package of one file that says something else each time it is opened; the last text stays."""

    texts: list[bytes] = field(default_factory=list)

    @contextmanager
    def open(self, name: str) -> Iterator[io.BytesIO]:
        assert name in self.files
        yield io.BytesIO(self.texts.pop(0) if len(self.texts) > 1 else self.texts[0])


def given_package(folder: Path, *texts: bytes) -> Given:
    return Given(folder, {"t.csv": "t.csv"}, texts=list(texts))


def read(package: Package, wanted: tuple[str, ...] = ("a", "b"), needed: tuple[str, ...] = ("a",)):
    """Every row, every complaint as text, and how many rows were used."""
    complaints = Complaints()
    with open_table(package, "t.csv", wanted, needed, complaints) as table:
        rows = list(table.rows)
        used = table.read
    return rows, [f"{one.place} {one.reason}" for one in complaints.all()], used


def failed(package: Package) -> str:
    with pytest.raises(SourceBroken) as told:
        read(package)
    return str(told.value)


def test_rows_come_with_the_line_on_which_they_begin(tmp_path: Path):
    text = b'a,b\n1,2\n\n"3\nx",4\r\n5,"\n\n6"\n7\n'
    rows, complaints, used = read(given_package(tmp_path, text))
    assert rows == [(2, ("1", "2")), (4, ("3\nx", "4")), (6, ("5", "6")), (9, ("7", ""))]
    assert complaints == []
    assert used == 4


def test_a_header_of_several_lines_and_a_mark_of_byte_order_shift_nothing(tmp_path: Path):
    text = b'\xef\xbb\xbfa,"long\nname",b\n1,,2\n,,\n3,,4,5\n'
    rows, complaints, used = read(given_package(tmp_path, text))
    assert rows == [(3, ("1", "2"))]
    assert complaints == ["t.csv:4 has no a", "t.csv:5 has more cells than the header"]
    assert used == 1


def test_columns_may_stand_anywhere_twice_or_nowhere(tmp_path: Path):
    rows, _, _ = read(given_package(tmp_path, b"x, b ,a,a\n0,1,2,3\n"), ("a", "c", "b"))
    assert rows == []  # the second a counts for nothing, so that there are more cells than columns
    rows, _, _ = read(given_package(tmp_path, b"x, b ,a\n0, 1 ,\t2\n"), ("a", "c", "b"))
    assert rows == [(2, ("2", "", "1"))]


@pytest.mark.parametrize("row", [0, 1, LONG - 1])
def test_what_is_not_utf8_is_told_by_its_line(tmp_path: Path, row: int):
    lines = [b"a,b"] + [b"%d,x" % number for number in range(LONG)]
    lines[row + 1] = b"1,\xff"
    (tmp_path / "t.csv").write_bytes(b"\n".join(lines))
    assert f"t.csv:{row + 2}" in failed(open_package(tmp_path))
    assert "it is not UTF-8" in failed(open_package(tmp_path))


@pytest.mark.parametrize("row", [1, LONG - 1])
def test_a_broken_record_is_told_by_the_line_on_which_it_begins(tmp_path: Path, row: int):
    lines = [b"a,b"] + [b"%d,x" % number for number in range(LONG)]
    lines[row] = b'1,"x\n\n\ny" z'
    (tmp_path / "t.csv").write_bytes(b"\n".join(lines))
    message = failed(open_package(tmp_path))
    assert f"t.csv:{row + 1}" in message
    assert "it is no CSV" in message


def test_the_first_trouble_is_told_though_both_are_in_one_piece(tmp_path: Path):
    assert "t.csv:3" in failed(given_package(tmp_path, b'a,b\n1,2\n"x"y\n\xff\n'))
    assert "t.csv:3" in failed(given_package(tmp_path, b'a,b\n1,2\n\xff\n"x"y\n'))
    assert "it has no column a" in failed(given_package(tmp_path, b"b\n\xff\n"))
    assert "new-line character" in failed(given_package(tmp_path, b"a,b\n1\r2\n"))


def test_a_file_that_is_whole_when_it_is_looked_at_again_has_changed(tmp_path: Path):
    told = failed(given_package(tmp_path, b"a\n\xff\n", b"a\n1\n"))
    assert told == "t.csv can't be read: it changed while it was read."


def test_the_lines_of_complaints_are_right_however_many_lines_came_before(tmp_path: Path):
    text = "a,b\n" + '1,"x\ny"\n' * 50 + ",2\n" * (SHOWN + 2)
    rows, complaints, used = read(given_package(tmp_path, text.encode()))
    assert (len(rows), used) == (50, 50)
    assert complaints[0] == "t.csv:102 has no a"
    assert complaints[SHOWN - 1] == f"t.csv:{101 + SHOWN} has no a"
    assert complaints[-1] == "t.csv 2 more rows: has no ..."


CELL = st.one_of(
    st.sampled_from(["", " ", "1", " 2 ", '"', "x,y", "\n", "a\r\nb", "\u00a0", "é", "'"]),
    st.text(st.characters(exclude_categories=("Cs",), exclude_characters="\r\0"), max_size=6),
)


@given(rows=st.lists(st.lists(CELL, max_size=4), max_size=12), end=st.sampled_from(["\n", "\r\n"]))
def test_whatever_the_cells_each_row_is_what_csv_says(tmp_path_factory, rows: list[list[str]], end: str):
    text = io.StringIO()
    csv.writer(text, lineterminator=end).writerows([["a", "b", "c"], *rows])
    package = given_package(tmp_path_factory.getbasetemp(), text.getvalue().encode())
    expected, told, line = [], [], 2
    reader = csv.reader(io.StringIO(text.getvalue(), newline="\n"), strict=True)
    next(reader)
    for record in reader:
        if len(record) > 3:
            told.append(f"t.csv:{line} has more cells than the header")
        elif record:
            first, second, _ = (one.strip() for one in [*record, "", ""][:3])
            if first:
                expected.append((line, (first, second)))
            else:
                told.append(f"t.csv:{line} has no a")
        line = reader.line_num + 1
    assert read(package) == (expected, told, len(expected))
