"""This room says what may stay as it was changed below, and until when."""

from __future__ import annotations

from typing import TYPE_CHECKING

from reconciler.plan.targets import matches
from reconciler.policy.model import Finding

if TYPE_CHECKING:
    from collections.abc import Iterator

    from reconciler.policy.model import Policy, Waiver


def waived(policy: Policy, address: str, today: str) -> Waiver | None:
    """The waiver that holds on this day for an item's address; None where there is none."""
    held = (one for one in policy.waivers if today[:10] <= one.expires)
    return next((one for one in held if matches(address, (one.address,))), None)


def expired(policy: Policy, today: str) -> Iterator[Finding]:
    """The waivers that hold no more."""
    for one in policy.waivers:
        if one.expires < today[:10]:
            what = f"the waiver of {one.owner} for {one.address} has expired on {one.expires} ({one.reason})"
            how = "Settle what it was for, then take it out of reconcile.yaml; or give it another day."
            yield Finding("waiver_expired", what, refuses=False, how=how)
