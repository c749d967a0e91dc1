"""This room is the rows that a store takes and hands out: hosts, moves, runs, jobs, locks.

Ids are never reused. A holding or a used set is named by its id.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Sequence

    from reconciler.course import Area, ListKind, Setup


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
    """What planning needs of a section.

    `used_id` is None where its uses were never read, `meeting_id` where nobody knows when it meets.
    """

    id: int
    course_id: int
    holding_id: int
    used_id: int | None
    meeting_id: int | None


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


class CalendarLock(NamedTuple):
    """One writer's lock on some calendars (domain.md 10). Times: UTC, ISO 8601, to the second.

    `who` stands behind it, on the machine `host` as process `pid`; `process` tells that process from a later
    one of the same number (`guard/process.py`). `heartbeat`: its last sign of life. `run_id`: the run that it
    writes, once there is one. `session`: the number of its session with a server, 0 where there is none;
    `alive`: is that session still there? None where the database can't tell.
    """

    id: int
    calendars: tuple[int, ...]
    who: str
    host: str
    pid: int
    process: str
    since: str
    heartbeat: str
    run_id: int | None = None
    session: int = 0
    alive: bool | None = None


class Fault(NamedTuple):
    """One kind of thing that is wrong with a state, how often, and the first places."""

    what: str
    times: int
    places: tuple[str, ...]


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
