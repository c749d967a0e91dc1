"""This room tells the course audit: each course's state, and of a desynced one what differs first."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

from reconciler.audit.states import State, audit
from reconciler.plan.reasons import CAUSES
from reconciler.reports.model import Column, Report
from reconciler.reports.why import standing

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence

    from reconciler.audit.filters import Chosen
    from reconciler.audit.states import Standing
    from reconciler.course import Catalog
    from reconciler.current import Snapshot
    from reconciler.reports.model import Cell

COLUMNS = (
    Column("state", "State"),
    Column("school", "School"),
    Column("calendar", "Calendar"),
    Column("course", "Course"),
    Column("name", "Name"),
    Column("catalog", "Catalog", detail=True),
    Column("master", "Master"),
    Column("reason", "Reason"),
    Column("area", "Area"),
    Column("item", "First item that differs"),
    Column("field", "Field"),
    Column("now", "Now"),
    Column("wanted", "Master has"),
    Column("cause", "Cause", detail=True),
    Column("likely_cause", "Why"),
    Column("what_to_do", "What to do"),
)
LEFT_OUT = (
    ("exempt", "In exempt calendars, left out"),
    ("not_served", "Where no catalog here is for, left out"),
    ("other_catalog", "Linked to other catalogs, left out"),
)
_ORDER = {state: place for place, state in enumerate(State)}


def course_audit(
    snapshot: Snapshot, catalogs: Sequence[Catalog], chosen: Chosen, *, only: Collection[State] = ()
) -> Report:
    """The course audit; `only` courses in these states are listed, the sums are of all."""
    found = audit(catalogs, snapshot, chosen)
    sums = Counter(one.state for one in found.standings.values())
    ids = [place for place, one in found.standings.items() if not only or one.state in only]
    ids.sort(key=lambda place: (_ORDER[found.standings[place].state], chosen.place(place), place))
    return Report(
        "audit",
        "Course audit",
        COLUMNS,
        tuple(_row(chosen, place, found.standings[place]) for place in ids),
        facts=(
            ("courses", "Courses", len(found.standings)),
            ("linked", "Linked", sums[State.LINKED]),
            ("course_controlled", "Course Controlled", sums[State.COURSE_CONTROLLED]),
            ("desynced", "Desynced", sums[State.DESYNCED]),
            *((name, title, found.left_out.get(name, 0)) for name, title in LEFT_OUT),
            ("state", "Only states", tuple(sorted(only))),
            *chosen.filters.facts(),
        ),
        group=3,
        nothing="No course is to be told of.",
    )


def _row(chosen: Chosen, place: int, one: Standing) -> tuple[Cell, ...]:
    record, first = chosen.courses[place], one.first
    differs: tuple[Cell, ...] = (None,) * 6
    if first is not None:
        differs = (first.area, first.label, first.field, first.now, first.wanted, first.cause)
        differs = (*(cell or None for cell in differs[:3]), *differs[3:])
    return (
        one.state.value,
        *chosen.place(place),
        record.name,
        record.catalog,
        record.master,
        one.reason or None,
        *differs,
        CAUSES[first.cause] if first else standing(one.reason).says if one.reason else None,
        _remedy(chosen, place, one) or None,
    )


def _remedy(chosen: Chosen, place: int, one: Standing) -> str:
    if one.state is State.DESYNCED:
        return f'`reconcile relink "{chosen.address(place)}"` puts it back; used residuals stay.'
    return standing(one.reason).do
