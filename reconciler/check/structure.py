"""This room holds documents against the JSON Schema, and takes out what can't be used.

The validator knows our scalars: every text is a `string`, and unquoted text that looks like a number is
a `number` as well. A quoted number is text and nothing else, as any YAML editor would say.
"""

from __future__ import annotations

from decimal import Decimal
from functools import cache
from typing import TYPE_CHECKING, Any

from jsonschema import Draft202012Validator, TypeChecker, ValidationError
from jsonschema.validators import extend

from reconciler import schemas
from reconciler.catalog import MAPS, Document, Plain, Problem, Rows, Spot, Table
from reconciler.catalog.document import problem
from reconciler.errors import suggestion

if TYPE_CHECKING:
    from collections.abc import Iterator

    from reconciler.check.report import Report

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


def _is_integer(_: TypeChecker, value: object) -> bool:
    return isinstance(value, Plain) and value.lstrip("+-").isdigit()


_CHECKER = (
    Draft202012Validator.TYPE_CHECKER.redefine("string", lambda _, value: isinstance(value, str))
    .redefine("number", lambda _, value: isinstance(value, Plain))
    .redefine("integer", _is_integer)
)


def _minimum(_: object, least: float, value: object, __: object) -> Iterator[ValidationError]:
    if isinstance(value, Plain) and Decimal(value) < least:
        yield ValidationError(f"must be at least {least}")


def _maximum(_: object, most: float, value: object, __: object) -> Iterator[ValidationError]:
    if isinstance(value, Plain) and Decimal(value) > most:
        yield ValidationError(f"must be at most {most}")


@cache
def validator() -> Any:  # noqa: ANN401 - jsonschema makes the class when it runs
    """The compiled validator of a catalog file."""
    made = extend(Draft202012Validator, {"minimum": _minimum, "maximum": _maximum}, type_checker=_CHECKER)
    schema = schemas.load("catalog")
    return made(inlined(schema, schema["$defs"]))


def inlined(part: Any, defs: dict[str, Any]) -> Any:  # noqa: ANN401 - any JSON
    """The schema with its own `$ref`s written out, which validates twice as fast."""
    if isinstance(part, list):
        return [inlined(one, defs) for one in part]
    if not isinstance(part, dict):
        return part
    rest = {key: inlined(value, defs) for key, value in part.items() if key not in ("$ref", "$defs")}
    if isinstance(part.get("$ref"), str):
        return {**inlined(defs[part["$ref"].rpartition("/")[2]], defs), **rest}
    return rest


def examine(document: Document, report: Report) -> None:
    """Report what the schema forbids, take it out of the document and mark what lost something."""
    drops: dict[tuple[int, str | int], tuple[Table | Rows, str | int]] = {}
    for error in validator().iter_errors(document.data):
        path = list(error.absolute_path)
        report.marred.update({(document.file, *path[:1]), *_owners(document, path)})
        for found, holder, key in _problems(document, error, path):
            report.add([found])
            if holder is not None:
                drops[id(holder), key] = (holder, key)
    for holder, key in sorted(drops.values(), key=lambda drop: -drop[1] if isinstance(drop[1], int) else 0):
        _drop(document, holder, key)


def _owners(document: Document, path: list[str | int]) -> Iterator[int]:
    if len(path) > 1:
        holder = document.data[str(path[0])]
        if isinstance(holder, Table | Rows):
            yield id(holder[path[1]])  # type: ignore[index]


def _drop(document: Document, holder: Table | Rows, key: str | int) -> None:
    if isinstance(holder, Rows):
        holder.drop(int(key))
    elif key in holder and any(document.data.get(name) is holder for name in MAPS):
        holder[str(key)] = None  # the name stays known
    else:
        holder.drop(str(key))


Found = tuple[Problem, Table | Rows | None, str | int]


def _problems(document: Document, error: ValidationError, path: list[str | int]) -> Iterator[Found]:
    value = error.instance
    if error.validator == "additionalProperties":
        known = error.schema.get("properties", {})
        for key in [key for key in value if key not in known]:
            message = f'unknown key "{key}"{suggestion(key, known)}'
            remedy = f"these keys are known here: {', '.join(known)}" if known else "remove it"
            yield problem("unknown-key", value.key_spot(key), message, remedy), value, key
        return
    holder, key, spot = _place(document, path)
    if "propertyNames" in error.absolute_schema_path:
        table = value_at(document, path)
        code, message, remedy = _said(error, str(value))
        yield problem(code, table.key_spot(value), f'"{value}" {message}', remedy), table, value
    elif error.validator == "required":
        missing = [name for name in error.validator_value if name not in value]
        for name in missing:
            yield problem("missing-key", spot, f'"{name}" is missing here', f"add `{name}:`"), holder, key
    else:
        code, message, remedy = _said(error, value)
        yield problem(code, spot, f"{_named(path, value)}{message}", remedy), holder, key


def value_at(document: Document, path: list[str | int]) -> Any:  # noqa: ANN401 - any of Data
    """What stands at a path."""
    value: Any = document.data
    for step in path:
        value = value[step]
    return value


def _place(document: Document, path: list[str | int]) -> tuple[Table | Rows | None, str | int, Spot]:
    if not path:
        return None, "", document.data.spot()
    holder, key = value_at(document, path[:-1]), path[-1]
    spot = holder.row_spot(key) if isinstance(holder, Rows) else holder.value_spot(key)
    return holder, key, spot


def _named(path: list[str | int], value: object) -> str:
    last = path[-1] if path else "the file"
    if isinstance(last, int):
        return f'"{value}" ' if isinstance(value, str) else "this "
    return f'{last} "{value}" ' if isinstance(value, str) else f"{last} "


def _said(error: ValidationError, value: object) -> tuple[str, str, str]:
    """The code, message and remedy of one schema error."""
    kind = str(error.validator)
    own = error.schema.get("x-says", {}).get(kind)
    if own:
        return "bad-value" if kind == "pattern" else "missing-key", own if kind == "pattern" else f"must {own}", own
    if kind == "type":
        return _type(error.validator_value, value)
    if kind in ("enum", "const"):
        allowed = error.validator_value if kind == "enum" else [error.validator_value]
        texts = [one for one in allowed if one is not None]
        return "unknown-value", f"is not known here{suggestion(str(value), texts)}", f"use {' or '.join(texts)}"
    if kind in ("pattern", "minLength"):
        return _pattern(str(value))
    simple = {
        "minimum": ("out-of-range", error.message, "mend the number"),
        "maximum": ("out-of-range", error.message, "mend the number"),
        "maxLength": ("too-long", f"is longer than {error.validator_value} characters", "shorten it"),
        "minItems": ("empty-list", "is empty", "name at least one, or leave the key out"),
        "minProperties": ("empty-list", "is empty", "name at least one"),
        "uniqueItems": ("duplicate-value", "names something twice", "keep one of them"),
    }
    return simple.get(kind, ("bad-value", f"is not right: {error.message}", "see `reconcile schema catalog`"))


def _pattern(text: str) -> tuple[str, str, str]:
    if text != text.strip():
        return "edge-space", "has a space or line break at its edge", "remove it"
    if not text:
        return "empty-text", "is empty", "write a name"
    return "bad-name", "can't be used as a name", "names have no `<` and no control characters, tasks don't start with `standard:`, categories not with `course/` or `section/`"


def _type(wanted: str | list[str], value: object) -> tuple[str, str, str]:
    kinds = [wanted] if isinstance(wanted, str) else [kind for kind in wanted if kind != "null"]
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
