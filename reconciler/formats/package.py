"""This room opens what a district handed over, a folder or a zip, and reads its files as streams.

Nothing is ever unpacked. A zip whose names lead out of it, or which would swell beyond all reason, is
refused before its first byte is read.
"""

from __future__ import annotations

import zlib
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import IO, TYPE_CHECKING
from zipfile import ZIP_DEFLATED, BadZipFile, ZipFile

from reconciler.errors import ArchiveRefused, SourceBroken

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from zipfile import ZipInfo

LARGEST = 16 * 1024**3
"""The most bytes that all files of a zip may have together."""
SWELLING = 200
"""How many times its packed size a file in a zip may have, once it is larger than UNSUSPICIOUS."""
UNSUSPICIOUS = 32 * 1024**2
_BROKEN = (BadZipFile, zlib.error, EOFError, NotImplementedError, RuntimeError)


@dataclass(frozen=True, slots=True)
class Package:
    """A folder or zip: `files` says under which name each file is found inside."""

    path: Path
    files: Mapping[str, str]
    zipped: bool = False

    def __contains__(self, name: str) -> bool:
        """Is there a file of this name?"""
        return name in self.files

    def top(self, *suffixes: str) -> tuple[str, ...]:
        """The names of the files at the root with one of these suffixes, sorted."""
        return tuple(name for name in sorted(self.files) if "/" not in name and name.endswith(suffixes))

    @contextmanager
    def open(self, name: str) -> Iterator[IO[bytes]]:
        """One file's bytes; raises SourceBroken where they can't be had."""
        try:
            if self.zipped:
                with ZipFile(self.path) as archive, archive.open(self.files[name]) as stream:
                    yield stream
            else:
                with (self.path / self.files[name]).open("rb") as stream:
                    yield stream
        except _BROKEN as error:
            raise SourceBroken(place=name, why=f"the zip is damaged ({error})") from error
        except OSError as error:
            raise SourceBroken(place=name, why=error.strerror or error) from error


def open_package(path: Path) -> Package:
    """List what is in a folder, a zip, or stands alone as one file; raises SourceBroken, ArchiveRefused."""
    if path.is_dir():
        return Package(path, {name: name for name in _walk(path)})
    if not path.is_file():
        raise SourceBroken(place=path, why="there is no such file or folder")
    if path.suffix.lower() != ".zip":
        return Package(path.parent, {path.name: path.name})
    try:
        with ZipFile(path) as archive:
            return Package(path, _listed(path, archive.infolist()), zipped=True)
    except (*_BROKEN, OSError) as error:
        raise SourceBroken(place=path, why=f"it is no zip that can be opened ({error})") from error


def _walk(folder: Path) -> list[str]:
    found = (file.relative_to(folder) for file in folder.rglob("*") if file.is_file())
    return sorted(one.as_posix() for one in found if not one.name.startswith("."))


def _listed(path: Path, entries: list[ZipInfo]) -> dict[str, str]:
    if sum(entry.file_size for entry in entries) > LARGEST:
        raise ArchiveRefused(path=path, why=f"its files have more than {LARGEST // 1024**3} GiB together")
    for entry in entries:
        _check(path, entry)
    files = [entry.filename for entry in entries if not entry.is_dir() and _wanted(entry.filename)]
    skipped = len(_common_folder(files))
    return {name[skipped:]: name for name in sorted(files)}


def _check(path: Path, entry: ZipInfo) -> None:
    name = PurePosixPath(entry.filename.replace("\\", "/"))
    if name.is_absolute() or ".." in name.parts or ":" in entry.filename:
        raise ArchiveRefused(path=path, why="a file name in it leads out of it")
    if entry.file_size > UNSUSPICIOUS and entry.file_size > SWELLING * max(entry.compress_size, 1):
        raise ArchiveRefused(path=path, why=f"a file in it swells to more than {SWELLING} times its size")


def _wanted(name: str) -> bool:
    return not name.startswith("__MACOSX/") and not PurePosixPath(name).name.startswith(".")


def _common_folder(names: list[str]) -> str:
    """The folder that holds everything, with its slash; zips made of a folder have one."""
    tops = {name.partition("/")[0] for name in names}
    return f"{tops.pop()}/" if len(tops) == 1 and all("/" in name for name in names) else ""


def write_package(path: Path, files: Iterator[tuple[str, Iterator[str]]]) -> None:
    """Write files at the root of a zip (`.zip`) or into a folder, which is made; raises OSError.

    Written beside it first: a broken package never takes a good one's place.
    """
    if path.suffix.lower() == ".zip":
        _write_zip(path, files)
        return
    path.mkdir(exist_ok=True)
    parts: list[Path] = []
    try:
        for name, texts in files:
            parts.append(path / f"{name}.part")
            with parts[-1].open("w", encoding="utf-8", newline="") as stream:
                stream.writelines(texts)
        for part in parts:
            part.replace(part.with_suffix(""))
    finally:
        for part in parts:
            part.unlink(missing_ok=True)


def _write_zip(path: Path, files: Iterator[tuple[str, Iterator[str]]]) -> None:
    part = path.with_name(path.name + ".part")
    try:
        with ZipFile(part, "w", ZIP_DEFLATED) as archive:
            for name, texts in files:
                with archive.open(name, "w") as stream:
                    for text in texts:
                        stream.write(text.encode())
        part.replace(path)
    finally:
        part.unlink(missing_ok=True)
