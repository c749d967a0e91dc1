"""This room warns of what is allowed and probably not meant (domain.md 8, Warnings)."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING

from reconciler.catalog import Plain
from reconciler.check.layers import Pieces, texts
from reconciler.check.sced import examine as examine_sced
from reconciler.course import Area, Lock, decimal_text

if TYPE_CHECKING:
    from reconciler.check.drafts import Draft, Drafts
    from reconciler.check.report import Report
    from reconciler.course import Locks


def examine(drafts: Drafts, report: Report) -> None:
    """Say every warning about single masters."""
    for draft in drafts.masters:
        if draft.active and not draft.merged.marred:
            _nothing_to_grade(draft, drafts.locks, report)
            _gpa(draft, report)
        examine_sced(draft, report)


def _nothing_to_grade(draft: Draft, locks: Locks, report: Report) -> None:
    """Areas that the catalog leaves to schools are not the master's to fill."""
    lists = draft.merged.lists
    graded = lists.get("grading_tasks") or lists.get("standards")
    if locks.of(Area.GRADING_TASKS) is not Lock.UNLOCKED and "grading_tasks" in lists and not graded:
        message = f"master {draft.number} has no grading task"
        report.warn("no-task", draft.table.spot(), message, "add tasks, or make the master inactive")
    calculated = lists.get("grade_calc_options")
    if locks.of(Area.GRADE_CALC_OPTIONS) is not Lock.UNLOCKED and calculated == {}:
        message = f"master {draft.number} has no grade calc option: nothing is calculated"
        report.warn("no-calculation", draft.table.spot(), message, "add grade_calc_options")


def _gpa(draft: Draft, report: Report) -> None:
    leaf = draft.merged.info.get("gpa_weight")
    credit = _final_credit(draft.merged.lists.get("grading_tasks") or {})
    if leaf is None or not isinstance(leaf.value, Plain) or credit is None:
        return
    if Decimal(leaf.value) != credit:
        shown = decimal_text(credit)
        message = f"master {draft.number}: gpa_weight {leaf.value} is unlike its final task's credit {shown}"
        remedy = "make them equal, or accept that the course weighs differently"
        report.warn("gpa-unlike-credit", leaf.spot, message, remedy)


def _final_credit(tasks: Pieces) -> Decimal | None:
    """The credit of the task that is graded last, of those that award credit."""
    awarding = [
        (max((int(term) for term in texts(piece.fields.get("terms"))), default=0), key, Decimal(credit))
        for key, piece in tasks.items()
        if isinstance(credit := piece.fields.get("credit"), Plain)
    ]
    return max(awarding)[2] if awarding else None
