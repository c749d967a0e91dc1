"""Cells that nobody wishes for, in every voice: nothing is lost, nothing acts, no row falls apart."""

from __future__ import annotations

import csv
import io
import json
import re
from html import unescape

import pytest

from reconciler.reports.model import Column, Report
from reconciler.reports.voices import VOICES

NASTY = {
    "formula": '=HYPERLINK("http://x","y")',
    "formula behind a space": " =1+1",
    "pipe": "a|b||c",
    "html": "<b onclick=x>&amp;</b>",
    "template": "{{ 7 * 7 }} {% raw %}",
    "newlines": "one\ntwo\r\nthree",
    "tab": "one\ttwo",
    "separator": "one\u2028two\u0085three",
    "wide": "代数 I・漢字の長い名前",
    "combining": "Algèbre e\u0301",
    "emoji": "Art 🎨 Design",
    "right to left": "\u202ecod.exe",
    "terminal": "\x1b[2J\x07",
    "quotes": '"it\'s" \\ `x`',
    "long word": "x" * 300,
    "long": "word " * 80 + "end",
    "empty": "",
    "spaces": "   ",
    "nul": "a\x00b",
}
CELLS = {
    **NASTY,
    "none": None,
    "texts": ("=a", "b|c", "<d>"),
    "no texts": (),
    "number": -7,
    "yes": True,
    "no": False,
}
COLUMNS = (Column("place", "Place"), Column("cell", "Cell"), Column("after", "After"))


def report(cell, group=0):
    return Report(
        "nasty", "Nasty", COLUMNS, (("first", cell, "end"), ("second", "plain", "end")), group=group
    )


def everywhere(text):
    """The same text as a fact, a note, and what is shared by rows; titles are our own words."""
    columns = (Column("a", "A"), Column("b", "B"))
    return Report("nasty", "N", columns, ((text, "x"),), facts=(("f", "F", text),), group=1, notes=(text,))


@pytest.mark.parametrize("name", CELLS)
@pytest.mark.parametrize("group", [0, 1, 2])
def test_json_gives_back_what_was_put_in(name, group):
    told = json.loads(VOICES["json"](report(CELLS[name], group)))["rows"][0]["cell"]
    assert told == (list(CELLS[name]) if isinstance(CELLS[name], tuple) else CELLS[name])


@pytest.mark.parametrize("name", CELLS)
def test_csv_keeps_its_rows_and_columns(name):
    lines = list(csv.reader(io.StringIO(VOICES["csv"](report(CELLS[name])).replace("\x00", ""), newline="")))
    assert [line[0] for line in lines] == ["place", "first", "second"]
    assert [line[2] for line in lines] == ["after", "end", "end"]


@pytest.mark.parametrize("name", NASTY)
def test_csv_keeps_the_text_but_for_the_guard(name):
    told = next(csv.reader(io.StringIO(VOICES["csv"](report(NASTY[name])).split("\r\n", 1)[1], newline="")))
    assert told[1].removeprefix("'") == NASTY[name]
    assert told[1].startswith("'") == name.startswith("formula")


@pytest.mark.parametrize("name", CELLS)
def test_markdown_keeps_one_line_a_row_and_three_cells(name):
    lines = [line for line in VOICES["markdown"](report(CELLS[name])).splitlines() if line.startswith("|")]
    assert len(lines) == 4
    assert all(len(re.findall(r"(?<!\\)\|", line)) == 4 for line in lines)
    assert "<b" not in VOICES["markdown"](report(CELLS[name]))


@pytest.mark.parametrize("name", CELLS)
@pytest.mark.parametrize("group", [0, 1, 2])
def test_html_keeps_its_table(name, group):
    told = VOICES["html"](report(CELLS[name], group))
    assert told.count("<td") == 2 * (3 - group) and told.count("<script") == told.count("<b ") == 0
    assert told.count("</table>") == 1


@pytest.mark.parametrize(
    "name", ["pipe", "html", "template", "wide", "emoji", "quotes", "long word", "combining"]
)
def test_html_shows_the_text_as_it_is(name):
    assert NASTY[name] in unescape(VOICES["html"](report(NASTY[name])))


@pytest.mark.parametrize("name", CELLS)
@pytest.mark.parametrize("group", [0, 1, 2])
def test_text_keeps_to_its_page_and_loses_nothing_that_is_plain(name, group):
    told = VOICES["text"](report(CELLS[name], group))
    assert max(map(len, told.split("\n"))) <= 80
    assert told.replace("\n", "").isprintable()
    if name in ("pipe", "html", "wide", "emoji", "long word"):
        assert "".join(NASTY[name].split()) in "".join(told.replace("end", "").replace("first", "").split())


@pytest.mark.parametrize("name", NASTY)
@pytest.mark.parametrize("voice", ["text", "markdown", "html"])
def test_facts_and_notes_are_no_doors_either(name, voice):
    told = VOICES[voice](everywhere(NASTY[name]))
    assert not {"\x1b", "\x07", "\u202e", "\x00"} & set(told)
    assert "<b onclick" not in told or voice == "text"
    assert "49" not in told


@pytest.mark.parametrize("note", ["one ` alone", "`a` and ` b", "<b>"])
def test_a_note_whose_backticks_do_not_pair_is_text(note):
    told = VOICES["markdown"](Report("x", "X", COLUMNS, (), notes=(note,), nothing="None."))
    assert "\\`" in told or "&lt;b&gt;" in told
