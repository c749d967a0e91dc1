"""This room writes a summary as plain text: what can't be pushed, changes by risk, then what stays.

No colours are in the text; whoever prints it may add them.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from reconciler.keep.table import Action
from reconciler.plan.lines import RENAME
from reconciler.plan.reasons import REFUSED, STAYS
from reconciler.plan.words import many
from reconciler.reports import sentences
from reconciler.reports.fold import fold
from reconciler.reports.page import SHORT, WIDTH, Page, series

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from reconciler.plan.members import Told
    from reconciler.plan.told import Header, Line, Listed, Summary

    Names = Callable[[Told], list[str]]

MEMBERS = 50
"""How many members of a line -v lists."""
CALENDARS = 6
"""How many calendars the header names."""
_ITEMS: tuple[tuple[str, str], ...] = (
    (Action.DELETE, "removed"),
    (Action.REPLACE, "replaced"),
    (Action.PUT_BACK, "put back"),
    (Action.UPDATE, "changed"),
    (Action.RELINK, "linked again"),
    (Action.TAKE_OVER, "taken over"),
    (Action.CREATE, "created"),
    (RENAME, "renamed"),
    (Action.LINK, "linked as they are"),
    (Action.LINK_EDITED, "linked with their edits"),
    (Action.KEEP_AS_OWN, "left to the school"),
    (Action.RELEASE, "given back to the school"),
)


def render(summary: Summary, *, verbose: bool = False, names: Names | None = None, width: int = WIDTH) -> str:
    """The whole plan as text; with `verbose`, `names` gives the addresses of a line's members."""
    page = Page(width, verbose=verbose)
    header(page, summary.header)
    body(page, summary, names)
    page.gap()
    page.say(closing(summary), hang=0)
    return page.text()


def header(page: Page, head: Header, title: str = "Plan") -> None:
    """What was asked for."""
    page.say(f"{title}: {_kind(head)}")
    if head.source == "undo":
        page.say(f"today {head.today}", indent=2)
    else:
        _options(page, head)
    told = [one.name + (" (in session)" if one.in_session else "") for one in head.calendars]
    shown = told if page.verbose else told[:CALENDARS]
    rest = len(told) - len(shown)
    page.say(f"calendars: {', '.join(shown)}" + (f" and {rest:,} more" if rest else ""), indent=2)
    for what, chosen in (("masters", head.masters), ("courses", head.courses), ("schools", head.schools)):
        if chosen:
            page.say(f"only {what}: {', '.join(chosen)}", indent=2)


def _kind(head: Header) -> str:
    """What kind of push it is, in the district's words, of what and into which year."""
    if head.source == "undo":
        return f"Undo of run {head.mode}"
    year = f"{head.year - 1}-{head.year % 100:02d}"
    if head.source == "courses":
        return f"Push All Courses into {year}"
    kind = "Relink to course masters" if head.mode == "relink" else "Push All Course Masters"
    catalogs = series(f'"{one}"' for one in head.catalogs)
    return f"{kind}{f' of {catalogs}' if catalogs else ''} into {year}"


def _options(page: Page, head: Header) -> None:
    options = [f"mode {head.mode}"] if head.source == "masters" else []
    options.append("with sections" if head.to_sections else "courses only")
    options += ["with cross-site data"] * head.cross_site
    options += ["overwriting categories"] * head.overwrite_categories
    page.say(f"{', '.join(options)}; today {head.today}", indent=2)
    page.say(f"data: {', '.join(head.data) or 'none'}", indent=2)


def _touched(page: Page, summary: Summary) -> None:
    """Whom a push from chosen courses concerns: all of them, for somebody has to say yes (S4)."""
    if summary.touched:
        page.title("Sections and teachers that this touches")
        page.listing(summary.touched, indent=2, most=len(summary.touched))


def body(page: Page, summary: Summary, names: Names | None = None, *, done: bool = False) -> None:
    """Every part that has something to say, as a plan or (`done`) as what a push did."""
    for one in () if done else summary.warnings:
        if one is summary.warnings[0]:
            page.title("Warnings")
        page.say(f"{one.code}: {one.message}" + (" REFUSED." if one.refuses else ""), indent=2, sign="!")
    _touched(page, summary)
    _not_pushed(page, summary, names)
    _lines(page, "Changes (most risky first)", summary.changes, names)
    _lists(page, summary)
    _residuals(page, summary, names)
    _lines(page, "Stays as it is", summary.stays, names)
    for skipped in summary.skipped:
        if skipped is summary.skipped[0]:
            page.title("Left out")
        page.say(sentences.skipped(skipped), indent=2, sign="=")


def remainders(page: Page, summary: Summary) -> None:
    """What a push does not take: refused, and kept because it is used."""
    _not_pushed(page, summary, None)
    _residuals(page, summary, None)


def _not_pushed(page: Page, summary: Summary, names: Names | None) -> None:
    if not summary.refused and not summary.refused_items:
        return
    page.title("Not pushed")
    shown = summary.refused if page.verbose else summary.refused[:SHORT]
    for one in shown:
        page.say(sentences.refused(one), indent=2, sign="!")
        page.say(f"remedy: {sentences.remedy(one, summary.header)}", indent=6)
        _members(page, one, names)
    page.fold(len(summary.refused) - len(shown), "line")
    items = summary.refused_items if page.verbose else summary.refused_items[:SHORT]
    for line in items:
        page.say(sentences.refused_item(line), indent=2, sign="!")
        page.say(f"why: {sentences.why(line, verbose=page.verbose)}", indent=6)
        page.say(f"remedy: {REFUSED[line.reason].do}", indent=6)
        _members(page, line, names)
    page.fold(len(summary.refused_items) - len(items), "line")


