"""This room finds the courses that a person means when linking: by number, by place, or by a CSV."""

from __future__ import annotations

import csv
from itertools import chain
from typing import TYPE_CHECKING, NamedTuple

from reconciler.district import calendar_refs
from reconciler.errors import FilterUnknown, LinkFileBroken, suggestion
from reconciler.errors.choices import WhereUnmet
from reconciler.linking import Refusal, Wish
from reconciler.plan.targets import matches, serves

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence
    from pathlib import Path

    from reconciler.course import Calendar, Catalog
    from reconciler.current import CourseRecord, Snapshot

PLACES = ("school", "calendar", "number")
DELIMITERS = ",;"
COLUMNS = ("calendar", "number", "master")


class Where(NamedTuple):
    """Globs that a course must match, each by its place; empty ones let everything through."""

    school: tuple[str, ...] = ()
    calendar: tuple[str, ...] = ()
    number: tuple[str, ...] = ()

    def holds(self, course: CourseRecord, calendar: Calendar) -> bool:
        """Is this course meant?"""
        told = ((self.school, calendar.school), (self.calendar, calendar.name), (self.number, course.number))
        return all(not globs or matches(text, globs) for globs, text in told)


def where(conditions: Iterable[str]) -> Where:
    """Read `school=Harrison*`, `calendar=...`, `number=...`; raises FilterUnknown."""
    globs: dict[str, list[str]] = {place: [] for place in PLACES}
    for condition in conditions:
        place, sign, glob = condition.partition("=")
        if not sign or place.strip() not in PLACES:
            raise FilterUnknown(text=condition, hint=suggestion(place.strip(), PLACES))
        globs[place.strip()].append(glob.strip())
    return Where(*(tuple(globs[place]) for place in PLACES))


class Ground:
    """The courses of a state, by what people call them."""

    def __init__(self, snapshot: Snapshot) -> None:
        """Read all course rows once."""
        self.calendars = {one.id: one for one in snapshot.calendars()}
        self.courses = list(snapshot.course_records())

    def met(self, condition: Where) -> None:
        """Raise WhereUnmet for a glob that means nothing in this state."""
        known = {
            "school": {one.school for one in self.calendars.values()},
            "calendar": {one.name for one in self.calendars.values()},
            "number": {one.number for one in self.courses},
        }
        for place, globs in zip(PLACES, condition, strict=True):
            for glob in globs:
                if not any(matches(name, [glob]) for name in known[place]):
                    raise WhereUnmet(place=place, name=glob, hint=suggestion(glob, known[place]))

    def chosen(self, condition: Where) -> Iterator[tuple[CourseRecord, Calendar]]:
        """The courses that a condition means, with their calendars."""
        for course in self.courses:
            calendar = self.calendars[course.calendar_id]
            if condition.holds(course, calendar):
                yield course, calendar

    def wishes(
        self, catalogs: Sequence[Catalog], condition: Where, path: Path | None
    ) -> tuple[list[Wish], list[Refusal]]:
        """The links that are asked for: by a CSV, else by number."""
        if path is not None:
            return self.by_file(path, catalogs)
        return list(self.by_number(catalogs, condition)), []

    def by_number(self, catalogs: Sequence[Catalog], condition: Where) -> Iterator[Wish]:
        """Every course whose number is a master's, in the years and schools of the catalog."""
        for course, calendar in self.chosen(condition):
            for catalog in catalogs:
                master = catalog.masters.get(course.number)
                if master is not None and serves(catalog, calendar):
                    yield Wish(course, catalog, master)
                    break

    def by_file(self, path: Path, catalogs: Sequence[Catalog]) -> tuple[list[Wish], list[Refusal]]:
        """The rows of a CSV (calendar, number, master); each bad row gets a message of its own."""
        places = self._places()
        wishes, refused = [], []
        for line, row in _rows(path):
            found = self._row(row, places, catalogs)
            if isinstance(found, str):
                refused.append(Refusal(f"{path}:{line}", found))
            else:
                wishes.append(found._replace(place=f"{path}:{line}"))
        return wishes, refused

    def _places(self) -> dict[str, dict[str, list[CourseRecord]]]:
        """Calendar -> number -> courses. `school/name` stands for a name that several schools have."""
        refs = calendar_refs((one.school, one.name) for one in self.calendars.values())
        places: dict[str, dict[str, list[CourseRecord]]] = {ref: {} for ref in refs.values()}
        for one in self.courses:
            calendar = self.calendars[one.calendar_id]
            places[refs[calendar.school, calendar.name]].setdefault(one.number, []).append(one)
        return places

    def _row(
        self,
        row: dict[str, str],
        places: dict[str, dict[str, list[CourseRecord]]],
        catalogs: Sequence[Catalog],
    ) -> Wish | str:
        calendar, number, master = (row[name].strip() for name in COLUMNS)
        numbers = places.get(calendar)
        if numbers is None:
            return f'there is no calendar "{calendar}"{suggestion(calendar, places)}'
        courses = numbers.get(number, [])
        if not courses:
            return f'"{calendar}" has no course {number}{suggestion(number, numbers)}'
        if len(courses) > 1:
            return f'"{calendar}" has {len(courses)} courses {number}; which is meant can\'t be said here'
        found = [(one, one.masters[master]) for one in catalogs if master in one.masters]
        if not found:
            known = (one for catalog in catalogs for one in catalog.masters)
            return f'no catalog has a master "{master}"{suggestion(master, known)}'
        serving = [one for one in found if serves(one[0], self.calendars[courses[0].calendar_id])]
        if not serving:
            return f'the catalog "{found[0][0].name}" does not serve the calendar "{calendar}"'
        return Wish(courses[0], *serving[0])


def unknown_schools(catalogs: Sequence[Catalog], schools: Sequence[str]) -> Iterator[str]:
    """What catalogs say of schools that the state does not have, a sentence for each."""
    for catalog in catalogs:
        for name in catalog.schools or ():
            if name not in schools:
                close = suggestion(name, schools)
                yield f'the state has no school "{name}"{close}, which the catalog "{catalog.name}" names'


def _rows(path: Path) -> Iterator[tuple[int, dict[str, str]]]:
    try:
        with path.open(encoding="utf-8-sig", newline="") as file:
            head = file.readline()
            lines = chain([head], file)
            reader = csv.DictReader(lines, restval="", delimiter=max(DELIMITERS, key=head.count))
            reader.fieldnames = [name.strip().lower() for name in reader.fieldnames or ()]
            missing = [name for name in COLUMNS if name not in reader.fieldnames]
            if missing:
                raise LinkFileBroken(file=path, why=f"its first line lacks the column {missing[0]}")
            for row in reader:
                yield reader.line_num, row
    except OSError as error:
        raise LinkFileBroken(file=path, why=error.strerror or "it can't be read") from None
    except UnicodeDecodeError:
        raise LinkFileBroken(file=path, why="it is not UTF-8") from None
    except csv.Error as error:
        raise LinkFileBroken(file=path, why=f"it is no CSV ({error})") from None
