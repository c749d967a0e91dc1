"""One place of a text changes, and every other byte stays."""

from __future__ import annotations

import pytest
import yaml

from reconciler.rewriting.splice import append, cut, put
from reconciler.rewriting.tree import Sort, tree

TEXT = """\
# top
a: 1   # one
b: {x: 1, y: [p, q], z: }
c:
  - one # first
  # between
  - {k: v}
  -   k: v
      l: |
        text
        more

d:
- x
-
  m: 1
e: 'it''s'
"""


@pytest.mark.parametrize(
    ("path", "value", "old", "new"),
    [
        (("a",), "2", "a: 1   # one", "a: 2   # one"),
        (("b", "x"), "2", "{x: 1,", "{x: 2,"),
        (("b", "z"), "2", "z: }", "z: 2}"),
        (("b", "new"), "2", "z: }", "z: , new: 2 }"),
        (("b", "y"), "[r]", "[p, q]", "[r]"),
        (("c", 1, "k"), "w", "- {k: v}", "- {k: w}"),
        (("c", 2, "l"), "short", "l: |\n        text\n        more\n", "l: short\n"),
        (("c", 2, "new"), "2", "        more\n", "        more\n      new: 2\n"),
        (("d", 1, "new"), "2", "  m: 1\n", "  m: 1\n  new: 2\n"),
        (("e",), "x", "'it''s'", "x"),
        (("f",), "x", "e: 'it''s'\n", "e: 'it''s'\nf: x\n"),
        (("a",), ("{q: 1}", "{q: 2}"), "a: 1   # one", "a:\n  - {q: 1}\n  - {q: 2}   # one"),
    ],
)
def test_put_sets_one_value(path, value, old, new):
    assert old in TEXT
    told = put(TEXT, path, value)
    assert told == TEXT.replace(old, new, 1)
    tree(told)
    yaml.safe_load(told)


@pytest.mark.parametrize(
    ("path", "old", "new"),
    [
        (("a",), "a: 1   # one\n", ""),
        (("b", "x"), "{x: 1, y", "{y"),
        (("b", "y"), "y: [p, q], z: }", "z: }"),
        (("b", "z"), ", z: }", "}"),
        (("b", "y", 1), "[p, q]", "[p]"),
        (("c", 0), "  - one # first\n", ""),
        (("c", 1), "  - {k: v}\n", ""),
        (("c", 1, "k"), "{k: v}", "{}"),
        (("c", 2, "k"), "-   k: v\n      l", "-   l"),
        (("c", 2, "l"), "      l: |\n        text\n        more\n", ""),
        (("d", 1), "-\n  m: 1\n", ""),
        (("e",), "e: 'it''s'\n", ""),
        (("nothing",), "", ""),
        (("d", 7), "", ""),
        (("nothing", 7), "", ""),
    ],
)
def test_cut_takes_one_thing_out(path, old, new):
    assert old in TEXT
    told = cut(TEXT, path)
    assert told == TEXT.replace(old, new, 1)
    tree(told)
    yaml.safe_load(told)


def test_the_last_entry_leaves_an_empty_list():
    text = "a:\n  - x # note\nb: [y]\nc: 1"
    assert cut(text, ("a", 0)) == "a: [] # note\nb: [y]\nc: 1"
    assert cut(text, ("b", 0)) == "a:\n  - x # note\nb: []\nc: 1"
    assert cut(text, ("c",)) == "a:\n  - x # note\nb: [y]"


@pytest.mark.parametrize(
    ("text", "new"),
    [
        ("a:\n  - x # note\n# end\n", "a:\n  - x # note\n  - {k: v}\n# end\n"),
        ("a:\n- x", "a:\n- x\n- {k: v}"),
        ("a: [x]\n", "a: [x, {k: v}]\n"),
        ("a: []  # none\n", "a:\n  - {k: v}  # none\n"),
        ("b: 1\n", "b: 1\na:\n  - {k: v}\n"),
        ("a:\nb: 1\n", "a:\n  - {k: v}\nb: 1\n"),
        ("{b: 1, a: []}", "{b: 1, a: [{k: v}]}"),
        ("{b: 1}", "{b: 1, a: [{k: v}]}"),
    ],
)
def test_append_adds_an_entry(text, new):
    assert append(text, ("a",), {"k": "v"}) == new


def test_lines_that_grow_too_long_are_broken():
    told = put("{number: one, name: " + "x" * 90 + "}", ("use",), "[a, b, c, d]")
    assert told.splitlines()[1] == " use: [a, b, c, d]}"
    told = append("a:\n  - {k: v}\n", ("a",), {"k": "y" * 60, "l": "z" * 60})
    assert told == f"a:\n  - {{k: v}}\n  - k: {'y' * 60}\n    l: {'z' * 60}\n"


def test_the_tree_knows_places_to_a_character():
    text = "é😀: &x {b: 2}\nc: >\n  folded\n\n# end\n"
    root = tree(text)
    node, folded = root.at(("é😀",)), root.at(("c",))
    assert (node.anchor, text[node.start : node.end]) == ("x", "&x {b: 2}")
    assert text[folded.start : folded.end] == ">\n  folded"
    assert tree("a: &x 1\nb: *x\n").at(("b",)).sort is Sort.ALIAS
    assert root.at(("c", "d")) is None
    assert root.at(("nothing", 1)) is None


@pytest.mark.parametrize(
    ("text", "path", "value", "new"),
    [
        ("{I, II}", ("I",), "1", "{I: 1, II}"),
        ("{a: {}}", ("a", "b"), "1", "{a: {b: 1}}"),
        ("a: {x: }\nb: 1\n", ("a", "x"), "1", "a: {x: 1}\nb: 1\n"),
        ("a: *x\n", ("a",), "1", "a: 1\n"),
        ("a: &x\n  b: 1\n", ("a", "c"), "2", "a: &x\n  b: 1\n  c: 2\n"),
        ("a: &x\n- b\n", ("c",), "2", "a: &x\n- b\nc: 2\n"),
    ],
)
def test_put_in_unusual_places(text, path, value, new):
    assert put(text, path, value) == new


@pytest.mark.parametrize("path", [("a", "b"), ("nothing", "b")])
def test_what_is_no_mapping_holds_no_key(path):
    with pytest.raises(LookupError):
        put("a: 1\n", path, "x")


@pytest.mark.parametrize(
    ("text", "path", "new"),
    [
        ("{a: , b: 1}", ("b",), "{a: }"),
        ("{a, b: 1}", ("b",), "{a}"),
        ("- - x\n  - y\n", (0, 0), "- - y\n"),
        ("a:\n  # note\n  -\n    # inside\n    k: v\n  - x\n", ("a", 0), "a:\n  # note\n  - x\n"),
    ],
)
def test_cut_in_unusual_places(text, path, new):
    assert cut(text, path) == new
    tree(new)


@pytest.mark.parametrize("text", ["a: &x\n  b: 1\n", "a: &x\n  - b\n"])
def test_an_anchored_block_stands_where_its_entries_do(text):
    assert tree(text).at(("a",)).column == 2
