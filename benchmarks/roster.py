"""This room writes a seeded OneRoster 1.2 package, and measures its import against bare `csv.reader`.

As a student information system writes it: ids of 36 characters, every column of the standard, blank status
in a bulk file. A class has ten line items in two quarters and about 22 students, each with one result.
"""

from __future__ import annotations

import csv
import io
from collections import deque
from contextlib import redirect_stdout
from itertools import islice
from random import Random
from typing import IO, TYPE_CHECKING, NamedTuple
from zipfile import ZipFile

import reconciler.formats.detect
import reconciler.formats.oneroster
import reconciler.receipts
import reconciler.refresh
import reconciler.stores.upgrade  # noqa: F401 - all these are entered before the clock starts
from benchmarks.measure import Clock, fresh
from benchmarks.sizes import SEED
from reconciler.commands.import_ import import_
from reconciler.formats.package import write_package

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from pathlib import Path

    from benchmarks.ground import Ground
    from benchmarks.measure import Took

RESULTS = 1_000_000
ITEMS, STUDENTS, LOAD = 10, (15, 29), 8
"""Line items of a class, the fewest and the most students in it, and classes of a student."""
QUARTERS = (("Q1", "2026-08-24", "2026-10-23"), ("Q2", "2026-10-26", "2027-01-15"))
TITLES = (("Homework", 20), ("Classwork", 20), ("Quizzes", 25), ("Tests", 35))
LEAD = ("sourcedId", "status", "dateLastModified")
AT_ONCE = 2_000
"""Rows that are made into one piece of text."""

Row = tuple[object, ...]
HEADS = {
    "orgs": ("name", "type", "identifier", "parentSourcedId"),
    "academicSessions": ("title", "type", "startDate", "endDate", "parentSourcedId", "schoolYear"),
    "courses": (
        "schoolYearSourcedId", "title", "courseCode", "grades", "orgSourcedId", "subjects", "subjectCodes",
    ),
    "classes": (
        "title", "grades", "courseSourcedId", "classCode", "classType", "location", "schoolSourcedId",
        "termSourcedIds", "subjects", "subjectCodes", "periods",
    ),
    "users": (
        "enabledUser", "username", "userIds", "givenName", "familyName", "middleName", "identifier", "email",
        "sms", "phone", "agentSourcedIds", "grades", "password", "userMasterIdentifier",
        "preferredGivenName", "preferredMiddleName", "preferredFamilyName", "primaryOrgSourcedId", "pronouns",
    ),
    "enrollments": (
        "classSourcedId", "schoolSourcedId", "userSourcedId", "role", "primary", "beginDate", "endDate",
    ),
    "categories": ("title", "weight"),
    "lineItems": (
        "title", "description", "assignDate", "dueDate", "classSourcedId", "categorySourcedId",
        "gradingPeriodSourcedId", "academicSessionSourcedId", "schoolSourcedId", "resultValueMin",
        "resultValueMax",
    ),
    "results": (
        "lineItemSourcedId", "studentSourcedId", "scoreStatus", "score", "scoreDate", "comment", "textScore",
        "classSourcedId", "inProgress", "incomplete", "late", "missing",
    ),
}  # fmt: skip
"""The columns of each file after LEAD, in the order in which the files are written."""
_COMMENTS = ("See me, please", 'You wrote "their"; it is "there"', "Well done", "Retake on Friday")


class Room(NamedTuple):
    """One class: its ids, how many students it has, and its categories."""

    id: str
    school: str
    teacher: int
    students: tuple[int, ...]
    categories: tuple[str, ...]


