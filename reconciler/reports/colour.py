"""This room adds colour to a plan's text, for terminals whose owner did not say NO_COLOR.

The text itself stays as it is: signs, flags and titles are wrapped in terminal codes, nothing moves.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping
    from typing import IO

_RED, _GREEN, _YELLOW, _BLUE, _BOLD, _END = (
    "\x1b[31m",
    "\x1b[32m",
    "\x1b[33m",
    "\x1b[34m",
    "\x1b[1m",
    "\x1b[0m",
)
_SIGNS = {"-": _RED, "!": _RED, "~": _YELLOW, "+": _GREEN, "=": _BLUE}
_SIGN = re.compile(r"^  ([-!~+=]) ", re.MULTILINE)
_FLAG = re.compile(r"\b(grade_affecting|drift|REFUSED)\b")
_TITLE = re.compile(r"(?<=\n\n)(\S.*[^.\n])(?=\n  )")


def wanted(stream: IO[str], environment: Mapping[str, str]) -> bool:
    """Is this a terminal, and has nobody asked for no colours (no-color.org)?"""
    return not environment.get("NO_COLOR") and environment.get("TERM") != "dumb" and stream.isatty()


def colour(text: str) -> str:
    """The same text with coloured signs and flags, and bold titles."""
    text = _SIGN.sub(lambda found: f"  {_SIGNS[found[1]]}{found[1]}{_END} ", text)
    text = _FLAG.sub(lambda found: f"{_YELLOW}{found[1]}{_END}", text)
    return _TITLE.sub(lambda found: f"{_BOLD}{found[1]}{_END}", text)


def plain(text: str) -> str:
    """The text without what `colour` added."""
    return re.sub(r"\x1b\[\d+m", "", text)
