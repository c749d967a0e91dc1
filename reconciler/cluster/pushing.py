"""This room carries a plan out on a cluster: the whole plan is looked at before anything is written.

The client holds the lock, opens the run and closes it; workers write the batches, each in transactions of its
own. A batch whose worker is lost is done again: what is there already is left as it is.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from reconciler.cluster.batches import with_courses
from reconciler.cluster.work import State, ToPush, look_batch, write_batch
from reconciler.errors import PlanOfOtherStore
from reconciler.errors.cluster import ClusterLost, ClusterLostInPart
from reconciler.push.held import calendars_of
from reconciler.push.members import Planned
from reconciler.push.run import Pushed, Work, close_early, fits, open_run

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from reconciler.cluster.farm import Farm
    from reconciler.current import Store, Transaction
    from reconciler.plan.saved import SavedPlan


def pushing(farm: Farm) -> Callable[..., Pushed]:
    """Who carries plans out on this cluster, called as `push` is."""
    return _Pushing(farm)


@dataclass(frozen=True, slots=True)
class _Pushing:
    """`push`, on a cluster."""

    farm: Farm

    def __call__(
        self, plan: SavedPlan, store: Store, *, message: str = "",
        progress: Callable[[int, int], None] | None = None,
        by: str = "", begun: Callable[[Transaction, int], None] | None = None,
    ) -> Pushed:  # fmt: skip
        """Do exactly what the plan says, as `push` does; `progress` is told of batches.

        Raises ClusterLost where nothing is written yet, and ClusterLostInPart, too.
        """
        if plan.store != store.id:
            raise PlanOfOtherStore(url=store.url)
        with store.read() as snapshot:
            places = calendars_of(plan, snapshot)
            batches, unplaced = with_courses(snapshot, places, plan.courses, self.farm.workers)
        sent = ToPush(State(store.elsewhere(), store.id), plan)
        rest = Work(plan, store, Planned(plan), within=())
        rest.look(unplaced)
        done = _together(Pushed(), [*self.farm.spread(look_batch, sent, batches), rest.done])
        fits(store, done)
        with store.write() as tx:
            open_run(plan, tx, done, message=message, by=by, begun=begun)
        try:
            parts = self.farm.spread(write_batch, sent._replace(run=done.run), batches, progress)
        except ClusterLost as error:
            close_early(store, done)
            raise ClusterLostInPart(**error.facts) from error
        except BaseException:
            close_early(store, done)
            raise
        return _together(done, parts)


def _together(done: Pushed, parts: Iterable[Pushed]) -> Pushed:
    """What many did, as one; what was seen twice is told once."""
    for one in parts:
        done.courses += one.courses
        done.sections += one.sections
        done.weaker = list(dict.fromkeys([*done.weaker, *one.weaker]))
        done.left_out = list(dict.fromkeys([*done.left_out, *one.left_out]))
        done.unplanned = list(dict.fromkeys([*done.unplanned, *one.unplanned]))
        done.gone = list(dict.fromkeys([*done.gone, *one.gone]))
    return done
