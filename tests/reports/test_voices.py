"""A report says the same in five voices, and no voice lets a name act."""

from __future__ import annotations

import csv
import io
import json
from html.parser import HTMLParser

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from reconciler.plan.words import plain
from reconciler.reports.model import Column, Report
from reconciler.reports.voices import VOICES
from reconciler.reports.voices import text as plain_text
from reconciler.reports.voices.csv_ import guarded

COLUMNS = (
    Column("school", "School"),
    Column("course", "Course"),
    Column("scores", "Scores"),
    Column("names", "Names"),
    Column("used", "Used"),
    Column("what_to_do", "What to do"),
)
ROWS = (
    ("Harrison High", "0401", 3, ("a", "b"), True, "Ask the teacher, who knows."),
    ("Harrison High", "0402", 12, (), False, "x" * 10),
    ("Hill High", "0401", 0, ("c",), None, None),
)
REPORT = Report(
    "small",
    "A small report",
    COLUMNS,
    ROWS,
    facts=(("year", "School year", 2027), ("schools", "Schools", ("Hill High", "Harrison High")), ("no", "Empty", None)),
    group=1,
    notes=("Do `reconcile plan` | then *look*.",),
    nothing="Nothing is there.",
)  # fmt: skip
EMPTY = Report("small", "A small report", COLUMNS, (), nothing="Nothing is there <at all>.")


def one_cell(value) -> Report:
    return Report("cell", "One cell", (Column("cell", "Cell"), Column("other", "Other")), ((value, "x"),))


@pytest.mark.parametrize("voice", VOICES)
def test_every_voice_ends_its_last_line_once(voice):
    for report in (REPORT, EMPTY):
        told = VOICES[voice](report)
        assert told.endswith("\n") and not told.endswith("\n\n")


def test_json_gives_rows_by_column_and_facts_by_name():
    told = json.loads(VOICES["json"](REPORT))
    assert list(told) == ["report", "title", "facts", "rows", "notes"]
    assert told["facts"] == {"year": 2027, "schools": ["Hill High", "Harrison High"], "no": None}
    assert told["rows"][0] == {
        "school": "Harrison High", "course": "0401", "scores": 3, "names": ["a", "b"], "used": True,
        "what_to_do": "Ask the teacher, who knows.",
    }  # fmt: skip
    assert told["rows"][2]["what_to_do"] is None


def test_csv_has_one_header_and_lines_as_the_rfc_has_them():
    told = VOICES["csv"](REPORT)
    assert told.split("\r\n")[0] == "school,course,scores,names,used,what_to_do"
    assert told.count("\r\n") == 4
    assert '"Ask the teacher, who knows."' in told
    rows = list(csv.reader(io.StringIO(told)))
    assert rows[1] == ["Harrison High", "0401", "3", "a; b", "true", "Ask the teacher, who knows."]
    assert rows[3] == ["Hill High", "0401", "0", "c", "", ""]


@pytest.mark.parametrize(
    "text",
    ["=1+1", "+1", "-x", "-", "@SUM(A1)", "\t=1", "\r=1", "\n=1", " =1+1", "--1", "-1+1", "＝1"],  # noqa: RUF001
)
def test_csv_guards_what_a_spreadsheet_would_run(text):
    row = list(csv.reader(io.StringIO(VOICES["csv"](one_cell(text)), newline="")))[1]
    assert row == [f"'{text}", "x"]


@pytest.mark.parametrize("text", ["-5", "-0.25", "0401", "20", "a=b", "Homework (1)", "x@y", "", "'quoted'"])
def test_csv_leaves_plain_text_and_numbers_alone(text):
    assert guarded(text) == text


def test_csv_guards_a_list_by_its_first_word():
    assert VOICES["csv"](one_cell(("=x", "y"))).splitlines()[1] == "'=x; y,x"


def test_csv_numbers_stay_numbers():
    assert VOICES["csv"](one_cell(-5)).splitlines()[1] == "-5,x"


