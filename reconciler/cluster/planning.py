"""This room makes a plan on a cluster: the same, byte for byte, as on one machine."""

from __future__ import annotations

import pickle
from io import BytesIO
from typing import TYPE_CHECKING, Any

from reconciler.cluster.batches import cut, sizes
from reconciler.cluster.work import Part, State, ToPlan, newest, plan_batch
from reconciler.course import EMPTY, Setup
from reconciler.plan.build import assemble
from reconciler.plan.merge import join
from reconciler.plan.targets import Targets

if TYPE_CHECKING:
    from collections.abc import Sequence

    from reconciler.cluster.farm import Farm
    from reconciler.course import Catalog, Item
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
    known: dict[str, Setup] = {EMPTY.digest: EMPTY}
    parts: list[Part] = [_Reader(one, known).load() for one in farm.spread(plan_batch, sent, batches)]
    for one in parts:
        targets.meet(one.met)
    found = join([one.found for one in parts])
    return assemble(catalogs, targets, found, snapshot, store=store.id, catalog=catalog)


class _Reader(pickle.Unpickler):
    """Reads what a worker sends; equal setups come as one object, as they do where one reading made them."""

    def __init__(self, text: bytes, known: dict[str, Setup]) -> None:
        super().__init__(BytesIO(text))
        self._known = known

    def find_class(self, module: str, name: str) -> Any:  # noqa: ANN401 - any class
        """What a name in the pickle stands for."""
        found = super().find_class(module, name)
        return self._setup if found is Setup else found

    def _setup(self, items: tuple[Item, ...], digest: str) -> Setup:
        made = Setup(items, digest)
        return self._known.setdefault(made.digest, made)
