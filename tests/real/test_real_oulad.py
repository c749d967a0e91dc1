"""OULAD: real weighted gradebooks; what an overwrite keeps, what linking finds equal, what drifts."""

from __future__ import annotations

import csv
from collections import Counter
from decimal import Decimal
from pathlib import Path

import pytest

from tests.oulad import write_oneroster
from tests.real.working import District, hosts, imported, lines

ONLY_CATEGORIES = {"categories": "locked"}
EMPTIED = ("--mode", "overwrite", "--calendar", "all", "--to-sections")
YEARS = (2013, 2014)


def emptied(district: District) -> None:
    """A master for each module that wants no category; linked."""
    made = district.catalog(locks=ONLY_CATEGORIES)
    district.catalog({**made, "masters": [{**one, "categories": []} for one in made["masters"]]})
    district.done("link")


def overwrite(district: District, *words: object):
    """Overwrite both school years; gives the two plans."""
    return [district.push(*EMPTIED, "--year", year, "--allow-in-session", *words) for year in YEARS]


def summed(plans, name: str, *, where=lambda _: True) -> int:
    return sum(one[name] for told in plans for one in told.summary["residuals"] if where(one))


@pytest.fixture
def oulad(district: District, oulad_state: Path) -> District:
    return district.take(oulad_state)


def test_an_overwrite_by_masters_without_categories_keeps_all_57(oulad: District):
    emptied(oulad)
    before, names = oulad.evidence(), oulad.categories("section_id", "name", "weight")
    plans = overwrite(oulad)
    assert [told.code for told in plans] == [2, 2]
    assert (summed(plans, "sections"), summed(plans, "scores"), summed(plans, "assignments")) == (
        57,
        173_912,
        206,
    )
    assert not any(lines(told, action="delete") for told in plans)
    assert {one["new"] for told in plans for one in told.summary["residuals"]} == {True}
    assert oulad.categories("section_id", "name", "weight") == names
    assert oulad.categories("part", "is_kept") == {("own", 1): 57}
    assert oulad.evidence() == before
    assert oulad.astray() == []


def test_of_the_57_residuals_41_have_scores_and_16_exams_an_assignment_only(oulad: District):
    emptied(oulad)
    overwrite(oulad)
    found = oulad.rows("SELECT name, scores > 0, assignments > 0 FROM residual_item JOIN section_item USING"
                       " (section_id, area, key) WHERE residual_item.area = 'categories'")  # fmt: skip
    assert len(found) == 57
    assert sum(scored for _, scored, _ in found) == 41
    assert [(name, assigned) for name, scored, assigned in found if not scored] == [("Exam", 1)] * 16


def test_after_the_overwrite_nothing_is_left_but_its_residuals(oulad: District):
    emptied(oulad)
    overwrite(oulad)
    again = [oulad.plan(*EMPTIED, "--year", year, "--allow-in-session") for year in YEARS]
    assert [told.code for told in again] == [3, 3]
    assert not any(told.summary["changes"] for told in again)
    assert summed(again, "sections", where=lambda one: not one["new"]) == 57
    assert oulad.done("report", "push", "--format", "json").json["status"] == "done"


def test_without_their_line_items_the_16_exams_are_removed_and_41_stay(
    data: Path, district: District, tmp_path: Path
):
    write_oneroster(data / "oulad", tmp_path / "package", without_exam_items=True)
    imported(tmp_path, tmp_path / "package")
    assert district.rows("SELECT count(*) FROM section WHERE used_id IS NULL") == [(0,)]
    emptied(district)
    before = district.evidence()
    plans = overwrite(district)
    removed = [one for told in plans for one in lines(told, hop="section", action="delete")]
    assert {one["label"] for one in removed} == {"Exam"}
    assert (hosts(removed), summed(plans, "sections"), summed(plans, "scores")) == (16, 41, 173_912)
    assert sum(district.categories("section_id", "name").values()) == 41
    assert (district.evidence(), district.astray()) == (before, [])


def test_an_overwrite_in_session_must_be_allowed_in_so_many_words(oulad: District):
    emptied(oulad)
    told = oulad.reconcile("plan", *EMPTIED, "--year", 2014, "--as-of", "2014-03-01")
    assert told.code == 4
    assert "in session by now in Campus 2013-14.\n" in told.err
    assert "--allow-in-session" in told.err
    before = oulad.categories("section_id", "name", "part")
    oulad.push(*EMPTIED, "--year", 2014, "--as-of", "2013-12-31")
    assert oulad.categories("section_id", "name", "part") == before


