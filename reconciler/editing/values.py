"""This room reads the values of an edit: which fields an item has, and what each may be.

A number is never a float, and a text is never taken for a number: what does not fit is refused, not bent.
"""

from __future__ import annotations

import json
from decimal import Decimal
from typing import TYPE_CHECKING

from reconciler.course import COURSE_INFO_KINDS, FIELD_AREAS, FIELDS, Area, Kind, item
from reconciler.errors import suggestion
from reconciler.errors.editing import FieldUnknown, ValueWrong
from reconciler.plan.words import KINDS

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping

    from reconciler.course import Item, Value

CUSTOM = "custom."
CHOICES: dict[str, tuple[str, ...]] = {
    "calculation": ("none", "in_progress", "proficiency"),
    "proficiency_method": ("power_law", "highest", "most_recent", "mode_of_last_3", "mode_of_last_5"),
    "scoring": ("teacher", "read_only"),
}
"""The fields that take one of some words (domain.md 1)."""
_SAID = {
    Kind.TEXT: "a text without spaces at its ends",
    Kind.DECIMAL: "a decimal from 0, such as 20 or 12.5",
    Kind.COUNT: "a whole number from 0",
    Kind.FLAG: "true or false",
    Kind.TERMS: "a list of term positions, such as 1,2",
    Kind.NAMES: "a list of names, such as Final,Quarter",
}
_FLAGS = {"true": True, "yes": True, "false": False, "no": False}


def kind_of(area: Area, key: str, name: str) -> Kind:
    """The kind of one field of an item; raises FieldUnknown."""
    if area is Area.COURSE_INFO and not (
        key in COURSE_INFO_KINDS or (key > CUSTOM and key.startswith(CUSTOM))
    ):
        known = (*COURSE_INFO_KINDS, "custom.NAME")
        raise _unknown("course info", key, known)
    if name not in FIELDS[area]:
        raise _unknown(f"a {KINDS[area]}", name, FIELDS[area])
    return COURSE_INFO_KINDS.get(key, Kind.TEXT) if area is Area.COURSE_INFO else FIELDS[area][name][0]


def _unknown(what: str, name: str, known: Iterable[str]) -> FieldUnknown:
    told = tuple(known)
    return FieldUnknown(what=what, name=name, hint=suggestion(name, told), known=", ".join(told) or "none")


def from_text(area: Area, key: str, name: str, text: str) -> object:
    """What a text of the command line stands for; an empty one clears the field.

    Raises FieldUnknown, and ValueError where the text is nothing of the field's kind.
    """
    kind = kind_of(area, key, name)
    if not text:
        return None
    return text if kind is Kind.TEXT and area is not Area.CROSS_SITE else _READ[kind](text)


def _list(text: str) -> list[object]:
    if not text.startswith("["):
        return [one.strip() for one in text.split(",")]
    told = json.loads(text)
    return list(told)


_READ: dict[Kind, Callable[[str], object]] = {
    Kind.TEXT: lambda text: {"true": True, "false": False}.get(text, text),
    Kind.DECIMAL: lambda text: text,
    Kind.COUNT: int,
    Kind.FLAG: lambda text: _FLAGS[text.lower()],
    Kind.TERMS: lambda text: [int(str(one)) for one in _list(text)],
    Kind.NAMES: _list,
}


def texts(area: Area, key: str, given: Iterable[str], address: str) -> dict[str, object]:
    """The values of `--set NAME=TEXT`; raises ValueWrong, FieldUnknown.

    In course info and cross-site without a key, each NAME is a field of its own.
    """
    found: dict[str, object] = {}
    for told in given:
        name, sign, text = told.partition("=")
        name = name.strip()
        if not sign or not name:
            raise ValueWrong(
                address=address, what=f"`--set {told}` says no value", how="Write --set NAME=VALUE."
            )
        whole = area in FIELD_AREAS and not key
        place = (name, "value") if whole else (key, name)
        try:
            found[name] = from_text(area, *place, text)
        except (ValueError, KeyError, TypeError):
            raise _wrong(address, name, kind_of(area, *place), text) from None
    return found


def changed(area: Area, key: str, before: Item | None, given: Mapping[str, object], address: str) -> Item:
    """The item with these values, in its normal form; raises ValueWrong, FieldUnknown."""
    fields: dict[str, object] = dict(before.fields) if before else {}
    for name, value in given.items():
        kind = kind_of(area, key, name)
        fits = value is None or _fits(kind, value) or (area is Area.CROSS_SITE and isinstance(value, bool))
        if not fits:
            raise _wrong(address, name, kind, value)
        if name in CHOICES and value not in (None, *CHOICES[name]):
            known = ", ".join(CHOICES[name])
            hint = suggestion(str(value), CHOICES[name])
            raise ValueWrong(
                address=address, what=f'{name} can\'t be "{value}"{hint}', how=f"It is one of: {known}."
            )
        fields[name] = value
    marks = (before.left, before.kept) if before else (False, False)
    return item(area, key, fields, left=marks[0], kept=marks[1])


def _wrong(address: str, name: str, kind: Kind, value: object) -> ValueWrong:
    return ValueWrong(address=address, what=f"{name} can't be {value!r}", how=f"It must be {_SAID[kind]}.")


def _fits(kind: Kind, value: object) -> bool:
    if isinstance(value, (list, tuple)) and kind in (Kind.TERMS, Kind.NAMES):
        inner = _FITS[Kind.COUNT if kind is Kind.TERMS else Kind.TEXT]
        return all(inner(one) for one in value)
    return kind in _FITS and _FITS[kind](value)


def _amount(value: object) -> bool:
    if isinstance(value, (bool, float)) or not isinstance(value, (str, int, Decimal)):
        return False
    try:
        number = Decimal(value)
    except ArithmeticError:
        return False
    return number.is_finite() and number >= 0 and abs(number.adjusted()) <= LONGEST_NUMBER


LONGEST_NUMBER = 30
"""Digits before or after the point: no weight needs more, and a longer one is a slip."""
_FITS: dict[Kind, Callable[[object], bool]] = {
    Kind.TEXT: lambda value: isinstance(value, str) and value == value.strip() and value != "",
    Kind.DECIMAL: _amount,
    Kind.COUNT: lambda value: isinstance(value, int) and not isinstance(value, bool) and value >= 0,
    Kind.FLAG: lambda value: isinstance(value, bool),
}


def terms_of(one: Item) -> tuple[int, ...]:
    """The term positions that an item's field names."""
    told: Value = one.get("terms")
    return tuple(int(term) for term in told) if isinstance(told, tuple) else ()
