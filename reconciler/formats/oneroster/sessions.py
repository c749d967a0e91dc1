"""This room turns academic sessions into the terms of calendars.

The terms of a calendar are the sessions of the finest type that its classes and line items lead to:
grading periods, else terms, else semesters, else the school year itself. A session leads to its own
whole tree, since sessions belong to no school.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from reconciler.formats.oneroster.manifest import GONE

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from reconciler.formats.oneroster.manifest import Manifest
    from reconciler.formats.tabular import Complaints

FINEST = ("gradingPeriod", "term", "semester", "schoolYear")
SUMMER = 7
"""The month from which on a session without a school year counts to the next one."""


class Session(NamedTuple):
    """One academic session; dates are ISO 8601, `year` None where the row says none."""

    id: str
    title: str
    type: str
    start: str
    end: str
    parent: str
    year: int | None


Sessions = dict[str, Session]


def read_sessions(manifest: Manifest, complaints: Complaints) -> Sessions:
    """All sessions by id."""
    wanted = ("sourcedId", "status", "title", "type", "startDate", "endDate", "parentSourcedId", "schoolYear")
    file = "academicSessions.csv"
    found: Sessions = {}
    with manifest.table("academicSessions", wanted, ("sourcedId",), complaints) as table:
        for line, (key, status, title, kind, start, end, parent, year) in table.rows:
            if status == GONE:
                continue
            if key in found:
                complaints.add(file, line, "lists the session {} again", key)
                continue
            if year and not year.isdigit():
                complaints.add(file, line, "has a school year that is no number")
            number = int(year) if year.isdigit() else None
            found[key] = Session(key, title or key, kind, start, end, parent, number)
    return found


def ancestry(sessions: Mapping[str, Session], key: str) -> list[Session]:
    """A session, its parent, and so on; a circle is walked once."""
    line: list[Session] = []
    while key in sessions and sessions[key] not in line:
        line.append(sessions[key])
        key = sessions[key].parent
    return line


def year_of(sessions: Mapping[str, Session], key: str) -> int | None:
    """The year in which the session's school year ends: as it says, as its parents say, or by its end."""
    line = ancestry(sessions, key)
    for session in line:
        if session.year is not None:
            return session.year
    end = line[0].end if line else ""
    year, month = end[:4], end[5:7]
    if not (year.isdigit() and month.isdigit()):
        return None
    return int(year) + (int(month) >= SUMMER)


def terms_of(sessions: Mapping[str, Session], named: Iterable[str], year: int) -> tuple[Session, ...]:
    """The terms of a calendar, in the order of their starts, given the sessions that are named in it."""
    roots = {line[-1].id for line in (ancestry(sessions, key) for key in named) if line}
    tree = [
        session
        for session in sessions.values()
        if ancestry(sessions, session.id)[-1].id in roots and year_of(sessions, session.id) == year
    ]
    for kind in FINEST:
        level = [session for session in tree if session.type == kind]
        if level:
            return tuple(sorted(level, key=lambda one: (one.start, one.end, one.title, one.id)))
    return ()


def positions(sessions: Mapping[str, Session], terms: tuple[Session, ...], key: str) -> tuple[int, ...]:
    """The positions of the terms that a session spans: itself, what is below it, or within its dates."""
    session = sessions.get(key)
    if session is None:
        return ()
    if session in terms:
        return (terms.index(session) + 1,)
    return tuple(
        place
        for place, term in enumerate(terms, 1)
        if session in ancestry(sessions, term.id) or _spans(session, term)
    )


def position(sessions: Mapping[str, Session], terms: tuple[Session, ...], key: str) -> int:
    """The one term that a session is, or lies in; 0 where there is no such one."""
    exact = positions(sessions, terms, key)
    if len(exact) == 1:
        return exact[0]
    above = [place for place, term in enumerate(terms, 1) if term in ancestry(sessions, key)]
    return above[0] if above else 0


def _spans(session: Session, term: Session) -> bool:
    return bool(session.start and session.end) and session.start <= term.start <= term.end <= session.end
