"""This room writes a portion as lines of text, and reads it back; each distinct setup is one line.

The first line is JSON: masters as rows that name other lines. Then come setups, each with its digest, and
then places. Neither is decoded before somebody looks inside: of most catalogs nobody ever does.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from reconciler.catalog import Problem, Severity, Spot
from reconciler.check.across import Heading
from reconciler.check.report import Findings
from reconciler.course import (
    EMPTY,
    Area,
    Catalog,
    Exemption,
    Item,
    ListKind,
    Lock,
    Locks,
    Master,
    Origin,
    Rename,
    Setup,
    encode,
    exactly,
    read_items,
)
from reconciler.larder.places import Places, Written, written
from reconciler.larder.portion import Portion

if TYPE_CHECKING:
    from collections.abc import Mapping

_AREAS = tuple(Area)
_DIGEST = 64
Row = list[Any]


class _Lines:
    """The lines that come behind the first; what is shared becomes one."""

    def __init__(self) -> None:
        """Nothing is written yet."""
        self.setups: dict[str, int] = {}
        self.texts: list[str] = []
        self.places: dict[int, int] = {}
        self.parts: list[str] = []

    def setup(self, value: Setup) -> int:
        """The number of a setup's line."""
        if value.digest not in self.setups:
            self.setups[value.digest] = len(self.texts)
            self.texts.append(value.digest + encode(value))
        return self.setups[value.digest]

    def place(self, part: Mapping[tuple[Area, str], Origin]) -> int:
        """The number of the line of some places; a part lives as long as its master, so its id is its own."""
        if id(part) not in self.places:
            self.places[id(part)] = len(self.parts)
            self.parts.append(written(part))
        return self.places[id(part)]


def pack(portion: Portion) -> str:
    """A portion as text."""
    lines, catalog = _Lines(), portion.catalog
    body = {
        "digest": portion.digest,
        "name": catalog.name,
        "school_years": catalog.school_years,
        "schools": catalog.schools,
        "areas": list(catalog.locks.areas.items()),
        "fields": [(*key, state) for key, state in catalog.locks.fields.items()],
        "masters": [_packed(master, lines) for master in catalog.masters.values()],
        "lists": [(kind, lines.setup(value)) for kind, value in catalog.lists.items()],
        "exempt": [(one.pattern, one.reason) for one in catalog.exempt],
        "ignored": [(one.pattern, one.reason) for one in catalog.ignored],
        "problems": portion.findings.problems,
        "shared": portion.findings.shared,
        "heading": portion.heading,
        "setups": len(lines.texts),
    }
    return "\n".join((json.dumps(body, separators=(",", ":")), *lines.texts, *lines.parts))


def _packed(master: Master, lines: _Lines) -> Row:
    origins = master.origins
    parts = origins.parts if isinstance(origins, Places) else (origins,)
    return [
        master.number,
        master.name,
        master.active,
        master.was,
        [(_AREAS.index(area), lines.setup(value)) for area, value in master.setups.items()],
        master.renames,
        [lines.place(part) for part in parts],
        master.origin,
    ]


class Known(dict[str, Setup]):
    """The setups that were read before, by digest. Their items are shared: values are few, lists many."""

    def __init__(self) -> None:
        """Before anything is read, know the empty one."""
        super().__init__({EMPTY.digest: EMPTY})
        self._items: dict[tuple[Item, tuple[type, ...]], Item] = {}

    def items_of(self, text: str) -> tuple[Item, ...]:
        """The items of a setup's canonical JSON."""
        return tuple([self._items.setdefault(exactly(one), one) for one in read_items(text)])


def unpack(text: str, known: Known) -> Portion:
    """A portion out of its text; `known` are the setups that were read before.

    Raises what a text that `pack` did not write raises: ValueError, LookupError, TypeError.
    """
    head, *lines = text.split("\n")
    told = json.loads(head)
    setups = [_setup(line, known) for line in lines[: told["setups"]]]
    parts = [Written(line) for line in lines[told["setups"] :]]
    masters = [_master(row, setups, parts) for row in told["masters"]]
    name, spot, numbers = told["heading"]
    return Portion(
        Catalog(
            name=told["name"],
            school_years=tuple(told["school_years"]),
            schools=None if told["schools"] is None else tuple(told["schools"]),
            locks=Locks(
                {Area(area): Lock(state) for area, state in told["areas"]},
                {(Area(area), key): Lock(state) for area, key, state in told["fields"]},
            ),
            masters={one.number: one for one in masters},
            lists={ListKind(kind): setups[line] for kind, line in told["lists"]},
            exempt=tuple(Exemption(*row) for row in told["exempt"]),
            ignored=tuple(Exemption(*row) for row in told["ignored"]),
        ),
        Findings(
            tuple(_problem(row) for row in told["problems"]),
            tuple((_problem(row), tuple(masters)) for row, masters in told["shared"]),
        ),
        Heading(name, Spot(*spot), tuple((number, Spot(*place)) for number, place in numbers)),
        told["digest"],
    )


def _setup(line: str, known: Known) -> Setup:
    digest = line[:_DIGEST]
    found = known.get(digest)
    if found is None:
        found = known[digest] = Setup.stored(line[_DIGEST:], digest, known.items_of)
    return found


def _master(row: Row, setups: list[Setup], parts: list[Written]) -> Master:
    number, name, active, was, held, renames, places, origin = row
    return Master(
        number,
        name,
        active,
        {_AREAS[area]: setups[line] for area, line in held},
        tuple(Rename(Area(area), old, new) for area, old, new in renames),
        was,
        Places(tuple([parts[line] for line in places])),
        Origin(*origin),
    )


def _problem(row: Row) -> Problem:
    return Problem(Severity(row[0]), *row[1:])
