"""This room is the items and setups: the values that are compared and stored once."""

from __future__ import annotations

import hashlib
import json
import unicodedata
from typing import TYPE_CHECKING, Any, NamedTuple

from reconciler.course.areas import COURSE_INFO_KINDS, FIELDS, Area, Kind, Value, normal

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping


class Item(NamedTuple):
    """One thing of a setup: its key, and its fields that differ from their defaults, sorted by name.

    `left`: was linked once and is now the host's own. `kept`: is a residual (domain.md 5).
    """

    key: str
    fields: tuple[tuple[str, Value], ...] = ()
    left: bool = False
    kept: bool = False

    def get(self, name: str, default: Value = None) -> Value:
        """One field's value; `default` where it is left out."""
        for field_name, value in self.fields:
            if field_name == name:
                return value
        return default

    def same(self, other: Item | None) -> bool:
        """Equal in every field (the key and the marks apart)?"""
        return other is not None and self.fields == other.fields

    def with_fields(self, **changes: Value) -> Item:
        """The same item with some fields changed; None drops a field."""
        merged = {**dict(self.fields), **changes}
        kept = tuple(sorted((name, value) for name, value in merged.items() if value is not None))
        return self._replace(fields=kept)

    def mark(self, *, left: bool = False, kept: bool = False) -> Item:
        """The same item with just these marks."""
        return self if (self.left, self.kept) == (left, kept) else self._replace(left=left, kept=kept)


def exactly(one: Item) -> tuple[Item, tuple[type, ...]]:
    """What tells items of several areas apart that Python holds for equal: 1 and True."""
    return one, tuple([type(value) for _, value in one.fields])


def item(
    area: Area, key: str, fields: Mapping[str, object], *, left: bool = False, kept: bool = False
) -> Item:
    """Make an item of `area` in its normal form; raises ValueError or KeyError on a wrong field."""
    values = []
    for name, value in fields.items():
        kind, default = FIELDS[area][name]
        if area is Area.COURSE_INFO:
            kind = COURSE_INFO_KINDS.get(key, Kind.TEXT)
        elif area is Area.CROSS_SITE and isinstance(value, bool):
            kind = Kind.FLAG
        clean = normal(kind, value)
        if clean != default and clean is not None:
            values.append((name, clean))
    return Item(unicodedata.normalize("NFC", key), tuple(sorted(values)), left, kept)


def read_items(text: str) -> tuple[Item, ...]:
    """The items of a setup's canonical JSON."""
    return tuple(map(from_row, json.loads(text)))


def from_row(row: Mapping[str, Any]) -> Item:
    """An item of what its canonical JSON says, already read."""
    fields = tuple(
        (name, tuple(value) if isinstance(value, list) else value)
        for name, value in sorted(row.get("fields", {}).items())
    )
    return Item(row["key"], fields, row.get("left", False), row.get("kept", False))


class Setup:
    """The items of one area, sorted by key; equal setups are one value.

    `digest` is that of its canonical JSON; equal digests are equal setups. One that a store holds is known
    by its digest alone, and is decoded when somebody looks inside: most never are.
    """

    __slots__ = ("_by_key", "_digest", "_items", "_read", "_told")

    def __init__(self, items: tuple[Item, ...] = (), digest: str = "") -> None:
        """Make a setup of items that are sorted by key; `digest` if it is known already."""
        self._items: tuple[Item, ...] | None = items
        self._by_key: dict[str, Item] | None = None
        self._digest = digest
        self._read: Callable[[str], tuple[Item, ...]] = read_items
        self._told = ""

    @classmethod
    def stored(cls, told: str, digest: str, read: Callable[[str], tuple[Item, ...]] | None = None) -> Setup:
        """What is kept under this digest; `read` makes its items of what is `told`: canonical JSON."""
        made = cls((), digest)
        made._items, made._told = None, told
        made._read = read or read_items
        return made

    @property
    def items(self) -> tuple[Item, ...]:
        """The items in the order of their keys."""
        if self._items is None:
            self._items = self._read(self._told)
            self._told = ""
        return self._items

    @property
    def by_key(self) -> dict[str, Item]:
        """The items by key; not to be changed."""
        if self._by_key is None:
            self._by_key = {one.key: one for one in self.items}
        return self._by_key

    @property
    def digest(self) -> str:
        """The digest of the canonical JSON, made once."""
        if not self._digest:
            self._digest = digest(encode(self))
        return self._digest

    def __eq__(self, other: object) -> bool:
        """Are the items equal?"""
        if self is other:
            return True
        if not isinstance(other, Setup):
            return NotImplemented
        if self._digest and other._digest:
            return self._digest == other._digest
        return self.items == other.items

    def __hash__(self) -> int:
        """Hash the digest: it is made once, and a setup is looked up thousands of times."""
        return hash(self.digest)

    def __repr__(self) -> str:
        """As it is written in Python."""
        return f"Setup(items={self.items!r})"

    def __reduce__(self) -> tuple[type[Setup], tuple[tuple[Item, ...], str]]:
        """Pickle the items, and the digest if it is known."""
        return Setup, (self.items, self._digest)

    def __iter__(self) -> Iterator[Item]:
        """Walk the items in the order of their keys."""
        return iter(self.items)

    def __len__(self) -> int:
        """How many items there are; none is false."""
        return len(self.items)

    def get(self, key: str) -> Item | None:
        """The item of this key, or None."""
        return self.by_key.get(key)


EMPTY = Setup()


def setup(items: Iterable[Item]) -> Setup:
    """Make a setup of items in any order."""
    ordered = tuple(sorted(items, key=lambda one: one.key))
    return Setup(ordered) if ordered else EMPTY


def encode(value: Setup) -> str:
    """The canonical JSON of a setup: items by key, names by code point, defaults left out."""
    rows = []
    for one in value.items:
        row: dict[str, object] = {"key": one.key}
        if one.fields:
            row["fields"] = dict(one.fields)
        if one.left:
            row["left"] = True
        if one.kept:
            row["kept"] = True
        rows.append(row)
    return _ENCODER.encode(rows)


# Made once: `json.dumps` makes one for each call, which takes a third of its time.
_ENCODER = json.JSONEncoder(ensure_ascii=False, separators=(",", ":"), sort_keys=True)


def decode(body: str) -> Setup:
    """Read what `encode` wrote."""
    return from_rows(json.loads(body))


def from_rows(rows: Iterable[Mapping[str, Any]]) -> Setup:
    """A setup of what its canonical JSON says, already read."""
    items = tuple(map(from_row, rows))
    return Setup(items) if items else EMPTY


def digest(text: str) -> str:
    """The name under which a value is stored once: SHA-256 in hex."""
    return hashlib.sha256(text.encode()).hexdigest()
