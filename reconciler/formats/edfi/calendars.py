"""This room makes calendars of sessions and grading periods.

A calendar is a school and a school year. Its terms are its grading periods, or, where it has none, its
sessions; by their begin.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, NamedTuple

from reconciler.course import Term
from reconciler.formats.edfi.keys import PeriodKey, year_number

if TYPE_CHECKING:
    from reconciler.formats.edfi.keys import Offering
    from reconciler.formats.edfi.records import PeriodRow, Records, SessionRow

Key = tuple[str, int]
"""A calendar: the id of its school, and the year in which its school year ends."""
LATEST = "9999"


class Span(NamedTuple):
    """A term of a calendar, with every way in which others may refer to it."""

    name: str
    begin: str
    end: str
    ways: frozenset[tuple[str, ...]]


@dataclass(frozen=True, slots=True)
class Calendars:
    """The terms of every calendar; where a reference leads, and which terms a session spans."""

    spans: dict[Key, tuple[Span, ...]] = field(default_factory=dict)
    ids: dict[str, PeriodKey] = field(default_factory=dict)
    sessions: dict[tuple[str, str, str], SessionRow] = field(default_factory=dict)

    def terms(self, key: Key) -> tuple[Term, ...]:
        """The terms of one calendar, in order."""
        return tuple(Term(one.name, one.begin or None, one.end or None) for one in self.spans[key])

    def position(self, key: Key, period: PeriodKey) -> int:
        """The position of a grading period in its calendar; 0 where it is none of its terms."""
        whole = self.ids.get(period.school, period)
        for way in whole.ways():
            for place, span in enumerate(self.spans[key], 1):
                if way in span.ways:
                    return place
        return 0

    def meets(self, key: Key, offering: Offering) -> tuple[int, ...]:
        """The positions of the terms in which an offering's session takes place."""
        spans = self.spans[key]
        own = [place for place, span in enumerate(spans, 1) if ("session", offering.session) in span.ways]
        row = self.sessions.get((offering.school, offering.year, offering.session))
        if own or row is None:
            return tuple(own)
        named = {self.position(key, period) for period in row.periods} - {0}
        within = {
            place for place, span in enumerate(spans, 1) if row.begin <= span.begin <= span.end <= row.end
        }
        return tuple(sorted(named or within))


def calendars_of(records: Records) -> Calendars:
    """The calendars of every school and year that a session, a period or an offering names."""
    ids = {name: key for name, key in records.ids.items() if isinstance(key, PeriodKey)}
    periods: defaultdict[Key, list[Span]] = defaultdict(list)
    for row in records.periods:
        year = year_number(row.key.year)
        if year is not None:
            periods[row.key.school, year].append(_period(row))
    sessions: defaultdict[Key, dict[str, Span]] = defaultdict(dict)
    for school, text, name, begin, end in _sessions(records):
        year = year_number(text)
        if year is not None:
            sessions[school, year].setdefault(name, Span(name, begin, end, frozenset({("session", name)})))
    found = {key: list(spans.values()) for key, spans in sessions.items()} | periods
    ordered = {key: tuple(sorted(spans, key=_order)) for key, spans in found.items()}
    rows = {(row.school, row.year, row.name): row for row in records.sessions}
    return Calendars(ordered, ids, rows)


def _sessions(records: Records) -> list[tuple[str, str, str, str, str]]:
    listed = [(row.school, row.year, row.name, row.begin, row.end) for row in records.sessions]
    named = [(one.key.school, one.key.year, one.key.session, "", "") for one in records.offerings]
    return listed + named


def _period(row: PeriodRow) -> Span:
    name = row.key.name or row.key.code
    return Span(name, row.begin, row.end, frozenset(row.key.all_ways()))


def _order(span: Span) -> tuple[str, str, str]:
    return span.begin or LATEST, span.end, span.name
