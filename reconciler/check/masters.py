"""This room checks masters as merged: numbers, renames, lists of locked areas, the tasks that are named."""

from __future__ import annotations

from typing import TYPE_CHECKING

from reconciler.catalog import Problem, Rows, Severity, Source, Spot, Table
from reconciler.check.advice import examine as examine_advice
from reconciler.check.composites import examine as examine_composites
from reconciler.check.layers import LISTS, Piece, Pieces, children
from reconciler.check.weights import examine as examine_weights
from reconciler.course import Area, Lock, Ref, cell_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from reconciler.check.drafts import Draft, Drafts
    from reconciler.check.report import Report
    from reconciler.course import Locks

_REQUIRED = {
    "catalog": "add `catalog:` with the catalog's name",
    "school_years": "add `school_years:` with the years into whose calendars it may be pushed, like [2027]",
    "schools": "add `schools:` with the schools that have the catalog, or `schools: all`",
}
_NAMING = ("categories", "composite_grades", "grade_calc_options", "assessments")


def tables_of(source: Source) -> list[Table]:
    """The masters that can be read, in the order of the files."""
    entries = (entry.value for entry in source.lists["masters"])
    return [table for table in entries if isinstance(table, Table)]


def examine(drafts: Drafts, report: Report) -> None:
    """Check one catalog's masters (domain.md 8)."""
    _header(drafts.source, report)
    _numbers(drafts.masters, report)
    seen: set[tuple[object, ...]] = set()
    named = _Named(drafts, report)
    for draft in drafts.masters:
        _missing_lists(draft, drafts.locks, report)
        named.examine(draft)
        for name, pieces in draft.merged.lists.items():
            if (name, id(pieces)) not in seen:
                seen.add((name, id(pieces)))
                _renames(pieces, report)
                if name == "categories":
                    _category_names(pieces, report)
    examine_composites(drafts, report)
    examine_weights(drafts, report)
    examine_advice(drafts, report)


def _header(source: Source, report: Report) -> None:
    for key, remedy in _REQUIRED.items():
        said = key in source.root.data if key == "catalog" else source.says(key)
        unread = any((document.file, key) in report.marred for document in source.documents)
        if not said and not unread:
            report.error("missing-key", Spot(source.file, 1, 1), f'"{key}" is missing', remedy)
    if not source.lists["masters"] and not any(
        (document.file, "masters") in report.marred for document in source.documents
    ):
        message = "the catalog has no masters, so it pushes nothing"
        remedy = "add them under `masters:`, or `include:` the files that have them"
        report.warn("no-masters", Spot(source.file, 1, 1), message, remedy)
    if len(source.lists["schools"]) > 1 and any(entry.value == "all" for entry in source.lists["schools"]):
        spot = next(entry.spot for entry in source.lists["schools"] if entry.value == "all")
        report.error("bad-value", spot, "one file says `all`, another names schools", "keep one of them")


def _numbers(masters: Iterable[Draft], report: Report) -> None:
    numbers: dict[str, Table] = {}
    for draft in masters:
        if draft.number in numbers:
            first = numbers[draft.number].value_spot("number")
            message = f'the master "{draft.number}" stands twice, first at {first}'
            remedy = "give one of them another number, or remove it"
            report.error("duplicate-master", draft.table.value_spot("number"), message, remedy)
        else:
            numbers[draft.number] = draft.table
    olds: dict[str, str] = {}
    for draft in masters:
        was = draft.table.get("was")
        if isinstance(was, str):
            spot = draft.table.value_spot("was")
            other = numbers.get(was)
            taken = other is not None and not other.get("was")
            _rename(report, spot, (was, draft.number), olds, taken=taken)


def _renames(pieces: Pieces, report: Report) -> None:
    olds: dict[str, str] = {}
    for key, piece in pieces.items():
        was = piece.fields.get("was")
        if isinstance(was, str):
            spot = piece.table.value_spot("was")
            other = pieces.get(was)
            taken = other is not None and not other.fields.get("was")
            _rename(report, spot, (was, key), olds, taken=taken)


