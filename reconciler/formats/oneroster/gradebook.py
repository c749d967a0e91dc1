"""This room reads categories, line items and results: what sections have, and how much it is used.

Results stream by; what stays is one tally for each (class, category or objective, session). A row that
is `tobedeleted` counts as not there, but what has results is never taken for deleted: it stays, and is
reported (R1).
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field
from operator import itemgetter
from typing import TYPE_CHECKING, NamedTuple

from reconciler.course import Area, decimal_text
from reconciler.formats.oneroster.manifest import GONE
from reconciler.formats.tally import Tally

if TYPE_CHECKING:
    from collections.abc import Callable

    from reconciler.formats.oneroster.manifest import Manifest
    from reconciler.formats.oneroster.roster import Roster
    from reconciler.formats.oneroster.sessions import Session
    from reconciler.formats.tabular import Complaints, Table

GRADED = frozenset({"fully graded", "partially graded", "exempt", "submitted"})
"""The score statuses that show a student's work without a score (formats.md 1.7)."""
CLASS_COLUMN = "metadata.classSourcedId"
"""A column by which a category may say whose it is; standard OneRoster can't."""

RESULT = (
    "lineItemSourcedId", "status", "scoreStatus", "score", "textScore", "comment", "late", "missing",
    "incomplete",
)  # fmt: skip
"""What is read of a result."""
PLAIN = ("lineItemSourcedId", "status", "score", "comment")
"""What tells that a result is a score without a comment; the rest can't change that."""
_HERE = frozenset({"", "active"})

Thing = tuple[Area, str, str]
"""What a line item uses: an area, the id of a category or objective, the id of a session."""


class CategoryRow(NamedTuple):
    """A category as its row says. `weight` is None where none was said."""

    id: str
    name: str
    weight: str | None
    room: str
    gone: bool
    line: int


class Doomed(NamedTuple):
    """A line item that is to be deleted, with a tally of its own."""

    line: int
    room: str
    things: tuple[Thing, ...]
    tally: Tally


@dataclass(frozen=True, slots=True)
class Gradebook:
    """Categories by id; tallies by class and thing. `weighted`: the package has a weight column.

    `evidence`: the counts that the package carries (see `District.evidence`); `carried`: it has
    categories at all.
    """

    categories: dict[str, CategoryRow] = field(default_factory=dict)
    weighted: bool = False
    rooms: defaultdict[str, dict[Thing, Tally]] = field(default_factory=lambda: defaultdict(dict))
    evidence: frozenset[str] = frozenset()
    carried: bool = True
    by_room: defaultdict[str, set[str]] = field(default_factory=lambda: defaultdict(set))

    def __post_init__(self) -> None:
        """Index the categories that name their class."""
        for row in self.categories.values():
            if row.room and not row.gone:
                self.by_room[row.room].add(row.id)

    def named(self, room: str) -> set[str]:
        """The ids of the categories that name this class."""
        return self.by_room.get(room, set())

    def tally(self, room: str, thing: Thing) -> Tally:
        """The tally of one thing in one class."""
        return self.rooms[room].setdefault(thing, Tally())


def read_gradebook(
    manifest: Manifest, roster: Roster, sessions: dict[str, Session], complaints: Complaints
) -> Gradebook:
    """Read what the package carries of gradebooks; empty where it has no categories."""
    if "categories" not in manifest.files:
        if "lineItems" in manifest.files:
            complaints.add(
                "lineItems.csv", 0, "was not read: without categories.csv nothing tells what is used"
            )
        return Gradebook(carried=False)
    weighted, categories = _categories(manifest, complaints)
    if "lineItems" not in manifest.files:
        return Gradebook(categories, weighted)
    scored = "results" in manifest.files
    evidence = frozenset({"assignments", "scores", "comments"} if scored else {"assignments"})
    book = Gradebook(categories, weighted, evidence=evidence)
    items, doomed = _line_items(manifest, roster, sessions, book, complaints)
    if scored:
        _results(manifest, items, complaints)
    _settle(book, doomed, complaints)
    return book


def _categories(manifest: Manifest, complaints: Complaints) -> tuple[bool, dict[str, CategoryRow]]:
    found: dict[str, CategoryRow] = {}
    file = "categories.csv"
    wanted = ("sourcedId", "title", "weight", CLASS_COLUMN, "status")
    with manifest.table("categories", wanted, ("sourcedId",), complaints) as table:
        for line, (key, title, weight, room, status) in table.rows:
            if key in found:
                complaints.add(file, line, "lists the category {} again", key)
                continue
            if not title:
                complaints.add(file, line, "has no title; its sourcedId stands for it")
            number = _weight(file, line, weight, complaints)
            found[key] = CategoryRow(key, title or key, number, room, status == GONE, line)
        return "weight" in table.columns, found


def _weight(file: str, line: int, text: str, complaints: Complaints) -> str | None:
    if not text:
        return None
    try:
        return decimal_text(text)
    except ValueError:
        complaints.add(file, line, "has a weight that is no number: {}", text)
        return None


