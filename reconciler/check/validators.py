"""This room makes the validators: jsonschema's own, which know our scalars and see each value once.

Every text is a `string`, and unquoted text that looks like a number is a `number` as well. A quoted number
is text and nothing else, as any YAML editor would say.

jsonschema makes a validator anew for every value that it looks at, which is more than half of its time. Here
each part of a schema gets its validator once, and a text that fitted a part is not looked at again.
"""

from __future__ import annotations

from decimal import Decimal
from functools import cache
from typing import TYPE_CHECKING, Any

from jsonschema import Draft202012Validator, TypeChecker, ValidationError
from jsonschema.validators import extend

from reconciler import schemas
from reconciler.catalog import Plain

if TYPE_CHECKING:
    from collections.abc import Iterator

    Step = str | int | None

SEEN_MOST = 20_000
"""How many texts that fitted are remembered: a catalog says the same few hundred again and again."""
_LEAVES = frozenset({str, Plain, bool, type(None)})
_parts: dict[int, Any] = {}
"""The validator of each part of a schema, by the part's id; it holds the part, which keeps the id its own."""
_fitted: set[tuple[int, type, object]] = set()


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


def _part(whole: Any, schema: Any) -> Any:  # noqa: ANN401 - jsonschema makes the class when it runs
    made = _parts.get(id(schema))
    if made is None:
        made = _parts[id(schema)] = whole.evolve(schema=schema)
    return made


def _below(
    whole: Any,  # noqa: ANN401 - jsonschema makes the class when it runs
    value: Any,  # noqa: ANN401 - any of Data
    schema: Any,  # noqa: ANN401 - any JSON
    step: Step,
    word: Step,
) -> Iterator[ValidationError]:
    """What a part of the schema says to a part of the document: one `step` further, under this `word`."""
    leaf = (id(schema), value.__class__, value) if value.__class__ in _LEAVES else None
    if leaf is not None and leaf in _fitted:
        return
    wrong = False
    for error in _part(whole, schema).iter_errors(value):
        wrong = True
        if step is not None:
            error.path.appendleft(step)
        if word is not None:
            error.schema_path.appendleft(word)
        yield error
    if leaf is not None and not wrong:
        if len(_fitted) >= SEEN_MOST:
            _fitted.clear()
        _fitted.add(leaf)


def _properties(whole: Any, wants: Any, value: Any, _: object) -> Iterator[ValidationError]:  # noqa: ANN401
    if isinstance(value, dict):
        for name, schema in wants.items():
            if name in value:
                yield from _below(whole, value[name], schema, name, name)


def _items(whole: Any, schema: Any, value: Any, around: Any) -> Iterator[ValidationError]:  # noqa: ANN401
    if schema is False or "prefixItems" in around:
        yield from Draft202012Validator.VALIDATORS["items"](whole, schema, value, around)
    elif isinstance(value, list):
        for index, one in enumerate(value):
            yield from _below(whole, one, schema, index, None)


def _names(whole: Any, schema: Any, value: Any, _: object) -> Iterator[ValidationError]:  # noqa: ANN401
    if isinstance(value, dict):
        for name in value:
            yield from _below(whole, name, schema, None, None)


def _if(whole: Any, condition: Any, value: Any, schema: Any) -> Iterator[ValidationError]:  # noqa: ANN401
    word = "then" if _part(whole, condition).is_valid(value) else "else"
    if word in schema:
        yield from _below(whole, value, schema[word], None, word)


_KEYWORDS = {
    "minimum": _minimum,
    "maximum": _maximum,
    "properties": _properties,
    "items": _items,
    "propertyNames": _names,
    "if": _if,
}


@cache
def validator(name: str = "catalog") -> Any:  # noqa: ANN401 - jsonschema makes the class when it runs
    """The compiled validator of a catalog file, or of another file that is written in YAML."""
    made: Any = extend(Draft202012Validator, _KEYWORDS, type_checker=_CHECKER)  # type: ignore[no-untyped-call]
    schema = schemas.load(name)
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
