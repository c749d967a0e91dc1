"""This room is the door to what is there: what a store must be able to do, and the rows it hands out.

Whoever plans, pushes, refreshes or reports knows only these protocols; the databases behind them are
in `stores/`. Ids are never reused. Setups, holdings and used sets are values: stored once, referred to
by id, never changed.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple, Protocol

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
    from contextlib import AbstractContextManager

    from reconciler.course import Area, Calendar, Counts, Holding, ListKind, Setup, Term, Use, Used


class CourseRow(NamedTuple):
    """What planning needs of a course. `catalog` and `master` are None where it is not linked."""

    id: int
    calendar_id: int
    catalog: str | None
    master: str | None
    ignored: bool
    mapped: bool
    holding_id: int


class SectionRow(NamedTuple):
    """What planning needs of a section. `used_id` is None where its uses were never read."""

    id: int
    course_id: int
    holding_id: int
    used_id: int | None


class CourseRecord(NamedTuple):
    """A whole course row. `id` 0 is a new one; `dormant` is `catalog/number` of an unlinked master."""

    id: int
    calendar_id: int
    number: str
    name: str
    catalog: str | None
    master: str | None
    dormant: str | None
    ignored: bool
    mapped: bool
    source_id: str | None
    holding_id: int


class SectionRecord(NamedTuple):
    """A whole section row. `id` 0 is a new one; `terms` are the positions in which it meets."""

    id: int
    course_id: int
    number: str
    teacher: str | None
    terms: tuple[int, ...]
    source_id: str | None
    holding_id: int
    used_id: int | None


class Alias(NamedTuple):
    """In one host, the name or id by which the source calls an item, where it is not the item's."""

    on_section: bool
    host_id: int
    area: Area
    source_key: str
    key: str


class ResidualMark(NamedTuple):
    """A residual of a section that a run left behind, or (`cleared`) that it saw go."""

    section_id: int
    area: Area
    key: str
    cleared: bool


class CourseMove(NamedTuple):
    """One course from one holding to another (equal ones: only watched).

    `sections`: how many sections it had when it was judged, or None where that did not matter.
    `number` and `name` mirror the course info after the move. `master` is the master's new number where
    it was renamed (P12). None leaves each of them as it is. `follows`: the catalog and master that it was
    linked to when it was judged, and whether it was ignored; None where that did not matter.
    """

    id: int
    before: int
    after: int
    number: str | None
    name: str | None
    sections: int | None
    master: str | None = None
    follows: tuple[str | None, str | None, bool] | None = None


class SectionMove(NamedTuple):
    """One section from one (holding, used set) to another (equal ones: only watched)."""

    id: int
    course_id: int
    before: int
    after: int
    used_before: int | None
    used_after: int | None


class Rekey(NamedTuple):
    """In one section, uses of `was` become uses of `key` (P12, row 8)."""

    section_id: int
    area: Area
    was: str
    key: str


class Rekeyed(NamedTuple):
    """In one course or section of a batch, the item `was` got the key `key`; kept for undo."""

    on_section: bool
    host_id: int
    area: Area
    was: str
    key: str


class Batch(NamedTuple):
    """Some whole courses with everything that a push writes for them (P7)."""

    courses: Sequence[CourseMove]
    sections: Sequence[SectionMove]
    rekeys: Sequence[Rekey] = ()
    aliases: Sequence[Alias] = ()
    residuals: Sequence[ResidualMark] = ()
    rekeyed: Sequence[Rekeyed] = ()


class Run(NamedTuple):
    """One run of the tool that may have written: who, when (UTC, ISO 8601), what, and its report.

    `status`: running, done, in_part, failed. `plan` is the plan's digest; `options` and `report` are
    JSON texts. `revision`: the git commit of the catalogs, empty where there is none. `undoes`: the run
    that this one took back.
    """

    id: int
    kind: str
    who: str
    started: str
    ended: str | None
    status: str
    message: str
    plan: str
    options: str
    report: str | None
    revision: str = ""
    undoes: int | None = None


class Job(NamedTuple):
    """One push in the batch queue (domain.md 10); its saved plan is read by itself. Times: UTC, ISO 8601.

    `priority`: the higher goes first. `claimed_by`: the worker that has it, whose last sign of life is
    `heartbeat`. `why`: what became of it, in words. `told`: JSON, what the list of jobs shows of its plan.
    """

    id: int
    scheduled: str
    status: str
    priority: int
    submitted: str
    submitted_by: str
    claimed_by: str | None
    heartbeat: str | None
    started: str | None
    ended: str | None
    run_id: int | None
    why: str
    told: str


class Moved(NamedTuple):
    """One line of a run's journal: these hosts went from one holding to another."""

    run_id: int
    on_section: bool
    before: int
    after: int
    members: tuple[int, ...]


class KeyMoved(NamedTuple):
    """One line of a run's journal: in these hosts the item `was` got the key `key` (P12, row 8)."""

    on_section: bool
    area: Area
    was: str
    key: str
    members: tuple[int, ...]


class Followed(NamedTuple):
    """One line of a run's journal: these courses' master had the number `was` and has now `number`."""

    catalog: str
    was: str
    number: str
    courses: tuple[int, ...]


class ListMoved(NamedTuple):
    """One line of a run's journal: a named list as it was (None: never applied) and as it became."""

    catalog: str
    kind: ListKind
    before: Setup | None
    after: Setup


class ResidualRow(NamedTuple):
    """A residual of a section over time: which run left it, and which saw it go (None: still there)."""

    section_id: int
    area: Area
    key: str
    since_run: int
    cleared_run: int | None


class Snapshot(Protocol):
    """One consistent reading of a store, for as long as it is open."""

    def calendars(self) -> tuple[Calendar, ...]:
        """All calendars, by name."""

    def schools(self) -> tuple[tuple[str, str | None], ...]:
        """All schools by name, each with the id its source gives it."""

    def courses(self, calendars: Collection[int]) -> Iterator[CourseRow]:
        """The courses of these calendars, by id."""

    def sections(self, calendars: Collection[int]) -> Iterator[SectionRow]:
        """The sections of these calendars' courses, by course id and id."""

    def meetings(self, calendars: Collection[int]) -> Iterator[tuple[int, tuple[int, ...], int]]:
        """(course id, the terms in which it meets, how many sections), where the terms are known."""

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
    """A database of courses and sections. `id` is made with it and never changes."""

    id: str
    url: str

    def read(self) -> AbstractContextManager[Snapshot]:
        """Open a consistent reading."""

    def write(self) -> AbstractContextManager[Transaction]:
        """Open a transaction that takes the writer's place at once; commits at the end."""

    def close(self) -> None:
        """Let go of the database."""
