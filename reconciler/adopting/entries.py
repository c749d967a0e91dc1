"""This room turns setups into the rows that a catalog has for them; what is alike stands in one row."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING

from reconciler.adopting.scalars import Number, Yaml
from reconciler.course import (
    COURSE_INFO_KINDS,
    FIELDS,
    Area,
    Kind,
    ListKind,
    Ref,
    cell_of,
    composite_of,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterable, Mapping

    from reconciler.adopting.voices import Said
    from reconciler.course import Item, Setup, Value

Row = dict[str, Yaml]
_NUMBERS = (Kind.DECIMAL, Kind.COUNT)


def rows(name: str, said: Said, bank: Mapping[str, str]) -> list[Yaml]:
    """The rows of one list. `bank`: the standards whose names stand in the bank of standards."""
    if name == "composite_grades":
        return list(_composites(said[1]))
    return list(_ROWS[name](said[0], bank))


def _fields(area: Area, one: Item, *, without: Iterable[str] = ()) -> Row:
    """An item's fields in the order of the model."""
    found: Row = {}
    for name, (kind, _) in FIELDS[area].items():
        value = one.get(name)
        if value is not None and name not in without:
            found[name] = yaml_of(kind, value)
    return found


def yaml_of(kind: Kind, value: Value) -> Yaml:
    """One value as YAML has it."""
    if isinstance(value, tuple):
        return [Number(each) if kind is Kind.TERMS else str(each) for each in value]
    if kind in _NUMBERS:
        return Number(value)
    return str(value) if isinstance(value, int) and not isinstance(value, bool) else value


def _alike(
    area: Area, listed: Setup, name: str, *, without: Callable[[Item], Iterable[str]] = lambda _: ()
) -> Iterable[Row]:
    """One row for all items with the same details: a key, or a list of keys."""
    piles: dict[str, tuple[list[str], Row]] = {}
    for one in listed:
        details = _fields(area, one, without=without(one))
        piles.setdefault(repr(details), ([], details))[0].append(one.key)
    for keys, details in piles.values():
        yield {name: _one_or_all(keys), **details}


def _one_or_all(keys: list[str]) -> Yaml:
    return keys[0] if len(keys) == 1 else list(keys)


def _tasks(listed: Setup, _: Mapping[str, str]) -> Iterable[Row]:
    return _alike(Area.GRADING_TASKS, listed, "task")


def _standards(listed: Setup, bank: Mapping[str, str]) -> Iterable[Row]:
    return _alike(
        Area.STANDARDS, listed, "standard", without=lambda one: ("name",) if one.key in bank else ()
    )


def _assessments(listed: Setup, _: Mapping[str, str]) -> Iterable[Row]:
    piles: dict[tuple[str, bool, str], tuple[list[str], Row]] = {}
    for one in listed:
        test, sign, code = one.key.partition("<")
        details = _fields(Area.ASSESSMENTS, one)
        piles.setdefault((test, bool(sign), repr(details)), ([], details))[0].append(code)
    for (test, aligned, _details), (codes, details) in piles.items():
        yield {"test": test, **({"standard": _one_or_all(codes)} if aligned else {}), **details}


def _categories(listed: Setup, _: Mapping[str, str]) -> Iterable[Row]:
    def place(one: Item) -> tuple[bool, int, str]:
        """By sequence; what has none comes last."""
        order = one.get("sequence")
        return (order is None, int(str(order or 0)), one.key)

    for one in sorted(listed, key=place):
        yield _fields(Area.CATEGORIES, one)


def _cells(listed: Setup, _: Mapping[str, str]) -> Iterable[Row]:
    """First the terms of each task or standard that are alike, then those that are alike in their terms."""
    terms: dict[tuple[Ref, str], tuple[list[int], Row]] = {}
    for one in listed:
        ref, term = cell_of(one.key)
        details = _fields(Area.GRADE_CALC_OPTIONS, one)
        terms.setdefault((ref, repr(details)), ([], details))[0].append(term)
    piles: dict[tuple[Area, tuple[int, ...], str], tuple[list[str], Row]] = {}
    for (ref, shown), (positions, details) in terms.items():
        key = (ref.area, tuple(sorted(positions)), shown)
        piles.setdefault(key, ([], details))[0].append(ref.key)
    for (area, positions_, _shown), (keys, details) in piles.items():
        yield {
            _word(area): _one_or_all(keys),
            "terms": [Number(each) for each in positions_],
            **details,
        }


def _word(area: Area) -> str:
    return "task" if area is Area.GRADING_TASKS else "standard"


def _composites(weights: Setup) -> Iterable[Row]:
    parents: dict[tuple[Ref, int], list[tuple[int, Row]]] = {}
    for one in weights:
        parent, (child, term) = composite_of(one.key)
        row: Row = {
            _word(child.area): child.key,
            "term": Number(term),
            "weight": Number(one.get("weight")),
        }
        parents.setdefault(parent, []).append((term, row))
    for (ref, term), children in parents.items():
        ordered = sorted(children, key=lambda each: each[0])
        yield {_word(ref.area): ref.key, "term": Number(term), "children": [row for _, row in ordered]}


_ROWS: dict[str, Callable[[Setup, Mapping[str, str]], Iterable[Row]]] = {
    "grading_tasks": _tasks,
    "standards": _standards,
    "assessments": _assessments,
    "categories": _categories,
    "grade_calc_options": _cells,
}


def in_order(keys: Collection[str]) -> list[str]:
    """Course-info fields in the order of the model, the district's own last."""
    own = sorted(key for key in keys if key not in COURSE_INFO_KINDS)
    return [*(key for key in COURSE_INFO_KINDS if key in keys), *own]


def grouped(key: str) -> tuple[str, str]:
    """The group in which a master has a field, and its name there: (`nces`, `level`); most are in none."""
    group, dot, inner = key.partition(".")
    return (group, inner) if dot else ("", key)


def field_rows(values: Mapping[str, Value]) -> Row:
    """Course-info fields as a master has them, groups together."""
    found: Row = {}
    groups: dict[str, Row] = {}
    for key in in_order(values):
        group, inner = grouped(key)
        if group and group not in groups:
            found[group] = groups[group] = {}
        target = groups[group] if group else found
        target[inner] = yaml_of(COURSE_INFO_KINDS.get(key, Kind.TEXT), values[key])
    return found


def list_entry(kind: ListKind, one: Item) -> Yaml:
    """One entry of a named list."""
    fields = dict(one.fields)
    if kind is ListKind.GRADING_SCALES:
        marks = {mark: Number(least) for mark, least in one.fields if mark != "score_group"}
        ordered = sorted(marks.items(), key=lambda each: (-Decimal(each[1]), each[0]))
        return {"score_group": str(fields["score_group"]), "marks": dict(ordered)}
    if kind is ListKind.TESTS:
        return list(fields) or None
    if kind in (ListKind.SCORE_GROUPS, ListKind.RUBRICS):
        return {mark: worth(str(value)) for mark, value in one.fields}
    if kind is ListKind.STANDARDS and set(fields) == {"name"}:
        return str(fields["name"])
    return {name: yaml_of(Kind.TEXT, value) for name, value in one.fields} or None


def worth(text: str) -> Yaml:
    """What a mark is worth or means; nothing where nothing is said."""
    return text or None
