"""This room is the root of all failures: a message, a remedy and an exit code; and the exit codes.

A class's docstring is its message: `{name}` places are filled from the keywords it is raised with.
"""

from __future__ import annotations

import inspect
from difflib import get_close_matches
from typing import TYPE_CHECKING, ClassVar, Protocol

if TYPE_CHECKING:
    from collections.abc import Iterable


class Problem(Protocol):
    """Something wrong with an input: its text says where and what."""

    @property
    def remedy(self) -> str:
        """What to do about it."""


DONE = 0
FAILED = 1
CHANGES = 2
REMAINDERS = 3
REFUSED = 4
STALE = 5
BUSY = 6
IN_PART = 7
USAGE = 64
BUG = 70
INTERRUPTED = 130


class ReconcilerError(Exception):
    """Something went wrong: {what}."""

    remedy: ClassVar[str] = ""
    exit_code: ClassVar[int] = FAILED

    def __init__(self, **facts: object) -> None:
        """Fill the message and the remedy from `facts`."""
        self.facts = facts
        super().__init__(inspect.cleandoc(type(self).__doc__ or "").format(**facts))

    @property
    def problems(self) -> tuple[Problem, ...]:
        """The problems of an input that led to this, each with its own place and remedy."""
        found: tuple[Problem, ...] = self.facts.get("problems", ())  # type: ignore[assignment]
        return found

    @property
    def way_out(self) -> str:
        """What the person can do about it; empty where nothing is to be said."""
        return self.remedy.format(**self.facts)


def suggestion(word: str, known: Iterable[str]) -> str:
    """` (did you mean "x"?)` where a known word is close, else an empty text."""
    close = get_close_matches(word, sorted(known), n=1, cutoff=0.6)
    return f' (did you mean "{close[0]}"?)' if close else ""
