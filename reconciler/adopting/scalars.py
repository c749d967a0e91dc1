"""This room writes YAML: scalars that every YAML reader takes for what they are, rows that fit a line.

The catalog's own reader keeps `0401`, `NO` and `1:30` as text; others read this file too, so whatever is not
plainly a word stands in quotes.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import TYPE_CHECKING, Union

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

WIDTH = 110
WORDS = frozenset(
    {"true", "false", "null", "yes", "no", "on", "off", "y", "n", "nan", "inf", "infinity", "none"}
)
"""Words that some YAML reader, or a person, takes for something else than text."""
_PLAIN = re.compile(r"[^\W\d_][\w .()/&'+-]*")
_ESCAPES = {'"': '\\"', "\\": "\\\\", "\n": "\\n", "\t": "\\t", "\r": "\\r"}
_OPEN, _CLOSE = "[{", "]}"
_BYTE, _SHORT = 0xFF, 0xFFFF


class Number(str):
    """A number as text, written without quotes."""

    __slots__ = ()


Yaml = Union[None, bool, str, "Sequence[Yaml]", "Mapping[str, Yaml]"]


def scalar(value: str | bool | None) -> str:
    """One scalar: a word as it is, any other text in double quotes."""
    if value is None:
        return "null"
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, Number) or _is_word(value):
        return str(value)
    return quoted(value)


def _is_word(text: str) -> bool:
    return (
        _PLAIN.fullmatch(text) is not None
        and text == text.strip()
        and text.isprintable()
        and text.lower() not in WORDS
    )


def quoted(text: str) -> str:
    """Text in double quotes; what does not print is escaped, and so are brackets that do not match.

    The reader counts brackets, quoted or not, to guard against nesting.
    """
    loose = not _nests(text)
    return '"' + "".join(_sign(one, loose=loose) for one in text) + '"'


def _nests(text: str) -> bool:
    depth = 0
    for one in text:
        depth += (one in _OPEN) - (one in _CLOSE)
        if depth < 0:
            return False
    return depth == 0


def _sign(one: str, *, loose: bool) -> str:
    if one in _ESCAPES:
        return _ESCAPES[one]
    if one.isprintable() and not (loose and one in _OPEN + _CLOSE):
        return one
    code = ord(one)
    if code <= _BYTE:
        return f"\\x{code:02x}"
    return f"\\u{code:04x}" if code <= _SHORT else f"\\U{code:08x}"


def flow(value: Yaml) -> str:
    """A value on one line."""
    if value is None or isinstance(value, str | bool):
        return scalar(value)
    if isinstance(value, Mapping):
        return "{" + ", ".join(f"{scalar(key)}: {flow(one)}" for key, one in value.items()) + "}"
    return "[" + ", ".join(flow(one) for one in value) + "]"


def entry(key: str, value: Yaml, indent: int = 0) -> Iterator[str]:
    """The lines of one key with its value: on one line where that fits and holds no rows."""
    pad, name = " " * indent, scalar(key)
    if value is None or isinstance(value, str | bool):
        yield f"{pad}{name}: {scalar(value)}" if value is not None else f"{pad}{name}:"
    elif isinstance(value, Mapping):
        one_line = f"{pad}{name}: {flow(value)}"
        if _short(one_line) and not any(map(_holds_rows, value.values())):
            yield one_line
        else:
            yield f"{pad}{name}:"
            for inner, one in value.items():
                yield from entry(inner, one, indent + 2)
    elif _holds_rows(value):
        yield f"{pad}{name}:"
        for row in value:
            yield from item(row, indent + 2)
    else:
        yield from _wrapped(f"{pad}{name}: [", [flow(one) for one in value], " " * (indent + 2))


def item(row: Yaml, indent: int) -> Iterator[str]:
    """The lines of one entry of a list."""
    pad = " " * indent
    one_line = f"{pad}- {flow(row)}"
    if not isinstance(row, Mapping) or (_short(one_line) and not any(map(_holds_rows, row.values()))):
        yield one_line
        return
    lines = [line for key, value in row.items() for line in entry(key, value, indent + 2)]
    yield f"{pad}- {lines[0].lstrip()}"
    yield from lines[1:]


def _holds_rows(value: Yaml) -> bool:
    """Is it a list of mappings? Each stands on a line of its own."""
    if value is None or isinstance(value, str | bool | Mapping):
        return False
    return any(isinstance(one, Mapping) for one in value)


def _short(line: str) -> bool:
    return len(line) <= WIDTH


def _wrapped(head: str, parts: Sequence[str], pad: str) -> Iterator[str]:
    """A list of scalars over as many lines as it needs."""
    line = head
    for place, part in enumerate(parts):
        more = part + ("," if place < len(parts) - 1 else "]")
        gap = "" if line in (head, pad) else " "
        if gap and not _short(line + gap + more):
            yield line
            line, gap = pad, ""
        line += gap + more
    yield line if parts else head + "]"
