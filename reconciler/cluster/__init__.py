"""This room plans and applies on many machines, by calendar, with the same result as on one.

`farm.py` reaches a Dask cluster and spreads work over it; `batches.py` cuts a push by its calendars;
`work.py` is what a worker does with one batch; `planning.py` and `pushing.py` put the parts together.
"""

from reconciler.cluster.farm import Farm, joined
from reconciler.cluster.planning import build
from reconciler.cluster.pushing import pushing

__all__ = ["Farm", "build", "joined", "pushing"]
