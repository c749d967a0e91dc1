"""This room derives the named lists of a first catalog from what its masters name (domain.md 1).

What the state has of a list, as last applied, is taken. Of a list that is only known by its name the content
stays open: one mark, `?`, that validates, and a comment that says what to complete.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from reconciler.adopting.writable import amount, fits
from reconciler.course import Area, Item, ListKind, Ref, Setup, names, setup

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from reconciler.course import Value

OPEN = "?"
"""The mark of a score group, rubric or scale whose marks are not known."""
NOWHERE = "To complete"
"""The score group of a scale when no score group is known."""
MARKED = (ListKind.SCORE_GROUPS, ListKind.RUBRICS)
_LOST = frozenset({"marks", "was"})
"""Marks that can't be read back: in these lists the words mean something else."""
Applied = dict[ListKind, dict[str, Item]]


@dataclass(slots=True)
class Named:
    """The lists by kind, and the entries whose content stays open."""

    lists: dict[ListKind, Setup]
    open: set[tuple[ListKind, str]] = field(default_factory=set)
    bank: dict[str, str] = field(default_factory=dict)
    """Standard -> its name, where every alignment has the same: then no alignment says it."""


def join(found: Iterable[Mapping[ListKind, Setup]]) -> Applied:
    """The lists as last applied, of all catalogs together; the first one of a name counts."""
    joined: Applied = {kind: {} for kind in ListKind}
    for lists in found:
        for kind, listed in lists.items():
            for one in listed:
                joined[kind].setdefault(one.key, one)
    return joined


def named_lists(setups: Iterable[Mapping[Area, Setup]], applied: Applied) -> Named:
    """The lists that these masters' setups need."""
    return _Naming(applied).run({(area, one) for each in setups for area, one in each.items()})


class _Naming:
    """Collects what is named, then makes the lists."""

    def __init__(self, applied: Applied) -> None:
        """Nothing is named yet."""
        self.applied = applied
        self.made: Applied = {kind: {} for kind in ListKind}
        self.named: dict[ListKind, set[str]] = {kind: set() for kind in ListKind}
        self.called: dict[str, set[Value]] = defaultdict(set)
        self.tested: dict[str, set[str]] = defaultdict(set)
        self.open: set[tuple[ListKind, str]] = set()

    def run(self, listed: set[tuple[Area, Setup]]) -> Named:
        """Make the lists that these setups need."""
        for area, one in listed:
            for each in one:
                self._look(area, each)
        for kind in MARKED:
            for name in sorted(self.named[kind]):
                self.made[kind][name] = self._marks(kind, name)
        self._scales()
        for name in sorted(self.named[ListKind.TASKS]):
            self.made[ListKind.TASKS][name] = self._entry(ListKind.TASKS, name, ("text",))
        self._tests()
        bank = self._standards()
        return Named({kind: setup(self.made[kind].values()) for kind in ListKind}, self.open, bank)

    def _look(self, area: Area, one: Item) -> None:
        refs = names(area, one)
        if area in (Area.GRADING_TASKS, Area.STANDARDS):
            refs = (Ref(area, one.key),)
        for ref in refs:
            kind = ListKind.TASKS if ref.area is Area.GRADING_TASKS else ListKind.STANDARDS
            self.named[kind].add(ref.key)
        if area is Area.STANDARDS:
            self.called[one.key].add(one.get("name"))
        if area is Area.ASSESSMENTS:
            test, _, code = one.key.partition("<")
            self.tested[test].update([code] if code else [])
        for name, kind in (
            ("score_group", ListKind.SCORE_GROUPS),
            ("rubric", ListKind.RUBRICS),
            ("grading_scale", ListKind.GRADING_SCALES),
        ):
            if one.get(name) is not None:
                self.named[kind].add(str(one.get(name)))

    def _marks(self, kind: ListKind, name: str) -> Item:
        known = self.applied[kind].get(name)
        if known is not None and known.fields and all(_mark_fits(*one) for one in known.fields):
            return Item(name, known.fields)
        self.open.add((kind, name))
        return Item(name, ((OPEN, ""),))

    def _scales(self) -> None:
        groups = self.made[ListKind.SCORE_GROUPS]
        for name in sorted(self.named[ListKind.GRADING_SCALES]):
            scale = self._known_scale(name)
            if scale is None:
                group = min(groups, default=NOWHERE)
                groups.setdefault(group, self._marks(ListKind.SCORE_GROUPS, group))
                mark = groups[group].fields[0][0]
                self.open.add((ListKind.GRADING_SCALES, name))
                scale = Item(name, tuple(sorted({mark: "0", "score_group": group}.items())))
            self.made[ListKind.GRADING_SCALES][name] = scale

    def _known_scale(self, name: str) -> Item | None:
        known = self.applied[ListKind.GRADING_SCALES].get(name)
        group = known.get("score_group") if known is not None else None
        if known is None or not isinstance(group, str) or not fits(group):
            return None
        marks = [one for one in known.fields if one[0] != "score_group"]
        if not marks or not all(_mark_fits(*one) and amount(one[1]) for one in marks):
            return None
        groups = self.made[ListKind.SCORE_GROUPS]
        there = groups.get(group) or self._marks(ListKind.SCORE_GROUPS, group)
        if not {mark for mark, _ in marks} <= {mark for mark, _ in there.fields}:
            return None
        groups[group] = there
        return Item(name, known.fields)

    def _entry(self, kind: ListKind, name: str, fields: tuple[str, ...]) -> Item:
        known = self.applied[kind].get(name, Item(name))
        return Item(name, tuple(one for one in known.fields if one[0] in fields))

    def _tests(self) -> None:
        for test, codes in sorted(self.tested.items()):
            known = self.applied[ListKind.TESTS].get(test, Item(test))
            more = {code for code, _ in known.fields if fits(code)}
            self.named[ListKind.STANDARDS] |= more
            self.made[ListKind.TESTS][test] = Item(test, tuple((one, "") for one in sorted(codes | more)))

    def _standards(self) -> dict[str, str]:
        bank = {}
        for code in sorted(self.named[ListKind.STANDARDS]):
            one = self._entry(ListKind.STANDARDS, code, ("archived", "name", "statement"))
            called = self.called.get(code, set())
            if called:
                (name,) = called if len(called) == 1 else (None,)
                one = one.with_fields(name=name)
                if isinstance(name, str):
                    bank[code] = name
            self.made[ListKind.STANDARDS][code] = one
        return bank


def _mark_fits(mark: str, value: Value) -> bool:
    return fits(mark) and mark not in _LOST and mark != "score_group" and isinstance(value, str)
