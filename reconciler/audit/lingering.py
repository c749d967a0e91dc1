"""This room counts residuals one by one: where each is, since when, what uses it, what there is to do.

A residual is one row of the state from the run that left it to the run that saw it go; that is what it is
known by over all runs (domain.md 5 and 9).
"""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING, NamedTuple

from reconciler.course import Area, Counts, Part, Ref, cell_of, composite_of, names
from reconciler.current import ResidualRow
from reconciler.plan.residuals import plus
from reconciler.plan.words import KINDS, label, reference

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Iterator

    from reconciler.audit.filters import Chosen
    from reconciler.course import Holding, Item
    from reconciler.current import Run, SectionRecord, Snapshot

TASKS = (Area.GRADING_TASKS, Area.STANDARDS)
PARTS = (Area.GRADE_CALC_OPTIONS, Area.COMPOSITE_GRADES, Area.COMPOSITE_WEIGHTS)


class Lingering(NamedTuple):
    """One residual. `kind` says what there is to do; `by`: what refers to it and so keeps it (R7).

    `section` None: no section's evidence keeps it, the course is its container. A residual that has not
    reached its sections is no row of the state yet: then `row` has no run (0).
    """

    row: ResidualRow
    course: int
    section: SectionRecord | None
    label: str
    counts: Counts
    kind: str
    by: tuple[str, ...]
    since: Run | None
    cleared: Run | None


def lingering(snapshot: Snapshot, chosen: Chosen, *, cleared: bool = False) -> Iterator[Lingering]:
    """Every residual that is there; with `cleared` those too that are gone."""
    rows = [one for one in snapshot.residual_rows() if one.area in chosen.areas]
    above = _held_above(snapshot, chosen)
    sections = _sections(snapshot, {one.section_id for one in rows}, chosen, above)
    rows = [one for one in rows if one.section_id in sections]
    sums = _sums(snapshot, rows, sections.values(), above)
    waiting = list(_not_yet_below(rows, sections.values(), above, sums, chosen))
    found = [(one, sections[one.section_id].course_id) for one in rows if cleared or one.cleared_run is None]
    found += waiting
    runs = {
        place: snapshot.run(place) for row, _ in found for place in (row.since_run, row.cleared_run) if place
    }
    held = {sections[row.section_id].holding_id for row, _ in found if row.section_id}
    held |= {chosen.courses[course].holding_id for _, course in found}
    holdings = snapshot.holdings(held) if held else {}
    for row, course in found:
        section = sections.get(row.section_id)
        places = [section.holding_id] if section else []
        there = [holdings[place] for place in (*places, chosen.courses[course].holding_id)]
        counts = sums.get((row.section_id, row.area, row.key), Counts())
        by = _named_by(row, there)
        name = label(row.area, row.key, _item(row, there))
        since, gone = runs.get(row.since_run), runs.get(row.cleared_run or 0)
        if gone is not None:
            counts = Counts()
        yield Lingering(row, course, section, name, counts, _kind(row, section, counts, by), by, since, gone)


def _held_above(snapshot: Snapshot, chosen: Chosen) -> dict[int, frozenset[tuple[Area, str]]]:
    """What courses keep: course -> (area, key). A weight goes with its row and is not told apart."""
    ids = {one.holding_id for one in chosen.courses.values()}
    holdings = snapshot.holdings(ids) if ids else {}
    kept = {
        place: frozenset(one for one in _kept(held) if one[0] in chosen.areas)
        for place, held in holdings.items()
    }
    return {place: kept[one.holding_id] for place, one in chosen.courses.items() if kept[one.holding_id]}


