"""This room is where a master's items were written: parts that masters share, read when one is asked for."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import TYPE_CHECKING

from reconciler.course import Area, Origin

if TYPE_CHECKING:
    from collections.abc import Iterator

Key = tuple[Area, str]


class Places(Mapping[Key, Origin]):
    """Area and key -> where the item was written. An earlier part counts before a later one."""

    __slots__ = ("parts",)

    def __init__(self, parts: tuple[Mapping[Key, Origin], ...]) -> None:
        """Put parts together."""
        self.parts = parts

    def __getitem__(self, key: Key) -> Origin:
        """One item's place; raises KeyError."""
        for part in self.parts:
            found = part.get(key)
            if found is not None:
                return found
        raise KeyError(key)

    def __iter__(self) -> Iterator[Key]:
        """Every item once."""
        return iter(dict.fromkeys(key for part in self.parts for key in part))

    def __len__(self) -> int:
        """How many items there are."""
        return sum(1 for _ in self)

    def __repr__(self) -> str:
        """As a dictionary is written."""
        return repr(dict(self))


class Written(Mapping[Key, Origin]):
    """A part as it is kept: text, read when somebody asks."""

    __slots__ = ("_told",)

    def __init__(self, text: str) -> None:
        """Take what `written` gave."""
        self._told: str | dict[Key, Origin] = text

    def _read(self) -> dict[Key, Origin]:
        if isinstance(self._told, str):
            rows = json.loads(self._told)
            self._told = {(Area(row[0]), row[1]): Origin(*row[2:]) for row in rows}
        return self._told

    def __getitem__(self, key: Key) -> Origin:
        """One item's place; raises KeyError."""
        return self._read()[key]

    def __iter__(self) -> Iterator[Key]:
        """Every item once."""
        return iter(self._read())

    def __len__(self) -> int:
        """How many items there are."""
        return len(self._read())


def written(part: Mapping[Key, Origin]) -> str:
    """A part as one line of text."""
    return json.dumps([(*key, *origin) for key, origin in part.items()], separators=(",", ":"))
