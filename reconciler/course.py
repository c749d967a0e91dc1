"""This room is the model: areas, items, setups, holdings and the hosts that have them; all frozen.

A *setup* is the value of one area (its items); a *holding* is what one course or section has over all
areas, in three parts. Both are compared by value and stored once. Numbers with decimals are kept as
text in their shortest form, so that no weight is ever a float.
"""

from __future__ import annotations

import hashlib
import json
import unicodedata
from dataclasses import dataclass, field, replace
from decimal import Decimal
from enum import StrEnum
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

Value = str | int | bool | tuple[str | int, ...] | None


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
    if value is None:
        return None
    if kind is Kind.TEXT:
        return unicodedata.normalize("NFC", str(value))
    if kind is Kind.DECIMAL:
        return decimal_text(value)
    if kind is Kind.COUNT:
        return int(str(value))
    if kind is Kind.FLAG:
        if not isinstance(value, bool):
            raise ValueError(value)
        return value
    if isinstance(value, str) or not hasattr(value, "__iter__"):
        raise ValueError(value)
    if kind is Kind.TERMS:
        return tuple(sorted({int(str(term)) for term in value}))
    return tuple(sorted({unicodedata.normalize("NFC", str(name)) for name in value}))


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


@dataclass(frozen=True, slots=True)
class Item:
    """One thing of a setup: its key, and its fields that differ from their defaults, sorted by name.

    `left`: was linked once and is now the host's own. `kept`: is a residual (domain.md 5).
    """

    key: str
    fields: tuple[tuple[str, Value], ...] = ()
    left: bool = False
    kept: bool = False

    def get(self, name: str, default: Value = None) -> Value:
        """One field's value; `default` where it is left out."""
        for field_name, value in self.fields:
            if field_name == name:
                return value
        return default

    def same(self, other: Item | None) -> bool:
        """Equal in every field (the key and the marks apart)?"""
        return other is not None and self.fields == other.fields

    def with_fields(self, **changes: Value) -> Item:
        """The same item with some fields changed; None drops a field."""
        merged = {**dict(self.fields), **changes}
        kept = tuple(sorted((name, value) for name, value in merged.items() if value is not None))
        return replace(self, fields=kept)

    def mark(self, *, left: bool = False, kept: bool = False) -> Item:
        """The same item with just these marks."""
        return self if (self.left, self.kept) == (left, kept) else replace(self, left=left, kept=kept)


def item(
    area: Area, key: str, fields: Mapping[str, object], *, left: bool = False, kept: bool = False
) -> Item:
    """Make an item of `area` in its normal form; raises ValueError or KeyError on a wrong field."""
    values = []
    for name, value in fields.items():
        kind, default = FIELDS[area][name]
        if area is Area.COURSE_INFO:
            kind = COURSE_INFO_KINDS.get(key, Kind.TEXT)
        elif area is Area.CROSS_SITE and isinstance(value, bool):
            kind = Kind.FLAG
        clean = normal(kind, value)
        if clean != default and clean is not None:
            values.append((name, clean))
    return Item(unicodedata.normalize("NFC", key), tuple(sorted(values)), left, kept)


@dataclass(frozen=True, slots=True)
class Setup:
    """The items of one area, sorted by key; equal setups are one value."""

    items: tuple[Item, ...] = ()
    by_key: dict[str, Item] = field(init=False, compare=False, repr=False)

    def __post_init__(self) -> None:
        """Index the items by key."""
        object.__setattr__(self, "by_key", {one.key: one for one in self.items})

    def __iter__(self) -> Iterator[Item]:
        """Walk the items in the order of their keys."""
        return iter(self.items)

    def __bool__(self) -> bool:
        """Is there any item?"""
        return bool(self.items)

    def get(self, key: str) -> Item | None:
        """The item of this key, or None."""
        return self.by_key.get(key)


EMPTY = Setup()


def setup(items: Iterable[Item]) -> Setup:
    """Make a setup of items in any order."""
    ordered = tuple(sorted(items, key=lambda one: one.key))
    return Setup(ordered) if ordered else EMPTY


