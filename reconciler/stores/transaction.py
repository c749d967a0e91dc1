"""This room is what writing a store has in common, whichever database it is in."""

from __future__ import annotations

from typing import TYPE_CHECKING

from reconciler.stores import interning, jobs, journal, locks, places
from reconciler.stores.snapshot import StoredSnapshot

if TYPE_CHECKING:
    from collections.abc import Iterable

    from reconciler.course import Holding, Term, Used
    from reconciler.current import CalendarLock, Job, Run


class StoredTransaction(StoredSnapshot):
    """What every `Transaction` (current.py) of a database does alike."""

    def keep_holdings(self, holdings: Iterable[Holding]) -> dict[Holding, int]:
        """The ids of these holdings; new ones (and their setups) are stored."""
        return interning.keep_holdings(self._shelf, self._values, holdings)

    def keep_used(self, sets: Iterable[Used]) -> dict[Used, int]:
        """The ids of these used sets; new ones are stored."""
        return interning.keep_used(self._shelf, sets)

    def put_school(self, name: str, source_id: str | None) -> None:
        """Add a school, or set its source id."""
        places.put_school(self._connection, name, source_id)

    def put_calendar(self, name: str, school: str, year: int, terms: tuple[Term, ...]) -> int:
        """Add a calendar (school and name say which), or set its year and terms; gives its id."""
        return places.put_calendar(self._connection, name, school, year, terms)

    def put_setting(self, name: str, value: str) -> None:
        """Set a setting of the state."""
        places.put_setting(self._connection, name, value)

    def add_job(self, job: Job, document: str) -> int:
        """Add a job (its id is ignored) with its saved plan; gives its id."""
        return jobs.add(self._connection, job, document)

    def put_job(self, job: Job, was: Job) -> bool:
        """Write a job, unless its status or its worker is not as it `was` (False)."""
        return jobs.put(self._connection, job, was)

    def add_lock(self, lock: CalendarLock) -> int:
        """Add a lock (its id is ignored) on calendars that nobody has locked; gives its id."""
        return locks.add(self._connection, lock)

    def keep_lock(self, lock_id: int, heartbeat: str, run_id: int | None = None) -> bool:
        """Record a sign of life, and the run where one is given; False where the lock is gone."""
        return locks.keep(self._connection, lock_id, heartbeat, run_id)

    def drop_lock(self, lock_id: int) -> None:
        """Remove a lock, if it is there."""
        locks.drop(self._connection, lock_id)

    def begin_run(self, run: Run) -> int:
        """Add a run (its id is ignored); gives its id."""
        return journal.begin_run(self._connection, run)

    def end_run(self, run_id: int, ended: str, status: str, report: str | None) -> None:
        """Close a run."""
        journal.end_run(self._connection, run_id, ended, status, report)
