"""This room looks every name up where it is written: rubrics, scales, tasks, standards, tests, setups.

It walks setups and masters as written, not as merged, so that a wrong name in a shared setup is said
once, at its own place.
"""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING

from reconciler.catalog import Data, Plain, Rows, Source, Spot, Table
from reconciler.check.layers import LISTS, refs, tables, texts
from reconciler.errors import suggestion

if TYPE_CHECKING:
    from collections.abc import Iterator

    from reconciler.check.report import Report

WORDS = {
    "score_groups": "score group",
    "rubrics": "rubric",
    "grading_scales": "grading scale",
    "tasks": "task",
    "standards": "standard",
    "tests": "test",
    "setups": "setup",
}
"""What one thing of each named map is called."""
_POINTS_AT = {
    "score_group": "score_groups",
    "rubric": "rubrics",
    "grading_scale": "grading_scales",
    "task": "tasks",
    "tasks": "tasks",
    "standard": "standards",
    "standards": "standards",
    "test": "tests",
    "use": "setups",
}


def examine(source: Source, report: Report) -> None:
    """Look up the names in lists, setups and masters of one catalog."""
    look = _Look(source, report)
    for name, entry in source.maps["grading_scales"].items():
        if isinstance(entry.value, Table):
            look.scale(name, entry.value)
    for entry in source.maps["tests"].values():
        if isinstance(entry.value, Rows):
            look.names(entry.value, "standards")
    for entry in (*source.maps["setups"].values(), *source.lists["masters"]):
        if isinstance(entry.value, Table):
            look.layer(entry.value)


class _Look:
    """Knows a catalog's names."""

    def __init__(self, source: Source, report: Report) -> None:
        """Note which names can be looked up: not those of a map that could not be read."""
        self.maps = source.maps
        self.report = report
        self.unread = {
            name
            for name in source.maps
            for document in source.documents
            if (document.file, name) in report.marred and name not in document.data
        }

    def layer(self, table: Table) -> None:
        """A setup or master: what it uses, and every entry of its lists."""
        self.field(table, "use")
        for name in LISTS:
            for entry in tables(table.get(name)):
                if entry.get("drop") is not True:
                    self.entry(name, entry)
                    if name == "composite_grades":
                        self.children(entry, sums=id(table) not in self.report.marred)

    def entry(self, name: str, entry: Table) -> None:
        """One entry of a list."""
        for key in entry:
            if key in _POINTS_AT:
                self.field(entry, key)
        if name == "assessments":
            self.tested(entry)
        elif name == "standards":
            self.archived(entry)

    def field(self, table: Table, key: str) -> None:
        """One field that names something, or several things."""
        value = table.get(key)
        if isinstance(value, Rows):
            self.names(value, _POINTS_AT[key])
        elif isinstance(value, str):
            self.name(value, _POINTS_AT[key], table, key)

    def names(self, rows: Rows, kind: str) -> None:
        """A list of names."""
        for index, name in enumerate(rows):
            self.name(str(name), kind, rows, index)

    def name(self, name: str, kind: str, holder: Table | Rows, key: str | int) -> None:
        """One name."""
        if name in self.maps[kind] or kind in self.unread:
            return
        spot = holder.row_spot(int(key)) if isinstance(holder, Rows) else holder.value_spot(str(key))
        word = WORDS[kind]
        message = f'there is no {word} "{name}"{suggestion(name, self.maps[kind])}'
        code = f"unknown-{word.replace(' ', '-')}"
        self.report.error(code, spot, message, f"mend the name, or declare it under `{kind}:`")

    def scale(self, name: str, scale: Table) -> None:
        """A scale's marks must all exist in its score group (domain.md 1)."""
        self.field(scale, "score_group")
        entry = self.maps["score_groups"].get(str(scale["score_group"]))
        marks = scale["marks"]
        if entry is None or not isinstance(entry.value, Table) or not isinstance(marks, Table):
            return
        for mark in marks:
            if mark == "score_group":
                self.report.error("bad-name", marks.key_spot(mark), f'a mark can\'t be called "{mark}"')
            elif mark not in entry.value:
                close = suggestion(mark, entry.value)
                message = f'the score group of {name} has no mark "{mark}"{close}'
                remedy = f"add it to {scale['score_group']}, or remove it here"
                self.report.error("unknown-mark", marks.key_spot(mark), message, remedy)

    def tested(self, entry: Table) -> None:
        """An assessment names standards of its test only."""
        test = self.maps["tests"].get(str(entry["test"]))
        if test is None or "tests" in self.unread:
            return
        has = texts(test.value)
        for code, spot in spots(entry, "standard"):
            if code in self.maps["standards"] and code not in has:
                message = (
                    f'the test "{entry["test"]}" does not have the standard "{code}"{suggestion(code, has)}'
                )
                remedy = "add it to the test under `tests:`, or remove it here"
                self.report.error("standard-not-tested", spot, message, remedy)

    def archived(self, entry: Table) -> None:
        """An archived standard should not be aligned any more."""
        for code, spot in spots(entry, "standard"):
            bank = self.maps["standards"].get(code)
            if bank and isinstance(bank.value, Table) and bank.value.get("archived") is True:
                message = f'the standard "{code}" is archived'
                self.report.warn("archived-standard", spot, message, "align its successor")

    def children(self, entry: Table, *, sums: bool) -> None:
        """The children of a composite: known, each once, and 100 percent together."""
        seen: dict[tuple[object, str], Table] = {}
        for child in tables(entry.get("children")):
            self.entry("", child)
            key = (refs(child), str(int(str(child["term"]))))
            if key in seen:
                message = f"this child stands twice, first at {seen[key].spot()}"
                self.report.error("duplicate-item", child.spot(), message, "keep one of them")
            seen[key] = child
        weights = [child["weight"] for child in tables(entry.get("children"))]
        total = sum((Decimal(one) for one in weights if isinstance(one, Plain)), Decimal(0))
        if sums and weights and total != 100:  # noqa: PLR2004 - percent
            message = f"the children's weights add up to {total}, not 100"
            self.report.error("composite-sum", entry.spot(), message, "mend the weights of this parent")


def spots(table: Table, key: str) -> Iterator[tuple[str, Spot]]:
    """The texts of a field, each with its place."""
    value: Data = table.get(key)
    if isinstance(value, Rows):
        yield from ((str(one), value.row_spot(index)) for index, one in enumerate(value))
    elif isinstance(value, str):
        yield value, table.value_spot(key)
