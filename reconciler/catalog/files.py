"""This room asks the file system for the files of catalogs, and remembers what it asked and was told.

Whoever keeps what was read (`reconciler.larder`) asks the same questions again before it is believed.
"""

from __future__ import annotations

import hashlib
import re
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from reconciler.catalog.document import Problem, Spot, problem

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

MAX_BYTES = 50_000_000
_CATALOG = re.compile(rb"^(?:\xef\xbb\xbf)?[\"']?catalog[\"']?[ \t]*:", re.MULTILINE)


class Answer(NamedTuple):
    """A question to the file system, and the digest of what it said."""

    question: str
    path: str
    pattern: str
    told: str


class Looking:
    """The looks that one catalog's reading took; `answers` is all that its result depends on."""

    def __init__(self) -> None:
        """Nothing is asked yet."""
        self.answers: list[Answer] = []

    def content(self, path: Path, name: str = "") -> bytes | Problem:
        """A file's bytes; a problem, under this name, where they can't be had."""
        said = _content(path, name or str(path))
        told = said if isinstance(said, bytes) else repr(said).encode()
        self._note("content", path, name, told)
        return said

    def real(self, path: Path) -> Path:
        """A file's one true path."""
        said = path.resolve()
        self._note("real", path, "", str(said).encode("utf-8", "surrogateescape"))
        return said

    def matching(self, file: Path, pattern: str) -> list[Path]:
        """The files that an `include:` of a file means."""
        said = _matching(file, pattern)
        self._note("matching", file, pattern, repr([str(one) for one in said]).encode())
        return said

    def _note(self, question: str, path: Path, pattern: str, told: bytes) -> None:
        self.answers.append(Answer(question, str(path), pattern, hashlib.sha256(told).hexdigest()))


def unchanged(answers: Iterable[Answer]) -> bool:
    """Does the file system still give each of these answers?"""
    for answer in answers:
        looking, path = Looking(), Path(answer.path)
        if answer.question == "content":
            looking.content(path, answer.pattern)
        elif answer.question == "real":
            looking.real(path)
        else:
            looking.matching(path, answer.pattern)
        if looking.answers != [answer]:
            return False
    return True


def _content(path: Path, name: str) -> bytes | Problem:
    try:
        if path.stat().st_size > MAX_BYTES:
            remedy = "split the catalog with `include:`"
            return problem("file-too-large", Spot(name), "the file is over 50 MB", remedy)
        return path.read_bytes()
    except OSError as error:
        message = f"can't read this file: {error.strerror or error}"
        return problem("unreadable-file", Spot(name), message, "check the path and its rights")


def _matching(file: Path, pattern: str) -> list[Path]:
    if not any(sign in pattern for sign in "*?["):
        path = file.parent / pattern
        return [path] if path.exists() else []
    base = Path(pattern).anchor
    root, rest = (Path(base), str(Path(pattern).relative_to(base))) if base else (file.parent, pattern)
    return [path for path in sorted(root.glob(rest)) if path.is_file() and path.resolve() != file.resolve()]


def roots(paths: Sequence[Path]) -> tuple[list[Path], list[Problem]]:
    """The catalog files that are meant by these files and folders, each once."""
    problems: list[Problem] = []
    found: dict[Path, Path] = {}
    for path in paths:
        for file in _files(path, problems):
            found.setdefault(file.resolve(), file)
    return list(found.values()), problems


def _files(path: Path, problems: list[Problem]) -> list[Path]:
    if not path.is_dir():
        return [path]
    found = [
        file for file in sorted(path.iterdir()) if file.suffix in (".yaml", ".yml") and _is_catalog(file)
    ]
    if not found:
        remedy = "name a catalog file, or a folder with one"
        message = "no YAML file in this folder has a `catalog:` key"
        problems.append(problem("no-catalog", Spot(str(path)), message, remedy))
    return found


def _is_catalog(file: Path) -> bool:
    try:
        return file.is_file() and _CATALOG.search(file.read_bytes()) is not None
    except OSError:
        return True  # to be read, and complained of, later
