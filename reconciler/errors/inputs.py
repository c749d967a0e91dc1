"""This room is what may be wrong with what is read: sources, catalogs, settings."""

from __future__ import annotations

from reconciler.errors.root import FAILED, USAGE, ReconcilerError


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


class ArchiveRefused(ReconcilerError):
    """{path} is not opened: {why}."""

    remedy = "Unpack it where you trust what is in it, and give the folder."


class UnknownSchema(ReconcilerError):
    """There is no schema "{name}"{close}."""

    remedy = "these schemas are shipped: {known}"
    exit_code = USAGE


class CatalogInvalid(ReconcilerError):
    """The catalogs can't be used: {count} error(s), told above."""

    remedy = "Mend them; `reconcile validate` checks again."
    exit_code = FAILED


class NativeBroken(ReconcilerError):
    """{file} is not a native district file that can be read:{told}"""

    remedy = "correct the file and import it again; nothing was changed"


class CatalogMissing(ReconcilerError):
    """There is no {file} here, and no catalog was named."""

    remedy = "Name one (`reconcile plan path/to/catalog.yaml`), or list it in reconcile.yaml under catalogs:."
    exit_code = USAGE


class LinkFileBroken(ReconcilerError):
    """{file} can't be used: {why}."""

    remedy = "It must be a CSV in UTF-8 with the columns calendar, number and master."
