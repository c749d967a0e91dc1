"""This room is what people are told of a plan, as plain values: nothing in it needs a store or YAML.

A summary goes into a saved plan as JSON and comes back without loss, so that a plan can be read where
neither the state nor the catalogs are.
"""

from __future__ import annotations

from dataclasses import dataclass, fields, is_dataclass
from typing import Any, NamedTuple, TypeVar, get_args, get_type_hints

from reconciler.members import pack, unpack

Thing = TypeVar("Thing")
MOST = 3
"""How many of a list of equals are told before it is folded to a count."""
PACKED = "cohorts"
"""The field that holds many whole numbers, and goes into JSON as one short text."""


class Said(NamedTuple):
    """A value as text, and how many hosts (or items) have it."""

    text: str
    times: int


class Some(NamedTuple):
    """The first few of a list, and how many there are."""

    first: tuple[str, ...] = ()
    total: int = 0


class Values(NamedTuple):
    """The most frequent of several values, and how many different ones there are."""

    first: tuple[Said, ...] = ()
    total: int = 0


@dataclass(frozen=True, slots=True)
class Line:
    """One change line, or one line of what stays: the same verdict, summed over cohorts (house.md 1).

    `hosts`: sections or courses, by `hop`; `affected`: how many of them are in use (P13). `olds`: what is
    there before, `news`: what comes from above. `cohorts`: places in the plan's cohorts.
    """

    hop: str
    area: str
    label: str
    action: str
    reason: str
    field: str
    olds: Values
    news: Values
    hosts: int
    courses: int
    schools: int
    affected: int
    flags: tuple[str, ...]
    where: Some
    masters: Some
    cohorts: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Residual:
    """One item that stays though the template lacks it, counted at its sections (R1).

    `new`: it becomes one in this push. `unread`: sections whose uses were never read. `by`: what refers
    to it and so keeps it (R7). `cohorts` are those of courses and sections alike.
    """

    area: str
    label: str
    new: bool
    reason: str
    sections: int
    courses: int
    schools: int
    assignments: int
    scores: int
    posted: int
    comments: int
    unread: int
    by: Some
    cohorts: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Refused:
    """Courses that this push fails for, with their sections (P5), by the first item that differs."""

    reason: str
    cause: str
    area: str
    label: str
    field: str
    olds: Values
    news: Values
    courses: int
    schools: int
    examples: Some
    masters: Some
    cohorts: tuple[int, ...]


class Skipped(NamedTuple):
    """Courses that the push leaves out as a whole, and why."""

    reason: str
    courses: int
    examples: Some


class Listed(NamedTuple):
    """A named list of the district that takes effect on apply (domain.md 1, last row)."""

    catalog: str
    kind: str
    name: str
    change: str
    used_by: int
    flags: tuple[str, ...]


class Warned(NamedTuple):
    """A warning of the plan (W1-W5, L5, R2); `refuses`: it keeps the plan from being applied."""

    code: str
    message: str
    refuses: bool


class Calendared(NamedTuple):
    """A calendar in scope."""

    name: str
    school: str
    in_session: bool


@dataclass(frozen=True, slots=True)
class Header:
    """What was asked for (domain.md 3 and 4).

    `source`: masters, courses, or undo; `mode`: locked, overwrite or relink, of an undo the run's number.

    `lockless`: catalogs on which nothing is locked (L6). `idle`: no data that was ticked is locked (L1).
    """

    source: str
    catalogs: tuple[str, ...]
    year: int
    mode: str
    today: str
    calendars: tuple[Calendared, ...]
    data: tuple[str, ...]
    to_sections: bool
    cross_site: bool
    overwrite_categories: bool
    masters: tuple[str, ...]
    courses: tuple[str, ...]
    schools: tuple[str, ...]
    lockless: tuple[str, ...]
    idle: bool


@dataclass(frozen=True, slots=True)
class Totals:
    """The sums of a plan. `items`: how many items per action; `noted`: only what was pushed is recorded."""

    courses: int
    sections: int
    courses_changed: int
    sections_changed: int
    courses_noted: int
    sections_noted: int
    courses_refused: int
    courses_skipped: int
    items: tuple[Said, ...]
    items_unchanged: int
    items_local: int
    items_refused: int
    residuals_new: int
    residuals_before: int


@dataclass(frozen=True, slots=True)
class Summary:
    """A plan as people read it (domain.md 9): what can't be pushed, what changes, what stays.

    `touched`: the sections with their teachers, in a push from chosen courses (S4).
    """

    header: Header
    refused: tuple[Refused, ...]
    refused_items: tuple[Line, ...]
    changes: tuple[Line, ...]
    stays: tuple[Line, ...]
    residuals: tuple[Residual, ...]
    skipped: tuple[Skipped, ...]
    lists: tuple[Listed, ...]
    warnings: tuple[Warned, ...]
    totals: Totals
    touched: tuple[str, ...] = ()

    @property
    def pending(self) -> bool:
        """Would a push change anything that people can see (also whose it is)?"""
        return bool(self.totals.courses_changed or self.totals.sections_changed or self.lists)

    @property
    def remains(self) -> bool:
        """Would residuals, held fields or refusals remain (exit code 3)?"""
        held = any(line.reason == "used" for line in self.stays)
        return bool(held or self.residuals or self.refused or self.refused_items)


def to_json(summary: Summary) -> dict[str, Any]:
    """A summary as plain JSON values."""
    told: dict[str, Any] = tell(summary)
    return told


def from_json(told: dict[str, Any]) -> Summary:
    """Read what `to_json` gave."""
    return hear(Summary, told)


def tell(value: Any) -> Any:  # noqa: ANN401 - any of the values of this room
    """A value of this room, or a tuple of them, as JSON."""
    names = _names(type(value))
    if names:
        return {
            name: pack(getattr(value, name)) if name == PACKED else tell(getattr(value, name))
            for name in names
        }
    return [tell(one) for one in value] if isinstance(value, tuple) else value


def hear(kind: type[Thing], told: Any) -> Thing:  # noqa: ANN401 - JSON
    """Read what `tell` gave of a value of this kind."""
    values = {
        name: unpack(told[name]) if name == PACKED else _heard(hint, told[name])
        for name, hint in get_type_hints(kind).items()
    }
    return kind(**values)


def _heard(hint: Any, told: Any) -> Any:  # noqa: ANN401 - a type and JSON
    if _names(hint):
        return hear(hint, told)
    if isinstance(told, list):
        (inner, *_) = get_args(hint)
        return tuple(_heard(inner, one) for one in told)
    return told


def _names(kind: Any) -> tuple[str, ...]:  # noqa: ANN401 - a type or a type's alias
    if is_dataclass(kind):
        return tuple(one.name for one in fields(kind))
    return tuple(getattr(kind, "_fields", ()))
