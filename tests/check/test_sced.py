"""SCED codes against the name of the master that has them."""

from __future__ import annotations

from pathlib import Path

import pytest

from reconciler import desired
from reconciler.check.sced import TELLING, codes


def told(folder: Path, name: str, area: str, course: str) -> list[str]:
    """The codes and messages of the problems of a catalog with one such master."""
    text = (
        "catalog: C\nschool_years: [2027]\nschools: all\nmasters:\n"
        f'  - {{number: "1", name: "{name}", nces: {{subject_area: "{area}", course: "{course}"}}}}\n'
    )
    path = folder / "catalog.yaml"
    path.write_text(text, encoding="utf-8")
    problems = desired.load([path]).problems
    return [f"{one.code}: {one.message}" for one in problems if "sced" in one.code]


@pytest.mark.parametrize(
    ("name", "area", "course"),
    [
        ("Algebra I", "02", "052"),
        ("ALGEBRA 1 Honors", "02", "02052"),
        ("English I", "01", "001"),
        ("English for beginners", "24", "998"),
        ("Home Room", "22", "001"),
        ("Algebraic Thinking", "01", "001"),
    ],
)
def test_a_name_of_the_subject_or_one_that_tells_none_is_fine(tmp_path, name, area, course):
    assert told(tmp_path, name, area, course) == []


@pytest.mark.parametrize(
    ("name", "area", "course", "word"),
    [
        ("Algebra I", "01", "001", "algebra"),
        ("Algebra I", "01", "01001", "algebra"),
        ("Honors English", "02", "052", "english"),
    ],
)
def test_a_name_of_another_subject_is_a_warning(tmp_path, name, area, course, word):
    assert told(tmp_path, name, area, course) == [
        f'sced-subject: no SCED course of subject area {area} has "{word}" in its title, as "{name}" has'
    ]


def test_a_code_that_does_not_exist_is_told_once(tmp_path):
    assert [one.partition(":")[0] for one in told(tmp_path, "Algebra I", "01", "777")] == ["unknown-sced"]


def test_the_subject_areas_of_telling_words_exist():
    assert {area for areas in TELLING.values() for area in areas} <= codes().keys()
