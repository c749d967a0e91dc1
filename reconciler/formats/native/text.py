"""This room lays plain tables out as YAML that people like to read: things in blocks, small tables in a line.

PyYAML's own writer takes minutes for a large district and puts every word on a line of its own.
Whatever another YAML reader might take for a number, a date or a flag stands in quotes.
"""

from __future__ import annotations

import json
import re
from decimal import Decimal
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

_WORD = re.compile(r"[A-Za-z][A-Za-z0-9_.()+&/'-]*(?: [A-Za-z0-9_.()+&/'-]+)*")
_TAKEN = frozenset({"true", "false", "null", "yes", "no", "on", "off", "y", "n"})
_UNSAFE = re.compile(r"[^\x20-\x7e\xa0-\u2027\u202a-\ud7ff\ue000-\ufefe\uff00-\ufffd\U00010000-\U0010ffff]")


def yaml_rows(name: str, rows: Iterator[Mapping[str, object]]) -> Iterator[str]:
    """One top-level list, piece by piece; nothing where it is empty."""
    first = True
    for row in rows:
        if first:
            yield f"{name}:\n"
            first = False
        yield "".join(_entry(row, ""))


def yaml_table(table: Mapping[str, object]) -> str:
    """One top-level table."""
    return "".join(_block(table, ""))


def json_line(value: object) -> str:
    """One value as JSON on a line; decimals are whole numbers or texts, so that none becomes a float."""
    return json.dumps(value, ensure_ascii=False, separators=(", ", ": "), default=_json_decimal)


def _json_decimal(value: object) -> object:
    text = format(Decimal(str(value)), "f")
    return text if "." in text else int(text)


def _entry(row: object, indent: str) -> Iterator[str]:
    if not isinstance(row, dict) or _is_flat(row):
        yield f"{indent}- {_flow(row)}\n"
        return
    lines = _block(row, indent + "  ")
    yield f"{indent}- {next(lines)[len(indent) + 2 :]}"
    yield from lines


def _block(table: Mapping[str, object], indent: str) -> Iterator[str]:
    for name, value in table.items():
        if isinstance(value, dict) and not _is_flat(value):
            yield f"{indent}{_scalar(name)}:\n"
            yield from _block(value, indent + "  ")
        elif isinstance(value, list) and any(isinstance(one, dict) for one in value):
            yield f"{indent}{_scalar(name)}:\n"
            for one in value:
                yield from _entry(one, indent)
        else:
            yield f"{indent}{_scalar(name)}: {_flow(value)}\n"


def _is_flat(table: Mapping[str, object]) -> bool:
    """Is there no table inside, so that it fits a line?"""
    return not any(
        isinstance(value, dict) or (isinstance(value, list) and any(isinstance(one, dict) for one in value))
        for value in table.values()
    )


def _flow(value: object) -> str:
    if isinstance(value, dict):
        return "{" + ", ".join(f"{_scalar(name)}: {_flow(one)}" for name, one in value.items()) + "}"
    if isinstance(value, list):
        return "[" + ", ".join(map(_flow, value)) + "]"
    return _scalar(value)


def _scalar(value: object) -> str:
    if value is None:
        return "null"
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, Decimal):
        return format(value, "f")
    if isinstance(value, int):
        return str(value)
    text = str(value)
    if _WORD.fullmatch(text) and text.lower() not in _TAKEN:
        return text
    escaped = text.replace("\\", "\\\\").replace('"', '\\"')
    return '"' + _UNSAFE.sub(_escape, escaped) + '"'


def _escape(found: re.Match[str]) -> str:
    return f"\\u{ord(found.group()):04x}"