def _not_yet_below(
    rows: Iterable[ResidualRow],
    sections: Iterable[SectionRecord],
    above: dict[int, frozenset[tuple[Area, str]]],
    sums: dict[tuple[int, Area, str], Counts],
    chosen: Chosen,
) -> Iterator[tuple[ResidualRow, int]]:
    """Residuals of courses that no row of a section tells of: at the sections that use them, else alone."""
    told = {(one.section_id, one.area, one.key) for one in rows if one.cleared_run is None}
    below: dict[int, list[SectionRecord]] = {}
    for one in sections:
        below.setdefault(one.course_id, []).append(one)
    for course, kept in above.items():
        for area, key in sorted(kept):
            there = below.get(course, [])
            if any((one.id, area, key) in told for one in there):
                continue
            using = [one.id for one in there if one.used_id is None or (one.id, area, key) in sums]
            if area in PARTS or not using:
                using = [] if chosen.sections is not None else [0]
            yield from ((ResidualRow(place, area, key, 0, None), course) for place in using)


def _sections(
    snapshot: Snapshot, ids: Collection[int], chosen: Chosen, above: Collection[int]
) -> dict[int, SectionRecord]:
    """The sections that residuals are in, and those of courses that have some."""
    if chosen.sections is not None:
        return {
            place: one for place, one in chosen.sections.items() if place in ids or one.course_id in above
        }
    records = snapshot.section_records() if above else snapshot.section_records(ids) if ids else ()
    return {
        one.id: one
        for one in records
        if one.course_id in chosen.courses and (one.id in ids or one.course_id in above)
    }


def _sums(
    snapshot: Snapshot,
    rows: Iterable[ResidualRow],
    sections: Iterable[SectionRecord],
    above: dict[int, frozenset[tuple[Area, str]]],
) -> dict[tuple[int, Area, str], Counts]:
    """The evidence of each residual, all terms together."""
    places = {(one.section_id, one.area, one.key) for one in rows}
    places |= {(one.id, *kept) for one in sections for kept in above.get(one.course_id, ())}
    found: dict[tuple[int, Area, str], Counts] = {}
    for section, use, counts in snapshot.counts(sorted({place[0] for place in places})) if places else ():
        place = (section, use.area, use.key)
        if place in places and any(counts):
            found[place] = plus(found.get(place, Counts()), counts)
    return found


@lru_cache(maxsize=10_000)
def _kept(held: Holding) -> frozenset[tuple[Area, str]]:
    kept = {(area, one.key) for area in Area for one in held.get(area, Part.OWN) if one.kept}
    rows = {key for area, key in kept if area is Area.COMPOSITE_GRADES}
    return frozenset(one for one in kept if one[0] is not Area.COMPOSITE_WEIGHTS or one[1] not in rows)


def _item(row: ResidualRow, holdings: Iterable[Holding]) -> Item | None:
    """The residual as it is now: in the section, or (a task) in its course."""
    found = (one for held in holdings for one in held.here(row.area) if one.key == row.key)
    return next(found, None)


def _named_by(row: ResidualRow, holdings: Iterable[Holding]) -> tuple[str, ...]:
    """The categories and composites that stay and name a residual task or standard."""
    if row.area not in TASKS:
        return ()
    ref, found = Ref(row.area, row.key), set()
    for held in holdings:
        for area in (Area.CATEGORIES, Area.COMPOSITE_GRADES):
            for one in held.here(area):
                if ref in names(area, one):
                    told = label(area, one.key, one) if area is Area.CATEGORIES else _row(one.key)
                    found.add(f"{KINDS[area]} {told}")
    return tuple(sorted(found))


def _row(key: str) -> str:
    (parent, _), (child, _) = composite_of(key)
    return f"{reference(parent)} <- {reference(child)}"


def _kind(row: ResidualRow, section: SectionRecord | None, counts: Counts, by: tuple[str, ...]) -> str:
    """What sort of residual it is, by what there is to do about it."""
    if row.cleared_run is not None:
        return "cleared"
    if row.area in PARTS:
        return "goes_with_task"
    if any(counts):
        return "category_used" if row.area is Area.CATEGORIES else "task_used"
    if section is not None and section.used_id is None:
        return "uses_unknown"
    return "referred_to" if by else "unused"


def task_of(row: ResidualRow) -> str:
    """The task or standard that a residual calculation or composite belongs to."""
    if row.area is Area.GRADE_CALC_OPTIONS:
        return reference(cell_of(row.key)[0])
    return reference(composite_of(row.key)[0][0])
