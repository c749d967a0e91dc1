"""This room lays a master over the setups that it uses, item by item and field by field.

The layers come in the order of `use` (a setup after what it uses itself, each once), the master's own
last. A later layer wins field by field; `null` clears a field, `drop: true` an item, `[]` a whole list.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, NamedTuple

from reconciler.catalog import Data, Rows, Source, Spot, Table
from reconciler.course import (
    COURSE_INFO_KINDS,
    Area,
    Ref,
    assessment_key,
    cell_key,
)

if TYPE_CHECKING:
    from collections.abc import Iterator

    from reconciler.check.report import Report

LISTS: tuple[str, ...] = (
    "grading_tasks",
    "standards",
    "assessments",
    "categories",
    "composite_grades",
    "grade_calc_options",
)
"""The lists of a master or setup; composite_grades feeds two areas."""
_NOT_FIELDS = frozenset({"task", "standard", "test", "key", "term", "drop"})


class Piece(NamedTuple):
    """One item as written: its fields, the table that spoke last, and that table's layer."""

    fields: dict[str, Data]
    table: Table
    layer: str

    @property
    def spot(self) -> Spot:
        """Where it was written."""
        return self.table.spot()


class Leaf(NamedTuple):
    """One field of course info or cross-site: its value, and the table and key that named it."""

    value: Data
    table: Table
    key: str
    layer: str

    @property
    def spot(self) -> Spot:
        """Where its key stands."""
        return self.table.key_spot(self.key)


Pieces = dict[str, Piece]


@dataclass(slots=True)
class Merged:
    """What some layers say together. A list that no layer has is absent from `lists`."""

    info: dict[str, Leaf] = field(default_factory=dict)
    cross_site: dict[str, Leaf] | None = None
    lists: dict[str, Pieces] = field(default_factory=dict)
    marred: bool = False


def texts(value: Data) -> tuple[str, ...]:
    """A text or a list of texts, as a tuple."""
    if isinstance(value, Rows):
        return tuple(str(one) for one in value)
    return () if value is None else (str(value),)


def refs(entry: Table) -> tuple[Ref, ...]:
    """The tasks and standards that an entry is about."""
    return (
        *(Ref(Area.GRADING_TASKS, one) for one in texts(entry.get("task"))),
        *(Ref(Area.STANDARDS, one) for one in texts(entry.get("standard"))),
    )


def keys(name: str, entry: Table) -> Iterator[str]:
    """The keys of the items that one entry of a list stands for (domain.md 1)."""
    if name == "grading_tasks":
        yield from texts(entry.get("task"))
    elif name == "standards":
        yield from texts(entry.get("standard"))
    elif name == "assessments":
        test, codes = str(entry["test"]), texts(entry.get("standard"))
        yield from (assessment_key(test, code) for code in codes or (None,))
    elif name == "categories":
        yield str(entry.get("key") or entry["name"])
    else:
        terms = texts(entry.get("term" if name == "composite_grades" else "terms"))
        yield from (cell_key(ref, int(term)) for ref in refs(entry) for term in terms)


def tables(value: Data) -> Iterator[Table]:
    """The entries of a list that are tables."""
    if isinstance(value, Rows):
        yield from (one for one in value if isinstance(one, Table))


