"""This room makes the plan that takes a run back; it is shown, saved and carried out like any other."""

from __future__ import annotations

import json
import shlex
from typing import TYPE_CHECKING

from reconciler.course import ListKind, setup
from reconciler.errors import ListInUse
from reconciler.errors.undo import RunMissing, RunNotUndoable, RunUndone
from reconciler.plan.gather import Cohorts
from reconciler.plan.lists import list_changes
from reconciler.plan.model import Plan, acts
from reconciler.plan.scope import Scope
from reconciler.plan.told import Warned
from reconciler.undo.journal import read_journal
from reconciler.undo.survey import NO_WISH, UndoSurvey, UndoTargets

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Sequence

    from reconciler.course import Setup
    from reconciler.current import Run, Snapshot
    from reconciler.plan.model import Cohort, ListChange
    from reconciler.undo.journal import Journal

INSTEAD = {
    "import": "import an earlier export of your system again",
    "link": "`reconcile unlink` takes links back",
    "unlink": "`reconcile link` links again, and revives what was pushed",
    "use": "record the work as it was with `reconcile use`",
    "roll-forward": "import your system with --prune, or leave the new calendar out of every push",
}
"""What takes back a run that undo does not."""
Lists = dict[str, dict[ListKind, "Setup"]]


def plan_undo(run_id: int, snapshot: Snapshot, *, store: str, today: str) -> Plan:
    """Plan to take a run back. Reads, never writes.

    What has moved since, and what is used by now, is refused item by item, with reasons. Raises RunMissing,
    RunNotUndoable, RunUndone.
    """
    run = find_run(snapshot, run_id)
    instead = INSTEAD.get(run.kind) or _mark(run)
    if instead:
        raise RunNotUndoable(run=run_id, kind=run.kind, instead=instead)
    journal = read_journal(snapshot, run)
    survey = undo_survey(journal, snapshot, today)
    cohorts = Cohorts()
    for visit in survey.walk():
        cohorts.add(visit)
    cohorts.hosts.idle = frozenset(place for place, one in survey.used.items() if not one)
    found = cohorts.all()
    lists, before = _lists(journal, snapshot)
    changes, notes = _list_changes(lists, before, snapshot, found)
    if not changes and not any(acts(one) for each in found for one in each.outcome.verdicts):
        _never_twice(snapshot, run)
    calendars = tuple(survey.targets.calendars[place] for place in sorted(survey.targets.calendars))
    return Plan(
        survey.targets.scope, store, "", (), calendars, (NO_WISH,), found, {}, lists, before, changes,
        survey.compared, notes,
    )  # fmt: skip


def _mark(run: Run) -> str:
    """What takes back an edit that set or cleared Ignore Master Push; empty for any other run."""
    told = json.loads(run.options or "{}") if run.kind == "edit" else {}
    if told.get("edit") != "ignore":
        return ""
    flag = "--no-ignore-push" if told["ignored"] else "--ignore-push"
    return f"`reconcile edit {shlex.quote(told['address'])} {flag}`"


def find_run(snapshot: Snapshot, run_id: int) -> Run:
    """A run of the journal; raises RunMissing."""
    run = snapshot.run(run_id)
    if run is None:
        newest = [str(one.id) for one in snapshot.runs(1)]
        known = f"The newest is {newest[0]}." if newest else "There is none yet."
        raise RunMissing(run=run_id, known=known)
    return run


def undo_survey(
    journal: Journal, snapshot: Snapshot, today: str, only: Collection[int] | None = None
) -> UndoSurvey:
    """The walk over what a run moved; `only`: just these courses."""
    ids = set(journal.courses)
    ids |= {one.course_id for one in snapshot.section_records(sorted(journal.sections))}
    rows = list(snapshot.course_records(sorted(ids))) if ids else []
    there = {row.calendar_id for row in rows}
    calendars = {one.id: one for one in snapshot.calendars() if one.id in there}
    scope = Scope(
        max((one.year for one in calendars.values()), default=int(today[:4])),
        today,
        tuple(sorted({one.name for one in calendars.values()})),
        to_sections=True,
        undoes=journal.run.id,
    )
    chosen = ids if only is None else ids & set(only)
    return UndoSurvey(UndoTargets(scope, calendars), snapshot, chosen, journal=journal)


def _lists(journal: Journal, snapshot: Snapshot) -> tuple[Lists, Lists]:
    """The named lists as they were before the run, where they are still as it left them; and as they are."""
    back: Lists = {}
    now: Lists = {}
    for catalog, kinds in journal.lists.items():
        there = snapshot.lists(catalog)
        for kind, left in kinds.items():
            if there.get(kind) == left:
                back.setdefault(catalog, {})[kind] = journal.lists_before[catalog][kind]
                now.setdefault(catalog, {})[kind] = left
    return back, now


def _list_changes(
    lists: Lists, before: Lists, snapshot: Snapshot, found: Sequence[Cohort]
) -> tuple[tuple[ListChange, ...], tuple[Warned, ...]]:
    """What changes in the named lists; an entry that a course names stays, and that is said."""
    notes: list[Warned] = []
    while True:
        try:
            return list_changes(lists, before, snapshot, found), tuple(notes)
        except ListInUse as used:
            catalog, kind, name = (str(used.facts[one]) for one in ("catalog", "kind", "name"))
            _keep_entry(lists, before, catalog, ListKind(kind.replace(" ", "_") + "s"), name)
            notes.append(Warned("lists", f"{used} It stays.", refuses=False))


def _keep_entry(lists: Lists, before: Lists, catalog: str, kind: ListKind, name: str) -> None:
    entry = before[catalog][kind].by_key[name]
    lists[catalog][kind] = setup([*lists[catalog][kind], entry])


def _never_twice(snapshot: Snapshot, run: Run) -> None:
    """Raise RunUndone where nothing is left to take back, because another run has done it."""
    by = undone(snapshot).get(run.id)
    if by is not None:
        raise RunUndone(run=run.id, by=by.id, who=by.who, when=by.started)


def undone(snapshot: Snapshot) -> dict[int, Run]:
    """The runs that are taken back, each with the newest run that did it and was not taken back itself."""
    return taken_back(snapshot.runs(ALL))


def taken_back(runs: Iterable[Run]) -> dict[int, Run]:
    """The same of these runs, which come newest first: an undo is judged before what it takes back."""
    found: dict[int, Run] = {}
    for one in runs:
        if one.undoes is not None and one.status != "failed" and one.id not in found:
            found.setdefault(one.undoes, one)
    return found


ALL = 1_000_000
"""As many runs as there can be."""
