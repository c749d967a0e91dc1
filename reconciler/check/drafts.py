"""This room holds masters as merged but not yet in normal form."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple

from reconciler.check.across import Heading

if TYPE_CHECKING:
    from reconciler.catalog import Source, Table
    from reconciler.check.layers import Layers, Merged
    from reconciler.course import Locks


class Draft(NamedTuple):
    """One master: its own table, and what it says together with its setups."""

    number: str
    table: Table
    merged: Merged

    @classmethod
    def of(cls, table: Table, layers: Layers) -> Draft:
        """Merge a master."""
        return cls(str(table["number"]), table, layers.master(table))

    @property
    def active(self) -> bool:
        """Is it in use? So it is unless it says otherwise (P3)."""
        leaf = self.merged.info.get("active")
        return leaf is None or leaf.value is not False


@dataclass(frozen=True, slots=True)
class Drafts:
    """One catalog as checked: its files, its locks and its masters in the order of the files."""

    source: Source
    locks: Locks
    masters: tuple[Draft, ...]

    @property
    def name(self) -> str:
        """The catalog's name; empty where it is missing."""
        return str(self.source.root.data.get("catalog") or "")

    def heading(self) -> Heading:
        """What is compared of catalogs that are loaded together."""
        numbers = tuple((draft.number, draft.table.value_spot("number")) for draft in self.masters)
        return Heading(self.name, self.source.root.data.value_spot("catalog"), numbers)