class Layers:
    """Merges the masters of one catalog; what several share is merged once."""

    def __init__(self, source: Source, report: Report) -> None:
        """Nothing is merged yet."""
        self.source = source
        self.report = report
        self._orders: dict[str, tuple[str, ...]] = {}
        self._stacks: dict[tuple[str, ...], Merged] = {(): Merged()}
        self._cycles: set[str] = set()

    def master(self, table: Table) -> Merged:
        """A master's own lines on top of the setups it uses."""
        return self._over(self._stack(self._order(table.get("use"), ())), table, "master")

    def setups(self) -> None:
        """Merge every setup once by itself, so that the problems of an unused one are said too."""
        for name in self.source.maps["setups"]:
            self._stack(self._expand(name, ()))

    def _order(self, use: Data, chain: tuple[str, ...]) -> tuple[str, ...]:
        found: dict[str, None] = {}
        for name in texts(use):
            found.update(dict.fromkeys(self._expand(name, chain)))
        return tuple(found)

    def _expand(self, name: str, chain: tuple[str, ...]) -> tuple[str, ...]:
        if name in self._orders:
            return self._orders[name]
        entry = self.source.maps["setups"].get(name)
        if entry is None:
            return ()  # references.py says so
        if name in chain:
            self._loop(name, chain, entry.spot)
            return ()
        use = entry.value.get("use") if isinstance(entry.value, Table) else None
        order = tuple(dict.fromkeys((*self._order(use, (*chain, name)), name)))
        if not chain:
            self._orders[name] = order
        return order

    def _loop(self, name: str, chain: tuple[str, ...], spot: Spot) -> None:
        ring = chain[chain.index(name) :]
        if not self._cycles.intersection(ring):
            self._cycles.update(ring)
            way = " -> ".join((*ring, name))
            self.report.error("setup-cycle", spot, f"setups use each other: {way}", "break the circle")

    def _stack(self, order: tuple[str, ...]) -> Merged:
        if order not in self._stacks:
            below = self._stack(order[:-1])
            entry = self.source.maps["setups"][order[-1]]
            self._stacks[order] = self._layer(below, entry.value, order[-1])
        return self._stacks[order]

    def _layer(self, below: Merged, value: Data, name: str) -> Merged:
        if isinstance(value, Table):
            return self._over(below, value, f"setup {name}")
        return below if value is None else Merged(below.info, below.cross_site, below.lists, marred=True)

    def _over(self, below: Merged, table: Table, layer: str) -> Merged:
        merged = Merged(
            {**below.info, **dict(_info(table, layer))},
            below.cross_site,
            dict(below.lists),
            below.marred or id(table) in self.report.marred,
        )
        cross = table.get("cross_site")
        if isinstance(cross, Table):
            own = {key: Leaf(value, cross, key, layer) for key, value in cross.items()}
            merged.cross_site = {**(below.cross_site or {}), **own}
        for name in LISTS:
            rows = table.get(name)
            if isinstance(rows, Rows):
                merged.lists[name] = self._list(below.lists.get(name, {}), name, rows, layer)
        return merged

    def _list(self, below: Pieces, name: str, rows: Rows, layer: str) -> Pieces:
        if not rows:
            return {}
        merged, own = dict(below), self._own(name, rows, layer)
        for key, piece in own.items():
            if piece.table.get("drop") is True:
                if layer == "master" and key not in below:
                    remedy = "remove this entry, or mend its name"
                    self.report.error("nothing-to-drop", piece.spot, f"no setup brings {key}", remedy)
                merged.pop(key, None)
            else:
                base = below[key].fields if key in below else {}
                merged[key] = Piece({**base, **piece.fields}, piece.table, layer)
        return merged

    def _own(self, name: str, rows: Rows, layer: str) -> Pieces:
        own: Pieces = {}
        for entry in tables(rows):
            fields = {key: value for key, value in entry.items() if key not in _NOT_FIELDS}
            for key in keys(name, entry):
                if key in own:
                    first = own[key].spot
                    message = f"{key} stands twice in this list, first at {first}"
                    self.report.error("duplicate-item", entry.spot(), message, "keep one of them")
                else:
                    own[key] = Piece(fields, entry, layer)
        return own


def _info(table: Table, layer: str) -> Iterator[tuple[str, Leaf]]:
    for key, value in table.items():
        if key in ("nces", "custom") and isinstance(value, Table):
            for part, inner in value.items():
                yield f"{key}.{part}", Leaf(inner, value, part, layer)
        elif key in COURSE_INFO_KINDS:
            yield key, Leaf(value, table, key, layer)


def children(piece: Piece) -> Iterator[tuple[Ref, int, Table]]:
    """The children of a composite: the task or standard, its term, and the table that says so."""
    for child in tables(piece.fields.get("children")):
        for ref in refs(child):
            yield ref, int(str(child["term"])), child
