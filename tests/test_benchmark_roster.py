"""The benchmarks' OneRoster package is the same every time, of the size it says, and comes in whole."""

from __future__ import annotations

import csv
from collections import Counter
from typing import TYPE_CHECKING

import pytest

from benchmarks import roster
from benchmarks.ground import Ground
from benchmarks.sizes import Size
from reconciler.formats import oneroster
from reconciler.formats.detect import detect
from reconciler.stores import open_store
from tests.formats.roster_files import reasons

if TYPE_CHECKING:
    from pathlib import Path

RESULTS = 9_000


@pytest.fixture(scope="module")
def package(tmp_path_factory: pytest.TempPathFactory):
    return roster.package(tmp_path_factory.mktemp("roster"), "roster", RESULTS)


def rows(package: Path, name: str) -> list[dict[str, str]]:
    with (package / f"{name}.csv").open(encoding="utf-8", newline="") as stream:
        return list(csv.DictReader(stream))


def test_the_same_seed_is_the_same_package_and_another_is_another(package: Path):
    texts = {file.name: file.read_text() for file in package.iterdir()}
    for seed, same in ((roster.SEED, True), (7, False)):
        made = {name: "".join(pieces) for name, pieces in roster.Roster(RESULTS, seed).files()}
        assert ({name: text.splitlines() for name, text in made.items()} == {
            name: text.splitlines() for name, text in texts.items()
        }) == same  # fmt: skip
        assert made["manifest.csv"].splitlines() == texts["manifest.csv"].splitlines()


def test_a_package_has_the_size_and_the_variety_it_says(package: Path):
    results = rows(package, "results")
    assert len(results) == pytest.approx(RESULTS, rel=0.1)
    assert len(rows(package, "lineItems")) == roster.ITEMS * len(rows(package, "classes"))
    kinds = Counter(one["scoreStatus"] for one in results)
    assert kinds["fully graded"] > 20 * kinds["exempt"] > 0 < kinds["not submitted"]
    assert 0.01 < sum(bool(one["comment"]) for one in results) / len(results) < 0.05
    assert {one["late"] for one in results} == {"true", "false"}
    assert {one["lineItemSourcedId"] for one in results} == {
        one["sourcedId"] for one in rows(package, "lineItems")
    }
    students = Counter(
        one["classSourcedId"] for one in rows(package, "enrollments") if one["role"] == "student"
    )
    assert set(students) == {one["sourcedId"] for one in rows(package, "classes")}
    assert sum(students.values()) * roster.ITEMS == len(results)


def test_it_is_read_without_a_complaint_and_all_of_it(package: Path):
    assert detect(package) == "oneroster"
    district = oneroster.read(package)
    assert reasons(district) == []
    assert district.read["results"] == len(rows(package, "results"))
    sections = [one for course in district.courses for one in course.sections]
    assert len(sections) == len(rows(package, "classes"))
    assert all(one.teacher for one in sections)
    assert {term for one in sections for term in one.terms} == {1, 2}
    shown = [
        one
        for one in rows(package, "results")
        if one["scoreStatus"] != "not submitted" or one["missing"] == "true"
    ]
    counts = [counts for one in sections for counts in one.uses.values()]
    assert sum(one.scores for one in counts) == len(shown)
    assert sum(one.assignments for one in counts) == len(rows(package, "lineItems"))


def test_the_figures_import_the_folder_and_the_zip_alike(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(roster, "RESULTS", RESULTS)
    ground = Ground(tmp_path, Size("small", 1, 1, 1, 1))
    told = []
    for limit, figure in (
        (roster.limit_csv, roster.import_roster), (roster.limit_csv_zip, roster.import_roster_zip),
    ):  # fmt: skip
        bare, whole = limit(ground), figure(ground)
        assert bare.facts == whole.facts
        assert bare.facts["bytes"] > 0
        store = open_store(str(tmp_path / "roster.db"))
        with store.read() as snapshot:
            told.append((len(list(snapshot.section_records())), sorted(snapshot.counts())))
        store.close()
    assert told[0] == told[1]
    assert told[0][0] == len(rows(tmp_path / "roster", "classes"))
