"""This room counts residuals one by one: where each is, since when, what uses it, what there is to do.

A residual is one row of the state from the run that left it to the run that saw it go; that is what it is
known by over all runs (domain.md 5 and 9).
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from reconciler.course import Area, Counts, Ref, cell_of, composite_of, names
from reconciler.plan.residuals import plus
from reconciler.plan.words import label, reference

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Iterator

    from reconciler.audit.filters import Chosen
    from reconciler.course import Holding, Item
    from reconciler.current import ResidualRow, Run, SectionRecord, Snapshot

TASKS = (Area.GRADING_TASKS, Area.STANDARDS)
PARTS = (Area.GRADE_CALC_OPTIONS, Area.COMPOSITE_GRADES, Area.COMPOSITE_WEIGHTS)


class Lingering(NamedTuple):
    """One residual. `kind` says what there is to do; `by`: what refers to it and so keeps it (R7)."""

    row: ResidualRow
    section: SectionRecord
    label: str
    counts: Counts
    kind: str
    by: tuple[str, ...]
    since: Run | None
    cleared: Run | None


def lingering(snapshot: Snapshot, chosen: Chosen, *, cleared: bool = False) -> Iterator[Lingering]:
    """Every residual that is there; with `cleared` those too that are gone."""
    rows = [
        one
        for one in snapshot.residual_rows()
        if one.area in chosen.areas and (cleared or one.cleared_run is None)
    ]
    sections = _sections(snapshot, {one.section_id for one in rows}, chosen)
    rows = [one for one in rows if one.section_id in sections]
    if not rows:
        return
    runs = {place: snapshot.run(place) for one in rows for place in (one.since_run, one.cleared_run) if place}
    held = {one.holding_id for one in sections.values()}
    held |= {chosen.courses[one.course_id].holding_id for one in sections.values()}
    holdings, sums = snapshot.holdings(held), _sums(snapshot, rows)
    for row in rows:
        section = sections[row.section_id]
        own, above = holdings[section.holding_id], chosen.courses[section.course_id].holding_id
        counts = sums.get((row.section_id, row.area, row.key), Counts())
        by = _named_by(row, (own, holdings[above]))
        yield Lingering(
            row,
            section,
            label(row.area, row.key, _item(row, (own, holdings[above]))),
            counts,
            _kind(row, section, counts, by),
            by,
            runs.get(row.since_run),
            runs.get(row.cleared_run or 0),
        )


def _sections(snapshot: Snapshot, ids: Collection[int], chosen: Chosen) -> dict[int, SectionRecord]:
    if chosen.sections is not None:
        return {place: one for place, one in chosen.sections.items() if place in ids}
    records = snapshot.section_records(ids) if ids else ()
    return {one.id: one for one in records if one.course_id in chosen.courses}


def _sums(snapshot: Snapshot, rows: Iterable[ResidualRow]) -> dict[tuple[int, Area, str], Counts]:
    """The evidence of each residual, all terms together."""
    places = {(one.section_id, one.area, one.key) for one in rows if one.cleared_run is None}
    found: dict[tuple[int, Area, str], Counts] = {}
    for section, use, counts in snapshot.counts(sorted({place[0] for place in places})) if places else ():
        place = (section, use.area, use.key)
        if place in places:
            found[place] = plus(found.get(place, Counts()), counts)
    return found


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
                    found.add(f"{area} {told}".replace("_", " "))
    return tuple(sorted(found))


def _row(key: str) -> str:
    (parent, _), (child, _) = composite_of(key)
    return f"{reference(parent)} <- {reference(child)}"


def _kind(row: ResidualRow, section: SectionRecord, counts: Counts, by: tuple[str, ...]) -> str:
    """What sort of residual it is, by what there is to do about it."""
    if row.cleared_run is not None:
        return "cleared"
    if row.area in PARTS:
        return "goes_with_task"
    if any(counts):
        return "category_used" if row.area is Area.CATEGORIES else "task_used"
    if section.used_id is None:
        return "uses_unknown"
    return "referred_to" if by else "unused"


def task_of(row: ResidualRow) -> str:
    """The task or standard that a residual calculation or composite belongs to."""
    if row.area is Area.GRADE_CALC_OPTIONS:
        return reference(cell_of(row.key)[0])
    return reference(composite_of(row.key)[0][0])
