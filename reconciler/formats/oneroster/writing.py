"""This room writes what a run changed as a OneRoster 1.2 CSV package: the titles and weights of categories.

OneRoster has no words for more: no drop rules, tasks, calculation options, nothing of a course's setup.
The package is a `delta`: as `bulk` it would say that every category which the run left alone is gone.
A category belongs to no class there, so that one id may stand in many: its row is written only where all
of them agree. What is used is never `tobedeleted` (R1).
"""

from __future__ import annotations

import csv
import io
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import TYPE_CHECKING, NamedTuple
from uuid import NAMESPACE_URL, uuid5

from reconciler.course import Area
from reconciler.formats.changes import ADD
from reconciler.formats.oneroster.gradebook import CLASS_COLUMN
from reconciler.formats.oneroster.manifest import GONE, MANIFEST
from reconciler.keep.names import name_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from reconciler.course import Holding, Used
    from reconciler.current import SectionRecord
    from reconciler.formats.changes import Change
    from reconciler.formats.moved import MovedCourse, Moves, Step
    from reconciler.formats.unsaid import Unsaid

FILES = (
    "academicSessions", "categories", "classes", "classResources", "courses", "courseResources",
    "demographics", "enrollments", "lineItemLearningObjectiveIds", "lineItems", "lineItemScoreScales", "orgs",
    "resources", "resultLearningObjectiveIds", "results", "resultScoreScales", "roles", "scoreScales",
    "userProfiles", "userResources", "users",
)  # fmt: skip
"""Every data file of OneRoster 1.2: a manifest names them all (formats.md 1.1)."""
COLUMNS = ("sourcedId", "status", "dateLastModified", "title", "weight", CLASS_COLUMN)
SAID = ("", "name", "weight")
"""The fields of a change that a category's row can say; empty: it comes or goes."""
_ID = "id:"
"""What stands before a source's id among the aliases of a host."""


class Row(NamedTuple):
    """A category as it shall be; `title` None: it shall go."""

    title: str | None
    weight: str


@dataclass(slots=True)
class Shared:
    """A category's id that several sections have, and every row that they want for it.

    None: it went from a section in which it is used by now.
    """

    rows: set[Row | None] = field(default_factory=set)
    changes: int = 0


def write_changed_package(moves: Moves, unsaid: Unsaid) -> Iterator[tuple[str, Iterator[str]]]:
    """The files of the package, each as (name, its text piece by piece)."""
    yield MANIFEST, iter([_text(_manifest(moves.run.id))])
    yield "categories.csv", _Package(moves, unsaid).categories()


def _manifest(run: int) -> Iterator[tuple[str, str]]:
    yield "propertyName", "value"
    yield "manifest.version", "1.0"
    yield "oneroster.version", "1.2"
    for name in FILES:
        yield f"file.{name}", "delta" if name == "categories" else "absent"
    yield "source.systemName", "reconciler"
    yield "source.systemCode", f"run {run}"


