"""This room writes what a run changed as a native file: only its hosts, and of these only changed areas.

An area that is there is whole, one that is not says nothing: importing the file into a state from before
the run gives the values from after it. Keys are those from before the run, by which such a state knows
its categories.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from reconciler.course import Area, Part
from reconciler.formats.changes import RENAME
from reconciler.formats.native.items import Words, write_item
from reconciler.formats.native.writing import (
    MIRRORED,
    Rows,
    entry_words,
    json_file,
    without_none,
    yaml_file,
)
from reconciler.plan.rekey import rekey

if TYPE_CHECKING:
    from collections.abc import Iterator

    from reconciler.course import Holding
    from reconciler.current import CourseRecord
    from reconciler.formats.moved import MovedCourse, Moves, Step
    from reconciler.formats.unsaid import Unsaid
    from reconciler.plan.rekey import Keys

_REMEMBERED = 20_000


def write_changed_yaml(moves: Moves, unsaid: Unsaid) -> Iterator[str]:
    """What the run changed, as YAML, piece by piece."""
    writing = _Changed(moves, unsaid)
    return yaml_file(writing.rows(), writing.lists, complete=False)


def write_changed_json(moves: Moves, unsaid: Unsaid) -> Iterator[str]:
    """The same as JSON, one course a line."""
    writing = _Changed(moves, unsaid)
    return json_file(writing.rows(), writing.lists, complete=False)


class _Changed:
    """One file on its way."""

    def __init__(self, moves: Moves, unsaid: Unsaid) -> None:
        """Start with nothing written."""
        self.moves, self.unsaid = moves, unsaid
        self._setups: dict[Step, Words] = {}

    def rows(self) -> Rows:
        """Courses alone. Calendars are not listed, so that an import with `--prune` removes nothing."""
        return {"courses": self._courses}

    def lists(self) -> Words:
        """The named lists that the run wrote, by catalog and kind."""
        found: dict[str, Words] = {}
        for one in self.moves.lists():
            if one.before != one.after:
                found.setdefault(one.catalog, {})[str(one.kind)] = [entry_words(each) for each in one.after]
        return dict(found)

    def _courses(self) -> Iterator[Words]:
        for one in self.moves.courses():
            words = self._course(one)
            below = [(record, self._setup(step)) for record, step in one.sections]
            sections = [
                {**without_none({"number": record.number, "id": record.source_id}), "setup": setup}
                for record, setup in below
                if setup
            ]
            if sections:
                words["sections"] = sections
            if sections or "setup" in words:
                yield words

    def _course(self, one: MovedCourse) -> Words:
        number, name = self._named(one.record, one.step)
        words: Words = {"calendar": one.ref, "number": number, "name": name}
        words.update(without_none({"id": one.record.source_id}))
        setup = self._setup(one.step) if one.step else {}
        return {**words, "setup": setup} if setup else words

    def _named(self, record: CourseRecord, step: Step | None) -> tuple[str, str]:
        """The number and name that the run gave the course. Without an id only its old number finds it."""
        told = [one for one in self.moves.changes(step) if one.area is Area.COURSE_INFO] if step else []
        news = {one.key: one for one in told}
        number = news["number"].after if "number" in news else record.number
        if "number" in news and record.source_id is None:
            self.unsaid.add(Area.COURSE_INFO, "number of a course without an id")
            number = news["number"].before or number
        return number, news["name"].after if "name" in news else record.name

    def _setup(self, step: Step) -> Words:
        """The changed areas, whole."""
        told = self.moves.changes(step)
        for one in told:
            if one.action == RENAME and one.area is not Area.CATEGORIES:
                self.unsaid.add(one.area, "renamed, told as one that goes and one that comes")
        if step not in self._setups:
            if len(self._setups) > _REMEMBERED:
                self._setups.clear()
            back: Keys = {(area, key): was for area, was, key in step.renames if area is Area.CATEGORIES}
            after = rekey(self.moves.holding(step.after), back)
            self._setups[step] = _words(after, {one.area for one in told})
        return self._setups[step]


def _words(after: Holding, areas: set[Area]) -> Words:
    found: Words = {}
    for area in Area:
        if area in areas:
            rows = [write_item(area, one, linked=True) for one in after.get(area, Part.LINKED)]
            rows += [write_item(area, one, own=True) for one in after.get(area, Part.OWN)]
            plain = area is Area.COURSE_INFO
            found[str(area)] = [row for row in rows if not (plain and row.get("field") in MIRRORED)]
    return found