def encode(value: Setup) -> str:
    """The canonical JSON of a setup: items by key, names by code point, defaults left out."""
    rows = []
    for one in value.items:
        row: dict[str, object] = {"key": one.key}
        if one.fields:
            row["fields"] = dict(one.fields)
        if one.left:
            row["left"] = True
        if one.kept:
            row["kept"] = True
        rows.append(row)
    return json.dumps(rows, ensure_ascii=False, separators=(",", ":"), sort_keys=True)


def decode(body: str) -> Setup:
    """Read what `encode` wrote."""
    items = []
    for row in json.loads(body):
        fields = tuple(
            (name, tuple(value) if isinstance(value, list) else value)
            for name, value in sorted(row.get("fields", {}).items())
        )
        items.append(Item(row["key"], fields, row.get("left", False), row.get("kept", False)))
    return Setup(tuple(items)) if items else EMPTY


def digest(text: str) -> str:
    """The name under which a value is stored once: SHA-256 in hex."""
    return hashlib.sha256(text.encode()).hexdigest()


PARTS: tuple[tuple[Area, Part], ...] = tuple((area, part) for area in Area for part in Part)
"""The order of a holding's 27 setups: by area, then pushed, linked, own."""
_PLACE = {place: index for index, place in enumerate(PARTS)}


@dataclass(frozen=True, slots=True)
class Holding:
    """What one host has, over all areas: 27 setups in the order of PARTS."""

    setups: tuple[Setup, ...] = (EMPTY,) * len(PARTS)

    def get(self, area: Area, part: Part) -> Setup:
        """One part of one area."""
        return self.setups[_PLACE[area, part]]

    def put(self, changes: Mapping[tuple[Area, Part], Setup]) -> Holding:
        """The same holding with some parts changed; itself where nothing changes."""
        parts = list(self.setups)
        for place, value in changes.items():
            parts[_PLACE[place]] = value
        return self if tuple(parts) == self.setups else Holding(tuple(parts))

    def here(self, area: Area) -> tuple[Item, ...]:
        """Every item that is there now: linked and own."""
        return (*self.get(area, Part.LINKED), *self.get(area, Part.OWN))


class Use(NamedTuple):
    """One thing that evidence points at: an item of an area, in a term (0: in none)."""

    area: Area
    key: str
    term: int


class Counts(NamedTuple):
    """How much evidence there is (domain.md 6); numbers only, never a student."""

    assignments: int = 0
    scores: int = 0
    posted: int = 0
    comments: int = 0


Used = frozenset[Use]


class ListKind(StrEnum):
    """The named district lists that masters refer to (domain.md 1)."""

    SCORE_GROUPS = "score_groups"
    RUBRICS = "rubrics"
    GRADING_SCALES = "grading_scales"
    TASKS = "tasks"
    STANDARDS = "standards"
    TESTS = "tests"


class Ref(NamedTuple):
    """A task or standard that an item names: (Area.GRADING_TASKS | Area.STANDARDS, key)."""

    area: Area
    key: str


_STANDARD = "standard:"


def ref_text(ref: Ref) -> str:
    """How a reference stands inside a key: `Final`, or `standard:RL.1`."""
    return ref.key if ref.area is Area.GRADING_TASKS else _STANDARD + ref.key


def ref_of(text: str) -> Ref:
    """Read what `ref_text` wrote."""
    if text.startswith(_STANDARD):
        return Ref(Area.STANDARDS, text.removeprefix(_STANDARD))
    return Ref(Area.GRADING_TASKS, text)


def cell_key(ref: Ref, term: int) -> str:
    """The key of a grade calc option: (task or standard, term) -> `Final@2`."""
    return f"{ref_text(ref)}@{term}"


def cell_of(key: str) -> tuple[Ref, int]:
    """Read what `cell_key` wrote."""
    text, _, term = key.rpartition("@")
    return ref_of(text), int(term)


def composite_key(parent: Ref, parent_term: int, child: Ref, child_term: int) -> str:
    """The key of a composite row: `Final@4<Quarter@1`. No task, code or test may have a `<`."""
    return f"{cell_key(parent, parent_term)}<{cell_key(child, child_term)}"


def composite_of(key: str) -> tuple[tuple[Ref, int], tuple[Ref, int]]:
    """Read what `composite_key` wrote: ((parent, term), (child, term))."""
    parent, _, child = key.partition("<")
    return cell_of(parent), cell_of(child)


