"""This room remembers what was done: who ran what, when and why, and where it stands."""

from __future__ import annotations

import getpass
import os
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from reconciler.current import Run

if TYPE_CHECKING:
    from reconciler.current import Transaction

CI_USERS = ("RECONCILE_USER", "GITHUB_ACTOR", "GITLAB_USER_LOGIN", "BUILD_REQUESTEDFOR")
"""Environment variables that say who stands behind a run, the first that is set."""


def now() -> str:
    """This moment: UTC, ISO 8601, to the second."""
    return datetime.now(UTC).replace(microsecond=0).isoformat()


def who() -> str:
    """Who runs the tool: a CI variable, else the user."""
    for name in CI_USERS:
        if os.environ.get(name):
            return os.environ[name]
    try:
        return getpass.getuser()
    except (KeyError, OSError):
        return "unknown"


def begin(tx: Transaction, kind: str, *, plan: str = "", options: str = "{}", message: str = "") -> int:
    """Open a run in the journal; gives its id."""
    return tx.begin_run(Run(0, kind, who(), now(), None, "running", message, plan, options, None))
