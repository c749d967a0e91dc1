"""This room reads the files of every catalog, follows `include:` and puts their parts together."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, NamedTuple

from reconciler.catalog.document import Data, Document, Problem, Rows, Spot, Table, problem
from reconciler.catalog.files import Looking, roots
from reconciler.catalog.reading import read

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path

MAPS = ("score_groups", "rubrics", "grading_scales", "tasks", "standards", "tests", "setups")
"""The named maps that files may share out among them."""
LISTS = ("school_years", "schools", "masters", "exempt_calendars", "ignored_courses")


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
    files, problems = roots(paths)
    sources = []
    for file in files:
        source, found = gather_one(file, Looking())
        problems += found
        if source.documents:
            sources.append(source)
    return sources, problems


def gather_one(file: Path, looking: Looking) -> tuple[Source, list[Problem]]:
    """Read one catalog; its source has no documents where the file can't be read."""
    reading = _Reading(Source(str(file)), looking)
    reading.file(file, (), None)
    return reading.source, reading.problems


class _Reading:
    """Reads one catalog's files, depth first."""

    def __init__(self, source: Source, looking: Looking) -> None:
        """Start with nothing read."""
        self.source = source
        self.looking = looking
        self.problems: list[Problem] = []
        self.seen: set[Path] = set()

    def file(self, file: Path, chain: tuple[Path, ...], asked: Spot | None) -> None:
        """Read one file and what it includes; `asked` is where it was asked for."""
        real = self.looking.real(file)
        if asked and real in self.seen:
            code, what = (
                ("include-cycle", "includes itself")
                if real in chain
                else ("included-twice", "is included twice")
            )
            self.problems.append(problem(code, asked, f"{file} {what}", "remove this entry"))
            return
        self.seen.add(real)
        document, problems = read(file, str(file), self.looking)
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
            found = self.looking.matching(file, pattern)
            if not found:
                message = f'nothing is found under "{pattern}"'
                remedy = f"paths are relative to {file.parent}"
                self.problems.append(problem("missing-include", rows.row_spot(index), message, remedy))
            for one in found:
                self.file(one, chain, rows.row_spot(index))
