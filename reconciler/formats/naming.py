"""This room gives names where a source has none, or has the same one twice; the same rows, the same names."""

from __future__ import annotations

import re
from collections import Counter
from typing import TYPE_CHECKING

from reconciler.course import Kind, normal
from reconciler.district import Incoming

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

LONGEST = 50
"""The most characters of a category's name (domain.md 1)."""
_SCED = re.compile(r"(\d\d)(\d{3})(?:([BGEHCX])(?:(\d\.\d\d)(\d\d)?)?)?")


def calendar_name(school: str, year: int) -> str:
    """`Harrison High 2026-27`: a school and the year in which its school year ends, with the year before."""
    return f"{school} {year - 1}-{year % 100:02d}"


def told_apart(names: Iterable[tuple[str, tuple[str, ...]]]) -> list[str]:
    """Make names differ: each comes with what may be added in brackets, from the kindest to the surest.

    Everything that bears a name twice gets the addition, so that the order of rows does not matter.
    """
    chosen = list(names)
    result = [name for name, _ in chosen]
    for depth in range(max((len(extra) for _, extra in chosen), default=0)):
        count = Counter(result)
        for index, (name, extra) in enumerate(chosen):
            if count[result[index]] > 1 and depth < len(extra) and extra[depth]:
                result[index] = f"{name} ({extra[depth]})"
    settled: dict[str, None] = {}
    for name in result:
        settled[numbered(name, settled) if name in settled else name] = None
    return list(settled)


def numbered(name: str, taken: Iterable[str]) -> str:
    """The name, or with the next free `(1)`, `(2)`... where it is taken (C1, C2)."""
    used, number, free = frozenset(taken), 0, name
    while free in used:
        number += 1
        end = f" ({number})"
        free = name[: LONGEST - len(end)].rstrip() + end
    return free


def sced(code: str) -> dict[str, str] | None:
    """The NCES fields of a SCED code: five digits, then level, credit and sequence where given.

    None where it is no SCED code (formats.md 1.6).
    """
    match = _SCED.fullmatch(code)
    if match is None:
        return None
    fields = ("subject_area", "course", "level", "credit", "sequence")
    return {f"nces.{name}": text for name, text in zip(fields, match.groups(), strict=True) if text}


def course_info(fields: Mapping[str, str | None]) -> tuple[Incoming, ...]:
    """Course-info fields as incoming items; None says that the source has the field and it is blank."""
    kinds = {"credits": Kind.DECIMAL, "nces.credit": Kind.DECIMAL}
    return tuple(
        Incoming(name, {"value": normal(kinds.get(name, Kind.TEXT), fields[name])}) for name in sorted(fields)
    )
