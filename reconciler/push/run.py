"""This room carries a saved plan out, from the first look to the journal's last line."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass, field
from typing import TYPE_CHECKING

from reconciler.address import Address
from reconciler.errors import PlanOfOtherStore, PlanStale
from reconciler.keep.table import Hop
from reconciler.plan.survey import Survey
from reconciler.push.judge import Judge, Look, Mismatch, Weaker
from reconciler.push.lists import stale_lists, write_lists
from reconciler.push.members import Planned, PlannedTargets
from reconciler.push.moves import Mover
from reconciler.push.undone import UndoJudge
from reconciler.receipts import begin, now
from reconciler.undo.build import find_run, undo_survey
from reconciler.undo.journal import read_journal

if TYPE_CHECKING:
    from collections.abc import Callable, Collection

    from reconciler.current import Snapshot, Store, Transaction
    from reconciler.plan.saved import SavedPlan
    from reconciler.plan.scope import Scope
    from reconciler.push.judge import Looked

ROUNDS = 5
"""How often courses that changed under our hands are looked at again before they are left out."""


@dataclass(slots=True)
class Pushed:
    """What a push did. `left_out`: courses that could not be written, each with the reason.

    `weaker`: what is kept now because evidence came after the plan. `unplanned`: sections that are
    younger than the plan; `gone`: courses of the plan that are no more. `lists`: how many entries of
    named lists were written.
    """

    run: int = 0
    courses: int = 0
    sections: int = 0
    weaker: list[Weaker] = field(default_factory=list)
    left_out: list[Mismatch] = field(default_factory=list)
    unplanned: list[int] = field(default_factory=list)
    gone: list[int] = field(default_factory=list)
    lists: int = 0

    @property
    def status(self) -> str:
        """How the run ended: `done`, or `in_part` where courses were left out."""
        return "in_part" if self.left_out else "done"


def push(
    plan: SavedPlan, store: Store, *, message: str = "", progress: Callable[[int, int], None] | None = None,
    by: str = "", begun: Callable[[Transaction, int], None] | None = None,
) -> Pushed:  # fmt: skip
    """Do exactly what the plan says; `close` the run afterwards.

    `by`: who stands behind the run, where that is not who runs it. `begun` is told the run's number in the
    transaction that opens it: what it raises, or writes, holds for the run too.
    Raises PlanOfOtherStore and PlanStale before anything is written.
    """
    if plan.store != store.id:
        raise PlanOfOtherStore(url=store.url)
    work = Work(plan, store, Planned(plan), progress)
    ready, mover = work.look(plan.courses)
    fits(store, work.done)
    with store.write() as tx:
        open_run(plan, tx, work.done, message=message, by=by, begun=begun)
        mover.intern(tx, ready)
    try:
        work.write(ready, mover)
    except BaseException:
        close_early(store, work.done)
        raise
    return work.done


def fits(store: Store, done: Pushed) -> None:
    """Raise PlanStale where a look at a plan's courses has found that one is not as the plan says."""
    if done.left_out:
        raise _stale(store, done.left_out)


def open_run(
    plan: SavedPlan, tx: Transaction, done: Pushed, *, message: str, by: str,
    begun: Callable[[Transaction, int], None] | None,
) -> None:  # fmt: skip
    """Open the run of a plan and write its named lists, in one transaction; raises PlanStale."""
    options = json.dumps({**asdict(plan.scope), "data": sorted(plan.scope.data)}, ensure_ascii=False)
    stale_lists(plan, tx)
    done.run = begin(
        tx,
        kind(plan.scope),
        plan=plan.digest,
        options=options,
        message=message,
        revision=plan.revision,
        undoes=plan.scope.undoes or None,
        by=by,
    )
    if begun is not None:
        begun(tx, done.run)
    done.lists = write_lists(plan, tx, done.run)


def kind(scope: Scope) -> str:
    """What the run of a plan is called in the journal."""
    return "undo" if scope.undoes else "relink" if scope.relink else "apply"


