"""This room reads and writes schools, calendars and settings in words which any of the databases takes."""

from __future__ import annotations

import json
from itertools import starmap
from typing import TYPE_CHECKING

from sqlalchemy import insert, select, update

from reconciler.course import Calendar, ListKind, Term
from reconciler.stores.tables import CALENDAR, LIST, SCHOOL, SETTING

if TYPE_CHECKING:
    from sqlalchemy import Connection


def calendars(connection: Connection) -> tuple[Calendar, ...]:
    """All calendars, by name."""
    rows = connection.execute(select(CALENDAR).order_by(CALENDAR.c.name, CALENDAR.c.id))
    return tuple(
        Calendar(row.id, row.name, row.school, row.year, tuple(starmap(Term, json.loads(row.terms))))
        for row in rows
    )


def schools(connection: Connection) -> tuple[tuple[str, str | None], ...]:
    """All schools by name, each with the id its source gives it."""
    rows = connection.execute(select(SCHOOL).order_by(SCHOOL.c.name))
    return tuple((row.name, row.source_id) for row in rows)


def setting(connection: Connection, name: str) -> str | None:
    """A setting of the state; None where it was never set."""
    told = connection.execute(select(SETTING.c.value).where(SETTING.c.name == name)).scalar()
    return None if told is None else str(told)


def list_places(connection: Connection, catalog: str) -> dict[ListKind, int]:
    """The setups of a catalog's named lists, by kind."""
    query = select(LIST.c.kind, LIST.c.setup_id).where(LIST.c.catalog == catalog).order_by(LIST.c.kind)
    return {ListKind(row.kind): row.setup_id for row in connection.execute(query)}


def put_school(connection: Connection, name: str, source_id: str | None) -> None:
    """Add a school, or set its source id."""
    this = update(SCHOOL).where(SCHOOL.c.name == name)
    if not connection.execute(this.values(source_id=source_id)).rowcount:
        connection.execute(insert(SCHOOL).values(name=name, source_id=source_id))


def put_calendar(connection: Connection, name: str, school: str, year: int, terms: tuple[Term, ...]) -> int:
    """Add a calendar (school and name say which), or set its year and terms; gives its id."""
    facts = {"year": year, "terms": json.dumps(terms, ensure_ascii=False)}
    this = (CALENDAR.c.school == school, CALENDAR.c.name == name)
    known = connection.execute(select(CALENDAR.c.id).where(*this)).scalar()
    if known is None:
        new = insert(CALENDAR).values(name=name, school=school, **facts).returning(CALENDAR.c.id)
        return int(connection.execute(new).scalar_one())
    connection.execute(update(CALENDAR).where(CALENDAR.c.id == known).values(**facts))
    return int(known)


def put_setting(connection: Connection, name: str, value: str) -> None:
    """Set a setting of the state."""
    this = update(SETTING).where(SETTING.c.name == name)
    if not connection.execute(this.values(value=value)).rowcount:
        connection.execute(insert(SETTING).values(name=name, value=value))
