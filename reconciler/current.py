"""This room is the door to what is there: what a store must be able to do. Its rows are in `rows.py`.

Whoever plans, pushes, refreshes or reports knows only these protocols; the databases behind them are
in `stores/`. Ids are never reused. Setups, holdings and used sets are values: stored once, referred to
by id, never changed.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

from reconciler.rows import (
    Alias,
    Batch,
    CalendarLock,
    CourseMove,
    CourseRecord,
    CourseRow,
    Fault,
    Followed,
    Job,
    KeyMoved,
    ListMoved,
    Moved,
    Rekey,
    Rekeyed,
    ResidualMark,
    ResidualRow,
    Run,
    SectionMove,
    SectionRecord,
    SectionRow,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
    from contextlib import AbstractContextManager

    from reconciler.course import Area, Calendar, Counts, Holding, ListKind, Setup, Term, Use, Used

__all__ = [
    "Alias",
    "Batch",
    "CalendarLock",
    "CourseMove",
    "CourseRecord",
    "CourseRow",
    "Fault",
    "Followed",
    "Job",
    "KeyMoved",
    "ListMoved",
    "Moved",
    "Rekey",
    "Rekeyed",
    "ResidualMark",
    "ResidualRow",
    "Run",
    "SectionMove",
    "SectionRecord",
    "SectionRow",
    "Snapshot",
    "Store",
    "Transaction",
]


class Snapshot(Protocol):
    """One consistent reading of a store, for as long as it is open."""

    def calendars(self) -> tuple[Calendar, ...]:
        """All calendars, by name."""

    def schools(self) -> tuple[tuple[str, str | None], ...]:
        """All schools by name, each with the id its source gives it."""

    def courses(self, calendars: Collection[int]) -> Iterator[CourseRow]:
        """The courses of these calendars, by id."""

    def sections(
        self, calendars: Collection[int], courses: Collection[int] | None = None
    ) -> Iterator[SectionRow]:
        """The sections of these calendars' courses, by course id and id. `courses`: of just these."""

    def meetings(self) -> dict[int, tuple[int, ...]]:
        """The positions of the terms in which sections meet, by the id of the meeting."""

    def meet(self, setups: Iterable[Setup]) -> None:
        """Setups that the reader has in hand: an equal one that is read later comes as the same object."""

    def holdings(self, ids: Iterable[int]) -> dict[int, Holding]:
        """Holdings by id; equal setups come as one object."""

    def used(self, ids: Iterable[int]) -> dict[int, Used]:
        """Used sets by id."""

    def lists(self, catalog: str) -> Mapping[ListKind, Setup]:
        """The named lists of a catalog as last applied; a missing kind was never applied."""

    def course_records(self, ids: Collection[int] | None = None) -> Iterator[CourseRecord]:
        """Whole course rows by id; all of them without `ids`."""

    def section_records(self, ids: Collection[int] | None = None) -> Iterator[SectionRecord]:
        """Whole section rows by course id and id; all of them without `ids`."""

    def counts(self, section_ids: Collection[int] | None = None) -> Iterator[tuple[int, Use, Counts]]:
        """(section id, use, counts) by section id, area, key, term; all of them without ids."""

    def use_sums(
        self, section_ids: Collection[int], keys: Collection[str] | None = None
    ) -> Iterator[tuple[int, Area, str, Counts]]:
        """(section id, area, key, counts) by these; the counts of all terms together. `keys`: just these."""

    def aliases(self) -> Iterator[Alias]:
        """Every alias."""

    def residuals(self) -> Iterator[tuple[ResidualMark, int]]:
        """Residuals that are not cleared, each with the run that left it."""

    def residual_rows(self) -> Iterator[ResidualRow]:
        """Every residual that ever was, cleared ones too, by section id, area, key and first run."""

    def runs(self, limit: int = 50) -> tuple[Run, ...]:
        """The newest runs first."""

    def run(self, run_id: int) -> Run | None:
        """One run, or None."""

    def moves(self, run_id: int) -> tuple[Moved, ...]:
        """A run's journal."""

    def moves_of(self, host_id: int, *, on_section: bool) -> tuple[Moved, ...]:
        """Every move of one host, the newest first."""

    def key_moves(self, run_id: int) -> tuple[KeyMoved, ...]:
        """The items that got another key in a run."""

    def followed(self, run_id: int) -> tuple[Followed, ...]:
        """The masters that got another number in a run."""

    def list_moves(self, run_id: int) -> tuple[ListMoved, ...]:
        """The named lists that a run wrote."""

    def setting(self, name: str) -> str | None:
        """A setting of the state, such as whether its queue is enabled; None where it was never set."""

    def jobs(
        self, statuses: Collection[str] = (), *, since: str = "", until: str = "", limit: int | None = None
    ) -> tuple[Job, ...]:
        """Jobs (of these statuses, in this window of scheduled times), the latest scheduled first."""

    def job(self, job_id: int) -> Job | None:
        """One job, or None."""

    def locks(self) -> tuple[CalendarLock, ...]:
        """Every lock on calendars, by id."""

    def faults(self) -> Iterator[Fault]:
        """Everything that is wrong with what is stored, which no foreign key guards; it reads all of it."""

    def job_document(self, job_id: int) -> str:
        """The saved plan of a job, as it was given to `add_job`."""


