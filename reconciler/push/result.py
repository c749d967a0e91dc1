"""This room writes the push result of a run (domain.md 9): the plan's summary, and what differed from it."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from reconciler.keep.table import Hop
from reconciler.plan.summary import from_json
from reconciler.push.run import close as close_run
from reconciler.push.run import name_members
from reconciler.receipts import now
from reconciler.reports.push import Note, PushResult, to_json

if TYPE_CHECKING:
    from reconciler.current import Store
    from reconciler.plan.saved import SavedPlan
    from reconciler.push.run import Pushed


def result(plan: SavedPlan, store: Store, done: Pushed) -> PushResult:
    """What a push did, for people and for the journal; writes the run's end."""
    members = [(one.hop, one.member) for one in done.weaker]
    members += [(one.hop, one.member) for one in done.left_out]
    members += [(Hop.SECTION, one) for one in done.unplanned]
    with store.read() as snapshot:
        names = name_members(snapshot, members)
        run = snapshot.run(done.run)
    notes = [Note("left_out", names[one.hop, one.member], one.what) for one in done.left_out]
    notes += [
        Note("now_used", names[one.hop, one.member], f"{one.verdict.area}/{one.verdict.key}")
        for one in done.weaker
    ]
    notes += [
        Note("not_in_plan", names[Hop.SECTION, one], "it is younger than the plan") for one in done.unplanned
    ]
    notes += [Note("gone", f"course {one}", "it is no more") for one in done.gone]
    started, who = (run.started, run.who) if run else ("", "")
    told = PushResult(
        done.run,
        who,
        started,
        now(),
        done.status,
        done.courses,
        done.sections,
        from_json(plan.summary),
        tuple(sorted(set(notes))),
        done.lists,
    )
    close_run(store, done, json.dumps(to_json(told), ensure_ascii=False))
    return told
