"""This room is drift: what was changed below since it was pushed, and the three ways out of it.

Put back (`ways.py`), adopted by the master (`adopting.py`), or waived (`waiving.py`).
"""

from reconciler.drift.adopting import Adoption, adoption
from reconciler.drift.find import find_drift
from reconciler.drift.lines import lines
from reconciler.drift.model import Drift, Line
from reconciler.drift.waiving import snippet
from reconciler.drift.ways import put_back

__all__ = ["Adoption", "Drift", "Line", "adoption", "find_drift", "lines", "put_back", "snippet"]
