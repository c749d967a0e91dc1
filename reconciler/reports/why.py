"""This room puts into words why something waits, and the state of a course; and what there is to do.

Codes that a plan knows too are told in the plan's words (`plan/reasons.py`).
"""

from __future__ import annotations

from reconciler.plan.reasons import ALL, Reason

WAITING: dict[str, Reason] = {
    "unlocked": Reason(
        "it is not locked in the catalog, so no push carries it (L1)",
        "Lock it in the catalog, if schools shall have it.",
    ),
    "not_ticked": Reason(
        "the last push left its data type out (P4)",
        "Push again without leaving it out (--data, --skip-data).",
    ),
    "never_pushed": Reason("it was never pushed to these courses", "Plan and apply a push."),
    "other_year": Reason(
        "no push of this year has reached these courses; what they have was carried over, or linked",
        "Plan and apply a push for this year.",
    ),
    "push_undone": Reason(
        "the push that carried it was undone", "Plan and apply again, once the cause is gone."
    ),
    "moved_on": Reason("the template moved on after the last push", "Plan and apply a push."),
    "stopped_at_courses": Reason(
        "the last push stopped at the courses (P8)", "Push with --to-sections, or push from courses."
    ),
}
"""Why something has not moved, beside the reasons of a plan."""

STATES: dict[str, Reason] = {
    "": Reason("it is in sync with its master in all locked areas"),
    "not_linked": Reason(
        "it is linked to no master", "Link it with `reconcile link`, if a master is for it."
    ),
    "not_served": Reason("its catalog is not for this school or year", "See `schools:` and `school_years:`."),
    "set_up_below": Reason("it is linked, but all its setup was made below", "Plan and apply a push."),
    "never_pushed": Reason("it is linked, and nothing was pushed to it yet", "Plan and apply a push."),
    "fields_changed_below": Reason("a field was changed below; the next push puts it back (row 4)"),
}
"""Why a course is in its state, beside the reasons of a plan."""

LINGERING: dict[str, str] = {
    "category_used": "{teacher} moves its assignments to another category, or deletes them; the next"
    " push to sections removes it.",
    "task_used": "Two ways (R2): define its grade calc option at {course} and push to sections; or {teacher}"
    " realigns or deletes what uses it, and the next push removes it.",
    "uses_unknown": "The uses of this section were never read: import them, then push again.",
    "referred_to": "Change what refers to it ({by}), or bring that into the push.",
    "goes_with_task": "It belongs to {task} and goes with it; see there.",
    "unused": "Nothing uses it any more: the next push removes it (R4).",
    "cleared": "",
}
"""The next action for each kind of residual."""


def waiting(code: str) -> Reason:
    """The words of a reason why something waits."""
    return WAITING.get(code) or ALL[code]


def standing(code: str) -> Reason:
    """The words of the reason for a course's state."""
    return STATES.get(code) or ALL[code]
