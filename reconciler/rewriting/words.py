"""This room writes values as YAML: text that stays text in every YAML tool, quoted only where it must."""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING

from reconciler.catalog import Plain, Rows, Table
from reconciler.course import Kind

if TYPE_CHECKING:
    from collections.abc import Iterable

    from reconciler.catalog import Data
    from reconciler.course import Value

Words = str | tuple[str, ...]
"""A value as YAML: one text, or the entries of a list."""

WIDTH = 110
"""Lines that we write are broken before they grow longer, where they can be."""
_PLAIN = re.compile(r"[^\W_][\w ./()+%&'-]*(?<! )")
_NUMBERLIKE = re.compile(r"[-+.0-9][-+.,:_0-9eExXoOa-fA-F]*")
_WORDY = frozenset({"true", "false", "null", "yes", "no", "on", "off", "y", "n", "nan", "inf"})
_ESCAPED = re.compile("[\x7f-\x9f\u2028\u2029\ufeff\ud800-\udfff\ufffe\uffff]")


def said(text: str, *, quote: str = "") -> str:
    """Text as a scalar: plain where every YAML tool reads it as this text, else in quotes."""
    if quote == "'" and text.isprintable():
        return "'" + text.replace("'", "''") + "'"
    plain = _PLAIN.fullmatch(text) and not _NUMBERLIKE.fullmatch(text) and text.lower() not in _WORDY
    if plain and not quote and text.isprintable():
        return text
    return _ESCAPED.sub(lambda found: f"\\u{ord(found.group()):04x}", json.dumps(text, ensure_ascii=False))


def listed(texts: Iterable[str]) -> str:
    """A list in brackets."""
    return f"[{', '.join(texts)}]"


def one_or_more(texts: Iterable[str]) -> str:
    """One text, or a list of several."""
    found = [said(text) for text in texts]
    return found[0] if len(found) == 1 else listed(found)


def value(kind: Kind, given: Value) -> str:
    """A field's value as YAML; None is said as `null`."""
    if given is None:
        return "null"
    if isinstance(given, bool):
        return "true" if given else "false"
    if isinstance(given, tuple):
        return listed(str(one) if kind is Kind.TERMS else said(str(one)) for one in given)
    return str(given) if kind in (Kind.DECIMAL, Kind.COUNT) else said(str(given))


def written(data: Data) -> str:
    """What the catalog's reader read, written again on one line."""
    if data is None:
        return "null"
    if isinstance(data, bool):
        return "true" if data else "false"
    if isinstance(data, Table):
        return "{" + ", ".join(f"{said(key)}: {written(one)}" for key, one in data.items()) + "}"
    if isinstance(data, Rows):
        return listed(written(one) for one in data)
    return str(data) if isinstance(data, Plain) else said(data)


def flow(fields: dict[str, Words]) -> str:
    """An entry on one line, in braces."""
    return "{" + ", ".join(f"{said(key)}: {inline(one)}" for key, one in fields.items()) + "}"


def inline(words: Words) -> str:
    """A value on one line."""
    return words if isinstance(words, str) else listed(words)


def block(fields: dict[str, Words], column: int, mark: str = "\n") -> str:
    """An entry over several lines, from `column` on; lists of entries below one another."""
    inner = mark + " " * column
    lines = []
    for key, words in fields.items():
        if isinstance(words, str):
            lines.append(f"{said(key)}: {words}")
        else:
            lines.append(f"{said(key)}:" + "".join(f"{inner}  - {one}" for one in words))
    return inner.join(lines)
