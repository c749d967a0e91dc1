"""This room plans a year change: each calendar of the old year by itself. It reads, and never writes."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, NamedTuple

from reconciler.course import Calendar
from reconciler.errors import CalendarOfOtherYear, CalendarUnknown
from reconciler.errors.rolling import NameWrong, YearEmpty, YearsWrong
from reconciler.errors.root import suggestion
from reconciler.plan.targets import matches
from reconciler.policy.rights import over
from reconciler.rolling.model import Refused, Rolled, Rolling
from reconciler.rolling.names import later, terms_later
from reconciler.rolling.survey import aliases_of, copies_of

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from reconciler.course import Catalog
    from reconciler.current import Snapshot


class Wish(NamedTuple):
    """A year change that was asked for. `calendars`: names or globs (none: all); `names`: old -> new."""

    start: int
    end: int
    calendars: tuple[str, ...] = ()
    names: Mapping[str, str] = {}
    with_sections: bool = False


def plan_roll(
    wish: Wish, snapshot: Snapshot, *, store: str, today: str, catalogs: Sequence[Catalog] = ()
) -> Rolling:
    """Plan a year change (domain.md 12); `today` is ISO 8601.

    Raises YearsWrong, YearEmpty, NameWrong, CalendarUnknown, CalendarOfOtherYear. A calendar that can't be
    rolled forward is refused by itself; the others go on.
    """
    calendars = snapshot.calendars()
    chosen = _chosen(wish, calendars)
    _years(wish, today)
    _names(wish, chosen)
    planner = _Planner(wish, snapshot, calendars)
    for one in chosen:
        planner.plan(one)
    notes = tuple(planner.notes(catalogs))
    done, refused = tuple(planner.done), tuple(planner.refused)
    return Rolling(store, wish.start, wish.end, wish.with_sections, done, refused, notes)


def _years(wish: Wish, today: str) -> None:
    if wish.end <= wish.start:
        raise YearsWrong(start=wish.start, end=wish.end, why="it must come after the first")
    if over(Calendar(0, "", "", wish.end, ()), today):
        raise YearsWrong(start=wish.start, end=wish.end, why=f"{wish.end - 1}-{wish.end % 100:02} is over")


def _chosen(wish: Wish, calendars: Sequence[Calendar]) -> list[Calendar]:
    of_year = [one for one in calendars if one.year == wish.start]
    if not of_year:
        known = ", ".join(str(year) for year in sorted({one.year for one in calendars})) or "none"
        raise YearEmpty(year=wish.start, known=known)
    for glob in wish.calendars:
        found = [one for one in calendars if matches(one.name, [glob])]
        if not found:
            raise CalendarUnknown(name=glob, hint=suggestion(glob, {one.name for one in calendars}))
        if all(one.year != wish.start for one in found):
            raise CalendarOfOtherYear(name=found[0].name, year=found[0].year, asked=wish.start)
    return [one for one in of_year if not wish.calendars or matches(one.name, wish.calendars)]


def _names(wish: Wish, chosen: Sequence[Calendar]) -> None:
    known = {one.name for one in chosen}
    for old, new in wish.names.items():
        if old not in known:
            why = f'no calendar that is rolled forward is called "{old}"{suggestion(old, known)}'
            raise NameWrong(text=f"{old}={new}", why=why)


class _Planner:
    """Plans one calendar after another."""

    def __init__(self, wish: Wish, snapshot: Snapshot, calendars: Sequence[Calendar]) -> None:
        """Look at what is there."""
        self.wish, self.snapshot = wish, snapshot
        self.there = {(one.school, one.name): one for one in calendars}
        self.done: list[Rolled] = []
        self.refused: list[Refused] = []
        self.taken: set[tuple[str, str]] = set()
        self.catalogs: Counter[str] = Counter()
        self.aliases = aliases_of(snapshot)

    def plan(self, one: Calendar) -> None:
        """Plan one calendar, or say why not."""
        by = self.wish.end - self.wish.start
        new = self.wish.names.get(one.name) or later(one.name, self.wish.start, by)
        refused = self._refused(one, new)
        if refused is not None or new is None:
            self.refused += [refused] if refused else []
            return
        self.taken.add((one.school, new))
        copies = copies_of(self.snapshot, one, self.aliases, with_sections=self.wish.with_sections)
        above = {course.id: copies.of_course(course) for course in copies.courses}
        below = [copies.of_section(each, above[each.course_id]) for each in copies.sections]
        held = [*above.values(), *below]
        there = self.there.get((one.school, new))
        if there and not copies.courses:
            why = f'"{new}" is there already, and there is nothing to copy'
            self.refused.append(
                Refused(one.school, one.name, "there_already", why, "Nothing needs to be done.")
            )
            return
        self.catalogs.update(course.catalog for course in copies.courses if course.catalog is not None)
        self.done.append(
            Rolled(
                one.school,
                one.name,
                new,
                there.terms if there else terms_later(one.terms, by),
                there is not None,
                copies.state,
                len(copies.courses),
                sum(course.master is not None for course in copies.courses),
                sum(course.ignored for course in copies.courses),
                len(copies.sections),
                sum(each.assessments for each in held),
                sum(each.residuals for each in held),
            )
        )

    def _refused(self, one: Calendar, new: str | None) -> Refused | None:
        """Why a calendar can't be rolled forward; None where it can."""
        place = one.school, one.name
        if new is None:
            why = f"its name has no {self.wish.start - 1} or {self.wish.start} in it"
            return Refused(*place, "no_name", why, f'Say `--name "{one.name}=NEW NAME"`.')
        if (one.school, new) in self.taken:
            why = f'another calendar of the school would be called "{new}" too'
            return Refused(*place, "same_name", why, f'Say `--name "{one.name}=NEW NAME"`.')
        there = self.there.get((one.school, new))
        if there is None:
            return None
        if there.year != self.wish.end:
            why = f'"{new}" is there, and of the school year {there.year}'
            return Refused(*place, "other_year", why, f'Say `--name "{one.name}=NEW NAME"`.')
        count = sum(1 for _ in self.snapshot.courses([there.id]))
        if count:
            why = f'"{new}" is there already, with {count} course{"" if count == 1 else "s"}'
            return Refused(
                *place,
                "there_already",
                why,
                "What is there is never mixed with a copy: leave it out with `--calendar`, or give the new"
                " one another name with `--name`.",
            )
        return None

    def notes(self, catalogs: Sequence[Catalog]) -> list[str]:
        """The catalogs that no push would carry into the new year yet."""
        known = {one.name: one for one in catalogs}
        notes = []
        for name, count in sorted(self.catalogs.items()):
            told = f"{count} course{'' if count == 1 else 's'}"
            if name not in known:
                notes.append(
                    f'"{name}" ({told} here) was not looked at: its school_years must name {self.wish.end}.'
                )
            elif self.wish.end not in known[name].school_years:
                notes.append(
                    f'"{name}" does not name {self.wish.end} under school_years yet: no push reaches its'
                    f" {told} there."
                )
        return notes
