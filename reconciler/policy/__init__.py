"""This room permits, warns or refuses: rights, thresholds, sessions, windows, waivers (`reconcile.yaml`).

`reading.py` reads the file, `model.py` is what it says; every other file is one rule; `judging.py` asks
them all.
"""

from reconciler.policy.judging import Leave, as_errors, findings, judge, require, require_none
from reconciler.policy.model import Finding, Policy, Waiver
from reconciler.policy.planned import planned, settled
from reconciler.policy.reading import SETTINGS, document, load
from reconciler.policy.rights import asked, may, moved_in
from reconciler.policy.waivers import expired, waived

__all__ = [
    "SETTINGS",
    "Finding",
    "Leave",
    "Policy",
    "Waiver",
    "as_errors",
    "asked",
    "document",
    "expired",
    "findings",
    "judge",
    "load",
    "may",
    "moved_in",
    "planned",
    "require",
    "require_none",
    "settled",
    "waived",
]
