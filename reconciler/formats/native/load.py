"""This room opens a native file, YAML or JSON, and gives plain tables and rows; nothing twice, no guesses.

In JSON, equal tables and equal lists come as one object: a district repeats its items and setups a
thousand times over, and what is one object is read once.
"""

from __future__ import annotations

import json
from decimal import Decimal
from typing import TYPE_CHECKING

from reconciler.catalog import Rows, read
from reconciler.errors import NativeBroken

if TYPE_CHECKING:
    from pathlib import Path


def load(path: Path) -> dict[str, object]:
    """What the file says; raises NativeBroken. A name ending in `.json` is JSON, any other YAML."""
    return _json(path) if path.suffix.lower() == ".json" else _yaml(path)


def line_of(rows: object, index: int) -> int:
    """The line of one entry of a list; 0 in JSON, where lines are not known."""
    return rows.row_spot(index).line if isinstance(rows, Rows) else 0


def _yaml(path: Path) -> dict[str, object]:
    document, problems = read(path, str(path))
    if document is None or problems:
        raise NativeBroken(file=path, told="".join(f"\n  {one}" for one in problems))
    return dict(document.data)


def _json(path: Path) -> dict[str, object]:
    try:
        text = path.read_bytes().decode("utf-8-sig")
        data = json.loads(text, object_pairs_hook=_Tables().make, parse_float=Decimal, parse_constant=_refuse)
    except OSError as error:
        raise NativeBroken(file=path, told=f"\n  {error.strerror or error}") from None
    except UnicodeDecodeError:
        raise NativeBroken(file=path, told="\n  this is not UTF-8 text") from None
    except RecursionError:
        raise NativeBroken(file=path, told="\n  nested too deeply") from None
    except ValueError as error:
        raise NativeBroken(file=path, told=f"\n  {error}") from None
    if not isinstance(data, dict):
        raise NativeBroken(file=path, told="\n  a native file is a table of keys, such as courses")
    return data


def _refuse(word: str) -> None:
    raise ValueError(f"{word} is not a number")


class _Tables:
    """Makes tables out of pairs: refuses equal keys, gives equal tables and equal lists as one object.

    What is in `tables` and `lists` lives as long as this: it may be known by its `id()`.
    """

    def __init__(self) -> None:
        """Start with none seen."""
        self.tables: dict[object, dict[str, object]] = {}
        self.lists: dict[object, list[object]] = {}

    def make(self, pairs: list[tuple[str, object]]) -> dict[str, object]:
        """One table; raises ValueError where a key stands twice."""
        table = dict(pairs)
        if len(table) != len(pairs):
            names = [name for name, _ in pairs]
            twice = next(name for name in names if names.count(name) > 1)
            raise ValueError(f'the key "{twice}" stands twice in one table')
        try:
            # True == 1, so the types belong to the identity.
            return self.tables.setdefault((tuple(pairs), tuple(map(type, table.values()))), table)
        except TypeError:
            return self._deep(table)

    def _deep(self, table: dict[str, object]) -> dict[str, object]:
        """A table with lists or tables in it. A course or section is like no other: it is not remembered."""
        for name, value in table.items():
            if isinstance(value, list):
                table[name] = self._list(value)
        if "number" in table:
            return table
        types = tuple(map(type, table.values()))
        return self.tables.setdefault((tuple(table), types, tuple(map(_mark, table.values()))), table)

    def _list(self, rows: list[object]) -> list[object]:
        types = tuple(map(type, rows))
        if list in types:
            rows = [self._list(one) if isinstance(one, list) else one for one in rows]
        return self.lists.setdefault((types, tuple(map(_mark, rows))), rows)


def _mark(value: object) -> object:
    """By what a value of known type is known: itself, or the `id()` of a list or table."""
    return id(value) if isinstance(value, (list, dict)) else value
