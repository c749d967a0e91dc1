"""`reconcile roll-forward`, and `reconcile apply` with what it saved."""

from __future__ import annotations

import json

import pytest
from jsonschema import Draft202012Validator

from reconciler import schemas
from reconciler.errors import PlanBroken, PlanForeign, PlanTampered, ReconcilerError
from reconciler.rolling import saved

YEARS = ("--from-year", "2027", "--to-year", "2028", "--as-of", "2027-06-01")


def test_the_plan_is_shown_and_nothing_is_made(reconcile, district):
    told = reconcile("roll-forward", *YEARS, "--plan-only")
    assert told.code == 0
    assert "make Harrison High 2027-28 with 1 course" in " ".join(told.out.split())
    assert "No assignments, scores, grades or comments are copied." in told.out
    assert "Sections are not copied (--with-sections)." in told.out
    assert '"High School" does not name 2028 under school_years yet' in " ".join(told.out.split())
    assert "roll-forward" not in reconcile("history").out


def test_without_a_terminal_and_without_yes_nothing_is_made(reconcile, district):
    assert reconcile("roll-forward", *YEARS).code == 4
    assert "roll-forward" not in reconcile("history").out


def test_a_saved_year_change_is_applied_once(reconcile, district):
    told = reconcile("roll-forward", *YEARS, "--with-sections", "--out", "year.json")
    assert (told.code, "Saved to year.json" in told.err) == (0, True)
    document = json.loads((district / "year.json").read_text())
    assert list(Draft202012Validator(schemas.load("roll-forward")).iter_errors(document)) == []
    assert document["digest"] == saved.digest_of(saved.load(district / "year.json"))

    done = reconcile("apply", "year.json", "--as-of", "2027-06-01", "-m", "new year", "--format", "json")
    assert done.code == 0
    assert (done.json["courses"], done.json["sections"]) == (1, 2)
    again = reconcile("apply", "year.json", "--as-of", "2027-06-01")
    assert again.code == 5
    assert "Harrison High 2027-28: it has been made since" in again.err


def test_after_it_an_overwrite_push_leaves_no_residuals(reconcile, district):
    assert reconcile("roll-forward", *YEARS, "--with-sections", "--yes").code == 0
    text = (district / "catalog.yaml").read_text()
    (district / "catalog.yaml").write_text(text.replace("[2027]", "[2027, 2028]"))
    push = ("--year", "2028", "--calendar", "Harrison High 2027-28", "--as-of", "2027-07-01")
    done = reconcile("apply", "catalog.yaml", *push, "--mode", "overwrite", "--to-sections", "--yes")
    assert done.code == 0
    after = reconcile("plan", "catalog.yaml", *push, "--to-sections", "--detailed-exitcode")
    assert after.code == 0


def test_some_calendars_can_go_on_without_others(reconcile, district):
    reconcile("roll-forward", *YEARS, "--yes")
    native = json.loads((district / "district.json").read_text())
    lake = {"name": "Lake 2026-27", "school": "Harrison High", "year": 2027, "terms": []}
    native["calendars"] += [lake]
    (district / "district.json").write_text(json.dumps(native))
    assert reconcile("import", "district.json").code == 0
    told = reconcile("roll-forward", *YEARS, "--yes")
    assert told.code == 7
    assert "is there already, with 1 course" in " ".join(told.out.split())
    assert "made 1 calendar, 0 courses and 0 sections for 2027-28. 1 calendar not rolled forward." in told.out
    none = reconcile("roll-forward", *YEARS, "--yes", "--format", "json")
    assert none.code == 4
    assert none.out == ""
    assert "Lake 2027-28" not in none.out


