"""Changes of a catalog as a person would see them: what the lines say afterwards, and what is refused."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from reconciler.course import Area, item
from reconciler.desired import load, require
from reconciler.errors import OutputUnwritable
from reconciler.errors.rewriting import CatalogUnknown, FileMoved, MasterUnknown, NotRewritable, RewriteWrong
from reconciler.rewriting import Change, rewrite, write
from tests.small import catalog as another

EXAMPLES = Path(__file__).resolve().parents[2] / "examples"
CATS, INFO = Area.CATEGORIES, Area.COURSE_INFO


@pytest.fixture
def place(tmp_path) -> Path:
    shutil.copytree(EXAMPLES / "catalog", tmp_path / "catalog")
    return Path(shutil.copy(EXAMPLES / "catalog.yaml", tmp_path))


def lines(place: Path, *changes: Change) -> tuple[list[str], list[str]]:
    """The lines that a change takes out, and those that it brings."""
    (catalog,) = require(load([place]))
    done = rewrite([place], catalog, changes)
    told = [line for one in done for line in one.diff.splitlines()[2:]]
    return [line[1:] for line in told if line[0] == "-"], [line[1:] for line in told if line[0] == "+"]


def changed(place: Path, number: str, area: Area, key: str, **fields: object) -> Change:
    """An item of the catalog with some fields changed."""
    (catalog,) = require(load([place]))
    return Change(number, area, key, catalog.masters[number].setups[area].get(key).with_fields(**fields))


def info(number: str, key: str, value: object) -> Change:
    return Change(number, INFO, key, item(INFO, key, {"value": value}))


def test_a_masters_own_entry_is_changed_in_its_line(place):
    gone, new = lines(place, changed(place, "0402H", CATS, "Homework", weight="12.5"))
    assert gone == ["      - {name: Homework, weight: 10}"]
    assert new == ["      - {name: Homework, weight: 12.5}"]


def test_an_inherited_item_gets_an_entry_with_what_differs(place):
    gone, new = lines(place, changed(place, "0101", CATS, "Homework", weight="25", drop_lowest=None))
    assert gone == []
    assert new == ["    categories:", "      - {name: Homework, weight: 25, drop_lowest: 0}"]


def test_an_inherited_item_is_dropped_and_an_own_one_is_taken_out(place):
    gone, new = lines(place, Change("0301", CATS, "Labs", None), Change("0301", CATS, "Tests", None))
    assert gone == ["      - {name: Labs, weight: 10, sequence: 5, tasks: [Quarter Grade]}"]
    assert new == ["      - {name: Tests, drop: true}"]


def test_an_entry_of_several_items_is_split_where_they_part(place):
    key = "State Algebra<A-REI.3"
    gone, new = lines(place, Change("0401", Area.ASSESSMENTS, key, item(Area.ASSESSMENTS, key, {})))
    assert gone == [
        "      - {test: State Algebra, standard: [A-REI.3, A-REI.4], scoring: read_only, copies_forward: true}"
    ]
    assert new == [
        "      - {test: State Algebra, standard: A-REI.4, scoring: read_only, copies_forward: true}",
        "      - {test: State Algebra, standard: A-REI.3}",
    ]


def test_a_renamed_category_keeps_its_key(place):
    _, new = lines(place, changed(place, "0402H", CATS, "Tests", name="Exams"))
    assert new == ["      - {name: Exams, weight: 60, key: Tests}"]
    _, new = lines(place, changed(place, "0101", CATS, "Tests", name="Exams"))
    assert new == ["    categories:", "      - {key: Tests, name: Exams}"]


def test_the_children_of_an_inherited_composite_are_written_whole(place):
    area = Area.COMPOSITE_WEIGHTS
    keys = [f"Final Grade@2<Quarter Grade@{term}" for term in (1, 2)]
    gone, new = lines(
        place,
        *(
            Change("0901", area, key, item(area, key, {"weight": weight}))
            for key, weight in zip(keys, (40, 60), strict=True)
        ),
    )
    assert len(gone) == 1
    assert (
        "children: [{task: Quarter Grade, term: 1, weight: 40}, {task: Quarter Grade, term: 2, weight: 60}]"
        in new[1]
    )


def test_fields_are_set_added_cleared_and_taken_out(place):
    gone, new = lines(
        place,
        info("0401", "nces.credit", "0.5"),
        info("0401", "state_code", "0401"),
        info("0301", "department", None),
        Change("0401", INFO, "description", None),
        Change("0301", INFO, "custom.Pathway", None),
    )
    assert '    nces: {subject_area: "02", course: "052", level: G, credit: 0.5, sequence: 1 of 1}' in new
    assert '    state_code: "0401"' in new
    assert "    department: null" in new
    assert "    description: Linear and quadratic equations and functions." in gone
    assert "    custom: {Pathway: Health Science}" in gone
    assert len(new) == 3


def test_cross_site_fields_are_set_and_an_empty_group_stays(place):
    area = Area.CROSS_SITE
    _, new = lines(place, Change("0601", area, "room", item(area, "room", {"value": True})))
    assert new == ["    cross_site: {host_school: Harrison High, room: true}"]
    _, new = lines(place, Change("0601", area, "host_school", None))
    assert new == ["    cross_site: {}"]


def test_the_files_of_a_catalog_may_be_split(place):
    text = place.read_text()
    start = text.index("masters:")
    end = text.index("exempt_calendars:")
    (place.parent / "catalog" / "masters.yaml").write_text(text[start:end])
    place.write_text(text[:start] + text[end:])
    (catalog,) = require(load([place]))
    (done,) = rewrite([place], catalog, [changed(place, "0402H", CATS, "Homework", weight="11")])
    assert done.path.name == "masters.yaml"


def test_a_mark_of_residuals_is_no_part_of_what_a_master_says(place):
    (catalog,) = require(load([place]))
    same = catalog.masters["0101"].setups[CATS].get("Tests").mark(left=True, kept=True)
    assert rewrite([place], catalog, [Change("0101", CATS, "Tests", same)]) == ()


ANCHORS = """\
catalog: Anchors
school_years: [2027]
schools: all
tasks: {Final: }
masters:
  - number: "1"
    name: One
    categories: &cats
      - &hw {name: Homework, weight: 40} # shared
      - {name: Tests, weight: 60}
  - number: "2"
    name: Two
    categories: *cats
  - number: "3"
    name: Three
    categories:
      - *hw
      - {name: Labs, weight: 60}
