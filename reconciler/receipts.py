"""This room remembers what was done: who ran what, when and why, and where it stands."""

from __future__ import annotations

import getpass
import os
import subprocess
from datetime import UTC, date, datetime
from typing import TYPE_CHECKING

from reconciler.current import Run
from reconciler.errors.journal import DayWrong

if TYPE_CHECKING:
    from pathlib import Path

    from reconciler.current import Transaction

CI_USERS = ("RECONCILE_USER", "GITHUB_ACTOR", "GITLAB_USER_LOGIN", "BUILD_REQUESTEDFOR", "GIT_AUTHOR_NAME")
"""Environment variables that say who stands behind a run, the first that is set."""
AS_OF = "RECONCILE_AS_OF"
"""The environment variable that says as of which day is judged what is in session, or over."""
PUSHES = ("apply", "relink", "undo")
"""The kinds of runs that carried out a plan and have a push result."""


def now() -> str:
    """This moment: UTC, ISO 8601, to the second."""
    return datetime.now(UTC).replace(microsecond=0).isoformat()


def today() -> str:
    """The day where the person sits, ISO 8601; another one where RECONCILE_AS_OF says so.

    Raises DayWrong.
    """
    told = os.environ.get(AS_OF)
    if not told:
        return date.today().isoformat()  # noqa: DTZ011 - the day where the person sits
    try:
        return date.fromisoformat(told).isoformat()
    except ValueError:
        raise DayWrong(name=AS_OF, day=told) from None


def who() -> str:
    """Who runs the tool: a CI variable, else git's author here, else the user of the machine."""
    for name in CI_USERS:
        if os.environ.get(name):
            return os.environ[name]
    try:
        return _git("config", "user.name") or getpass.getuser()
    except (KeyError, OSError):
        return "unknown"


def revision(path: Path | None) -> str:
    """The git commit of the folder that a file is in, `+` behind it where files have changed since.

    Empty where there is no git, or no commit.
    """
    if path is None:
        return ""
    folder = str(path if path.is_dir() else path.absolute().parent)
    commit = _git("-C", folder, "rev-parse", "--short=12", "HEAD")
    return commit + "+" * bool(commit and _git("-C", folder, "status", "--porcelain", "-uno", "."))


def _git(*words: str) -> str:
    try:
        done = subprocess.run(["git", *words], capture_output=True, text=True, timeout=10, check=False)  # noqa: S603, S607
    except (OSError, subprocess.SubprocessError):
        return ""
    return done.stdout.strip() if done.returncode == 0 else ""


def begin(
    tx: Transaction, kind: str, *, plan: str = "", options: str = "{}", message: str = "",
    revision: str = "", undoes: int | None = None, by: str = "",
) -> int:  # fmt: skip
    """Open a run in the journal; gives its id. `by`: who stands behind it, where that is not who runs it."""
    run = Run(0, kind, by or who(), now(), None, "running", message, plan, options, None, revision, undoes)
    return tx.begin_run(run)
