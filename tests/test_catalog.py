"""Reading YAML: what text becomes, what is refused, and where."""

from __future__ import annotations

import os
import unicodedata
from decimal import Decimal
from typing import TYPE_CHECKING

import pytest
import yaml
from hypothesis import example, given, settings
from hypothesis import strategies as st

from reconciler.catalog import Plain, Problem, Rows, Severity, Spot, Table, gather, read, read_text
from reconciler.catalog.reading import ALIAS_ALLOWANCE, MAX_DEPTH, _PureReading

if TYPE_CHECKING:
    from pathlib import Path


def table(text: str) -> Table:
    document, problems = read_text(text, "c.yaml")
    assert document is not None, problems
    assert problems == []
    return document.data


def refusal(text: str) -> Problem:
    document, problems = read_text(text, "c.yaml")
    assert document is None
    assert len(problems) == 1
    return problems[0]


@pytest.mark.parametrize(
    "text", ["NO", "yes", "on", "1:30", "2027-01-31", "0x1F", "1e5", ".inf", "12_000", "a b"]
)
def test_other_schemas_of_yaml_do_not_exist(text: str):
    value = table(f"k: {text}")["k"]
    assert value == text
    assert type(value) is str


@pytest.mark.parametrize("text", ["0401", "20.0", "-1", "+.5", "7.", "007"])
def test_number_like_text_keeps_its_letters_and_reads_as_a_decimal(text: str):
    value = table(f"k: {text}")["k"]
    assert isinstance(value, Plain)
    assert value == text
    assert Decimal(value).is_finite()


@pytest.mark.parametrize("text", ['"0401"', "'0401'", "!!str 0401", "|-\n  0401"])
def test_quoted_numbers_are_text_and_nothing_else(text: str):
    value = table(f"k: {text}")["k"]
    assert value == "0401"
    assert not isinstance(value, Plain)


@pytest.mark.parametrize(
    ("text", "value"), [("true", True), ("FALSE", False), ("null", None), ("~", None), ("", None)]
)
def test_the_words_of_yaml_1_2_core(text: str, value: object):
    assert table(f"k: {text}")["k"] is value
    assert table(f'k: "{text}"')["k"] == text


def test_keys_are_text_whatever_they_look_like():
    assert list(table("{4: a, true: b, ~: c, NO: d}")) == ["4", "true", "~", "NO"]


def test_text_is_compared_in_one_form():
    data = table("cafe\u0301: cafe\u0301")
    assert data == {"caf\u00e9": "caf\u00e9"}
    assert data.key_spot("caf\u00e9") == Spot("c.yaml", 1, 1)
    assert data.value_spot("caf\u00e9").column == 8


def test_every_key_value_and_row_knows_its_place():
    data = table("a: 1\nb:\n  - {x: 1,\n     y: 2}\n  - z\n")
    rows = data["b"]
    assert isinstance(rows, Rows)
    inner = rows[0]
    assert isinstance(inner, Table)
    assert data.key_spot("b") == Spot("c.yaml", 2, 1)
    assert data.value_spot("b") == Spot("c.yaml", 3, 3) == rows.spot()
    assert inner.key_spot("y") == Spot("c.yaml", 4, 6)
    assert inner.value_spot("y") == Spot("c.yaml", 4, 9)
    assert rows.row_spot(1) == Spot("c.yaml", 5, 5)
    assert inner.key_spot("missing") == inner.spot() == Spot("c.yaml", 3, 5)


def test_dropping_a_row_keeps_the_places_of_the_others():
    rows = table("a: [x, y, z]")["a"]
    assert isinstance(rows, Rows)
    rows.drop(0)
    assert list(rows) == ["y", "z"]
    assert rows.row_spot(1).column == 11


def test_columns_count_characters_not_bytes():
    data = table('{"\u00e9\u00e9\u00e9": 1, b: 2}')
    assert data.key_spot("b").column == 12


