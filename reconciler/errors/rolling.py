"""This room is what may keep a school year from being rolled forward."""

from __future__ import annotations

from reconciler.errors.root import REFUSED, USAGE, ReconcilerError


class YearsWrong(ReconcilerError):
    """{start} can't be rolled forward to {end}: {why}."""

    remedy = "Name each year by that in which it ends: `--from-year 2027 --to-year 2028`."
    exit_code = USAGE


class YearEmpty(ReconcilerError):
    """No calendar of the school year {year} is in the state; it has these years: {known}."""

    remedy = "Choose one of them with `--from-year`."
    exit_code = USAGE


class NameWrong(ReconcilerError):
    """`--name {text}` can't be used: {why}."""

    remedy = 'Write the old name, `=` and the new one: `--name "Summer School=Summer School 2028"`.'
    exit_code = USAGE


class NothingRolled(ReconcilerError):
    """None of these calendars can be rolled forward{told}"""

    remedy = "Each line says what to do about it."
    exit_code = REFUSED
