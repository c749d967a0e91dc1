"""This room writes the way back of hosts whose source has not taken a run, and sums it up for the report."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, NamedTuple

from reconciler.course import Area, Part
from reconciler.current import Batch, CourseMove, Rekeyed, ResidualMark, SectionMove
from reconciler.formats.changes import changes
from reconciler.plan.words import KINDS, many

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from reconciler.course import Holding
    from reconciler.formats.changes import Change
    from reconciler.refresh.host import After
    from reconciler.refresh.journal import Journal, Step
    from reconciler.refresh.pool import Pool
    from reconciler.refresh.work import CalendarWork, CourseWork

_TASKS = (Area.GRADING_TASKS, Area.STANDARDS)


class Told(NamedTuple):
    """One change in words (`formats/changes.py`), without the key."""

    area: str
    item: str
    action: str
    field: str
    before: str
    after: str


class Lost(NamedTuple):
    """One change that did not arrive, in the words of a run's CSV, and in how many courses and sections."""

    area: str
    item: str
    action: str
    field: str
    before: str
    after: str
    courses: int
    sections: int

    def __str__(self) -> str:
        """`Homework (category): weight 20 -> 25 in 2 courses and 48 sections`."""
        return f"{self.item} ({KINDS[self.area]}): {self._what()} in {_hosts(self.courses, self.sections)}"

    def _what(self) -> str:
        if self.action in ("add", "remove"):
            told = self.after or self.before
            return ("new" if self.action == "add" else "removed") + (f" ({told})" if told else "")
        name = f"{self.field} " if self.field not in ("", "value", "name") else ""
        return f"{name}{self.before or 'not set'} -> {self.after or 'not set'}"


class NotTaken(NamedTuple):
    """A run that the source has not taken: its hosts are as before it, and its changes are pending again."""

    run: int
    courses: int
    sections: int
    changes: tuple[Lost, ...]

    def __str__(self) -> str:
        """`Run 5 did not arrive in 2 courses and 48 sections`."""
        return f"Run {self.run} did not arrive in {_hosts(self.courses, self.sections)}"

    @property
    def remedy(self) -> str:
        """What to do about it."""
        return (
            f"Load `reconcile export --run {self.run}` into the school system; if this is not wanted,"
            f" `reconcile undo {self.run}`."
        )


class Taken(NamedTuple):
    """A run that the source had not taken at an earlier refresh, and has now."""

    run: int
    courses: int
    sections: int


def _hosts(courses: int, sections: int) -> str:
    told = [many(courses, "course")] * bool(courses) + [many(sections, "section")] * bool(sections)
    return " and ".join(told)