"""


def test_an_alias_is_written_out_where_it_must_change(tmp_path):
    place = tmp_path / "catalog.yaml"
    place.write_text(ANCHORS)
    gone, new = lines(place, changed(place, "2", CATS, "Homework", weight="45"))
    assert gone == ["    categories: *cats"]
    assert new == ["    categories: [{name: Homework, weight: 45}, {name: Tests, weight: 60}]"]
    gone, new = lines(place, changed(place, "3", CATS, "Homework", weight="45"))
    assert (gone, new) == (["      - *hw"], ["      - {name: Homework, weight: 45}"])


def test_what_is_used_elsewhere_by_its_anchor_is_refused(tmp_path):
    place = tmp_path / "catalog.yaml"
    place.write_text(ANCHORS)
    with pytest.raises(NotRewritable, match="under the anchor &cats"):
        lines(place, changed(place, "1", CATS, "Homework", weight="45"))


@pytest.mark.parametrize(
    ("change", "failure", "what"),
    [
        (
            Change("0101", CATS, "Homework", item(CATS, "Homework", {"name": "x" * 51})),
            RewriteWrong,
            "1 error",
        ),
        (
            Change("0101", CATS, "course/Lab", item(CATS, "course/Lab", {"name": "Lab"})),
            RewriteWrong,
            "error",
        ),
        (Change("0101", INFO, "department", None), None, ""),
        (Change("0101", INFO, "terms", None), NotRewritable, "inherited from setup yearlong"),
        (
            Change("0101", INFO, "number", item(INFO, "number", {"value": "0102"})),
            NotRewritable,
            "which master",
        ),
        (Change("0102", CATS, "Tests", None), MasterUnknown, "did you mean"),
        (
            Change("0101", Area.COMPOSITE_WEIGHTS, "Final Grade@4<Quarter Grade@1", None),
            NotRewritable,
            "come and go together",
        ),
        (
            Change(
                "0101",
                Area.COMPOSITE_GRADES,
                "Final Grade@4<Quarter Grade@9",
                item(Area.COMPOSITE_GRADES, "x", {}),
            ),
            NotRewritable,
            "come and go together",
        ),
        (
            Change("0101", Area.COMPOSITE_GRADES, "Final Grade@4<Quarter Grade@1", None),
            RewriteWrong,
            "error",
        ),
    ],
)
def test_what_can_not_be_said_is_refused_and_nothing_is_written(place, change, failure, what):
    before = place.read_bytes()
    if failure is None:
        assert lines(place, change)
        return
    with pytest.raises(failure, match=what):
        lines(place, change)
    assert place.read_bytes() == before


def test_a_catalog_that_is_not_there_is_refused(place):
    with pytest.raises(CatalogUnknown, match="hs"):
        rewrite([place], another(name="hs"), [])


def test_files_are_written_whole_or_not_at_all(place):
    (catalog,) = require(load([place]))
    done = rewrite([place], catalog, [changed(place, "0402H", CATS, "Homework", weight="11")])
    place.chmod(0o640)
    write(done)
    assert place.read_text() == done[0].after
    assert place.stat().st_mode & 0o777 == 0o640
    assert sorted(one.name for one in place.parent.iterdir()) == ["catalog", "catalog.yaml"]
    with pytest.raises(FileMoved):
        write(done)
    place.unlink()
    with pytest.raises((FileMoved, OutputUnwritable)):
        write(done)
    assert sorted(one.name for one in place.parent.iterdir()) == ["catalog"]


def test_byte_order_mark_and_line_ends_stay(place):
    text = place.read_text()
    place.write_bytes(b"\xef\xbb\xbf" + text.replace("\n", "\r\n").encode())
    (catalog,) = require(load([place]))
    write(rewrite([place], catalog, [changed(place, "0402H", CATS, "Homework", weight="11")]))
    raw = place.read_bytes()
    assert raw.startswith(b"\xef\xbb\xbf#")
    assert raw.count(b"\r\n") == raw.count(b"\n") == text.count("\n")
    assert b"{name: Homework, weight: 11}\r\n" in raw


def test_a_diff_says_where_a_file_has_no_last_line_end(tmp_path):
    place = tmp_path / "catalog.yaml"
    place.write_text(ANCHORS.rstrip("\n"))
    (catalog,) = require(load([place]))
    (done,) = rewrite([place], catalog, [changed(place, "3", CATS, "Labs", weight="50")])
    assert done.diff.count("\\ No newline at end of file") == 2
    assert not done.after.endswith("\n")
