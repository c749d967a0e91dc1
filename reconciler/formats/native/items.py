"""This room writes one item in a person's words, and reads it back.

A grade calc option is written `task: Final, term: 2, calculation: in_progress`, not `key: Final@2`; the
key is written out only where the words do not give it. An item is always whole: a field that is left
out has its default. Marks: `linked`, `left`, `kept`.
"""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING

from reconciler.catalog import Plain
from reconciler.course import (
    COURSE_INFO_KINDS,
    FIELDS,
    Area,
    Kind,
    Ref,
    Value,
    assessment_key,
    cell_key,
    cell_of,
    composite_key,
    composite_of,
    item,
)
from reconciler.district import Incoming
from reconciler.errors import suggestion

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from reconciler.course import Item

Words = dict[str, object]
MARKS = ("linked", "left", "kept")

_CELL = ("task", "standard", "term")
_COMPOSITE = (*_CELL, "child", "child_standard", "child_term")
NATURAL: dict[Area, tuple[str, ...]] = {
    Area.COURSE_INFO: ("field",),
    Area.CROSS_SITE: ("field",),
    Area.GRADING_TASKS: ("task",),
    Area.STANDARDS: ("standard",),
    Area.ASSESSMENTS: ("test", "standard"),
    Area.CATEGORIES: (),
    Area.COMPOSITE_GRADES: _COMPOSITE,
    Area.COMPOSITE_WEIGHTS: _COMPOSITE,
    Area.GRADE_CALC_OPTIONS: _CELL,
}
"""The words of each area from which an item's key is made (domain.md 1)."""


_WORDS = {area: frozenset(("key", "id", *NATURAL[area], *FIELDS[area], *MARKS)) for area in Area}


class Misread(ValueError):
    """One item, or one value of it, can't be read; the text says why."""


def read_item(area: Area, words: Mapping[str, object]) -> Incoming:
    """Read one item; raises Misread. A category without `key` gets it from its name, later."""
    allowed = _WORDS[area]
    unknown = [word for word in words if word not in allowed]
    if unknown:
        raise Misread(f'{area} has no "{unknown[0]}"{suggestion(unknown[0], allowed)}')
    mark = " ".join(name for name in MARKS if _flag(words, name))
    key = _text(words, "key") if "key" in words else _natural_key(area, words)
    if key is None and "linked" in mark:
        key = _text(words, "name")
    fields: dict[str, Value] = {name: default for name, (_, default) in FIELDS[area].items()}
    fields.update(_fields(area, key, words))
    if key is None and not fields["name"]:
        raise Misread("a category needs a name, or a key")
    return Incoming(key, fields, _text(words, "id") if "id" in words else None, mark)


def read_pushed(area: Area, words: Mapping[str, object]) -> Item:
    """Read one item of `pushed`; raises Misread. A category's key is its name by default."""
    incoming = read_item(area, words)
    if incoming.mark or incoming.source_id:
        raise Misread("items of pushed have neither marks nor an id")
    return item(area, incoming.key or str(incoming.fields["name"]), incoming.fields)


def _fields(area: Area, key: str | None, words: Mapping[str, object]) -> dict[str, Value]:
    given: dict[str, object] = {}
    for name, (kind, _) in FIELDS[area].items():
        if name in words:
            free = area is Area.CROSS_SITE
            given[name] = plain_value(_kind_of(area, key or "", kind), name, words[name], free=free)
    try:
        return dict(item(area, key or "", given).fields)
    except ValueError as error:
        raise Misread(f"{error} does not fit") from None


_KIND_WORDS = {
    Kind.TEXT: "a text",
    Kind.DECIMAL: "a decimal",
    Kind.COUNT: "a whole number",
    Kind.FLAG: "true or false",
    Kind.TERMS: "a list of term positions",
    Kind.NAMES: "a list of texts",
}


def plain_value(kind: Kind, name: str, value: object, *, free: bool = False) -> object:
    """Check one value before it is brought to its normal form, so that nothing is changed silently.

    `free` lets true and false stand for a text. Raises Misread.
    """
    if value is None or (free and isinstance(value, bool)):
        return value
    if isinstance(value, list) and kind in (Kind.TERMS, Kind.NAMES):
        inner = Kind.COUNT if kind is Kind.TERMS else Kind.TEXT
        return [plain_value(inner, name, one) for one in value]
    fits = _FITS.get(kind)
    if fits is None or not fits(value):
        raise Misread(f"{name} must be {_KIND_WORDS[kind]}, not {value!r}")
    return int(str(value)) if kind is Kind.COUNT else value