@dataclass(slots=True)
class Work:
    """One push under way, or the part of one that is in some calendars (`within`: their ids; None: all)."""

    plan: SavedPlan
    store: Store
    planned: Planned
    progress: Callable[[int, int], None] | None = None
    done: Pushed = field(default_factory=Pushed)
    within: Collection[int] | None = None

    def look(self, courses: Collection[int]) -> tuple[Looked, Mover]:
        """Judge these courses as they are now."""
        with self.store.read() as snapshot:
            judge = self._judge(snapshot, courses)
            ready = judge.run()
            self._unseen(snapshot, set(courses) - judge.seen)
        self.done.weaker = list(dict.fromkeys([*self.done.weaker, *judge.weaker]))
        self.done.left_out += judge.mismatches
        self.done.unplanned = list(dict.fromkeys([*self.done.unplanned, *judge.unplanned]))
        return ready, Mover(judge.survey.used)

    def _judge(self, snapshot: Snapshot, courses: Collection[int]) -> Look:
        """Who looks again: at a push, or at a run that is taken back."""
        scope = self.plan.scope
        if not scope.undoes:
            calendars = [one for one in snapshot.calendars() if self.within is None or one.id in self.within]
            survey = Survey(PlannedTargets(self.plan, calendars), snapshot, only=courses)
            return Judge(self.planned, survey)
        journal = read_journal(snapshot, find_run(snapshot, scope.undoes))
        return UndoJudge(self.planned, undo_survey(journal, snapshot, scope.today, courses))

    def _unseen(self, snapshot: Snapshot, places: Collection[int]) -> None:
        """Courses that are no more, or that stand in a calendar which the plan does not mean."""
        there = {one.id for one in snapshot.course_records(places)} if places else set()
        for place in sorted(places):
            planned = self.planned.cohort(Hop.COURSE, place)
            if place not in there:
                self.done.gone.append(place)
            elif planned is None or not planned.refused:
                self.done.left_out.append(Mismatch(Hop.COURSE, place, "it is in another calendar now"))

    def write(self, ready: Looked, mover: Mover) -> None:
        """Write batch by batch; what changed meanwhile is looked at again."""
        total = len(ready)
        stale: set[int] = set()
        for turn in range(ROUNDS):
            if turn:
                ready, mover = self.look(stale)
                with self.store.write() as tx:
                    mover.intern(tx, ready)
            stale = self._round(ready, mover, total)
            if not stale:
                return
        self.done.left_out += [Mismatch(Hop.COURSE, place, "it keeps changing") for place in sorted(stale)]

    def _round(self, ready: Looked, mover: Mover, total: int) -> set[int]:
        stale: set[int] = set()
        for batch in mover.batches(ready):
            with self.store.write(beside=True) as tx:
                out = tx.carry(self.done.run, batch)
            stale |= out
            moved = (one for one in batch.sections if one.before != one.after)
            self.done.courses += sum(one.id not in out for one in batch.courses)
            self.done.sections += sum(one.course_id not in out for one in moved)
            if self.progress is not None:
                self.progress(self.done.courses, total)
        return stale


def close(store: Store, done: Pushed, report: str) -> None:
    """Write the run's end and its report into the journal."""
    _close(store, done, done.status, report)


def close_early(store: Store, done: Pushed) -> None:
    """Close a run that was broken off."""
    _close(store, done, "in_part")


def _close(store: Store, done: Pushed, status: str, report: str | None = None) -> None:
    with store.write() as tx:
        tx.end_run(done.run, now(), status, report)


def _stale(store: Store, found: list[Mismatch]) -> PlanStale:
    first = found[0]
    with store.read() as snapshot:
        names = name_members(snapshot, [(first.hop, first.member)])
    return PlanStale(member=names[first.hop, first.member], what=first.what, count=len(found))


def name_members(snapshot: Snapshot, members: Collection[tuple[Hop, int]]) -> dict[tuple[Hop, int], str]:
    """The addresses of courses and sections."""
    calendars = {one.id: one.name for one in snapshot.calendars()}
    sections = {
        one.id: one for one in snapshot.section_records([m for hop, m in members if hop is Hop.SECTION])
    }
    wanted = {m for hop, m in members if hop is Hop.COURSE} | {one.course_id for one in sections.values()}
    courses = {one.id: one for one in snapshot.course_records(wanted)}
    found = {}
    for hop, member in members:
        section = sections.get(member) if hop is Hop.SECTION else None
        course = courses.get(section.course_id if section else member)
        if course is None:
            found[hop, member] = f"{hop} {member}"
            continue
        number = section.number if section else ""
        address = Address(course.number, calendar=calendars[course.calendar_id], section=number)
        found[hop, member] = str(address)
    return found
