"""This room is the decision table for one item (domain.md 3), in the order in which it is to be read.

A `Case` is everything that the table looks at; `judge` gives the first row whose situation holds and
what it says in the column of the case's mode. The letters are the table's: D desired, P pushed,
L linked, own, U used. Evidence is asked for only by the rows that need it.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING, NamedTuple

from reconciler.course import FIELD_AREAS, Area

if TYPE_CHECKING:
    from collections.abc import Callable

    from reconciler.course import Item


class Hop(StrEnum):
    """From a master to its courses, or from a course to its sections."""

    COURSE = "course"
    SECTION = "section"


class Action(StrEnum):
    """What is done with one item; exactly one for each."""

    NOTHING = "nothing"
    CREATE = "create"
    UPDATE = "update"
    DELETE = "delete"
    RESIDUAL = "residual"
    REFUSE = "refuse"
    PUT_BACK = "put_back"
    LEAVE_EDIT = "leave_edit"
    KEEP_AS_OWN = "keep_as_own"
    LINK = "link"
    LINK_EDITED = "link_edited"
    LEAVE_FILLED = "leave_filled"
    TAKE_OVER = "take_over"
    RELINK = "relink"
    REPLACE = "replace"
    KEEP = "keep"
    RELEASE = "release"


class Family(StrEnum):
    """The kinds of areas that the table tells apart in rows 9-12."""

    FIELD = "field"
    TASK = "task"
    PART = "part"
    CATEGORY = "category"


def family(area: Area) -> Family:
    """The kind of an area."""
    if area in FIELD_AREAS:
        return Family.FIELD
    if area in (Area.GRADING_TASKS, Area.STANDARDS):
        return Family.TASK
    return Family.CATEGORY if area is Area.CATEGORIES else Family.PART


def _never() -> bool:
    return False


class Marks(NamedTuple):
    """What happens to the task or standard that an item names.

    `relinks`: it relinks in this push (row 15). `belongs`: it was residual before, and this is the
    course's own GCO of it (row 13a). `uncalculated`: R2 takes its GCO away. `gone`: it goes (R7).
    """

    relinks: bool = False
    belongs: bool = False
    uncalculated: bool = False
    gone: bool = False


@dataclass(frozen=True, slots=True)
class Case:
    """One item as the table sees it.

    For categories `own` is the item of the same key where it was linked once, else of the same name.
    """

    hop: Hop
    family: Family
    overwrite: bool = False
    editable: bool = False
    D: Item | None = None
    P: Item | None = None
    L: Item | None = None
    own: Item | None = None
    used: Callable[[], bool] = _never
    marks: Marks = Marks()
    relink: bool = False

    @property
    def field_below(self) -> bool:
        """A field of a section: filled by hand, it is never touched from above (S2)."""
        return self.hop is Hop.SECTION and self.family is Family.FIELD

    @property
    def refusing(self) -> bool:
        """Does a difference refuse the course (P5: not in sections, and never for a field)?"""
        return self.hop is Hop.COURSE and self.family is not Family.FIELD

    @property
    def drifted(self) -> bool:
        """Was the linked item changed or deleted below? By value (domain.md 3)."""
        return self.L is None or not self.L.same(self.P)


class Row(NamedTuple):
    """One row: its number, the situation in words, the situation as a test, and the two columns."""

    number: str
    words: str
    holds: Callable[[Case], bool]
    locked: Action | Callable[[Case], Action]
    overwrite: Action | Callable[[Case], Action]


def _category(c: Case) -> bool:
    return c.family is Family.CATEGORY


def _marked(c: Case) -> bool:
    """An own item that relinks by itself when it is desired again (rows 15-16)."""
    return c.own is not None and (c.own.left or c.own.kept or c.marks.relinks)


def _linked_once(c: Case) -> bool:
    return c.own is not None and (c.own.left or not _category(c))


def _residual(c: Case) -> bool:
    return c.own is not None and c.own.kept


def _apart(c: Case) -> bool:
    """D and an own item of its key (a category: its name) that was never linked."""
    return c.D is not None and c.own is not None


def _equal(c: Case) -> bool:
    return c.D is not None and c.D.same(c.own)


def _alone(c: Case) -> bool:
    return c.own is not None and c.D is None


def _changed_below(c: Case) -> bool:
    return c.drifted and (c.L is not None or c.P is not None)


def _unless(used: Action, unused: Action) -> Callable[[Case], Action]:
    return lambda c: used if c.used() else unused


def _desynced(c: Case) -> Action:
    """Row 4, locked: an edit stays where it may; a course is refused; the rest is put right."""
    if c.editable or (c.field_below and c.L is not None):
        return Action.LEAVE_FILLED if c.field_below and not c.editable else Action.LEAVE_EDIT
    return Action.REFUSE if c.refusing else Action.PUT_BACK


def _put_back(c: Case) -> Action:
    return Action.LEAVE_FILLED if c.field_below and c.L is not None else Action.PUT_BACK


def _gone_below(c: Case) -> Action:
    """Row 7, locked: as row 4, but what stays becomes the host's own."""
    if c.field_below or (c.editable and not (c.marks.uncalculated or c.marks.gone)):
        return Action.KEEP_AS_OWN
    return Action.REFUSE if c.refusing and not c.editable else _gone_over(c)


