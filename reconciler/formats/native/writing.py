"""This room writes a whole store as a native file: the same store gives the same bytes.

Everything that a plan depends on is in it: links, what was pushed, marks, uses, aliases. The history
(runs and their journal) is not.
"""

from __future__ import annotations

from itertools import groupby
from typing import TYPE_CHECKING, NamedTuple

from reconciler.course import Area, Counts, Holding, Item, ListKind, Part, Setup, Use
from reconciler.district import calendar_refs
from reconciler.formats.native.items import Words, write_item
from reconciler.formats.native.text import json_line, yaml_rows, yaml_table

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

    from reconciler.course import Calendar
    from reconciler.current import CourseRecord, SectionRecord, Snapshot

EDITOR_LINE = "# yaml-language-server: $schema=district.schema.json\n"
_REMEMBERED = 20_000
MIRRORED = ("number", "name")
"""The course-info fields that a course's own line says."""
Rows = dict[str, "Callable[[], Iterator[Words]]"]
Renamed = dict[Area, dict[str, str]]


def write_yaml(snapshot: Snapshot) -> Iterator[str]:
    """The store as YAML, piece by piece."""
    return yaml_file(_rows(snapshot), lambda: _lists(snapshot), complete=True)


def write_json(snapshot: Snapshot) -> Iterator[str]:
    """The store as JSON, one course a line; far quicker to read than YAML."""
    return json_file(_rows(snapshot), lambda: _lists(snapshot), complete=True)


def yaml_file(rows: Rows, lists: Callable[[], Words], *, complete: bool) -> Iterator[str]:
    """A native file as YAML. `complete`: what it leaves out is not there."""
    yield EDITOR_LINE
    yield f"complete: {'true' if complete else 'false'}\n"
    for name, each in rows.items():
        yield from yaml_rows(name, each())
    told = lists()
    if told:
        yield yaml_table({"lists": told})


def json_file(rows: Rows, lists: Callable[[], Words], *, complete: bool) -> Iterator[str]:
    """The same as JSON."""
    yield f'{{"complete": {"true" if complete else "false"}'
    for name, each in rows.items():
        yield f', "{name}": ['
        for index, row in enumerate(each()):
            yield (",\n" if index else "\n") + json_line(row)
        yield "\n]"
    yield f', "lists": {json_line(lists())}}}\n'


def _rows(snapshot: Snapshot) -> Rows:
    return {
        "schools": lambda: _schools(snapshot),
        "calendars": lambda: map(_calendar, _ordered(snapshot)),
        "courses": lambda: _Writing(snapshot).courses(),
    }


def _ordered(snapshot: Snapshot) -> list[Calendar]:
    return sorted(snapshot.calendars(), key=lambda one: (one.school, one.name))


def _schools(snapshot: Snapshot) -> Iterator[Words]:
    for name, source_id in sorted(snapshot.schools()):
        yield without_none({"name": name, "id": source_id})


def _calendar(one: Calendar) -> Words:
    terms: list[object] = [
        term.name if term[1:] == (None, None) else without_none(term._asdict()) for term in one.terms
    ]
    words: Words = {"name": one.name, "school": one.school, "year": one.year}
    return {**words, "terms": terms} if terms else words


def _lists(snapshot: Snapshot) -> Words:
    """The applied lists of every catalog that a course is linked to, or was."""
    catalogs = set()
    for record in snapshot.course_records():
        catalogs.add(record.catalog)
        catalogs.add(record.dormant.partition("/")[0] if record.dormant else None)
    found: Words = {}
    for catalog in sorted(name for name in catalogs if name):
        lists = snapshot.lists(catalog)
        if lists:
            found[catalog] = {
                str(kind): [entry_words(one) for one in lists[kind]] for kind in ListKind if kind in lists
            }
    return found


def entry_words(one: Item) -> Words:
    """An entry of a named list."""
    fields = {name: list(value) if isinstance(value, tuple) else value for name, value in one.fields}
    return {"key": one.key, "fields": fields} if fields else {"key": one.key}


def without_none(words: Mapping[str, object]) -> Words:
    """The words that say something."""
    return {name: value for name, value in words.items() if value is not None}


class _Written(NamedTuple):
    """A holding in words, made once: `setup` and `pushed`, where there is anything in them."""

    setup: Words
    pushed: Words


