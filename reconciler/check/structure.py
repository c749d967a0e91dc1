"""This room holds documents against the JSON Schema, and takes out what can't be used."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any, NamedTuple

from reconciler.catalog import MAPS, Document, Plain, Problem, Rows, Spot, Table
from reconciler.catalog.document import problem
from reconciler.check.validators import inlined, validator
from reconciler.errors import suggestion

if TYPE_CHECKING:
    from collections.abc import Iterator

    from jsonschema import ValidationError

    from reconciler.check.report import Report

__all__ = ["Violation", "breaches", "examine", "inlined", "validator", "value_at"]
_TYPES = {
    "string": "text",
    "number": "a number",
    "integer": "a whole number",
    "boolean": "true or false",
    "array": "a list",
    "object": "a mapping",
    "null": "nothing",
}
_WORDY_FLAGS = frozenset({"yes", "no", "on", "off", "y", "n"})


class Violation(NamedTuple):
    """One thing that the schema forbids: the keyword, what it wants, where, and what is there."""

    keyword: str
    wants: Any
    schema: Any
    value: Any
    path: list[Any]
    of_key: bool
    message: str

    @classmethod
    def of(cls, error: ValidationError) -> Violation:
        """Take what is needed out of jsonschema's error."""
        of_key = "propertyNames" in error.absolute_schema_path
        path = list(error.absolute_path)
        keyword = str(error.validator)
        return cls(keyword, error.validator_value, error.schema, error.instance, path, of_key, error.message)


def breaches(document: Document, name: str) -> tuple[Problem, ...]:
    """What this schema forbids in a document; nothing is taken out of it."""
    found = (Violation.of(error) for error in validator(name).iter_errors(document.data))
    told = {one for wrong in found for one, _, _ in _problems(document, wrong)}
    return tuple(sorted(told, key=lambda one: (one.spot, one.code, one.message)))


def examine(document: Document, report: Report) -> None:
    """Report what the schema forbids, take it out of the document and mark what lost something.

    What is taken out may leave its holder incomplete: it goes then too, without a further word.
    """
    found = [Violation.of(error) for error in validator().iter_errors(document.data)]
    first = True
    while found:
        drops: dict[tuple[int, str | int], tuple[Table | Rows, str | int]] = {}
        for wrong in found:
            report.marred.update({(document.file, *wrong.path[:1]), *_owners(document, wrong.path)})
            for said, holder, key in _problems(document, wrong):
                if first:
                    report.add([said])
                if holder is not None and said.code != "edge-space":
                    drops[id(holder), key] = (holder, key)
        changes = [_drop(document, *drop) for drop in sorted(drops.values(), key=_last_rows_first)]
        first = False
        again = validator().iter_errors(document.data) if any(changes) else ()
        found = [Violation.of(error) for error in again]


def _last_rows_first(drop: tuple[Table | Rows, str | int]) -> int:
    return -drop[1] if isinstance(drop[1], int) else 0


def _owners(document: Document, path: list[Any]) -> Iterator[int]:
    if len(path) > 1:
        holder = document.data[str(path[0])]
        if isinstance(holder, Table | Rows):
            yield id(holder[path[1]])


def _drop(document: Document, holder: Table | Rows, key: str | int) -> bool:
    """Take something out; was it there? The name of a thing of a named map stays known."""
    if isinstance(holder, Rows):
        holder.drop(int(key))
        return True
    name = str(key)
    there = holder.get(name) is not None
    if name in holder and any(document.data.get(one) is holder for one in MAPS):
        holder[name] = None
    else:
        there = name in holder
        holder.drop(name)
    return there


Found = tuple[Problem, Table | Rows | None, str | int]


def _problems(document: Document, wrong: Violation) -> Iterator[Found]:
    """Each problem with what is to be taken out for it: a holder, and a key or index in it."""
    value = wrong.value
    if wrong.keyword == "additionalProperties":
        yield from _unknown_keys(value, wrong.schema.get("properties", {}))
        return
    if wrong.keyword == "enum" and "type" in wrong.schema and isinstance(value, Table | Rows):
        return  # its type is wrong as well, and says so
    holder, key, spot = _place(document, wrong.path)
    if wrong.of_key:
        table = value_at(document, wrong.path)
        code, message, remedy = _said(wrong)
        yield problem(code, table.key_spot(value), f'"{value}" {message}', remedy), table, value
    elif wrong.keyword == "required":
        for name in (name for name in wrong.wants if name not in value):
            yield problem("missing-key", spot, f'"{name}" is missing here', f"add `{name}:`"), holder, key
    else:
        code, message, remedy = _said(wrong)
        yield problem(code, spot, f"{_named(wrong.path, value)}{message}", remedy), holder, key


