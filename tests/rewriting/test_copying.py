"""`reconcile copy-master`: what comes along, what is refused, and what the copy is."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reconciler.course import Area
from reconciler.desired import load, require
from reconciler.rewriting import write
from reconciler.rewriting.copying import Wish, copy
from tests.rewriting import made_up
from tests.strategies import CALM

EXAMPLES = Path(__file__).resolve().parents[2] / "examples"
MIDDLE = """\
# the middle schools
catalog: Middle School
school_years: [2027]
schools: all
locks: {categories: locked, grading_tasks: locked}
tasks:
  Quarter Grade: # known here too
masters:
- number: "1"   # the only one
  name: One
  grading_tasks: []
  categories: []
# the end
"""


@pytest.fixture
def two(folder) -> Path:
    """A folder with two catalogs; gives it."""
    shutil.copytree(EXAMPLES / "catalog", folder / "catalog")
    shutil.copy(EXAMPLES / "catalog.yaml", folder / "high.yaml")
    (folder / "middle.yaml").write_text(MIDDLE)
    return folder


FILES = ("high.yaml", "middle.yaml")
TO = ("--to", "Middle School", "--number", "0950", "--name", "Algebra: A")


def setups(name: str, number: str, *files: str):
    """What a master resolves to, its number and name apart."""
    known = {one.name: one for one in require(load([Path(file) for file in files or FILES]))}
    return {
        area: [one for one in value if area is not Area.COURSE_INFO or one.key not in ("number", "name")]
        for area, value in known[name].masters[number].setups.items()
    }


def test_without_write_it_is_only_shown(reconcile, two):
    told = reconcile("copy-master", "0401", *FILES, *TO)
    assert told.code == 0
    assert "Would copy 0401 of High School to 0950 Algebra: A of Middle School." in told.out
    assert 'Already there: task "Quarter Grade".' in told.out
    assert 'setup "yearlong", setup "by-standards"' in told.out
    assert "say `--write`" in told.err
    assert (two / "middle.yaml").read_text() == MIDDLE


def test_the_copy_resolves_to_the_same_and_comments_and_order_stay(reconcile, two):
    told = reconcile("copy-master", "0401", *FILES, *TO, "--write", "--format", "json")
    assert told.code == 0
    assert {"list": "grading_scales", "name": "Standard Scale"} in told.json["along"]
    assert {"list": "score_groups", "name": "Letter Grades"} in told.json["along"]
    assert told.json["there"] == [{"list": "tasks", "name": "Quarter Grade"}]
    assert reconcile("validate", *FILES).code == 0
    assert setups("Middle School", "0950") == setups("High School", "0401")
    text = (two / "middle.yaml").read_text()
    assert [line for line in MIDDLE.splitlines() if line not in text.splitlines()] == []
    assert '- number: "0950" # numbers in quotes, so that every YAML tool keeps the zero' in text
    assert '  name: "Algebra: A"' in text
    assert "  by-standards: # on top of a setup that has the tasks\n" in text
    assert (two / "high.yaml").read_text() == (EXAMPLES / "catalog.yaml").read_text()


def test_renames_are_not_copied(reconcile, two):
    assert reconcile("copy-master", "0402H", *FILES, *TO, "--write").code == 0
    text = (two / "middle.yaml").read_text()
    assert "was:" not in text
    catalogs = {one.name: one for one in require(load([Path(one) for one in FILES]))}
    copied = catalogs["Middle School"].masters["0950"]
    assert (copied.was, copied.renames) == (None, ())


def test_beside_itself_it_needs_nothing_along(reconcile, two):
    told = reconcile(
        "copy-master",
        "0402",
        "high.yaml",
        "--to",
        "High School",
        "--number",
        "0403",
        "--name",
        "G2",
        "--write",
    )
    assert told.code == 0
    before, after = ((EXAMPLES / "catalog.yaml").read_text(), (two / "high.yaml").read_text())
    new = [line for line in after.splitlines() if line not in before.splitlines()]
    assert new == [
        '  - {number: "0403", name: G2, use: [yearlong], department: Mathematics, credits: 1, gpa_weight: 1}'
    ]
    assert setups("High School", "0403", "high.yaml") == setups("High School", "0402", "high.yaml")


@pytest.mark.parametrize(
    ("words", "code", "what"),
    [
        (
            ("0401", "--to", "Middle School", "--number", "1", "--name", "x"),
            4,
            'already has a master "1", at middle.yaml:9',
        ),
        (
            ("0401", "--to", "Midle School", "--number", "2", "--name", "x"),
            64,
            'did you mean "Middle School"?',
        ),
        (("0411", "--to", "Middle School", "--number", "2", "--name", "x"), 64, 'no master "0411"'),
        (
            ("0401", "--to", "Middle School", "--number", "2", "--name", "x", "--from", "Middle School"),
            64,
            "no master",
        ),
        (("0401", "--to", "Middle School", "--number", " 2", "--name", "x"), 1, "1 error(s), told above"),
        (("0401", "--to", "Middle School", "--number", "2", "--name", ""), 1, "told above"),
        (("0401", "--to", "Middle School", "--number", "2"), 64, "--name"),
    ],
)
def test_what_can_not_be_copied_is_refused(reconcile, two, words, code, what):
    told = reconcile("copy-master", words[0], *FILES, *words[1:], "--write")
    assert told.code == code
    assert what in told.err
    assert (two / "middle.yaml").read_text() == MIDDLE


def test_a_number_that_two_catalogs_have_must_say_which(reconcile, two):
    (two / "middle.yaml").write_text(MIDDLE.replace('"1"', '"0401"'))
    told = reconcile("copy-master", "0401", *FILES, *TO)
    assert told.code == 64
    assert "Say which is meant with `--from`" in told.err
    assert reconcile("copy-master", "0401", *FILES, *TO, "--from", "High School").code == 0


@pytest.mark.parametrize("also", ["setups: {yearlong: {terms: 2}}", "score_groups: {Letter Grades: {A: 5}}"])
def test_a_name_of_another_content_is_refused(reconcile, two, also):
    (two / "middle.yaml").write_text(f"{MIDDLE}{also}\n")
    told = reconcile("copy-master", "0401", *FILES, *TO, "--write")
    assert told.code == 4
    assert "of another content, at middle.yaml:14" in told.err
    assert (two / "middle.yaml").read_text() == f"{MIDDLE}{also}\n"


def test_a_list_that_the_other_catalog_wants_is_not_made_up(reconcile, two):
    (two / "high.yaml").write_text(
        "catalog: High School\nschool_years: [2027]\nschools: all\nmasters: [{number: '5', name: Five}]\n"
    )
    told = reconcile("copy-master", "5", *FILES, *TO, "--write")
    assert told.code == 1
    assert "has no list `categories`, and categories is locked" in told.err


def test_a_copy_into_a_catalog_of_one_line_and_of_shared_files(reconcile, two):
    (two / "middle.yaml").write_text(
        "{catalog: Middle School, include: [catalog/*.yaml], school_years: [2027], schools: all, masters: []}"
    )
    assert reconcile("copy-master", "0401", *FILES, *TO, "--write").code == 0
    assert setups("Middle School", "0950") == setups("High School", "0401")
    (two / "middle.yaml").write_text(
        "catalog: Middle School\ninclude: [catalog/*.yaml]\nschool_years: [2027]\nschools: all\n"
    )
    lists = (two / "catalog" / "lists.yaml").read_text()
    told = reconcile("copy-master", "0401", *FILES, *TO, "--write", "--format", "json")
    assert told.code == 0
    assert [one["list"] for one in told.json["along"]] == ["setups", "setups"]
    assert (two / "catalog" / "lists.yaml").read_text() == lists
    assert setups("Middle School", "0950") == setups("High School", "0401")


@CALM
@given(st.binary(min_size=60, max_size=400), st.sampled_from(("0401", "0402", "0403")))
def test_any_master_resolves_to_the_same_in_an_empty_catalog(tmp_path_factory, data, number):
    folder = tmp_path_factory.mktemp("copy", numbered=True) if not PLACES else PLACES[0]
    PLACES[:] = [folder]
    files = [folder / "one.yaml", folder / "two.yaml"]
    files[0].write_text("\n".join(made_up.catalog(data).lines), encoding="utf-8")
    files[1].write_text("catalog: Two\nschool_years: [2027]\nschools: all\nmasters: []\n")
    done = copy(files, require(load(files)), Wish(number, "Two", "9", "Nine", "Made up"))
    write(done.changes)
    paths = [str(one) for one in files]
    assert setups("Two", "9", *paths) == setups("Made up", number, *paths)


SHARED = """\
catalog: High School
school_years: [2027]
schools: all
score_groups: {Letters: &marks {A: 4}}
rubrics: {Same: *marks, Empty: {P: }}
standards: {"A: 1": {name: First, was: Old}, B: }
tests:
  MAP: # a test
    - "A: 1"
    # two of them
    - B
