"""This room holds the text of catalog files, and writes it back: each file whole, or not at all."""

from __future__ import annotations

import contextlib
import difflib
import os
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from reconciler.errors.rewriting import FileMoved
from reconciler.errors.state import OutputUnwritable

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

_MARK = "\ufeff"


@dataclass(frozen=True, slots=True)
class FileChange:
    """One file as it is and as it shall be."""

    path: Path
    before: str
    after: str

    @property
    def diff(self) -> str:
        """The change as a unified diff."""
        before, after = self.before.splitlines(keepends=True), self.after.splitlines(keepends=True)
        told = difflib.unified_diff(before, after, f"a/{self.path}", f"b/{self.path}")
        return "".join(
            line if line.endswith("\n") else f"{line}\n\\ No newline at end of file\n" for line in told
        )


@dataclass(slots=True)
class Page:
    """A file that is being changed: `text` has line feeds and no byte order mark, whatever the file has."""

    path: Path
    before: str
    text: str = field(init=False)
    _mark: str = field(init=False)
    _returns: bool = field(init=False)

    def __post_init__(self) -> None:
        """Take the text apart from how it is stored."""
        self._mark = _MARK if self.before.startswith(_MARK) else ""
        self._returns = 0 < self.before.count("\r\n") == self.before.count("\n")
        text = self.before.removeprefix(_MARK)
        self.text = text.replace("\r\n", "\n") if self._returns else text

    @classmethod
    def read(cls, path: Path) -> Page:
        """Read a file that the catalog's reader has read."""
        return cls(path, path.read_bytes().decode("utf-8"))

    @property
    def change(self) -> FileChange:
        """What has been done to it."""
        text = self.text.replace("\n", "\r\n") if self._returns else self.text
        return FileChange(self.path, self.before, self._mark + text)


def write(changes: Sequence[FileChange]) -> None:
    """Write files, each whole or not at all; none where one has changed since it was read.

    Raises FileMoved, OutputUnwritable.
    """
    ready: list[tuple[Path, Path]] = []
    try:
        ready.extend((_beside(one), one.path.resolve()) for one in changes)
        for one in changes:
            _unmoved(one)
        for beside, path in ready:
            beside.replace(path)
    except OSError as error:
        raise OutputUnwritable(file=error.filename or "the file", why=error.strerror or str(error)) from None
    finally:
        for beside, _ in ready:
            with contextlib.suppress(OSError):
                beside.unlink(missing_ok=True)


def _unmoved(one: FileChange) -> None:
    try:
        now = one.path.read_bytes()
    except FileNotFoundError:
        now = b""
    if now != one.before.encode():
        raise FileMoved(file=one.path)


def _beside(one: FileChange) -> Path:
    """The new text in a file beside the old one, with the same rights."""
    path = one.path.resolve()
    mode = path.stat().st_mode & 0o7777
    beside = path.with_name(f".{path.name}.{os.getpid()}.part")
    with beside.open("xb") as file:
        file.write(one.after.encode())
        file.flush()
        os.fsync(file.fileno())
    beside.chmod(mode)
    return beside
