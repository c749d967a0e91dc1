"""Large OneRoster packages: plain results are counted as they stand, and come to the same as read with care."""

from __future__ import annotations

import csv
import io
import sys
from collections import Counter
from typing import TYPE_CHECKING

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from reconciler.course import Area, Counts, Use
from reconciler.formats import oneroster
from reconciler.refresh import refresh
from reconciler.stores import open_store
from tests.formats.roster_files import FILES, LEAD, reasons, section, write_package, zipped

if TYPE_CHECKING:
    from pathlib import Path

    from reconciler.district import District

COLUMNS = tuple(FILES["results"].splitlines()[0].split(","))
ITEMS = {"i1": ("1", "Homework", 1), "i2": ("1", "Homework", 2), "i3": ("1", "Tests", 1), "i4": ("2", "Homework", 3)}  # fmt: skip
"""Where the results of each line item of the small package count: section, category, term."""
GRADED = ("fully graded", "partially graded", "exempt", "submitted")
SPACE = st.sampled_from(["", "", "", " ", "\t"])


@st.composite
def cell(draw: st.DrawFn, *values: str) -> str:
    """One of these values, now and then with space around it."""
    return draw(SPACE) + draw(st.sampled_from(values)) + draw(SPACE)


ROW = st.fixed_dictionaries({
    "sourcedId": st.just("r"),
    "status": cell("", "", "", "active", "tobedeleted", "Active", "gone"),
    "dateLastModified": st.just(""),
    "lineItemSourcedId": cell("i1", "i1", "i2", "i3", "i4", "i9", ""),
    "studentSourcedId": st.sampled_from(["p1", "p,2", 'p"3']),
    "scoreStatus": cell("", "fully graded", "not submitted", "Exempt", "submitted"),
    "score": cell("", "0", "7", "1.5", "x"),
    "textScore": cell("", "", "A"),
    "scoreDate": st.sampled_from(["", "2026-09-01"]),
    "comment": cell("", "", "", "Well done", "two\nlines", 'a "word", and more', "two\r\nlines\n"),
    "late": cell("", "false", "true"),
    "missing": cell("", "false", "TRUE"),
    "incomplete": cell("", "false", "true"),
})  # fmt: skip
"""One result; its keys are the columns."""


@st.composite
def table(draw: st.DrawFn) -> tuple[tuple[str, ...], list[list[str]]]:
    """The columns of results.csv, in any order and some left out, and rows, some too short."""
    left_out = draw(st.sets(st.sampled_from([*COLUMNS[1:3], *COLUMNS[4:]]), max_size=3))
    columns = tuple(draw(st.permutations([name for name in COLUMNS if name not in left_out])))
    rows = [[row[name] for name in columns] for row in draw(st.lists(ROW, max_size=25))]
    for row in rows:
        if draw(st.integers(0, 9)) == 0:
            del row[draw(st.integers(1, len(row))) :]
    return columns, rows


def written(columns: tuple[str, ...], rows: list[list[str]], end: str = "\n") -> str:
    text = io.StringIO()
    csv.writer(text, lineterminator=end).writerows([columns, *rows])
    return text.getvalue()


def uses(district: District) -> dict[tuple[str, str, int], tuple[int, int]]:
    """Scores and comments by section of the high school, category and term."""
    found = {}
    for number in ("1", "2"):
        for use, counts in section(district, number).uses.items():
            found[number, use.key, use.term] = (counts.scores, counts.comments)
    return found


def by_the_book(columns: tuple[str, ...], rows: list[list[str]]):
    """The same by domain.md 6, row by row: counts, complaints and how many rows were used."""
    scores, comments = Counter(dict.fromkeys(ITEMS.values(), 0)), Counter()
    line, told, used = 2, [], 0
    for row in rows:
        found = {name: text.strip() for name, text in zip(columns, row, strict=False)}
        says = {name: found.get(name, "") for name in COLUMNS}
        item = says["lineItemSourcedId"]
        if not item:
            told.append(f"results.csv:{line} has no lineItemSourcedId")
        else:
            used += 1
            if says["status"] == "tobedeleted":
                pass
            elif item not in ITEMS:
                told.append(f"results.csv:{line} belongs to an unknown line item")
            else:
                flags = [says[name].lower() == "true" for name in ("late", "missing", "incomplete")]
                words = says["score"] or says["textScore"] or says["comment"]
                scores[ITEMS[item]] += bool(words or any(flags) or says["scoreStatus"].lower() in GRADED)
                comments[ITEMS[item]] += bool(says["comment"])
        line += 1 + sum(text.count("\n") for text in row)
    return {place: (scores[place], comments[place]) for place in scores}, told, used


