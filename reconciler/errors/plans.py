"""This room is what may keep a plan from being used or carried out."""

from __future__ import annotations

from reconciler.errors.root import REFUSED, STALE, USAGE, ReconcilerError


class PlanForeign(ReconcilerError):
    """{file} is no saved plan: {why}."""

    remedy = "Make one with `reconcile plan --out {file}`."
    exit_code = STALE


class PlanBroken(ReconcilerError):
    """{file} is not whole: it breaks off or is damaged at line {line}, column {column}."""

    remedy = "Copy it again from where it was made, or make it anew with `reconcile plan --out {file}`."
    exit_code = STALE


class PlanTampered(ReconcilerError):
    """{file} is not as it was written: its body does not match its digest."""

    remedy = "A plan can't be edited. Change the catalog or the options, and plan again."
    exit_code = STALE


class PlanNewer(ReconcilerError):
    """{file} was written by a newer version of reconciler."""

    remedy = "Update reconciler on this machine, or plan again here."
    exit_code = STALE


class PlanOlder(ReconcilerError):
    """{file} was written by an older version of reconciler, in a form that is no longer read."""

    remedy = "Plan again with `reconcile plan --out {file}`, and have the new plan looked at."
    exit_code = STALE


class PlanOfOtherStore(ReconcilerError):
    """The plan was made for another state than {url}."""

    remedy = "Point `--state` at the state it was made for, or plan again for this one."
    exit_code = STALE


class PlanOfOtherCatalog(ReconcilerError):
    """The catalogs have changed since this plan was made."""

    remedy = "Plan again, and have the new plan looked at."
    exit_code = STALE


class PlanStale(ReconcilerError):
    """The plan no longer fits what is there: {member}: {what}. {count} in all differ; nothing was written."""

    remedy = "Plan again, and have the new plan looked at."
    exit_code = STALE


class PushRefused(ReconcilerError):
    """Refused: {what}."""

    remedy = "{how}"
    exit_code = REFUSED


class NotConfirmed(ReconcilerError):
    """Nothing was applied: {why}."""

    remedy = "Say `--yes` to go on without being asked."
    exit_code = REFUSED


class RunUnknown(ReconcilerError):
    """There is no finished push{run} in this state."""

    remedy = "Runs with a report: {known}."
    exit_code = USAGE
