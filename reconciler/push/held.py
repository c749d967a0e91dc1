"""This room carries a plan out under a lock on its calendars, from the first look to the run's end.

Whoever is killed meanwhile leaves the lock behind, by which the next writer knows the run that was left.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from reconciler.errors import PlanOfOtherStore
from reconciler.guard import locked
from reconciler.plan.targets import meant
from reconciler.push.result import result
from reconciler.push.run import push

if TYPE_CHECKING:
    from collections.abc import Callable

    from reconciler.current import Snapshot, Store, Transaction
    from reconciler.plan.saved import SavedPlan
    from reconciler.push.run import Pushed
    from reconciler.reports.push import PushResult


def _unheard(_text: str) -> None:
    """Nobody listens."""


def calendars_of(plan: SavedPlan, snapshot: Snapshot) -> tuple[int, ...]:
    """The calendars that a plan may write to; an undo's are of whatever year."""
    scope = plan.scope
    return tuple(
        one.id
        for one in snapshot.calendars()
        if (one.name in scope.calendars if scope.undoes else meant(scope, one))
    )


def carry_out(
    plan: SavedPlan, store: Store, *, message: str = "", by: str = "",
    progress: Callable[[int, int], None] | None = None,
    begun: Callable[[Transaction, int], None] | None = None,
    wait: float = 0, say: Callable[[str], None] = _unheard, pushing: Callable[..., Pushed] = push,
) -> PushResult:  # fmt: skip
    """Do exactly what a plan says, with its run in the journal; gives the push result.

    `wait`: seconds to wait for another writer in these calendars; `say` is told of that, and of a dead
    writer's lock that is taken over. `pushing`: who does it, and is called
    as `push` is. The rest is as in `push`. Raises what `push` raises, CalendarsLocked before anything is
    written, and LockLost where the lock was taken away meanwhile.
    """
    if plan.store != store.id:
        raise PlanOfOtherStore(url=store.url)
    with store.read() as snapshot:
        calendars = calendars_of(plan, snapshot)
    with locked(store, calendars, by=by, wait=wait, say=say) as held:

        def opened(tx: Transaction, run: int) -> None:
            """The run is open: it belongs to the lock."""
            held.begun(tx, run)
            if begun is not None:
                begun(tx, run)

        done = pushing(plan, held, message=message, progress=progress, by=by, begun=opened)
        return result(plan, held, done)
