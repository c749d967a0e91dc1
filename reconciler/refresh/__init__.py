"""This room brings into the store what is there now, and leaves what was pushed as it is.

So a change below shows as drift. A refresh never links by itself, and never drops what is used.
"""

from reconciler.refresh.refreshed import ItemTally, Refreshed, Tally
from reconciler.refresh.run import refresh

__all__ = ["ItemTally", "Refreshed", "Tally", "refresh"]
