"""This room reads a package's manifest: which files it carries, and that they are whole."""

from __future__ import annotations

from collections import Counter
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from reconciler.district import Place
from reconciler.errors import DeltaRefused, SourceBroken
from reconciler.formats.tabular import open_table

if TYPE_CHECKING:
    from collections.abc import Iterator

    from reconciler.formats.package import Package
    from reconciler.formats.tabular import Complaints, Table

MANIFEST = "manifest.csv"
GONE = "tobedeleted"
"""The status of a row that counts as not there."""
NEEDED = ("orgs", "academicSessions", "courses", "classes")
READ = (
    *NEEDED,
    "enrollments",
    "users",
    "categories",
    "lineItems",
    "results",
    "lineItemLearningObjectiveIds",
)
"""The files that are read, by the names that the manifest gives them."""
VERSIONS = ("1.1", "1.2")


@dataclass(frozen=True, slots=True)
class Manifest:
    """What a package carries: files that are declared `absent`, or are not there, are not in `files`.

    `read` counts the rows that were read, by file.
    """

    package: Package
    version: str
    files: frozenset[str]
    read: Counter[str] = field(default_factory=Counter)

    @contextmanager
    def table(
        self, name: str, wanted: tuple[str, ...], needed: tuple[str, ...], complaints: Complaints
    ) -> Iterator[Table]:
        """Open one file of the package; its rows are counted as they are read."""
        with open_table(self.package, f"{name}.csv", wanted, needed, complaints) as table:
            yield table
            self.read[name] += table.read


def read_manifest(package: Package, complaints: Complaints) -> Manifest:
    """Which files are there; raises DeltaRefused where one of them holds changes only.

    A package without a manifest is taken to carry what it has, whole.
    """
    said = _said(package, complaints) if MANIFEST in package else {}
    version, line = said.get("oneroster.version", ("", 0))
    if version not in VERSIONS and MANIFEST in package:
        complaints.add(MANIFEST, line, "names no known OneRoster version; it is read as 1.1 and 1.2 are")
    files = frozenset(name for name in READ if _carried(package, name, said, complaints))
    for name in NEEDED:
        if name not in files:
            raise SourceBroken(
                place=f"{name}.csv", why="it is missing, and no district can be told without it"
            )
    return Manifest(package, version, files)


def _said(package: Package, complaints: Complaints) -> dict[str, tuple[str, int]]:
    wanted = ("propertyName", "value")
    with open_table(package, MANIFEST, wanted, wanted, complaints) as table:
        return {cells[0]: (cells[1], line) for line, cells in table.rows}


def _carried(package: Package, name: str, said: dict[str, tuple[str, int]], complaints: Complaints) -> bool:
    mode, line = said.get(f"file.{name}", ("", 0))
    there = f"{name}.csv" in package
    if mode == "delta":
        raise DeltaRefused(place=Place(MANIFEST, line), file=f"{name}.csv")
    if mode == "absent":
        if there:
            complaints.add(MANIFEST, line, "says that {}.csv is absent, so it was not read", name)
        return False
    if mode == "bulk" and not there:
        complaints.add(MANIFEST, line, "names {}.csv, which is not in the package", name)
    return there
