"""`reconcile.yaml` is read strictly: what is meant is there, and every problem is told with its place."""

from __future__ import annotations

import re
from decimal import Decimal
from pathlib import Path

import pytest
from jsonschema import Draft202012Validator

from reconciler import policy, schemas
from reconciler.errors.policy import PolicyWrong
from reconciler.policy.model import FLOOR, RIGHTS, Notify, Right, Sessions, Span, Threshold, Waiver

ROOT = Path(__file__).resolve().parents[2]
SCHEMA = schemas.load("reconcile")
WHOLE = """\
    state: reconcile.db
    catalogs: [catalog.yaml]
    groups: {office: [Ada, Ben]}
    rights:
      - {groups: [office], may: [push, to_sections]}
      - {people: [Cy], may: [edit], schools: ["Hill*"], years: [2027]}
    past_years: writable
    thresholds:
      updates: {count: 400}
      deletes: {percent: 12.5, floor: 3}
    sessions: {overwrite: refuse, grade_affecting: ask}
    windows:
      time_zone: America/Chicago
      open: [{days: [fri, sat], from: "18:00", to: "06:00"}]
      closed: [{first: 2026-10-12, last: 2026-10-16, reason: report cards}]
    waivers:
      - {address: "0401@hill-27#categories/Lab", reason: a trial, owner: Ada, expires: 2026-12-31}
    warnings_as_errors: [W2, no-task]
    notify: {urls_from: [RECONCILE_NOTIFY], on: [failed]}
"""


def test_everything_that_it_may_say(says):
    told = says(WHOLE)
    assert told.groups == {"office": {"Ada", "Ben"}}
    assert told.rights == (
        Right(frozenset(), ("office",), frozenset({"push", "to_sections"})),
        Right(frozenset({"Cy"}), (), frozenset({"edit"}), ("Hill*",), (2027,)),
    )
    assert told.past_years == "writable"
    assert told.thresholds.updates == Threshold(None, 400, FLOOR)
    assert told.thresholds.deletes == Threshold(Decimal("12.5"), None, 3)
    assert told.sessions == Sessions("refuse", "ask")
    assert told.windows.time_zone == "America/Chicago"
    assert told.windows.open == (Span(frozenset({4, 5}), 18 * 60, 6 * 60),)
    assert told.windows.closed == (Span(first="2026-10-12", last="2026-10-16", reason="report cards"),)
    assert told.waivers == (Waiver("0401@hill-27#categories/Lab", "a trial", "Ada", "2026-12-31"),)
    assert told.warnings_as_errors == {"W2", "no-task"}
    assert told.notify == Notify(("RECONCILE_NOTIFY",), ("failed",))


def test_without_a_file_everything_is_permitted(tmp_path):
    assert policy.load(tmp_path) == policy.Policy()
    assert policy.Policy().rights is None


@pytest.mark.parametrize("text", ["", "# nothing yet\n", "\n\n"])
def test_a_file_that_says_nothing_is_none(says, text):
    assert says(text) == policy.Policy()


def test_it_is_looked_for_in_the_working_folder(says, tmp_path, monkeypatch):
    says("past_years: writable")
    assert policy.load(tmp_path.parent).past_years == ""
    monkeypatch.chdir(tmp_path)
    assert policy.load().past_years == "writable"


def test_all_problems_are_told_at_once_in_the_order_of_their_places(wrongs):
    found = wrongs("""\
        sate: x
        past_years: sometimes
        thresholds: {deletes: {percent: many}}
        sessions: {overwrite: ask, grades: warn}
        """)
    assert [one.split()[:2] for one in found] == [
        ["1:1", "unknown-key"],
        ["2:13", "unknown-value"],
        ["3:33", "wrong-type"],
        ["4:28", "unknown-key"],
    ]
    assert 'did you mean "state"?' in found[0]


