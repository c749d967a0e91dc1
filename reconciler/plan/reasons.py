"""This room explains every reason code: what it says, and what there is to do.

The template of a course is its master, that of a section its course. `docs/reading-a-plan.md` is held
against this table by a test.
"""

from __future__ import annotations

from typing import NamedTuple


class Reason(NamedTuple):
    """A reason code in words; `do` is empty where there is nothing to do."""

    says: str
    do: str = ""


CHANGES: dict[str, Reason] = {
    "created": Reason("the template has it, and it is not there yet"),
    "updated": Reason("the template moved on"),
    "deleted": Reason("the template no longer has it, and nothing uses it"),
    "put_back": Reason(
        "it was changed below while it was linked (drift)",
        "Ask who changed it; if schools may, make it editable.",
    ),
    "taken_over": Reason("a field that was filled below before it was pushed gets the template's value"),
    "relinked": Reason("it is declared again, or overwritten: the same row and grades, linked again"),
    "replaced": Reason(
        "an item made below, of the same task and term, gives way",
        "If the school's is right, take the item out of the master.",
    ),
    "renamed": Reason(
        "a teacher's own item steps aside for a pushed one of its name, or `was:` renames it",
        "Tell the teachers; nothing is lost.",
    ),
    "linked": Reason("what is there already equals the template's; nothing is written"),
    "released": Reason("it is a residual no longer, and the school's own again"),
    "no_calculation": Reason(
        "the calculation of a task or standard that stays only because it is used is taken away (R2)",
        "Define its grade calc option at the course and push to sections, or let teachers realign.",
    ),
    "reference_gone": Reason("a task or standard that it names goes in this push (R7)"),
    "undone": Reason("it goes back to what it was before the run"),
}
"""Reasons of change lines."""

STAYS: dict[str, Reason] = {
    "used": Reason(
        "the change would strand grades: a term, an alignment or a score group in use (P10)",
        "Let teachers move what uses it, or leave the master as it was.",
    ),
    "edited_below": Reason("it is editable, and the edit made below is kept (L4)"),
    "filled_below": Reason("a section's own value wins, and no push clears it (S2)"),
    "kept_as_own": Reason("the master no longer has it, and the edit made below is kept as the school's own"),
    "no_calculation_pending": Reason(
        "a residual's calculation should go, but this push does not write grade calc options (R2)",
        "Lock and tick grade calc options, and push to sections.",
    ),
    "residual": Reason(
        "the template no longer has it, and it stays because it is used (R1)",
        "Let teachers realign or delete what uses it; the next push removes it.",
    ),
    "uses_unknown": Reason(
        "the template no longer has it, and it stays because the uses of its sections were never read (R1)",
        "Import the uses, then plan again.",
    ),
    "referred_to": Reason(
        "the template no longer has it, and it stays because something that stays names it (R7)",
        "Change what names it, or bring it into the push.",
    ),
}
"""Reasons why something stays."""

REFUSED: dict[str, Reason] = {
    "desynced": Reason(
        "something linked was changed below, so the push fails for this course (P5)",
        "Put it back by hand, or `reconcile relink` the course.",
    ),
    "term_out_of_range": Reason(
        "the master names a term that the calendar does not have",
        "Link the course to a master for so many terms, or complete the calendar's terms.",
    ),
    "missing_task": Reason(
        "it names a task or standard that the course will not have (L7)",
        "Lock and tick grading tasks and standards, or add the task at the course.",
    ),
    "missing_composite_row": Reason(
        "a weight whose composite row is not there (L5)",
        "Lock composite grades too, or add the row at the course.",
    ),
    "moved_since": Reason(
        "it was changed after the run, by another push or below",
        "Take the later run back first (`reconcile history` lists them), or change it by hand.",
    ),
    "used_since": Reason(
        "work lies on it by now, and going back would strand it (R1, P10)",
        "Let teachers realign or delete the work, then undo again.",
    ),
    "named_since": Reason(
        "something that stays names it by now (R7)", "Change what names it, then undo again."
    ),
    "name_taken": Reason(
        "another category has the name that it had", "Rename that category, then undo again."
    ),
    "kept_with_task": Reason("it belongs to a task or standard that stays", "See to the task first."),
}
"""Reasons why something is not pushed."""

SKIPPED: dict[str, Reason] = {
    "ignored": Reason("Ignore Master Push is set, or the catalog ignores the course (P2)"),
    "exempt": Reason("the catalog declares its calendar exempt (P2)"),
    "master_missing": Reason(
        "it is linked to a master that the catalog no longer has (P1)",
        "Bring the master back, link the course to another, or unlink it.",
    ),
    "mapped": Reason("a cross-site course that is mapped from another school (S3)"),
    "inactive": Reason("its master is inactive: only the field `active` is pushed (P3)"),
}
"""Reasons why a course is left out."""

PUSHED: dict[str, Reason] = {
    "now_used": Reason("it was used after the plan was made, so it is kept (R1)"),
    "already_there": Reason("it was as wanted already when the push came to it"),
    "left_out": Reason(
        "the course changed while it was pushed, so nothing was written to it", "Plan and apply again."
    ),
    "not_in_plan": Reason("it came into scope after the plan was made", "Plan and apply again."),
    "gone": Reason("it was removed from the state after the plan was made"),
}
"""What a push may note of a host, beside what its plan says."""

PLAIN = frozenset({"created", "updated", "linked", "undone"})
"""Reasons that need no words beside their code."""
CAUSES: dict[str, str] = {
    "changed_below": "changed at the school while it was unlocked, or by a script",
    "gone_below": "deleted at the school while it was unlocked, or by a script",
    "made_below": "made at the school before the master had it",
    "dropped": "changed at the school, and the master no longer has it",
    "terms": "the calendar has fewer terms than the master names",
}
"""Likely causes of a refusal."""

FLAGS: dict[str, Reason] = {
    "grade_affecting": Reason("grades may come out differently, and there is work already (P13)"),
    "in_session": Reason("the school year is running"),
    "drift": Reason("it was changed below since it was last pushed"),
}
"""Flags of a change line."""

ALL: dict[str, Reason] = {**CHANGES, **STAYS, **REFUSED, **SKIPPED, **PUSHED}
"""Every reason code."""
