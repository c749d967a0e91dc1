"""This room holds what a YAML file says: text, tables and rows that remember their place."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING, NamedTuple, Union

if TYPE_CHECKING:
    from yaml.nodes import MappingNode, Node, SequenceNode

NUMBER = re.compile(r"[-+]?(?:[0-9]{1,30}(?:\.[0-9]{0,30})?|\.[0-9]{1,30})")
"""Unquoted text that a schema may take for a number; no exponents, so that no value explodes."""


class Severity(StrEnum):
    """An error stops a push; a warning is said and policy decides."""

    ERROR = "error"
    WARNING = "warning"


class Spot(NamedTuple):
    """A place in a file; lines and columns count from 1, 0 is the file as a whole."""

    file: str
    line: int = 0
    column: int = 0

    def __str__(self) -> str:
        """`file:line:column`."""
        return f"{self.file}:{self.line}:{self.column}" if self.line else self.file


class Problem(NamedTuple):
    """One thing wrong in the YAML: what, where, and the way out (domain.md 8)."""

    severity: Severity
    code: str
    message: str
    remedy: str
    file: str
    line: int
    column: int

    @property
    def spot(self) -> Spot:
        """Where it is."""
        return Spot(self.file, self.line, self.column)

    def __str__(self) -> str:
        """`file:line:column: severity: message`."""
        return f"{self.spot}: {self.severity}: {self.message}"


def problem(code: str, spot: Spot, message: str, remedy: str = "") -> Problem:
    """An error at a spot."""
    return Problem(Severity.ERROR, code, message, remedy, *spot)


def warning(code: str, spot: Spot, message: str, remedy: str = "") -> Problem:
    """A warning at a spot."""
    return Problem(Severity.WARNING, code, message, remedy, *spot)


class Plain(str):
    """Unquoted text that looks like a number: `0401` keeps its zero, `20.0` can be read as a decimal."""

    __slots__ = ()


def clean(text: str) -> str:
    """Text in the one form in which it is compared (NFC)."""
    return text if text.isascii() else unicodedata.normalize("NFC", text)


def spot_of(file: str, node: Node) -> Spot:
    """Where a node starts."""
    return Spot(file, node.start_mark.line + 1, node.start_mark.column + 1)


class Table(dict[str, "Data"]):
    """A YAML mapping; knows where it and each of its keys and values stand."""

    __slots__ = ("file", "node")

    def __init__(self, file: str, node: MappingNode) -> None:
        """Start empty; the reader fills it."""
        super().__init__()
        self.file = file
        self.node = node

    def spot(self) -> Spot:
        """Where the table starts."""
        return spot_of(self.file, self.node)

    def key_spot(self, key: str) -> Spot:
        """Where a key stands; the table's own place where it is missing."""
        return self._find(key, 0)

    def value_spot(self, key: str) -> Spot:
        """Where a key's value stands."""
        return self._find(key, 1)

    def key_lines(self) -> dict[str, int]:
        """The line of every key, for who asks for many."""
        lines: dict[str, int] = {}
        for pair in self.node.value:
            lines.setdefault(clean(pair[0].value), pair[0].start_mark.line + 1)
        return lines

    def _find(self, key: str, side: int) -> Spot:
        for pair in self.node.value:
            if pair[0].value == key or clean(pair[0].value) == key:
                return spot_of(self.file, pair[side])
        return self.spot()

    def drop(self, key: str) -> None:
        """Forget a key whose value can't be used."""
        self.pop(key, None)


class Rows(list["Data"]):
    """A YAML sequence; knows where it and each of its entries stand."""

    __slots__ = ("file", "node", "nodes")

    def __init__(self, file: str, node: SequenceNode) -> None:
        """Start empty; the reader fills it."""
        super().__init__()
        self.file = file
        self.node = node
        self.nodes: list[Node] = node.value

    def spot(self) -> Spot:
        """Where the rows start."""
        return spot_of(self.file, self.node)

    def row_spot(self, index: int) -> Spot:
        """Where one entry stands."""
        return spot_of(self.file, self.nodes[index])

    def drop(self, index: int) -> None:
        """Forget an entry that can't be used."""
        del self[index]
        self.nodes = [*self.nodes[:index], *self.nodes[index + 1 :]]


Data = Union[str, bool, Table, Rows, None]  # noqa: UP007 - a forward reference of the classes above


@dataclass(frozen=True, slots=True)
class Document:
    """One file as read: its name as given, and what it says."""

    file: str
    data: Table
