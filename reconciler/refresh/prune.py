"""This room removes what the source does not have any more, and never anything with grades (R1)."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, NamedTuple

from reconciler.address import Address

if TYPE_CHECKING:
    from reconciler.current import SectionRecord, Transaction
    from reconciler.refresh.work import CalendarWork


class Pruned(NamedTuple):
    """How many went and stayed, by (kind, `removed` or `kept`); and why the kept ones stay."""

    tally: Counter[tuple[str, str]]
    reasons: tuple[str, ...]


def prune_calendar(tx: Transaction, work: CalendarWork) -> Pruned:
    """Remove one calendar's absent sections and courses; keep those with uses, or uses never read."""
    sections = work.absent_sections()
    sets = tx.used({one.used_id for one in sections if one.used_id is not None})
    why = {one.id: _why_kept(one, bool(one.used_id is not None and sets[one.used_id])) for one in sections}
    kept = [one for one in sections if why[one.id]]
    gone = [one.id for one in sections if not why[one.id]]
    stay = {one.course_id for one in kept}
    # A section that came under another course leaves its old one; what stays in a course keeps it.
    courses = work.absent_courses()
    removed = [one.id for one in courses if one.id not in stay]
    numbers = {one.id: one.number for one in work.courses}
    if gone:
        tx.drop_sections(gone)
    if removed:
        tx.drop_courses(removed)
    tally = Counter({
        ("sections", "removed"): len(gone),
        ("sections", "kept"): len(kept),
        ("courses", "removed"): len(removed),
        ("courses", "kept"): len(courses) - len(removed),
    })  # fmt: skip
    reasons = tuple(
        f"{Address(numbers[one.course_id], calendar=work.name, section=one.number)}: {why[one.id]}"
        for one in kept
    )
    return Pruned(tally, reasons)


def _why_kept(one: SectionRecord, used: bool) -> str:
    if one.used_id is None:
        return "is not in the source any more; it was kept, as its uses were never read"
    return "is not in the source any more; it was kept, as it has graded work" if used else ""
