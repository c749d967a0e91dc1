"""This room reads one YAML file strictly: YAML 1.2 core scalars, no surprises, every place remembered.

Only `true`, `false`, `null`, `~` and nothing are not text. Duplicate keys, several documents, merge
keys, tags, alias bombs, deep nesting and files over a sane size are refused, each with its place.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, cast

import yaml
from yaml.composer import Composer
from yaml.nodes import MappingNode, Node, ScalarNode, SequenceNode
from yaml.parser import Parser
from yaml.reader import Reader
from yaml.scanner import Scanner

from reconciler.catalog.document import (
    NUMBER,
    Data,
    Document,
    Plain,
    Problem,
    Rows,
    Spot,
    Table,
    clean,
    problem,
    spot_of,
)
from reconciler.catalog.files import Looking

if TYPE_CHECKING:
    from pathlib import Path

MAX_DEPTH = 40
MAX_PARSER_DEPTH = 900
"""libyaml's composer calls itself once a level and dies of some 20,000."""
ALIAS_ALLOWANCE = 100_000
"""How many values the aliases of a file may add; real catalogs add some hundred."""

_BRACKETS = re.compile(r"[\[\]{}]")
_BLOCK_DEPTH = re.compile(r"^[ ?:\-]{900}", re.MULTILINE)
_WORDS: dict[str, bool | None] = {
    "true": True, "True": True, "TRUE": True, "false": False, "False": False, "FALSE": False,
    "null": None, "Null": None, "NULL": None, "~": None, "": None,
}  # fmt: skip
_MAY_BE_NUMBER = frozenset("+-.0123456789")


class _Tags:
    """Tells plain scalars from quoted ones; nothing else is resolved."""

    def resolve(self, kind: type[Node], _value: str | None, implicit: tuple[bool, bool] | bool | None) -> str:
        """`plain` for an unquoted scalar, else an empty tag."""
        return "plain" if kind is ScalarNode and isinstance(implicit, tuple) and implicit[0] else ""

    def descend_resolver(self, _node: Node | None, _index: object) -> None:
        """Nothing depends on the path."""

    def ascend_resolver(self) -> None:
        """Nothing depends on the path."""


class _PureReading(_Tags, Reader, Scanner, Parser, Composer):
    """PyYAML's own parser, for machines without libyaml."""

    def __init__(self, text: str) -> None:
        """Read from a text."""
        Reader.__init__(self, text)
        Scanner.__init__(self)
        Parser.__init__(self)
        Composer.__init__(self)


def _reading() -> type:
    try:
        from yaml._yaml import CParser  # noqa: PLC0415 - may be missing
    except ImportError:  # pragma: no cover - the wheels of PyYAML bring libyaml
        return _PureReading

    class FastReading(_Tags, CParser):
        """libyaml's parser."""

    return FastReading


_READING = _reading()


class _Refused(Exception):
    """The file can't be read at all."""

    def __init__(self, found: Problem) -> None:
        """Carry the problem."""
        self.found = found


def read(path: Path, name: str, looking: Looking | None = None) -> tuple[Document | None, list[Problem]]:
    """Read one file; `name` is what problems call it. None where it can't be read at all."""
    raw = (looking or Looking()).content(path, name)
    if isinstance(raw, Problem):
        return None, [raw]
    try:
        text = raw.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = raw.count(b"\n", 0, error.start) + 1
        column = error.start - raw.rfind(b"\n", 0, error.start)
        remedy = "save the file as UTF-8"
        return None, [problem("not-utf-8", Spot(name, line, column), "this is not UTF-8 text", remedy)]
    return read_text(text, name)


def read_text(text: str, name: str, reading: type = _READING) -> tuple[Document | None, list[Problem]]:
    """Read one text as `read` reads a file."""
    try:
        root = _compose(text, name, reading)
    except _Refused as refused:
        return None, [refused.found]
    walk = _Walk(name)
    try:
        data = walk.value(root, 0)
    except _Refused as refused:
        return None, [*walk.problems, refused.found]
    if not isinstance(data, Table):
        message = "a catalog file must be a mapping of keys, like `catalog: High School`"
        return None, [*walk.problems, problem("not-a-mapping", spot_of(name, root), message)]
    return Document(name, data), walk.problems


def _compose(text: str, name: str, reading: type) -> Node:
    if _too_deep(text):
        raise _Refused(problem("too-deep", Spot(name), "the file is nested too deeply", "flatten it"))
    try:
        root: Node | None = reading(text).get_single_node()
    except yaml.MarkedYAMLError as error:
        raise _Refused(_syntax(error, text, name)) from None
    except yaml.reader.ReaderError as error:
        head = text[: error.position]
        spot = Spot(name, head.count("\n") + 1, len(head) - head.rfind("\n"))
        message = "a control character stands here"
        raise _Refused(problem("yaml-syntax", spot, message, "delete it")) from None
    if root is None:
        remedy = "write at least `catalog:`, or remove the file"
        raise _Refused(problem("empty-file", Spot(name), "the file says nothing", remedy))
    return root


