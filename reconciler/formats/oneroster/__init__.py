"""This room reads a OneRoster 1.1 or 1.2 CSV package, a folder or a zip, as a district.

`courses` become courses of every calendar in which they have a class, `classes` sections, `categories`
the categories of the sections whose line items (or whose `metadata.classSourcedId`) name them, and
`lineItems` and `results` counts. No student leaves this room.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from reconciler.formats.oneroster.build import build
from reconciler.formats.oneroster.gradebook import read_gradebook
from reconciler.formats.oneroster.manifest import read_manifest
from reconciler.formats.oneroster.roster import read_roster
from reconciler.formats.oneroster.sessions import read_sessions
from reconciler.formats.package import open_package
from reconciler.formats.tabular import Complaints

if TYPE_CHECKING:
    from pathlib import Path

    from reconciler.district import District


def read(path: Path) -> District:
    """Read a package; raises SourceBroken, DeltaRefused or ArchiveRefused.

    In `uses` a category is named by its name: OneRoster knows no other natural key. Rows that can't be
    used are complaints. Areas, fields and counts that the package does not carry are not named.
    """
    package = open_package(path)
    complaints = Complaints()
    manifest = read_manifest(package, complaints)
    sessions = read_sessions(manifest, complaints)
    roster = read_roster(manifest, complaints)
    gradebook = read_gradebook(manifest, roster, sessions, complaints)
    return build(manifest, sessions, roster, gradebook, complaints)
