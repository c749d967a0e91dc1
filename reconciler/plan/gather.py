"""This room brings all hosts of a push into cohorts, in bulk.

Hosts are first sorted into cases by whole numbers alone: wish, terms, holding. Then each case is judged, and
only where it asks for evidence are its hosts looked at one by one. So the work grows with the variety; what
grows with the size is reading the rows.
"""

from __future__ import annotations

from array import array
from collections import defaultdict
from itertools import islice
from typing import TYPE_CHECKING

from reconciler.keep.table import Hop
from reconciler.plan.hosts import UNREAD, Hosts, column
from reconciler.plan.model import Cohort
from reconciler.plan.walk import CHUNK

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from reconciler.current import CourseRow, SectionRow
    from reconciler.plan.outcome import Outcome
    from reconciler.plan.survey import Survey
    from reconciler.plan.targets import Aim
    from reconciler.plan.walk import Visit
    from reconciler.plan.wanted import Below

Group = tuple[int, int, int]
"""(wish, terms of the calendar, holding)."""
_UNSEEN, _WAITING = -1, -2
"""What a course gives: nothing that its sections are looked at for; not known yet."""


class Cohorts:
    """Cohorts while they grow, with the columns of their hosts.

    `skipped`: reason -> ids of courses. `asked`: the places of the courses whose sections had a part in what
    comes of them, each with its sections' places and holdings.
    """

    def __init__(self) -> None:
        """Start with none."""
        self.hosts = Hosts()
        self.skipped: dict[str, array[int]] = {}
        self.asked: dict[int, Sequence[tuple[int, int]]] = {}
        self._found: dict[tuple[object, ...], Cohort] = {}

    def skip(self, reason: str, course: int) -> None:
        """Leave a course out."""
        self.skipped.setdefault(reason, column()).append(course)

    def course(self, row: CourseRow, want: int) -> int:
        """Add a course; gives its place."""
        hosts = self.hosts
        hosts.courses.append(row.id)
        hosts.calendars.append(row.calendar_id)
        hosts.wants.append(want)
        return len(hosts.courses) - 1

    def section(self, row: SectionRow, course: int) -> int:
        """Add a section of the course at this place; gives its place."""
        hosts = self.hosts
        hosts.sections.append(row.id)
        hosts.above.append(course)
        hosts.used.append(UNREAD if row.used_id is None else row.used_id)
        return len(hosts.sections) - 1

    def join(self, hop: Hop, want: int, outcome: Outcome, places: array[int]) -> None:
        """Put hosts into the cohort of their outcome; sections of which the same is decided are in one."""
        key: tuple[object, ...] = (want, id(outcome))
        if hop is Hop.SECTION:
            want = -1
            key = (id(outcome),)
            if outcome.pieces is not None:
                key = ("pieces", *(id(one) for one in outcome.pieces if one.counts))
        cohort = self._found.get(key)
        if cohort is None:
            cohort = self._found[key] = Cohort(hop, want, outcome, self.hosts)
        cohort.places.extend(places)
        cohort.unchanged += outcome.unchanged * len(places)
        cohort.local += outcome.local * len(places)

    def add(self, visit: Visit) -> None:
        """Put one course and its sections into their cohorts."""
        if visit.outcome is None:
            self.skip(visit.skip, visit.course.id)
            return
        course = self.course(visit.course, visit.want)
        self.join(Hop.COURSE, visit.want, visit.outcome, array("q", [course]))
        for row, judged in visit.sections:
            section = self.section(row, course)
            if judged is not None:
                self.join(Hop.SECTION, visit.want, judged, array("q", [section]))

    def all(self) -> tuple[Cohort, ...]:
        """The cohorts of courses, then those of sections, each by its first host."""
        for one in self._found.values():
            one.places = array("q", sorted(one.places))
        order = list(Hop)
        return tuple(sorted(self._found.values(), key=lambda one: (order.index(one.hop), one.places[0])))


def gather(survey: Survey, into: Cohorts | None = None) -> Cohorts:
    """Bring all hosts that a push looks at into cohorts, case by case."""
    return _Gathering(survey, Cohorts() if into is None else into).run()


