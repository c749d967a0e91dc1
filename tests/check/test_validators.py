"""Our validators say what jsonschema says, word for word: they only look at each part and text once."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from jsonschema import Draft202012Validator
from jsonschema.validators import extend

from reconciler import schemas
from reconciler.catalog import Plain, Rows, Table
from reconciler.catalog.reading import read_text
from reconciler.check import validators

SLOW: Any = extend(
    Draft202012Validator,
    {"minimum": validators._minimum, "maximum": validators._maximum},
    type_checker=validators._CHECKER,
)
TEXT = """\
catalog: High School
school_years: [2027]
schools: all
locks: {categories: locked, course_info: {name: locked, others: unlocked, nces: {level: locked}}}
score_groups: {Letters: {A: 4, F: 0}}
grading_scales: {S: {score_group: Letters, marks: {A: 90, F: 0}}}
tasks: {Quarter: null, Final: {was: End}}
standards: {N.1: {name: Numbers, archived: true}, N.2: More}
tests: {MAP: [N.1]}
setups: {s: {categories: [{name: Homework, weight: 20, terms: [1], drop_lowest: 1}], terms: 2}}
masters:
- number: "0401"
  name: Algebra
  use: [s]
  credits: 0.5
  nces: {level: G, credit: 1}
  grading_tasks: [{task: Quarter, terms: [1, 2]}, {task: Final, drop: true}]
  standards: [{standard: N.1, terms: [1]}]
  assessments: [{test: MAP, standard: N.1}]
  composite_grades: [{task: Final, term: 2, children: [{task: Quarter, term: 1, weight: 100}]}]
  grade_calc_options: [{task: Quarter, terms: [1], calculation: in_progress, limit_to_last: 3}]
  cross_site: {fee: "1"}
exempt_calendars: [{calendar: summer, reason: shorter}]
"""
STRANGE: tuple[Any, ...] = (
    None,
    True,
    Plain("5"),
    Plain("-1"),
    Plain("0.5"),
    "",
    " x",
    "text",
    "locked",
    "a" * 300,
)


def said(validator, data: object) -> list[tuple[object, ...]]:
    return [
        (
            one.validator,
            list(one.absolute_path),
            list(one.absolute_schema_path),
            one.message,
            one.validator_value,
        )
        for one in validator.iter_errors(data)
    ]


def holders(data: object) -> list[Table | Rows]:
    found = [data] if isinstance(data, Table | Rows) else []
    inside = data.values() if isinstance(data, Table) else data if isinstance(data, Rows) else ()
    return found + [one for inner in inside for one in holders(inner)]


@pytest.fixture(scope="module")
def slow():
    schema = schemas.load("catalog")
    return SLOW(validators.inlined(schema, schema["$defs"]))


def document() -> Table:
    read, problems = read_text(TEXT, "catalog.yaml")
    assert problems == []
    return read.data


def test_the_catalog_of_these_tests_is_right(slow):
    assert said(slow, document()) == []
    assert said(validators.validator(), document()) == []


@given(st.data())
@settings(max_examples=120, deadline=None, suppress_health_check=list(HealthCheck))
def test_it_says_what_jsonschema_says(slow, data):
    told = document()
    for _ in range(data.draw(st.integers(1, 4))):
        holder = data.draw(st.sampled_from(holders(told)))
        value = data.draw(st.sampled_from((*STRANGE, *holders(document()))))
        if isinstance(holder, Rows):
            place = data.draw(st.integers(0, len(holder)))
            holder[place : place + 1] = [value]
        elif data.draw(st.booleans()) and holder:
            holder.pop(data.draw(st.sampled_from(sorted(holder))))
        else:
            holder[data.draw(st.sampled_from([*sorted(holder), "strange", "task<", " edge"]))] = value
    assert said(validators.validator(), told) == said(slow, told)


@pytest.mark.parametrize("items", [False, {"type": "boolean"}])
def test_items_behind_the_first_ones_are_those_that_jsonschema_means(items):
    schema = {"prefixItems": [{"type": "string"}], "items": items}
    ours = type(validators.validator())(schema)
    for rows in ([], ["a"], ["a", True], ["a", "b"], [True, True]):
        assert said(ours, rows) == said(SLOW(schema), rows)


def test_texts_that_fitted_are_not_remembered_without_end(monkeypatch):
    monkeypatch.setattr(validators, "SEEN_MOST", 5)
    validators._fitted.clear()
    assert said(validators.validator(), document()) == []
    assert 0 < len(validators._fitted) <= 5


def test_a_text_that_fits_one_part_is_still_looked_at_by_another():
    told = document()
    told["masters"][0]["credits"] = "text"
    told["catalog"] = "text"
    assert [path for _, path, *_ in said(validators.validator(), told)] == [["masters", 0, "credits"]]


def test_a_quoted_number_does_not_pass_for_a_number_that_fitted():
    told = document()
    assert said(validators.validator(), told) == []
    told["masters"][0]["credits"] = "0.5"
    assert [path for _, path, *_ in said(validators.validator(), told)] == [["masters", 0, "credits"]]
