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
    from collections.abc import Iterable, Sequence

    from reconciler.current import CourseRow, SectionRow
    from reconciler.plan.cases import Case
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

    def courses(self, rows: Sequence[CourseRow], wants: Iterable[int]) -> int:
        """Add courses with their wishes; gives the place of the first."""
        hosts = self.hosts
        first = len(hosts.courses)
        hosts.courses.extend(row.id for row in rows)
        hosts.calendars.extend(row.calendar_id for row in rows)
        hosts.wants.extend(wants)
        return first

    def section(self, row: SectionRow, course: int) -> int:
        """Add a section of the course at this place; gives its place."""
        hosts = self.hosts
        hosts.sections.append(row.id)
        hosts.above.append(course)
        hosts.used.append(UNREAD if row.used_id is None else row.used_id)
        hosts.meets.append(UNREAD if row.meeting_id is None else row.meeting_id)
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
        course = self.courses((visit.course,), (visit.want,))
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
        # Wish by wish, so that each is laid out once and none is kept.
        asking = [(case, one) for one in sorted(self.groups) if (case := self._judge(one, self.groups[one]))]
        self._sort_sections()
        self._fetch()
        for case, group in asking:
            self._ask(case, group)
        for (given, holding), places in self.cells.items():
            self._section_case(self.given[given], holding, places)
        return self.cohorts

    def _sort_courses(self) -> None:
        """Sort every course that is concerned by its wish, its calendar's terms and its holding."""
        targets, groups = self.survey.targets, self.groups
        terms = {place: len(one.terms) for place, one in targets.calendars.items()}
        if self.from_courses:
            terms = dict.fromkeys(terms, 0)
        rows = iter(self.survey.snapshot.courses(sorted(targets.calendars)))
        while chunk := list(islice(rows, CHUNK)):
            self.cohorts.hosts.met += len(chunk)
            found = self._aimed(chunk)
            wants = [-1] * len(found) if self.from_courses else [aim.want for _, aim in found]
            met = [row for row, _ in found]
            for place, (row, want) in enumerate(
                zip(met, wants, strict=True), self.cohorts.courses(met, wants)
            ):
                groups[want, terms[row.calendar_id], row.holding_id].append(place)
        self.gives = array("q", [_WAITING]) * len(self.cohorts.hosts.courses)

    def _aimed(self, chunk: Sequence[CourseRow]) -> list[tuple[CourseRow, Aim]]:
        """The courses of a chunk that are concerned, with what is wanted of them; notes what is skipped."""
        targets, only, found = self.survey.targets, self.survey.only, []
        if only is not None:
            chunk = [row for row in chunk if row.id in only]
        numbers = self.survey.numbers(chunk)
        for row in chunk:
            aim = targets.aim(row, numbers.get(row.id, ""))
            if aim is None:
                continue
            if aim.skip:
                self.cohorts.skip(aim.skip, row.id)
            else:
                found.append((row, aim))
        return found

    def _judge(self, group: Group, places: array[int]) -> Case | None:
        """Judge courses; gives their case where it asks for evidence."""
        want, terms, holding = group
        if self.from_courses:
            self._course(want, self.survey.as_it_is(holding), places)
            return None
        case = self.survey.cases.course(want, terms, self.survey.holdings[holding])
        if case.plain is None:
            return case
        self._course(want, case.plain, places)
        return None

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
        hosts, cells, gives = self.cohorts.hosts, self.cells, self.gives
        place_of = {course: place for place, course in enumerate(hosts.courses)}
        rows = iter(self.survey.snapshot.sections(sorted(self.survey.targets.calendars), hosts.few()))
        while chunk := list(islice(rows, CHUNK)):
            chunk = [row for row in chunk if row.course_id in place_of]
            ids, courses, holdings, used, meets = zip(*chunk, strict=True) if chunk else ((),) * 5
            above = list(map(place_of.__getitem__, courses))
            for place, cell in enumerate(
                zip(map(gives.__getitem__, above), holdings, strict=True), len(hosts.above)
            ):
                cells[cell].append(place)
            hosts.sections.extend(ids)
            hosts.above.extend(above)
            hosts.used.extend(UNREAD if one is None else one for one in used)
            hosts.meets.extend(UNREAD if one is None else one for one in meets)
        for key in [one for one in cells if one[0] < 0]:
            places = cells.pop(key)
            for place in places if key[0] == _WAITING else ():
                self.waiting.setdefault(hosts.above[place], []).append((place, key[1]))
        for told in self.waiting.values():
            told.sort()

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

    def _ask(self, case: Case, group: Group) -> None:
        """Judge courses one by one, by the evidence of their sections."""
        survey = self.survey
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
        case = self.survey.cases.section(below, self.survey.holdings[holding])
        if case.plain is not None:
            self.cohorts.join(Hop.SECTION, -1, case.plain, places)
            return
        by_used: dict[int | None, array[int]] = defaultdict(column)
        for place in places:
            by_used[self._used(place)].append(place)
        for used, those in by_used.items():
            outcome = case.section(None if used is None else self.survey.used[used])
            self.cohorts.join(Hop.SECTION, -1, outcome, those)