class Roster:
    """The rows of a package with about this many results, from a seed: the same rows every time."""

    def __init__(self, results: int, seed: int = SEED) -> None:
        """Sow the classes; all else follows from them."""
        self.results, self.seed = results, seed
        rng = Random(f"{seed}/roster")
        rooms = max(results // (ITEMS * sum(STUDENTS) // 2), 1)
        self.schools = [_id(rng) for _ in range(max(rooms // 350, 1))]
        self.courses = [_id(rng) for _ in range(max(rooms // 15, 1))]
        self.sessions = [_id(rng) for _ in range(1 + len(QUARTERS))]
        self.teachers = [_id(rng) for _ in range(max(rooms // 5, 1))]
        self.students = [_id(rng) for _ in range(max(rooms * sum(STUDENTS) // 2 // LOAD, STUDENTS[1]))]
        self.categories: dict[str, tuple[str, int]] = {}
        shared = {school: self._categories(rng) for school in self.schools}
        self.rooms = [self._room(rng, shared) for _ in range(rooms)]
        self.items = [[_id(rng) for _ in range(ITEMS)] for _ in self.rooms]

    def files(self) -> Iterator[tuple[str, Iterator[str]]]:
        """The files of the package, each as (name, its text piece by piece)."""
        said = [("propertyName", "value"), ("manifest.version", "1.0"), ("oneroster.version", "1.2")]
        yield "manifest.csv", _pieces([*said, *((f"file.{name}", "bulk") for name in HEADS)])
        for name, head in HEADS.items():
            rows = getattr(self, f"_{name}_rows")(Random(f"{self.seed}/{name}"))
            yield f"{name}.csv", _pieces(_led(head, rows))

    def _categories(self, rng: Random) -> tuple[str, ...]:
        made = tuple(_id(rng) for _ in TITLES)
        for key, (title, weight) in zip(made, TITLES, strict=True):
            self.categories[key] = (title, weight + rng.choice((-5, 0, 5)))
        return made

    def _room(self, rng: Random, shared: dict[str, tuple[str, ...]]) -> Room:
        school = rng.choice(self.schools)
        students = rng.sample(range(len(self.students)), rng.randint(*STUDENTS))
        own = () if rng.random() < 0.9 else (_id(rng),)  # noqa: PLR2004 - one class in ten
        self.categories.update(dict.fromkeys(own, ("Extra Credit", 5)))
        teacher = rng.randrange(len(self.teachers))
        return Room(_id(rng), school, teacher, tuple(students), (*shared[school], *own))

    def _orgs_rows(self, _rng: Random) -> Iterator[Row]:
        yield "district", "Harrison Unified", "district", "0001", ""
        for place, key in enumerate(self.schools):
            yield key, f"School {place + 1:03d}", "school", f"{place:04d}", "district"

    def _academicSessions_rows(self, _rng: Random) -> Iterator[Row]:  # noqa: N802 - the file's name
        year, *quarters = self.sessions
        yield year, "2026-2027", "schoolYear", "2026-08-24", "2027-06-04", "", 2027
        for key, (title, start, end) in zip(quarters, QUARTERS, strict=True):
            yield key, title, "gradingPeriod", start, end, year, 2027

    def _courses_rows(self, _rng: Random) -> Iterator[Row]:
        for place, key in enumerate(self.courses):
            yield (
                key,
                self.sessions[0],
                f"Course {place}",
                f"{place:05d}",
                "09,10",
                "district",
                "Math",
                "02052",
            )

    def _classes_rows(self, rng: Random) -> Iterator[Row]:
        terms = ",".join(self.sessions[1:])
        for place, one in enumerate(self.rooms):
            course = rng.choice(self.courses)
            rest = (
                f"{place:05d}",
                "scheduled",
                f"Room {place % 90}",
                one.school,
                terms,
                "Math",
                "02052",
                "3",
            )
            yield one.id, f"Class {place}", "09,10", course, *rest

    def _users_rows(self, rng: Random) -> Iterator[Row]:
        for key in (*self.teachers, *self.students):
            name, number = f"Name{rng.randrange(5000)}", rng.randrange(10**8)
            mail = f"u{number}@harrison.example"
            told = ("", number, mail, "", "", "", "09", "", "", "", "", "", self.schools[0], "")
            yield key, "true", f"u{number}", f"{{Fed:{number}}}", "Given", name, *told

    def _enrollments_rows(self, rng: Random) -> Iterator[Row]:
        for one in self.rooms:
            yield _id(rng), one.id, one.school, self.teachers[one.teacher], "teacher", "true", "", ""
            for student in one.students:
                yield _id(rng), one.id, one.school, self.students[student], "student", "false", "", ""

    def _categories_rows(self, _rng: Random) -> Iterator[Row]:
        yield from ((key, *said) for key, said in self.categories.items())

    def _lineItems_rows(self, _rng: Random) -> Iterator[Row]:  # noqa: N802 - the file's name
        for room, items in zip(self.rooms, self.items, strict=True):
            for place, key in enumerate(items):
                category = room.categories[place % len(room.categories)]
                session = self.sessions[1 + place * len(QUARTERS) // ITEMS]
                dates = ("2026-09-01T08:00:00.000Z", "2026-09-08T08:00:00.000Z")
                rest = (room.id, category, session, self.sessions[0], room.school, "0.0", "100.0")
                yield key, f"Assignment {place + 1}", "Read, and answer all", *dates, *rest

    def _results_rows(self, rng: Random) -> Iterator[Row]:
        for room, items in zip(self.rooms, self.items, strict=True):
            for item in items:
                for student in room.students:
                    yield _id(rng), item, self.students[student], *_score(rng, room.id)


def _score(rng: Random, room: str) -> Row:
    """What the rest of a result's row says; 1 in 33 has a comment, 1 in 20 nothing yet."""
    lot = rng.randrange(100)
    day = f"2026-{9 + lot % 4:02d}-{1 + lot % 28:02d}"
    if lot < 5:  # noqa: PLR2004
        return "not submitted", "", day, "", "", room, "true", "false", "false", "true" if lot else "false"
    if lot < 7:  # noqa: PLR2004
        return "exempt", "", day, "", "", room, "false", "false", "false", "false"
    told = rng.choice(_COMMENTS) if lot < 10 else ""  # noqa: PLR2004
    late = "true" if lot > 95 else "false"  # noqa: PLR2004
    return "fully graded", rng.randrange(201) / 2, day, told, "", room, "false", "false", late, "false"


def _id(rng: Random) -> str:
    text = f"{rng.getrandbits(128):032x}"
    return f"{text[:8]}-{text[8:12]}-{text[12:16]}-{text[16:20]}-{text[20:]}"


def _led(head: tuple[str, ...], rows: Iterable[Row]) -> Iterator[Row]:
    yield (*LEAD, *head)
    for key, *cells in rows:
        yield (key, "", "", *cells)


def _pieces(rows: Iterable[Row]) -> Iterator[str]:
    waiting = iter(rows)
    while piece := list(islice(waiting, AT_ONCE)):
        text = io.StringIO()
        csv.writer(text).writerows(piece)
        yield text.getvalue()


def package(folder: Path, name: str, results: int = RESULTS) -> Path:
    """The package under this name (`.zip`: as a zip), made unless it is there."""
    path = folder / name
    if not path.exists():
        write_package(path, Roster(results).files())
    return path


def _streams(path: Path) -> Iterator[IO[str]]:
    """Every file of a package, opened as one would who writes three lines for it."""
    if path.is_dir():
        for file in sorted(path.iterdir()):
            with file.open(encoding="utf-8", newline="") as stream:
                yield stream
        return
    with ZipFile(path) as archive:
        for name in archive.namelist():
            with archive.open(name) as raw:
                yield io.TextIOWrapper(raw, encoding="utf-8", newline="")


def bare(path: Path) -> None:
    """The limit: `csv.reader` over every file of a package, each row dropped at once."""
    for stream in _streams(path):
        deque(csv.reader(stream), maxlen=0)


def whole_import(path: Path, state: Path) -> None:
    """`reconcile import` of a package into a state that is not there yet."""
    fresh(state)
    with redirect_stdout(io.StringIO()):
        import_(path, state=str(state))


def _took(path: Path, state: Path | None = None) -> Took:
    clock = Clock()
    if state is None:
        bare(path)
    else:
        whole_import(path, state)
    files = path.iterdir() if path.is_dir() else (path,)
    return clock.stop(bytes=sum(file.stat().st_size for file in files))


def limit_csv(ground: Ground) -> Took:
    """The limit of an import: `csv.reader` over the folder."""
    return _took(package(ground.folder, "roster"))


def limit_csv_zip(ground: Ground) -> Took:
    """The same over the zip."""
    return _took(package(ground.folder, "roster.zip"))


def import_roster(ground: Ground) -> Took:
    """Import the folder into a fresh state: read, count, refresh, commit."""
    return _took(package(ground.folder, "roster"), ground.folder / "roster.db")


def import_roster_zip(ground: Ground) -> Took:
    """The same from the zip."""
    return _took(package(ground.folder, "roster.zip"), ground.folder / "roster.db")
