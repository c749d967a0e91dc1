"""This room resolves checked catalogs to what should be there: `course.Catalog`."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from reconciler.catalog import Data, Rows, Table, gather_one
from reconciler.check import Draft, Drafts, examine
from reconciler.check.layers import Leaf, Merged, Piece, Pieces, children, texts
from reconciler.check.report import Findings
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
from reconciler.desired.loading import canonical
from reconciler.larder import Places, Portion

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from pathlib import Path

    from reconciler.catalog import Looking, Problem, Source
    from reconciler.course import Value

Origins = dict[tuple[Area, str], Origin]

_LIST_AREAS = {
    "grading_tasks": Area.GRADING_TASKS,
    "standards": Area.STANDARDS,
    "assessments": Area.ASSESSMENTS,
    "categories": Area.CATEGORIES,
    "grade_calc_options": Area.GRADE_CALC_OPTIONS,
}


def portion(file: Path, looking: Looking) -> tuple[Portion | None, list[Problem]]:
    """What one catalog's file comes to by itself; where it can't be read, the problems alone."""
    source, problems = gather_one(file, looking)
    if not source.documents:
        return None, problems
    drafts, report = examine(source)
    catalog = catalog_of(drafts)
    said, shared = report.findings()
    findings = Findings((*problems, *said), shared)
    return Portion(catalog, findings, drafts.heading(), digest(canonical([catalog]))), []


def catalog_of(drafts: Drafts) -> Catalog:
    """A checked catalog, resolved."""
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
            origins=Places((origins, *shared)),
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
