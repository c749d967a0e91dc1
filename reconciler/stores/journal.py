"""This room reads and writes runs and their journal in SQLAlchemy's words, which any of the databases takes.

A journal's line names a move, and the hosts that made it as one compact text (`members.py`).
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sqlalchemy import insert, select, update

from reconciler import members
from reconciler.course import Area, ListKind
from reconciler.current import Followed, KeyMoved, ListMoved, Moved, Run
from reconciler.stores.tables import FOLLOWED, LISTED, MOVE, REKEYED, RUN

if TYPE_CHECKING:
    from collections.abc import Callable

    from sqlalchemy import Connection, Row, Table

    from reconciler.course import Setup
    from reconciler.current import Batch

_AREAS = {str(area): area for area in Area}
MOVED = ("run_id", "on_section", "before", "after", "members")
REKEYS = ("run_id", "on_section", "area", "was", "key", "members")
FOLLOWS = ("run_id", "catalog", "was", "number", "members")
"""The columns of the lines that a batch adds to `move`, `rekeyed` and `followed`."""


def runs(connection: Connection, limit: int) -> tuple[Run, ...]:
    """The newest runs first."""
    return tuple(map(Run._make, connection.execute(select(RUN).order_by(RUN.c.id.desc()).limit(limit))))


def run(connection: Connection, run_id: int) -> Run | None:
    """One run, or None."""
    row = connection.execute(select(RUN).where(RUN.c.id == run_id)).first()
    return Run._make(row) if row else None


def begin_run(connection: Connection, new: Run) -> int:
    """Add a run (its id is ignored); gives its id."""
    facts = new._asdict()
    del facts["id"]
    return int(connection.execute(insert(RUN).values(**facts).returning(RUN.c.id)).scalar_one())


def end_run(connection: Connection, run_id: int, ended: str, status: str, report: str | None) -> None:
    """Close a run."""
    this = update(RUN).where(RUN.c.id == run_id)
    connection.execute(this.values(ended=ended, status=status, report=report))


def moves(connection: Connection, run_id: int) -> tuple[Moved, ...]:
    """A run's journal, in the order in which it was written; a batch has lines of its own."""
    return tuple(map(_moved, _lines(connection, MOVE, run_id)))


def moves_of(connection: Connection, host_id: int, *, on_section: bool) -> tuple[Moved, ...]:
    """Every move of one host, the newest first. The members are looked through here, not by SQL."""
    query = select(MOVE).where(MOVE.c.on_section == on_section).order_by(MOVE.c.id.desc())
    return tuple(one for one in map(_moved, connection.execute(query)) if host_id in one.members)


def key_moves(connection: Connection, run_id: int) -> tuple[KeyMoved, ...]:
    """The items that got another key in a run."""
    return tuple(
        KeyMoved(row.on_section, _AREAS[row.area], row.was, row.key, members.unpack(row.members))
        for row in _lines(connection, REKEYED, run_id)
    )


def followed(connection: Connection, run_id: int) -> tuple[Followed, ...]:
    """The masters that got another number in a run."""
    return tuple(
        Followed(row.catalog, row.was, row.number, members.unpack(row.members))
        for row in _lines(connection, FOLLOWED, run_id)
    )


def list_moves(
    connection: Connection, run_id: int, setups: Callable[[set[int | None]], dict[int | None, Setup]]
) -> tuple[ListMoved, ...]:
    """The named lists that a run wrote; `setups` reads setups by id."""
    rows = _lines(connection, LISTED, run_id)
    known = setups({place for row in rows for place in (row.before, row.after)})
    return tuple(
        ListMoved(
            row.catalog,
            ListKind(row.kind),
            None if row.before is None else known[row.before],
            known[row.after],
        )
        for row in rows
    )


def _lines(connection: Connection, table: Table, run_id: int) -> list[Row[Any]]:
    query = select(table).where(table.c.run_id == run_id).order_by(table.c.id)
    return list(connection.execute(query).all())


def _moved(row: Row[Any]) -> Moved:
    return Moved(row.run_id, row.on_section, row.before, row.after, members.unpack(row.members))


def move_lines(run_id: int, batch: Batch, stale: frozenset[int]) -> list[tuple[int, bool, int, int, str]]:
    """What a batch adds to `move`, but for the courses left out."""
    courses: dict[tuple[int, int], list[int]] = {}
    for one in batch.courses:
        if one.before != one.after and one.id not in stale:
            courses.setdefault((one.before, one.after), []).append(one.id)
    sections: dict[tuple[int, int], list[int]] = {}
    for place, course, before, after, _, _ in batch.sections:
        if before != after and course not in stale:
            sections.setdefault((before, after), []).append(place)
    return [
        (run_id, on_section, *move, str(ids[0]) if len(ids) == 1 else members.pack(ids))
        for on_section, moved in ((False, courses), (True, sections))
        for move, ids in sorted(moved.items())
    ]


def key_lines(run_id: int, batch: Batch, stale: frozenset[int]) -> list[tuple[int, bool, str, str, str, str]]:
    """What a batch adds to `rekeyed`. A section of which nothing else moves is in no batch without it."""
    course_of = {one.id: one.course_id for one in batch.sections}
    moved: dict[tuple[bool, str, str, str], list[int]] = {}
    for one in batch.rekeyed:
        course = course_of.get(one.host_id) if one.on_section else one.host_id
        if course not in stale:
            moved.setdefault((one.on_section, one.area.value, one.was, one.key), []).append(one.host_id)
    return [(run_id, *move, members.pack(ids)) for move, ids in sorted(moved.items())]


def master_lines(run_id: int, batch: Batch, stale: frozenset[int]) -> list[tuple[int, str, str, str, str]]:
    """What a batch adds to `followed`: courses whose master got another number."""
    moved: dict[tuple[str, str, str], list[int]] = {}
    for one in batch.courses:
        catalog, was, _ = one.follows or (None, None, None)
        if one.master is not None and catalog is not None and was is not None and one.id not in stale:
            moved.setdefault((catalog, was, one.master), []).append(one.id)
    return [(run_id, *move, members.pack(ids)) for move, ids in sorted(moved.items())]
