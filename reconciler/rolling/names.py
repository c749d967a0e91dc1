"""This room finds what a calendar, and its terms, are called and when they are a year later."""

from __future__ import annotations

import re
from datetime import date

from reconciler.course import Term

_SPAN = re.compile(r"(?<!\d)(\d{4}|\d{2})(\s*[-\u2013/_]\s*)(\d{4}|\d{2})(?!\d)")
_LONG = re.compile(r"(?<!\d)\d{4}(?!\d)")
_SHORT = re.compile(r"(?<!\d)\d{2}(?!\d)")
_CENTURY = 100


def later(name: str, year: int, by: int) -> str | None:
    """The name with its years moved: `Hill High 2026-27` -> `Hill High 2027-28`; None where it has none.

    Only the years of the school year that ends in `year` are moved: first as a span, else written in full,
    else as the last two digits.
    """
    for pattern, move in ((_SPAN, _span), (_LONG, _one), (_SHORT, _one)):
        told = pattern.sub(lambda found, move=move: move(found, year, by), name)  # type: ignore[misc]
        if told != name:
            return told
    return None


def _span(found: re.Match[str], year: int, by: int) -> str:
    first, between, last = found.groups()
    if not (_is(first, year - 1) and _is(last, year)):
        return found.group()
    return f"{_moved(first, year - 1 + by)}{between}{_moved(last, year + by)}"


def _one(found: re.Match[str], year: int, by: int) -> str:
    text = found.group()
    for one in (year, year - 1) if len(text) > 2 else (year,):  # noqa: PLR2004 - digits
        if _is(text, one):
            return _moved(text, one + by)
    return text


def _is(text: str, year: int) -> bool:
    return int(text) == (year if len(text) > 2 else year % _CENTURY)  # noqa: PLR2004 - digits


def _moved(text: str, year: int) -> str:
    return str(year) if len(text) > 2 else f"{year % _CENTURY:02}"  # noqa: PLR2004 - digits


def terms_later(terms: tuple[Term, ...], by: int) -> tuple[Term, ...]:
    """The same terms with their dates moved by whole years; the next import brings the real ones."""
    return tuple(Term(one.name, _day(one.start, by), _day(one.end, by)) for one in terms)


def _day(text: str | None, by: int) -> str | None:
    if text is None:
        return None
    day = date.fromisoformat(text)
    leap = (day.month, day.day) == (2, 29)
    return day.replace(year=day.year + by, day=28 if leap else day.day).isoformat()
