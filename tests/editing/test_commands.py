"""`reconcile edit` and `reconcile use`: what is said, in what words it answers, and with which exit code."""

from __future__ import annotations

import json

import pytest

from tests.commands.small_district import CATALOG

COURSE = "0401@Harrison High 2026-27"
SECTION = f"{COURSE}/1"
TODAY = ("--as-of", "2026-10-01")
REFUSED, USAGE = 4, 64


@pytest.fixture
def pushed(district, reconcile):
    """The small district after a push to its sections."""
    assert reconcile("apply", "--to-sections", "--yes", *TODAY).code == 0
    return district


@pytest.fixture
def edit(pushed, reconcile):
    return lambda address, *words: reconcile("edit", address, *words, *TODAY)


@pytest.fixture
def use(pushed, reconcile):
    return lambda address, *words: reconcile("use", address, *words, *TODAY)


@pytest.fixture
def state(pushed, reconcile):
    """Read the whole state, as a native file has it."""

    def read() -> dict:
        assert reconcile("export", "--output", "now.json").code == 0
        return json.loads((pushed / "now.json").read_text(encoding="utf-8"))

    return read


def test_the_teachers_own_category_is_changed_and_the_change_is_told(edit):
    told = edit(f"{SECTION}#categories/Homework (1)", "--set", "weight=25", "--set", "drop_lowest=1")
    assert told.code == 0
    assert "category Homework (1): drop_lowest 0 -> 1; weight 30 -> 25" in told.out
    assert "Run 4." in told.out
    assert told.err == ""


def test_what_is_so_already_is_no_run(edit, reconcile):
    before = reconcile("history", "--format", "json").json["rows"]
    told = edit(f"{SECTION}#categories/Homework (1)", "--set", "weight=30")
    assert (told.code, told.err) == (0, "")
    assert told.out.endswith("  nothing has changed; it is so already\n")
    assert reconcile("history", "--format", "json").json["rows"] == before


def test_the_line_is_that_of_the_courses_own_catalog(pushed, edit):
    """Another catalog stands before it, in a file of its own."""
    (pushed / "another.yaml").write_text(
        "catalog: Another\nschool_years: [2027]\nschools: all\nlocks: {categories: locked}\nmasters: []\n",
        encoding="utf-8",
    )
    told = edit(
        *(f"{SECTION}#categories/Homework", "--set", "weight=25"),
        *("--catalog", "another.yaml", "--catalog", "catalog.yaml"),
    )
    assert told.code == REFUSED
    assert 'the catalog "High School" locks categories (catalog.yaml:7:3)' in told.err


def test_what_is_locked_is_refused_with_the_line_of_the_lock(edit):
    told = edit(f"{SECTION}#categories/Homework", "--set", "weight=25")
    assert told.code == REFUSED
    assert told.out == ""
    assert 'the catalog "High School" locks categories (catalog.yaml:7:3)' in told.err
    assert "`editable`" in told.err


def test_the_line_of_a_fields_lock_is_found_in_its_group(pushed, edit):
    text = CATALOG.replace(
        "{department: locked}", "{department: locked, nces: {level: locked}, others: locked}"
    )
    text = text.replace(
        "    department: Mathematics\n", "    department: Mathematics\n    nces: {level: G}\n    credits: 1\n"
    )
    (pushed / "catalog.yaml").write_text(text, encoding="utf-8")
    for field, column in (("department", 17), ("nces.level", 44), ("credits", 60)):
        told = edit(f"{COURSE}#course_info/{field}", "--set", "value=1")
        assert told.code == REFUSED
        assert f"(catalog.yaml:5:{column})" in told.err


def test_beside_it_a_new_one_may_be_added_renamed_and_removed(edit):
    assert (
        "added weight 10; tasks Final"
        in edit(f"{SECTION}#categories/Lab", "--add", "--set", "weight=10", "--set", "tasks=Final").out
    )
    assert "name Lab -> Labs" in edit(f"{SECTION}#categories/Lab", "--rename", "Labs").out
    assert "Labs: removed" in edit(f"{SECTION}#categories/Labs", "--remove").out