def gradebooks(package: Path) -> dict[str, dict[str, Decimal]]:
    """Section `AAA-2013J` -> category -> weight, as the package has them."""
    found: dict[str, dict[str, Decimal]] = {}
    with (package / "categories.csv").open(encoding="utf-8", newline="") as stream:
        for row in csv.DictReader(stream):
            found.setdefault(row["metadata.classSourcedId"], {})[row["title"]] = Decimal(row["weight"])
    return found


def newest(books: dict[str, dict[str, Decimal]]) -> dict[str, dict[str, Decimal]]:
    """Module -> the gradebook of its newest presentation."""
    return {section.partition("-")[0]: book for section, book in sorted(books.items())}


def expected(books: dict[str, dict[str, Decimal]]) -> Counter[tuple[str, str, Decimal, str]]:
    """What a locked push of the newest gradebooks leaves: (section, name, weight, part), by rule C1."""
    found: Counter[tuple[str, str, Decimal, str]] = Counter()
    for section, book in books.items():
        wanted = newest(books)[section.partition("-")[0]]
        found.update((section, name, weight, "linked") for name, weight in wanted.items())
        for name, weight in book.items():
            if wanted.get(name) != weight:
                found[section, f"{name} (1)" if name in wanted else name, weight, "own"] += 1
    return found


def found(district: District) -> Counter[tuple[str, str, Decimal, str]]:
    rows = district.categories("course_number || '-' || section_number", "name", "weight", "part")
    return Counter(
        {(place, name, Decimal(weight), part): times for (place, name, weight, part), times in rows.items()}
    )


def locked(district: District):
    """Masters with the weights of the newest presentation, linked and pushed before school."""
    district.catalog(newest=True)
    district.done("link")
    return [district.push("--year", year, "--to-sections", "--as-of", f"{year - 1}-12-31") for year in YEARS]


def test_a_locked_push_links_equal_categories_and_renames_the_others(oulad: District, package: Path):
    before, books = oulad.evidence(), gradebooks(package)
    wanted = newest(books)
    plans = locked(oulad)
    changed = [
        (section, name)
        for section, book in books.items()
        for name, weight in book.items()
        if name in wanted[section[:3]] and wanted[section[:3]][name] != weight
    ]
    assert ("BBB-2013B", "TMA") in changed
    renamed = [one for told in plans for one in lines(told, hop="section", reason="renamed")]
    assert hosts(renamed) == len(changed)
    assert found(oulad) == expected(books)
    assert (oulad.evidence(), oulad.astray()) == (before, [])


def test_after_the_locked_push_a_second_plan_is_empty(oulad: District):
    locked(oulad)
    for year in YEARS:
        told = oulad.plan("--year", year, "--to-sections", "--as-of", f"{year - 1}-12-31")
        assert told.code == 0
        assert told.summary["changes"] == told.summary["residuals"] == []


def with_weight(package: Path, target: Path, category: str, weight: str) -> Path:
    """The package again, with another weight of one category of one section."""
    target.mkdir()
    for path in package.iterdir():
        text = path.read_text(encoding="utf-8")
        if path.name == "categories.csv":
            head, _, rest = text.partition(f"\n{category},")
            row, _, rest = rest.partition("\n")
            *start, _, section = row.split(",")
            text = f"{head}\n{category},{','.join([*start, weight, section])}\n{rest}"
        (target / path.name).write_text(text, encoding="utf-8", newline="")
    return target


def test_a_weight_changed_in_the_source_is_drift_and_is_put_back(
    oulad: District, package: Path, tmp_path: Path
):
    locked(oulad)
    settled, before = found(oulad), oulad.evidence()
    oulad.done("import", with_weight(package, tmp_path / "changed", "DDD-2014B-TMA", "60.5"))
    drifted = found(oulad)
    assert settled - drifted == {("DDD-2014B", "TMA", Decimal(100), "linked"): 1}
    assert drifted - settled == {("DDD-2014B", "TMA", Decimal("60.5"), "linked"): 1}
    told = oulad.push("--year", 2014, "--to-sections", "--as-of", "2014-03-01")
    (line,) = told.summary["changes"]
    assert (line["hop"], line["label"], line["reason"], line["hosts"]) == ("section", "TMA", "put_back", 1)
    assert (line["olds"]["first"][0]["text"], line["news"]["first"][0]["text"]) == ("60.5", "100")
    assert {"drift", "grade_affecting", "in_session"} <= set(line["flags"])
    assert found(oulad) == settled
    assert oulad.evidence() == before
    assert oulad.plan("--year", 2014, "--to-sections").code == 0


def test_the_same_package_imported_again_is_no_drift(oulad: District, package: Path):
    locked(oulad)
    settled, before = found(oulad), oulad.evidence()
    told = oulad.done("import", package)
    assert "Nothing has changed" in told.out
    assert (found(oulad), oulad.evidence()) == (settled, before)
    assert oulad.plan("--year", 2014, "--to-sections").code == 0
