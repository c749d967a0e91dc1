"""This room is what reading a store has in common, whichever database it is in.

What differs is how rows are asked for, and the queries that a database must be helped with.
"""

from __future__ import annotations

import json
from itertools import groupby
from operator import itemgetter
from typing import TYPE_CHECKING, Any, Self

from reconciler.course import Calendar, Counts, ListKind, Setup, Use
from reconciler.current import (
    Alias,
    CourseRecord,
    Followed,
    KeyMoved,
    ListMoved,
    Moved,
    ResidualMark,
    ResidualRow,
    Run,
    SectionRecord,
)
from reconciler.stores import interning, jobs, journal, places
from reconciler.stores.interning import AREAS, Shelf, Values

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Iterator, Mapping
    from types import TracebackType

    from sqlalchemy import Connection

    from reconciler.course import Holding, Used
    from reconciler.current import Job

_COURSE_RECORDS = """
    SELECT id, calendar_id, number, name, catalog, master, dormant, ignored, mapped, source_id, holding_id
    FROM course {} ORDER BY id"""
_SECTION_RECORDS = """
    SELECT id, course_id, number, teacher, meeting_id, source_id, holding_id, used_id
    FROM section {} ORDER BY course_id, id"""
_THINGS = "SELECT id, area, key, term FROM thing ORDER BY area, key, term"
_COUNTS = """
    SELECT section_id, thing_id, assignments, scores, posted, comments FROM evidence {} ORDER BY section_id"""
_ALIASES = "SELECT on_section, host_id, area, source_key, key FROM alias"
_OPEN = """
    SELECT section_id, area, key, since_run FROM residual WHERE cleared_run IS NULL
    ORDER BY section_id, area, key"""
_RESIDUALS = """
    SELECT section_id, area, key, since_run, cleared_run FROM residual
    ORDER BY section_id, area, key, since_run, id"""


