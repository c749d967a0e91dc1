"""This room lets a package give names of files that are entered only when one of them is asked for."""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping


def late(package: str, places: Mapping[str, str]) -> Callable[[str], object]:
    """The `__getattr__` of a package: `places` tells for each name the file that has it."""

    def find(name: str) -> object:
        """Enter the file of a name; raises AttributeError."""
        if name in places:
            return getattr(import_module(f"{package}.{places[name]}"), name)
        raise AttributeError(name)

    return find
