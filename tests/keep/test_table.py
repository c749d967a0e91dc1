"""The decision table row by row, and every reachable state of one item against predicates of our own.

Not reachable, and so left out: linked without pushed (a push writes both); linked and own of one key;
marks on what is linked or pushed; a marked own item beside pushed (what leaves linked loses its
pushed); residual fields (they have no evidence), used fields; tasks and standards at sections (they read
the course's); a field at a course that the master does not name; a never-linked category beside what was
pushed under the key of D (they are judged apart).
"""

from dataclasses import replace
from itertools import product
from typing import NamedTuple

import pytest

from reconciler.course import Area, Item
from reconciler.keep.effect import Parts, settle
from reconciler.keep.evidence import Evidence
from reconciler.keep.table import TABLE, Action, Case, Family, Hop, Marks, judge

A, B, C = "a", "b", "c"
AREAS = {
    Family.FIELD: Area.CROSS_SITE,
    Family.TASK: Area.GRADING_TASKS,
    Family.PART: Area.COMPOSITE_WEIGHTS,
    Family.CATEGORY: Area.CATEGORIES,
}


class State(NamedTuple):
    """One item: where, how, and its values; None where it is not there."""

    hop: Hop
    family: Family
    over: bool
    editable: bool
    d: str | None = None
    p: str | None = None
    l: str | None = None  # noqa: E741 - the table's own letter
    own: str | None = None
    left: bool = False
    kept: bool = False
    used: bool = False

    @property
    def course(self) -> bool:
        return self.hop is Hop.COURSE

    @property
    def field(self) -> bool:
        return self.family is Family.FIELD

    @property
    def category(self) -> bool:
        return self.family is Family.CATEGORY

    def case(self) -> Case:
        own = _item(self.own)
        return Case(
            self.hop,
            self.family,
            overwrite=self.over,
            editable=self.editable,
            D=_item(self.d),
            P=_item(self.p),
            L=_item(self.l),
            own=own.mark(left=self.left, kept=self.kept) if own else None,
            used=lambda: self.used,
        )


def _item(value: str | None) -> Item | None:
    return None if value is None else Item("K", (("weight", value),))


def reachable() -> list[State]:
    """Every state that can come about; see the module for the others."""
    values = (None, A, B, C)
    found = []
    for hop, family, over, editable, d, used in product(
        Hop, Family, (False, True), (False, True), values, (False, True)
    ):
        bare = State(hop, family, over, editable, d, used=used)
        if (bare.field and used) or (family is Family.TASK and not bare.course):
            continue
        if bare.field and bare.course and d is None:
            continue
        found.append(bare)
        found += [bare._replace(p=p) for p in (A, B, C)]
        found += [bare._replace(p=p, l=linked) for p, linked in product((A, B, C), repeat=2)]
        for own, left, kept in product((A, B, C), (False, True), (False, True)):
            if not (kept and bare.field):
                found.append(bare._replace(own=own, left=left, kept=kept))
        if not bare.category:
            found += [bare._replace(p=p, own=own) for p, own in product((A, B, C), repeat=2)]
    return found


STATES = reachable()


def _filled(s: State) -> bool:
    return s.field and not s.course and s.own is not None


def _marked(s: State) -> bool:
    return s.left or (s.kept and not s.category)


def _apart(s: State) -> bool:
    return s.d is not None and s.own not in {None, s.d} and not s.left and not s.kept and not _filled(s)


def _no_own(s: State) -> bool:
    return s.own is None


