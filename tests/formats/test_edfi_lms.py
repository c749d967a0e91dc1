"""LMS extracts joined to Ed-Fi sections."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from reconciler.course import Area, Counts, Use
from reconciler.errors import SourceBroken
from reconciler.formats import edfi
from tests.formats.edfi_files import edfi_folder, offering, room, sections
from tests.formats.roster_files import reasons

if TYPE_CHECKING:
    from pathlib import Path

SECTIONS = "SourceSystemIdentifier,SISSectionIdentifier\nl1,s1\nl2,s2\nl9,s9\n"
ASSIGNMENTS = (
    "SourceSystemIdentifier,AssignmentCategory,LMSSectionSourceSystemIdentifier\na1,Quiz,l1\na2,,l1\n"
)
SUBMISSIONS = "SubmissionStatus,SubmissionDateTime,EarnedPoints,Grade,AssignmentSourceSystemIdentifier\n"
TIME = "2026-09-01-00-00-00.csv"


def write(folder: Path, **files: str):
    made = {
        f"sections/{TIME}": SECTIONS,
        f"section=l1/assignments/{TIME}": ASSIGNMENTS,
        f"section=l1/assignment=a1/submissions/{TIME}": SUBMISSIONS + "Graded,,7,C,a1\n",
    } | {name.replace("__", "/"): text for name, text in files.items()}
    for name, text in made.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(text, encoding="utf-8-sig")
    return folder


def join(tmp_path: Path, lms: Path, **changes: str):
    return edfi.read(edfi_folder(tmp_path / "edfi", **({"StudentGradebook": None} | changes)), lms)


def use(name: str):
    return Use(Area.CATEGORIES, name, 0)


def test_work_is_joined_by_the_section_identifier(tmp_path: Path):
    district = join(tmp_path, write(tmp_path / "lms"))
    found = sections(district)
    assert found["s1"].uses == {use("Quiz"): Counts(1, 1), use("Assignment"): Counts(1)}
    assert [one.fields["name"] for one in found["s1"].areas[Area.CATEGORIES]] == ["Assignment", "Quiz"]
    assert district.evidence == {"assignments", "scores"}
    assert district.read["LMS submissions"] == 1


def test_an_lms_tells_only_of_the_sections_that_it_knows(tmp_path: Path):
    lms = write(tmp_path / "lms", sections__x="")
    (lms / "sections" / "x").unlink()
    (lms / "sections" / TIME).write_text(SECTIONS.replace("l2,s2\n", ""), encoding="utf-8")
    found = sections(join(tmp_path, lms))
    assert found["s2"].uses is None
    assert found["s2"].areas == {}


def test_it_adds_to_what_ed_fi_has(tmp_path: Path):
    text = ASSIGNMENTS.replace("Quiz", "Homework")
    lms = write(tmp_path / "lms", **{f"section=l1/assignments/{TIME}": text})
    district = edfi.read(edfi_folder(tmp_path / "edfi"), lms)
    assert sections(district)["s1"].uses[use("Homework")] == Counts(2, 2)


@pytest.mark.parametrize(
    ("row", "scores"),
    [
        ("Missing,,0,F", 1),
        ("Missing,,,", 1),
        ("Late,2026-09-03,70,D", 1),
        ("Graded,,0,", 1),
        (",,,A", 1),
        ("Not Submitted,,,", 0),
        ("CREATED,,,", 0),
        (",,,", 0),
        ("Submitted,,,", 1),
    ],
)
def test_what_shows_work_counts(tmp_path: Path, row: str, scores: int):
    name = f"section=l1/assignment=a1/submissions/{TIME}"
    district = join(tmp_path, write(tmp_path / "lms", **{name: f"{SUBMISSIONS}{row},a1\n"}))
    assert sections(district)["s1"].uses[use("Quiz")] == Counts(1, scores)


def test_the_newest_file_of_a_folder_counts(tmp_path: Path):
    newer = {
        "section=l1/assignment=a1/submissions/2026-10-01-00-00-00.csv": SUBMISSIONS + "Graded,,1,,a1\n" * 3
    }
    district = join(tmp_path, write(tmp_path / "lms", **newer))
    assert sections(district)["s1"].uses[use("Quiz")] == Counts(1, 3)


def test_bad_rows_are_reported(tmp_path: Path):
    more = ASSIGNMENTS + "a1,Quiz,l1\na3,Quiz,l7\na4,Quiz,l9\n"
    files = {
        f"section=l1/assignments/{TIME}": more,
        f"section=l1/assignment=zz/submissions/{TIME}": SUBMISSIONS + "Graded,,1,,zz\n",
    }
    district = join(tmp_path, write(tmp_path / "lms", **files))
    assert reasons(district) == [
        f"section=l1/assignments/{TIME}:4 lists the assignment a1 again",
        f"section=l1/assignments/{TIME}:5 belongs to an LMS section that sections/ does not list",
        f"section=l1/assignment=zz/submissions/{TIME}:2 belongs to an assignment that is not listed",
        f"section=l1/assignments/{TIME}:6 belongs to a section that is unknown, or is one of several",
    ]


def test_an_identifier_of_two_sections_is_not_guessed(tmp_path: Path):
    twice = offering() + offering(session="Spring") + room() + room(session="Spring")
    district = join(tmp_path, write(tmp_path / "lms"), MasterSchedule=twice)
    assert all(one.uses is None for one in sections(district).values())
    assert sum("is one of several" in one for one in reasons(district)) == 2


def test_a_folder_that_is_no_extract_is_an_error(tmp_path: Path):
    (tmp_path / "lms").mkdir()
    with pytest.raises(SourceBroken, match="as the LMS toolkit writes them"):
        join(tmp_path, tmp_path / "lms")
