"""Text that YAML readers take for something else is quoted; all of them read the same."""

from __future__ import annotations

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st
from ruamel.yaml import YAML

from reconciler.adopting.scalars import WIDTH, Number, entry, flow, item, scalar
from reconciler.adopting.writable import amount, fits
from reconciler.catalog.document import clean
from reconciler.catalog.reading import read_text
from tests.strategies import CALM

TEXTS = st.text(st.characters(codec="utf-8", exclude_categories=["Cs"]), max_size=20)


def ours(text: str):
    document, problems = read_text(text, "here")
    assert not problems
    return document.data


def theirs(text: str):
    """PyYAML (1.1) and ruamel.yaml (1.2)."""
    return yaml.safe_load(text), YAML(typ="safe", pure=True).load(text)


@pytest.mark.parametrize(
    "text",
    [
        "0401",
        "1:30",
        "2027-01-31",
        "NO",
        "yes",
        "On",
        "n",
        "~",
        "",
        "null",
        "True",
        "1e3",
        "0x1F",
        ".5",
        "1_000",
        "=",
        "<<",
        "- a",
        "a: b",
        "a #b",
        "#",
        "'",
        '"',
        "&a",
        "*a",
        "!a",
        "%a",
        "@a",
        "`",
        "|",
        ">",
        "?",
        "\t",
        "a\nb",
        "\x85",
        "\u2028",
        "\ufeff",
        " a",
        "a ",
        "[",
        "]{",
        "NaN",
        "é",
        "Ⅳ",
        "\x7f",
        "None",
        "inf",
    ],
)
def test_every_reader_takes_it_for_the_text_that_it_is(text: str):
    written = f"a: {scalar(text)}\n"
    assert ours(written)["a"] == text
    assert type(ours(written)["a"]) is str
    assert [one["a"] for one in theirs(written)] == [text, text]


@given(TEXTS)
@CALM
def test_whatever_the_text_is(text: str):
    written = f"- {{{scalar(text)}: {scalar(text)}}}\n".replace("- ", "a: ", 1)
    assert dict(ours(written)["a"]) == {clean(text): clean(text)}
    assert [one["a"] for one in theirs(written)] == [{text: text}] * 2


@pytest.mark.parametrize("text", ["Algebra I", "AP-ALG-1", "Homework (1)", "Español", "Q1", "R&D", "a/b"])
def test_plain_words_stand_without_quotes(text: str):
    assert scalar(text) == text


def test_a_thousand_loose_brackets_are_no_nesting():
    rows = "\n".join(entry("a", [f"Algebra [{place}" for place in range(1000)]))
    assert len(ours(rows)["a"]) == 1000
    assert scalar("a [b] {c}") == '"a [b] {c}"'


def test_long_lists_are_wrapped_and_long_rows_opened():
    lines = list(entry("codes", [f"A-REI.{place}" for place in range(60)], 4))
    assert max(map(len, lines)) <= WIDTH
    assert len(lines) > 3
    assert len(ours("\n".join(lines))["codes"]) == 60
    row = {"name": "x" * 60, "description": "y" * 60, "more": {"a": "z" * 50, "b": "z" * 50}}
    opened = "\n".join(["rows:", *item(row, 2)])
    assert opened.count("\n") == 5
    assert yaml.safe_load(opened) == {"rows": [row]}


def test_one_line_where_it_fits_and_nothing_for_nothing():
    assert list(entry("a", None)) == ["a:"]
    assert list(entry("a", [])) == ["a: []"]
    assert list(entry("a", {"b": None, "c": Number("0.5"), "d": True})) == ["a: {b: null, c: 0.5, d: true}"]
    assert flow([{"a": "1"}]) == '[{a: "1"}]'
    assert list(item("word", 2)) == ["  - word"]


@pytest.mark.parametrize(
    ("value", "good"), [("20", True), (0, True), ("-1", False), ("1" * 31, False), ("0.5", True)]
)
def test_amounts_are_numbers_that_the_catalog_reads(value, good):
    assert amount(value) is good


@pytest.mark.parametrize("name", ["", " a", "a ", "a<b", "a\x1f", "x" * 251, None, "\u3000a"])
def test_what_is_no_name(name):
    assert not fits(name)