class Transaction(Snapshot, Protocol):
    """A snapshot that may also write; all or nothing. Raises StoreBusy where it can't get in."""

    def keep_holdings(self, holdings: Iterable[Holding]) -> dict[Holding, int]:
        """The ids of these holdings; new ones (and their setups) are stored."""

    def keep_used(self, sets: Iterable[Used]) -> dict[Used, int]:
        """The ids of these used sets; new ones are stored."""

    def put_school(self, name: str, source_id: str | None) -> None:
        """Add a school, or set its source id."""

    def put_calendar(self, name: str, school: str, year: int, terms: tuple[Term, ...]) -> int:
        """Add a calendar (school and name say which), or set its year and terms; gives its id."""

    def put_courses(self, records: Iterable[CourseRecord]) -> list[int]:
        """Add (id 0) or overwrite courses; gives their ids in order."""

    def put_sections(self, records: Iterable[SectionRecord]) -> list[int]:
        """Add (id 0) or overwrite sections; gives their ids in order."""

    def put_counts(self, counts: Iterable[tuple[int, Use, Counts]], sections: Collection[int]) -> None:
        """Replace all uses of `sections` by these, and their used sets with them (uses_at := now)."""

    def put_aliases(self, aliases: Iterable[Alias]) -> None:
        """Add aliases, or point them at another key."""

    def drop_courses(self, ids: Collection[int]) -> None:
        """Remove courses with their sections, uses, aliases. The caller has checked for grades."""

    def drop_sections(self, ids: Collection[int]) -> None:
        """Remove sections with their uses and aliases. The caller has checked for grades."""

    def put_lists(self, catalog: str, lists: Mapping[ListKind, Setup], *, run_id: int | None = None) -> None:
        """Record a catalog's named lists as applied, journalled under a run if one is given."""

    def put_setting(self, name: str, value: str) -> None:
        """Set a setting of the state."""

    def add_job(self, job: Job, document: str) -> int:
        """Add a job (its id is ignored) with its saved plan; gives its id."""

    def put_job(self, job: Job, was: Job) -> bool:
        """Write a job, unless its status or its worker is not as it `was` (False)."""

    def add_lock(self, lock: CalendarLock) -> int:
        """Add a lock (its id is ignored) on calendars that nobody has locked; gives its id."""

    def keep_lock(self, lock_id: int, heartbeat: str, run_id: int | None = None) -> bool:
        """Record a lock's sign of life, and its run where one is given; False where the lock is gone.

        Nobody takes it away before this transaction has ended.
        """

    def drop_lock(self, lock_id: int) -> None:
        """Remove a lock, if it is there; what it covered is free."""

    def begin_run(self, run: Run) -> int:
        """Add a run (its id is ignored); gives its id."""

    def end_run(self, run_id: int, ended: str, status: str, report: str | None) -> None:
        """Close a run."""

    def carry(self, run_id: int, batch: Batch) -> frozenset[int]:
        """Move whole courses with their sections, journal it, and give the courses left out.

        A course is left out, with all its rows, where any of its rows is not as the batch says it was
        before: another holding, another used set, another number of sections, another master or mark.
        """


class Store(Protocol):
    """A database of courses and sections. `id` is made with it and never changes.

    `found`: the version of its tables when it was opened, before any upgrade; None where they were made.
    """

    id: str
    url: str
    found: str | None

    def read(self) -> AbstractContextManager[Snapshot]:
        """Open a consistent reading."""

    def write(self, *, beside: bool = False) -> AbstractContextManager[Transaction]:
        """Open a transaction that takes the writer's place at once; commits at the end.

        `beside`: where the database can, together with others who ask so too. Such a one judges each row as
        it stands when it is written: it only stores values, carries batches, and writes runs and jobs.
        """

    def again(self) -> Store:
        """Open another handle of the same state, with connections of its own."""

    def elsewhere(self) -> Callable[[], Store]:
        """How another process, maybe of another machine, opens the same state; it can be pickled.

        It holds the password, if there is one: it goes to who may write here, and is never shown.
        """

    def session(self) -> AbstractContextManager[int]:
        """A session with the server, by which others see that this process lives; its number, or 0."""

    def close(self) -> None:
        """Let go of the database."""
