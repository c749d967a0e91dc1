"""This room resolves checked catalogs to what should be there: `course.Catalog`, digest and problems."""

from __future__ import annotations

import gc
import json
from collections import ChainMap
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple

from reconciler.catalog import Data, Rows, Severity, Table
from reconciler.check import Draft, Drafts, check
from reconciler.check.layers import Leaf, Merged, Piece, Pieces, children, texts
from reconciler.course import (
    COURSE_INFO_KINDS,
    FIELDS,
    Area,
    Catalog,
    Exemption,
    Item,
    Kind,
    ListKind,
    Master,
    Origin,
    Rename,
    Setup,
    cell_of,
    composite_key,
    decimal_text,
    digest,
    item,
    setup,
)
from reconciler.errors import CatalogInvalid

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence
    from pathlib import Path

    from reconciler.catalog import Problem, Source
    from reconciler.course import Locks, Value

Origins = dict[tuple[Area, str], Origin]

_LIST_AREAS = {
    "grading_tasks": Area.GRADING_TASKS,
    "standards": Area.STANDARDS,
    "assessments": Area.ASSESSMENTS,
    "categories": Area.CATEGORIES,
    "grade_calc_options": Area.GRADE_CALC_OPTIONS,
}


@dataclass(frozen=True, slots=True)
class Loaded:
    """What `load` gives: the catalogs by name, every problem, and the digest of the catalogs' values."""

    catalogs: tuple[Catalog, ...]
    problems: tuple[Problem, ...]
    digest: str

    @property
    def errors(self) -> tuple[Problem, ...]:
        """The problems that stop a push."""
        return tuple(one for one in self.problems if one.severity is Severity.ERROR)


def load(paths: Sequence[Path]) -> Loaded:
    """Read, check and resolve catalogs; with errors among the problems, what can be resolved."""
    with _unswept():
        return resolve(*check(paths))


@contextmanager
def _unswept() -> Iterator[None]:
    """No search for garbage meanwhile: what is read stays, and searching it took a third of the time."""
    was = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was:
            gc.enable()


def resolve(checked: Sequence[Drafts], problems: tuple[Problem, ...]) -> Loaded:
    """Resolve checked catalogs; see `load`."""
    catalogs = tuple(sorted((_catalog(drafts) for drafts in checked), key=lambda one: one.name))
    return Loaded(catalogs, problems, digest(canonical(catalogs)))


def require(loaded: Loaded) -> tuple[Catalog, ...]:
    """The catalogs, if there is no error; else raises CatalogInvalid, which carries the problems."""
    errors = loaded.errors
    if errors:
        raise CatalogInvalid(count=len(errors), first=errors[0], problems=loaded.problems)
    return loaded.catalogs


def _catalog(drafts: Drafts) -> Catalog:
    source = drafts.source
    masters: dict[str, Master] = {}
    resolver = _Resolver(source)
    for draft in drafts.masters:
        if draft.number not in masters:
            masters[draft.number] = resolver.master(draft)
    schools = [entry.value for entry in source.lists["schools"]]
    return Catalog(
        name=drafts.name,
        school_years=tuple(sorted({int(str(entry.value)) for entry in source.lists["school_years"]})),
        schools=None if "all" in schools else tuple(sorted({str(one) for one in schools})),
        locks=drafts.locks,
        masters=dict(sorted(masters.items())),
        lists=dict(_lists(source)),
        exempt=_exemptions(source, "exempt_calendars", "calendar"),
        ignored=_exemptions(source, "ignored_courses", "course"),
    )


def _exemptions(source: Source, name: str, key: str) -> tuple[Exemption, ...]:
    return tuple(
        Exemption(str(entry.value[key]), str(entry.value["reason"]))
        for entry in source.lists[name]
        if isinstance(entry.value, Table)
    )


class _Made(NamedTuple):
    """One area made of merged pieces, kept with the pieces so that their identity stays theirs."""

    pieces: Pieces
    areas: dict[Area, Setup]
    origins: Origins
    renames: tuple[Rename, ...]


