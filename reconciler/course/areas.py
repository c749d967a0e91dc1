"""This room lists the areas of setup, their fields, and the form in which a value is compared."""

from __future__ import annotations

import unicodedata
from collections.abc import Callable, Iterable
from decimal import Decimal
from enum import StrEnum

Value = str | int | bool | tuple[str | int, ...] | None
"""A field's value. Decimals are text; lists are terms or names."""


class Area(StrEnum):
    """The nine areas of domain.md 2, in the order in which a push judges them."""

    COURSE_INFO = "course_info"
    GRADING_TASKS = "grading_tasks"
    STANDARDS = "standards"
    ASSESSMENTS = "assessments"
    CATEGORIES = "categories"
    COMPOSITE_GRADES = "composite_grades"
    COMPOSITE_WEIGHTS = "composite_weights"
    GRADE_CALC_OPTIONS = "grade_calc_options"
    CROSS_SITE = "cross_site"


class Part(StrEnum):
    """The three setups that a host has of an area (domain.md 3, What is compared)."""

    PUSHED = "pushed"
    LINKED = "linked"
    OWN = "own"


class Lock(StrEnum):
    """The three lock states (L4)."""

    LOCKED = "locked"
    UNLOCKED = "unlocked"
    EDITABLE = "editable"


class DataType(StrEnum):
    """What is ticked on a push (domain.md 2)."""

    COURSE_INFO = "course_info"
    GRADING_TASKS_STANDARDS = "grading_tasks_standards"
    GRADE_CALC_OPTIONS = "grade_calc_options"
    COMPOSITE_GRADES = "composite_grades"
    COMPOSITE_WEIGHTS = "composite_weights"
    CATEGORIES = "categories"
    ASSESSMENTS = "assessments"


CARRIES: dict[DataType, tuple[Area, ...]] = {
    DataType.COURSE_INFO: (Area.COURSE_INFO,),
    DataType.GRADING_TASKS_STANDARDS: (Area.GRADING_TASKS, Area.STANDARDS),
    DataType.GRADE_CALC_OPTIONS: (Area.GRADE_CALC_OPTIONS,),
    DataType.COMPOSITE_GRADES: (Area.COMPOSITE_GRADES,),
    DataType.COMPOSITE_WEIGHTS: (Area.COMPOSITE_WEIGHTS,),
    DataType.CATEGORIES: (Area.CATEGORIES,),
    DataType.ASSESSMENTS: (Area.ASSESSMENTS,),
}
FIELD_AREAS = frozenset({Area.COURSE_INFO, Area.CROSS_SITE})
"""The areas in which every field is an item of its own, with the one field `value`."""
REACHES_SECTIONS = (
    Area.CATEGORIES,
    Area.COMPOSITE_GRADES,
    Area.COMPOSITE_WEIGHTS,
    Area.GRADE_CALC_OPTIONS,
)
"""The areas that a push with to_sections carries on (cross-site goes by its own option, P8)."""


class Kind(StrEnum):
    """What sort of value a field has; says how it is brought to its normal form."""

    TEXT = "text"
    DECIMAL = "decimal"
    COUNT = "count"
    FLAG = "flag"
    TERMS = "terms"
    NAMES = "names"


Fields = dict[str, tuple[Kind, Value]]
"""Field name -> (kind, default). A default is left out of an item, so that new fields change no digest."""

