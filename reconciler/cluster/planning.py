"""This room makes a plan on a cluster: the same, byte for byte, as on one machine."""

from __future__ import annotations

import pickle
from typing import TYPE_CHECKING

from reconciler.cluster.batches import cut, sizes
from reconciler.cluster.work import Part, State, ToPlan, newest, plan_batch
from reconciler.plan.build import assemble
from reconciler.plan.merge import join
from reconciler.plan.targets import Targets

if TYPE_CHECKING:
    from collections.abc import Sequence

    from reconciler.cluster.farm import Farm
    from reconciler.course import Catalog
    from reconciler.current import Snapshot, Store
    from reconciler.plan.model import Plan
    from reconciler.plan.scope import Scope


def build(
    farm: Farm, catalogs: Sequence[Catalog], scope: Scope, snapshot: Snapshot, store: Store, *, catalog: str
) -> Plan:
    """Plan a push as `plan.build` does, its calendars judged by the cluster.

    `snapshot` is a reading of `store`. Raises StateMovedOn where a worker, which reads for itself, saw that a
    run was begun or ended since; what `plan.build` raises; and what `Farm.spread` raises.
    """
    targets = Targets(catalogs, scope, snapshot.calendars())
    sent = ToPlan(State(store.elsewhere(), store.id, newest(snapshot)), targets)
    batches = cut(sizes(snapshot, targets.calendars), farm.workers)
    parts: list[Part] = [pickle.loads(one) for one in farm.spread(plan_batch, sent, batches)]  # noqa: S301 - our own task's
    for one in parts:
        targets.meet(one.met)
    found = join([one.found for one in parts])
    return assemble(catalogs, targets, found, snapshot, store=store.id, catalog=catalog)
