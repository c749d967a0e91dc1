"""This room reads drift as lines: one field of one item, old -> new, summed over hosts that stand alike."""

from __future__ import annotations

from typing import TYPE_CHECKING

from reconciler.course import FIELD_AREAS, Area
from reconciler.diff import changes
from reconciler.drift.model import STANDINGS, Line
from reconciler.plan.words import field_text, item_text, label, value_text

if TYPE_CHECKING:
    from collections.abc import Iterator

    from reconciler.drift.model import Drift, Drop, Group

_CODES = tuple(STANDINGS)
_AREAS = tuple(Area)


def lines(drift: Drift) -> tuple[Line, ...]:
    """The lines, those to be mended first, then by area, item and field; what is most frequent first."""
    found: dict[object, list[tuple[Group, str, str, str]]] = {}
    for group in drift.groups:
        for field, old, new in _fields(group.drop):
            place = (
                group.drop.area,
                group.drop.key,
                label(group.drop.area, group.drop.key, group.drop.pushed),
            )
            key = (group.on_section, place, field, old, new, group.standing)
            found.setdefault(key, []).append((group, field, old, new))
    return tuple(sorted(map(_line, found.values()), key=_order))


def _fields(drop: Drop) -> Iterator[tuple[str, str, str]]:
    """What changed: (field, old, new); the whole item where it was deleted, or is a field itself."""
    if drop.now is None or drop.area in FIELD_AREAS:
        yield "", item_text(drop.area, drop.pushed) or "there", item_text(drop.area, drop.now)
        return
    for one in changes(drop.pushed, drop.now):
        if (drop.area, one.field) == (Area.CATEGORIES, "name"):
            yield one.field, value_text("name", one.old), value_text("name", one.new)
        else:
            old, new = (field_text(drop.area, one.field, value) for value in (one.old, one.new))
            yield one.field, old, new


def _line(parts: list[tuple[Group, str, str, str]]) -> Line:
    first, field, old, new = parts[0]
    groups = [one[0] for one in parts]
    drop = first.drop
    return Line(
        first.on_section,
        drop.area,
        drop.key,
        label(drop.area, drop.key, drop.pushed),
        field,
        old,
        new,
        first.standing,
        tuple(sorted({host for one in groups for host in one.hosts})),
        frozenset().union(*(one.courses for one in groups)),
        tuple(sorted({number for one in groups for _, number in one.masters})),
    )


def _order(line: Line) -> tuple[object, ...]:
    return (
        _CODES.index(line.standing.code),
        line.on_section,
        _AREAS.index(line.area),
        line.label,
        line.key,
        line.field,
        -len(line.hosts),
        line.old,
        line.new,
        line.standing.why,
        str(line.standing.waiver),
    )