FIELDS: dict[Area, Fields] = {
    Area.COURSE_INFO: {"value": (Kind.TEXT, None)},
    Area.CROSS_SITE: {"value": (Kind.TEXT, None)},
    Area.GRADING_TASKS: {
        "score_group": (Kind.TEXT, None),
        "credit_type": (Kind.TEXT, None),
        "credit": (Kind.DECIMAL, None),
        "term_gpa": (Kind.FLAG, False),
        "terms": (Kind.TERMS, ()),
        "post_only": (Kind.FLAG, False),
    },
    Area.STANDARDS: {
        "name": (Kind.TEXT, None),
        "rubric": (Kind.TEXT, None),
        "terms": (Kind.TERMS, ()),
    },
    Area.ASSESSMENTS: {
        "scoring": (Kind.TEXT, "teacher"),
        "copies_forward": (Kind.FLAG, False),
    },
    Area.CATEGORIES: {
        "name": (Kind.TEXT, None),
        "weight": (Kind.DECIMAL, None),
        "sequence": (Kind.COUNT, None),
        "drop_lowest": (Kind.COUNT, 0),
        "exclude_from_calculation": (Kind.FLAG, False),
        "tasks": (Kind.NAMES, ()),
        "standards": (Kind.NAMES, ()),
        "terms": (Kind.TERMS, ()),
    },
    Area.COMPOSITE_GRADES: {},
    Area.COMPOSITE_WEIGHTS: {"weight": (Kind.DECIMAL, None)},
    Area.GRADE_CALC_OPTIONS: {
        "calculation": (Kind.TEXT, "none"),
        "grading_scale": (Kind.TEXT, None),
        "proficiency_method": (Kind.TEXT, None),
        "weight_categories": (Kind.FLAG, False),
        "use_percent": (Kind.FLAG, False),
        "limit_to_last": (Kind.COUNT, None),
        "cumulative_from": (Kind.COUNT, None),
    },
}
COURSE_INFO_KINDS: dict[str, Kind] = {
    "number": Kind.TEXT, "name": Kind.TEXT, "active": Kind.FLAG, "state_code": Kind.TEXT,
    "department": Kind.TEXT, "subject": Kind.TEXT, "grade_level": Kind.TEXT, "credits": Kind.DECIMAL,
    "gpa_weight": Kind.DECIMAL, "type": Kind.TEXT, "honors": Kind.FLAG, "max_students": Kind.COUNT,
    "terms": Kind.COUNT, "schedules": Kind.COUNT, "periods": Kind.COUNT,
    "standards_based": Kind.FLAG, "attendance": Kind.FLAG, "transcript": Kind.FLAG,
    "required": Kind.FLAG, "homeroom": Kind.FLAG, "responsive": Kind.FLAG,
    "activity_code": Kind.TEXT, "advisory": Kind.FLAG, "external_lms_exclude": Kind.FLAG,
    "nces.subject_area": Kind.TEXT, "nces.course": Kind.TEXT, "nces.level": Kind.TEXT,
    "nces.credit": Kind.DECIMAL, "nces.sequence": Kind.TEXT, "description": Kind.TEXT,
}  # fmt: skip
"""The known course-info fields; a district's own are `custom.NAME`, always text."""
EDITABLE_FIELDS = frozenset({"terms", "schedules", "periods"})
"""Course-info fields that are `editable` when locked (L4)."""


def normal(kind: Kind, value: object) -> Value:
    """Bring one value to the form in which it is compared and stored.

    Text is NFC; a decimal is text without exponent or trailing zeros; terms are sorted and unique;
    names keep no order. Raises ValueError where the value does not fit the kind.
    """
    return None if value is None else _NORMAL[kind](value)


def _text(value: object) -> str:
    return unicodedata.normalize("NFC", str(value))


def _count(value: object) -> int:
    return int(str(value))


def _flag(value: object) -> bool:
    if not isinstance(value, bool):
        raise ValueError(value)  # noqa: TRY004 - a wrong value, like the others
    return value


def _many(value: object) -> Iterable[object]:
    if isinstance(value, str) or not isinstance(value, Iterable):
        raise ValueError(value)  # noqa: TRY004 - a wrong value, like the others
    return value


def decimal_text(value: object) -> str:
    """Give the shortest plain text of a decimal: `20.0` -> `20`; raises ValueError."""
    try:
        number = Decimal(str(value))
    except ArithmeticError:
        raise ValueError(value) from None
    if not number.is_finite():
        raise ValueError(value)
    text = format(number, "f")
    if "." in text:
        text = text.rstrip("0").rstrip(".")
    return "0" if text in ("-0", "") else text


_NORMAL: dict[Kind, Callable[[object], Value]] = {
    Kind.TEXT: _text,
    Kind.DECIMAL: decimal_text,
    Kind.COUNT: _count,
    Kind.FLAG: _flag,
    Kind.TERMS: lambda value: tuple(sorted({_count(term) for term in _many(value)})),
    Kind.NAMES: lambda value: tuple(sorted({_text(name) for name in _many(value)})),
}
