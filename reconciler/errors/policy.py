"""This room is what may be wrong with `reconcile.yaml`, and with rules that a district adds."""

from __future__ import annotations

from reconciler.errors.root import FAILED, REFUSED, ReconcilerError


class PolicyWrong(ReconcilerError):
    """{file} can't be used: {count} error(s), told above."""

    remedy = "Mend them; `reconcile schema reconcile` prints what the file may say."
    exit_code = FAILED


class RuleBroken(ReconcilerError):
    """The rule "{name}" of {package} can't judge this plan: {why}."""

    remedy = "Mend the rule, or uninstall the package that brings it; nothing was written."
    exit_code = REFUSED


class WarningsRefused(ReconcilerError):
    """Refused: {count} warning(s) of the catalogs, told above, count as errors here."""

    remedy = "Mend them, or take them out of `warnings_as_errors:` in reconcile.yaml."
    exit_code = REFUSED
