"""This room reads academic standards as CASE packages (JSON) or as the CSV of their items.

Real files are looser than the standard: some say `educationalLevel` for `educationLevel`, some leave the
coding scheme out.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, NamedTuple

from reconciler.district import Place
from reconciler.errors import SourceBroken
from reconciler.formats.package import open_package
from reconciler.formats.tabular import BOM, Complaints, open_table

if TYPE_CHECKING:
    from pathlib import Path

    from reconciler.formats.package import Package


class Standard(NamedTuple):
    """One item of a bank: its code, its statement, and the grades it is for."""

    code: str
    statement: str
    levels: tuple[str, ...]


def read_bank(path: Path) -> dict[str, str]:
    """Standards by code (humanCodingScheme -> fullStatement), in the order of the file.

    Items without a code can't be aligned to, so they are left out. Raises SourceBroken.
    """
    return {one.code: one.statement for one in read_standards(path)}


def read_standards(path: Path) -> tuple[Standard, ...]:
    """The items of a CASE package, or of a CSV of items, that have a code; the first of a code counts."""
    package = open_package(path)
    found = _csv(package, path.name) if path.suffix.lower() == ".csv" else _json(package, path.name)
    standards: dict[str, Standard] = {}
    for one in found:
        if one.code:
            standards.setdefault(one.code, one)
    return tuple(standards.values())


def _csv(package: Package, name: str) -> list[Standard]:
    needed = ("fullStatement", "humanCodingScheme")
    wanted = (*needed, "educationLevel", "educationalLevel")
    with open_table(package, name, wanted, needed, Complaints()) as table:
        return [
            Standard(code, statement, _levels(level or other))
            for _, (statement, code, level, other) in table.rows
        ]


def _json(package: Package, name: str) -> list[Standard]:
    with package.open(name) as stream:
        try:
            value = json.loads(stream.read().removeprefix(BOM))
        except ValueError as error:
            line = getattr(error, "lineno", 0)
            raise SourceBroken(place=Place(name, line), why="it is not JSON in UTF-8") from None
    items = value.get("CFItems") if isinstance(value, dict) else None
    if not isinstance(items, list):
        raise SourceBroken(place=name, why="it has no list CFItems, as a CASE package has")
    return [_item(one) for one in items if isinstance(one, dict)]


def _item(one: dict[str, object]) -> Standard:
    code, statement = one.get("humanCodingScheme"), one.get("fullStatement")
    levels = one.get("educationLevel") or one.get("educationalLevel") or ()
    return Standard(str(code or "").strip(), str(statement or "").strip(), _levels(levels))


def _levels(value: object) -> tuple[str, ...]:
    parts = value.split(",") if isinstance(value, str) else value
    return tuple(str(part).strip() for part in parts if part) if isinstance(parts, list) else ()