class Tallied:
    """Sums what did not arrive over hosts; steps that are alike are compared once."""

    def __init__(self, journal: Journal) -> None:
        """Start with nothing."""
        self.journal = journal
        self._runs: Counter[tuple[int, bool, bool]] = Counter()
        self._lost: Counter[tuple[int, Told, bool]] = Counter()
        self._known: dict[tuple[object, ...], tuple[Change, ...]] = {}

    def add(self, works: Sequence[CourseWork]) -> None:
        """Count the hosts of a calendar that went back."""
        for work in works:
            if work.old is not None and work.after is not None:
                self._host(work.old.id, work.after, on_section=False)
            for one in work.sections:
                if one.old is not None:
                    self._host(one.old.id, one.after, on_section=True)

    def runs(self) -> tuple[NotTaken, ...]:
        """Every run that did not arrive, the newest first."""
        found = sorted({run for run, _, taken in self._runs if not taken}, reverse=True)
        return tuple(
            NotTaken(run, self._runs[run, False, False], self._runs[run, True, False], self._changes(run))
            for run in found
        )

    def late(self) -> tuple[Taken, ...]:
        """Every run that arrived now, the newest first."""
        found = sorted({run for run, _, taken in self._runs if taken}, reverse=True)
        return tuple(Taken(run, self._runs[run, False, True], self._runs[run, True, True]) for run in found)

    def _changes(self, run: int) -> tuple[Lost, ...]:
        told = dict.fromkeys(words for number, words, _ in self._lost if number == run)
        lost = [Lost(*words, self._lost[run, words, False], self._lost[run, words, True]) for words in told]
        order = list(Area)
        return tuple(
            sorted(lost, key=lambda one: (-one.sections - one.courses, order.index(Area(one.area)), one))
        )

    def _host(self, host: int, after: After, *, on_section: bool) -> None:
        if after.back is None:
            return
        way, areas = after.back.way, after.back.areas
        told: set[tuple[int, bool]] = set()
        for place, step in enumerate(way[: after.back.steps]):
            back = frozenset(area for area, last in areas.items() if last >= place)
            found = self._changed(step, host, back, on_section=on_section)
            run, taken = self._origin(way, place)
            if found:
                told.add((run, taken))
            if not taken:
                self._lost.update({(run, words, on_section): 1 for words in found})
        self._runs.update({(run, on_section, taken): 1 for run, taken in told})

    def _changed(self, step: Step, host: int, areas: frozenset[Area], *, on_section: bool) -> set[Told]:
        keys = {
            (area, was): key for area, was, key in self.journal.renames(step.run, host, on_section=on_section)
        }
        mark = (id(step.before), id(step.after), frozenset(keys.items()))
        if mark not in self._known:
            self._known[mark] = changes(step.before, step.after, keys)
        return {Told(one.area.value, *one[2:]) for one in self._known[mark] if one.area in areas}

    def _origin(self, way: Sequence[Step], place: int) -> tuple[int, bool]:
        """The run that a step is about, and whether going back over the step means that the run arrived.

        An import's own way back is no news of its own: over it the run arrives, over two of them it does not.
        """
        last = place
        while last + 1 < len(way) and self.journal.is_import(way[last].run):
            last += 1
        return way[last].run, (last - place) % 2 == 1


def way_back(work: CalendarWork, pool: Pool) -> Batch | None:
    """The moves of the hosts that went back, with keys and residual marks; None where none did."""
    courses = [
        CourseMove(one.old.id, one.old.holding_id, pool.place(one.after.holding), None, None, None)
        for one in work.works
        if one.old is not None and one.after is not None and one.after.back is not None
    ]
    sections = [
        (one.old, one.after)
        for each in work.works
        for one in each.sections
        if one.old is not None and one.after.back is not None
    ]
    if not courses and not sections:
        return None
    moves = [
        SectionMove(
            old.id, old.course_id, old.holding_id, pool.place(after.holding), old.used_id, old.used_id
        )
        for old, after in sections
    ]
    rekeyed = [
        Rekeyed(on_section, host, area, key, was)
        for on_section, host, after in _hosts_back(work)
        for (area, key), was in (after.back.keys if after.back else {}).items()
    ]
    return Batch(courses, moves, residuals=list(_marks(work)), rekeyed=rekeyed)


def _hosts_back(work: CalendarWork) -> Iterator[tuple[bool, int, After]]:
    for each in work.works:
        if each.old is not None and each.after is not None:
            yield False, each.old.id, each.after
        yield from ((True, one.old.id, one.after) for one in each.sections if one.old is not None)


def _marks(work: CalendarWork) -> Iterator[ResidualMark]:
    """The residual tasks of a course that goes back, at its sections: gone with the run, or there again."""
    below: dict[int, list[int]] = {}
    for section in work.sections:
        below.setdefault(section.course_id, []).append(section.id)
    for each in work.works:
        if each.old is None or each.after is None or each.after.back is None:
            continue
        before, now = _kept(each.before.holding), _kept(each.after.holding)
        if before == now:
            continue
        uses = {one.old.id: one.after.uses for one in each.sections if one.old is not None}
        for place in below.get(each.old.id, ()):
            yield from (ResidualMark(place, *one, cleared=True) for one in sorted(before - now))
            found = uses.get(place, work.uses.get(place))
            for area, key in sorted(now - before):
                if found is None or any((use.area, use.key) == (area, key) for use in found):
                    yield ResidualMark(place, area, key, cleared=False)


def _kept(holding: Holding) -> frozenset[tuple[Area, str]]:
    return frozenset((area, one.key) for area in _TASKS for one in holding.get(area, Part.OWN) if one.kept)
