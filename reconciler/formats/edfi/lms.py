"""This room reads what the Ed-Fi LMS toolkit extracted: assignments and submissions of an LMS.

The toolkit writes one folder for each kind of thing and a file for each time it ran; the newest file
counts. Submissions become counts as they stream by.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, NamedTuple

from reconciler.district import Place
from reconciler.errors import SourceBroken
from reconciler.formats.tabular import open_table
from reconciler.formats.tally import Tally

if TYPE_CHECKING:
    from reconciler.formats.package import Package
    from reconciler.formats.tabular import Complaints

IDLE = frozenset({"", "not submitted", "unsubmitted", "new", "created", "upcoming"})
"""Submission statuses that show no work and no flag; every other one, `Missing` too, counts."""


class Assignment(NamedTuple):
    """An assignment with what was handed in for it; `section` is the school system's identifier."""

    section: str
    category: str
    tally: Tally
    place: Place


@dataclass(frozen=True, slots=True)
class Lms:
    """What was read: the section identifiers it knows, and assignments by the LMS's own id."""

    sections: dict[str, str] = field(default_factory=dict)
    assignments: dict[str, Assignment] = field(default_factory=dict)
    submissions: list[int] = field(default_factory=lambda: [0])


def read_lms(package: Package, complaints: Complaints) -> Lms:
    """Read a toolkit folder; raises SourceBroken where it has no sections."""
    lms = Lms()
    newest = _newest(package)
    if "sections" not in newest:
        raise SourceBroken(place=package.path, why="it has no sections/*.csv, as the LMS toolkit writes them")
    _sections(package, newest.pop("sections"), lms, complaints)
    for folder, name in newest.items():
        if folder.endswith("/assignments"):
            _assignments(package, name, lms, complaints)
    for folder, name in newest.items():
        if folder.endswith("/submissions"):
            _submissions(package, name, lms, complaints)
    return lms


def _newest(package: Package) -> dict[str, str]:
    """The last file of every folder: their names are the times at which they were made."""
    csvs = sorted(name for name in package.files if name.endswith(".csv") and "/" in name)
    return {name.rpartition("/")[0]: name for name in csvs}


def _sections(package: Package, name: str, lms: Lms, complaints: Complaints) -> None:
    wanted = ("SourceSystemIdentifier", "SISSectionIdentifier")
    with open_table(package, name, wanted, wanted, complaints) as table:
        lms.sections.update({key: identifier for _, (key, identifier) in table.rows})


def _assignments(package: Package, name: str, lms: Lms, complaints: Complaints) -> None:
    needed = ("SourceSystemIdentifier", "LMSSectionSourceSystemIdentifier")
    with open_table(package, name, (*needed, "AssignmentCategory"), needed, complaints) as table:
        for line, (key, section, category) in table.rows:
            if section not in lms.sections:
                complaints.add(name, line, "belongs to an LMS section that sections/ does not list")
            elif key in lms.assignments:
                complaints.add(name, line, "lists the assignment {} again", key)
            else:
                place = Place(name, line)
                lms.assignments[key] = Assignment(
                    lms.sections[section], category, Tally(assignments=1), place
                )


def _submissions(package: Package, name: str, lms: Lms, complaints: Complaints) -> None:
    needed = ("AssignmentSourceSystemIdentifier",)
    wanted = (*needed, "SubmissionStatus", "SubmissionDateTime", "EarnedPoints", "Grade")
    with open_table(package, name, wanted, needed, complaints) as table:
        for line, (key, status, *values) in table.rows:
            lms.submissions[0] += 1
            if key not in lms.assignments:
                complaints.add(name, line, "belongs to an assignment that is not listed")
            elif any(values) or status.lower() not in IDLE:
                lms.assignments[key].tally.scores += 1