class StoredSnapshot:
    """What every `Snapshot` (current.py) of a database does alike."""

    _connection: Connection
    _driver: Any
    _shelf: Shelf
    _values: Values

    def __enter__(self) -> Self:
        """Read for as long as the block lasts."""
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """End the reading."""
        self.end()

    def end(self) -> None:
        """Close what still streams; what is asked for later is refused."""
        raise NotImplementedError

    def _stream(self, query: str) -> Iterator[tuple[Any, ...]]:
        """Rows as they come, for as long as the snapshot is open."""
        raise NotImplementedError

    def _rows(self, query: str, column: str, ids: Collection[int] | None) -> Iterator[tuple[Any, ...]]:
        """The rows of these ids, or all; `{}` of the query takes the condition."""
        raise NotImplementedError

    def calendars(self) -> tuple[Calendar, ...]:
        """All calendars, by name."""
        return places.calendars(self._connection)

    def schools(self) -> tuple[tuple[str, str | None], ...]:
        """All schools by name, each with the id its source gives it."""
        return places.schools(self._connection)

    def meetings(self) -> dict[int, tuple[int, ...]]:
        """The positions of the terms in which sections meet, by the id of the meeting."""
        query = "SELECT id, terms FROM meeting"
        return {place: tuple(json.loads(told)) for place, told in self._driver.execute(query)}

    def meet(self, setups: Iterable[Setup]) -> None:
        """Setups that the reader has in hand: an equal one that is read later comes as the same object."""
        self._values.met.update((one.digest, one) for one in setups)

    def holdings(self, ids: Iterable[int]) -> dict[int, Holding]:
        """Holdings by id; equal setups come as one object."""
        return interning.read_holdings(self._shelf, self._values, ids)

    def used(self, ids: Iterable[int]) -> dict[int, Used]:
        """Used sets by id."""
        return interning.read_used(self._shelf, self._values, ids)

    def lists(self, catalog: str) -> Mapping[ListKind, Setup]:
        """The named lists of a catalog as last applied; a missing kind was never applied."""
        found = places.list_places(self._connection, catalog)
        known = self._setups(set(found.values()))
        return {kind: known[place] for kind, place in found.items()}

    def course_records(self, ids: Collection[int] | None = None) -> Iterator[CourseRecord]:
        """Whole course rows by id; all of them without `ids`."""
        for row in self._rows(_COURSE_RECORDS, "id", ids):
            yield CourseRecord._make((*row[:7], bool(row[7]), bool(row[8]), *row[9:]))

    def section_records(self, ids: Collection[int] | None = None) -> Iterator[SectionRecord]:
        """Whole section rows by course id and id; all of them without `ids`."""
        terms = self.meetings()
        for row in self._rows(_SECTION_RECORDS, "id", ids):
            yield SectionRecord._make((*row[:4], terms.get(row[4], ()), *row[5:]))

    def counts(self, section_ids: Collection[int] | None = None) -> Iterator[tuple[int, Use, Counts]]:
        """(section id, use, counts) by section id, area, key, term; all of them without ids."""
        things = {
            place: (rank, Use(AREAS[area], key, term))
            for rank, (place, area, key, term) in enumerate(self._driver.execute(_THINGS))
        }
        # Sorted here, section by section: a database would sort millions of rows by three texts.
        for section, found in groupby(self._rows(_COUNTS, "section_id", section_ids), key=itemgetter(0)):
            for (_, use), numbers in sorted((things[row[1]], row[2:]) for row in found):
                yield section, use, Counts._make(numbers)

    def aliases(self) -> Iterator[Alias]:
        """Every alias."""
        for on_section, host, area, source_key, key in self._stream(_ALIASES):
            yield Alias(bool(on_section), host, AREAS[area], source_key, key)

    def residuals(self) -> Iterator[tuple[ResidualMark, int]]:
        """Residuals that are not cleared, each with the run that left it."""
        for section, area, key, run in self._stream(_OPEN):
            yield ResidualMark(section, AREAS[area], key, cleared=False), run

    def residual_rows(self) -> Iterator[ResidualRow]:
        """Every residual that ever was, cleared ones too, by section id, area, key and first run."""
        for section, area, key, since, cleared in self._stream(_RESIDUALS):
            yield ResidualRow(section, AREAS[area], key, since, cleared)

    def runs(self, limit: int = 50) -> tuple[Run, ...]:
        """The newest runs first."""
        return journal.runs(self._connection, limit)

    def run(self, run_id: int) -> Run | None:
        """One run, or None."""
        return journal.run(self._connection, run_id)

    def moves(self, run_id: int) -> tuple[Moved, ...]:
        """A run's journal, in the order in which it was written; a batch has lines of its own."""
        return journal.moves(self._connection, run_id)

    def moves_of(self, host_id: int, *, on_section: bool) -> tuple[Moved, ...]:
        """Every move of one host, the newest first. The members are looked through here, not by SQL."""
        return journal.moves_of(self._connection, host_id, on_section=on_section)

    def key_moves(self, run_id: int) -> tuple[KeyMoved, ...]:
        """The items that got another key in a run."""
        return journal.key_moves(self._connection, run_id)

    def followed(self, run_id: int) -> tuple[Followed, ...]:
        """The masters that got another number in a run."""
        return journal.followed(self._connection, run_id)

    def list_moves(self, run_id: int) -> tuple[ListMoved, ...]:
        """The named lists that a run wrote."""
        return journal.list_moves(self._connection, run_id, self._setups)

    def setting(self, name: str) -> str | None:
        """A setting of the state; None where it was never set."""
        return places.setting(self._connection, name)

    def jobs(
        self, statuses: Collection[str] = (), *, since: str = "", until: str = "", limit: int | None = None
    ) -> tuple[Job, ...]:
        """Jobs (of these statuses, in this window of scheduled times), the latest scheduled first."""
        return jobs.jobs(self._connection, statuses, since, until, limit)

    def job(self, job_id: int) -> Job | None:
        """One job, or None."""
        return jobs.job(self._connection, job_id)

    def job_document(self, job_id: int) -> str:
        """The saved plan of a job, as it was given to `add_job`."""
        return jobs.document(self._connection, job_id)

    def _setups(self, ids: set[int | None]) -> dict[int | None, Setup]:
        interning.read_setups(self._shelf, self._values, ids)
        return self._values.setups