@given(made=table(), end=st.sampled_from(["\n", "\r\n"]), mark=st.booleans(), packed=st.booleans())
@settings(max_examples=150)
def test_results_come_to_what_the_book_says_whatever_is_in_them(tmp_path_factory, made, end, mark, packed):
    columns, rows = made
    folder = tmp_path_factory.mktemp("package")
    text = ("\ufeff" if mark else "") + written(columns, rows, end)
    path = write_package(folder, results=text)
    district = oneroster.read(zipped(path, folder.with_suffix(".zip")) if packed else path)
    assert (uses(district), reasons(district), district.read["results"]) == by_the_book(columns, rows)


@given(made=table())
@settings(max_examples=100)
def test_counted_as_they_stand_results_come_to_the_same_as_read_with_care(tmp_path_factory, made):
    columns, rows = made
    plain = oneroster.read(write_package(tmp_path_factory.mktemp("plain"), results=written(columns, rows)))
    # No row is as long as this header, so that none is plain.
    careful = written((*columns, "more"), rows)
    other = oneroster.read(write_package(tmp_path_factory.mktemp("careful"), results=careful))
    assert plain == other


def calls(path: Path) -> int:
    """How many Python functions run while a package is read."""
    found = 0

    def watch(_frame: object, event: str, _argument: object) -> None:
        nonlocal found
        found += event == "call"

    sys.setprofile(watch)
    try:
        oneroster.read(path)
    finally:
        sys.setprofile(None)
    return found


HEAD = FILES["results"].splitlines()[0] + "\n"


def test_no_function_runs_for_a_plain_result(tmp_path: Path):
    row = "r,,,i1,p,fully graded,7,,,,false,,\n"
    one = calls(write_package(tmp_path / "one", results=HEAD + row))
    # Text is decoded piece by piece: some calls for each, and none for a row.
    assert calls(write_package(tmp_path / "many", results=HEAD + row * 5_000)) < one + 100
    unusual = row.replace(",7,", ",,")
    assert calls(write_package(tmp_path / "unusual", results=HEAD + unusual * 5_000)) > one + 5_000


def test_sections_with_the_same_categories_have_one_list(tmp_path: Path):
    rows = "".join(f"k{place},,,Algebra,,c1,{place},scheduled,,hs,s1,,,\n" for place in range(5, 45))
    items = "".join(f"x{place},,,One,,,,k{place},g{1 + place % 2},q1,hs,0,10\n" for place in range(5, 45))
    district = oneroster.read(write_package(tmp_path, classes=f"+{rows}", lineItems=f"+{items}"))
    lists = [room.areas[Area.CATEGORIES] for course in district.courses for room in course.sections]
    assert len(lists) == 43
    assert len({id(one) for one in lists}) == len(set(map(repr, lists))) == 4


def statements(path: Path, state: Path, *, again: bool) -> list[str]:
    """What SQL an import runs, rows that are put in bulk apart."""
    store = open_store(str(state), create=True)
    try:
        if again:
            refresh(store, oneroster.read(path))
        ran: list[str] = []
        driver = store.engine.raw_connection()
        driver.driver_connection.set_trace_callback(ran.append)
        driver.close()
        refresh(store, oneroster.read(path))
    finally:
        store.close()
    return [text for text in ran if "INSERT" not in text]


@pytest.mark.parametrize("again", [False, True])
def test_an_import_asks_by_calendar_and_not_by_section(tmp_path: Path, again: bool):
    told = []
    for count in (4, 80):
        numbers = range(5, 5 + count)
        rows = "".join(f"k{place},,,Algebra,,c1,{place},scheduled,,hs,s1,,,\n" for place in numbers)
        items = "".join(f"x{place},,,One,,,,k{place},g1,q1,hs,0,10\n" for place in numbers)
        results = "".join(f"r{place},,,x{place},p,fully graded,7,,,,false,,\n" for place in numbers)
        path = write_package(
            tmp_path / str(count), classes=f"+{rows}", lineItems=f"+{items}", results=HEAD + results
        )
        told.append(len(statements(path, tmp_path / f"{count}.db", again=again)))
    assert told[0] == told[1] > 0


def test_a_result_without_its_columns_counts_by_what_is_there(tmp_path: Path):
    text = "lineItemSourcedId,score\ni3,7\ni3,\ni3, \n"
    district = oneroster.read(write_package(tmp_path, results=text))
    assert section(district, "1").uses[Use(Area.CATEGORIES, "Tests", 1)] == Counts(1, 1)
    assert district.read["results"] == 3


def test_a_plain_result_of_a_line_item_to_be_deleted_keeps_it(tmp_path: Path):
    items = FILES["lineItems"].replace("i3,,", "i3,tobedeleted,")
    results = LEAD + "lineItemSourcedId,score,comment\nr,,,i3,5,\n"
    district = oneroster.read(write_package(tmp_path, lineItems=items, results=results))
    assert section(district, "1").uses[Use(Area.CATEGORIES, "Tests", 1)] == Counts(1, 1)
    assert reasons(district) == ["lineItems.csv:4 is to be deleted but has results, so it counts as there"]
