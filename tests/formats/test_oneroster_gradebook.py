"""OneRoster gradebooks: categories, weights, and what counts as evidence (domain.md 6, formats.md 1.7)."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from reconciler.course import Area, Counts, Use
from reconciler.formats import oneroster
from tests.formats.roster_files import FILES, LEAD, reasons, section, write_package

if TYPE_CHECKING:
    from pathlib import Path

    from reconciler.district import SectionIn


def use(name: str, term: int = 0):
    return Use(Area.CATEGORIES, name, term)


def categories(room: SectionIn):
    return {one.fields["name"]: one for one in room.areas[Area.CATEGORIES]}


def test_a_sections_categories_are_those_of_its_line_items_with_their_weights(tmp_path: Path):
    district = oneroster.read(write_package(tmp_path))
    found = categories(section(district, "1"))
    assert {name: one.fields for name, one in found.items()} == {
        "Homework": {"name": "Homework", "weight": "20"},
        "Tests": {"name": "Tests", "weight": "80"},
    }
    assert found["Homework"].key is None
    assert found["Homework"].source_id == "g1"
    assert set(categories(section(district, "2"))) == {"Homework"}
    assert categories(section(district, "1", "Harrison Middle 2026-27")) == {}


def test_a_category_without_a_line_item_can_not_be_told_so_the_area_is_partial(tmp_path: Path):
    district = oneroster.read(write_package(tmp_path))
    assert district.section_areas == {Area.CATEGORIES}
    assert Area.CATEGORIES in district.partial


def test_a_category_may_name_its_class(tmp_path: Path):
    text = LEAD + "title,weight,metadata.classSourcedId\ng1,,,Homework,20,\ng2,,,Tests,80,\ng3,,,Lab,5,k2\n"
    text += "g4,tobedeleted,,Old,5,k2\n"
    district = oneroster.read(write_package(tmp_path, categories=text))
    assert set(categories(section(district, "2"))) == {"Homework", "Lab"}
    assert use("Lab") not in section(district, "2").uses


def test_without_a_weight_column_no_weight_is_named(tmp_path: Path):
    text = LEAD + "title\ng1,,,Homework\ng2,,,Tests\n"
    district = oneroster.read(write_package(tmp_path, categories=text))
    assert categories(section(district, "1"))["Homework"].fields == {"name": "Homework"}


@pytest.mark.parametrize(("cell", "weight"), [("", None), ("0", "0"), ("12.50", "12.5"), ("20%", None)])
def test_weights_are_decimals(tmp_path: Path, cell: str, weight: str | None):
    text = FILES["categories"].replace("20.0", cell)
    district = oneroster.read(write_package(tmp_path, categories=text))
    assert categories(section(district, "1"))["Homework"].fields["weight"] == weight
    said = "categories.csv:2 has a weight that is no number: 20%" in reasons(district)
    assert said == (cell == "20%")


def test_uses_are_counted_by_category_and_term_and_a_zero_counts(tmp_path: Path):
    district = oneroster.read(write_package(tmp_path))
    assert section(district, "1").uses == {
        use("Homework", 1): Counts(1, 2),
        use("Homework", 2): Counts(1),
        use("Tests", 1): Counts(1),
    }
    assert section(district, "2").uses == {use("Homework", 3): Counts(1)}
    assert section(district, "1", "Harrison Middle 2026-27").uses == {}


HEAD = FILES["results"].splitlines()[0]


@pytest.mark.parametrize(
    ("cells", "counts"),
    [
        ("fully graded,10,,,,,,", Counts(1, 1)),
        ("fully graded,0,,,,,,", Counts(1, 1)),
        ("not submitted,,,,,,,", Counts(1)),
        (",,,,,,,", Counts(1)),
        ("not submitted,,,,,false,false,false", Counts(1)),
        (",,A,,,,,", Counts(1, 1)),
        ("exempt,,,,,,,", Counts(1, 1)),
        ("partially graded,,,,,,,", Counts(1, 1)),
        ("submitted,,,,,,,", Counts(1, 1)),
        ("not submitted,,,,,,true,", Counts(1, 1)),
        (",,,,,true,,", Counts(1, 1)),
        (",,,,,,,TRUE", Counts(1, 1)),
        ("not submitted,,,,See me,,,", Counts(1, 1, 0, 1)),
        ("fully graded,9,,,Well done,,,", Counts(1, 1, 0, 1)),
    ],
)
def test_what_shows_work_counts(tmp_path: Path, cells: str, counts: Counts):
    district = oneroster.read(write_package(tmp_path, results=f"{HEAD}\nr1,,,i3,p1,{cells}\n"))
    assert section(district, "1").uses[use("Tests", 1)] == counts


def test_a_result_to_be_deleted_is_not_there(tmp_path: Path):
    district = oneroster.read(
        write_package(tmp_path, results=FILES["results"].replace("r1,,", "r1,tobedeleted,"))
    )
    assert section(district, "1").uses[use("Homework", 1)] == Counts(1, 1)


def test_results_marked_absent_say_nothing_of_scores(tmp_path: Path):
    manifest = FILES["manifest"].replace("file.results,bulk", "file.results,absent")
    district = oneroster.read(write_package(tmp_path, manifest=manifest))
    assert district.evidence == {"assignments"}
    assert section(district, "1").uses[use("Homework", 1)] == Counts(1)


def test_a_package_without_results_says_nothing_of_scores(tmp_path: Path):
    district = oneroster.read(write_package(tmp_path, results=None))
    assert district.evidence == {"assignments"}
    assert any("names results.csv, which is not in the package" in one for one in reasons(district))


def test_without_line_items_nothing_is_said_of_uses(tmp_path: Path):
    district = oneroster.read(write_package(tmp_path, lineItems=None))
    assert district.evidence == frozenset()
    assert section(district, "1").uses is None
    assert district.section_areas == {Area.CATEGORIES}


def test_without_categories_sections_carry_nothing(tmp_path: Path):
    manifest = FILES["manifest"].replace("file.categories,bulk", "file.categories,absent")
    district = oneroster.read(write_package(tmp_path, manifest=manifest))
    assert district.section_areas == frozenset()
    assert district.partial == {Area.COURSE_INFO}
    assert section(district, "1").areas == {}
    assert section(district, "1").uses is None
    assert "lineItems.csv was not read: without categories.csv nothing tells what is used" in reasons(
        district
    )


def test_the_grading_period_of_1_1_tells_the_term_too(tmp_path: Path):
    items = FILES["lineItems"].replace("academicSessionSourcedId", "gradingPeriodSourcedId")
    district = oneroster.read(write_package(tmp_path, lineItems=items))
    assert use("Homework", 2) in section(district, "1").uses


def test_a_line_item_of_a_semester_is_in_no_single_term(tmp_path: Path):
    items = FILES["lineItems"].replace("k2,g1,q3", "k2,g1,s2")
    district = oneroster.read(write_package(tmp_path, lineItems=items))
    assert section(district, "2").uses == {use("Homework", 0): Counts(1)}


def test_two_categories_of_one_title_in_a_class_are_told_apart(tmp_path: Path):
    text = FILES["categories"].replace("Tests", "Homework")
    district = oneroster.read(write_package(tmp_path, categories=text))
    room = section(district, "1")
    assert {one.fields["name"]: one.source_id for one in room.areas[Area.CATEGORIES]} == {
        "Homework": "g1",
        "Homework (1)": "g2",
    }
    assert room.uses[use("Homework (1)", 1)] == Counts(1)
    assert "categories.csv:3 has the title of another one in a class; it is Homework (1)" in reasons(district)


def test_a_long_title_is_kept_and_reported_and_its_twin_is_cut(tmp_path: Path):
    text = FILES["categories"].replace("Tests", "x" * 60).replace("Homework", "x" * 60)
    district = oneroster.read(write_package(tmp_path, categories=text))
    names = sorted((str(name) for name in categories(section(district, "1"))), key=len)
    assert [len(name) for name in names] == [50, 60]
    assert any("more than 50 characters" in one for one in reasons(district))


def test_learning_objectives_are_used_by_what_is_aligned_to_them(tmp_path: Path):
    text = (
        LEAD
        + "lineItemSourcedId,source,learningObjectiveId\no1,,,i1,unknown,A.1\no2,,,i1,case,A.2\n"
        + "o3,tobedeleted,,i1,case,A.3\n"
    )
    district = oneroster.read(write_package(tmp_path, lineItemLearningObjectiveIds=text))
    uses = section(district, "1").uses
    assert uses[Use(Area.STANDARDS, "A.1", 1)] == Counts(1, 2)
    assert uses[Use(Area.STANDARDS, "A.2", 1)] == Counts(1, 2)
    assert Use(Area.STANDARDS, "A.3", 1) not in uses
    assert uses[use("Homework", 1)] == Counts(1, 2)


def test_a_line_item_to_be_deleted_goes_unless_it_has_results(tmp_path: Path):
    items = FILES["lineItems"].replace("i1,,", "i1,tobedeleted,").replace("i2,,", "i2,tobedeleted,")
    district = oneroster.read(write_package(tmp_path, lineItems=items))
    uses = section(district, "1").uses
    assert uses[use("Homework", 1)] == Counts(1, 2)
    assert use("Homework", 2) not in uses
    said = [one for one in reasons(district) if "is to be deleted" in one]
    assert said == ["lineItems.csv:2 is to be deleted but has results, so it counts as there"]


def test_a_category_to_be_deleted_stays_while_line_items_use_it(tmp_path: Path):
    text = FILES["categories"].replace("g2,,", "g2,tobedeleted,") + "g3,tobedeleted,,Unused,\n"
    district = oneroster.read(write_package(tmp_path, categories=text))
    assert set(categories(section(district, "1"))) == {"Homework", "Tests"}
    said = [one for one in reasons(district) if "is to be deleted" in one]
    assert said == ["categories.csv:3 is to be deleted but line items use it, so it counts as there"]


@pytest.mark.parametrize(
    ("file", "row", "reason"),
    [
        ("lineItems", "i9,,,X,,,,k9,g1,q1,hs,0,1\n", "lineItems.csv:6 names the unknown class k9"),
        ("lineItems", "i9,,,X,,,,k1,g9,q1,hs,0,1\n", "lineItems.csv:6 names the unknown category g9"),
        ("lineItems", "i9,,,X,,,,k1,g1,q9,hs,0,1\n", "lineItems.csv:6 names the unknown session q9"),
        ("lineItems", "i1,,,X,,,,k1,g1,q1,hs,0,1\n", "lineItems.csv:6 lists the line item i1 again"),
        ("categories", "g1,,,Again,1\n", "categories.csv:4 lists the category g1 again"),
        ("categories", "g9,,,,1\n", "categories.csv:4 has no title; its sourcedId stands for it"),
        ("results", "r9,,,nix,p9,,5,,,,,,\n", "results.csv:5 belongs to an unknown line item"),
    ],
)
def test_bad_rows_are_reported_and_never_quote_a_student(tmp_path: Path, file: str, row: str, reason: str):
    district = oneroster.read(write_package(tmp_path, **{file: "+" + row}))
    assert reason in reasons(district)
    assert not any("p9" in one for one in reasons(district))
    assert section(district, "1").uses[use("Homework", 1)].scores == 2