SITUATIONS = {
    "S2": _filled,
    "1": lambda s: _no_own(s) and s.d is not None and s.p is None and s.l is None,
    "2": lambda s: _no_own(s) and (s.l is None if s.d is None else s.l == s.d),
    "3": lambda s: _no_own(s) and s.d is not None and s.l is not None and s.l == s.p and s.d != s.p,
    "4": lambda s: _no_own(s) and s.d is not None and s.p is not None and s.l not in {s.p, s.d},
    "5": lambda s: _no_own(s) and s.d is None and s.l is not None and s.l == s.p and not s.used,
    "6": lambda s: _no_own(s) and s.d is None and s.l is not None and s.l == s.p and s.used,
    "7": lambda s: _no_own(s) and s.d is None and s.l is not None and s.l != s.p,
    "8": lambda s: s.d is not None and s.own == s.d and not _marked(s) and not _filled(s),
    "9": lambda s: _apart(s) and s.field,
    "10": lambda s: _apart(s) and s.family is Family.TASK,
    "11": lambda s: _apart(s) and s.family is Family.PART,
    "12": lambda s: _apart(s) and s.category,
    "13": lambda s: (
        s.own is not None and s.d is None and not s.kept and not _filled(s) and not (s.over and s.used)
    ),
    "14": lambda s: s.own is not None and s.d is None and not s.kept and s.over and s.used and not _filled(s),
    "15": lambda s: s.own is not None and s.d is not None and _marked(s) and not _filled(s),
    "16": lambda s: s.category and s.kept and not s.left and s.d is not None and s.own != s.d,
    "17": lambda s: s.own is not None and s.kept and s.d is None and s.used,
    "18": lambda s: s.own is not None and s.kept and s.d is None and not s.used,
}
"""The situations of domain.md 3, each one by itself; 13 and 14 do the same in locked mode."""


def expected(s: State, row: str) -> Action:  # noqa: C901, PLR0911, PLR0912 - the table has that many cells
    """What domain.md 3 says in the column of the mode."""
    gone = Action.RESIDUAL if s.used else Action.DELETE
    if row == "S2":
        return Action.LEAVE_FILLED if s.d else Action.KEEP
    if row == "4":
        if s.field and not s.course and s.l is not None:
            return Action.LEAVE_EDIT if s.editable and not s.over else Action.LEAVE_FILLED
        if s.over:
            return Action.PUT_BACK
        if s.editable:
            return Action.LEAVE_EDIT
        return Action.REFUSE if s.course and not s.field else Action.PUT_BACK
    if row == "7":
        if s.field or (s.editable and not s.over):
            return Action.KEEP_AS_OWN
        return Action.REFUSE if s.course and not s.over else gone
    if row in {"10", "11"}:
        write = Action.RELINK if row == "10" else Action.REPLACE
        if s.over:
            return write
        if s.editable:
            return Action.LINK_EDITED
        return Action.REFUSE if s.course else write
    if row == "12":
        return gone if s.over else Action.KEEP
    if row == "13":
        return Action.DELETE if s.over else Action.KEEP
    if row == "16" and not s.used:
        return Action.DELETE if s.over else Action.RELEASE
    if row == "18":
        return Action.DELETE if s.over or s.left else Action.RELEASE
    return FIXED[row]


FIXED = {
    "1": Action.CREATE,
    "2": Action.NOTHING,
    "3": Action.UPDATE,
    "5": Action.DELETE,
    "6": Action.RESIDUAL,
    "8": Action.LINK,
    "9": Action.TAKE_OVER,
    "14": Action.RESIDUAL,
    "15": Action.RELINK,
    "16": Action.NOTHING,
    "17": Action.NOTHING,
}


def _at(family: Family, hop: Hop = Hop.COURSE, **places: object) -> State:
    return State(hop, family, over=False, editable=False)._replace(**places)


