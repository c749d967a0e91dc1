"""This room tells a year-change plan, and what came of it, to people."""

from __future__ import annotations

from typing import TYPE_CHECKING

from reconciler.reports.page import Page, series

if TYPE_CHECKING:
    from reconciler.rolling.model import Refused, Rolled, Rolling
    from reconciler.rolling.run import Done


def render(plan: Rolling, *, width: int = 80) -> str:
    """The plan: what would be made of which calendar, what stays behind, what is not done."""
    page = Page(width)
    page.say(f"Roll forward {_year(plan.start)} to {_year(plan.end)}.")
    if plan.calendars:
        page.title("Made")
        for one in plan.calendars:
            _calendar(page, one)
        _sums(page, plan)
    if plan.refused:
        page.title("Not rolled forward")
        for refused in plan.refused:
            page.say(_refused(refused), sign="!", indent=2)
    if plan.notes:
        page.title("Notes")
        for note in plan.notes:
            page.say(note, indent=2)
    return page.text()


def _calendar(page: Page, one: Rolled) -> None:
    facts = [count(one.courses, "course")]
    if one.linked:
        facts.append(f"{one.linked} linked to a master")
    if one.ignored:
        facts.append(f"{one.ignored} ignored")
    if one.sections:
        facts.append(count(one.sections, "section"))
    verb = "fill" if one.there else "make"
    page.say(f"{one.name} ({one.school}): {verb} {one.new} with {series(facts)}", sign="+", indent=2)


def _sums(page: Page, plan: Rolling) -> None:
    assessments = sum(one.left for one in plan.calendars)
    residuals = sum(one.residuals for one in plan.calendars)
    page.gap()
    page.say("No assignments, scores, grades or comments are copied.")
    if not plan.with_sections:
        page.say("Sections are not copied (--with-sections).")
    if assessments:
        told = "stays behind: it does" if assessments == 1 else "stay behind: they do"
        page.say(f"{count(assessments, 'assessment')} {told} not copy forward.")
    if residuals:
        told = "stays behind: nothing uses it" if residuals == 1 else "stay behind: nothing uses them"
        page.say(f"{count(residuals, 'residual')} {told} in the new year.")
    if any(term.start or term.end for one in plan.calendars if not one.there for term in one.terms):
        page.say("The dates of terms are moved by whole years; the next import brings the real ones.")


def _refused(one: Refused) -> str:
    return f"{one.name} ({one.school}): {one.why}. {one.how}"


def lines(refused: tuple[Refused, ...]) -> str:
    """Calendars that can't be rolled forward, a line for each."""
    return "".join(f"\n  {_refused(one)}" for one in refused)


def closing(plan: Rolling, done: Done) -> str:
    """What a run made, in a sentence."""
    made = series(
        [count(done.calendars, "calendar"), count(done.courses, "course"), count(done.sections, "section")]
    )
    told = f"Run {done.run}: made {made} for {_year(plan.end)}."
    left = len(plan.refused)
    return told + (f" {count(left, 'calendar')} not rolled forward." if left else "")


def count(number: int, word: str) -> str:
    """`1 course`, `1,200 courses`."""
    return f"{number:,} {word}{'' if number == 1 else 's'}"


def _year(year: int) -> str:
    return f"{year - 1}-{year % 100:02}"
