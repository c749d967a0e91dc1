"""This room is what keeps a course from being relinked."""

from __future__ import annotations

from reconciler.errors.root import REFUSED, USAGE, ReconcilerError


class AreaUnknown(ReconcilerError):
    """There is no area "{name}"{hint}."""

    remedy = "These are the areas: {known}."
    exit_code = USAGE


class RelinkRefused(ReconcilerError):
    """{address} is not relinked: {why}."""

    remedy = "{how}"
    exit_code = REFUSED


class RelinkYears(ReconcilerError):
    """These courses are of several school years: {years}."""

    remedy = "Relink the courses of one school year at a time."
    exit_code = USAGE


class RelinkSchools(ReconcilerError):
    """These courses can't be relinked together: {address} at {school} was not named, and would be too."""

    remedy = "Relink the courses of one school at a time."
    exit_code = USAGE
