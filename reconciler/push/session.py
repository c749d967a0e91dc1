"""This room asks once more, at the time of the push, whether school is in session (W1)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from reconciler.errors import PushRefused
from reconciler.plan.reach import in_session
from reconciler.plan.targets import meant

if TYPE_CHECKING:
    from reconciler.current import Store
    from reconciler.plan.saved import SavedPlan


def permit(plan: SavedPlan, store: Store, today: str, *, allowed: bool) -> None:
    """Raise PushRefused for an overwrite of a year that is in session by now, unless that was allowed.

    Overwriting categories from courses (S2) is an overwrite too.
    """
    if allowed or not (plan.scope.overwrite or plan.scope.overwrite_categories):
        return
    with store.read() as snapshot:
        chosen = [one for one in snapshot.calendars() if meant(plan.scope, one)]
    running = [one.name for one in chosen if in_session(one, today)]
    if running:
        what = f"an overwrite, and school is in session by now in {', '.join(running)}"
        raise PushRefused(what=what, how="Say `--allow-in-session` if that is what you want.")