def test_a_duplicate_key_names_both_places_and_the_first_one_counts():
    document, problems = read_text("a: 1\nb: 2\na: 3\n", "c.yaml")
    assert document is not None
    assert document.data == {"a": "1", "b": "2"}
    assert [(one.code, one.line, one.column) for one in problems] == [("duplicate-key", 3, 1)]
    assert "line 1, column 1" in problems[0].message
    assert problems[0].remedy


def test_keys_that_differ_only_in_their_unicode_form_are_duplicates():
    _, problems = read_text("caf\u00e9: 1\ncafe\u0301: 2\n", "c.yaml")
    assert [one.code for one in problems] == ["duplicate-key"]


def test_several_problems_of_one_file_are_told_together():
    _, problems = read_text("a: !x 1\na: 2\n<<: {b: 1}\n? [c]\n: d\n", "c.yaml")
    assert [one.code for one in problems] == ["tag", "duplicate-key", "merge-key", "bad-key"]


def test_a_quoted_merge_key_is_an_ordinary_key():
    assert table('"<<": 1') == {"<<": "1"}


@pytest.mark.parametrize(
    ("text", "code", "place"),
    [
        ("", "empty-file", (0, 0)),
        ("# nothing\n", "empty-file", (0, 0)),
        ("- a\n", "not-a-mapping", (1, 1)),
        ("text", "not-a-mapping", (1, 1)),
        ("a: 1\n---\nb: 2\n", "several-documents", (2, 1)),
        ("a:\n\tb: 1\n", "yaml-syntax", (2, 1)),
        ("a: {b: 1\n", "yaml-syntax", (2, 1)),
        ("a: *nobody\n", "yaml-syntax", (1, 4)),
        ("a: b: c\n", "yaml-syntax", (1, 5)),
        ('a: "\x01"\n', "yaml-syntax", (1, 5)),
        ("a: 1\nb: 2\x00", "yaml-syntax", (2, 5)),
        ("a: &x [*x]\n", "alias-loop", (1, 4)),
        ("a: " + "[" * 60 + "]" * 60, "too-deep", (1, 4 + MAX_DEPTH)),
        ("a: " + "[" * 100_000, "too-deep", (0, 0)),
        ("- " * 50_000, "too-deep", (0, 0)),
    ],
)
def test_what_is_no_catalog_is_refused_with_its_place(text: str, code: str, place: tuple[int, int]):
    found = refusal(text)
    assert (found.code, (found.line, found.column)) == (code, place)
    assert found.severity is Severity.ERROR


def test_brackets_that_close_again_are_not_deep():
    assert len(table("a: [" + "[], " * 2000 + "]")["a"] or ()) == 2000


def test_a_tab_is_told_from_other_mistakes():
    assert "tab" in refusal("a:\n\tb: 1\n").message
    assert "spaces" in refusal("a:\n\tb: 1\n").remedy


def test_aliases_may_share_but_not_explode():
    assert table("a: &x [1, 2]\nb: *x\n")["b"] == ["1", "2"]
    bomb = "a0: &a0 [x, x, x, x, x, x, x, x, x, x]\n"
    for level in range(1, 9):
        bomb += f"a{level}: &a{level} [{', '.join([f'*a{level - 1}'] * 10)}]\n"
    found = refusal(bomb)
    assert found.code == "alias-bomb"
    assert ALIAS_ALLOWANCE < 10**9


def test_files_with_and_without_a_byte_order_mark_read_alike(tmp_path: Path):
    for name, raw in {"a.yaml": b"k: \xc3\xa9\r\n", "b.yaml": b"\xef\xbb\xbfk: \xc3\xa9\r\n"}.items():
        (tmp_path / name).write_bytes(raw)
        document, problems = read(tmp_path / name, name)
        assert problems == []
        assert document is not None
        assert document.data == {"k": "\u00e9"}
        assert document.data.key_spot("k") == Spot(name, 1, 1)


def test_bytes_that_are_not_utf_8_are_placed(tmp_path: Path):
    (tmp_path / "c.yaml").write_bytes(b"a: 1\nb: caf\xe9\n")
    _, problems = read(tmp_path / "c.yaml", "c.yaml")
    assert [(one.code, one.line, one.column) for one in problems] == [("not-utf-8", 2, 7)]