def _unknown_keys(table: Table, known: dict[str, Any]) -> Iterator[Found]:
    for key in [key for key in table if key not in known]:
        message = f'unknown key "{key}"{suggestion(key, known)}'
        remedy = f"these keys are known here: {', '.join(known)}" if known else "remove it"
        yield problem("unknown-key", table.key_spot(key), message, remedy), table, key


def value_at(document: Document, path: list[Any]) -> Any:  # noqa: ANN401 - any of Data
    """What stands at a path."""
    value: Any = document.data
    for step in path:
        value = value[step]
    return value


def _place(document: Document, path: list[Any]) -> tuple[Table | Rows | None, str | int, Spot]:
    if not path:
        return None, "", document.data.spot()
    holder, key = value_at(document, path[:-1]), path[-1]
    spot = holder.row_spot(key) if isinstance(holder, Rows) else holder.value_spot(key)
    return holder, key, spot


def _named(path: list[Any], value: object) -> str:
    """The key and the value, as far as they can be said in a word."""
    text = ""
    if isinstance(value, str):
        text = f"{value if isinstance(value, Plain) else json.dumps(value, ensure_ascii=False)} "
    last = path[-1] if path else "the file"
    return (text or "this ") if isinstance(last, int) else f"{last} {text}"


def _said(wrong: Violation) -> tuple[str, str, str]:
    """The code, message and remedy of one violation."""
    kind, value, wants = wrong.keyword, wrong.value, wrong.wants
    own = wrong.schema.get("x-says", {}).get(kind)
    if own:
        return ("missing-key", f"must {own}", own) if kind in ("anyOf", "oneOf") else ("bad-value", *own)
    if kind == "type":
        return _type([wants] if isinstance(wants, str) else wants, value)
    if kind in ("enum", "const"):
        texts = [one for one in (wants if kind == "enum" else [wants]) if one is not None]
        return (
            "unknown-value",
            f"is not known here{suggestion(str(value), texts)}",
            f"use {' or '.join(texts)}",
        )
    if kind in ("pattern", "minLength"):
        return _pattern(str(value))
    simple = {
        "minimum": ("out-of-range", wrong.message, "mend the number"),
        "maximum": ("out-of-range", wrong.message, "mend the number"),
        "maxLength": ("too-long", f"is longer than {wants} characters", "shorten it"),
        "minItems": ("empty-list", "is empty", "name at least one, or leave the key out"),
        "minProperties": ("empty-list", "is empty", "name at least one"),
        "uniqueItems": ("duplicate-value", "names something twice", "keep one of them"),
    }
    return simple.get(kind, ("bad-value", f"is not right: {wrong.message}", "see `reconcile schema catalog`"))


def _pattern(text: str) -> tuple[str, str, str]:
    if text != text.strip():
        return "edge-space", "has a space or line break at its edge", "remove it"
    if not text:
        return "empty-text", "is empty", "write a name"
    remedy = (
        "names have no `<` and no control characters; "
        "tasks don't start with `standard:`, categories not with `course/` or `section/`"
    )
    return "bad-name", "can't be used as a name", remedy


def _type(wanted: list[str], value: object) -> tuple[str, str, str]:
    kinds = [kind for kind in wanted if kind != "null"]
    message = f"must be {' or '.join(_TYPES[kind] for kind in kinds)}"
    if isinstance(value, str):
        if {"number", "integer"} & set(kinds) and _is_quoted_number(value):
            return "wrong-type", f"{message}, and this is text", "remove the quotes"
        if "boolean" in kinds and value.lower() in _WORDY_FLAGS:
            return "wrong-type", message, "only `true` and `false` are flags; yes, no, on and off are text"
        if kinds == ["array"]:
            return "wrong-type", message, f"put it in brackets: [{value}]"
    return "wrong-type", message, f"write {_TYPES[kinds[0]]} here"


def _is_quoted_number(value: str) -> bool:
    return not isinstance(value, Plain) and value.lstrip("+-").replace(".", "", 1).isdigit()
