"""Writes OULAD, real courses with real weighted gradebooks, as a OneRoster 1.2 package."""

from __future__ import annotations

import csv
from collections import Counter, defaultdict
from decimal import Decimal
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from pathlib import Path

DISTRICT, SCHOOL = "ou", "ou-campus"
DATES = {"B": ("02-01", "09-30"), "J": ("10-01", "12-31")}
"""B presentations begin in February, J in October."""
FILES = ("orgs", "academicSessions", "courses", "classes", "categories", "lineItems", "results")


def rows(source: Path, name: str) -> Iterator[dict[str, str]]:
    """The rows of one OULAD file."""
    with (source / f"{name}.csv").open(encoding="utf-8-sig", newline="") as stream:
        yield from csv.DictReader(stream)


def write(target: Path, name: str, header: str, lines: Iterable[tuple[object, ...]]) -> None:
    """Write one file of the package; the three leading columns are OneRoster's."""
    with (target / f"{name}.csv").open("w", encoding="utf-8", newline="") as stream:
        writer = csv.writer(stream)
        writer.writerow(["sourcedId", "status", "dateLastModified", *header.split(",")])
        writer.writerows((first, "", "", *rest) for first, *rest in lines)


def write_oneroster(source: Path, target: Path, *, without_exam_items: bool = False) -> None:
    """Write the package into the folder `target`.

    Course = module in a calendar of its year, section = module and presentation, category = assessment
    type with the sum of its weights there, line item = assessment, result = a row of studentAssessment.
    `without_exam_items`: leaves out the line items of the Exam categories that have no result (16 of
    them); the categories stay, since each names its class.
    """
    target.mkdir(parents=True, exist_ok=True)
    presentations = [(row["code_module"], row["code_presentation"]) for row in rows(source, "courses")]
    assessments = {row["id_assessment"]: row for row in rows(source, "assessments")}
    scored = Counter(row["id_assessment"] for row in rows(source, "studentAssessment"))
    _manifest(target)
    _roster(target, presentations)
    _categories(target, assessments)
    alive = {_category(row) for key, row in assessments.items() if scored[key]}
    kept = {
        key: row
        for key, row in assessments.items()
        if not (without_exam_items and row["assessment_type"] == "Exam" and _category(row) not in alive)
    }
    _line_items(target, kept)
    _results(source, target, kept)


def section_of(row: dict[str, str]) -> str:
    """The id of a row's section: `AAA-2013J`."""
    return f"{row['code_module']}-{row['code_presentation']}"


def _category(row: dict[str, str]) -> str:
    return f"{section_of(row)}-{row['assessment_type']}"


def _manifest(target: Path) -> None:
    said = {"manifest.version": "1.0", "oneroster.version": "1.2"} | {
        f"file.{name}": "bulk" for name in FILES
    }
    with (target / "manifest.csv").open("w", encoding="utf-8", newline="") as stream:
        csv.writer(stream).writerows([("propertyName", "value"), *said.items()])


def _roster(target: Path, presentations: list[tuple[str, str]]) -> None:
    years = sorted({code[:4] for _, code in presentations})
    codes = sorted({code for _, code in presentations})
    orgs = [(DISTRICT, "Open University", "district", "", ""), (SCHOOL, "Campus", "school", "", DISTRICT)]
    write(target, "orgs", "name,type,identifier,parentSourcedId", orgs)
    write(
        target,
        "academicSessions",
        "title,type,startDate,endDate,parentSourcedId,schoolYear",
        [
            *((year, year, "schoolYear", f"{year}-02-01", f"{year}-12-31", "", year) for year in years),
            *((c, c, "term", *(f"{c[:4]}-{day}" for day in DATES[c[4]]), c[:4], c[:4]) for c in codes),
        ],
    )
    write(
        target,
        "courses",
        "schoolYearSourcedId,title,courseCode,grades,orgSourcedId,subjects,subjectCodes",
        [(m, "", f"Module {m}", m, "", DISTRICT, "", "") for m in sorted({m for m, _ in presentations})],
    )
    write(
        target,
        "classes",
        "title,grades,courseSourcedId,classCode,classType,location,schoolSourcedId,termSourcedIds,subjects,"
        "subjectCodes,periods",
        [
            (f"{m}-{c}", f"{m} {c}", "", m, c, "scheduled", "", SCHOOL, c, "", "", "")
            for m, c in presentations
        ],
    )


def _categories(target: Path, assessments: dict[str, dict[str, str]]) -> None:
    weights: dict[str, Decimal] = defaultdict(Decimal)
    for row in assessments.values():
        weights[_category(row)] += Decimal(row["weight"])
    write(
        target,
        "categories",
        "title,weight,metadata.classSourcedId",
        [
            (key, key.rpartition("-")[2], str(weight), key.rpartition("-")[0])
            for key, weight in weights.items()
        ],
    )


def _line_items(target: Path, kept: dict[str, dict[str, str]]) -> None:
    write(
        target,
        "lineItems",
        "title,description,assignDate,dueDate,classSourcedId,categorySourcedId,academicSessionSourcedId,"
        "schoolSourcedId,resultValueMin,resultValueMax",
        [
            (key, f"{row['assessment_type']} {key}", "", "", "", section_of(row), _category(row),
             row["code_presentation"], SCHOOL, 0, 100)
            for key, row in kept.items()
        ],
    )  # fmt: skip


def _results(source: Path, target: Path, kept: dict[str, dict[str, str]]) -> None:
    """A row without a score is a submission: it shows a student's work all the same."""
    write(
        target,
        "results",
        "lineItemSourcedId,studentSourcedId,scoreStatus,score,scoreDate,comment",
        (
            (number, row["id_assessment"], row["id_student"], "fully graded" if row["score"] else "submitted",
             row["score"], "", "")
            for number, row in enumerate(rows(source, "studentAssessment"), 1)
            if row["id_assessment"] in kept
        ),
    )  # fmt: skip
