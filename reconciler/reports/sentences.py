"""This room says each part of a summary in one sentence, in the district's words."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from reconciler.keep.table import Action
from reconciler.plan.lines import RENAME
from reconciler.plan.reasons import ALL, CAUSES, PLAIN, REFUSED
from reconciler.plan.told import MOST, Some
from reconciler.plan.words import KINDS, many
from reconciler.reports.fold import joined

if TYPE_CHECKING:
    from collections.abc import Sequence

    from reconciler.plan.told import Header, Line, Listed, Refused, Residual, Skipped, Values

SIGNS: dict[str, str] = {
    Action.DELETE: "-",
    Action.CREATE: "+",
    Action.LINK: "=",
    Action.RELEASE: "=",
    Action.KEEP: "=",
    Action.REFUSE: "!",
}
"""What stands before a line; `~` before any other change."""
_DONE: dict[str, str] = {
    Action.DELETE: "removed",
    Action.CREATE: "new",
    Action.LINK: "linked as it is",
    Action.RELEASE: "given back to the school",
    RENAME: "renamed",
    Action.REPLACE: "replaced",
    Action.PUT_BACK: "put back",
    Action.TAKE_OVER: "taken over",
    Action.RELINK: "linked again",
    Action.UPDATE: "changed",
}
_VALUE_STAYS = frozenset({"kept_as_own", "no_calculation_pending"})


def sign(line: Line) -> str:
    """The sign of a line."""
    return SIGNS.get(line.action, "~")


def change(line: Line) -> str:
    """`Homework (category): weight 20 -> 25 in 48 sections of 12 courses at 2 schools [in_session]`."""
    text = f"{line.label} ({KINDS[line.area]}): {_what(line)} in {hosts(line)}"
    return text + (f" [{', '.join(line.flags)}]" if line.flags else "")


def group(lines: Sequence[Line]) -> str:
    """Several lines that are told together (fold.py): fields of one item, or many items of one area."""
    first = lines[0]
    if len(lines) == 1:
        return change(first)
    flags = sorted({flag for line in lines for flag in line.flags})
    tail = f" [{', '.join(flags)}]" if flags else ""
    if first.label == lines[-1].label:
        told = "; ".join(_what(line) for line in lines)
        return f"{first.label} ({KINDS[first.area]}): {told} in {hosts(first)}{tail}"
    widest = max(lines, key=lambda line: (line.hosts, line.courses))
    labels = some(Some(tuple(line.label for line in lines[:MOST]), len(lines)), between="; ")
    verb = _DONE[first.action]
    most = "" if all(line.cohorts == first.cohorts for line in lines) else "up to "
    return f"{first.area.replace('_', ' ')}: {len(lines)} {verb} in {most}{hosts(widest)}: {labels}{tail}"


def group_why(lines: Sequence[Line]) -> str:
    """The reason code, and where the first of several lines were written."""
    where, masters = (joined(getattr(line, name) for line in lines) for name in ("where", "masters"))
    return why(replace(lines[0], where=where, masters=masters))


def _what(line: Line) -> str:
    verb = _DONE.get(line.action, line.action)
    if line.action == Action.CREATE:
        return verb + (f" ({values(line.news)})" if _has(line.news) else "")
    if line.action == Action.DELETE:
        return verb + (f" ({values(line.olds)})" if _has(line.olds) else "")
    if not line.news.first:
        return verb
    if line.action == RENAME:
        return f"renamed to {line.news.first[0].text}"
    name = f"{line.field} " if line.field else ""
    moved = f"{name}{values(line.olds)} -> {values(line.news)}"
    return moved if line.action == Action.UPDATE else f"{verb}, {moved}"


def _has(told: Values) -> bool:
    return any(one.text for one in told.first)


def stays(line: Line) -> str:
    """`Homework (category): terms 1, 2 stays (the master says 1) in 3 sections ...`."""
    name = f"{line.field} " if line.field else ""
    there = values(line.olds)
    text = f"{line.label} ({KINDS[line.area]}): {name}{there}".rstrip(": ") + " stays"
    if line.news.first and line.reason not in _VALUE_STAYS:
        text += f" (from above: {values(line.news)})"
    return f"{text} in {hosts(line)}"


def refused_item(line: Line) -> str:
    """An item that is refused by itself (L5, L7)."""
    wanted = f"; {values(line.news)}" if _has(line.news) else ""
    return f"{line.label} ({KINDS[line.area]}{wanted}): {line.reason} in {hosts(line)}"


def hosts(line: Line) -> str:
    """`48 sections of 12 courses at 2 schools`."""
    courses = many(line.courses, "course")
    below = f"{many(line.hosts, 'section')} of {courses}" if line.hop == "section" else courses
    return f"{below} at {many(line.schools, 'school')}"


def values(told: Values) -> str:
    """`20`, or several with their hosts: `20 (x12), 25 (x3) or 4 others`."""
    if told.total == 1:
        return told.first[0].text
    shown = ", ".join(f"{one.text or 'as the default'} (x{one.times:,})" for one in told.first)
    rest = told.total - len(told.first)
    return shown + (f" and {many(rest, 'other value')}" if rest else "")


def some(told: Some, what: str = "", between: str = ", ") -> str:
    """`a, b, c and 4 more`."""
    rest = told.total - len(told.first)
    return between.join(told.first) + (f" and {rest:,} more{what and ' ' + what}" if rest else "")


def why(line: Line, *, verbose: bool = False) -> str:
    """`put_back: it was changed below ...; catalog.yaml:41; masters 0401, 0402`; plain reasons in short."""
    said = "" if line.reason in PLAIN and not verbose else f": {ALL[line.reason].says}"
    parts = [line.reason + said]
    if line.where.total:
        parts.append(some(line.where))
    if line.masters.total:
        parts.append(f"{'master' if line.masters.total == 1 else 'masters'} {some(line.masters)}")
    return "; ".join(parts)


def refused(one: Refused) -> str:
    """What is refused, how often, and for example where."""
    text = f"{many(one.courses, 'course')} refused, {one.reason}: {some(one.examples)}"
    if one.reason == "term_out_of_range":
        return f"{text}; the master goes to term {values(one.news)}, the calendar to {values(one.olds)}"
    name = f" {one.field}" if one.field else ""
    master = "the master has it no more" if one.cause == "dropped" else f"the master says {values(one.news)}"
    first = f"{one.label} ({KINDS[one.area]}){name} is {values(one.olds)}, {master}"
    return f"{text}; first difference: {first}; likely {CAUSES[one.cause]}"


def remedy(one: Refused, head: Header) -> str:
    """What to do about refused courses; the command that repairs the first of them, and no other."""
    do = REFUSED[one.reason].do
    if one.reason != "desynced" or not one.examples.first:
        return do
    options = " --to-sections" * head.to_sections
    return f'put it back by hand, or `reconcile relink "{one.examples.first[0]}"{options}`'


def residual(one: Residual) -> str:
    """What stays because it is used, and the counts of what uses it."""
    place = f"{many(one.sections, 'section')} of " if one.sections else ""
    text = f"{one.label} ({KINDS[one.area]}) in {place}{many(one.courses, 'course')}"
    text += f" at {many(one.schools, 'school')}: {evidence(one)}"
    return text + ("" if one.new else " [from before]")


def listed(group: Sequence[Listed]) -> str:
    """One change of a named list, or all its entries that are new (or gone) together."""
    first, used = group[0], max(one.used_by for one in group)
    kind = first.kind.replace("_", " ")
    flags = sorted({flag for one in group for flag in one.flags})
    if len(group) == 1:
        text = f"{first.name} ({kind}, {first.catalog}): {first.change}"
    else:
        names = some(Some(tuple(one.name for one in group[:MOST]), len(group)))
        text = f"{kind} ({first.catalog}): {len(group)} {first.change}: {names}"
    text += f"; used by {many(used, 'course')}" if used else ""
    return text + (f" [{', '.join(flags)}]" if flags else "")


def evidence(one: Residual) -> str:
    """`4 assignments, 52 scores`, or what else keeps it."""
    counts = (
        (one.assignments, "assignment", "assignments"),
        (one.scores, "score", "scores"),
        (one.posted, "posted grade", "posted grades"),
        (one.comments, "comment", "comments"),
    )
    told = [many(count, single, plural) for count, single, plural in counts if count]
    if one.unread:
        told.append(f"uses of {many(one.unread, 'section')} were never read")
    if one.by.total:
        told.append(f"named by {some(one.by)}")
    return ", ".join(told) or "what contains it is used"


def skipped(one: Skipped) -> str:
    """Courses that are left out, and why."""
    return f"{many(one.courses, 'course')} {one.reason}: {ALL[one.reason].says}; {some(one.examples)}"