def test_a_field_is_cleared_by_saying_nothing_and_lists_may_be_json(edit):
    assert (
        edit(f"{SECTION}#categories/Lab", "--add", "--set", 'tasks=["Final"]', "--set", "terms=1,2").code == 0
    )
    told = edit(f"{SECTION}#categories/Lab", "--set", "tasks=", "--set", "terms=")
    assert "tasks Final -> none" in told.out
    assert "terms 1, 2 -> all" in told.out


def test_course_info_is_set_field_by_field_or_several_at_once(edit, state):
    told = edit(
        f"{COURSE}#course_info", "--set", "state_code=0017", "--set", "honors=yes", "--set", "credits=0.50"
    )
    assert told.code == 0
    assert "state_code: set to 0017" in told.out
    assert "credits: set to 0.5" in told.out
    assert edit(f"{COURSE}#course_info/name", "--set", "value=Algebra One").code == 0
    course = state()["courses"][0]
    assert course["name"] == "Algebra One"
    info = {one["field"]: one["value"] for one in course["setup"]["course_info"]}
    assert (info["state_code"], info["honors"]) == ("0017", True)


def test_nothing_to_do_says_so(edit):
    told = edit(f"{SECTION}#categories/Homework (1)", "--set", "weight=30.0")
    assert told.code == 0
    assert "nothing has changed" in told.out


def test_the_mark_of_a_course_lifts_its_locks(edit):
    assert "is marked Ignore Master Push now" in edit(COURSE, "--ignore-push").out
    assert "already" in edit(COURSE, "--ignore-push").out
    told = edit(f"{COURSE}#categories/Homework", "--set", "weight=25")
    assert told.code == 0
    assert "shown as drift" in told.out
    assert "not marked" in edit(COURSE, "--no-ignore-push").out
    assert edit(f"{COURSE}#categories/Homework", "--set", "weight=20").code == REFUSED


def test_without_its_catalog_a_linked_course_is_not_edited(pushed, edit):
    (pushed / "catalog.yaml").rename(pushed / "elsewhere.yaml")
    told = edit(f"{SECTION}#categories/Lab", "--add")
    assert told.code == USAGE
    assert "--catalog" in told.err
    assert edit(f"{SECTION}#categories/Lab", "--add", "--catalog", "elsewhere.yaml").code == 0


def test_a_catalog_that_is_broken_lifts_no_lock(pushed, edit):
    (pushed / "catalog.yaml").write_text(CATALOG.replace("weight: 20", "wieght: 20"), encoding="utf-8")
    assert edit(f"{SECTION}#categories/Lab", "--add").code == 1


@pytest.mark.parametrize(
    "words",
    [
        [],
        ["--add", "--remove"],
        ["--remove", "--set", "weight=1"],
        ["--rename", "A", "--ignore-push"],
        ["--set", "weight"],
        ["--set", "=1"],
        ["--set", "wieght=1"],
        ["--set", "weight=much"],
        ["--set", "drop_lowest=1.5"],
        ["--set", "exclude_from_calculation=perhaps"],
        ["--set", "terms=one"],
        ["--set", 'tasks=["Final"'],
    ],
)
def test_what_is_not_understood_is_a_usage_error(pushed, edit, words):
    told = edit(f"{SECTION}#categories/Homework (1)", *words)
    assert told.code == USAGE
    assert told.err
    assert told.out == ""


@pytest.mark.parametrize(
    "address",
    [
        "0409@Harrison High 2026-27#categories/Lab",
        f"{COURSE}/9#categories/Lab",
        f"{COURSE}#categorie/Lab",
        COURSE,
        "#x",
    ],
)
def test_an_address_that_means_nothing_is_a_usage_error(edit, address):
    assert edit(address, "--set", "weight=1").code == USAGE


