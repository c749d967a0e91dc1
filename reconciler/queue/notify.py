"""This room tells people that a job has ended: by e-mail, chat or webhook, through apprise (an extra).

Where to is a secret: it is read from environment variables, and no message of ours shows it. Whatever goes
wrong here becomes a sentence, never a failure: the push is done.
"""

from __future__ import annotations

import logging
import os
import warnings
from typing import TYPE_CHECKING

from reconciler.queue.job import Status, read_told

if TYPE_CHECKING:
    from collections.abc import Mapping

    from reconciler.current import Job
    from reconciler.policy.model import Notify

ENDS = {Status.COMPLETED: "done", Status.WITH_FAILURES: "in_part", Status.FAILED: "failed"}
"""What `on:` in reconcile.yaml calls the ways in which a job ends."""
EXTRA = "apprise is not installed; `pip install 'reconciler[notify]'` brings it"


def notify(wish: Notify, job: Job, text: str, environment: Mapping[str, str] = os.environ) -> tuple[str, ...]:
    """Tell every channel how a job ended; gives what went wrong, a sentence a channel."""
    if ENDS.get(Status(job.status)) not in wish.on:
        return ()
    title = f"Job {job.id} of {job.submitted_by}: {job.status}"
    return tuple(
        filter(None, (_send(name, environment.get(name, ""), title, text) for name in wish.urls_from))
    )


def wanted(wish: Notify, job: Job) -> bool:
    """Does anybody want to know that the job ended so?"""
    return bool(wish.urls_from) and ENDS.get(Status(job.status)) in wish.on


def subject(job: Job) -> str:
    """What the job was about, in a line."""
    told = read_told(job)
    return f"{', '.join(told.catalogs) or 'courses'}, {told.mode}, to {', '.join(told.calendars)}"


def _send(name: str, urls: str, title: str, text: str) -> str:
    """Tell the channel that a variable names; gives what went wrong."""
    if not urls.strip():
        return f"No notification to {name}: the environment variable is not set."
    # apprise would write addresses, and so secrets, to stderr.
    logging.getLogger("apprise").addHandler(logging.NullHandler())
    try:
        with warnings.catch_warnings(action="ignore"):  # of modules that apprise enters: not the person's
            return _sent(name, urls, title, text)
    except ImportError:
        return f"No notification to {name}: {EXTRA}."
    except Exception as error:  # noqa: BLE001 - somebody else's service; the push is done whatever it does
        return f"No notification to {name}: {type(error).__name__}."


def _sent(name: str, urls: str, title: str, text: str) -> str:
    import apprise  # noqa: PLC0415 - an extra, and slow to import

    channel = apprise.Apprise()
    if not channel.add(urls):
        return f"No notification to {name}: it holds no address that apprise understands."
    sent = channel.notify(title=title, body=text)
    return "" if sent else f"No notification to {name}: it could not be delivered."