class _Package:
    """One package on its way."""

    def __init__(self, moves: Moves, unsaid: Unsaid) -> None:
        """Read the ids by which the source knows the categories of the run's sections."""
        self.moves, self.unsaid = moves, unsaid
        self.ids: dict[int, dict[str, str]] = {}
        self.shared: dict[str, Shared] = {}
        self._used: dict[int, Used] = {}
        self._read_ids()
        ended = moves.run.ended or moves.run.started
        self.when = f"{datetime.fromisoformat(ended).astimezone(UTC):%Y-%m-%dT%H:%M:%S}.000Z"

    def categories(self) -> Iterator[str]:
        """The rows of categories.csv, course by course; those of shared ids last."""
        yield _text([COLUMNS])
        for one in self.moves.lists():
            if one.before != one.after:
                self.unsaid.add(str(one.kind), f"the named list of {one.catalog}")
        for course in self.moves.courses():
            text = _text(self._course(course))
            if text:
                yield text
        yield _text(self._agreed())

    def _read_ids(self) -> None:
        known: dict[str, int] = {}
        outside: dict[str, list[tuple[int, str]]] = {}
        aliases = [one for one in self._aliases() if self.moves.moved(one[0], on_section=True)]
        for section, name, key in aliases:
            self.ids.setdefault(section, {})[key] = name
            known[name] = known.get(name, 0) + 1
        for section, name, key in self._aliases():
            if name in known and not self.moves.moved(section, on_section=True):
                outside.setdefault(name, []).append((section, key))
        self.shared = {name: Shared() for name, times in known.items() if times > 1 or name in outside}
        self._read_outside(outside)

    def _aliases(self) -> Iterator[tuple[int, str, str]]:
        for one in self.moves.snapshot.aliases():
            if one.on_section and one.area is Area.CATEGORIES and one.source_key.startswith(_ID):
                yield one.host_id, one.source_key.removeprefix(_ID), one.key

    def _read_outside(self, outside: dict[str, list[tuple[int, str]]]) -> None:
        """What the sections that the run left alone have under a shared id."""
        places = {section for rows in outside.values() for section, _ in rows}
        records = self.moves.snapshot.section_records(places) if places else ()
        held = {one.id: one.holding_id for one in records}
        holdings = self.moves.snapshot.holdings(set(held.values()))
        for name, rows in outside.items():
            for section, key in rows:
                self.shared[name].rows.add(_row(holdings[held[section]], key))

    def _course(self, course: MovedCourse) -> Iterator[tuple[str, ...]]:
        for one in self.moves.changes(course.step) if course.step else ():
            self.unsaid.add(one.area, "of courses" if one.area is Area.CATEGORIES else "")
        for record, step in course.sections:
            yield from self._section(record, step)

    def _section(self, record: SectionRecord, step: Step) -> Iterator[tuple[str, ...]]:
        told = self.moves.changes(step)
        after, before = self.moves.holding(step.after), self.moves.holding(step.before)
        keys = list(dict.fromkeys(one.key for one in told if self._sayable(one, record, after)))
        was = {new: old for (area, old), new in step.keys.items() if area is Area.CATEGORIES}
        for key in keys:
            row = _row(after, key)
            named = self.ids.get(record.id, {})
            name = named.get(key) or named.get(was.get(key, key))
            if name in self.shared:
                self.shared[name].changes += 1
            elif row.title is None and (name is None or self._is_used(record, key)):
                why = "removed, without an id" if name is None else "removed, but used by now"
                self.unsaid.add(Area.CATEGORIES, why)
            else:
                yield self._cells(name or _made_id(record, key), row, record.source_id or "")
        self._wants(record, before, after)

    def _wants(self, record: SectionRecord, before: Holding, after: Holding) -> None:
        """Note what this section wants for the ids that it shares."""
        for key, name in self.ids.get(record.id, {}).items():
            if name in self.shared and (_row(before, key).title or _row(after, key).title):
                used = _row(after, key).title is None and self._is_used(record, key)
                self.shared[name].rows.add(None if used else _row(after, key))

    def _sayable(self, one: Change, record: SectionRecord, after: Holding) -> bool:
        if one.area is not Area.CATEGORIES:
            self.unsaid.add(one.area)
        elif one.field not in SAID:
            self.unsaid.add(one.area, one.field)
        elif record.source_id is None:
            self.unsaid.add(one.area, "of sections without an id")
        else:
            for name in _more(one, after):
                self.unsaid.add(one.area, name)
            return True
        return False

    def _is_used(self, record: SectionRecord, key: str) -> bool:
        if record.used_id is None:
            return True
        if record.used_id not in self._used:
            self._used.update(self.moves.snapshot.used([record.used_id]))
        return any(use.area is Area.CATEGORIES and use.key == key for use in self._used[record.used_id])

    def _agreed(self) -> Iterator[tuple[str, ...]]:
        for name, one in sorted(self.shared.items()):
            wanted = next(iter(one.rows), None)
            if one.changes and wanted is not None and len(one.rows) == 1:
                yield self._cells(name, wanted, "")
            elif one.changes:
                self.unsaid.add(
                    Area.CATEGORIES, "of one id in sections that want it differently", count=one.changes
                )

    def _cells(self, name: str, row: Row, room: str) -> tuple[str, ...]:
        status = GONE if row.title is None else "active"
        return (name, status, self.when, row.title or "", row.weight, room)


def _row(holding: Holding, key: str) -> Row:
    for one in holding.here(Area.CATEGORIES):
        if one.key == key:
            return Row(name_of(one), str(one.get("weight") or ""))
    return Row(None, "")


def _more(one: Change, after: Holding) -> Iterator[str]:
    """The fields of a new category that its row can't say."""
    for item in after.here(one.area) if one.action == ADD else ():
        if item.key == one.key:
            yield from (name for name, _ in item.fields if name not in SAID)


def _made_id(record: SectionRecord, key: str) -> str:
    """An id for a category that the source does not know yet; the same one every time."""
    return str(uuid5(NAMESPACE_URL, f"urn:reconciler:{record.source_id}/{key}"))


def _text(rows: Iterable[Iterable[str]]) -> str:
    told = io.StringIO()
    csv.writer(told).writerows(rows)
    return told.getvalue()