def test_a_missing_file_and_a_folder_are_unreadable(tmp_path: Path):
    for path in (tmp_path / "none.yaml", tmp_path):
        document, problems = read(path, "c.yaml")
        assert document is None
        assert [(one.code, one.line) for one in problems] == [("unreadable-file", 0)]


def test_a_file_over_a_sane_size_is_not_even_read(tmp_path: Path):
    path = tmp_path / "big.yaml"
    with path.open("wb") as file:
        os.truncate(file.fileno(), 60_000_000)
    _, problems = read(path, "big.yaml")
    assert [one.code for one in problems] == ["file-too-large"]


@pytest.mark.parametrize(
    "text", ["a: 1\nb: [x, {y: 0401}]\n", "a: 'q'\nb: !!str 3\n", "a: &x {k: v}\nb: *x\n"]
)
def test_the_pure_parser_reads_the_same(text: str):
    fast, _ = read_text(text, "c.yaml")
    pure, problems = read_text(text, "c.yaml", _PureReading)
    assert problems == []
    assert fast is not None
    assert pure is not None
    assert pure.data == fast.data
    assert pure.data.key_spot("b") == fast.data.key_spot("b")
    kinds = [[type(value) for value in one.data.values()] for one in (fast, pure)]
    assert kinds[0] == kinds[1]


@pytest.mark.parametrize(
    ("text", "code"),
    [("a: {b\n", "yaml-syntax"), ("a: 1\n---\nb: 1\n", "several-documents"), ("a: \x01", "yaml-syntax")],
)
def test_the_pure_parser_refuses_the_same(text: str, code: str):
    _, problems = read_text(text, "c.yaml", _PureReading)
    assert [one.code for one in problems] == [code]


TEXTS = st.text(max_size=8)
VALUES = st.recursive(
    TEXTS, lambda inner: st.lists(inner, max_size=3) | st.dictionaries(TEXTS, inner, max_size=3), max_leaves=8
)


def in_one_form(value: object) -> object:
    if isinstance(value, str):
        return unicodedata.normalize("NFC", value)
    if isinstance(value, list):
        return [in_one_form(one) for one in value]
    assert isinstance(value, dict)
    return {in_one_form(key): in_one_form(one) for key, one in value.items()}


@settings(max_examples=80, deadline=None)
@given(st.dictionaries(TEXTS, VALUES, min_size=1, max_size=4))
def test_text_that_a_yaml_writer_quotes_comes_back_as_it_was(value: dict[str, object]):
    written = yaml.safe_dump(value, default_style='"', allow_unicode=True, sort_keys=False)
    document, problems = read_text(written, "c.yaml")
    assert document is not None
    if problems:  # keys that differ only in their unicode form
        assert {one.code for one in problems} == {"duplicate-key"}
    else:
        assert document.data == in_one_form(value)


@settings(max_examples=100, deadline=None)
@given(st.text(alphabet="ab:{}[]-&*!\"'\n\t #,?|>%@<~0.1", max_size=40))
@example("a: &a\n  *a : b")
@example("<<: *x")
@example("? ")
def test_no_text_is_worse_than_a_problem(text: str):
    document, problems = read_text(text, "c.yaml")
    assert document is not None or problems
    assert all(one.file == "c.yaml" for one in problems)


def write(folder: Path, **files: str) -> None:
    for name, text in files.items():
        path = folder / f"{name.replace('__', '/')}.yaml"
        path.parent.mkdir(exist_ok=True)
        path.write_text(text, encoding="utf-8")


def test_a_folder_gives_its_catalogs_and_nothing_else(tmp_path: Path):
    write(
        tmp_path,
        b="catalog: B",
        a='"catalog": A',
        district="schools: []\n  # catalog: no\n",
        deep__c="catalog: C",
    )
    (tmp_path / "d.yml").write_text("{x: 1,\ncatalog: D}")
    (tmp_path / "notes.txt").write_text("catalog: none")
    sources, problems = gather([tmp_path])
    assert problems == []
    assert [source.root.data["catalog"] for source in sources] == ["A", "B", "D"]


