"""Every report, from a state that a push left: its rows, its sums, and the form that its JSON promises."""

from __future__ import annotations

import csv
import io
import json

import pytest
from jsonschema import Draft202012Validator

from reconciler import schemas
from reconciler.audit.filters import Filters, choose
from reconciler.audit.states import State
from reconciler.course import Area, Counts, Part, item, setup
from reconciler.plan.reasons import ALL
from reconciler.reports import awaiting, courses, push_table, residuals, sections, why
from reconciler.reports.voices import VOICES
from tests.small import Small, catalog, category, cell, held, listed, master, row_key, scope, task

ROW = row_key("Final", "Quarter")
TASKS = [task("Final", terms=(1,), post_only=True), task("Quarter", terms=(1,))]
PARTS = {
    "grading_tasks": TASKS,
    "composite_grades": [item(Area.COMPOSITE_GRADES, ROW, {})],
    "composite_weights": [item(Area.COMPOSITE_WEIGHTS, ROW, {"weight": 100})],
    "grade_calc_options": [cell("Quarter", 1)],
}
OLD = catalog(master(categories=[category("Homework", 40), category("=cmd|x", 60)], **PARTS))
NEW = catalog(master(categories=[category("Homework", 50)], **PARTS))
MADE = {
    "audit": lambda snapshot, chosen: courses.course_audit(snapshot, [NEW], chosen),
    "awaiting-masters": lambda snapshot, chosen: awaiting.awaiting_masters(snapshot, [NEW], chosen),
    "awaiting-courses": awaiting.awaiting_courses,
    "residuals": lambda snapshot, chosen: residuals.residual_data(snapshot, chosen, cleared=True),
    "sections": sections.section_audit,
}


@pytest.fixture
def small(tmp_path):
    """Two courses and three sections: one course is desynced, one waits, one section has a residual."""
    district = Small(tmp_path / "small.db")
    district.calendar()
    good, bad = district.course("0401"), district.course("0402", master="0401")
    ids = [district.section(good, number="1"), district.section(good, number="2"), district.section(bad)]
    district.course("0500", held(own=listed(categories=[category("Labs")])), catalog=None, master=None)
    district.apply(OLD)
    district.grade(ids[0], Area.CATEGORIES, "=cmd|x", counts=Counts(2, 30, 0, 1))
    edited = setup([category("Homework", 11), category("=cmd|x", 60)])
    district.edit(lambda holding: holding.put({(Area.CATEGORIES, Part.LINKED): edited}), course=bad)
    district.apply(NEW, by=scope())
    district.section(good, number="3")
    yield district
    district.store.close()


def made(small, name, **filters):
    with small.store.read() as snapshot:
        told = Filters(**{key: (value,) for key, value in filters.items()})
        return MADE[name](snapshot, choose(snapshot, told))


def rows(report):
    names = [column.name for column in report.columns]
    return [dict(zip(names, row, strict=True)) for row in report.rows]


def validator(name):
    schema = schemas.load("report")
    return Draft202012Validator({**schema["$defs"][name], "$defs": schema["$defs"]})


@pytest.mark.parametrize("name", MADE)
def test_json_is_as_its_schema_says(small, name):
    report = made(small, name)
    assert report.rows, "an empty report would prove nothing"
    told = json.loads(VOICES["json"](report))
    validator(name).validate(told)
    Draft202012Validator(schemas.load("report")).validate(told)


@pytest.mark.parametrize("name", MADE)
def test_the_schema_knows_each_column_and_fact_and_no_more(small, name):
    report, schema = made(small, name), schemas.load("report")["$defs"][name]["properties"]
    assert list(schema["rows"]["items"]["properties"]) != []
    assert {column.name for column in report.columns} == set(schema["rows"]["items"]["properties"])
    assert {fact[0] for fact in report.facts} == set(schema["facts"]["properties"])


@pytest.mark.parametrize("name", MADE)
def test_a_row_of_another_form_is_no_such_report(small, name):
    told = json.loads(VOICES["json"](made(small, name)))
    told["rows"][0]["more"] = 1
    assert not validator(name).is_valid(told)


