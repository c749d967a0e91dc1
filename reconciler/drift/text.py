"""This room tells drift as plain text: what is to be mended, what may stay, then the ways out."""

from __future__ import annotations

import shlex
from collections import Counter
from typing import TYPE_CHECKING

from reconciler.drift.lines import lines
from reconciler.drift.model import STANDINGS
from reconciler.drift.waiving import addresses
from reconciler.drift.ways import put_back, stuck
from reconciler.plan.words import KINDS, many, plain
from reconciler.reports.page import SHORT, WIDTH, Page, series
from reconciler.story.locks import WHY

if TYPE_CHECKING:
    from collections.abc import Sequence

    from reconciler.drift.model import Drift, Line
    from reconciler.policy import Finding, Waiver

QUIET = frozenset({"free"})
"""What is only counted where nobody asked for more."""


def render(
    drift: Drift, expired: Sequence[Finding], catalogs: Sequence[str] = (), *, verbose: bool = False,
    width: int = WIDTH,
) -> str:  # fmt: skip
    """The whole drift as text; `catalogs` are paths that were named on the command line."""
    page, told = Page(width, verbose=verbose), lines(drift)
    _head(page, [one for one in told if one.standing.code == "open"])
    for code, title in STANDINGS.items():
        chosen = [one for one in told if one.standing.code == code]
        if chosen and code in QUIET and not verbose:
            _count(page, title, chosen)
        elif chosen:
            _part(page, drift, title, chosen)
    if expired:
        page.title("Waivers that have expired, and no longer count")
        for one in expired:
            page.say(f"{one.message}. {one.how}", indent=2, sign="!")
    _ways(page, drift, catalogs)
    return page.text()


def _head(page: Page, told: Sequence[Line]) -> None:
    if not told:
        page.say("Nothing that is to be mended was changed below since it was pushed.", hang=0)
        return
    items = many(len({(one.area, one.key) for one in told}), "item")
    page.say(f"Changed below since it was pushed: {items} in {_reach(told)}.", hang=0)


def _reach(told: Sequence[Line]) -> str:
    """`2 courses and 5 sections`, each counted once."""
    courses = {host for one in told if not one.on_section for host in one.hosts}
    sections = {host for one in told if one.on_section for host in one.hosts}
    counts = ((courses, "course"), (sections, "section"))
    return series(many(len(hosts), word) for hosts, word in counts if hosts)


def _part(page: Page, drift: Drift, title: str, told: Sequence[Line]) -> None:
    page.title(title)
    shown = told if page.verbose else told[:SHORT]
    for one in shown:
        page.say(_line(one), indent=2)
        if one.standing.waiver is not None:
            page.say(_waiver(one.standing.waiver), indent=6)
        elif one.standing.code not in ("open", "wanted"):
            page.say(WHY.get(one.standing.why, one.standing.why), indent=6)
        if page.verbose:
            names = addresses(drift, one)
            page.listing(names, indent=6, most=len(names))
    page.fold(len(told) - len(shown), "line")


def _count(page: Page, title: str, told: Sequence[Line]) -> None:
    """So many lines, and why nothing holds there."""
    page.title(title)
    reasons = Counter(one.standing.why for one in told)
    for why, count in sorted(reasons.items()):
        some = [one for one in told if one.standing.why == why]
        page.say(f"{many(count, 'change')} in {_reach(some)}: {WHY.get(why, why)}", indent=2)
    page.say("-v shows them.", indent=2)


def _line(one: Line) -> str:
    field = f" {one.field}" if one.field else ""
    where = many(len(one.hosts), "section" if one.on_section else "course")
    where += f" of {many(len(one.courses), 'course')}" if one.on_section else ""
    masters = f"; master {_masters(one.masters)}" if one.masters else ""
    return f"{one.label} ({KINDS[one.area]}):{field} {one.old} -> {one.new} in {where}{masters}"


def _masters(numbers: Sequence[str]) -> str:
    first = [plain(one) for one in numbers[:3]]
    return ", ".join(first) + (f" and {len(numbers) - 3:,} more" if len(numbers) > len(first) else "")


def _waiver(one: Waiver) -> str:
    return f"waived by {plain(one.owner)} until {one.expires}: {plain(one.reason)}"


def _ways(page: Page, drift: Drift, catalogs: Sequence[str]) -> None:
    if not drift.of("open"):
        return
    commands, held = put_back(drift, catalogs), stuck(drift)
    asked = shlex.join(["reconcile", "drift", *catalogs])
    page.title("Ways out")
    if held:
        told = f"The sections of {many(len(held), 'course')} can't be put back, as long as the course's own"
        page.say(f"{told} change is waived: a push fails for a course that drifted (P5).", indent=2, sign="!")
    if commands:
        page.say("Put it back (the plan is shown and asked about first):", indent=2)
    for command in commands:
        page.listing(_folded(command, page), indent=4, most=page.width * SHORT)
    if any(not one.on_section for one in drift.of("open")):
        page.say("Let the master say it (shown as a diff; --write edits the YAML):", indent=2)
        page.listing([f"{asked} --adopt"], indent=4, most=1)
    page.say("Let it stay for a while (prints an entry for reconcile.yaml):", indent=2)
    page.listing([f"{asked} --waive ADDRESS"], indent=4, most=1)


def _folded(command: str, page: Page) -> list[str]:
    """A command line by line; a long one is folded unless everything is asked for."""
    told = command.split("\n")
    if page.verbose or len(told) <= SHORT:
        return told
    return [*told[:SHORT], f"  ... and {len(told) - SHORT:,} more lines; -v shows all"]
