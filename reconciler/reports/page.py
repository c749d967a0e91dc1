"""This room sets text: wrapped lines with a hanging indent, parts with titles, long lists folded."""

from __future__ import annotations

import textwrap
from typing import TYPE_CHECKING

from reconciler.plan.words import plain

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

WIDTH = 80
"""The width of a page where nobody says another."""
SHORT = 25
"""How many lines of one part are told before the rest is folded to a count."""


class Page:
    """A text while it is written. `verbose` folds nothing but members."""

    def __init__(self, width: int = WIDTH, *, verbose: bool = False) -> None:
        """Start an empty page."""
        self.width = max(width, 40)
        self.verbose = verbose
        self._lines: list[str] = []

    def say(self, text: str, *, indent: int = 0, hang: int = 2, sign: str = "") -> None:
        """One paragraph; `sign` stands before it."""
        first = " " * indent + (f"{sign} " if sign else "")
        rest = " " * (len(first) if sign else indent + hang)
        wrapped = textwrap.wrap(
            plain(text),
            self.width,
            initial_indent=first,
            subsequent_indent=rest,
            break_long_words=False,
            break_on_hyphens=False,
        )
        self._lines.extend(wrapped or [first.rstrip()])

    def title(self, text: str) -> None:
        """The title of a part, after an empty line."""
        if self._lines:
            self._lines.append("")
        self._lines.append(text)

    def gap(self) -> None:
        """An empty line."""
        self._lines.append("")

    def listing(self, words: Sequence[str], *, indent: int, most: int) -> None:
        """One word a line; the rest is folded."""
        for word in words[:most]:
            self._lines.append(" " * indent + plain(word))
        if len(words) > most:
            self._lines.append(" " * indent + f"... and {len(words) - most:,} more")

    def fold(self, rest: int, what: str, hint: str = "-v shows all") -> None:
        """Say how many lines are not told."""
        if rest:
            noun = what if rest == 1 else what + "s"
            self._lines.append(f"  ... and {rest:,} more {noun}; {hint}")

    def text(self) -> str:
        """The whole page; the last line has no end, which is for whoever prints it."""
        return "\n".join(line.rstrip() for line in self._lines)


def series(words: Iterable[str], last: str = "and") -> str:
    """`a`, `a and b`, `a, b and c`."""
    told = list(words)
    return f" {last} ".join([", ".join(told[:-1]), told[-1]]) if len(told) > 1 else "".join(told)
