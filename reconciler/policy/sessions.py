"""This room says what happens to a plan while school is in session (W1, W5)."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from reconciler.plan.reach import in_session
from reconciler.plan.targets import meant
from reconciler.policy.model import Finding
from reconciler.policy.rights import calendars, touched

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from reconciler.course import Calendar
    from reconciler.current import Snapshot
    from reconciler.plan.saved import SavedPlan
    from reconciler.policy.model import Sessions

ALLOW = "Say `--allow-in-session` if that is what you want."


class Said(NamedTuple):
    """What the person said: --allow-in-session, a --message; and on which days to look.

    `today` is the day that they named (or this one). What the file refuses in so many words is judged by
    the real day too, so that naming another does not lift it.
    """

    allowed: bool
    message: str
    today: str
    real: str

    def days(self, way: str) -> tuple[str, ...]:
        """The days to look at, by what the file says."""
        return (self.today, self.real) if way in ("refuse", "read_only") else (self.today,)


def overwriting(sessions: Sessions, plan: SavedPlan, snapshot: Snapshot, said: Said) -> Iterator[Finding]:
    """W1: an overwrite in a running school year; overwriting categories from courses (S2) is one too.

    It is asked once more when a saved plan is applied: school may have begun since.
    """
    scope, days = plan.scope, said.days(sessions.overwrite)
    if scope.undoes or not (scope.overwrite or scope.overwrite_categories):
        return
    running = [one for one in snapshot.calendars() if meant(scope, one) and _runs(one, days)]
    if running:
        what = "an overwrite" if scope.overwrite else "overwriting categories"
        told = f"{what}, and school is in session by now in {calendars(running)}"
        yield _judged("W1", sessions.overwrite or "flag", "overwrite", told, said)


def moving_grades(sessions: Sessions, plan: SavedPlan, snapshot: Snapshot, said: Said) -> Iterator[Finding]:
    """W5: changes that may move grades in a running school year. The plan itself has warned of them."""
    days, way = said.days(sessions.grade_affecting), sessions.grade_affecting
    warned = any(one["code"] == "W5" for one in plan.summary.get("warnings", ()))
    seen = set(days) == {plan.scope.today}
    if (warned and way == "warn") or (seen and not warned):
        return
    changes = plan.summary.get("changes", ())
    lines = [one for one in changes if "grade_affecting" in one["flags"] and one["affected"]]
    running = lines and touched(plan, snapshot, lambda one: _runs(one, days))
    if running:
        told = f"{len(lines):,} {'change' if len(lines) == 1 else 'changes'} may move grades,"
        told += f" and school is in session in {calendars(running)}"
        yield _judged("W5", way, "grade_affecting", told, said)


def _runs(calendar: Calendar, days: Iterable[str]) -> bool:
    return any(in_session(calendar, day) for day in days)


def _judged(code: str, way: str, key: str, told: str, said: Said) -> Finding:
    """`flag` is `ask` without a message; each is settled by what was said."""
    if way == "refuse":
        how = f"Wait until the school year is over, or mend `sessions: {key}:` in reconcile.yaml."
        return Finding(code, told, refuses=True, how=how, early=True)
    if way != "warn" and not said.allowed:
        how = ALLOW if way == "flag" else ALLOW.replace("session`", "session` and `--message WHY`")
        return Finding(code, told, refuses=True, how=how, early=True)
    silent = way == "ask" and not said.message.strip()
    return Finding(code, told, silent, "Say why with `--message WHY` when it is applied." if silent else "")