setups: {few: {use: [none], assessments: [{test: MAP, standard: B}]}, none: {terms: 1}}
masters:
  - &one
    number: '5' # single
    name: 'Five'
    use: [few]
    grading_tasks: []
    categories: &cats
      - {name: Homework, weight: 100, was: Old} # all of it

      # nothing more
    standards: [{standard: "A: 1", rubric: Same}]
  - {number: "6", name: Six, categories: *cats}
"""
HOLDERS = (
    "masters: []\n",
    "masters: [{number: '1', name: One, categories: [], grading_tasks: []}]\n",
    "masters:\n  - number: '1'\n    name: One\n    categories: []\n    grading_tasks: []\n\n  - {number: '2', name: Two, categories: [], grading_tasks: []} # two\n",
    "standards: {C: Third}\ntests: {}\nmasters: []\n",
    "standards:\n  C: Third # c\nsetups: {} # none yet\nmasters: [] # none\n# end\n",
    "",
)


@pytest.mark.parametrize("holder", HOLDERS)
@pytest.mark.parametrize("number", ["5", "6"])
def test_anchors_are_written_out_and_every_kind_of_list_comes_along(reconcile, two, holder, number):
    (two / "high.yaml").write_text(
        SHARED.replace("categories: *cats", "grading_tasks: [], categories: *cats")
    )
    text = "# top\ncatalog: Middle School\nschool_years: [2027]\nschools: all\n" + holder
    (two / "middle.yaml").write_text(text)
    told = reconcile("copy-master", number, *FILES, "--to", "Middle School", "--number", "9", "--name", "It's", "--write", "--format", "json")  # fmt: skip
    assert told.code == 0, told.err
    assert setups("Middle School", "9") == setups("High School", number)
    now = (two / "middle.yaml").read_text()
    assert "*" not in now and "&" not in now and "was:" not in now
    assert [one for one in text.splitlines() if "#" in one and one[one.index("#") :] not in now] == []
    kinds = [one["list"] for one in told.json["along"]]
    assert kinds == (
        ["rubrics", "standards", "standards", "tests", "setups", "setups"] if number == "5" else []
    )


PLACES: list[Path] = []
