"""This room reads Ed-Fi, as bulk XML (3.x to 5.x) or as API resources in JSON lines, as a district.

Courses are offered in sessions; a course of ours is an Ed-Fi course in a calendar (a school and a school
year) in which it is offered. Gradebook entry types stand for categories: Ed-Fi has no others, and no
weights. Student entries become counts; no student leaves this room.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from reconciler.formats.edfi.build import build
from reconciler.formats.edfi.files import read_files
from reconciler.formats.edfi.lms import read_lms
from reconciler.formats.package import open_package
from reconciler.formats.tabular import Complaints

if TYPE_CHECKING:
    from pathlib import Path

    from reconciler.district import District


def read(path: Path, lms: Path | None = None) -> District:
    """Read a folder, a zip or one file of Ed-Fi; raises SourceBroken or ArchiveRefused.

    `lms`: a folder as the Ed-Fi LMS toolkit writes it; its assignments and submissions are joined to the
    sections by their section identifier. In `uses` a category is named by its name. Rows that can't be
    used are complaints.
    """
    complaints = Complaints()
    records = read_files(open_package(path), complaints)
    joined = read_lms(open_package(lms), complaints) if lms else None
    return build(records, joined, complaints)
