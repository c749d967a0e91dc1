"""The way of every plan, at undo and relink alike: shown, saved, asked about, done, told."""

from __future__ import annotations

import json

import pytest

from reconciler.course import Area, Counts, Use
from reconciler.stores import open_store
from tests.commands.small_district import BEFORE_SCHOOL, CATALOG

VERBS = {"undo": ("undo", "3", *BEFORE_SCHOOL), "relink": ("relink", "0401", *BEFORE_SCHOOL)}


@pytest.fixture
def pushed(district, reconcile):
    """A district with a push (run 3), after which the catalog moved on."""
    assert reconcile("apply", "--to-sections", *BEFORE_SCHOOL, "--yes").code == 0
    (district / "catalog.yaml").write_text(CATALOG.replace("weight: 20", "weight: 25"), encoding="utf-8")
    return district


def runs(folder):
    store = open_store(str(folder / "reconcile.db"))
    with store.read() as snapshot:
        found = [one.kind for one in snapshot.runs(50)]
    store.close()
    return found


@pytest.mark.parametrize("verb", VERBS)
def test_plan_only_shows_and_does_nothing(pushed, reconcile, verb):
    told = reconcile(*VERBS[verb], "--plan-only")
    assert told.code == 0 and "Homework" in told.out
    assert runs(pushed) == ["apply", "link", "import"]


@pytest.mark.parametrize("verb", VERBS)
def test_out_saves_what_apply_then_does(pushed, reconcile, verb):
    told = reconcile(*VERBS[verb], "--out", "plan.json")
    assert told.code == 0 and runs(pushed) == ["apply", "link", "import"]
    assert json.loads((pushed / "plan.json").read_text(encoding="utf-8"))["body"]
    assert reconcile("apply", "plan.json", "--yes").code == 0
    assert runs(pushed)[0] == verb


@pytest.mark.parametrize("verb", VERBS)
def test_out_into_a_folder_that_is_not_there_writes_nothing(pushed, reconcile, verb):
    told = reconcile(*VERBS[verb], "--out", "nowhere/plan.json")
    assert told.code == 1 and "can't be written" in told.err
    assert not list(pushed.rglob("plan.json*"))


@pytest.mark.parametrize("verb", VERBS)
def test_nobody_to_ask_is_a_refusal(pushed, reconcile, verb):
    told = reconcile(*VERBS[verb])
    assert told.code == 4 and "`--yes`" in told.err
    assert runs(pushed) == ["apply", "link", "import"]


@pytest.mark.parametrize("verb", VERBS)
def test_json_tells_the_result_alone(pushed, reconcile, verb):
    told = reconcile(*VERBS[verb], "--yes", "--format", "json", "--message", "Because")
    assert told.code == 0 and told.json["run"] == 4 and told.json["status"] == "done"
    assert "Why: Because" in " ".join(reconcile("history", "4").out.split())


@pytest.mark.parametrize(("words", "code"), [((), 0), (("--strict",), 3)])
def test_strict_says_that_something_stays(pushed, reconcile, words, code):
    store = open_store(str(pushed / "reconcile.db"))
    with store.write() as tx:
        (section,) = [one for one in tx.section_records() if one.number == "2"]
        tx.put_counts([(section.id, Use(Area.CATEGORIES, "Tests", 1), Counts(1))], [section.id])
    store.close()
    told = reconcile(*VERBS["undo"], "--yes", *words)
    assert "used_since" in told.out and told.code == code


def test_strict_is_content_where_nothing_stays(pushed, reconcile):
    assert reconcile(*VERBS["undo"], "--yes", "--strict").code == 0


@pytest.mark.parametrize(
    ("words", "code", "said"),
    [
        (("--area", "category"), 64, 'did you mean "categories"?'),
        (("--area", "categories", "--skip-area", "standards"), 64, "--area and --skip-area"),
        (("--skip-area", "sideways"), 64, "sideways"),
    ],
)
def test_areas_that_can_not_be_meant(pushed, reconcile, words, code, said):
    told = reconcile(*VERBS["relink"], *words)
    assert told.code == code and said in told.err and told.out == ""


@pytest.mark.parametrize(
    ("words", "changes"), [(("--area", "categories"), True), (("--skip-area", "categories"), False)]
)
def test_areas_narrow_a_relink(pushed, reconcile, words, changes):
    told = reconcile(*VERBS["relink"], *words, "--plan-only")
    assert told.code == 0 and ("20 -> 25" in told.out) == changes
