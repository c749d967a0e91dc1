"""This room lists every failure, with its message, its remedy and its exit code.

A class's docstring is its message: `{name}` places are filled from the keywords it is raised with.
"""

from __future__ import annotations

import inspect
from difflib import get_close_matches
from typing import TYPE_CHECKING, ClassVar

if TYPE_CHECKING:
    from collections.abc import Iterable

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
    def way_out(self) -> str:
        """What the person can do about it; empty where nothing is to be said."""
        return self.remedy.format(**self.facts)


def suggestion(word: str, known: Iterable[str]) -> str:
    """` (did you mean "x"?)` where a known word is close, else an empty text."""
    close = get_close_matches(word, sorted(known), n=1, cutoff=0.6)
    return f' (did you mean "{close[0]}"?)' if close else ""


class SourceUnknown(ReconcilerError):
    """{path} is no district that can be read: {found}."""

    remedy = (
        "Give a native YAML or JSON file, a OneRoster CSV folder or zip, or a folder of Ed-Fi XML or JSON"
        " lines; --format says which."
    )


class SourceBroken(ReconcilerError):
    """{place} can't be read: {why}."""

    remedy = "Export it again, or mend the file at that place; nothing was brought in."


class DeltaRefused(ReconcilerError):
    """{place} says that {file} holds only what changed (delta); a district is brought in whole."""

    remedy = "Export the package again with every file as bulk."
    exit_code = REFUSED


class ArchiveRefused(ReconcilerError):
    """{path} is not opened: {why}."""

    remedy = "Unpack it where you trust what is in it, and give the folder."
    exit_code = REFUSED