class _Gathering:
    """Hosts on their way into cohorts."""

    def __init__(self, survey: Survey, into: Cohorts) -> None:
        self.survey = survey
        self.from_courses = survey.targets.scope.from_courses
        self.cohorts = into
        self.groups: dict[Group, array[int]] = defaultdict(column)
        self.given: list[Below] = []
        self.gives = column()
        self.cells: dict[tuple[int, int], array[int]] = defaultdict(column)
        self.waiting: dict[int, list[tuple[int, int]]] = {}
        self._given: dict[int, int] = {}

    def run(self) -> Cohorts:
        """Sort, judge, sort, judge."""
        self._sort_courses()
        self.survey.fetch({holding for _, _, holding in self.groups}, ())
        asking = [group for group, places in self.groups.items() if not self._plain(group, places)]
        self._sort_sections()
        self._fetch()
        for group in asking:
            self._ask(group)
        for (given, holding), places in self.cells.items():
            self._section_case(self.given[given], holding, places)
        return self.cohorts

    def _sort_courses(self) -> None:
        terms = {place: len(one.terms) for place, one in self.survey.targets.calendars.items()}
        for row, aim in self._aimed():
            if aim.skip:
                self.cohorts.skip(aim.skip, row.id)
                continue
            want = -1 if self.from_courses else aim.want
            group = (want, 0 if self.from_courses else terms[row.calendar_id], row.holding_id)
            self.groups[group].append(self.cohorts.course(row, want))
        self.gives = array("q", [_WAITING]) * len(self.cohorts.hosts.courses)

    def _aimed(self) -> Iterator[tuple[CourseRow, Aim]]:
        """Every course that is concerned, with what is wanted of it."""
        targets, only = self.survey.targets, self.survey.only
        rows = iter(self.survey.snapshot.courses(sorted(targets.calendars)))
        while chunk := list(islice(rows, CHUNK)):
            self.cohorts.hosts.met += len(chunk)
            if only is not None:
                chunk = [row for row in chunk if row.id in only]
            numbers = self.survey.numbers(chunk)
            for row in chunk:
                aim = targets.aim(row, numbers.get(row.id, ""))
                if aim is not None:
                    yield row, aim

    def _plain(self, group: Group, places: array[int]) -> bool:
        """Judge courses that ask for no evidence."""
        want, terms, holding = group
        if self.from_courses:
            plain: Outcome | None = self.survey.as_it_is(holding)
        else:
            plain = self.survey.course(want, terms, holding).plain
        if plain is None:
            return False
        self._course(want, plain, places)
        return True

    def _course(self, want: int, outcome: Outcome, places: array[int]) -> None:
        if not self.from_courses:
            self.cohorts.join(Hop.COURSE, want, outcome, places)
        gives = self._gives(self.survey.gives(outcome))
        for place in places:
            self.gives[place] = gives

    def _gives(self, below: Below | None) -> int:
        if below is None:
            return _UNSEEN
        if id(below) not in self._given:
            self._given[id(below)] = len(self.given)
            self.given.append(below)
        return self._given[id(below)]

    def _sort_sections(self) -> None:
        """Sort every section by what it is given and by its holding."""
        hosts, cells, gives, waiting = self.cohorts.hosts, self.cells, self.gives, self.waiting
        place_of = {course: place for place, course in enumerate(hosts.courses)}
        ids, above, used = hosts.sections, hosts.above, hosts.used
        count = 0
        calendars = sorted(self.survey.targets.calendars)
        for section, course, holding, used_id in self.survey.snapshot.sections(calendars, hosts.few()):
            place = place_of.get(course)
            if place is None:
                continue
            ids.append(section)
            above.append(place)
            used.append(UNREAD if used_id is None else used_id)
            given = gives[place]
            if given >= 0:
                cells[given, holding].append(count)
            elif given == _WAITING:
                waiting.setdefault(place, []).append((count, holding))
            count += 1

    def _fetch(self) -> None:
        """Read the values that sections refer to."""
        hosts = self.cohorts.hosts
        held = {holding for _, holding in self.cells}
        held.update(holding for rows in self.waiting.values() for _, holding in rows)
        self.survey.fetch(held, set(hosts.used) - {UNREAD})
        hosts.idle = frozenset(place for place, one in self.survey.used.items() if not one)

    def _used(self, place: int) -> int | None:
        used = self.cohorts.hosts.used[place]
        return None if used == UNREAD else used

    def _ask(self, group: Group) -> None:
        """Judge courses one by one, by the evidence of their sections."""
        survey, case = self.survey, self.survey.course(*group)
        found: dict[int, tuple[Outcome, array[int]]] = {}
        for place in self.groups[group]:
            asked = self.cohorts.asked[place] = self.waiting.get(place, ())
            rows = [(holding, self._used(count)) for count, holding in asked]
            sections = [
                (survey.holdings[holding], None if used is None else survey.used[used])
                for holding, used in rows
            ]
            outcome = case.course(lambda sections=sections: sections)  # type: ignore[misc]
            found.setdefault(id(outcome), (outcome, column()))[1].append(place)
        for outcome, places in found.values():
            self._course(group[0], outcome, places)
            for place in places:
                given = self.gives[place]
                for count, holding in self.waiting.get(place, ()) if given >= 0 else ():
                    self.cells[given, holding].append(count)

    def _section_case(self, below: Below, holding: int, places: array[int]) -> None:
        case = self.survey.section(below, holding)
        if case.plain is not None:
            self.cohorts.join(Hop.SECTION, -1, case.plain, places)
            return
        by_used: dict[int | None, array[int]] = defaultdict(column)
        for place in places:
            by_used[self._used(place)].append(place)
        for used, those in by_used.items():
            outcome = case.section(None if used is None else self.survey.used[used])
            self.cohorts.join(Hop.SECTION, -1, outcome, those)