class _Writing:
    """One export: what is read once for all courses."""

    def __init__(self, snapshot: Snapshot) -> None:
        """Read aliases and calendars."""
        self.snapshot = snapshot
        self.calendars = _ordered(snapshot)
        self.refs = calendar_refs((one.school, one.name) for one in self.calendars)
        self.holdings: dict[int, Holding] = {}
        self.written: dict[tuple[int, str, str], _Written] = {}
        self.aliases: dict[tuple[bool, int], Renamed] = {}
        for alias in sorted(snapshot.aliases()):
            host = self.aliases.setdefault((alias.on_section, alias.host_id), {})
            host.setdefault(alias.area, {})[alias.source_key] = alias.key

    def courses(self) -> Iterator[Words]:
        """Every course by school, calendar and number, with its sections."""
        for calendar in self.calendars:
            rows = list(self.snapshot.courses([calendar.id]))
            records = sorted(
                self.snapshot.course_records([row.id for row in rows]) if rows else (),
                key=lambda one: one.number,
            )
            ids = [row.id for row in self.snapshot.sections([calendar.id])]
            sections = sorted(
                self.snapshot.section_records(ids) if ids else (), key=lambda one: (one.course_id, one.number)
            )
            below = {key: list(rows) for key, rows in groupby(sections, key=lambda one: one.course_id)}
            counts = self._counts(ids)
            self._fetch({one.holding_id for one in records} | {one.holding_id for one in sections})
            if len(self.written) > _REMEMBERED:
                self.written.clear()
            for record in records:
                found = [self._section(one, counts) for one in below.get(record.id, [])]
                yield self._course(record, self.refs[calendar.school, calendar.name], found)

    def _fetch(self, ids: set[int]) -> None:
        self.holdings.update(self.snapshot.holdings(ids - self.holdings.keys()))

    def _counts(self, ids: list[int]) -> dict[int, list[tuple[Use, Counts]]]:
        found: dict[int, list[tuple[Use, Counts]]] = {}
        for section, use, counts in self.snapshot.counts(ids) if ids else ():
            found.setdefault(section, []).append((use, counts))
        return found

    def _course(self, one: CourseRecord, calendar: str, sections: list[Words]) -> Words:
        words: Words = {"calendar": calendar, "number": one.number, "name": one.name}
        words.update(without_none({"id": one.source_id, "dormant": one.dormant}))
        if one.catalog is not None and one.master is not None:
            words["master"] = {"catalog": one.catalog, "number": one.master}
        words.update(
            {name: True for name, on in (("ignore_master_push", one.ignored), ("mapped", one.mapped)) if on}
        )
        words.update(self._held(one.holding_id, one.number, one.name))
        words.update(self._renamed(False, one.id))
        return {**words, "sections": sections} if sections else words

    def _section(self, one: SectionRecord, counts: dict[int, list[tuple[Use, Counts]]]) -> Words:
        words = without_none({"number": one.number, "id": one.source_id, "teacher": one.teacher})
        if one.terms:
            words["terms"] = list(one.terms)
        words.update(self._held(one.holding_id, "", ""))
        words.update(self._renamed(True, one.id))
        if one.used_id is not None:
            words["uses"] = [_use(use, count) for use, count in sorted(counts.get(one.id, []))]
        return words

    def _held(self, holding_id: int, number: str, name: str) -> Words:
        key = (holding_id, number, name)
        if key not in self.written:
            self.written[key] = _write(self.holdings[holding_id], {"number": number, "name": name})
        return {part: words for part, words in self.written[key]._asdict().items() if words}

    def _renamed(self, on_section: bool, host_id: int) -> Words:
        found = self.aliases.get((on_section, host_id))
        return {"aliases": {str(area): names for area, names in found.items()}} if found else {}


def _write(holding: Holding, row: dict[str, str]) -> _Written:
    now: Words = {}
    pushed: Words = {}
    for area in Area:
        own = [one for one in holding.get(area, Part.OWN) if not _is_mirror(area, one, row)]
        rows = [write_item(area, one, linked=True) for one in holding.get(area, Part.LINKED)]
        rows += [write_item(area, one, own=True) for one in own]
        if rows:
            now[str(area)] = rows
        offered: Setup = holding.get(area, Part.PUSHED)
        if offered:
            pushed[str(area)] = [write_item(area, one) for one in offered]
    return _Written(now, pushed)


def _is_mirror(area: Area, one: Item, row: dict[str, str]) -> bool:
    """Is this the number or the name that the course's own line says already?"""
    plain = one == Item(one.key, (("value", row.get(one.key, "")),))
    return area is Area.COURSE_INFO and one.key in MIRRORED and plain


def _use(use: Use, counts: Counts) -> Words:
    words: Words = {"area": str(use.area), "key": use.key}
    if use.term:
        words["term"] = use.term
    return words | {name: count for name, count in counts._asdict().items() if count}
