"""This room lets one writer at a time into a calendar (domain.md 10).

`process.py` knows processes of this machine; `signs.py` tells the living from the dead; `take.py` takes
locks and gives them back, within a transaction; `hold.py` holds one for the length of a run, with
`heart.py` to keep it alive; `told.py` puts locks into words.
"""

from reconciler.guard.hold import LockedStore, locked, patiently
from reconciler.guard.take import alone

__all__ = ["LockedStore", "alone", "locked", "patiently"]
