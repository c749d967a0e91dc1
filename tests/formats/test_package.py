"""Folders and zips: nothing leads out, nothing swells, damage is said in words."""

from __future__ import annotations

from typing import TYPE_CHECKING
from zipfile import ZIP_DEFLATED, ZipFile

import pytest

from reconciler.errors import ArchiveRefused, SourceBroken
from reconciler.formats import oneroster
from reconciler.formats.package import UNSUSPICIOUS, open_package
from tests.formats.roster_files import write_package, zipped

if TYPE_CHECKING:
    from pathlib import Path


def archive(path: Path, **files: str):
    with ZipFile(path, "w", ZIP_DEFLATED) as made:
        for name, body in files.items():
            made.writestr(name, body)
    return path


def test_a_folder_lists_its_files_and_no_hidden_ones(tmp_path: Path):
    (tmp_path / "sub").mkdir()
    for name in ("b.csv", "a.csv", ".hidden.csv", "sub/c.csv"):
        (tmp_path / name).write_text("x", encoding="utf-8")
    package = open_package(tmp_path)
    assert list(package.files) == ["a.csv", "b.csv", "sub/c.csv"]
    assert package.top(".csv") == ("a.csv", "b.csv")
    assert "a.csv" in package
    assert "z.csv" not in package


def test_one_file_is_a_package_of_one(tmp_path: Path):
    (tmp_path / "a.xml").write_text("x", encoding="utf-8")
    (tmp_path / "b.xml").write_text("y", encoding="utf-8")
    assert list(open_package(tmp_path / "a.xml").files) == ["a.xml"]


@pytest.mark.parametrize(
    "name", ["../evil.csv", "/etc/evil.csv", "a/../../evil.csv", "..\\evil.csv", "C:/evil.csv"]
)
def test_a_name_that_leads_out_is_refused(tmp_path: Path, name: str):
    path = archive(tmp_path / "a.zip", **{name: "x", "orgs.csv": "x"})
    with pytest.raises(ArchiveRefused, match="leads out of it") as caught:
        open_package(path)
    assert "folder" in caught.value.way_out


def test_a_zip_that_swells_is_refused_before_it_is_read(tmp_path: Path):
    path = archive(tmp_path / "a.zip", **{"results.csv": b"0" * (UNSUSPICIOUS + 1)})
    assert path.stat().st_size < UNSUSPICIOUS // 200
    with pytest.raises(ArchiveRefused, match="swells to more than 200 times"):
        open_package(path)


def test_a_zip_that_says_it_is_enormous_is_refused(tmp_path: Path):
    path = archive(tmp_path / "a.zip", **{f"{number}.csv": "x" for number in range(5)})
    raw = bytearray(path.read_bytes())
    for at in (at for at in range(len(raw) - 4) if raw[at : at + 4] == b"PK\x01\x02"):
        raw[at + 20 : at + 28] = (0xFFFFFFF0).to_bytes(4, "little") * 2
    path.write_bytes(raw)
    with pytest.raises(ArchiveRefused, match="more than 16 GiB together"):
        open_package(path)


def test_a_broken_zip_is_an_error_in_words(tmp_path: Path):
    path = tmp_path / "a.zip"
    path.write_bytes(b"PK\x03\x04 and then nothing")
    with pytest.raises(SourceBroken, match="it is no zip that can be opened"):
        open_package(path)


def test_a_damaged_file_in_a_zip_is_an_error_in_words(tmp_path: Path):
    path = zipped(write_package(tmp_path / "p"), tmp_path / "a.zip")
    raw = bytearray(path.read_bytes())
    at = raw.index(b"academicSessions.csv") + 40
    raw[at : at + 20] = b"\x00" * 20
    path.write_bytes(raw)
    with pytest.raises(SourceBroken, match=r"academicSessions\.csv can't be read: the zip is damaged"):
        oneroster.read(path)


def test_files_of_the_system_that_made_a_zip_are_passed_by(tmp_path: Path):
    path = archive(tmp_path / "a.zip", **{"x/a.csv": "x", "__MACOSX/x/._a.csv": "x", "x/.DS_Store": "x"})
    assert dict(open_package(path).files) == {"a.csv": "x/a.csv"}


def test_what_is_not_there_is_said(tmp_path: Path):
    with pytest.raises(SourceBroken, match="there is no such file or folder"):
        open_package(tmp_path / "nowhere")


def test_a_file_that_vanished_is_said(tmp_path: Path):
    package = open_package(write_package(tmp_path))
    (tmp_path / "orgs.csv").unlink()
    with (
        pytest.raises(SourceBroken, match=r"orgs\.csv can't be read: No such file"),
        package.open("orgs.csv"),
    ):
        pass