def test_a_folder_without_catalogs_says_so(tmp_path: Path):
    sources, problems = gather([tmp_path])
    assert sources == []
    assert [(one.code, one.file) for one in problems] == [("no-catalog", str(tmp_path))]


def test_a_file_named_twice_is_read_once(tmp_path: Path):
    write(tmp_path, a="catalog: A")
    sources, _ = gather([tmp_path, tmp_path / "a.yaml", tmp_path / "." / "a.yaml"])
    assert len(sources) == 1


def test_included_files_are_joined_in_order(tmp_path: Path):
    write(
        tmp_path,
        a="catalog: A\ninclude: [parts/*.yaml, more.yaml]\nmasters: [one]\ntasks: {T0: }\nlocks: {a: x}\n",
        parts__y="masters: [three]\ninclude: [inner/z.yaml]\n",
        parts__x="masters: [two]\ntasks: {T1: }\n",
        more="masters: [five]\nlocks: {b: x}\n",
    )
    write(tmp_path / "parts", inner__z="masters: [four]\n")
    sources, problems = gather([tmp_path / "a.yaml"])
    assert problems == []
    source = sources[0]
    assert source.combine() == []
    assert [entry.value for entry in source.lists["masters"]] == ["one", "two", "three", "four", "five"]
    assert list(source.maps["tasks"]) == ["T0", "T1"]
    assert list(source.locks) == ["a", "b"]
    assert source.lists["masters"][3].spot.file.endswith("z.yaml")
    assert source.maps["tasks"]["T1"].spot.line == 2
    assert source.says("tasks")
    assert not source.says("tests")


def test_a_name_in_two_files_names_both_places(tmp_path: Path):
    write(tmp_path, a="catalog: A\ninclude: [b.yaml]\ntasks: {T: }\n", b="tasks:\n  T:\n")
    sources, _ = gather([tmp_path / "a.yaml"])
    found = sources[0].combine()
    assert [(one.code, one.file, one.line) for one in found] == [
        ("duplicate-name", str(tmp_path / "b.yaml"), 2)
    ]
    assert f"{tmp_path / 'a.yaml'}:3:9" in found[0].message


def test_circles_and_repetitions_of_includes_are_told_apart(tmp_path: Path):
    write(
        tmp_path,
        a="catalog: A\ninclude: [b.yaml, c.yaml, b.yaml]\n",
        b="include: [a.yaml]\n",
        c="tasks: {}\n",
    )
    _, problems = gather([tmp_path / "a.yaml"])
    assert [(one.code, one.line, one.column) for one in problems] == [
        ("include-cycle", 1, 11),
        ("included-twice", 2, 27),
    ]


def test_a_glob_leaves_out_the_file_itself_and_takes_absolute_paths(tmp_path: Path):
    write(tmp_path, b="tasks: {T: }\n", a=f"catalog: A\ninclude: ['{tmp_path}/?.yaml']\n")
    sources, problems = gather([tmp_path / "a.yaml"])
    assert problems == []
    assert [document.file for document in sources[0].documents] == [
        str(tmp_path / name) for name in ("a.yaml", "b.yaml")
    ]


def test_an_included_file_that_can_not_be_read_is_a_problem_of_its_own(tmp_path: Path):
    write(tmp_path, a="catalog: A\ninclude: [b.yaml, c.yaml]\n", b="x: {", c="tasks: {T: }\n")
    sources, problems = gather([tmp_path / "a.yaml"])
    assert [(one.code, one.file) for one in problems] == [("yaml-syntax", str(tmp_path / "b.yaml"))]
    assert len(sources[0].documents) == 2


def test_a_problem_reads_like_a_compilers():
    assert str(refusal("- a")).startswith("c.yaml:1:1: error: a catalog file must be")
    assert str(refusal("")).startswith("c.yaml: error: ")
