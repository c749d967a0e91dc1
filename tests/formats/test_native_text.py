"""The YAML that is written says to every reader what was meant, and looks like a person's."""

from __future__ import annotations

from decimal import Decimal

import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st

from reconciler.catalog import read_text
from reconciler.formats.native.text import json_line, yaml_rows, yaml_table

TRICKY = [
    "0401", "1e3", "1:30", "2026-08-17", "no", "NO", "Yes", "y", "null", "~", "", " edge ", "a: b", "a #b",
    "- x", "{x}", "[x]", "*x", "&x", "!x", "%x", "@x", "'", '"', "back\\slash", "tab\t", "line\nbreak",
    "\x85\u2028\ufeff\x00", "\ud7ff\ue000", "\U0001f600 smile", "Änderung", "true", "=", "<<", "?", "0x1F", ".5",
]  # fmt: skip


@pytest.mark.parametrize("text", TRICKY)
def test_every_text_comes_back(text: str):
    written = yaml_table({"value": text, "list": [text], "table": {"inner": text}})
    assert yaml.safe_load(written) == {"value": text, "list": [text], "table": {"inner": text}}


@settings(max_examples=200, deadline=None)
@given(st.text(st.characters(exclude_categories=["Cs"])))
def test_any_text_comes_back(text: str):
    assert yaml.safe_load(yaml_table({"value": text})) == {"value": text}


@settings(max_examples=100, deadline=None)
@given(st.text(st.characters(exclude_categories=["Cs", "Cn"]), max_size=20))
def test_any_text_comes_back_through_the_strict_reader(text: str):
    import unicodedata

    document, problems = read_text(yaml_table({"value": text}), "x.yaml")
    assert problems == []
    assert document is not None
    assert document.data["value"] == unicodedata.normalize("NFC", text)


@pytest.mark.parametrize(
    "word", ["Homework", "Algebra I", "Ms. O'Neil", "Q&A", "A/B (1)", "RL.9-10", "in_progress"]
)
def test_plain_words_stand_without_quotes(word: str):
    assert yaml_table({"name": word}) == f"name: {word}\n"


@pytest.mark.parametrize(
    ("value", "written"),
    [
        (None, "null"),
        (True, "true"),
        (False, "false"),
        (12, "12"),
        (Decimal("12.50"), "12.50"),
        (Decimal("0.0000001"), "0.0000001"),
        ([1, 2], "[1, 2]"),
        ([], "[]"),
        ({"a": 1, "b": "x y"}, "{a: 1, b: x y}"),
        ("0401", '"0401"'),
    ],
)
def test_values_are_written_shortly(value: object, written: str):
    assert yaml_table({"value": value}) == f"value: {written}\n"


def test_small_tables_stand_in_a_line_and_larger_ones_in_blocks():
    row = {
        "number": "1",
        "terms": [1, 2],
        "setup": {"categories": [{"name": "Lab"}, {"name": "Quiz"}]},
        "uses": [],
    }
    assert "".join(yaml_rows("sections", iter([row, {"number": "2"}]))) == (
        "sections:\n"
        '- number: "1"\n'
        "  terms: [1, 2]\n"
        "  setup:\n"
        "    categories:\n"
        "    - {name: Lab}\n"
        "    - {name: Quiz}\n"
        "  uses: []\n"
        '- {number: "2"}\n'
    )


def test_an_empty_list_is_left_out():
    assert "".join(yaml_rows("courses", iter([]))) == ""


def test_json_keeps_decimals_exact():
    assert json_line({"a": Decimal(25), "b": Decimal("0.1"), "c": "ä"}) == '{"a": 25, "b": "0.1", "c": "ä"}'
