"""This room is what a worker does with one batch of calendars: plan it, look at it again, write it.

A worker opens the state for itself. Each task may be done twice: a plan reads only, and what a first try has
written is there already when the second comes.
"""

from __future__ import annotations

import pickle
from copy import copy
from functools import wraps
from typing import TYPE_CHECKING, Any, NamedTuple, TypeVar

from reconciler import __version__
from reconciler.errors import ReconcilerError
from reconciler.errors.cluster import ClusterApart, ClusterUnlike, StateMovedOn
from reconciler.plan.build import gathered
from reconciler.plan.survey import Survey
from reconciler.push.members import Planned
from reconciler.push.run import Pushed, Work

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from reconciler.cluster.batches import Batch
    from reconciler.current import Run, Snapshot, Store
    from reconciler.plan.merge import Gathered
    from reconciler.plan.outcome import Outcome
    from reconciler.plan.saved import SavedPlan
    from reconciler.plan.targets import Targets

Answer = TypeVar("Answer")


class Failed(NamedTuple):
    """A failure on its way home: an error of ours, which is made anew there."""

    kind: type[ReconcilerError]
    facts: dict[str, object]

    def error(self) -> ReconcilerError:
        """The error."""
        return self.kind(**self.facts)


class State(NamedTuple):
    """The state that all work on: how to open it, its id, and its newest run when the client looked."""

    opening: Callable[[], Store]
    id: str
    newest: Run | None = None

    def opened(self) -> Store:
        """Open it here; raises ClusterApart."""
        try:
            store = self.opening()
        except ReconcilerError as error:
            raise ClusterApart(why=f"it can't be opened there: {error}") from error
        if store.id != self.id:
            store.close()
            raise ClusterApart(why="what is there by that name is another one")
        return store


class ToPlan(NamedTuple):
    """What every task of a plan needs."""

    state: State
    targets: Targets


class Part(NamedTuple):
    """A batch as planned; `met` as in Targets."""

    found: Gathered
    met: tuple[frozenset[str], frozenset[str]]


class ToPush(NamedTuple):
    """What every task of an apply needs; `run` is 0 where nothing is to be written yet."""

    state: State
    plan: SavedPlan
    run: int = 0


def hold(sent: bytes) -> bytes:
    """Have what all tasks need, for whoever asks for it."""
    return sent


def _task(
    work: Callable[[Any, Any], Answer],
) -> Callable[[str, bytes, Any], Answer | Failed]:
    """A task that is sent (version, pickle, batch); its failures come home as values."""

    @wraps(work)
    def done(version: str, sent: bytes, batch: object) -> Answer | Failed:
        """The answer of a worker; what fails as we foresaw comes back as a value."""
        if version != __version__:
            return Failed(ClusterUnlike, {"theirs": f"reconciler {__version__}", "ours": version})
        try:
            return work(_read(sent), batch)
        except ReconcilerError as error:
            return Failed(type(error), error.facts)

    return done


_last: dict[bytes, Any] = {}


def _read(sent: bytes) -> Any:  # noqa: ANN401 - whatever was sent
    """What was sent; the last is kept, as the next batch needs the same."""
    if sent not in _last:
        found = pickle.loads(sent)  # noqa: S301 - it comes from our own client, as this very task does
        _last.clear()
        _last[sent] = found
    return _last[sent]


@_task
def plan_batch(sent: ToPlan, calendars: tuple[int, ...]) -> bytes:
    """Judge the courses of these calendars; gives a Part, as a pickle. Raises StateMovedOn."""
    store = sent.state.opened()
    try:
        with store.read() as snapshot:
            unmoved(sent.state.newest, newest(snapshot))
            targets = sent.targets.within(calendars)
            found = gathered(Survey(targets, snapshot))
    finally:
        store.close()
    for one in found.cohorts:
        one.outcome = _bare(one.outcome)
    return pickle.dumps(Part(found, targets.met), protocol=5)


def _bare(outcome: Outcome) -> Outcome:
    """An outcome without what only its sections need, which were judged with it."""
    bare = copy(outcome)
    bare.below = None
    return bare


def newest(snapshot: Snapshot) -> Run | None:
    """The newest run, without its report: who compares two knows whether anybody wrote between them."""
    runs = snapshot.runs(1)
    return runs[0]._replace(report=None) if runs else None


def unmoved(was: Run | None, now: Run | None) -> None:
    """Raise StateMovedOn where a run was begun, or ended, meanwhile."""
    if was != now and now is not None:
        raise StateMovedOn(what=f"run {now.id}, {now.kind} by {now.who}")


@_task
def look_batch(sent: ToPush, batch: Batch) -> Pushed:
    """Look at the plan's courses in these calendars; writes nothing."""
    store = sent.state.opened()
    try:
        work = Work(sent.plan, store, Planned(sent.plan), within=batch.calendars)
        work.look(batch.courses)
        return work.done
    finally:
        store.close()


@_task
def write_batch(sent: ToPush, batch: Batch) -> Pushed:
    """Write the plan's courses in these calendars; what an earlier try has written counts, too."""
    store = sent.state.opened()
    try:
        work = Work(sent.plan, store, Planned(sent.plan), within=batch.calendars)
        work.done.run = sent.run
        with store.read() as snapshot:
            courses, sections = written(snapshot, sent.run, batch)
        ready, mover = work.look(batch.courses)
        with store.write() as tx:
            mover.intern(tx, ready)
        work.write(ready, mover)
        work.done.courses += courses
        work.done.sections += sections
        return work.done
    finally:
        store.close()


def written(snapshot: Snapshot, run: int, batch: Batch) -> tuple[int, int]:
    """How many courses and sections of a batch the run has moved already: some, if this is a second try."""
    hosts: dict[bool, set[int]] = {False: set(), True: set()}
    for on_section, members in _journalled(snapshot, run):
        hosts[on_section].update(members)
    if not any(hosts.values()):
        return 0, 0
    meant = frozenset(batch.courses)
    owner = {
        row.id: row.course_id
        for row in snapshot.sections(batch.calendars)
        if row.id in hosts[True] and row.course_id in meant
    }
    return len((hosts[False] & meant) | set(owner.values())), len(owner)


def _journalled(snapshot: Snapshot, run: int) -> Iterator[tuple[bool, tuple[int, ...]]]:
    for one in snapshot.moves(run):
        yield one.on_section, one.members
    for each in snapshot.followed(run):
        yield False, each.courses
