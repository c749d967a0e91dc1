"""This room finds the files of every catalog, follows `include:` and puts their parts together."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from reconciler.catalog.document import Data, Document, Problem, Rows, Spot, Table, problem
from reconciler.catalog.read import read

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

MAPS = ("score_groups", "rubrics", "grading_scales", "tasks", "standards", "tests", "setups")
"""The named maps that files may share out among them."""
LISTS = ("school_years", "schools", "masters", "exempt_calendars", "ignored_courses")
_CATALOG = re.compile(rb"^(?:\xef\xbb\xbf)?[\"']?catalog[\"']?[ \t]*:", re.MULTILINE)


class Entry(NamedTuple):
    """One thing of a map or list: what it says, and what holds it under which key or index."""

    value: Data
    holder: Table | Rows
    key: str | int

    @property
    def spot(self) -> Spot:
        """Where its name, or the thing itself, stands."""
        if isinstance(self.holder, Table):
            return self.holder.key_spot(str(self.key))
        return self.holder.row_spot(int(self.key))


@dataclass(slots=True)
class Source:
    """One catalog as written: the files it is made of; `combine` puts their parts together."""

    file: str
    documents: list[Document] = field(default_factory=list)
    maps: dict[str, dict[str, Entry]] = field(default_factory=lambda: {name: {} for name in MAPS})
    lists: dict[str, list[Entry]] = field(default_factory=lambda: {name: [] for name in LISTS})
    locks: dict[str, Entry] = field(default_factory=dict)

    @property
    def root(self) -> Document:
        """The file that was named, not included."""
        return self.documents[0]

    def says(self, key: str) -> bool:
        """Does any of the files have this top-level key?"""
        return any(key in document.data for document in self.documents)

    def combine(self) -> list[Problem]:
        """Append lists, join maps; a name that stands in two files is a problem."""
        problems: list[Problem] = []
        for document in self.documents:
            for name in MAPS:
                self._join(document.data.get(name), self.maps[name], name, problems)
            self._join(document.data.get("locks"), self.locks, "locks", problems)
            for name in LISTS:
                self.lists[name].extend(_rows(document.data, name))
        return problems

    @staticmethod
    def _join(part: Data, whole: dict[str, Entry], name: str, problems: list[Problem]) -> None:
        if not isinstance(part, Table):
            return
        for key, value in part.items():
            if key in whole:
                message = f'"{key}" of {name} stands twice, first at {whole[key].spot}'
                problems.append(problem("duplicate-name", part.key_spot(key), message, "keep one of them"))
            else:
                whole[key] = Entry(value, part, key)


def _rows(data: Table, name: str) -> Iterator[Entry]:
    value = data.get(name)
    if isinstance(value, Rows):
        for index, row in enumerate(value):
            yield Entry(row, value, index)
    elif value is not None:
        yield Entry(value, data, name)


def gather(paths: Sequence[Path]) -> tuple[list[Source], list[Problem]]:
    """Read the catalogs that these files and folders hold, with everything they include."""
    problems: list[Problem] = []
    sources = []
    seen: set[Path] = set()
    for path in paths:
        for file in _files(path, problems):
            if file.resolve() not in seen:
                seen.add(file.resolve())
                source = Source(str(file))
                _Reading(source, problems).file(file, (), None)
                if source.documents:
                    sources.append(source)
    return sources, problems


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


class _Reading:
    """Reads one catalog's files, depth first."""

    def __init__(self, source: Source, problems: list[Problem]) -> None:
        """Start with nothing read."""
        self.source = source
        self.problems = problems
        self.seen: set[Path] = set()

    def file(self, file: Path, chain: tuple[Path, ...], asked: Spot | None) -> None:
        """Read one file and what it includes; `asked` is where it was asked for."""
        real = file.resolve()
        if asked and real in self.seen:
            code, what = (
                ("include-cycle", "includes itself")
                if real in chain
                else ("included-twice", "is included twice")
            )
            self.problems.append(problem(code, asked, f"{file} {what}", "remove this entry"))
            return
        self.seen.add(real)
        document, problems = read(file, str(file))
        self.problems.extend(problems)
        if document is None:
            return
        self.source.documents.append(document)
        if asked and "catalog" in document.data:
            spot = document.data.key_spot("catalog")
            remedy = "remove this key, or push the two as catalogs of their own"
            self.problems.append(
                problem("catalog-included", spot, "an included file can't be a catalog", remedy)
            )
        self._includes(file, document, (*chain, real))

    def _includes(self, file: Path, document: Document, chain: tuple[Path, ...]) -> None:
        rows = document.data.get("include")
        if not isinstance(rows, Rows):
            return
        for index, pattern in enumerate(rows):
            if not isinstance(pattern, str) or not pattern:
                continue  # the schema says so
            found = _matching(file, pattern)
            if not found:
                message = f'nothing is found under "{pattern}"'
                remedy = f"paths are relative to {file.parent}"
                self.problems.append(problem("missing-include", rows.row_spot(index), message, remedy))
            for one in found:
                self.file(one, chain, rows.row_spot(index))


def _matching(file: Path, pattern: str) -> list[Path]:
    if not any(sign in pattern for sign in "*?["):
        path = file.parent / pattern
        return [path] if path.exists() else []
    base = Path(pattern).anchor
    root, rest = (Path(base), str(Path(pattern).relative_to(base))) if base else (file.parent, pattern)
    return [path for path in sorted(root.glob(rest)) if path.is_file() and path.resolve() != file.resolve()]
