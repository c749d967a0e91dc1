"""This room says who may do what, where (domain.md 11)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from reconciler import receipts
from reconciler.plan.reach import school_year
from reconciler.plan.targets import matches, meant
from reconciler.plan.told import MOST
from reconciler.policy.model import EVERYBODY, Finding

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence

    from reconciler.course import Calendar
    from reconciler.current import Snapshot
    from reconciler.plan.saved import SavedPlan
    from reconciler.plan.scope import Scope
    from reconciler.policy.model import Policy, Right

READS = "report"
"""The one right that changes nothing, so that past years have it too."""
WRITABLE = "writable"


def may(policy: Policy, who: str, right: str, calendar: Calendar, today: str = "") -> str:
    """Why somebody may not do this in a calendar (`push`, `edit`, ...); empty where they may.

    `today` (ISO 8601; this day unless said) decides which school years are over.
    """
    found = asked(policy, who, right, (calendar,), today=today)
    return found.message if found else ""


def asked(
    policy: Policy, who: str, right: str, places: Iterable[Calendar], *, today: str = "", past: bool = True
) -> Finding | None:
    """What keeps somebody from doing this in all these calendars; None where nothing does.

    `past`: it writes what schools see, so that it is kept out of school years that are over.
    """
    known = sorted(places, key=lambda one: one.name)
    day = today or receipts.today()
    ended = [one for one in known if over(one, day)]
    if ended and past and right != READS and policy.past_years != WRITABLE:
        return _over(ended)
    lacking = [one for one in known if not _given(policy, who, right, one)]
    return _missing(right, who, lacking) if lacking else None


def _over(ended: Sequence[Calendar]) -> Finding:
    what = f"the school year is over in {calendars(ended)}, and past years are read-only"
    how = "If it must be written to all the same, say `past_years: writable` in reconcile.yaml."
    return Finding("past_year", what, refuses=True, how=how)


def _missing(right: str, who: str, lacking: Sequence[Calendar]) -> Finding:
    schools = sorted({one.school for one in lacking})
    told = ", ".join(schools[:MOST]) + (", ..." if len(schools) > MOST else "")
    what = f"{who} has no right `{right}` in {calendars(lacking)}"
    entry = f"`may: [{right}]`, for {who}, `schools: [{told}]`"
    return Finding(
        "right", what, refuses=True, how=f"An entry of `rights:` in reconcile.yaml gives it: {entry}."
    )


def over(calendar: Calendar, today: str) -> bool:
    """Has this calendar's school year ended? By its terms' dates, else on 30 June."""
    return school_year(calendar)[1] < today[:10]


def _given(policy: Policy, who: str, right: str, calendar: Calendar) -> bool:
    return policy.rights is None or any(
        right in one.may
        and names(policy, one, who)
        and matches(calendar.school, one.schools)
        and (not one.years or calendar.year in one.years)
        for one in policy.rights
    )


def names(policy: Policy, right: Right, who: str) -> bool:
    """Is this entry about this person?"""
    groups = (policy.groups.get(name, frozenset()) for name in right.groups)
    return any(EVERYBODY in people or who in people for people in (right.people, *groups))


def needed(scope: Scope) -> tuple[str, ...]:
    """The rights that a push takes. An undo takes that to push, a push from courses that to sections."""
    if scope.undoes:
        return ("push",)
    told = (
        ("push", not scope.from_courses),
        ("to_sections", scope.to_sections or scope.from_courses),
        ("overwrite", scope.overwrite or scope.overwrite_categories),
    )
    return tuple(name for name, there in told if there)


def touched(plan: SavedPlan, snapshot: Snapshot, suspect: Callable[[Calendar], bool]) -> tuple[Calendar, ...]:
    """The calendars in which the plan has a course, of those that are `suspect`.

    Only where there are such ones are the courses looked up.
    """
    scope = plan.scope
    found = {
        one.id: one for one in snapshot.calendars() if (scope.undoes or meant(scope, one)) and suspect(one)
    }
    if not found:
        return ()
    met = {row.calendar_id for row in snapshot.courses(sorted(found)) if row.id in plan.courses}
    return tuple(found[place] for place in sorted(met, key=lambda place: found[place].name))


def moved_in(snapshot: Snapshot, run: int) -> tuple[Calendar, ...]:
    """The calendars in which a run moved a course or a section that is there still."""
    moved: dict[bool, set[int]] = {False: set(), True: set()}
    for line in snapshot.moves(run):
        moved[bool(line.on_section)].update(line.members)
    return tuple(
        one
        for one in snapshot.calendars()
        if any(row.id in moved[False] for row in snapshot.courses([one.id]))
        or any(row.id in moved[True] for row in snapshot.sections([one.id]))
    )


def missing(policy: Policy, plan: SavedPlan, snapshot: Snapshot, who: str) -> Iterator[Finding]:
    """The rights that somebody lacks for a plan: all of it is refused then."""
    for right in needed(plan.scope):
        lacking = touched(plan, snapshot, lambda one, right=right: not _given(policy, who, right, one))  # type: ignore[misc]
        if lacking:
            yield _missing(right, who, lacking)


def past(policy: Policy, plan: SavedPlan, snapshot: Snapshot, days: Sequence[str]) -> Iterator[Finding]:
    """School years that are over, on any of these days, are read-only."""
    if policy.past_years == WRITABLE:
        return
    ended = touched(plan, snapshot, lambda one: any(over(one, day) for day in days))
    if ended:
        yield _over(ended)


def calendars(found: Sequence[Calendar]) -> str:
    """How many calendars, and the first few of them: `2 calendars (A, B)`; one by its name alone."""
    told = [one.name for one in found]
    if len(told) == 1:
        return told[0]
    more = f" and {len(told) - MOST:,} more" if len(told) > MOST else ""
    return f"{len(told):,} calendars ({', '.join(told[:MOST])}{more})"


def strangers(policy: Policy, snapshot: Snapshot) -> Iterator[Finding]:
    """Schools that `rights:` speak of and that the state does not have."""
    named = {pattern for right in policy.rights or () for pattern in right.schools}
    known = [name for name, _ in snapshot.schools()] if named else []
    for pattern in sorted(named):
        if not any(matches(school, (pattern,)) for school in known):
            what = f'`rights:` speak of the school "{pattern}", and the state has none of that name'
            yield Finding("school", what, refuses=False, how="Mend the name in reconcile.yaml; case counts.")
