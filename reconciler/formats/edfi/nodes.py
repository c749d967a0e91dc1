"""This room turns Ed-Fi elements and API objects into one shape: nested names and texts, with a line.

The names are the API's: `SchoolId` in XML is `schoolId` here. XML is read with the bare expat parser, so
that memory stays constant, every record knows its line, and a document type (the door to entity bombs)
is refused when it is met.
"""

from __future__ import annotations

import json
from typing import IO, TYPE_CHECKING, NamedTuple
from xml.parsers import expat

from reconciler.district import Place
from reconciler.errors import SourceBroken
from reconciler.formats.tabular import BOM

if TYPE_CHECKING:
    from collections.abc import Iterator

DEEPEST = 40
"""The deepest nesting that is read; real records have about ten levels."""
CHUNK = 1 << 16
XMLNS = " "
MARKS = ("id", "ref")
"""The attributes by which elements point at each other."""

Node = dict[str, object]
"""Fields by name: a text, a node, or a list of those."""


class Record(NamedTuple):
    """One record: its kind (`School`), its fields, and the line on which it begins."""

    kind: str
    node: Node
    line: int


def find(node: object, *names: str) -> str:
    """The first text with one of these names, here or below, breadth before depth; empty if none."""
    level = [node]
    while level:
        for one in level:
            if isinstance(one, dict):
                for name in names:
                    if isinstance(one.get(name), str):
                        return str(one[name])
        level = [child for one in level for child in _below(one)]
    return ""


def here(node: Node, *names: str) -> str:
    """The first text with one of these names, directly in a node; empty if none."""
    for name in names:
        value = node.get(name)
        if value and isinstance(value, str):
            return value
    return ""


def inner(node: object, name: str) -> Node | None:
    """The first node with this name, here or below, breadth before depth."""
    level = [node]
    while level:
        for one in level:
            found = one.get(name) if isinstance(one, dict) else None
            if isinstance(found, list):
                found = found[0]
            if isinstance(found, dict):
                return found
        level = [child for one in level for child in _below(one)]
    return None


def many(node: Node, *names: str) -> list[object]:
    """Everything directly under one of these names, as a list."""
    for name in names:
        value = node.get(name)
        if value is not None:
            return value if isinstance(value, list) else [value]
    return []


def code(text: str) -> str:
    """A descriptor's code: what follows the `#` of its URI; `Final` is `Final`."""
    return text.rpartition("#")[2].strip()


def _below(node: object) -> list[object]:
    if isinstance(node, dict):
        return [value for name, value in node.items() if name != "link"]
    return node if isinstance(node, list) else []


def json_records(name: str, kind: str, stream: IO[bytes]) -> Iterator[Record]:
    """The records of a JSON-lines file of one resource; raises SourceBroken at the first bad line."""
    for line, raw in enumerate(stream, 1):
        text = (raw.removeprefix(BOM) if line == 1 else raw).strip()
        if not text:
            continue
        try:
            value = json.loads(text, parse_int=str, parse_float=str)
        except (ValueError, RecursionError):
            raise SourceBroken(place=Place(name, line), why="it is not a JSON object in UTF-8") from None
        if not isinstance(value, dict):
            raise SourceBroken(place=Place(name, line), why="it is not a JSON object in UTF-8")
        yield Record(kind, value, line)


def xml_records(name: str, stream: IO[bytes]) -> Iterator[Record]:
    """The records of an interchange file, after one record with the root's name and no fields.

    Raises SourceBroken where it is not well-formed, has a document type, or nests without end.
    """
    reading = _Reading(name)
    try:
        while chunk := stream.read(CHUNK):
            reading.parser.Parse(chunk, False)
            yield from reading.take()
        reading.parser.Parse(b"", True)
    except expat.ExpatError as error:
        raise SourceBroken(place=Place(name, error.lineno), why=expat.ErrorString(error.code)) from None
    yield from reading.take()


class _Reading:
    """The state of one parse: the open elements, and the records that are ready."""

    def __init__(self, name: str) -> None:
        self.name = name
        self.parser = expat.ParserCreate(namespace_separator=XMLNS)
        self.parser.buffer_text = True
        self.parser.StartElementHandler = self._start
        self.parser.EndElementHandler = self._end
        self.parser.CharacterDataHandler = self._text
        self.parser.StartDoctypeDeclHandler = self._doctype
        self._open: list[tuple[str, Node, list[str]]] = []
        self._names: dict[str, str] = {}
        self._line = 0
        self._ready: list[Record] = []

    def take(self) -> list[Record]:
        """Hand out the records that are ready."""
        ready, self._ready = self._ready, []
        return ready

    def _start(self, tag: str, attributes: dict[str, str]) -> None:
        depth = len(self._open)
        if depth == 0:
            self._ready.append(Record(tag.rpartition(XMLNS)[2], {}, self.parser.CurrentLineNumber))
        elif depth == 1:
            self._line = self.parser.CurrentLineNumber
        elif depth > DEEPEST:
            self._refuse("its elements are nested too deep")
        fields: Node = (
            {f"@{name}": attributes[name] for name in MARKS if name in attributes} if attributes else {}
        )
        self._open.append((tag, fields, []))

    def _text(self, text: str) -> None:
        self._open[-1][2].append(text)

    def _end(self, _: str) -> None:
        tag, fields, texts = self._open.pop()
        if len(self._open) == 1:
            self._ready.append(Record(tag.rpartition(XMLNS)[2], fields, self._line))
        elif self._open:
            name = self._names.get(tag) or self._names.setdefault(tag, _api_name(tag))
            _put(self._open[-1][1], name, fields or "".join(texts).strip())

    def _doctype(self, *_: object) -> None:
        self._refuse("it has a document type, which Ed-Fi never has")

    def _refuse(self, why: str) -> None:
        raise SourceBroken(place=Place(self.name, self.parser.CurrentLineNumber), why=why)


def _api_name(tag: str) -> str:
    name = tag.rpartition(XMLNS)[2]
    return name[:1].lower() + name[1:]


def _put(fields: Node, name: str, value: object) -> None:
    if name not in fields:
        fields[name] = value
        return
    before = fields[name]
    if isinstance(before, list):
        before.append(value)
    else:
        fields[name] = [before, value]
