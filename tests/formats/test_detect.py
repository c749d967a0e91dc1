"""Which format a path is."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from reconciler.errors import SourceBroken, SourceUnknown
from reconciler.formats.detect import detect
from tests.formats.roster_files import write_package, zipped

if TYPE_CHECKING:
    from pathlib import Path


def put(folder: Path, **files: str):
    for name, text in files.items():
        (folder / name).write_text(text, encoding="utf-8")
    return folder


XML = '<?xml version="1.0"?><InterchangeMasterSchedule xmlns="http://ed-fi.org/5.2.0"/>'


def test_oneroster_with_and_without_a_manifest_as_folder_and_zip(tmp_path: Path):
    folder = write_package(tmp_path / "p")
    assert detect(folder) == "oneroster"
    assert detect(zipped(folder, tmp_path / "a.zip")) == "oneroster"
    assert detect(write_package(tmp_path / "q", manifest=None)) == "oneroster"


def test_ed_fi_by_its_root_or_its_resources(tmp_path: Path):
    (tmp_path / "x").mkdir()
    (tmp_path / "j").mkdir()
    assert detect(put(tmp_path / "x", **{"a.xml": XML})) == "edfi"
    assert detect(tmp_path / "x" / "a.xml") == "edfi"
    assert detect(put(tmp_path / "j", **{"courses.jsonl": "{}", "notes.json": "{}"})) == "edfi"


@pytest.mark.parametrize("name", ["district.yaml", "district.yml", "district.json"])
def test_yaml_and_json_are_native(tmp_path: Path, name: str):
    put(tmp_path, **{name: "{}"})
    assert detect(tmp_path / name) == "native"
    assert detect(tmp_path) == "native"


def test_what_is_found_is_named(tmp_path: Path):
    files = {f"{letter}.txt": "" for letter in "abcdefg"}
    with pytest.raises(
        SourceUnknown, match=r"it has a\.txt, b\.txt, c\.txt, d\.txt, e\.txt and 2 more"
    ) as caught:
        detect(put(tmp_path, **files))
    assert "--format" in caught.value.way_out


def test_an_empty_folder_another_xml_and_two_formats_at_once(tmp_path: Path):
    with pytest.raises(SourceUnknown, match="it is empty"):
        detect(tmp_path)
    with pytest.raises(SourceUnknown, match=r"it has feed\.xml"):
        detect(put(tmp_path, **{"feed.xml": "<rss/>"}))
    both = put(write_package(tmp_path / "p"), **{"a.xml": XML})
    with pytest.raises(SourceUnknown, match="it has files of oneroster and edfi"):
        detect(both)


def test_nothing_there_is_an_error(tmp_path: Path):
    with pytest.raises(SourceBroken, match="no such file"):
        detect(tmp_path / "nowhere.zip")


def test_real_input(data: Path):
    assert detect(data / "oneroster-1.1-sample") == "oneroster"
    assert detect(data / "edfi-grandbend-5.2.0") == "edfi"
    assert detect(data / "oea/edfi_api") == "edfi"
    with pytest.raises(SourceUnknown, match=r"assessments\.csv"):
        detect(data / "oulad")