@pytest.mark.parametrize(
    ("words", "code", "what"),
    [
        (("--from-year", "2027", "--to-year", "2026"), 64, "it must come after the first"),
        (("--from-year", "2027", "--to-year", "2028", "--as-of", "2029-01-01"), 64, "2027-28 is over"),
        (("--from-year", "2020", "--to-year", "2021"), 64, "it has these years: 2026, 2027"),
        ((*YEARS, "--calendar", "Harison*"), 64, "There is no calendar"),
        ((*YEARS, "--name", "nothing"), 64, "it is not OLD=NEW"),
        ((*YEARS, "--name", "x=y"), 64, 'is called "x"'),
        (("--from-year", "2027"), 64, "--to-year"),
    ],
)
def test_what_makes_no_sense_is_refused(reconcile, district, words, code, what):
    told = reconcile("roll-forward", *words, "--yes")
    assert told.code == code
    assert what in told.err


@pytest.mark.parametrize("harm", ["digest", "cut", "newer", "foreign", "shape"])
def test_a_file_that_is_not_as_it_was_written_is_refused(reconcile, district, harm):
    reconcile("roll-forward", *YEARS, "--out", "year.json")
    file = district / "year.json"
    told = json.loads(file.read_text())
    if harm == "digest":
        told["body"]["with_sections"] = True
    elif harm == "newer":
        told["format"] = 2
    elif harm == "shape":
        del told["made"]
    text = json.dumps(told)
    if harm == "foreign":
        text = json.dumps({"x": told["$schema"]})
    file.write_text(text[: len(text) // 2] if harm == "cut" else text)
    done = reconcile("apply", "year.json", "--as-of", "2027-06-01")
    assert done.code == 5
    assert "Traceback" not in done.err
    assert "roll-forward" not in reconcile("history").out


@pytest.mark.parametrize(
    ("raw", "what"),
    [
        (b"\xff\xfe{}", "it is not text in UTF-8"),
        (b"{", "can't be read"),
        (b'{"x": ' + b"[" * 100_000, "lists that deep"),
        (b"[]", "it does not say that it is a year change"),
        (b'{"$schema": "other"}', "it does not say that it is a year change"),
    ],
)
def test_what_is_no_year_change_is_told_apart(tmp_path, raw, what):
    file = tmp_path / "year.json"
    file.write_bytes(raw)
    with pytest.raises(ReconcilerError) as told:
        saved.load(file)
    assert what in str(told.value) or type(told.value) is PlanBroken
    assert told.value.exit_code == 5


def test_a_year_change_that_is_not_there_or_not_in_unicode(tmp_path):
    with pytest.raises(PlanForeign, match="No such file"):
        saved.load(tmp_path / "nothing.json")
    file = tmp_path / "year.json"
    body = '{"x": "\\ud800"}'
    file.write_text(f'{{"$schema": "{saved.SCHEMA}", "format": 1, "digest": "0", "body": {body}}}')
    with pytest.raises(PlanTampered):
        saved.load(file)


def test_the_plan_as_json_is_right_by_its_schema(reconcile, district):
    told = reconcile(
        "roll-forward",
        "catalog.yaml",
        *YEARS,
        "--plan-only",
        "--format",
        "json",
        "--name",
        "Harrison High 2026-27=Next = year",
    )
    assert told.code == 0
    assert list(Draft202012Validator(schemas.load("roll-forward")).iter_errors(told.json)) == []
    assert told.json["body"]["calendars"][0]["new"] == "Next = year"


def test_without_any_catalog_the_plan_says_which_were_not_looked_at(reconcile, district):
    (district / "catalog.yaml").unlink()
    told = reconcile("roll-forward", *YEARS, "--plan-only")
    assert told.code == 0
    assert "was not looked at: its school_years must name 2028" in " ".join(told.out.split())


def test_options_contradict_a_saved_year_change(reconcile, district):
    reconcile("roll-forward", *YEARS, "--out", "year.json")
    assert reconcile("apply", "year.json", "--mode", "overwrite").code == 64
    assert reconcile("apply", "year.json", "--catalog", "catalog.yaml").code == 64


def test_rights_are_asked_for(reconcile, district):
    (district / "reconcile.yaml").write_text("rights: [{people: [nobody], may: [push]}]\n")
    told = reconcile("roll-forward", *YEARS, "--yes")
    assert told.code == 4
    assert "has no right `push` in Harrison High 2027-28" in told.err