@pytest.mark.parametrize(
    ("text", "says_"),
    [
        ("rights: []", "1:9 empty-list rights is empty"),
        ("rights: [{may: [push]}]", "1:10 missing-key this must say whose right it is: `people:` or `groups:`"),
        ("rights: [{people: [a]}]", '1:10 missing-key "may" is missing here'),
        ("rights: [{people: [], may: [push]}]", "1:19 empty-list people is empty"),
        ("rights: [{people: [a], may: [pusch]}]", 'unknown-value pusch is not known here (did you mean "push"?)'),
        ("rights: [{people: ada, may: [push]}]", "1:19 wrong-type people ada must be a list"),
        ("groups: {office: []}", "1:18 empty-list office is empty"),
        ("groups: {office: [' ada']}", "has a space at its edge"),
        ("thresholds: {}", "1:13 empty-list thresholds is empty"),
        ("thresholds: {deletes: {floor: 3}}", "1:23 missing-key deletes must say a `percent:` or a `count:`"),
        ("thresholds: {deletes: {percent: 101}}", "out-of-range"),
        ("thresholds: {deletes: {percent: '30'}}", "wrong-type"),
        ("thresholds: {deletes: {count: 3.5}}", "wrong-type"),
        ("sessions: {overwrite: forbid}", "unknown-value overwrite forbid is not known here"),
        ("windows: {time_zone: America/Chicago}", "missing-key windows must say `open:` or `closed:`"),
        ("windows: {open: [{reason: x}]}", "missing-key"),
        ("windows: {open: [{from: '18:00'}]}", "bad-value this has only one of `from` and `to`"),
        ("windows: {open: [{from: '8.00', to: '9:00'}]}", "bad-value from 8.00 is no time of the day"),
        ("windows: {open: [{from: 08:00, to: 25:00}]}", "bad-value to 25:00 is no time of the day"),
        ("windows: {open: [{from: 08:00, to: 08:00}]}", "bad-value the span ends when it begins"),
        ("windows: {open: [{days: [monday]}]}", 'unknown-value monday is not known here (did you mean "mon"?)'),
        ("windows: {closed: [{first: 12.10.2026}]}", "bad-value first 12.10.2026 is no date"),
        ("windows: {closed: [{first: 2026-02-30}]}", "1:28 bad-value 2026-02-30 is a day that no calendar has"),
        ("windows: {closed: [{first: 2026-03-02, last: 2026-03-01}]}", "the last date is before the first"),
        (
            "windows: {time_zone: America/Chicag, open: [{days: [mon]}]}",
            '1:22 unknown-value there is no time zone "America/Chicag" (did you mean "America/Chicago"?)',
        ),
        ("waivers: [{address: 'a@b#c/d', reason: r, owner: o}]", '"expires" is missing here'),
        ("waivers: [{address: '0401', reason: r, owner: o, expires: 2026-01-01}]", "is no item's address"),
        ("waivers: [{address: 'a@b#c', reason: r, owner: o, expires: 2026-01-01}]", "is no item's address"),
        ("waivers: [{address: 'a@b#c/d', reason: '', owner: o, expires: 2026-01-01}]", "empty-text"),
        ("waivers: [{address: 'a@b#c/d', reason: r, owner: o, expires: 2026-13-01}]", "no calendar has"),
        ("warnings_as_errors: [W9]", "unknown-value W9 is not known here"),
        ("notify: {urls_from: ['mailto://me:secret@host']}", "is no name of an environment variable"),
        ("past_years: yes", "unknown-value past_years yes is not known here"),
        ("catalogs: [3, {a: b}]", "wrong-type"),
    ],
)  # fmt: skip
def test_what_is_wrong_is_told_with_its_place(wrongs, text, says_):
    found = wrongs(text)
    assert len(found) == 1, found
    assert says_.replace('"', "") in found[0].replace('"', "")


def test_a_group_that_is_nobody_is_an_error_with_the_close_one(wrongs):
    assert wrongs("""\
        groups: {office: [Ada], admin: [Ben]}
        rights:
          - {groups: [office, offise], may: [push]}
        """) == ['3:23 unknown-group there is no group "offise" (did you mean "office"?)']


def test_two_problems_of_one_waiver_are_two(wrongs):
    found = wrongs("waivers: [{address: '@b#c/d', reason: r, owner: o, expires: 2026-01-01, until: x}]")
    assert [one.split()[1] for one in found] == ["bad-value", "unknown-key"]


@pytest.mark.parametrize(
    "text", ["a: [\n", "past_years: writable\npast_years: read_only\n", "- a\n", "--- a\n--- b\n"]
)
def test_what_is_no_yaml_of_keys_is_told(wrongs, text):
    assert len(wrongs(text)) == 1


def test_a_problem_of_the_text_comes_before_those_of_the_keys(wrongs):
    assert [one.split()[1] for one in wrongs("state: a\nstate: b\nsate: c\n")] == ["duplicate-key"]


def test_the_error_says_the_file_the_count_and_the_way_out(says):
    with pytest.raises(PolicyWrong) as caught:
        says("sate: x\nstat: y\n")
    assert str(caught.value) == "reconcile.yaml can't be used: 2 error(s), told above."
    assert "reconcile schema reconcile" in caught.value.way_out
    assert caught.value.exit_code == 1


# --- the schema -------------------------------------------------------------------------------------------


def test_the_schema_is_json_schema():
    Draft202012Validator.check_schema(SCHEMA)


def parts(part: object):
    if isinstance(part, dict):
        yield part
        for value in part.values():
            yield from parts(value)
    elif isinstance(part, list):
        for value in part:
            yield from parts(value)


def test_every_key_is_explained():
    silent = [
        name
        for part in parts(SCHEMA)
        if isinstance(part.get("properties"), dict) and part.get("type") == "object"
        for name, inner in part["properties"].items()
        if not inner.get("description")
    ]
    assert silent == []


def test_the_rights_are_those_of_the_model():
    right = SCHEMA["properties"]["rights"]["items"]["properties"]["may"]
    assert tuple(right["items"]["enum"]) == RIGHTS


def test_every_warning_of_the_program_can_be_made_an_error():
    """A new warning must be added to the schema: its code stands in the source where it is made."""
    known = set(SCHEMA["properties"]["warnings_as_errors"]["items"]["enum"])
    checks = "".join(one.read_text(encoding="utf-8") for one in (ROOT / "reconciler/check").glob("*.py"))
    plans = "".join(one.read_text(encoding="utf-8") for one in (ROOT / "reconciler/plan").glob("*.py"))
    made = set(re.findall(r'\.warn\(\s*"([a-z-]+)"', checks))
    made |= set(re.findall(r'Severity\.WARNING, "([a-z-]+)"', checks))
    made |= set(re.findall(r'Warned\(\s*"(\w+)"', plans))
    assert {"no-task", "category-weights", "W1", "number"} <= made
    assert made == known
