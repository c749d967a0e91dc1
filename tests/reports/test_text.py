"""The page: wrapping, folding, closing lines; words and values."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from reconciler.course import Area, cell_key, item, ref_of
from reconciler.plan.told import Said, Some, Values
from reconciler.plan.words import LONGEST, field_text, item_text, label, many, plain, value_text
from reconciler.reports.page import SHORT, Page, series
from reconciler.reports.sentences import some, values
from reconciler.reports.text import CALENDARS, MEMBERS, closing, render
from tests.reports.harrison import (
    HARRISON,
    District,
    catalog,
    categories,
    found,
    holding,
    locked,
    master,
    tasks,
    unused,
)
from tests.reports.scenes import SCENES

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from reconciler.plan.told import Summary


@pytest.fixture
def district(tmp_path: Path) -> Iterator[District]:
    made = found(tmp_path)
    yield made
    made.store.close()


def scene(district: District, name: str) -> Summary:
    catalogs, asked = SCENES[name](district)
    return district.told(*catalogs, **asked)


@pytest.mark.parametrize("width", [60, 80, 132])
def test_no_line_is_wider_than_the_page(district: District, width: int) -> None:
    """Single words may be; there are none so long here."""
    text = render(scene(district, "a-school-year"), width=width)
    assert max(map(len, text.splitlines())) <= width
    assert not any(line != line.rstrip() for line in text.splitlines())


def test_a_narrow_terminal_gets_forty_columns() -> None:
    assert Page(5).width == 40


def test_a_paragraph_hangs_under_its_first_word() -> None:
    page = Page(40)
    page.say("one two three four five six seven eight nine", indent=2, sign="+")
    assert page.text() == "  + one two three four five six seven\n    eight nine"


def test_an_empty_paragraph_is_its_sign() -> None:
    page = Page()
    page.say("", sign="+")
    assert page.text() == "+"


def lots(district: District) -> Summary:
    """More changes than a page shows: every task is new."""
    names = [f"Task {number:02}" for number in range(SHORT + 4)]
    district.add("0401", holding())
    wanted = tasks(**{name: {} for name in names})
    return district.told(catalog(master("0401", wanted), locks=locked(Area.GRADING_TASKS)))


def test_many_new_items_of_an_area_are_one_line(district: District) -> None:
    summary = lots(district)
    text = render(summary, width=200)
    new = f"grading tasks: {SHORT + 4} new in 1 course at 1 school: Task 00; Task 01; Task 02 and"
    assert f"  + {new} {SHORT + 1} more" in text
    assert f"Task {SHORT + 3:02}" not in text
    long = render(summary, verbose=True)
    assert f"Task {SHORT + 3:02} (grading task): new" in long


def test_two_new_items_are_told_by_themselves(district: District) -> None:
    district.add("0401", holding())
    wanted = tasks(First={}, Second={})
    text = render(district.told(catalog(master("0401", wanted), locks=locked(Area.GRADING_TASKS))))
    assert "+ First (grading task): new in" in text
    assert "+ Second (grading task): new in" in text


def test_fields_of_one_item_are_one_line(district: District) -> None:
    summary = lots(district)
    line = replace(summary.changes[0], action="update", reason="updated", label="Final")
    both = tuple(replace(line, field=name) for name in ("credit", "terms"))
    text = render(replace(summary, changes=both), width=200)
    assert text.count("Final (grading task)") == 1
    assert text.index("credit ") < text.index("terms ")
    long = render(replace(summary, changes=both), width=200, verbose=True)
    assert long.count("Final (grading task)") == 2


def test_long_lists_are_folded(district: District) -> None:
    summary = lots(district)
    changed = tuple(replace(line, action="delete", reason="deleted") for line in summary.changes)
    text = render(replace(summary, changes=changed))
    assert "  ... and 4 more lines; -v shows all" in text
    assert f"Task {SHORT + 3:02}" not in text
    long = render(replace(summary, changes=changed), verbose=True)
    assert "-v shows all" not in long
    assert f"Task {SHORT + 3:02}" in long


def test_many_members_are_folded_even_in_long(district: District) -> None:
    district.add("0401", holding(), *[unused(holding())] * (MEMBERS + 2))
    summary = district.told(catalog(master("0401", categories(A=1)), locks=locked(Area.CATEGORIES)))
    names = [f"{number}" for number in range(MEMBERS + 2)]
    text = render(summary, verbose=True, names=lambda line: names[: line.hosts])
    assert "        ... and 2 more" in text.splitlines()
    assert render(summary, names=lambda _line: names) == render(summary)


def test_many_calendars_are_folded_in_the_header(district: District) -> None:
    summary = scene(district, "nothing-to-do")
    one = summary.header.calendars[0]
    calendars = tuple(one._replace(name=f"Calendar {number}") for number in range(CALENDARS + 2))
    told = replace(summary, header=replace(summary.header, calendars=calendars))
    assert "Calendar 5 and 2 more" in render(told, width=200)
    assert "Calendar 7" in render(told, width=200, verbose=True)


def test_filters_are_told(district: District) -> None:
    summary = scene(district, "nothing-to-do")
    header = replace(
        summary.header, masters=("04*",), courses=("0401@H*",), schools=("H*", "R*"), cross_site=True
    )
    text = render(replace(summary, header=header))
    for part in (
        "only masters: 04*",
        "only courses: 0401@H*",
        "only schools: H*, R*",
        "with cross-site data",
    ):
        assert part in text


def test_the_closing_line_of_a_plan_that_was_idle(district: District) -> None:
    summary = scene(district, "nothing-to-do")
    idle = replace(summary, header=replace(summary.header, idle=True))
    assert closing(idle) == "Nothing that was ticked is locked on this catalog, so nothing is pushed (L1)."


def test_the_closing_line_of_a_push_from_courses_with_nothing_to_do(district: District) -> None:
    district.add("0401", holding(categories(A=1)), unused(holding(categories(A=1))))
    summary = district.told(from_courses=True, calendars=(HARRISON,))
    assert closing(summary) == "Nothing to push: every section in scope already has what its course gives."


def test_the_closing_line_names_lists_alone(district: District) -> None:
    summary = scene(district, "a-school-year")
    quiet = replace(summary.totals, courses_changed=0, sections_changed=0)
    told = replace(summary, totals=quiet)
    assert closing(told).startswith("1 named list entry would change; 2 residuals stay; ")
    assert closing(told, done=True).startswith("1 named list entry changed; ")


def test_what_is_only_noted_is_said_in_passing(district: District) -> None:
    district.add("0401", holding(categories(A=1), pushed={}))
    summary = district.told(catalog(master("0401", categories(A=1)), locks=locked(Area.CATEGORIES)))
    assert closing(summary) == (
        "Nothing to push: every course in scope already equals its master; 1 course or section only noted as equal."
    )


def test_values_are_told_with_their_hosts() -> None:
    twenty, thirty = Said("20", 1200), Said("30", 1)
    assert values(Values((twenty,), 1)) == "20"
    assert values(Values((twenty, Said("", 3)), 2)) == "20 (x1,200), as the default (x3)"
    assert values(Values((twenty, thirty), 4)) == "20 (x1,200), 30 (x1) and 2 other values"


def test_names_are_told_with_what_is_left_out() -> None:
    assert some(Some(("a", "b"), 2)) == "a, b"
    assert some(Some(("a", "b"), 1203)) == "a, b and 1,201 more"
    assert [series(words) for words in ([], ["a"], ["a", "b"], ["a", "b", "c"])] == [
        "", "a", "a and b", "a, b and c",
    ]  # fmt: skip


def test_counts_are_told_with_their_noun() -> None:
    assert [many(1, "course"), many(0, "course"), many(12345, "entry", "entries")] == [
        "1 course", "0 courses", "12,345 entries",
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("name", "value", "expected"),
    [
        ("weight", None, "not set"),
        ("weight", "20", "20"),
        ("post_only", True, "yes"),
        ("post_only", False, "no"),
        ("terms", (1, 2), "1, 2"),
        ("terms", (), "all"),
        ("tasks", (), "none"),
        ("value", "", '""'),
        ("value", "x" * 100, "x" * (LONGEST - 3) + "..."),
        ("value", "one\ntwo\x1b[31m", "one\\ntwo\\x1b[31m"),
    ],
)
def test_values_as_people_read_them(name: str, value: object, expected: str) -> None:
    assert value_text(name, value) == expected


def test_a_left_out_field_has_its_default() -> None:
    assert field_text(Area.CATEGORIES, "drop_lowest", None) == "0"
    assert field_text(Area.GRADE_CALC_OPTIONS, "calculation", None) == "none"
    assert field_text(Area.CATEGORIES, "weight", None) == "not set"


def test_items_in_words() -> None:
    one = item(Area.CATEGORIES, "Lab", {"name": "Lab", "weight": 5, "tasks": ["Final"]})
    assert item_text(Area.CATEGORIES, one) == "weight 5; tasks Final"
    assert item_text(Area.COURSE_INFO, item(Area.COURSE_INFO, "honors", {"value": True})) == "yes"
    assert item_text(Area.COURSE_INFO, item(Area.COURSE_INFO, "type", {})) == "not set"
    assert item_text(Area.CATEGORIES, None) == "gone"


def test_labels() -> None:
    standard = ref_of("standard:RL.1")
    assert label(Area.GRADE_CALC_OPTIONS, cell_key(standard, 2)) == "standard RL.1, term 2"
    assert label(Area.ASSESSMENTS, "MAP<RL.1") == "MAP, standard RL.1"
    assert label(Area.ASSESSMENTS, "MAP") == "MAP"
    assert label(Area.CATEGORIES, "section/Lab") == "section/Lab"
    named = item(Area.CATEGORIES, "section/Lab", {"name": "Lab (1)"})
    assert label(Area.CATEGORIES, "section/Lab", named) == "Lab (1)"
    assert plain("Größe\t") == "Größe\\t"
    assert plain("a\u00a0b\u202e") == "a\u00a0b\\u202e"


def test_nothing_on_a_page_acts_on_a_terminal() -> None:
    """Names come from other systems."""
    page = Page()
    page.say("Calendar \x1b[2J")
    page.listing(["0401@A\x07", "0402@A"], indent=2, most=5)
    assert page.text() == "Calendar \\x1b[2J\n  0401@A\\x07\n  0402@A"
