"""Text that is written stays text: for our reader, for YAML 1.1 tools, for ruamel."""

from __future__ import annotations

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st
from ruamel.yaml import YAML

from reconciler.catalog import read_text
from reconciler.rewriting import words
from tests.strategies import CALM


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("Homework", "Homework"),
        ("1 of 1", "1 of 1"),
        ("0402H", "0402H"),
        ("Grade (final) + more's", "Grade (final) + more's"),
        ("0401", '"0401"'),
        ("1e5", '"1e5"'),
        ("2027-01-31", '"2027-01-31"'),
        ("1:30", '"1:30"'),
        ("no", '"no"'),
        ("Null", '"Null"'),
        ("", '""'),
        ("a: b", '"a: b"'),
        ("a, b", '"a, b"'),
        ("#1", '"#1"'),
        ("- x", '"- x"'),
        ('say "x"', '"say \\"x\\""'),
        ("x\u2028y\x85", '"x\\u2028y\\u0085"'),
    ],
)
def test_what_must_be_quoted_is_quoted(text, told):
    assert words.said(text) == told


def test_a_quote_that_was_there_stays():
    assert words.said("it's", quote="'") == "'it''s'"
    assert words.said("plain", quote='"') == '"plain"'
    assert words.said("two\nlines", quote="'") == '"two\\nlines"'


@CALM
@given(st.text(st.characters(exclude_categories=["Cs"]), max_size=12))
def test_any_text_comes_back_as_it_was(text):
    told = f"k: [{words.said(text)}, {words.said(text, quote=chr(39))}]\n"
    document, problems = read_text(told, "x")
    assert problems == []
    import unicodedata

    assert list(document.data["k"]) == [unicodedata.normalize("NFC", text)] * 2
    assert yaml.safe_load(told) == {"k": [text, text]}
    assert [str(one) for one in YAML(typ="safe", pure=True).load(told)["k"]] == [text, text]
