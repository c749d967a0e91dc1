"""A year change in words: what is said of what, at 80 columns."""

from __future__ import annotations

import pytest

from reconciler.course import Term
from reconciler.rolling import Done, Refused, Rolled, Rolling
from reconciler.rolling.told import closing, count, lines, render

LAKE = Refused("Lake High", "Evening", "no_name", "its name has no 2026 or 2027 in it", "Say `--name`.")


def rolled(**facts: object) -> Rolled:
    plain: dict[str, object] = {
        "school": "Hill High", "name": "hill-27", "new": "hill-28", "terms": (), "there": False, "state": "x",
        "courses": 2, "linked": 0, "ignored": 0, "sections": 0, "left": 0, "residuals": 0,
    }  # fmt: skip
    return Rolled(**{**plain, **facts})  # type: ignore[arg-type]


def told(*calendars: Rolled, refused=(), notes=(), with_sections=True) -> str:
    plan = Rolling("s", 2027, 2028, with_sections, calendars, tuple(refused), tuple(notes))
    text = render(plan)
    assert max(map(len, text.splitlines())) <= 80
    return " ".join(text.split())


@pytest.mark.parametrize(
    ("facts", "said"),
    [
        ({}, "+ hill-27 (Hill High): make hill-28 with 2 courses"),
        ({"there": True}, "fill hill-28 with 2 courses"),
        ({"courses": 1}, "with 1 course"),
        ({"linked": 2, "ignored": 1, "sections": 3}, "2 linked to a master, 1 ignored and 3 sections"),
        ({"left": 1}, "1 assessment stays behind: it does not copy forward."),
        ({"left": 2}, "2 assessments stay behind: they do not copy forward."),
        ({"residuals": 1}, "1 residual stays behind: nothing uses it in the new year."),
        ({"residuals": 2}, "2 residuals stay behind: nothing uses them in the new year."),
        ({"terms": (Term("S1", "2026-08-01"),)}, "The dates of terms are moved by whole years"),
        ({"terms": (Term("S1", None, "2026-12-20"),)}, "The dates of terms are moved by whole years"),
    ],
)
def test_what_a_calendar_has_is_said(facts, said):
    one = told(rolled(**facts))
    assert one.startswith("Roll forward 2026-27 to 2027-28.")
    assert "No assignments, scores, grades or comments are copied." in one
    assert said in one


@pytest.mark.parametrize(
    ("facts", "unsaid"),
    [
        ({}, "linked to a master"),
        ({}, "ignored"),
        ({}, "section"),
        ({}, "stay"),
        ({"terms": (Term("S1"),)}, "The dates"),
        ({"there": True, "terms": (Term("S1", "2026-08-01"),)}, "The dates"),
    ],
)
def test_what_is_not_there_is_not_said(facts, unsaid):
    assert unsaid not in told(rolled(**facts))


def test_sections_that_stay_are_said_with_the_way_to_take_them():
    assert "Sections are not copied (--with-sections)." in told(rolled(), with_sections=False)


def test_what_is_refused_is_said_even_where_nothing_is_made():
    one = told(refused=[LAKE], notes=["Look at hs."])
    assert "Made" not in one
    assert "! Evening (Lake High): its name has no 2026 or 2027 in it. Say `--name`." in one
    assert one.endswith("Look at hs.")
    assert lines((LAKE,)).startswith("\n  Evening (Lake High): its name")


@pytest.mark.parametrize("refused", [0, 1, 2])
def test_the_end_counts_what_was_made_and_what_was_not(refused):
    plan = Rolling("s", 2027, 2028, True, (rolled(),), (LAKE,) * refused)
    one = closing(plan, Done(7, 1, 1200, 0))
    assert one.startswith("Run 7: made 1 calendar, 1,200 courses and 0 sections for 2027-28.")
    rest = one.partition("2027-28.")[2]
    assert rest == ("" if not refused else f" {count(refused, 'calendar')} not rolled forward.")