def _lines(page: Page, title: str, lines: Sequence[Line], names: Names | None) -> None:
    """Every line by itself where all is told; else folded, and the first of them."""
    if not lines:
        return
    page.title(title)
    groups = [(line,) for line in lines] if page.verbose else fold(lines)
    shown = groups if page.verbose else groups[:SHORT]
    for group in shown:
        line = group[0]
        text = sentences.stays(line) if line.action == Action.KEEP else sentences.group(group)
        why = sentences.why(line, verbose=True) if page.verbose else sentences.group_why(group)
        page.say(text, indent=2, sign=sentences.sign(line))
        page.say(f"why: {why}", indent=6)
        _members(page, line, names)
    page.fold(len(groups) - len(shown), "line")


def _lists(page: Page, summary: Summary) -> None:
    """Changes of named lists; entries that are new, or gone, together."""
    if not summary.lists:
        return
    page.title("Named lists of the district (they take effect on apply)")
    groups: dict[tuple[str, ...], list[Listed]] = {}
    for one in summary.lists:
        alone = (one.name,) if page.verbose or one.change not in ("new", "removed") else ()
        groups.setdefault((one.catalog, one.kind, one.change, *alone), []).append(one)
    for group in list(groups.values())[: None if page.verbose else SHORT]:
        page.say(sentences.listed(group), indent=2, sign="~")
    page.fold(0 if page.verbose else max(len(groups) - SHORT, 0), "line")


def _residuals(page: Page, summary: Summary, names: Names | None) -> None:
    if not summary.residuals:
        return
    page.title("Residual (stays because it is used)")
    shown = summary.residuals if page.verbose else summary.residuals[:SHORT]
    for one in shown:
        page.say(sentences.residual(one), indent=2, sign="=")
        _members(page, one, names)
    page.fold(len(summary.residuals) - len(shown), "line")
    told = sorted({one.reason for one in shown})
    for reason in told:
        page.say(f"{reason}: {STAYS[reason].says}. {STAYS[reason].do}", indent=6)


def _members(page: Page, told: Told, names: Names | None) -> None:
    if page.verbose and names is not None:
        page.listing(names(told), indent=8, most=MEMBERS)


def closing(summary: Summary, *, done: bool = False) -> str:
    """The last line: what would change (`done`: did) and what would not, zero counts left out.

    Where no course is linked, nothing else matters, but for named lists, which need no course.
    """
    if not _unlinked(summary):
        return _sums(summary, done=done)
    told = "No course here is linked to a master of these catalogs: run `reconcile link`."
    return f"{_sums(summary, done=done)} {told}" if summary.lists else told


def _unlinked(summary: Summary) -> bool:
    """Was linking forgotten? No course in scope at all, and no option that could be the reason."""
    totals, head = summary.totals, summary.header
    reached = totals.courses or totals.courses_skipped
    return head.source == "masters" and not (reached or head.masters or head.courses or head.schools)


def _sums(summary: Summary, *, done: bool) -> str:
    verb = "changed" if done else "would change"
    totals, rest = summary.totals, _rest(summary)
    changed = [
        many(count, what)
        for count, what in ((totals.courses_changed, "course"), (totals.sections_changed, "section"))
        if count
    ]
    if changed:
        times = {one.text: one.times for one in totals.items}
        items = [f"{times[action]:,} {word}" for action, word in _ITEMS if times.get(action)]
        what = f": items {', '.join(items)}" if items else ""
        return "; ".join([f"{series(changed)} {verb}{what}", *rest]) + "."
    if summary.lists:
        start = f"{many(len(summary.lists), 'named list entry', 'named list entries')} {verb}"
    else:
        start = _nothing(summary)
    return f"{start}; {'; '.join(rest)}." if rest else start + "."


def _nothing(summary: Summary) -> str:
    head, totals = summary.header, summary.totals
    if head.source == "undo":
        return "Nothing to undo: all is as it was before the run, or has moved since"
    if head.lockless and len(head.lockless) == len(head.catalogs):
        return "Nothing is locked on this catalog, so nothing is pushed (L6)"
    if not totals.courses and not totals.courses_skipped and head.source == "masters":
        return "Nothing to push: these options mean no course that is linked"
    if head.idle:
        return "Nothing that was ticked is locked on this catalog, so nothing is pushed (L1)"
    if head.source == "courses":
        return "Nothing to push: every section in scope already has what its course gives"
    other = "other " if totals.courses_refused + totals.residuals_before else ""
    return f"Nothing to push: every {other}course in scope already equals its master"


def _rest(summary: Summary) -> list[str]:
    totals = summary.totals
    stay = totals.residuals_new + totals.residuals_before
    noted = totals.courses_noted + totals.sections_noted
    counts = (
        (stay, f"{many(stay, 'residual')} {'stays' if stay == 1 else 'stay'}"),
        (totals.courses_refused, f"{many(totals.courses_refused, 'course')} refused"),
        (totals.items_refused, f"{many(totals.items_refused, 'item')} refused"),
        (totals.courses_skipped, f"{many(totals.courses_skipped, 'course')} left out"),
        (noted, f"{many(noted, 'course or section', 'courses and sections')} only noted as equal"),
    )
    return [text for count, text in counts if count]