def assessment_key(test: str, standard: str | None) -> str:
    """The key of an assessment alignment: `MAP<RL.1`, or the test alone."""
    return test if standard is None else f"{test}<{standard}"


def names(area: Area, one: Item) -> tuple[Ref, ...]:
    """The tasks and standards that an item names (R7, L7)."""
    if area is Area.CATEGORIES:
        tasks, standards = one.get("tasks", ()), one.get("standards", ())
        return (
            *(Ref(Area.GRADING_TASKS, str(key)) for key in _sequence(tasks)),
            *(Ref(Area.STANDARDS, str(key)) for key in _sequence(standards)),
        )
    if area is Area.GRADE_CALC_OPTIONS:
        return (cell_of(one.key)[0],)
    if area in (Area.COMPOSITE_GRADES, Area.COMPOSITE_WEIGHTS):
        (parent, _), (child, _) = composite_of(one.key)
        return (parent, child)
    if area is Area.ASSESSMENTS and "<" in one.key:
        return (Ref(Area.STANDARDS, one.key.partition("<")[2]),)
    return ()


def _sequence(value: Value) -> tuple[str | int, ...]:
    return value if isinstance(value, tuple) else ()


@dataclass(frozen=True, slots=True)
class Locks:
    """A catalog's locks: one state per area, and per field in course info and cross-site."""

    areas: Mapping[Area, Lock] = field(default_factory=dict)
    fields: Mapping[tuple[Area, str], Lock] = field(default_factory=dict)

    def of(self, area: Area, key: str = "") -> Lock:
        """The state of an area, or of one field of a field area (L4, L6: unlocked by default)."""
        state = self.fields.get((area, key), self.areas.get(area, Lock.UNLOCKED))
        if state is Lock.LOCKED and area is Area.COURSE_INFO and key in EDITABLE_FIELDS:
            return Lock.EDITABLE
        return state

    def any(self, area: Area) -> bool:
        """Is the area, or any field of it, locked or editable?"""
        return self.of(area) is not Lock.UNLOCKED or any(
            state is not Lock.UNLOCKED for (where, _), state in self.fields.items() if where is area
        )


class Origin(NamedTuple):
    """Where a desired item was written: the layer (`master`, `setup NAME`), file, line."""

    layer: str
    file: str
    line: int


class Rename(NamedTuple):
    """`was:` of one item (P12): in `area`, what was called `was` is now `key`."""

    area: Area
    was: str
    key: str


@dataclass(frozen=True, slots=True)
class Master:
    """One course master, resolved: every area that it (or a setup it uses) lists.

    An area that no list names is absent from `setups`; `[]` is there and empty. `course_info` always
    has `number`, `name` and `active`. `was` is the number that the master had before (P12).
    """

    number: str
    name: str
    active: bool
    setups: Mapping[Area, Setup]
    renames: tuple[Rename, ...] = ()
    was: str | None = None
    origins: Mapping[tuple[Area, str], Origin] = field(default_factory=dict)
    origin: Origin = Origin("master", "", 0)


@dataclass(frozen=True, slots=True)
class Exemption:
    """A course that is ignored, or a calendar that is exempt: a glob and a reason."""

    pattern: str
    reason: str


@dataclass(frozen=True, slots=True)
class Catalog:
    """One course catalog, resolved and checked; what masters there are, and what is locked.

    `schools` None means every school. `exempt`: calendar name globs. `ignored`: globs over
    `number@calendar`. `lists` hold one item a list, its entries as fields.
    """

    name: str
    school_years: tuple[int, ...]
    schools: tuple[str, ...] | None
    locks: Locks
    masters: Mapping[str, Master]
    lists: Mapping[ListKind, Setup] = field(default_factory=dict)
    exempt: tuple[Exemption, ...] = ()
    ignored: tuple[Exemption, ...] = ()


class Term(NamedTuple):
    """One term of a calendar; its position is its place in the calendar's list, from 1."""

    name: str
    start: str | None = None
    end: str | None = None


@dataclass(frozen=True, slots=True)
class Calendar:
    """One school year of one school; `year` is the year in which it ends, dates are ISO 8601."""

    id: int
    name: str
    school: str
    year: int
    terms: tuple[Term, ...]