class _Resolver:
    """Brings masters into normal form; what masters share is made once: lists, places, fields of a value."""

    def __init__(self, source: Source) -> None:
        """Nothing is made yet."""
        self.maps = source.maps
        self._made: dict[tuple[str, int], _Made] = {}
        self._said: dict[tuple[str, type, object], Item] = {}
        self._lines: dict[int, dict[str, int]] = {}

    def master(self, draft: Draft) -> Master:
        """One master, resolved."""
        merged, table = draft.merged, draft.table
        spot = table.spot()
        origin = Origin("master", spot.file, spot.line)
        setups: dict[Area, Setup] = {}
        shared: list[Origins] = []
        renames: list[Rename] = []
        for name, pieces in merged.lists.items():
            made = self._list(name, pieces)
            setups.update(made.areas)
            shared.append(made.origins)
            renames.extend(made.renames)
        setups[Area.COURSE_INFO] = setup(self._info(draft))
        origins: Origins = {(Area.COURSE_INFO, key): origin for key in ("active", "name", "number")}
        origins.update(self._leaf_origins(Area.COURSE_INFO, merged.info))
        if merged.cross_site is not None:
            setups[Area.CROSS_SITE] = setup(_cross_site(merged))
            origins.update(self._leaf_origins(Area.CROSS_SITE, merged.cross_site))
        was = table.get("was")
        ordered = {area: setups[area] for area in Area if area in setups}
        return Master(
            number=draft.number,
            name=str(table["name"]),
            active=draft.active,
            setups=ordered,
            renames=tuple(renames),
            was=None if was is None else str(was),
            origins=ChainMap(origins, *shared),
            origin=origin,
        )

    def _info(self, draft: Draft) -> Iterator[Item]:
        named: dict[str, Data] = {key: leaf.value for key, leaf in draft.merged.info.items()}
        named |= {"number": draft.number, "name": str(draft.table["name"]), "active": draft.active}
        for key, value in named.items():
            said = _value(value, COURSE_INFO_KINDS.get(key, Kind.TEXT))
            known = self._said.get((key, type(said), said))
            if known is None:
                known = self._said[key, type(said), said] = item(Area.COURSE_INFO, key, {"value": said})
            yield known

    def _leaf_origins(
        self, area: Area, leaves: Mapping[str, Leaf]
    ) -> Iterator[tuple[tuple[Area, str], Origin]]:
        for key, leaf in leaves.items():
            lines = self._lines.get(id(leaf.table))
            if lines is None:
                lines = self._lines[id(leaf.table)] = leaf.table.key_lines()
            yield (area, key), Origin(leaf.layer, leaf.table.file, lines[leaf.key])

    def _list(self, name: str, pieces: Pieces) -> _Made:
        known = self._made.get((name, id(pieces)))
        if known is None:
            known = self._composites(pieces) if name == "composite_grades" else self._items(name, pieces)
            self._made[name, id(pieces)] = known
        return known

    def _items(self, name: str, pieces: Pieces) -> _Made:
        area = _LIST_AREAS[name]
        items, origins, renames = [], {}, []
        for key, piece in pieces.items():
            items.append(item(area, key, self._fields(area, key, piece)))
            origins[area, key] = _origin(piece)
            was = piece.fields.get("was") or self._bank_was(name, key)
            if was:
                renames.append(Rename(area, str(was), key))
        return _Made(pieces, {area: setup(items)}, origins, tuple(renames))

    def _bank_was(self, name: str, key: str) -> Data:
        bank = {"grading_tasks": "tasks", "standards": "standards"}.get(name)
        entry = self.maps[bank].get(key) if bank else None
        return entry.value.get("was") if entry and isinstance(entry.value, Table) else None

    def _fields(self, area: Area, key: str, piece: Piece) -> dict[str, object]:
        kinds = FIELDS[area]
        fields: dict[str, object] = {
            name: _value(value, kinds[name][0]) for name, value in piece.fields.items() if name in kinds
        }
        if area is Area.CATEGORIES and fields.get("name") is None:
            fields["name"] = key
        if area is Area.STANDARDS and fields.get("name") is None:
            fields["name"] = self._standard_name(key)
        return fields

    def _standard_name(self, code: str) -> str | None:
        entry = self.maps["standards"].get(code)
        value = entry.value if entry else None
        if isinstance(value, Table):
            value = value.get("name")
        return str(value) if isinstance(value, str) else None

    def _composites(self, pieces: Pieces) -> _Made:
        structure, weights, origins = {}, {}, {}
        for key, piece in pieces.items():
            parent, parent_term = cell_of(key)
            for child, term, row in children(piece):
                name = composite_key(parent, parent_term, child, term)
                structure[name] = item(Area.COMPOSITE_GRADES, name, {})
                weights[name] = item(Area.COMPOSITE_WEIGHTS, name, {"weight": row["weight"]})
                line = row.node.start_mark.line + 1
                for area in (Area.COMPOSITE_GRADES, Area.COMPOSITE_WEIGHTS):
                    origins[area, name] = Origin(piece.layer, row.file, line)
        areas = {
            Area.COMPOSITE_GRADES: setup(structure.values()),
            Area.COMPOSITE_WEIGHTS: setup(weights.values()),
        }
        return _Made(pieces, areas, origins, ())