@settings(max_examples=60)
@given(st.text(max_size=12))
def test_no_csv_cell_ever_begins_a_formula(text):
    (cell, other) = list(csv.reader(io.StringIO(VOICES["csv"](one_cell(text)), newline="")))[1]
    assert other == "x"
    assert cell.removeprefix("'") == text.removeprefix("'")
    number = cell.removeprefix("-").replace(".", "", 1).isdecimal()
    assert number or cell[:1] not in {*"=+-@\t\r"} or not cell


def test_markdown_escapes_all_that_would_act():
    told = VOICES["markdown"](one_cell("a|b *c* <b> [x](y) `z` @team ~~d~~ &amp; #1"))
    (row,) = [line for line in told.splitlines() if line.endswith("| x |")]
    assert row == (r"| a\|b \*c\* &lt;b&gt; \[x\](y) \`z\` &#64;team \~\~d\~\~ &amp;amp; \#1 | x |")


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("- x", "\\- x"),
        ("+ x", "\\+ x"),
        ("1. x", "1\\. x"),
        ("0401@hill", "0401@hill"),
        ("2026-11", "2026-11"),
        ("a_b _c_", "a_b \\_c\\_"),
    ],
)
def test_markdown_begins_no_list(text, told):
    assert f"| {told} | x |" in VOICES["markdown"](one_cell(text))


def test_markdown_tells_facts_and_keeps_commands_of_notes():
    told = VOICES["markdown"](REPORT)
    assert told.startswith(
        "## A small report\n\n- School year: 2027\n- Schools: Hill High; Harrison High\n\n|"
    )
    assert "| --- | --- | ---: | --- | --- | --- |" in told
    assert told.endswith("\nDo `reconcile plan` \\| then \\*look\\*.\n")
    assert "Empty" not in told


def test_markdown_of_nothing_says_so():
    assert VOICES["markdown"](EMPTY) == "## A small report\n\nNothing is there &lt;at all&gt;.\n"


class Page(HTMLParser):
    """What a page has: tags with their attributes, and all its text."""

    def __init__(self, told: str) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.text: list[str] = []
        self.open: list[str] = []
        self.feed(told)

    def handle_starttag(self, tag, attrs):
        self.tags.append((tag, dict(attrs)))
        if tag != "meta":
            self.open.append(tag)

    def handle_endtag(self, tag):
        assert self.open.pop() == tag

    def handle_data(self, data):
        self.text.append(data)


def test_html_is_one_whole_page_that_a_screen_reader_can_follow():
    page = Page(VOICES["html"](REPORT))
    assert page.open == []
    tags = [tag for tag, _ in page.tags]
    assert tags.count("caption") == 1 and tags.count("tbody") == 2 and tags.count("h1") == 1
    headings = [about["scope"] for tag, about in page.tags if tag == "th"]
    assert headings == ["col"] * 5 + ["rowgroup"] * 2
    assert ("html", {"lang": "en"}) in page.tags
    assert not {"script", "link", "img"} & set(tags)
    assert not any(name in about for _, about in page.tags for name in ("src", "href", "onclick"))


def test_html_tells_what_rows_share_once():
    text = "".join(Page(VOICES["html"](REPORT)).text)
    assert text.count("Harrison High") == 2, "once as a fact, once as a heading"
    assert "A small report: 3 rows" in text


@pytest.mark.parametrize("text", ["<script>alert(1)</script>", '"><img onerror=x>', "{{ 7 * 7 }}", "a & b"])
def test_html_shows_names_and_does_not_run_them(text):
    for report in (one_cell(text), Report("x", text, COLUMNS, (), nothing=text, notes=(text,))):
        page = Page(VOICES["html"](report))
        assert text in page.text
        assert not {"script", "img"} & {tag for tag, _ in page.tags}