CATEGORY, TASK, PART, FIELD = Family.CATEGORY, Family.TASK, Family.PART, Family.FIELD
SECTION = Hop.SECTION
BY_NAME = [
    ("1", _at(CATEGORY, d=A), Action.CREATE, Action.CREATE),
    ("2", _at(CATEGORY, d=A, p=B, l=A), Action.NOTHING, Action.NOTHING),
    ("2", _at(CATEGORY, p=B), Action.NOTHING, Action.NOTHING),
    ("3", _at(CATEGORY, d=B, p=A, l=A), Action.UPDATE, Action.UPDATE),
    ("3", _at(PART, SECTION, d=B, p=A, l=A), Action.UPDATE, Action.UPDATE),
    ("4", _at(CATEGORY, d=A, p=A, l=B), Action.REFUSE, Action.PUT_BACK),
    ("4", _at(CATEGORY, d=A, p=A), Action.REFUSE, Action.PUT_BACK),
    ("4", _at(CATEGORY, SECTION, d=A, p=A, l=B), Action.PUT_BACK, Action.PUT_BACK),
    ("4", _at(CATEGORY, d=A, p=A, l=B, editable=True), Action.LEAVE_EDIT, Action.PUT_BACK),
    ("4", _at(FIELD, d=A, p=A, l=B), Action.PUT_BACK, Action.PUT_BACK),
    ("4", _at(FIELD, SECTION, d=A, p=A, l=B), Action.LEAVE_FILLED, Action.LEAVE_FILLED),
    ("5", _at(CATEGORY, p=A, l=A), Action.DELETE, Action.DELETE),
    ("6", _at(CATEGORY, p=A, l=A, used=True), Action.RESIDUAL, Action.RESIDUAL),
    ("6", _at(CATEGORY, SECTION, p=A, l=A, used=True), Action.RESIDUAL, Action.RESIDUAL),
    ("7", _at(TASK, p=A, l=B), Action.REFUSE, Action.DELETE),
    ("7", _at(TASK, p=A, l=B, used=True), Action.REFUSE, Action.RESIDUAL),
    ("7", _at(TASK, p=A, l=B, editable=True), Action.KEEP_AS_OWN, Action.DELETE),
    ("7", _at(CATEGORY, SECTION, p=A, l=B, used=True), Action.RESIDUAL, Action.RESIDUAL),
    ("8", _at(TASK, d=A, own=A), Action.LINK, Action.LINK),
    ("9", _at(FIELD, d=A, own=B), Action.TAKE_OVER, Action.TAKE_OVER),
    ("10", _at(TASK, d=A, own=B), Action.REFUSE, Action.RELINK),
    ("10", _at(TASK, d=A, own=B, editable=True), Action.LINK_EDITED, Action.RELINK),
    ("11", _at(PART, d=A, own=B), Action.REFUSE, Action.REPLACE),
    ("11", _at(PART, SECTION, d=A, own=B), Action.REPLACE, Action.REPLACE),
    ("12", _at(CATEGORY, SECTION, d=A, own=B), Action.KEEP, Action.DELETE),
    ("12", _at(CATEGORY, SECTION, d=A, own=B, used=True), Action.KEEP, Action.RESIDUAL),
    ("13", _at(CATEGORY, SECTION, own=A), Action.KEEP, Action.DELETE),
    ("14", _at(CATEGORY, SECTION, own=A, used=True), Action.KEEP, Action.RESIDUAL),
    ("15", _at(CATEGORY, d=A, own=B, left=True, kept=True), Action.RELINK, Action.RELINK),
    ("15", _at(TASK, d=A, own=B, kept=True), Action.RELINK, Action.RELINK),
    ("16", _at(CATEGORY, d=A, own=B, kept=True), Action.RELEASE, Action.DELETE),
    ("16", _at(CATEGORY, d=A, own=B, kept=True, used=True), Action.NOTHING, Action.NOTHING),
    ("17", _at(CATEGORY, own=B, kept=True, used=True), Action.NOTHING, Action.NOTHING),
    ("18", _at(CATEGORY, own=B, kept=True), Action.RELEASE, Action.DELETE),
    ("18", _at(CATEGORY, own=B, left=True, kept=True), Action.DELETE, Action.DELETE),
]


@pytest.mark.parametrize(("row", "state", "locked", "overwrite"), BY_NAME)
def test_a_row_by_name(row: str, state: State, locked: Action, overwrite: Action) -> None:
    assert judge(state.case())[1] is locked
    number, action = judge(state._replace(over=True).case())
    assert (number.number, action) == (row, overwrite)


