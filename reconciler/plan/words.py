"""This room puts items and values into words: labels, values as text, areas in the district's words."""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING
from unicodedata import category

from reconciler.course import FIELD_AREAS, FIELDS, Area, Ref, cell_of, composite_of
from reconciler.keep.names import name_of

if TYPE_CHECKING:
    from reconciler.course import Item, Value

LONGEST = 72
"""A value that is longer is cut where people read it; the plan itself keeps it whole."""
NOT_SET = "not set"
KINDS: dict[str, str] = {
    Area.COURSE_INFO: "course info",
    Area.GRADING_TASKS: "grading task",
    Area.STANDARDS: "standard",
    Area.ASSESSMENTS: "assessment",
    Area.CATEGORIES: "category",
    Area.COMPOSITE_GRADES: "composite",
    Area.COMPOSITE_WEIGHTS: "composite weight",
    Area.GRADE_CALC_OPTIONS: "grade calc option",
    Area.CROSS_SITE: "cross-site field",
}
"""What one item of an area is called."""


def label(area: Area, key: str, one: Item | None = None) -> str:
    """What an item is called: a category by its name, a cell `Final, term 2`, a composite by both ends."""
    if area is Area.CATEGORIES and one is not None:
        return plain(name_of(one))
    return _label(area, key)


@lru_cache(maxsize=100_000)
def _label(area: Area, key: str) -> str:
    if area is Area.GRADE_CALC_OPTIONS:
        ref, term = cell_of(key)
        return f"{_thing(ref)}, term {term}"
    if area in (Area.COMPOSITE_GRADES, Area.COMPOSITE_WEIGHTS):
        (parent, parent_term), (child, child_term) = composite_of(key)
        return f"{_thing(parent)} T{parent_term} <- {_thing(child)} T{child_term}"
    if area is Area.ASSESSMENTS and "<" in key:
        test, _, code = key.partition("<")
        return f"{plain(test)}, standard {plain(code)}"
    return plain(key)


def _thing(ref: Ref) -> str:
    name = plain(ref.key)
    return name if ref.area is Area.GRADING_TASKS else f"standard {name}"


def reference(ref: Ref) -> str:
    """An item that refers to another: `category Homework`."""
    return f"{KINDS[ref.area]} {_label(ref.area, ref.key)}"


def plain(text: str) -> str:
    """Text on one line, without anything that a terminal would act on."""
    if text.isprintable():
        return text
    return "".join(one if _shown(one) else one.encode("unicode_escape").decode() for one in text)


def _shown(one: str) -> bool:
    return one.isprintable() or category(one) == "Zs"


def value_text(name: str, value: Value) -> str:
    """One field's value as people read it."""
    if value is None:
        return NOT_SET
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, tuple):
        return ", ".join(plain(str(one)) for one in value) or ("all" if name == "terms" else "none")
    text = plain(str(value))
    if len(text) > LONGEST:
        return text[: LONGEST - 3] + "..."
    return text or '""'


def item_text(area: Area, one: Item | None) -> str:
    """A whole item in words: its fields but for a category's name; a field's value alone."""
    if one is None:
        return "gone"
    if area in FIELD_AREAS:
        return value_text("value", one.get("value"))
    return _fields_text(area, one.fields)


@lru_cache(maxsize=100_000)
def _fields_text(area: Area, fields: tuple[tuple[str, Value], ...]) -> str:
    """Known by its fields: no two areas' fields of one name differ in kind, as 1 and True would."""
    told = dict(fields)
    names = [name for name in FIELDS[area] if name in told and (area, name) != (Area.CATEGORIES, "name")]
    return "; ".join(f"{name} {value_text(name, told[name])}" for name in names)


def field_text(area: Area, name: str, value: Value) -> str:
    """One field's value, with its default where it is left out."""
    return value_text(name, FIELDS[area][name][1] if value is None else value)


def many(count: int, one: str, more: str = "") -> str:
    """`1 course`, `1,204 courses`."""
    return f"{count:,} {one if count == 1 else more or one + 's'}"
