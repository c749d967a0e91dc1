"""This room brings into the store what is there now, and leaves what was pushed as it is.

So a change below shows as drift. A refresh never links by itself, and never drops what is used. Where the
source has not taken what a run did, that is no drift: the host goes back to before the run (`not_taken`).
"""

from reconciler.refresh.not_taken import Lost, NotTaken, Taken
from reconciler.refresh.refreshed import ItemTally, Refreshed, Tally
from reconciler.refresh.run import refresh

__all__ = ["ItemTally", "Lost", "NotTaken", "Refreshed", "Taken", "Tally", "refresh"]