def test_a_course_keeps_its_own_cell_of_a_residual_task_whatever_is_desired() -> None:
    for over, d in product((False, True), (None, A, B)):
        case = replace(_at(PART, over=over, d=d, own=B).case(), marks=Marks(belongs=True))
        row, action = judge(case)
        assert (row.number, action) == ("13a", Action.KEEP)


def test_a_cell_of_what_turns_residual_and_of_what_goes_is_taken_away() -> None:
    for marks, number in ((Marks(uncalculated=True), "R2"), (Marks(gone=True), "R7")):
        row, action = judge(replace(_at(PART, own=B).case(), marks=marks))
        assert (row.number, action) == (number, Action.DELETE)
        edited = _at(PART, SECTION, p=A, l=B, editable=True).case()
        assert judge(replace(edited, marks=marks))[1] is Action.DELETE


def test_there_are_some_thousand_states() -> None:
    assert 4000 < len(STATES) == len(set(STATES))


def test_every_state_is_matched_by_exactly_one_row_with_the_action_of_its_column() -> None:
    seen = set()
    for state in STATES:
        matching = [row for row, holds in SITUATIONS.items() if holds(state)]
        assert len(matching) == 1, (state, matching)
        row, action = judge(state.case())
        assert (row.number, action) == (matching[0], expected(state, matching[0])), state
        assert judge(state.case()) == (row, action)
        seen.add(row.number)
    assert seen == set(SITUATIONS)


def test_every_row_of_the_table_has_a_situation_of_its_own() -> None:
    numbers = [row.number for row in TABLE]
    assert len(numbers) == len(set(numbers))
    assert set(numbers) == {*SITUATIONS, "13a", "R2", "R7"}


def _parts(state: State) -> Parts:
    case = state.case()
    sides = (case.P, case.L, case.own)
    return Parts(*({"K": one} if one else {} for one in sides))


def _again(state: State, parts: Parts) -> Case:
    case = state.case()
    places = (parts.pushed.get("K"), parts.linked.get("K"), parts.own.get("K"))
    return Case(case.hop, case.family, case.overwrite, case.editable, case.D, *places, used=case.used)


def _by_name(state: State) -> bool:
    """A never-linked category has a key of its own; the properties of whole pushes cover it."""
    return state.category and state.own is not None and not state.left


@pytest.mark.parametrize("family", list(Family))
def test_a_second_judgement_writes_nothing(family: Family) -> None:
    for state in STATES:
        if state.family is not family or _by_name(state):
            continue
        parts, area = _parts(state), AREAS[family]
        first = settle(area, "K", state.case(), parts, Evidence())
        before = (dict(parts.pushed), dict(parts.linked), dict(parts.own))
        second = settle(area, "K", _again(state, parts), parts, Evidence())
        after = (dict(parts.pushed), dict(parts.linked), dict(parts.own))
        assert after == before, (state, first, second)
        assert not second.writes, (state, second)


@pytest.mark.parametrize("family", list(Family))
def test_nothing_used_is_deleted(family: Family) -> None:
    for state in STATES:
        if state.family is family and state.used and (state.l or state.own):
            parts = _parts(state)
            verdict = settle(AREAS[family], "K", state.case(), parts, Evidence())
            assert verdict.action is not Action.DELETE, state
            if family is not Family.CATEGORY or state.own is None or state.left:
                assert parts.linked or parts.own, state


@pytest.mark.parametrize("family", list(Family))
def test_what_is_not_judged_by_a_refusal_is_unchanged(family: Family) -> None:
    refused = [s for s in STATES if s.family is family and judge(s.case())[1] is Action.REFUSE]
    assert bool(refused) == (family is not Family.FIELD)
    for state in refused:
        assert state.course
        assert not state.over
        parts = _parts(state)
        settle(AREAS[family], "K", state.case(), parts, Evidence())
        assert parts == _parts(state)