@pytest.mark.parametrize("voice", VOICES)
@pytest.mark.parametrize("name", MADE)
def test_each_report_can_be_told_in_each_voice(small, name, voice):
    told = VOICES[voice](made(small, name))
    assert told.strip()
    if voice == "text":
        assert max(map(len, told.splitlines())) <= 80


@pytest.mark.parametrize("name", MADE)
def test_a_csv_has_every_row_and_runs_nothing(small, name):
    report = made(small, name)
    lines = list(csv.reader(io.StringIO(VOICES["csv"](report), newline="")))
    assert len(lines) == len(report.rows) + 1
    assert not any(cell_.startswith(("=", "+", "@")) for line in lines for cell_ in line)


@pytest.mark.parametrize("name", MADE)
def test_reports_only_read_and_say_the_same_again(small, name):
    before = small.state()
    first = made(small, name)
    assert made(small, name) == first and small.state() == before


@pytest.mark.parametrize("name", MADE)
def test_a_filter_that_leaves_nothing_says_so(small, name):
    report = made(small, name, course="0402", area="standards", teacher="Ms. Bell")
    kept = [row for row in rows(report) if row.get("state") != "linked"]
    if name == "sections":
        assert all(row["categories"] is None and row["standards"] == () for row in kept)
    else:
        assert kept == []
    assert ("area", "Only areas", ("standards",)) in report.facts


# --- the audit ---------------------------------------------------------------------------------------------


def test_the_audit_tells_desynced_courses_first_with_the_remedy(small):
    told = rows(made(small, "audit"))
    assert [(row["course"], row["state"]) for row in told] == [
        ("0402", "desynced"), ("0500", "course_controlled"), ("0401", "linked"),
    ]  # fmt: skip
    first = told[0]
    assert (first["area"], first["item"], first["field"]) == ("categories", "Homework", "weight")
    assert (first["now"], first["wanted"], first["cause"]) == ("11", "50", "changed_below")
    assert '`reconcile relink "0402@hill-27"`' in first["what_to_do"]
    assert first["likely_cause"].startswith("changed at the school")


def test_the_audit_sums_all_and_lists_what_is_asked_for(small):
    with small.store.read() as snapshot:
        chosen = choose(snapshot, Filters())
        report = courses.course_audit(snapshot, [NEW], chosen, only=[State.LINKED])
    assert [row["course"] for row in rows(report)] == ["0401"]
    sums = {name: value for name, _, value in report.facts}
    assert (sums["courses"], sums["linked"], sums["course_controlled"], sums["desynced"]) == (3, 1, 1, 1)


# --- awaiting ----------------------------------------------------------------------------------------------


def test_what_waits_for_a_desynced_course_says_so(small):
    told = [row for row in rows(made(small, "awaiting-masters")) if row["area"] == "categories"]
    assert {(row["item"], row["reason"]) for row in told} == {
        ("Homework", "desynced"),
        ("=cmd|x", "desynced"),
    }
    assert {row["example"] for row in told} == {"0402@hill-27"}


def test_course_info_is_listed_and_marked(small):
    report = made(small, "awaiting-masters")
    marked = {row["area"]: row["course_info"] for row in rows(report)}
    assert marked["course_info"] is True and marked["categories"] is False
    assert any("course_info" in note for note in report.notes)
    assert not any("original" in note for note in made(small, "awaiting-masters", area="categories").notes)


def test_each_reason_is_explained_once(small):
    report = made(small, "awaiting-masters")
    said = [note.split(":")[0] for note in report.notes]
    assert {row["reason"] for row in rows(report)} <= set(said) and len(said) == len(set(said))


def test_a_new_section_awaits_its_course(small):
    (categories, *rest) = [row for row in rows(made(small, "awaiting-courses")) if row["course"] == "0401"]
    assert (categories["area"], categories["items"]) == ("categories", ("Homework",))
    assert (categories["waiting"], categories["sections"], categories["section_numbers"]) == (1, 3, ("3",))
    assert {row["area"] for row in rest} == {"composite_grades", "composite_weights", "grade_calc_options"}


# --- residuals and sections --------------------------------------------------------------------------------


