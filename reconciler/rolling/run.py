"""This room carries a year change out: all of it in one transaction, or none (domain.md 12)."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, NamedTuple

from reconciler.course import Area, Part
from reconciler.errors import PlanOfOtherStore, PlanStale
from reconciler.guard import alone
from reconciler.receipts import begin, now
from reconciler.rolling.saved import digest_of
from reconciler.rolling.survey import aliases_of, copies_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from reconciler.course import Calendar, Holding
    from reconciler.current import Alias, Store, Transaction
    from reconciler.rolling.model import Rolled, Rolling
    from reconciler.rolling.survey import Copies

KIND = "roll-forward"
"""The kind of its runs in the journal."""


class Done(NamedTuple):
    """What a year change did: its run, and how many calendars, courses and sections it made."""

    run: int
    calendars: int
    courses: int
    sections: int


def roll(plan: Rolling, store: Store, *, message: str = "") -> Done:
    """Do what a year-change plan says, or nothing; raises PlanOfOtherStore, PlanStale, CalendarsLocked."""
    if plan.store != store.id:
        raise PlanOfOtherStore(url=store.url)
    with store.write() as tx:
        found = _fresh(plan, tx)
        alone(tx, {copies.courses[0].calendar_id for _, copies in found if copies.courses})
        asked = {"from_year": plan.start, "to_year": plan.end, "with_sections": plan.with_sections}
        run = begin(tx, KIND, plan=digest_of(plan), options=json.dumps(asked), message=message)
        courses = sections = 0
        for one, copies in found:
            _copy(tx, one, copies, plan.end)
            courses += len(copies.courses)
            sections += len(copies.sections)
        done = Done(run, len(found), courses, sections)
        tx.end_run(run, now(), "done", json.dumps(report(plan, done), ensure_ascii=False))
    return done


def report(plan: Rolling, done: Done) -> dict[str, object]:
    """What a run did, as it is kept with it and told to programs."""
    return {
        **done._asdict(),
        "from_year": plan.start,
        "to_year": plan.end,
        "made": [
            {
                "school": one.school,
                "name": one.name,
                "new": one.new,
                "courses": one.courses,
                "sections": one.sections,
            }
            for one in plan.calendars
        ],
        "refused": [one._asdict() for one in plan.refused],
    }


def _fresh(plan: Rolling, tx: Transaction) -> list[tuple[Rolled, Copies]]:
    """What is to be copied, if all is as it was when the plan was made; else raises PlanStale."""
    there = {(one.school, one.name): one for one in tx.calendars()}
    aliases = aliases_of(tx)
    found, wrong = [], []
    for one in plan.calendars:
        old = there.get((one.school, one.name))
        copies = None if old is None else copies_of(tx, old, aliases, with_sections=plan.with_sections)
        if copies is None or copies.state != one.state:
            wrong.append((one.name, "its courses have changed since"))
        elif not _free(tx, one, there.get((one.school, one.new)), plan.end):
            wrong.append((one.new, "it has been made since"))
        else:
            found.append((one, copies))
    if wrong:
        raise PlanStale(member=wrong[0][0], what=wrong[0][1], count=len(wrong))
    return found


def _free(tx: Transaction, one: Rolled, there: Calendar | None, year: int) -> bool:
    """Is there just as much of the new calendar as there was: none, or an empty one of these terms?"""
    if there is None:
        return not one.there
    return one.there and (there.year, there.terms) == (year, one.terms) and not any(tx.courses([there.id]))


def _copy(tx: Transaction, one: Rolled, copies: Copies, year: int) -> None:
    """Make one calendar of the new year; it gets no source ids, for another year has others."""
    place = tx.put_calendar(one.new, one.school, year, one.terms)
    above = [copies.of_course(course) for course in copies.courses]
    below_of = {course.id: held for course, held in zip(copies.courses, above, strict=True)}
    below = [copies.of_section(each, below_of[each.course_id]) for each in copies.sections]
    ids = tx.keep_holdings({held.holding for held in (*above, *below)})
    made = tx.put_courses(
        course._replace(id=0, calendar_id=place, source_id=None, holding_id=ids[held.holding])
        for course, held in zip(copies.courses, above, strict=True)
    )
    new = dict(zip((course.id for course in copies.courses), made, strict=True))
    positions = set(range(1, len(one.terms) + 1))
    sections = tx.put_sections(
        each._replace(
            id=0,
            course_id=new[each.course_id],
            terms=tuple(term for term in each.terms if term in positions),
            source_id=None,
            holding_id=ids[held.holding],
            used_id=None,
        )
        for each, held in zip(copies.sections, below, strict=True)
    )
    if sections:
        tx.put_counts((), sections)
    holdings = {course.id: held.holding for course, held in zip(copies.courses, above, strict=True)}
    tx.put_aliases(_aliases(copies.aliases, holdings, new))


def _aliases(aliases: Iterable[Alias], holdings: dict[int, Holding], new: dict[int, int]) -> Iterator[Alias]:
    """The names by which a source calls items of these courses, where the items went along."""
    for one in aliases:
        parts = (holdings[one.host_id].get(Area(one.area), part) for part in Part)
        if any(part.get(one.key) for part in parts):
            yield one._replace(host_id=new[one.host_id])