def is_count(value: object) -> bool:
    """Is this a whole number from 0: one of JSON, or unquoted in YAML?"""
    if isinstance(value, Plain):
        return value.isdecimal()
    return isinstance(value, int) and not isinstance(value, bool) and value >= 0


_FITS: dict[Kind, Callable[[object], bool]] = {
    Kind.TEXT: lambda value: isinstance(value, str),
    Kind.DECIMAL: lambda value: isinstance(value, (int, str, Decimal)) and not isinstance(value, bool),
    Kind.COUNT: is_count,
    Kind.FLAG: lambda value: isinstance(value, bool),
}


def _natural_key(area: Area, words: Mapping[str, object]) -> str | None:
    if area is Area.CATEGORIES:
        return None
    if area is Area.ASSESSMENTS:
        standard = _text(words, "standard") if "standard" in words else None
        return assessment_key(_text(words, "test"), standard)
    if len(NATURAL[area]) == 1:
        return _text(words, NATURAL[area][0])
    parent = read_ref(words, "task", "standard")
    if area is Area.GRADE_CALC_OPTIONS:
        return cell_key(parent, _count(words, "term"))
    child = read_ref(words, "child", "child_standard")
    return composite_key(parent, _count(words, "term"), child, _count(words, "child_term"))


def read_ref(words: Mapping[str, object], task: str, standard: str) -> Ref:
    """Read a task or a standard: exactly one of two words; raises Misread."""
    if (task in words) == (standard in words):
        raise Misread(f"needs either {task} or {standard}")
    if task in words:
        return Ref(Area.GRADING_TASKS, _text(words, task))
    return Ref(Area.STANDARDS, _text(words, standard))


def _text(words: Mapping[str, object], name: str) -> str:
    value = words.get(name)
    if not isinstance(value, str) or not value:
        raise Misread(f"{name} is missing" if value is None else f"{name} must be a text, not {value!r}")
    return value


def _count(words: Mapping[str, object], name: str) -> int:
    if words.get(name) is None:
        raise Misread(f"{name} is missing")
    return int(str(plain_value(Kind.COUNT, name, words[name])))


def _flag(words: Mapping[str, object], name: str) -> bool:
    value = words.get(name, False)
    if not isinstance(value, bool):
        raise Misread(f"{name} must be true or false, not {value!r}")
    return value


def write_item(area: Area, one: Item, *, linked: bool = False, own: bool = False) -> Words:
    """Write one item so that `read_item` gives it back: words, fields, marks.

    An own category always shows its key, since its key tells who made it.
    """
    words: Words = {} if own and area is Area.CATEGORIES else _key_words(area, one)
    if not words and not (area is Area.CATEGORIES and one.get("name") == one.key and not own):
        words = {"key": one.key}
    kinds = FIELDS[area]
    for name in kinds:
        value = one.get(name)
        if value is not None:
            words[name] = _plain(_kind_of(area, one.key, kinds[name][0]), value)
    for name, there in zip(MARKS, (linked, one.left, one.kept), strict=True):
        if there:
            words[name] = True
    return words


def _kind_of(area: Area, key: str, kind: Kind) -> Kind:
    return COURSE_INFO_KINDS.get(key, Kind.TEXT) if area is Area.COURSE_INFO else kind


def _plain(kind: Kind, value: Value) -> object:
    if kind is Kind.DECIMAL:
        return Decimal(str(value))
    return list(value) if isinstance(value, tuple) else value


def _key_words(area: Area, one: Item) -> Words:
    """The words from which the key is made again, or none where they would not give it."""
    if area is Area.CATEGORIES:
        return {}
    try:
        words = _words_of(area, one.key)
        return words if _natural_key(area, words) == one.key else {}
    except ValueError:
        return {}


def _words_of(area: Area, key: str) -> Words:
    if area in (Area.COMPOSITE_GRADES, Area.COMPOSITE_WEIGHTS):
        (parent, term), (child, child_term) = composite_of(key)
        return {
            _which(parent, "task", "standard"): parent.key,
            "term": term,
            _which(child, "child", "child_standard"): child.key,
            "child_term": child_term,
        }
    if area is Area.GRADE_CALC_OPTIONS:
        ref, term = cell_of(key)
        return {_which(ref, "task", "standard"): ref.key, "term": term}
    if area is Area.ASSESSMENTS:
        test, sign, standard = key.partition("<")
        return {"test": test, "standard": standard} if sign else {"test": test}
    return {NATURAL[area][0]: key}


def _which(ref: Ref, task: str, standard: str) -> str:
    return task if ref.area is Area.GRADING_TASKS else standard
