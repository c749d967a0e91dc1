"""This room reads a native file into a district: strict, with every problem told before it gives up.

A list that a host leaves out says nothing, unless the file says `complete: true`, as an export does.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import partial
from typing import TYPE_CHECKING, NamedTuple, TypeVar, cast

from reconciler.course import Area, Counts, Item, Kind, ListKind, Setup, Term, Use, Value, setup
from reconciler.district import (
    CalendarIn,
    CourseIn,
    District,
    Incoming,
    Incomings,
    Place,
    SchoolIn,
    SectionIn,
)
from reconciler.errors import NativeBroken, suggestion
from reconciler.formats.native.items import (
    Misread,
    Words,
    is_count,
    plain_value,
    read_item,
    read_pushed,
    read_ref,
)
from reconciler.formats.native.load import line_of, load

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping
    from pathlib import Path

TOP = ("$schema", "district", "complete", "schools", "calendars", "courses", "lists")
_HOST = ("number", "id", "setup", "pushed", "aliases")
COURSE = (*_HOST, "calendar", "name", "master", "dormant", "ignore_master_push", "mapped", "sections")
SECTION = (*_HOST, "teacher", "terms", "uses")
COUNTS = Counts._fields
USE = ("area", "key", "category", "task", "standard", "term", *COUNTS)
_SHOWN = 50
_Read = TypeVar("_Read")


def read(path: Path) -> District:
    """Read a native file; raises NativeBroken with every problem of it."""
    return _Reading(str(path)).district(load(path))


class _Parts(NamedTuple):
    """What a course and a section have alike."""

    areas: Mapping[Area, Incomings]
    pushed: Mapping[Area, Setup] | None
    aliases: Mapping[Area, Mapping[str, str]]


@dataclass(slots=True)
class _Reading:
    """One file on its way in. Tables and lists that are one object are read, and complained of, once."""

    file: str
    complete: bool = False
    problems: list[str] = field(default_factory=list)
    seen: dict[tuple[str, int], object] = field(default_factory=dict)
    """By what was read and the `id()` of its table or list, which the loaded file keeps alive."""

    def district(self, data: Words) -> District:
        """The whole file."""
        self._known(data, TOP, self.file)
        self.complete = self._value(data, "complete", Kind.FLAG, self.file) is True
        schools = tuple(self._each(data, "schools", self.file, self._school))
        calendars = tuple(self._each(data, "calendars", self.file, self._calendar))
        courses = tuple(self._each(data, "courses", self.file, self._course))
        lists = self._lists(data)
        name = self._value(data, "district", Kind.TEXT, self.file)
        if self.problems:
            raise NativeBroken(file=self.file, told=_shown(self.problems))
        sections = sum(len(course.sections) for course in courses)
        counts = {
            "schools": len(schools),
            "calendars": len(calendars),
            "courses": len(courses),
            "sections": sections,
        }
        return District(
            source=str(name or self.file),
            schools=schools,
            calendars=calendars,
            courses=courses,
            course_areas=frozenset(Area),
            section_areas=frozenset(Area),
            evidence=frozenset(COUNTS),
            lists=lists,
            read=counts,
        )

    def _school(self, words: Words, where: str, _place: Place) -> SchoolIn:
        self._known(words, ("name", "id"), where)
        return SchoolIn(self._text(words, "name", where), self._optional(words, "id", where))

    def _calendar(self, words: Words, where: str, _place: Place) -> CalendarIn:
        self._known(words, ("name", "school", "year", "terms"), where)
        year = self._value(words, "year", Kind.COUNT, where, needed=True)
        terms = tuple(
            Term(row) if isinstance(row, str) else self._term(row, f"{where}, term {index}")
            for index, row in enumerate(self._rows(words, "terms", where), 1)
        )
        name, school = self._text(words, "name", where), self._text(words, "school", where)
        return CalendarIn(name, school, year if isinstance(year, int) else 0, terms)

    def _term(self, row: object, where: str) -> Term:
        words = self._table(row, where)
        self._known(words, Term._fields, where)
        start, end = (self._optional(words, name, where) for name in ("start", "end"))
        return Term(self._text(words, "name", where), start, end)

    def _course(self, words: Words, where: str, place: Place) -> CourseIn:
        self._known(words, COURSE, where)
        number = self._text(words, "number", where)
        where = f"{where} ({number})" if number else where
        parts = self._parts(words, where)
        master = self._table(words.get("master") or {}, f"{where}, master")
        if master:
            self._known(master, ("catalog", "number"), f"{where}, master")
        says = False if self.complete else None
        ignored = self._value(words, "ignore_master_push", Kind.FLAG, where)
        mapped = self._value(words, "mapped", Kind.FLAG, where)
        return CourseIn(
            calendar=self._text(words, "calendar", where),
            number=number,
            name=self._text(words, "name", where),
            source_id=self._optional(words, "id", where),
            areas=parts.areas,
            sections=tuple(self._each(words, "sections", where, self._section)),
            catalog=self._text(master, "catalog", f"{where}, master") if master else None,
            master=self._text(master, "number", f"{where}, master") if master else None,
            dormant=self._optional(words, "dormant", where),
            ignored=says if ignored is None else ignored is True,
            mapped=says if mapped is None else mapped is True,
            pushed=parts.pushed,
            aliases=parts.aliases,
            place=place,
        )

    def _section(self, words: Words, where: str, place: Place) -> SectionIn:
        self._known(words, SECTION, where)
        parts = self._parts(words, where)
        terms = self._value(words, "terms", Kind.TERMS, where)
        return SectionIn(
            number=self._text(words, "number", where),
            source_id=self._optional(words, "id", where),
            teacher=self._optional(words, "teacher", where),
            terms=tuple(sorted(set(cast("list[int]", terms)))) if isinstance(terms, list) else (),
            areas=parts.areas,
            pushed=parts.pushed,
            uses=self._uses(words, where) if words.get("uses") is not None else None,
            aliases=parts.aliases,
            place=place,
        )

    def _parts(self, words: Words, where: str) -> _Parts:
        areas = self._once("setup", words.get("setup"), self._setup, where)
        pushed = None
        if "pushed" in words:
            pushed = self._once("pushed", words["pushed"], self._all_pushed, where)
        aliases = {
            area: {source: self._text(table, source, f"{where}, aliases") for source in table}
            for area, table in self._areas(words.get("aliases"), f"{where}, aliases")
            if isinstance(table, dict)
        }
        return _Parts(areas, pushed, aliases)

    def _once(self, what: str, value: object, one: Callable[[object, str], _Read], where: str) -> _Read:
        """Read a value of the file, unless the same object was read as the same before."""
        mark = (what, id(value))
        if mark not in self.seen:
            self.seen[mark] = one(value, where)
        return cast("_Read", self.seen[mark])

    def _setup(self, value: object, where: str) -> dict[Area, Incomings]:
        areas: dict[Area, Incomings] = dict.fromkeys(Area, ()) if self.complete else {}
        for area, rows in self._areas(value, f"{where}, setup"):
            one = partial(self._incomings, area)
            areas[area] = self._once(f"all {area}", rows, one, f"{where}, {area}")
        return areas

    def _all_pushed(self, value: object, where: str) -> dict[Area, Setup]:
        return {
            area: self._once(f"pushed {area}", rows, partial(self._pushed, area), f"{where}, pushed {area}")
            for area, rows in self._areas(value, f"{where}, pushed")
        }

    def _areas(self, value: object, where: str) -> Iterator[tuple[Area, object]]:
        table = self._table(value or {}, where)
        self._known(table, tuple(Area), where)
        return ((Area(area), rows) for area, rows in table.items() if area in set(Area))

    def _incomings(self, area: Area, rows: object, where: str) -> Incomings:
        """A list of items; a table of fields and values where every field is an item."""
        if isinstance(rows, dict) and area in (Area.COURSE_INFO, Area.CROSS_SITE):
            rows = [{"field": name, "value": value} for name, value in rows.items()]
            return tuple(self._item(area, row, where) for row in rows)
        one = partial(self._item, area)
        return tuple(self._once(area, row, one, where) for row in self._list(rows, where))

    def _item(self, area: Area, row: object, where: str) -> Incoming:
        words = self._table(row, where)
        try:
            return read_item(area, words) if isinstance(row, dict) else Incoming("", {})
        except Misread as error:
            self.problems.append(f"{where}: {error}")
            return Incoming("", {})

    def _pushed(self, area: Area, rows: object, where: str) -> Setup:
        items: dict[str, Item] = {}
        for row in self._list(rows, where):
            try:
                one = read_pushed(area, self._table(row, where))
            except Misread as error:
                self.problems.append(f"{where}: {error}")
                continue
            if one.key in items:
                self.problems.append(f'{where}: "{one.key}" stands twice')
            items[one.key] = one
        return setup(items.values())

    def _uses(self, words: Words, where: str) -> dict[Use, Counts]:
        uses: dict[Use, Counts] = {}
        for row in self._rows(words, "uses", where):
            found = self._once("use", row, self._use, f"{where}, uses")
            if found is None:
                continue
            use, counts = found
            if use in uses:
                self.problems.append(f'{where}, uses: "{use.key}" in term {use.term} stands twice')
            uses[use] = counts
        return uses

    def _use(self, row: object, where: str) -> tuple[Use, Counts] | None:
        table = self._table(row, where)
        self._known(table, USE, where)
        term = self._value(table, "term", Kind.COUNT, where)
        numbers = [self._value(table, name, Kind.COUNT, where) for name in COUNTS]
        try:
            use = Use(*_use_of(table), term if isinstance(term, int) else 0)
        except Misread as error:
            self.problems.append(f"{where}: {error}")
            return None
        return use, Counts(*(number if isinstance(number, int) else 0 for number in numbers))

    def _lists(self, data: Words) -> dict[str, dict[str, Setup]]:
        lists: dict[str, dict[str, Setup]] = {}
        for catalog, kinds in self._table(data.get("lists") or {}, f"{self.file}: lists").items():
            where = f"{self.file}: lists of {catalog}"
            table = self._table(kinds, where)
            self._known(table, tuple(ListKind), where)
            lists[catalog] = {
                kind: setup(self._entry(row, f"{where}, {kind}") for row in self._list(rows, where))
                for kind, rows in table.items()
            }
        return lists

    def _entry(self, row: object, where: str) -> Item:
        words = self._table(row, where)
        self._known(words, ("key", "fields"), where)
        fields = self._table(words.get("fields") or {}, where)
        return Item(
            self._text(words, "key", where),
            tuple(sorted((name, _free(value)) for name, value in fields.items())),
        )

    def _known(self, words: Words, allowed: tuple[str, ...], where: str) -> None:
        for name in words:
            if name not in allowed:
                self.problems.append(f'{where}: "{name}" is not known here{suggestion(name, allowed)}')

    def _table(self, value: object, where: str) -> Words:
        if isinstance(value, dict):
            return value
        self.problems.append(f"{where}: a table is needed here, not {value!r:.60}")
        return {}

    def _list(self, value: object, where: str) -> list[object]:
        if isinstance(value, list):
            return value
        self.problems.append(f"{where}: a list is needed here, not {value!r:.60}")
        return []

    def _rows(self, words: Words, name: str, where: str) -> list[object]:
        value = words.get(name)
        return [] if value is None else self._list(value, f"{where}, {name}")

    def _each(
        self, words: Words, name: str, where: str, one: Callable[[Words, str, Place], _Read]
    ) -> Iterator[_Read]:
        rows = self._rows(words, name, where)
        for index, row in enumerate(rows):
            place = Place(self.file, line_of(rows, index))
            at = str(place) if place.line else f"{where}: {name}[{index}]"
            words = self._table(row, at)
            if words or isinstance(row, dict):
                yield one(words, at, place)

    def _text(self, words: Words, name: str, where: str) -> str:
        value = self._value(words, name, Kind.TEXT, where, needed=True)
        return str(value or "")

    def _optional(self, words: Words, name: str, where: str) -> str | None:
        value = self._value(words, name, Kind.TEXT, where)
        return None if value is None else str(value)

    def _value(self, words: Words, name: str, kind: Kind, where: str, *, needed: bool = False) -> object:
        value = words.get(name)
        if value is None or value == "":
            if needed:
                self.problems.append(f"{where}: {name} is missing")
            return None
        try:
            return plain_value(kind, name, value)
        except Misread as error:
            self.problems.append(f"{where}: {error}")
            return None


def _shown(problems: list[str]) -> str:
    lines = [f"\n  {one}" for one in problems[:_SHOWN]]
    if len(problems) > _SHOWN:
        lines.append(f"\n  and {len(problems) - _SHOWN} more")
    return "".join(lines)


def _use_of(words: Words) -> tuple[Area, str]:
    if "category" in words:
        return Area.CATEGORIES, str(words["category"])
    if "area" not in words:
        ref = read_ref(words, "task", "standard")
        return ref.area, ref.key
    area, key = words["area"], words.get("key")
    if area not in (Area.CATEGORIES, Area.GRADING_TASKS, Area.STANDARDS) or not isinstance(key, str):
        raise Misread("needs an area (categories, grading_tasks or standards) and a key")
    return Area(str(area)), str(key)


def _free(value: object) -> Value:
    """A value of a named list, whose fields are not known here; unquoted whole numbers are numbers."""
    if isinstance(value, list):
        return tuple(cast("str | int", _free(one)) for one in value)
    if value is None or isinstance(value, bool):
        return value
    return int(str(value)) if is_count(value) else str(value)
