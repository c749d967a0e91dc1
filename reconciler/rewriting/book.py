"""This room is one catalog as text: its files, where its masters stand in them, and what it would mean."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from reconciler.catalog import Problem, Severity, Source, Table, gather, read_text
from reconciler.check import judge
from reconciler.desired import Loaded, resolve
from reconciler.errors.rewriting import CatalogUnknown, NotRewritable, RewriteWrong
from reconciler.errors.root import suggestion
from reconciler.rewriting.files import Page

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from reconciler.rewriting.files import FileChange


class Place(NamedTuple):
    """Where a master stands: its file, and its lines as read."""

    page: Page
    table: Table


@dataclass(slots=True)
class Book:
    """One catalog as written; `pages` by the names of their files, `others` the files of other catalogs."""

    paths: tuple[Path, ...]
    source: Source
    pages: dict[str, Page]
    others: frozenset[Path]
    pieces: dict[str, list[tuple[int, int, str]]] = field(default_factory=dict)

    def masters(self) -> dict[str, Place]:
        """The masters by number."""
        found: dict[str, Place] = {}
        for entry in self.source.lists["masters"]:
            if isinstance(entry.value, Table):
                place = Place(self.pages[entry.value.file], entry.value)
                found.setdefault(str(entry.value.get("number")), place)
        return found

    def piece(self, table: Table) -> str:
        """The text of a table, at the columns that it has in its file."""
        text = self.pages[table.file].text
        start = table.node.start_mark.index
        return " " * table.node.start_mark.column + text[start : table.node.end_mark.index]

    def replace(self, table: Table, text: str) -> None:
        """Put another text in the place of a table's; written into its page by `settle`."""
        start, end = table.node.start_mark.index, table.node.end_mark.index
        column = table.node.start_mark.column
        self.pieces.setdefault(table.file, []).append((start, end, text[column:]))

    def settle(self) -> None:
        """Bring what was replaced into the pages; the tables' places count no longer."""
        for file, found in self.pieces.items():
            page = self.pages[file]
            for start, end, text in sorted(found, reverse=True):
                page.text = page.text[:start] + text + page.text[end:]
        self.pieces.clear()

    def changes(self) -> tuple[FileChange, ...]:
        """What has been done to its files; files that stay as they are left out."""
        found = (page.change for page in self.pages.values())
        return tuple(one for one in found if one.after != one.before)


def opened(paths: Sequence[Path], name: str) -> Book:
    """Open the catalog of a name; raises CatalogUnknown."""
    sources, _ = gather(paths)
    known = {str(source.root.data.get("catalog")): source for source in sources}
    if name not in known:
        raise CatalogUnknown(
            name=name, close=suggestion(name, known), known=", ".join(sorted(known)) or "none"
        )
    chosen = known[name]
    others = frozenset(
        Path(one.file).resolve() for source in sources if source is not chosen for one in source.documents
    )
    return _book(tuple(paths), chosen, others)


def _book(paths: tuple[Path, ...], chosen: Source, others: frozenset[Path]) -> Book:
    pages, documents = {}, []
    for document in chosen.documents:
        page = Page.read(Path(document.file))
        again, _ = read_text(page.text, document.file)
        if again is not None:
            pages[document.file] = page
            documents.append(again)
    source = Source(chosen.file, documents)
    source.combine()
    return Book(paths, source, pages, others)


def unanchored(book: Book, table: Table, names: Iterable[str]) -> None:
    """Refuse to change what is written once and used elsewhere; raises NotRewritable."""
    text = book.pages[table.file].text
    for name in names:
        if name and re.search(rf"(?<!\w)\*{re.escape(name)}(?![\w-])", text):
            why = f"it is under the anchor &{name}, and used in other places of the file"
            how = "Put what they share into a setup under `setups:`, and name it in `use:`."
            raise NotRewritable(place=table.spot(), why=why, how=how)


def meaning(paths: Sequence[Path], changes: Iterable[FileChange]) -> Loaded:
    """What the catalogs would say if these changes were written; nothing is written."""
    after = {one.path.resolve(): one.after.removeprefix("\ufeff") for one in changes}
    sources, problems = gather(paths)
    found: list[Problem] = list(problems)
    for source in sources:
        for index, document in enumerate(source.documents):
            text = after.get(Path(document.file).resolve())
            if text is not None:
                again, wrong = read_text(text, document.file)
                if again is None:
                    what = "its YAML can't be read, told above"
                    raise RewriteWrong(catalog=document.file, what=what, problems=tuple(wrong))
                found += wrong
                source.documents[index] = again
    return resolve(*judge(sources, found))


def sound(name: str, loaded: Loaded, known: Mapping[Problem, None]) -> None:
    """Raise RewriteWrong where there is an error that was not there before."""
    new = tuple(one for one in loaded.problems if one.severity is Severity.ERROR and _same(one) not in known)
    if new:
        raise RewriteWrong(catalog=name, what=f"{len(new)} error(s), told above", problems=new)


def _same(problem: Problem) -> Problem:
    return problem._replace(line=0, column=0)