def test_html_of_nothing_says_so_without_a_table():
    page = Page(VOICES["html"](EMPTY))
    assert "Nothing is there <at all>." in page.text
    assert "table" not in [tag for tag, _ in page.tags]


def test_text_tells_what_rows_share_once_above_them():
    told = VOICES["text"](REPORT)
    assert (
        told
        == """\
A small report

School year: 2027
Schools:     Hill High; Harrison High

  Course  Scores  Names  Used  What to do
  ------  ------  -----  ----  ---------------------------

Harrison High
  0401         3  a; b   yes   Ask the teacher, who knows.
  0402        12         no    xxxxxxxxxx

Hill High
  0401         0  c

Do `reconcile plan` | then *look*.
"""
    )


def test_text_leaves_out_columns_without_a_value():
    report = Report("x", "X", COLUMNS[:3], (("a", None, 1), ("b", "", 2)))
    assert "Course" not in VOICES["text"](report)


@pytest.mark.parametrize("voice", ["text", "markdown", "html"])
def test_details_are_for_programs(voice):
    columns = (Column("a", "First"), Column("b", "Second", detail=True))
    report = Report("x", "X", columns, (("1", "hidden"),))
    assert "hidden" not in VOICES[voice](report) and "Second" not in VOICES[voice](report)
    assert "hidden" in VOICES["json"](report) and "hidden" in VOICES["csv"](report)


def test_text_gives_a_long_value_lines_of_its_own():
    columns = tuple(Column(f"c{place}", f"Column {place}") for place in range(9))
    rows = (("first", "a" * 20, "b" * 22, "word " * 30, *("c" * 15 for _ in range(5))),)
    told = VOICES["text"](Report("x", "X", columns, rows))
    assert "\n    Column 3: word word" in told and "\n              word word" in told
    assert "; " not in told and max(map(len, told.splitlines())) <= 80


def test_text_wraps_long_cells_within_their_column():
    rows = ((("Hill High"), "0401", 1, None, None, "one two three " * 10),)
    lines = VOICES["text"](Report("x", "X", COLUMNS, rows)).splitlines()
    assert max(map(len, lines)) <= 80
    start = next(line.index("What to do") for line in lines if "What to do" in line)
    assert all(line[:start].strip() == "" for line in lines[5:])
    assert len(lines) > 5


def test_text_lists_what_fits_no_table():
    columns = tuple(Column(f"c{place}", f"Column {place}") for place in range(8))
    rows = (tuple(f"{'w' * 15}{place}" for place in range(8)),)
    told = VOICES["text"](Report("x", "X", columns, rows))
    assert "\n  wwwwwwwwwwwwwww0\n    Column 1: wwwwwwwwwwwwwww1 | Column 2: wwwwwwwwwwwwwww2\n" in told
    assert max(map(len, told.splitlines())) <= 80


def test_text_lists_under_the_heading_that_rows_share():
    columns = tuple(Column(f"c{place}", f"Column {place}") for place in range(8))
    rows = tuple(("Hill", *(f"{'w' * 15}{place}{row}" for place in range(7))) for row in range(2))
    told = VOICES["text"](Report("x", "X", columns, rows, group=1))
    assert told.count("Hill") == 1
    assert told.count("Column 7: ") == 2


@settings(max_examples=40)
@given(st.lists(st.tuples(*[st.text(max_size=30)] * 4), min_size=1, max_size=4), st.integers(40, 160))
def test_text_keeps_to_the_page(rows, width):
    columns = tuple(Column(f"c{place}", f"C{place}") for place in range(4))
    for line in plain_text.speak(Report("x", "X", columns, tuple(rows)), width).split("\n"):
        assert len(line) <= width
        assert plain(line) == line


@pytest.mark.parametrize("voice", ["text", "markdown", "html"])
def test_no_voice_for_people_sends_a_terminal_code(voice):
    told = VOICES[voice](one_cell("a\x1b[31mb\u202ec\x07"))
    assert "\x1b" not in told and "\u202e" not in told and "\x07" not in told