def _objectives(manifest: Manifest, complaints: Complaints) -> dict[str, tuple[str, ...]]:
    """The learning objectives of line items (1.2): an assignment uses what it is aligned to."""
    found: dict[str, tuple[str, ...]] = {}
    name = "lineItemLearningObjectiveIds"
    if name not in manifest.files:
        return found
    needed = ("lineItemSourcedId", "learningObjectiveId")
    with manifest.table(name, (*needed, "status"), needed, complaints) as table:
        for _, (item, objective, status) in table.rows:
            if status != GONE:
                found[item] = (*found.get(item, ()), objective)
    return found


def _line_items(
    manifest: Manifest, roster: Roster, sessions: dict[str, Session], book: Gradebook, complaints: Complaints
) -> tuple[dict[str, tuple[Tally, ...]], list[Doomed]]:
    objectives = _objectives(manifest, complaints)
    items: dict[str, tuple[Tally, ...]] = {}
    doomed: list[Doomed] = []
    shared: dict[tuple[str, tuple[Thing, ...]], tuple[Tally, ...]] = {}
    file = "lineItems.csv"
    needed = ("sourcedId", "classSourcedId", "categorySourcedId")
    wanted = (*needed, "academicSessionSourcedId", "gradingPeriodSourcedId", "status")
    with manifest.table("lineItems", wanted, needed, complaints) as table:
        for line, (key, room, category, session, period, status) in table.rows:
            if key in items:
                complaints.add(file, line, "lists the line item {} again", key)
            elif room not in roster.classes:
                complaints.add(file, line, "names the unknown class {}", room)
            elif category not in book.categories:
                complaints.add(file, line, "names the unknown category {}", category)
            else:
                term = session or period
                if term and term not in sessions:
                    complaints.add(file, line, "names the unknown session {}", term)
                things = _things(category, objectives.get(key, ()), term)
                if status == GONE:
                    doomed.append(Doomed(line, room, things, Tally(assignments=1)))
                    items[key] = (doomed[-1].tally,)
                    continue
                tallies = tuple(book.tally(room, thing) for thing in things)
                items[key] = shared.setdefault((room, things), tallies)
                for tally in tallies:
                    tally.assignments += 1
    return items, doomed


def _things(category: str, objectives: tuple[str, ...], session: str) -> tuple[Thing, ...]:
    used = ((Area.CATEGORIES, category), *((Area.STANDARDS, objective) for objective in objectives))
    return tuple((area, key, session) for area, key in dict.fromkeys(used))


def _results(manifest: Manifest, items: dict[str, tuple[Tally, ...]], complaints: Complaints) -> None:
    """Count the results. Nearly all are a score without a comment: those are counted as they stand."""
    scored = dict.fromkeys(items, 0)
    with manifest.table("results", RESULT, RESULT[:1], complaints) as table:
        plain, width = _plain(table), table.layout.width
        for record in table.records:
            if plain is not None and len(record) == width:
                item, status, score, comment = plain(record)
                if score and not comment and status in _HERE and item in scored and not score.isspace():
                    scored[item] += 1
                    continue
            cells = table.cells(record)
            if cells is not None and not _result(items, cells):
                complaints.add("results.csv", table.line(record), "belongs to an unknown line item")
        table.read += sum(scored.values())
    for item, count in scored.items():
        for tally in items[item] if count else ():
            tally.scores += count


def _plain(table: Table) -> Callable[[list[str]], tuple[str, ...]] | None:
    """Takes what tells a plain score from a record as long as the header; None where a column lacks."""
    places = [table.layout.columns.get(name) for name in PLAIN]
    known = [place for place in places if place is not None]
    return itemgetter(*known) if len(known) == len(places) else None


def _result(items: dict[str, tuple[Tally, ...]], cells: tuple[str, ...]) -> bool:
    """Count one result, whatever it says; False where it belongs to no line item that is known."""
    item, status, *values = cells
    if status == GONE:
        return True
    tallies = items.get(item)
    if tallies is None:
        return False
    scored, comment = shows(*values)
    for tally in tallies:
        tally.scores += scored
        tally.comments += comment
    return True


def shows(status: str, score: str, text: str, comment: str, *flags: str) -> tuple[bool, bool]:
    """(is it a score, has it a comment)? domain.md 6, formats.md 1.7: a zero is, "not submitted" is not.

    `flags`: late, missing and incomplete, as texts.
    """
    flagged = any(flag.lower() == "true" for flag in flags)
    scored = bool(score or text or comment) or flagged or status.lower() in GRADED
    return scored, bool(comment)


def _settle(book: Gradebook, doomed: list[Doomed], complaints: Complaints) -> None:
    """Keep what is to be deleted though it is used, and say so."""
    for one in doomed:
        if one.tally.scores:
            complaints.add(
                "lineItems.csv", one.line, "is to be deleted but has results, so it counts as there"
            )
            for thing in one.things:
                book.tally(one.room, thing).add(one.tally)
    used = {key for things in book.rooms.values() for area, key, _ in things if area is Area.CATEGORIES}
    for row in book.categories.values():
        if row.gone and row.id in used:
            reason = "is to be deleted but line items use it, so it counts as there"
            complaints.add("categories.csv", row.line, reason)
