"""This room finds the Ed-Fi files of a package and hands their records to whoever collects them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from reconciler.district import Place
from reconciler.errors import SourceBroken
from reconciler.formats.edfi.nodes import Record, json_records, xml_records
from reconciler.formats.edfi.records import KINDS, Records

if TYPE_CHECKING:
    from collections.abc import Iterator

    from reconciler.formats.package import Package
    from reconciler.formats.tabular import Complaints

RESOURCES = {
    "schools": "School",
    "courses": "Course",
    "courseOfferings": "CourseOffering",
    "sections": "Section",
    "sessions": "Session",
    "gradingPeriods": "GradingPeriod",
    "gradebookEntries": "GradebookEntry",
    "studentGradebookEntries": "StudentGradebookEntry",
    "staffs": "Staff",
    "staffSectionAssociations": "StaffSectionAssociation",
    "learningStandards": "LearningStandard",
    "grades": "Grade",
}
"""The API resources that are read, by file name, and the XML elements that are the same."""
JSON_LINES = (".jsonl", ".ndjson")
INTERCHANGE = "Interchange"
POINTED = "SectionReference"
"""The one element that stands alone only to be pointed at; it is no record."""


def read_files(package: Package, complaints: Complaints) -> Records:
    """Read every Ed-Fi file at the root of a package; raises SourceBroken where there is none."""
    records = Records()
    for name in package.top(".xml", *JSON_LINES):
        for record in _records(package, name, records, complaints):
            if record.kind in KINDS:
                records.read[record.kind] += record.kind != POINTED
                KINDS[record.kind](records, record.node, Place(name, record.line))
    if not records.carried:
        raise SourceBroken(
            place=package.path, why="it has no Ed-Fi interchange (XML) or resource (JSON lines)"
        )
    return records


def _records(package: Package, name: str, records: Records, complaints: Complaints) -> Iterator[Record]:
    stem, _, suffix = name.rpartition(".")
    with package.open(name) as stream:
        found = xml_records(name, stream) if suffix == "xml" else iter(())
        root = next(found, Record("", {}, 0)).kind if suffix == "xml" else RESOURCES.get(stem, "")
        if suffix == "xml" and not root.startswith(INTERCHANGE):
            complaints.add(name, 0, "is no Ed-Fi interchange")
        elif not root:
            complaints.add(name, 0, "is no Ed-Fi resource that is read")
        else:
            records.carried.add(root)
            yield from found if suffix == "xml" else json_records(name, root, stream)
