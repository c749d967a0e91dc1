"""This room is where a master's items were written: parts that masters share, read when one is asked for."""

from __future__ import annotations

import json
from collections.abc import Mapping
from functools import lru_cache
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
        self._told = text

    def _read(self) -> dict[Key, Origin]:
        return _places(self._told)

    def __getitem__(self, key: Key) -> Origin:
        """One item's place; raises KeyError."""
        return self._read()[key]

    def __iter__(self) -> Iterator[Key]:
        """Every item once."""
        return iter(self._read())

    def __len__(self) -> int:
        """How many items there are."""
        return len(self._read())


@lru_cache(maxsize=512)
def _places(told: str) -> dict[Key, Origin]:
    """The last ones that were asked for are at hand; a state has tens of thousands."""
    return {(Area(row[0]), row[1]): Origin(*row[2:]) for row in json.loads(told)}


def written(part: Mapping[Key, Origin]) -> str:
    """A part as one line of text."""
    return json.dumps([(*key, *origin) for key, origin in part.items()], separators=(",", ":"))