def _gone_over(c: Case) -> Action:
    if c.field_below:
        return Action.KEEP_AS_OWN
    return Action.RESIDUAL if c.used() else Action.DELETE


def _differing(below: Action) -> Callable[[Case], Action]:
    """Rows 10 and 11, locked."""
    above = {Hop.COURSE: Action.REFUSE, Hop.SECTION: below}
    return lambda c: Action.LINK_EDITED if c.editable else above[c.hop]


def _cleared(c: Case) -> Action:
    return Action.DELETE if c.own is not None and c.own.left else Action.RELEASE


TABLE: tuple[Row, ...] = (
    Row(
        "S2",
        "a section's own field, filled by hand",
        lambda c: c.field_below and c.own is not None,
        lambda c: Action.LEAVE_FILLED if c.D else Action.KEEP,
        lambda c: Action.LEAVE_FILLED if c.D else Action.KEEP,
    ),
    Row(
        "15",
        "residual or left, D again",
        lambda c: c.D is not None and _marked(c) and _linked_once(c),
        Action.RELINK,
        Action.RELINK,
    ),
    Row(
        "16",
        "residual, D again; category never linked",
        lambda c: c.D is not None and _residual(c) and not _equal(c),
        _unless(Action.NOTHING, Action.RELEASE),
        _unless(Action.NOTHING, Action.DELETE),
    ),
    Row(
        "R7",
        "own, no D; what it names goes",
        lambda c: _alone(c) and c.marks.gone,
        Action.DELETE,
        Action.DELETE,
    ),
    Row(
        "17",
        "residual, no D, U",
        lambda c: _alone(c) and _residual(c) and c.used(),
        Action.NOTHING,
        Action.NOTHING,
    ),
    Row(
        "18", "residual, no D, not U any more", lambda c: _alone(c) and _residual(c), _cleared, Action.DELETE
    ),
    Row(
        "13a",
        "a course's own GCO of a residual",
        lambda c: c.own is not None and c.marks.belongs,
        Action.KEEP,
        Action.KEEP,
    ),
    Row(
        "R2",
        "own GCO of what turns residual",
        lambda c: _alone(c) and c.marks.uncalculated,
        Action.DELETE,
        Action.DELETE,
    ),
    Row("8", "D and own, equal", lambda c: _apart(c) and _equal(c), Action.LINK, Action.LINK),
    Row(
        "9",
        "D and own differing, field",
        lambda c: _apart(c) and c.family is Family.FIELD,
        Action.TAKE_OVER,
        Action.TAKE_OVER,
    ),
    Row(
        "10",
        "D and own differing, task or standard",
        lambda c: _apart(c) and c.family is Family.TASK,
        _differing(Action.RELINK),
        Action.RELINK,
    ),
    Row(
        "11",
        "D and own differing, part",
        lambda c: _apart(c) and c.family is Family.PART,
        _differing(Action.REPLACE),
        Action.REPLACE,
    ),
    Row(
        "12",
        "D and own differing, category",
        _apart,
        Action.KEEP,
        _unless(Action.RESIDUAL, Action.DELETE),
    ),
    Row(
        "14",
        "own, no D, U",
        lambda c: _alone(c) and c.overwrite and c.used(),
        Action.KEEP,
        Action.RESIDUAL,
    ),
    Row("13", "own, no D, not U", _alone, Action.KEEP, Action.DELETE),
    Row(
        "1",
        "D; no P, L, own",
        lambda c: c.D is not None and c.P is None and c.L is None,
        Action.CREATE,
        Action.CREATE,
    ),
    Row(
        "2",
        "D = L, or both gone",
        lambda c: c.L is None if c.D is None else c.D.same(c.L),
        Action.NOTHING,
        Action.NOTHING,
    ),
    Row("3", "D != P, L = P", lambda c: c.D is not None and not c.drifted, Action.UPDATE, Action.UPDATE),
    Row("4", "D, L != P, L != D", lambda c: c.D is not None, _desynced, _put_back),
    Row("6", "D gone, L = P, U", lambda c: not c.drifted and c.used(), Action.RESIDUAL, Action.RESIDUAL),
    Row("5", "D gone, L = P, not U", lambda c: not c.drifted, Action.DELETE, Action.DELETE),
    Row("7", "D gone, L there, L != P", _changed_below, _gone_below, _gone_over),
)


REPAIRED = frozenset({"4", "7", "10", "11"})
"""The rows of which an explicit relink takes the overwrite column: they put right what was changed below,
and take nothing that is a host's own."""


def judge(case: Case) -> tuple[Row, Action]:
    """The first row that holds, and what it says in this case's column."""
    for row in TABLE:
        if row.holds(case):
            over = case.overwrite or (case.relink and row.number in REPAIRED)
            column = row.overwrite if over else row.locked
            return row, column if isinstance(column, Action) else column(case)
    raise LookupError(case)
