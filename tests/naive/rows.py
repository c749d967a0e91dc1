"""The decision table of domain.md 3 for one item, written down a second time, as plainly as possible.

Nothing here is shared with the tool but the model's types. `judge` takes what is desired, pushed,
linked and own of one item and says what is there afterwards, and by which row.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple

from reconciler.course import FIELD_AREAS, Area, Item, Ref

TASKS = (Area.GRADING_TASKS, Area.STANDARDS)


class After(NamedTuple):
    """One item after the push; `row` says why, `refuse` that the whole course fails."""

    pushed: Item | None
    linked: Item | None
    own: Item | None
    row: str
    refuse: bool = False


@dataclass(frozen=True)
class Seen:
    """What evidence a host has (domain.md 6); None: its uses were never read."""

    uses: frozenset[tuple[Area, str, int]] | None

    def used(self, area: Area, key: str) -> bool:
        """Does any evidence point at this item?"""
        return self.uses is None or any(use[:2] == (area, key) for use in self.uses)

    def terms(self, area: Area, key: str) -> set[int] | None:
        """The terms in which it is used; None where nobody knows."""
        if self.uses is None:
            return None
        return {term for where, name, term in self.uses if (where, name) == (area, key)}


@dataclass
class Held:
    """The terms that P10 did not let go: what the list was, what it should be, where it is used."""

    lists: dict[Ref, tuple[tuple[int, ...], tuple[int, ...], set[int] | None]]

    def holds(self, ref: Ref, term: int) -> bool:
        """Is this a term of a task that is held in this push?"""
        old, new, _ = self.lists.get(ref, ((), (), None))
        return term in old and term not in new


def lost_terms(old: tuple[int, ...], new: tuple[int, ...], used: set[int] | None) -> set[int]:
    """The used terms that a new list takes away; an empty list means every term."""
    if not new:
        return set()
    if used is None or 0 in used:
        return {term for term in old if term not in new} if old else {0}
    return {term for term in used if term not in new and (not old or term in old)}


def hold(area: Area, old: Item | None, new: Item, seen: Seen, key: str) -> Item:
    """`new` with those fields of `old` that P10 does not let go; `key` is what evidence points at."""
    if old is None or area not in (*TASKS, Area.CATEGORIES):
        return new
    keep: dict[str, object] = {}
    old_terms, new_terms = tuple(old.get("terms", ())), tuple(new.get("terms", ()))
    if lost_terms(old_terms, new_terms, seen.terms(area, key)):
        keep["terms"] = old_terms or None
    for name, where in (("tasks", Area.GRADING_TASKS), ("standards", Area.STANDARDS)):
        was, now = tuple(old.get(name, ())), tuple(new.get(name, ()))
        lost = [one for one in was if one not in now] if now else []
        if area is Area.CATEGORIES and seen.used(area, key) and any(seen.used(where, one) for one in lost):
            keep[name] = was
    for name in ("score_group", "rubric"):
        was = old.get(name)
        if was is not None and was != new.get(name) and seen.used(area, key):
            keep[name] = was
    return new.with_fields(**keep) if keep else new


def judge(  # noqa: C901, PLR0911, PLR0912 - the table is that long
    *,
    course: bool,
    area: Area,
    editable: bool,
    overwrite: bool,
    d: Item | None,
    p: Item | None,
    l: Item | None,  # noqa: E741 - the table's own letter
    own: Item | None,
    used: bool,
    seen: Seen,
    relinks: bool = False,
    managed: bool = False,
) -> After:
    """One item by the first row that matches; `relinks`: row 15's second half, `managed`: row 13a."""
    field, category = area in FIELD_AREAS, area is Area.CATEGORIES
    if field and not course:
        return judge_field_below(editable and not overwrite, d, p, l, own)
    if own is not None and d is not None and (own.left or (own.kept and not category) or relinks):
        new = hold(area, own, d, seen, own.key)
        return After(new, new, None, "15")
    if own is not None and own.kept and d is not None:
        if own.same(d):
            return After(d, d, None, "8")
        if used:
            return After(d, d, own, "16")
        return After(d, d, None if overwrite else own.mark(), "16")
    if own is not None and own.kept and d is None:
        if managed:
            return After(None, None, own, "13a")
        if used:
            return After(None, None, own, "17")
        return After(None, None, own.mark() if not own.left and not overwrite else None, "18")
    if own is not None and managed:
        return After(None, None, own, "13a")
    if own is not None and d is not None:
        if own.same(d):
            return After(d, d, None, "8")
        if field:
            return After(d, d, None, "9")
        if category:
            if not overwrite:
                return After(d, d, own, "12")
            return After(d, d, own.mark(left=own.left, kept=True) if used else None, "12")
        row = "10" if area in TASKS else "11"
        if overwrite:
            new = hold(area, own, d, seen, own.key)
            return After(new, new, None, row)
        if editable:
            return After(d, own._replace(key=d.key).mark(), None, row)
        if course:
            return After(p, l, own, row, refuse=True)
        return After(d, d, None, row)
    if own is not None:
        if used:
            return After(None, None, own.mark(left=own.left, kept=True) if overwrite else own, "14")
        return After(None, None, None if overwrite else own, "13")
    if d is not None:
        if p is None and l is None:
            return After(d, d, None, "1")
        if l is not None and l.same(d):
            return After(d, d, None, "2")
        if l is not None and l.same(p):
            new = hold(area, l, d, seen, l.key)
            return After(new, new, None, "3")
        if editable and not overwrite:
            return After(d, l, None, "4")
        if course and not overwrite and not field:
            return After(p, l, None, "4", refuse=True)
        new = hold(area, l, d, seen, d.key)
        return After(new, new, None, "4")
    if l is None:
        return After(None, None, None, "2")
    if not l.same(p) and not overwrite:
        if editable:
            return After(None, None, l.mark(left=True), "7")
        if course and not field:
            return After(p, l, None, "7", refuse=True)
    row = ("6" if used else "5") if l.same(p) else "7"
    return After(None, None, l.mark(left=True, kept=True) if used else None, row)


def judge_field_below(
    editable: bool,
    d: Item | None,
    p: Item | None,
    l: Item | None,  # noqa: E741
    own: Item | None,
) -> After:
    """A field at a section: one that was filled by hand is left alone in every mode (S2)."""
    if own is not None:
        return After(None, None, own, "filled")
    if d is None:
        if l is None or l.same(p):
            return After(None, None, None, "5" if l else "2")
        return After(None, None, l.mark(left=True), "filled")
    if l is not None:
        return After(d, d if l.same(p) else l, None, "3" if l.same(p) else "filled")
    if p is not None and editable:
        return After(d, None, None, "4")
    return After(d, d, None, "4" if p else "1")