def _origin(piece: Piece) -> Origin:
    return Origin(piece.layer, piece.table.file, piece.table.node.start_mark.line + 1)


def _value(value: Data, kind: Kind) -> object:
    if isinstance(value, Rows):
        return tuple(texts(value))
    if kind is Kind.TEXT and isinstance(value, bool):
        return "true" if value else "false"
    return value


def _cross_site(merged: Merged) -> Iterator[Item]:
    for key, leaf in (merged.cross_site or {}).items():
        yield item(Area.CROSS_SITE, key, {"value": leaf.value})


def _lists(source: Source) -> Iterator[tuple[ListKind, Setup]]:
    for kind in ListKind:
        entries = source.maps[kind.value]
        yield kind, setup(Item(name, _entries(kind, entry.value)) for name, entry in entries.items())


def _entries(kind: ListKind, value: Data) -> tuple[tuple[str, Value], ...]:
    fields: dict[str, Value] = {}
    if isinstance(value, Rows):
        fields = dict.fromkeys(texts(value), "")
    elif isinstance(value, str):
        fields = {"name": str(value)}
    elif isinstance(value, Table):
        marks = value.get("marks") if kind is ListKind.GRADING_SCALES else None
        if isinstance(marks, Table):
            fields = {mark: decimal_text(least) for mark, least in marks.items()}
        fields |= {key: _entry(one) for key, one in value.items() if key not in ("marks", "was")}
    return tuple(sorted(fields.items()))


def _entry(value: Data) -> Value:
    if isinstance(value, bool):
        return value
    return "" if value is None else str(value)


def canonical(catalogs: Sequence[Catalog]) -> str:
    """The canonical JSON of resolved catalogs: setups by digest, no places, no order but that of names."""
    rows = [_catalog_row(catalog) for catalog in catalogs]
    return json.dumps(rows, ensure_ascii=False, separators=(",", ":"), sort_keys=True)


def _catalog_row(catalog: Catalog) -> dict[str, object]:
    return {
        "name": catalog.name,
        "school_years": catalog.school_years,
        "schools": catalog.schools,
        "locks": _locks_row(catalog.locks),
        "masters": [_master_row(master) for master in catalog.masters.values()],
        "lists": {kind.value: value.digest for kind, value in catalog.lists.items()},
        "exempt": sorted((one.pattern, one.reason) for one in catalog.exempt),
        "ignored": sorted((one.pattern, one.reason) for one in catalog.ignored),
    }


def _locks_row(locks: Locks) -> dict[str, str]:
    fields = {f"{area}/{key}": state.value for (area, key), state in locks.fields.items()}
    return {area.value: state.value for area, state in locks.areas.items()} | fields


def _master_row(master: Master) -> dict[str, object]:
    return {
        "number": master.number,
        "was": master.was,
        "setups": {area.value: value.digest for area, value in master.setups.items()},
        "renames": sorted(master.renames),
    }
