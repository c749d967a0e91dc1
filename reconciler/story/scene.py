"""This room sets the scene: one course with its sections, as they are and as a push would judge them."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

from reconciler.course import FIELD_AREAS, Area, Lock
from reconciler.plan.cohorts import SectionQuestion, judge_whole
from reconciler.plan.scope import Scope
from reconciler.plan.wanted import from_course, wanted
from reconciler.story.locks import following
from reconciler.story.model import Wish

if TYPE_CHECKING:
    from collections.abc import Sequence

    from reconciler.course import Calendar, Catalog, Counts, Holding, Use, Used
    from reconciler.current import CourseRecord, SectionRecord, Snapshot
    from reconciler.finding import Found
    from reconciler.plan.outcome import Outcome
    from reconciler.plan.wanted import Below, Wanted

WHY = {
    "unlocked": "the catalog does not lock it, so no push from masters carries it",
    "not_named": "the master does not name this field, so it is neither compared nor written",
    "inactive": "the master is inactive, so only its field `active` is pushed (P3)",
    "not_linked": "the course is linked to no master, so nothing above wants anything of it",
    "ignored": "the course is marked Ignore Master Push (P2)",
    "exempt": "the catalog declares the calendar exempt (P2)",
    "not_served": "the catalog is not for this school and school year",
    "master_missing": "the master has left the catalog (P1)",
    "catalog_unknown": "the catalog was not read",
    "inherits": "sections have none of their own here and take the course's",
    "filled": "a section's own value wins over the course's, and no push clears it (S2)",
}
"""Why nothing is wanted of an item, or why nobody can tell."""


@dataclass(frozen=True, slots=True)
class Judged:
    """What one push would make of the course, and of the host that the story is about.

    `host` None: a section that the push does not look at.
    """

    course: Outcome
    host: Outcome | None


class Scene:
    """Everything that a story of one course, section or item is told from. Reads, never writes."""

    def __init__(self, snapshot: Snapshot, found: Found, catalogs: Sequence[Catalog], today: str) -> None:
        """Read the course and its sections; `today` (ISO 8601) is the day of the next push."""
        self.snapshot = snapshot
        self.course: CourseRecord = found.course
        self.calendar: Calendar = found.calendar
        self.section: SectionRecord | None = found.section
        self.today = today
        self.follow = following(found.course, found.calendar, {one.name: one for one in catalogs})
        self.sections = self._sections()
        places = {found.course.holding_id, *(one.holding_id for one in self.sections)}
        self.holdings = snapshot.holdings(places)
        self.used = snapshot.used({one.used_id for one in self.sections if one.used_id is not None})

    def _sections(self) -> tuple[SectionRecord, ...]:
        rows = self.snapshot.sections([self.calendar.id])
        ids = [row.id for row in rows if row.course_id == self.course.id]
        return tuple(self.snapshot.section_records(ids)) if ids else ()

    @property
    def on_section(self) -> bool:
        """Is the story about a section?"""
        return self.section is not None

    @property
    def host(self) -> int:
        """The id of the course or section that the story is about."""
        return self.section.id if self.section else self.course.id

    @property
    def holding(self) -> Holding:
        """What it has."""
        return self.holdings[self.section.holding_id] if self.section else self.course_holding

    @property
    def course_holding(self) -> Holding:
        """What its course has."""
        return self.holdings[self.course.holding_id]

    @property
    def below(self) -> tuple[SectionRecord, ...]:
        """The section, or all sections of the course."""
        return (self.section,) if self.section else self.sections

    def uses(self, one: SectionRecord) -> Used | None:
        """What a section uses; None where its uses were never read."""
        return None if one.used_id is None else self.used[one.used_id]

    @cached_property
    def counts(self) -> tuple[tuple[int, Use, Counts], ...]:
        """(section id, use, counts) of the section, or of all sections of the course."""
        ids = [one.id for one in self.below]
        return tuple(self.snapshot.counts(ids)) if ids else ()

    @cached_property
    def residuals(self) -> dict[tuple[Area, str], int]:
        """(area, key) -> the first run that left a residual that still is one, over the same sections."""
        ids = {one.id for one in self.below}
        found: dict[tuple[Area, str], int] = {}
        for row in self.snapshot.residual_rows():
            if row.section_id in ids and row.cleared_run is None:
                place = (row.area, row.key)
                found[place] = min(row.since_run, found.get(place, row.since_run))
        return found

    @cached_property
    def want(self) -> Wanted | None:
        """What the master wants of the course when everything is ticked; None where no push reaches it."""
        catalog, master = self.follow.catalog, self.follow.master
        if self.follow.why or catalog is None or master is None:
            return None
        names = (self.calendar.name,)
        scope = Scope(self.calendar.year, self.today, names, to_sections=True, cross_site=True)
        return wanted(catalog.name, master, catalog.locks, scope)

    @cached_property
    def from_masters(self) -> Judged | None:
        """The next push from masters, all ticked, to sections; None where it does not reach the course."""
        if self.want is None:
            return None
        pairs = [(self.holdings[one.holding_id], self.uses(one)) for one in self.sections]
        course, sections = judge_whole(self.want, self.course_holding, pairs, len(self.calendar.terms))
        if self.section is None:
            return Judged(course, course)
        return Judged(course, sections[[one.id for one in self.sections].index(self.host)])

    @cached_property
    def given(self) -> Below:
        """What the course, as it is, gives its sections in a push from courses."""
        names = (self.calendar.name,)
        scope = Scope(self.calendar.year, self.today, names, from_courses=True, cross_site=True)
        return from_course(self.course_holding, scope)

    @cached_property
    def from_courses(self) -> Outcome | None:
        """The next push from courses, for a section; None where it does not reach it (S3)."""
        if self.section is None or self.course.mapped:
            return None
        uses = self.uses(self.section)
        return SectionQuestion(self.given, self.holding).outcome(lambda: uses)

    def carried(self, area: Area) -> bool:
        """Does the next push from masters judge this area of the host?"""
        want = self.want
        if want is None or not self.on_section:
            return want is not None and area in want.setups
        return area in want.down and want.active

    def wish(self, area: Area, key: str) -> Wish:
        """What above wants of one item of the host now."""
        return self._of_section(area, key) if self.on_section else self._of_course(area, key)

    def _of_course(self, area: Area, key: str) -> Wish:
        if self.want is None:
            return Wish(None, self.follow.why != "catalog_unknown", self.follow.why)
        if not self.want.active and (area, key) != (Area.COURSE_INFO, "active"):
            return Wish(None, known=True, why="inactive")
        one = self.want.setups[area].get(key) if area in self.want.setups else None
        if one is None and self._open(area, key):
            return Wish(None, known=True, why="unlocked")
        if one is None and area in FIELD_AREAS:
            return Wish(None, known=True, why="not_named")
        return Wish(one, known=True)

    def _open(self, area: Area, key: str) -> bool:
        catalog = self.follow.catalog
        return catalog is not None and catalog.locks.of(area, key) is Lock.UNLOCKED

    def _of_section(self, area: Area, key: str) -> Wish:
        if self.follow.why == "catalog_unknown":
            return Wish(None, known=False, why="catalog_unknown")
        below = self.from_masters.course.below if self.from_masters else None
        if below is not None and area in below.setups:
            return Wish(below.setups[area].get(key), known=True)
        if area not in self.given.setups or (area is Area.COURSE_INFO and key != "advisory"):
            return Wish(None, known=True, why="inherits")
        return Wish(self.given.setups[area].get(key), known=True)