def _rename(report: Report, spot: Spot, names: tuple[str, str], olds: dict[str, str], *, taken: bool) -> None:
    was, key = names
    if was == key:
        report.error("bad-rename", spot, f'"{key}" was never called otherwise', "remove `was:`")
    elif taken:
        message = f'"{was}" is still there, so "{key}" can\'t be its new name'
        report.error("bad-rename", spot, message, "remove `was:`, or the old one")
    elif olds.setdefault(was, key) != key:
        message = f'"{was}" can\'t have become both "{olds[was]}" and "{key}"'
        report.error("bad-rename", spot, message, "keep `was:` at one of them")


def _missing_lists(draft: Draft, locks: Locks, report: Report) -> None:
    if not draft.active or draft.merged.marred:
        return
    for name in LISTS:
        areas = [Area(name)] + ([Area.COMPOSITE_WEIGHTS] if name == "composite_grades" else [])
        locked = [area for area in areas if locks.of(area) is not Lock.UNLOCKED]
        if locked and name not in draft.merged.lists:
            message = f"master {draft.number} has no list `{name}`, and {locked[0]} is locked"
            remedy = f"add `{name}: []` if none are wanted, so that a forgotten list never empties a school"
            report.error("missing-list", draft.table.spot(), message, remedy)


def _category_names(pieces: Pieces, report: Report) -> None:
    names: dict[str, Piece] = {}
    for key, piece in pieces.items():
        name = str(piece.fields.get("name") or key)
        first = names.setdefault(name, piece)
        if first is not piece:
            message = f'two categories are called "{name}", the other at {first.spot}'
            remedy = "give one another name; to change an inherited one, name its key"
            report.error("duplicate-item", piece.spot, message, remedy)


class _Named:
    """Finds tasks and standards that an item names and its master lacks (L7), once for shared lists."""

    def __init__(self, drafts: Drafts, report: Report) -> None:
        """Only areas that are locked can lack something."""
        self.report = report
        self.maps = drafts.source.maps
        self.checked = tuple(
            area
            for area in (Area.GRADING_TASKS, Area.STANDARDS)
            if drafts.locks.of(area) is not Lock.UNLOCKED
        )
        self._found: dict[tuple[int, int], tuple[Problem, ...]] = {}

    def examine(self, draft: Draft) -> None:
        """Check one master."""
        lists = draft.merged.lists
        if draft.merged.marred:
            return
        for area in self.checked:
            has = lists.get(area.value)
            for name in _NAMING:
                pieces = lists.get(name)
                if has is None or pieces is None:
                    continue
                key = (id(has), id(pieces))
                if key not in self._found:
                    self._found[key] = tuple(self._lacking(area, name, has, pieces))
                for problem in self._found[key]:
                    self.report.shared(problem, draft.number)

    def _lacking(self, area: Area, name: str, has: Pieces, pieces: Pieces) -> Iterator[Problem]:
        bank = self.maps["tasks" if area is Area.GRADING_TASKS else "standards"]
        word = "task" if area is Area.GRADING_TASKS else "standard"
        for key, piece in pieces.items():
            for ref, spot in _references(name, key, piece):
                if ref.area is area and ref.key not in has and ref.key in bank:
                    message = f'the {word} "{ref.key}" is named here, but its master does not have it'
                    remedy = f"add it to `{area}:` of the master, or drop this item there"
                    yield Problem(Severity.ERROR, f"missing-{word}", message, remedy, *spot)


def _references(name: str, key: str, piece: Piece) -> Iterator[tuple[Ref, Spot]]:
    """The tasks and standards that one item of a list names, each with its place."""
    if name == "categories":
        for field, area in (("tasks", Area.GRADING_TASKS), ("standards", Area.STANDARDS)):
            rows = piece.fields.get(field)
            if isinstance(rows, Rows):
                yield from ((Ref(area, str(one)), rows.row_spot(index)) for index, one in enumerate(rows))
    elif name == "assessments":
        _, sign, code = key.partition("<")
        if sign:
            yield Ref(Area.STANDARDS, code), piece.spot
    else:
        yield cell_of(key)[0], piece.spot
        for ref, _, row in children(piece):
            yield ref, row.spot()
