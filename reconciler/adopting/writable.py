"""This room knows what a catalog can say: names, numbers, terms, whole items (the catalog's JSON Schema).

What it can't say, such as a name with a space at its edge, is left out of the catalog and told there.
"""

from __future__ import annotations

import re
from collections import defaultdict
from decimal import Decimal
from functools import cache
from typing import TYPE_CHECKING

from reconciler import schemas
from reconciler.adopting.voices import LISTED
from reconciler.catalog.document import NUMBER
from reconciler.course import (
    COURSE_INFO_KINDS,
    FIELDS,
    Area,
    Kind,
    Ref,
    cell_key,
    cell_of,
    composite_key,
    composite_of,
    names,
    setup,
)
from reconciler.keep.names import LONGEST

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from reconciler.adopting.voices import Said
    from reconciler.course import Item, Setup, Value

LONGEST_NAME = 250
"""A YAML key may have 1,024 bytes, and an escaped character takes up to ten; no real name comes near."""
LAST_TERM = 50
WHOLE = 100
CUSTOM = "custom."


@cache
def _pattern(kind: str) -> re.Pattern[str]:
    return re.compile(schemas.load("catalog")["$defs"][kind]["pattern"])


def fits(text: Value, kind: str = "name") -> bool:
    """May this be a name? `kind` is a name of the schema: name, task_name, category_name, number."""
    if not isinstance(text, str) or len(text) > LONGEST_NAME:
        return False
    return _pattern(kind).search(text) is not None


def ref_fits(ref: Ref) -> bool:
    """May this task or standard be named?"""
    return fits(ref.key, "task_name" if ref.area is Area.GRADING_TASKS else "name")


def amount(value: Value) -> bool:
    """Can it be written as a number that is not negative?"""
    return NUMBER.fullmatch(str(value)) is not None and Decimal(str(value)) >= 0


def terms_fit(terms: Iterable[Value]) -> bool:
    """Are these positions of terms?"""
    return all(isinstance(one, int) and 1 <= one <= LAST_TERM for one in terms)


@cache
def _choices(entry: str, field: str) -> frozenset[str | None]:
    return frozenset(schemas.load("catalog")["$defs"][entry]["properties"][field]["enum"])


def field_fits(key: str, value: Value) -> bool:
    """Can a master say this course-info field?"""
    if key.startswith(CUSTOM):
        return fits(key.removeprefix(CUSTOM)) and isinstance(value, str)
    kind = COURSE_INFO_KINDS.get(key)
    return kind in (Kind.TEXT, Kind.FLAG) or (kind is not None and amount(value))


def _task(one: Item) -> bool:
    group = one.get("score_group")
    return fits(one.key, "task_name") and (group is None or fits(group))


def _standard(one: Item) -> bool:
    rubric = one.get("rubric")
    return fits(one.key) and (rubric is None or fits(rubric))


def _assessment(one: Item) -> bool:
    test, sign, code = one.key.partition("<")
    named = fits(test) and (not sign or fits(code))
    return named and one.get("scoring") in _choices("assessment", "scoring")


def _category(one: Item) -> bool:
    name = one.get("name")
    return one.key == name and fits(name, "category_name") and len(str(name)) <= LONGEST


def _composite(one: Item) -> bool:
    (parent, term), (child, child_term) = composite_of(one.key)
    return composite_key(parent, term, child, child_term) == one.key and terms_fit((term, child_term))


def _weight(one: Item) -> bool:
    return _composite(one) and Decimal(str(one.get("weight") or "-1")) <= WHOLE


def _cell(one: Item) -> bool:
    ref, term = cell_of(one.key)
    scale, start = one.get("grading_scale"), one.get("cumulative_from")
    return (
        cell_key(ref, term) == one.key
        and terms_fit((term,))
        and (scale is None or fits(scale))
        and (start is None or terms_fit((start,)))
        and one.get("calculation") in _choices("calculation", "calculation")
        and one.get("proficiency_method") in _choices("calculation", "proficiency_method")
    )


_FITS: dict[Area, Callable[[Item], bool]] = {
    Area.GRADING_TASKS: _task,
    Area.STANDARDS: _standard,
    Area.ASSESSMENTS: _assessment,
    Area.CATEGORIES: _category,
    Area.COMPOSITE_GRADES: _composite,
    Area.COMPOSITE_WEIGHTS: _weight,
    Area.GRADE_CALC_OPTIONS: _cell,
}


def writable(area: Area, one: Item) -> bool:
    """Can a catalog say this item? A residual is none of a master's."""
    try:
        named = names(area, one)
        return not one.kept and _FITS[area](one) and all(map(ref_fits, named)) and _values_fit(area, one)
    except (ValueError, ArithmeticError):
        return False


def _values_fit(area: Area, one: Item) -> bool:
    for name, value in one.fields:
        kind = FIELDS[area][name][0]
        if kind in (Kind.DECIMAL, Kind.COUNT) and not amount(value):
            return False
        if kind is Kind.TERMS and not (isinstance(value, tuple) and terms_fit(value)):
            return False
    return True


def clean(name: str, said: Said) -> tuple[Said, tuple[str, ...]]:
    """The part of a list that a catalog can say, and the keys of what it can't."""
    areas = LISTED[name]
    kept = tuple(_clean(area, one) for area, one in zip(areas, said, strict=True))
    if name == "composite_grades":
        kept = _composites(*kept)
    lost = {
        one.key for was, now in zip(said, kept, strict=True) for one in was if now.get(one.key) is not one
    }
    return kept, tuple(sorted(lost))


def _clean(area: Area, listed: Setup) -> Setup:
    """What can be said; of two categories under one name, the first."""
    found: dict[str, Item] = {}
    for one in listed:
        if one.key not in found and writable(area, one):
            found[one.key] = one
    return listed if len(found) == len(listed.items) else setup(found.values())


def _composites(rows: Setup, weights: Setup) -> tuple[Setup, Setup]:
    """Whole parents only: every child with its weight, 100 together, and none computed from itself."""
    parents: dict[str, list[str]] = defaultdict(list)
    for key in {*rows.by_key, *weights.by_key}:
        parents[key.partition("<")[0]].append(key)
    good = {
        parent: keys
        for parent, keys in parents.items()
        if all(rows.get(key) and weights.get(key) for key in keys)
        and sum(Decimal(str(weights.by_key[key].get("weight"))) for key in keys) == WHOLE
    }
    keys = set(_uncircled(good))
    if keys == set(rows.by_key) == set(weights.by_key):
        return rows, weights
    return setup(one for one in rows if one.key in keys), setup(one for one in weights if one.key in keys)


def _uncircled(parents: dict[str, list[str]]) -> Iterator[str]:
    """The rows of parents that no circle is below."""
    left = dict(parents)
    while True:
        ready = [
            parent for parent, keys in left.items() if not any(key.partition("<")[2] in left for key in keys)
        ]
        if not ready:
            return
        for parent in ready:
            yield from left.pop(parent)
