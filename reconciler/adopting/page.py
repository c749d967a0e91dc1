"""This room is the page of a first catalog: its YAML with comments that say what to look at."""

from __future__ import annotations

import textwrap
from dataclasses import dataclass
from typing import TYPE_CHECKING

from reconciler.adopting.entries import Row, field_rows, grouped, in_order, list_entry, rows
from reconciler.adopting.remarks import aside, left_out, of_master
from reconciler.adopting.scalars import WIDTH, Number, entry, item, scalar
from reconciler.course import Area, ListKind, Lock

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from reconciler.adopting.drafts import Draft
    from reconciler.adopting.gather import LeftOut
    from reconciler.adopting.lists import Named
    from reconciler.adopting.locks import Decided
    from reconciler.adopting.scalars import Yaml
    from reconciler.adopting.shared import Lists, Shared, Sharing
    from reconciler.course import Catalog

LISTS = {
    ListKind.SCORE_GROUPS: "mark: what it is worth",
    ListKind.RUBRICS: "mark: what it means",
    ListKind.GRADING_SCALES: "mark: least percent",
    ListKind.TASKS: "",
    ListKind.STANDARDS: "code: name",
    ListKind.TESTS: "test: the standards it has",
}
ADVICE = """\
A master has what is most common among the courses of its number; comments tell how many differ. What all \
agree on is locked, so that a push of it changes nothing; the rest is listed and unlocked. Lock it when the \
courses shall be like their master, and look at `reconcile plan` before they are."""


def comment(text: str, indent: int = 0) -> Iterator[str]:
    """A comment, over as many lines as it needs."""
    pad = " " * indent + "# "
    yield from textwrap.wrap(
        text, WIDTH, initial_indent=pad, subsequent_indent=pad, break_long_words=False, break_on_hyphens=False
    )


def _lock(name: str, why: str, indent: int) -> str:
    return aside(f"{' ' * indent}{name}: {Lock.UNLOCKED if why else Lock.LOCKED}", why)


@dataclass(frozen=True, slots=True)
class Page:
    """Everything that the text says."""

    catalog: Catalog
    drafts: Sequence[Draft]
    decided: Decided
    named: Named
    sharing: Sharing
    left: tuple[LeftOut, ...]

    def text(self) -> str:
        """The whole file; the same state gives the same text."""
        parts = [self._head(), self._locks(), self._lists(), self._setups(), self._masters(), self._exempt()]
        return "\n\n".join("\n".join(lines) for part in parts if (lines := list(part))) + "\n"

    def _head(self) -> Iterator[str]:
        courses = sum(len(one.courses) for one in self.drafts)
        yield from comment(
            f"A first catalog, made by `reconcile adopt` from {courses} courses: {len(self.drafts)} masters."
        )
        yield from comment(ADVICE)
        for told in left_out(self.left):
            yield from comment(told)
        yield ""
        yield from entry("catalog", self.catalog.name)
        yield from entry("school_years", [Number(str(one)) for one in self.catalog.school_years])
        schools = self.catalog.schools
        yield from entry("schools", "all" if schools is None else list(schools))

    def _locks(self) -> Iterator[str]:
        yield "locks: # locked: pushed and enforced; unlocked, or not named: never pushed"
        for area in Area:
            if area in self.decided.areas:
                yield _lock(area.value, self.decided.areas[area], 2)
            elif area in (Area.COURSE_INFO, Area.CROSS_SITE):
                yield from self._fields(area)

    def _fields(self, area: Area) -> Iterator[str]:
        why = {key: reason for (where, key), reason in self.decided.fields.items() if where is area}
        if not why:
            return
        yield f"  {area}:"
        table: dict[str, dict[str, str]] = {}
        for key in in_order(why) if area is Area.COURSE_INFO else why:
            group, inner = grouped(key) if area is Area.COURSE_INFO else ("", key)
            table.setdefault(group, {})[inner] = why[key]
        for group, fields in table.items():
            if group:
                yield f"    {group}:"
            pad = 6 if group else 4
            yield from (_lock(scalar(key), reason, pad) for key, reason in fields.items())

    def _lists(self) -> Iterator[str]:
        gap = False
        for kind, legend in LISTS.items():
            listed = self.named.lists[kind]
            if not listed:
                continue
            if gap:
                yield ""
            gap = True
            yield aside(f"{kind}:", legend)
            for one in listed:
                if (kind, one.key) in self.named.open:
                    yield from comment("To complete: the state knows nothing of this but its name.", 2)
                yield from entry(one.key, list_entry(kind, one), 2)

    def _setups(self) -> Iterator[str]:
        if not self.sharing.setups:
            return
        yield "setups: # what masters share"
        for place_, one in enumerate(self.sharing.setups):
            if place_:
                yield ""
            yield from comment(f"Used by {len(one.masters)} masters.", 2)
            yield f"  {scalar(one.name)}:"
            for name, value in self._said(one.lists).items():
                yield from entry(name, value, 4)

    def _said(self, lists: Lists) -> dict[str, list[Yaml]]:
        return {name: rows(name, said, self.named.bank) for name, said in lists.items()}

    def _masters(self) -> Iterator[str]:
        yield "masters:"
        before: list[str] = []
        for draft in self.drafts:
            lines = [line for told in of_master(draft) for line in comment(told, 2)]
            lines += item(self._master(draft, self.sharing.uses[draft.number]), 2)
            if before and len(before) + len(lines) > 2:  # noqa: PLR2004 - two lines stand together
                yield ""
            yield from lines
            before = lines

    def _master(self, draft: Draft, uses: Iterable[Shared]) -> Row:
        row: Row = {"number": draft.number, "name": draft.name}
        names = [one.name for one in uses]
        if names:
            row["use"] = names
        info = {key: one.value for (area, key), one in draft.fields.items() if area is Area.COURSE_INFO}
        hidden = {"number", "name"} | ({"active"} if draft.active else set())
        row |= field_rows({key: value for key, value in info.items() if key not in hidden})
        cross = {key: one.value for (area, key), one in draft.fields.items() if area is Area.CROSS_SITE}
        if cross:
            row["cross_site"] = {
                key: value if isinstance(value, bool) else str(value) for key, value in cross.items()
            }
        return row | self._said(self.sharing.own[draft.number])

    def _exempt(self) -> Iterator[str]:
        if self.catalog.exempt:
            yield "exempt_calendars:"
            for one in self.catalog.exempt:
                yield from item({"calendar": one.pattern, "reason": one.reason}, 2)
