"""Standards as CASE packages and as CSV."""

from __future__ import annotations

import csv
import json
from typing import TYPE_CHECKING

import pytest

from reconciler.errors import SourceBroken
from reconciler.formats.case import Standard, read_bank, read_standards

if TYPE_CHECKING:
    from pathlib import Path


def test_the_ccss_items_that_have_a_code_are_a_bank(data: Path):
    path = data / "case-opensalt/ccsso_ela_item.csv"
    with path.open(encoding="utf-8", newline="") as stream:
        rows = list(csv.DictReader(stream))
    bank = read_bank(path)
    assert len(rows) == 1189
    assert set(bank) == {row["humanCodingScheme"].strip() for row in rows} - {""}
    assert bank["L.1.4"].startswith("Determine or clarify the meaning of unknown")


def test_educational_level_is_read_like_education_level(data: Path):
    found = read_standards(data / "case-opensalt/framework-what-standards-could-be.json")
    assert len(found) == 16
    assert all(one.levels for one in found)
    first = found[0]
    assert (first.code, first.levels) == ("CCSS.Math.Content.6.RP.A", ("06",))


@pytest.mark.parametrize(
    ("name", "codes"),
    [("Ordering", 28), ("MarkdownFramework", 2), ("SequenceNumberFramework", 2), ("Utf8TestFramework", 0)],
)
def test_other_samples(data: Path, name: str, codes: int):
    assert len(read_bank(data / f"case-opensalt/{name}.json")) == codes


@pytest.mark.parametrize(
    ("level", "levels"),
    [
        ({"educationLevel": ["09", "10"]}, ("09", "10")),
        ({"educationalLevel": "09,10"}, ("09", "10")),
        ({}, ()),
    ],
)
def test_levels_are_a_list_or_a_text(tmp_path: Path, level: dict[str, object], levels: tuple[str, ...]):
    path = tmp_path / "a.json"
    items = [{"humanCodingScheme": "RL.1 ", "fullStatement": "Read", **level}, {"fullStatement": "No code"}]
    path.write_text(json.dumps({"CFItems": items}), encoding="utf-8-sig")
    assert read_standards(path) == (Standard("RL.1", "Read", levels),)


def test_the_first_of_a_code_counts(tmp_path: Path):
    path = tmp_path / "a.csv"
    path.write_text("humanCodingScheme,fullStatement\nA,one\nB,two\nA,three\n", encoding="utf-8")
    assert read_bank(path) == {"A": "one", "B": "two"}


@pytest.mark.parametrize(
    ("name", "text", "why"),
    [
        ("a.json", "{", "a.json:1 can't be read: it is not JSON"),
        ("a.json", "[]", "it has no list CFItems"),
        ("a.json", '{"CFItems": 3}', "it has no list CFItems"),
        ("a.csv", "code,text\n", "it has no column fullStatement"),
    ],
)
def test_what_is_no_bank_is_an_error(tmp_path: Path, name: str, text: str, why: str):
    (tmp_path / name).write_text(text, encoding="utf-8")
    with pytest.raises(SourceBroken, match=why):
        read_bank(tmp_path / name)