def _too_deep(text: str) -> bool:
    if _BLOCK_DEPTH.search(text):
        return True
    if text.count("[") + text.count("{") <= MAX_PARSER_DEPTH:
        return False
    depth = 0
    for found in _BRACKETS.finditer(text):
        depth = depth + 1 if found.group() in "[{" else max(0, depth - 1)
        if depth > MAX_PARSER_DEPTH:
            return True
    return False


def _syntax(error: yaml.MarkedYAMLError, text: str, name: str) -> Problem:
    mark = error.problem_mark or error.context_mark
    spot = Spot(name, mark.line + 1, mark.column + 1) if mark else Spot(name)
    message = str(error.problem or error.context)
    if "another document" in message or "single document" in message:
        return problem("several-documents", spot, "a second document starts here", "use one file for each")
    lines = text.splitlines()
    line = lines[mark.line] if mark and mark.line < len(lines) else ""
    if "\t" in line[: len(line) - len(line.lstrip())]:
        return problem("yaml-syntax", spot, "a tab indents this line", "indent with spaces")
    remedy = "check indentation, quotes and brackets here and on the line before"
    return problem("yaml-syntax", spot, f"this is not YAML: {message}", remedy)


class _Walk:
    """Turns nodes into data, once each, and counts what aliases would repeat."""

    def __init__(self, file: str) -> None:
        """Start with nothing read."""
        self.file = file
        self.problems: list[Problem] = []
        self.seen: dict[int, tuple[Data, int]] = {}
        self.open: set[int] = set()
        self.count = 0
        self.repeated = 0

    def value(self, node: Node, depth: int) -> Data:
        """The data of a node; raises _Refused where the file can't be read on."""
        if isinstance(node, ScalarNode):
            self.count += 1
            return self._scalar(node)
        known = self.seen.get(id(node))
        if known is not None:
            self._repeat(node, known[1])
            return known[0]
        if id(node) in self.open:
            raise _Refused(problem("alias-loop", self._spot(node), "an alias in here refers to itself"))
        if depth > MAX_DEPTH:
            raise _Refused(problem("too-deep", self._spot(node), "nested too deeply", "flatten it"))
        if node.tag not in ("", "tag:yaml.org,2002:map", "tag:yaml.org,2002:seq"):
            self._tag(node)
        self.open.add(id(node))
        before = self.count
        data: Data
        if isinstance(node, SequenceNode):
            data = self._rows(node, depth)
        else:
            data = self._table(cast("MappingNode", node), depth)
        self.open.discard(id(node))
        self.count += 1
        self.seen[id(node)] = (data, self.count - before)
        return data

    def _repeat(self, node: Node, size: int) -> None:
        self.count += size
        self.repeated += size
        if self.repeated > ALIAS_ALLOWANCE:
            remedy = "use a named setup instead of anchors"
            message = "the aliases of this file repeat too much"
            raise _Refused(problem("alias-bomb", self._spot(node), message, remedy))

    def _table(self, node: MappingNode, depth: int) -> Table:
        table = Table(self.file, node)
        for key_node, value_node in node.value:
            if not isinstance(key_node, ScalarNode):
                self.problems.append(problem("bad-key", self._spot(key_node), "a key must be text"))
                continue
            key = clean(key_node.value)
            if key == "<<" and key_node.tag == "plain":
                self._merge_key(key_node)
            elif key in table:
                self._twice(table, key, key_node)
            else:
                table[key] = self.value(value_node, depth + 1)
        # A complex key has no text to be found by: it goes, so that places can be looked up.
        node.value = [pair for pair in node.value if isinstance(pair[0], ScalarNode)]
        return table

    def _rows(self, node: SequenceNode, depth: int) -> Rows:
        rows = Rows(self.file, node)
        rows.extend(self.value(child, depth + 1) for child in node.value)
        return rows

    def _scalar(self, node: ScalarNode) -> Data:
        text: str = node.value
        if node.tag == "plain":
            if text in _WORDS:
                return _WORDS[text]
            if text[0] in _MAY_BE_NUMBER and NUMBER.fullmatch(text):
                return Plain(text)
        elif node.tag not in ("", "tag:yaml.org,2002:str"):
            self._tag(node)
        return clean(text)

    def _spot(self, node: Node) -> Spot:
        return spot_of(self.file, node)

    def _tag(self, node: Node) -> None:
        message = f"the tag {node.tag.replace('tag:yaml.org,2002:', '!!')} is not used here"
        self.problems.append(problem("tag", self._spot(node), message, "remove the tag"))

    def _merge_key(self, node: Node) -> None:
        remedy = "put the shared part into `setups:` and name it in `use:`"
        self.problems.append(problem("merge-key", self._spot(node), "merge keys are not supported", remedy))

    def _twice(self, table: Table, key: str, node: Node) -> None:
        first = table.key_spot(key)
        message = f'the key "{key}" stands twice, first in line {first.line}, column {first.column}'
        remedy = "keep one of them"
        self.problems.append(problem("duplicate-key", self._spot(node), message, remedy))
