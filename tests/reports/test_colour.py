"""Colours are added to a plan's text and change nothing of it."""

from __future__ import annotations

import io
from pathlib import Path

import pytest

from reconciler.reports.colour import colour, plain, wanted

GOLDEN = sorted((Path(__file__).parent / "golden").glob("*.txt"))


class Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


@pytest.mark.parametrize("path", GOLDEN, ids=lambda path: path.stem)
def test_colours_add_nothing_but_codes(path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    assert plain(colour(text)) == text


def test_signs_flags_and_titles_stand_out() -> None:
    text = colour((Path(__file__).parent / "golden" / "a-school-year.txt").read_text(encoding="utf-8"))
    assert "  \x1b[31m-\x1b[0m Quiz (category)" in text
    assert "  \x1b[32m+\x1b[0m Project (category)" in text
    assert "[\x1b[33mgrade_affecting\x1b[0m, in_session]" in text
    assert "\n\x1b[1mChanges (most risky first)\x1b[0m\n" in text
    assert text.startswith("Plan: ")


def test_only_signs_at_the_start_of_a_line_are_coloured() -> None:
    assert colour("      why: a - b\n  weight 20 -> 25") == "      why: a - b\n  weight 20 -> 25"


@pytest.mark.parametrize(
    ("stream", "environment", "expected"),
    [
        (Terminal(), {}, True),
        (Terminal(), {"NO_COLOR": ""}, True),
        (Terminal(), {"NO_COLOR": "1"}, False),
        (Terminal(), {"TERM": "dumb"}, False),
        (io.StringIO(), {}, False),
    ],
)
def test_only_a_terminal_gets_colours(
    stream: io.StringIO, environment: dict[str, str], expected: bool
) -> None:
    assert wanted(stream, environment) is expected
