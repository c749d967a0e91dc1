"""Which courses a person means when linking: by number, by place, by a CSV with one message per bad row."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from reconciler.choosing import Ground, Where, unknown_schools, where
from reconciler.errors import FAILED, USAGE, FilterUnknown, LinkFileBroken
from tests.small import Small, catalog, master

if TYPE_CHECKING:
    from pathlib import Path

    from reconciler.course import Catalog
    from reconciler.linking import Refusal

BOTH = catalog(master("0401"), master("0402"))


@pytest.fixture
def town(small: Small) -> Small:
    """Two schools, three calendars of which one is of the year before, some courses."""
    small.calendar("lake-27", "Lake High")
    small.calendar("hill-26", year=2026)
    for number, calendar in (
        ("0401", "hill-27"),
        ("0402", "hill-27"),
        ("0900", "hill-27"),
        ("0401", "lake-27"),
    ):
        small.course(number, calendar=calendar, catalog=None, master=None)
    small.course("0401", calendar="hill-26", catalog=None, master=None)
    return small


def by_number(
    small: Small, *conditions: str, catalogs: tuple[Catalog, ...] = (BOTH,)
) -> list[tuple[int, str, str]]:
    with small.store.read() as snapshot:
        found = Ground(snapshot).by_number(catalogs, where(conditions))
        return [(one.course.id, one.catalog.name, one.master.number) for one in found]


def by_file(
    small: Small, path: Path, catalogs: tuple[Catalog, ...] = (BOTH,)
) -> tuple[list[tuple[int, str]], list[Refusal]]:
    with small.store.read() as snapshot:
        wishes, refused = Ground(snapshot).by_file(path, catalogs)
    return [(one.course.id, one.master.number) for one in wishes], refused


@pytest.fixture
def file(tmp_path: Path) -> Path:
    """A CSV of three good rows."""
    path = tmp_path / "links.csv"
    path.write_text("calendar,number,master\nhill-27,0401,0402\nlake-27,0401,0401\n hill-27 , 0900 , 0402 \n")
    return path


# --- conditions -------------------------------------------------------------------------------------------


def test_conditions_are_read_by_place() -> None:
    told = where(["school=Hill*", "number=0401", "number = 0402 ", "calendar=a=b"])
    assert told == Where(("Hill*",), ("a=b",), ("0401", "0402"))
    assert where([]) == Where()


@pytest.mark.parametrize(
    ("text", "hint"), [("schol=Hill", ' (did you mean "school"?)'), ("Hill", ""), ("", ""), ("teacher=x", "")]
)
def test_a_condition_that_is_not_understood(text: str, hint: str) -> None:
    with pytest.raises(FilterUnknown) as caught:
        where([text])
    assert str(caught.value) == f"`--where {text}` is not understood{hint}."
    assert caught.value.exit_code == USAGE
    assert "school=GLOB" in caught.value.way_out


# --- by number --------------------------------------------------------------------------------------------


def test_courses_are_linked_by_number_in_the_years_of_the_catalog(town: Small) -> None:
    assert by_number(town) == [(1, "hs", "0401"), (2, "hs", "0402"), (4, "hs", "0401")]


@pytest.mark.parametrize(
    ("conditions", "courses"),
    [
        (["school=Lake*"], [4]),
        (["calendar=hill-27"], [1, 2]),
        (["number=0402"], [2]),
        (["number=040?", "school=Hill High"], [1, 2]),
        (["number=0401", "number=0402", "calendar=*-27"], [1, 2, 4]),
        (["calendar=oz"], []),
    ],
)
def test_conditions_narrow_them(town: Small, conditions: list[str], courses: list[int]) -> None:
    assert [place for place, *_ in by_number(town, *conditions)] == courses


def test_a_catalog_of_some_schools_takes_only_theirs(town: Small) -> None:
    lake = replace(BOTH, schools=("Lake High",))
    assert by_number(town, catalogs=(lake,)) == [(4, "hs", "0401")]


def test_of_two_catalogs_the_one_that_serves_the_school_is_taken(town: Small) -> None:
    lake = replace(BOTH, name="lake", schools=("Lake High",))
    assert by_number(town, "number=0401", catalogs=(lake, BOTH)) == [(1, "hs", "0401"), (4, "lake", "0401")]


def test_wishes_come_from_the_file_where_one_is_given(town: Small, file: Path) -> None:
    with town.store.read() as snapshot:
        ground = Ground(snapshot)
        assert [one.course.id for one in ground.wishes((BOTH,), where(["number=0402"]), None)[0]] == [2]
        assert [one.course.id for one in ground.wishes((BOTH,), Where(), file)[0]] == [1, 4, 3]


# --- by a CSV ---------------------------------------------------------------------------------------------


def test_the_rows_of_a_file_say_which_course_follows_which_master(town: Small, file: Path) -> None:
    assert by_file(town, file) == ([(1, "0402"), (4, "0401"), (3, "0402")], [])


def test_a_byte_order_mark_and_other_columns_do_not_matter(town: Small, tmp_path: Path) -> None:
    path = tmp_path / "links.csv"
    path.write_text("note,master,number,calendar\nwhy,0401,0401,hill-27\n", encoding="utf-8-sig")
    assert by_file(town, path) == ([(1, "0401")], [])


@pytest.mark.parametrize(
    "text",
    [
        "Calendar;NUMBER; Master\nhill-27;0401;0402\n",
        'CALENDAR,Number,master\n"hill-27",0401,0402\n',
        "note;calendar;number;master\na, b, c, d, e;hill-27;0401;0402\n",
    ],
)
def test_columns_are_found_in_any_case_and_between_semicolons(town: Small, tmp_path: Path, text: str) -> None:
    path = tmp_path / "links.csv"
    path.write_text(text, encoding="utf-8")
    assert by_file(town, path) == ([(1, "0402")], [])


def test_schools_that_the_state_does_not_have_are_told(town: Small) -> None:
    made = replace(BOTH, schools=("Hill High", "Lke High", "Xanadu"))
    with town.store.read() as snapshot:
        schools = [name for name, _ in snapshot.schools()]
        told = list(unknown_schools((BOTH, made), schools))
    assert told == [
        'the state has no school "Lke High" (did you mean "Lake High"?), which the catalog "hs" names',
        'the state has no school "Xanadu", which the catalog "hs" names',
    ]


def test_every_bad_row_gets_a_message_of_its_own(town: Small, tmp_path: Path) -> None:
    town.course("0777", catalog=None, master=None)
    town.course("0777", catalog=None, master=None)
    path = tmp_path / "links.csv"
    rows = (
        "hill-27,0401,0401",
        "hil-27,0401,0401",
        "hill-27,0400,0401",
        "hill-27,0401,041",
        "hill-26,0401,0401",
        "hill-27",
        "hill-27,0777,0401",
        "hill-27,0402,0402",
    )
    path.write_text("\n".join(("calendar,number,master", *rows)), encoding="utf-8")
    wishes, refused = by_file(town, path)
    assert wishes == [(1, "0401"), (2, "0402")]
    assert {(one.address.removeprefix(f"{path}:"), one.why) for one in refused} == {
        ("3", 'there is no calendar "hil-27" (did you mean "hill-27"?)'),
        ("4", '"hill-27" has no course 0400 (did you mean "0900"?)'),
        ("5", 'no catalog has a master "041" (did you mean "0401"?)'),
        ("6", 'the catalog "hs" does not serve the calendar "hill-26"'),
        ("7", '"hill-27" has no course '),
        ("8", '"hill-27" has 2 courses 0777; which is meant can\'t be said here'),
    }


def test_the_catalog_that_serves_the_calendar_is_taken_though_another_has_the_number_too(
    town: Small, tmp_path: Path
) -> None:
    path = tmp_path / "links.csv"
    path.write_text("calendar,number,master\nhill-27,0401,0401\n", encoding="utf-8")
    lake = replace(BOTH, name="lake", schools=("Lake High",))
    with town.store.read() as snapshot:
        (wish,), refused = Ground(snapshot).by_file(path, (lake, BOTH))
    assert (wish.catalog.name, refused) == ("hs", [])


def test_calendars_of_one_name_are_told_apart_by_their_schools(town: Small, tmp_path: Path) -> None:
    town.calendar("hill-27", "River High")
    river = town.course("0401", catalog=None, master=None)
    path = tmp_path / "links.csv"
    path.write_text(
        "calendar,number,master\nRiver High/hill-27,0401,0401\nhill-27,0401,0401\n", encoding="utf-8"
    )
    wishes, refused = by_file(town, path)
    assert wishes == [(river, "0401")]
    assert [one.why.split("(")[0].strip() for one in refused] == ['there is no calendar "hill-27"']


@pytest.mark.parametrize(
    ("content", "why"),
    [
        (b"calendar,number\n", "its first line lacks the column master"),
        (b"calendar;number\n", "its first line lacks the column master"),
        (b"calendar|number|master\n", "its first line lacks the column calendar"),
        (b"", "its first line lacks the column calendar"),
        (b"calendar,number,master\n\xff\xfe,1,2\n", "links.csv can't be used: it is not UTF-8."),
        (b'calendar,number,master\n"' + b"x" * 200_000 + b'",1,2\n', "it is no CSV (field larger"),
    ],
)
def test_a_file_that_can_not_be_used(town: Small, tmp_path: Path, content: bytes, why: str) -> None:
    path = tmp_path / "links.csv"
    path.write_bytes(content)
    with pytest.raises(LinkFileBroken) as caught:
        by_file(town, path)
    assert why in str(caught.value)
    assert caught.value.exit_code == FAILED
    assert "calendar, number and master" in caught.value.way_out


def test_a_file_that_is_not_there(town: Small, tmp_path: Path) -> None:
    with pytest.raises(LinkFileBroken) as caught:
        by_file(town, tmp_path / "none.csv")
    assert str(caught.value).endswith("none.csv can't be used: No such file or directory.")
