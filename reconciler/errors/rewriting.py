"""This room is what may keep a catalog's YAML from being rewritten."""

from __future__ import annotations

from reconciler.errors.root import FAILED, REFUSED, STALE, USAGE, ReconcilerError


class CatalogUnknown(ReconcilerError):
    """There is no catalog "{name}" here{close}."""

    remedy = "These are here: {known}. Name the files of others as well."
    exit_code = USAGE


class MasterUnknown(ReconcilerError):
    """The catalog {catalog} has no master "{number}"{close}."""

    remedy = "Masters are named by their numbers; `reconcile validate` counts them."
    exit_code = USAGE


class MasterElsewhere(ReconcilerError):
    """The number "{number}" is a master of several catalogs here: {known}."""

    remedy = "Say which is meant with `--from`."
    exit_code = USAGE


class NumberTaken(ReconcilerError):
    """The catalog {catalog} already has a master "{number}", at {place}."""

    remedy = "Give the copy another number with `--number`."
    exit_code = REFUSED


class NotRewritable(ReconcilerError):
    """{place} can't be changed here: {why}."""

    remedy = "{how}"
    exit_code = REFUSED


class RewriteWrong(ReconcilerError):
    """The catalog {catalog} would not be right afterwards: {what}. Nothing was written."""

    remedy = "Change it by hand; `reconcile validate` checks it."
    exit_code = FAILED


class NameDiffers(ReconcilerError):
    """The catalog {catalog} has a {word} "{name}" of another content, at {place}."""

    remedy = "Make the two alike, or call one of them otherwise; then copy again."
    exit_code = REFUSED


class FileMoved(ReconcilerError):
    """{file} has changed since it was read; nothing was written."""

    remedy = "Do it again on what it says now."
    exit_code = STALE