def test_rights_and_past_years_are_asked_for(pushed, edit, use, reconcile, monkeypatch):
    monkeypatch.setenv("RECONCILE_USER", "ada")
    rights = "rights:\n  - {people: [ben], may: [edit]}\n"
    (pushed / "reconcile.yaml").write_text(rights, encoding="utf-8")
    told = edit(f"{SECTION}#categories/Lab", "--add")
    assert told.code == REFUSED
    assert "ada has no right `edit`" in told.err
    assert use(f"{SECTION}#categories/Tests", "--record", "scores=1").code == REFUSED
    monkeypatch.setenv("RECONCILE_USER", "ben")
    assert edit(f"{SECTION}#categories/Lab", "--add").code == 0
    late = reconcile("edit", f"{SECTION}#categories/Lab", "--remove", "--as-of", "2027-10-01")
    assert late.code == REFUSED
    assert "read-only" in late.err


def test_uses_are_recorded_realigned_and_deleted(use):
    homework = f"{SECTION}#categories/Homework (1)"
    told = use(homework, "--record", "assignments=2", "scores=40", "--term", "1", "--task", "Final")
    assert told.code == 0
    assert "category Homework (1), term 1: nothing -> 2 assignments, 40 scores" in told.out
    assert "grading task Final, term 1: nothing -> 2 assignments, 40 scores" in told.out
    told = use(homework, "--realign", "Tests")
    assert "category Tests: nothing -> 3 assignments, 40 scores" in told.out
    told = use(f"{SECTION}#categories/Tests", "--delete", "assignments=1", "--term", "1")
    assert "2 assignments, 40 scores -> 1 assignment, 40 scores" in told.out
    told = use(f"{SECTION}#categories/Tests", "--delete")
    assert told.out.count("-> nothing") == 2


def test_a_used_item_is_removed_only_after_its_uses_went_elsewhere(edit, use):
    homework = f"{SECTION}#categories/Homework (1)"
    told = edit(homework, "--remove")
    assert told.code == REFUSED
    assert "3 assignments, 40 scores" in told.err
    assert use(homework, "--realign", "Homework").code == 0
    assert edit(homework, "--remove").code == 0


@pytest.mark.parametrize(
    ("words", "code"),
    [
        ([], USAGE),
        (["--record"], USAGE),
        (["--record", "--delete"], USAGE),
        (["--record", "assignments"], USAGE),
        (["--record", "assignments=-1"], USAGE),
        (["--record", "assignments=1", "assignments=2"], USAGE),
        (["--record", "pupils=1"], USAGE),
        (["--record", "scores=0"], USAGE),
        (["--record", "scores=1", "--term", "3"], USAGE),
        (["--record", "scores=1", "--term", "-1"], USAGE),
        (["--record", "scores=1", "--task", "Finale"], USAGE),
        (["--realign", "Tests", "scores=1"], USAGE),
        (["--realign", "Test"], USAGE),
        (["--delete", "scores=41"], REFUSED),
        (["--delete", "--term", "2"], REFUSED),
    ],
)
def test_what_can_not_be_recorded_is_refused_and_nothing_changes(use, state, words, code):
    before = state()
    told = use(f"{SECTION}#categories/Homework (1)", *words)
    assert told.code == code
    assert told.err
    assert state() == before


def test_both_speak_json(edit, use):
    told = edit(f"{SECTION}#categories/Lab", "--add", "--set", "weight=10", "--format", "json").json
    assert told["items"] == [
        {
            "area": "categories",
            "key": "section/Lab",
            "before": None,
            "after": {"name": "Lab", "weight": "10"},
        }
    ]
    told = use(f"{SECTION}#categories/Lab", "--record", "scores=3", "--format", "json").json
    (row,) = told["uses"]
    assert (row["key"], row["name"], row["after"]["scores"]) == ("section/Lab", "Lab", 3)
    assert edit(COURSE, "--ignore-push", "--format", "json").json["ignored"] is True


def test_an_edit_can_be_taken_back(edit, state, reconcile):
    edit(f"{SECTION}#categories/Homework (1)", "--set", "weight=25")
    assert reconcile("undo", "4", "--yes", *TODAY).code == 0
    section = next(one for one in state()["courses"][0]["sections"] if one["number"] == "1")
    (one,) = [one for one in section["setup"]["categories"] if one["name"] == "Homework (1)"]
    assert str(one["weight"]) == "30"