def test_a_residual_says_where_what_since_when_and_what_to_do(small):
    (told,) = rows(made(small, "residuals"))
    assert [told[name] for name in ("school", "calendar", "course", "section", "teacher", "area", "item")] == [
        "Hill High", "hill-27", "0401", "1", "Ms. Bell", "categories", "=cmd|x",
    ]  # fmt: skip
    assert [told[name] for name in ("assignments", "scores", "posted", "comments")] == [2, 30, 0, 1]
    assert told["since_run"] == 2 and told["since"].endswith("+00:00") and told["cleared"] is None
    assert told["what_to_do"].startswith("Ms. Bell moves its assignments")


@pytest.mark.parametrize("kind", why.LINGERING)
def test_each_kind_of_residual_has_its_next_action(kind):
    told = why.LINGERING[kind].format(
        teacher="Ada", course="0401@hill-27", by="category Tests", task="task Exam"
    )
    assert "{" not in told and bool(told) == (kind != "cleared")


def test_actions_differ_by_kind():
    told = [text for text in why.LINGERING.values() if text]
    assert len(set(told)) == len(told) and "{course}" in why.LINGERING["task_used"]


def test_a_section_tells_its_setup(small):
    told = rows(made(small, "sections", course="0401"))[0]
    assert told["categories"] == ("Homework (weight 50)", "=cmd|x (weight 60), residual")
    assert told["composite_grades"] == ("Final T1 <- Quarter T1 (weight 100)",)
    assert told["grade_calc_options"] == ("Quarter, term 1 (calculation in_progress)",)
    assert told["post_only"] == ("Final",)
    assert told["grading_tasks"] == ("Final (terms 1; post_only yes)", "Quarter (terms 1)")


def test_sections_are_told_by_teacher_and_course(small):
    told = [(row["teacher"], row["course"], row["section"]) for row in rows(made(small, "sections"))]
    assert told == sorted(told) and len(told) == 4


# --- words -------------------------------------------------------------------------------------------------


def test_every_reason_that_a_schema_names_has_words():
    defs = schemas.load("report")["$defs"]
    codes = set(defs["awaiting-masters"]["properties"]["rows"]["items"]["properties"]["reason"]["enum"])
    codes |= set(defs["awaiting-courses"]["properties"]["rows"]["items"]["properties"]["reason"]["enum"])
    assert all(why.waiting(code).says for code in codes)
    states = set(defs["audit"]["properties"]["rows"]["items"]["properties"]["reason"]["enum"]) - {None}
    assert all(why.standing(code).says for code in states)
    kinds = defs["residuals"]["properties"]["rows"]["items"]["properties"]["kind"]["enum"]
    assert set(kinds) == set(why.LINGERING)


def test_no_code_means_two_things():
    assert not set(why.WAITING) & set(ALL)


def test_one_and_yes_are_not_mixed_up():
    """A count of 1 is told as 1 also after a flag was told as yes."""
    from reconciler.plan.words import item_text

    flag = item(Area.COURSE_INFO, "active", {"value": True})
    count = item(Area.COURSE_INFO, "periods", {"value": 1})
    assert item_text(Area.COURSE_INFO, flag) == "yes"
    assert item_text(Area.COURSE_INFO, count) == "1"


def test_a_push_result_is_a_table_with_what_was_not_pushed_first(small):
    from reconciler.plan.summary import summarise
    from reconciler.reports.push import Note, PushResult

    plan = small.plan(NEW, by=scope())
    with small.store.read() as snapshot:
        summary = summarise(plan, snapshot, [NEW])
    note = Note("left_out", "0401@hill-27", "")
    report = push_table.push_table(PushResult(7, "ada", "a", "b", "done", 1, 2, summary, (note,)))
    parts = list(dict.fromkeys(row["part"] for row in rows(report)))
    assert parts[:2] == ["otherwise than planned", "courses refused"] and "residuals" in parts
    told = {row["part"]: row for row in rows(report)}
    assert told["courses refused"]["courses"] == 1 and "0402@hill-27" in told["courses refused"]["message"]
    assert told["residuals"]["message"] == "2 assignments, 30 scores, 0 posted, 1 comments"
    assert ("status", "Status", "completed") in report.facts
    assert all(VOICES[voice](report) for voice in VOICES)
